"""The password of an ORCID account is ORCID's business alone."""

from __future__ import annotations

import re

from checker.api import Control, Evidence, Form, Page, Ruling, failed, needs_person, passed, rule

from . import _fields as fields
from ._at import at
from ._oauth import is_orcids, not_walked
from ._words import close, fold, mentions


@rule(
    "orcid-password-never-asked",
    area="User experience",
    clause="Required 1",
    title="The portal never asks for a password of ORCID",
    title_failed="The portal asks for a password of ORCID",
    remedy="Never take a password of ORCID: send people to ORCID's own page to sign in.",
    sources=(
        "LYRASIS, ORCID Member API custom integration guide (2022), Required 1",
        "RFC 6749, sections 1 and 10.11",
        "ORCID, presenting OAuth",
    ),
)
def orcid_password_never_asked(pages: list[Page], evidence: Evidence) -> Ruling:
    """OAuth is there so that nobody has to hand a password to a third party, or learns to."""
    asking, doubtful = [], []
    for page in pages:
        for field in page.snapshot.fields:
            if field.type == "password" and field.visible and "orcid" in fields.own(field).lower():
                asking.append(at(page, field))
        for form in page.snapshot.forms:
            if form.has_password and form.visible:
                grade = _grade(page, form, to_orcid=is_orcids(evidence.run, form.action))
                spot = at(page, note=form.text[:200]).model_copy(update={"box": form.box})
                asking += [spot] if grade == "asks" else []
                doubtful += [spot] if grade == "unclear" else []
    if asking:
        return failed(
            "A form of the portal asks for the password of an ORCID account.",
            expected="only ORCID's own page asks for it",
            observed=asking[0].snippet or asking[0].note,
            at=asking,
        )
    if doubtful:
        return needs_person(
            "Does this form take only the portal's own password, and does it keep clear of looking like ORCID's?",
            observed=doubtful[0].note,
            at=doubtful,
        )
    return not_walked(evidence) or passed(
        "No form that was seen asks for a password of ORCID.", observed=fields.looked_at(evidence)
    )


def _grade(page: Page, form: Form, *, to_orcid: bool) -> str:
    """Return `asks`, `unclear` or `fine`."""
    if to_orcid:
        return "asks"
    apart = _offered_apart(page, form)
    for sentence in re.split(r"(?<=[.!?])\s+|\n", _without_controls(page, form)):
        if mentions("negation", sentence):
            continue
        if mentions("its_password", sentence):
            return "asks" if close("ask", "its_password", sentence) else "unclear"
        if close("ask", "account", sentence) and not apart:
            return "asks"
    if any(f.form == form.index and fields.fillable(f) and fields.names_orcid(f) for f in page.snapshot.fields):
        return "unclear"
    return "unclear" if "orcid" in form.text.lower() and not apart else "fine"


def _without_controls(page: Page, form: Form) -> str:
    """Return the form's text less what its buttons say: «Sign in with ORCID» leads away and asks for nothing here."""
    text = fold(form.text)
    for control in page.snapshot.controls:
        if "orcid" in control.text.lower() and not _sends(control, form):
            text = text.replace(fold(control.text), ". ")
    return text


def _sends(control: Control, form: Form) -> bool:
    return control.type == "submit" and control.href == form.action


def _offered_apart(page: Page, form: Form) -> bool:
    """A link or button for ORCID, other than the one that sends this form, is on the page."""
    return any(
        c.visible and "orcid" in f"{c.text} {c.name}".lower() and not _sends(c, form) for c in page.snapshot.controls
    )

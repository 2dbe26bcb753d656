"""The button that leads to ORCID: its mark, its words, how well it can be read."""

from __future__ import annotations

import re
from collections.abc import Callable

from checker.api import (
    Control,
    Icon,
    Journey,
    Page,
    Ruling,
    blocked,
    failed,
    needs_person,
    not_applicable,
    passed,
    rule,
)
from checker.orcid import icons

from ..collect._at import at
from ._text import fold, says
from ._way import Entry, entries, not_reached

_GUIDE = "LYRASIS, ORCID Member API custom integration guide (2022), Recommended 1"
_BRAND = "ORCID, brand guidelines"

_APPROVED = re.compile(
    r"\b(create|register|connect|link|authori[sz]e)\b.*\bORCID iD\b|\b(sign|log)[ -]?in (with|via|using) ORCID\b", re.I
)
_FORBIDDEN = re.compile(
    r"\b(enter(ing)?|add(ing)?|typ(e|ing)|search|find|look ?up)\b|\bverify\b.*\bnumber\b|^click here\W*$|^submit\W*$",
    re.IGNORECASE,
)


def _each(journeys: list[Journey], judge: Callable[[Entry], Ruling]) -> Ruling:
    """Judge every control that leads to ORCID, and return the worst ruling."""
    if rulings := [judge(entry) for entry in entries(journeys)]:
        return _worst(rulings)
    return not_reached(journeys) or blocked(
        "No control that leads to ORCID was seen: the address in the plan leads there directly.",
        whose="member",
        todo="give the page that holds the connect button in [portal] url",
    )


def _worst(rulings: list[Ruling]) -> Ruling:
    order = ("failed", "needs-person", "blocked", "passed", "not-applicable")
    return min(rulings, key=lambda ruling: order.index(ruling.outcome.value))


@rule(
    "branded-button-present",
    area="User experience",
    clause="Recommended 1",
    title="A button with the iD icon and ORCID's name leads to ORCID",
    title_failed="What leads to ORCID is not a button with the iD icon and ORCID's name",
    remedy="Use a real button or link with the iD icon and the words «Create or connect your ORCID iD», or «Sign in"
    " with ORCID» where it signs people in.",
    sources=(_GUIDE, "ORCID, minimum requirements for member integrations"),
    implies=("button-text-approved", "button-icon-official"),
)
def branded_button_present(journeys: list[Journey]) -> Ruling:
    """People who know the mark from other sites see at once what will happen, and that the way is ORCID's."""
    return _each(journeys, _branded)


def _branded(entry: Entry) -> Ruling:
    control, expected = entry.control, "a visible button or link with the iD icon and a text that names ORCID"
    spots = [entry.spot()]
    if not control.focusable:
        return failed(
            f"«{entry.label}» cannot be reached by keyboard.",
            expected=expected,
            observed=f"a <{control.tag}> that only reacts to the mouse",
            at=spots,
        )
    if not entry.label:
        return failed("The control that leads to ORCID has no text and no name.", expected=expected,
                      observed=_pictures(control), at=spots)  # fmt: skip
    visible = "orcid" in control.text.lower()
    if entry.icons and visible:
        return passed(f"«{entry.label}» carries the iD icon and names ORCID.", observed=_pictures(control), at=spots)
    if entry.icons and "orcid" in control.name.lower():
        return needs_person(
            "The control shows a picture and no text that names ORCID. Does the picture hold the icon and the wording?",
            observed=f"{_pictures(control)}; read aloud as «{control.name}»",
            expected=expected,
            at=spots,
        )
    if control.tag == "a" and not control.icons and _APPROVED.search(entry.label):
        return needs_person(
            f"«{entry.label}» is a link without the iD icon. Is it recognisable as ORCID's all the same?",
            observed="an approved wording, no icon",
            expected=expected,
            at=spots,
        )
    return failed(
        f"«{entry.label}» leads to ORCID, but {'has no iD icon' if not entry.icons else 'does not name ORCID'}.",
        expected=expected,
        observed=_pictures(control),
        at=spots,
    )


def _pictures(control: Control) -> str:
    if not control.icons:
        return "no picture"
    unseen = [i for i in control.icons if not (i.visible and i.loaded)]
    return f"{len(control.icons)} picture(s)" + (f", {len(unseen)} of them not shown" if unseen else "")


@rule(
    "button-text-approved",
    area="User experience",
    clause="Recommended 1",
    title="The button has a wording that ORCID approves",
    title_failed="The button's wording is not one that ORCID approves",
    remedy="Label the control «Create or connect your ORCID iD», with exactly these capitals.",
    sources=("ORCID, user experience display guidelines", "ORCID, OAuth sign-in guidelines", _GUIDE),
)
def button_text_approved(journeys: list[Journey]) -> Ruling:
    """The wording tells people that they will sign in at ORCID, and that no number is to be typed."""
    return _each(journeys, _worded)


def _worded(entry: Entry) -> Ruling:
    label, spots = entry.label, [entry.spot()]
    expected = "«Create or connect your ORCID iD», or «Sign in with ORCID»"
    if not label:
        return failed("The control has no wording at all.", expected=expected, observed="no text, no name", at=spots)
    if _FORBIDDEN.search(label) or (says("enter", label) and not _APPROVED.search(label)):
        return failed(
            f"«{label}» asks for something else than connecting at ORCID.", expected=expected, observed=label, at=spots
        )
    # Capitals by CSS: what is read aloud tells how it was written.
    written = fold(entry.control.name) if label.isupper() and "orcid" in entry.control.name.lower() else label
    if wrong := _wrong_casing(written):
        if written.isupper():
            return needs_person(f"«{label}» is all in capitals. Is ORCID's way of writing «ORCID iD» kept elsewhere?",
                                observed=label, expected="ORCID iD", at=spots)  # fmt: skip
        return failed(f"«{label}» writes «{wrong}».", expected="ORCID iD", observed=wrong, at=spots)
    if _APPROVED.search(written):
        return passed(f"«{label}» is an approved wording.", observed=label, at=spots)
    return needs_person(
        f"«{label}» is none of ORCID's English wordings. Does it say, in its language, to create or connect an ORCID"
        " iD, or to sign in with ORCID?",
        observed=label,
        expected=expected,
        at=spots,
    )


def _wrong_casing(label: str) -> str:
    """Return ORCID's name as written, where it is written otherwise than «ORCID» and «iD»."""
    for match in re.finditer(r"\b(orcid)(?:[ -](ids?)\b)?", label, re.IGNORECASE):
        name, suffix = match.groups()
        if name != "ORCID" or (suffix and suffix not in {"iD", "iDs"}):
            # An address is written in small letters.
            if re.match(r"\.org\b", label[match.end() :]):
                continue
            return match.group()
    return ""


@rule(
    "button-icon-official",
    area="User experience",
    clause="Recommended 1",
    title="The icon on the button is ORCID's own, unaltered",
    title_failed="The icon on the button is not ORCID's own, or is altered",
    remedy="Put the official iD icon, unaltered and at least 16 pixels high, to the left of the text.",
    sources=(_BRAND, "ORCID, user experience display guidelines"),
    decider="mixed",
    implies=("branded-button-present",),
)
def button_icon_official(journeys: list[Journey]) -> Ruling:
    """A mark that everybody redraws is a mark no more."""
    return _each(journeys, _marked)


def _marked(entry: Entry) -> Ruling:
    page = entry.page
    if not entry.icons:
        if entry.control.tag == "a" and not entry.control.icons and _APPROVED.search(entry.label):
            return needs_person(
                f"«{entry.label}» is a text link. Is a link without the iD icon acceptable here?",
                observed="no icon on the control",
                at=[entry.spot()],
            )
        return _stand_in(entry) or not_applicable(
            "the control carries no icon of ORCID (see branded-button-present)", at=[entry.spot()]
        )
    return _worst([_icon(page, icon) for icon in entry.icons])


def _stand_in(entry: Entry) -> Ruling | None:
    """A picture that never speaks of ORCID, on a control that does, stands where the icon should."""
    if "orcid" not in entry.label.lower():
        return None
    claims = [i.model_copy(update={"orcid": True}) for i in entry.control.icons if i.visible and i.loaded]
    wrong = [i for i in claims if icons.read(i).kind in {"altered", "other-mark"}]
    return _icon(entry.page, wrong[0]) if wrong else None


def _icon(page: Page, icon: Icon) -> Ruling:
    reading, spots = icons.read(icon), [at(page, icon)]
    expected = "the official iD icon, unaltered, 16 pixels or more"
    if reading.kind in {"altered", "other-mark"}:
        return failed(
            f"The mark on the button is not the iD icon as ORCID draws it: {reading.why}.",
            expected=expected,
            observed=icon.source or icon.snippet,
            at=spots,
        )
    if icon.box and min(icon.box[2:]) < icons.MINIMUM_SIZE - 0.5:
        size = f"{icon.box[2]:.0f} by {icon.box[3]:.0f} pixels"
        return failed(f"The icon is too small to be told: {size}.", expected=expected, observed=size, at=spots)
    if reading.kind == "known" and reading.variant.shape == "solid":
        return passed("The icon is byte by byte ORCID's own.", observed=reading.why, at=spots)
    return needs_person(
        "Is the icon on the button ORCID's iD icon, unaltered?",
        observed=reading.why
        if reading.kind != "known"
        else "the outline icon, meant for iDs that are not authenticated",
        expected=expected,
        at=spots,
    )


@rule(
    "button-contrast",
    area="User experience",
    clause="Recommended 1",
    title="The button's text stands out from its background",
    title_failed="The button's text is too pale to read",
    remedy="Use a dark text, such as #494A4C or #085C77 on white, instead of the grey of ORCID's sample of 2016.",
    sources=("WCAG 2.2, success criterion 1.4.3",),
)
def button_contrast(journeys: list[Journey]) -> Ruling:
    """Text that people with weaker eyes cannot read invites nobody."""
    return _each(journeys, _contrasting)


def _contrasting(entry: Entry) -> Ruling:
    control, spots = entry.control, [entry.spot()]
    if not control.text:
        return not_applicable("the control shows no text, and a logo is exempt", at=spots)
    if not control.enabled:
        return not_applicable("the control is disabled, and such controls are exempt", at=spots)
    if control.contrast is None:
        return needs_person(
            "Can the button's text be read easily against its background (at least 4.5 to 1)?",
            observed="the background is a picture or a gradient",
            at=spots,
        )
    ratio, size = f"{control.contrast:.2f} to 1", control.text_size
    large = None if size is None else size >= 24 or (control.text_bold and size >= 18.66)
    if control.contrast >= (3.0 if large else 4.5):
        return passed(f"The text stands out by {ratio} (at rest).", observed=ratio, at=spots)
    if control.contrast >= 3.0 and large is None and not (control.box and control.box[3] < 18):
        return needs_person(
            f"The text stands out by {ratio}, enough for large text only. Is it 24 pixels high, or 19 and bold?",
            observed=ratio,
            expected="4.5 to 1, or 3 to 1 for large text",
            at=spots,
        )
    return failed(
        f"The text stands out from its background by only {ratio}.",
        expected="3 to 1 for large text" if large else "4.5 to 1",
        observed=ratio,
        at=spots,
    )


@rule(
    "button-accessible",
    area="User experience",
    clause="Recommended 1",
    title="The button can be used without a mouse and has a name",
    title_failed="The button cannot be used without a mouse, or has no name",
    remedy="Use a native link or button with a text on it and leave its focus ring visible.",
    sources=("WCAG 2.2, success criteria 2.1.1, 2.4.7 and 4.1.2",),
)
def button_accessible(journeys: list[Journey]) -> Ruling:
    """Who uses a keyboard or a screen reader must be able to connect, too."""
    return _each(journeys, _accessible)


def _accessible(entry: Entry) -> Ruling:
    control, spots = entry.control, [entry.spot()]
    native = control.tag == "button" or (control.tag == "a" and bool(control.raw_href)) or control.tag == "input"
    faults = []
    if not (native or control.role in {"button", "link"}):
        faults.append(f"it is a {control.tag} with a click handler, which keyboards and screen readers pass over")
    elif not control.focusable and control.enabled:
        faults.append("the keyboard does not reach it")
    if not control.name:
        faults.append("it has no name")
    if faults:
        return failed(
            f"The control that connects is hard to use: {'; '.join(faults)}.",
            expected="a real link or button that has a name and takes the focus",
            observed=control.snippet,
            at=spots,
        )
    if not native:
        return needs_person(
            "Does the control work with Enter, and with the space bar where it plays a button?",
            observed=control.snippet,
            at=spots,
        )
    return passed(f"«{fold(control.name)}» is a native control with a name.", at=spots)

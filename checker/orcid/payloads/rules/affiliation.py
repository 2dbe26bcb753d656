"""Affiliations: employments, educations and the other five (ActivityValidator.validateAffiliation)."""

from __future__ import annotations

from typing import Final

from ..model import Content, Fault, Form, Method
from . import clauses, dates, identifiers, organizations, shared

_WITH_PLACE: Final = frozenset({"employment", "education"})


def validate(
    affiliation: Content, kind: str, *, form: Form, method: Method, visibility: str | None, out: list[Fault]
) -> None:
    """Add what ORCID refuses in an affiliation, whatever else is on the record, in the order of its checks.

    `kind` is one of the seven; the other parameters are those of :func:`.work.validate`.
    """
    if method is Method.POST and affiliation.get("put-code") is not None:
        shared.put_code(affiliation, (), out)
    if method is Method.PUT:
        shared.visibility(affiliation, visibility, (), out)
    organization = affiliation.get("organization")
    at = ("organization",) if organization is not None else ()
    if kind in _WITH_PLACE:
        organizations.check_identified(organization, at, out)
        organizations.check_place(organization, at, out)
    else:
        has_id = bool(identifiers.listed(affiliation.get("external-ids")))
        organizations.check_loose(organization, at, has_id, out)
    start, end = affiliation.get("start-date"), affiliation.get("end-date")
    sound = True
    if end is not None:
        sound = dates.check(end, ("end-date",), form, out)
    if start is None:
        return
    sound = dates.check(start, ("start-date",), form, out) and sound
    if end is not None and sound and dates.after(start, end, form):
        first, last = dates.written(start, form), dates.written(end, form)
        message = f"The start {first} is after the end {last}."
        if first.startswith(last):
            message = f"The start {first} counts as after the end {last}, whose missing part counts as zero."
        out.append(Fault(clauses.START_AFTER_END, ("start-date",), message, first, f"{last} or earlier"))

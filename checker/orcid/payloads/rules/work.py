"""Works (ActivityValidator.validateWork, WorkManagerImpl)."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from .. import lists
from ..model import Answer, At, Content, Fault, Form, Method
from ..nearest import offer
from . import clauses, contributors, dates, identifiers, shared, titles
from .texts import filled, shown

_FUNDED_BY: Final = lists.FUNDED_BY_TYPES
_CRASH: Final = Answer(500, 9008)
_PARTS: Final = (("year", 4), ("month", 2), ("day", 2))


def validate(
    work: Content, at: At, *, form: Form, method: Method, visibility: str | None, out: list[Fault], lenient: bool
) -> None:
    """Add what ORCID refuses in a work, whatever else is on the record, in the order of its checks.

    Args:
        work: The work.
        at: Its place.
        form: How it was written.
        method: How it was sent.
        visibility: Of the work that is stored, for a PUT; None: not known.
        out: Gets the faults.
        lenient: Values outside the closed lists were read as none: a bulk of works in XML.
    """
    title = work.get("title")
    if not title or not filled(titles.text(title.get("title"))):
        _title_missing(title, at, out)
    country = work.get("country")
    if country is not None:
        _country(country, (*at, "country"), out, lenient=lenient)
    if title and (translated := title.get("translated-title")):
        language = translated.get("language-code")
        if filled(language) and not filled(titles.text(translated)) and (not lenient or language in lists.LANGUAGES):
            place = (*at, "title", "translated-title")
            message = f"The translated title in {shown(language)} is empty."
            out.append(Fault(clauses.TRANSLATED_TITLE_EMPTY, place, message, titles.text(translated) or ""))
        titles.check_translated(title, (*at, "title"), out, lenient=lenient)
    _type(work.get("type"), at, out, lenient=lenient)
    if (date := work.get("publication-date")) is not None:
        _date(date, (*at, "publication-date"), form, out)
    if (citation := work.get("citation")) is not None:
        _citation(citation, (*at, "citation"), form, out, lenient=lenient)
    ids = identifiers.listed(work.get("external-ids"))
    at_ids = (*at, "external-ids", "external-id")
    if not ids:
        place = (*at, "external-ids") if "external-ids" in work else at
        out.append(Fault(clauses.EXTERNAL_ID_MISSING, place, "The work has no external identifier."))
    else:
        _funded_by(ids, at_ids, out)
    people = contributors.listed(work)
    if people:
        contributors.check(people, (*at, "contributors", "contributor"), out)
    if method is Method.POST and work.get("put-code") is not None:
        shared.put_code(work, at, out)
    if method is Method.PUT:
        shared.visibility(work, visibility, at, out)
    if ids:
        identifiers.check(ids, at_ids, identifiers.Needs.SELF, out, lenient=lenient)


def validate_roles(work: Content, at: At, out: list[Fault]) -> None:
    """Add the contributor roles that ORCID does not know: tested last, when the work is about to be stored."""
    if people := contributors.listed(work):
        contributors.check_roles(people, "work", (*at, "contributors", "contributor"), out)


def _title_missing(title: Content | None, at: At, out: list[Fault]) -> None:
    inner = title.get("title") if title else None
    place = at if title is None else (*at, "title") if inner is None else (*at, "title", "title")
    out.append(Fault(clauses.TITLE_MISSING, place, "The work has no title.", titles.text(inner)))


def _country(country: Content, at: At, out: list[Fault], *, lenient: bool) -> None:
    value = country.get("value")
    if value is None or (lenient and value not in lists.COUNTRIES):
        message = f"The country {shown(value)} is not one that ORCID knows." if value else "The country is empty."
        out.append(Fault(clauses.COUNTRY_EMPTY, at, message, value, "two capital letters"))


def _type(value: str | None, at: At, out: list[Fault], *, lenient: bool) -> None:
    if value is None:
        out.append(Fault(clauses.WORK_TYPE_MISSING, at, "The work has no type."))
    elif lenient and value not in lists.WORK_TYPES and value not in lists.WORK_TYPE_ALIASES:
        message = f"The work type {shown(value)} is not one that ORCID knows."
        allowed = offer(value, lists.WORK_TYPES, lists.WORK_TYPE_SYNONYMS)
        out.append(Fault(clauses.WORK_TYPE_MISSING, (*at, "type"), message, value, allowed))


def _date(date: Content, at: At, form: Form, out: list[Fault]) -> None:
    if not dates.check(date, at, form, out):
        return
    for (part, digits), value in zip(_PARTS, dates.parts(date, form), strict=True):
        if value is not None and "-" in value:
            message = f"The {part} {value!r} is not a number."
            out.append(Fault(clauses.DATE_NOT_A_NUMBER, (*at, part), message, value, f"{digits} digits"))
        elif value is not None and len(value) != digits:
            message = f"The {part} {value!r} has not {digits} characters."
            out.append(Fault(clauses.DATE_DIGITS, (*at, part), message, value, f"{digits} digits"))


def _citation(citation: Content, at: At, form: Form, out: list[Fault], *, lenient: bool) -> None:
    kind = citation.get("citation-type")
    # An empty element has the schema's default, with and without a schema.
    defaulted = form is Form.XML and kind == ""
    if kind is None or (lenient and kind not in lists.CITATION_TYPES and not defaulted):
        place = at if kind is None else (*at, "citation-type")
        out.append(Fault(clauses.CITATION_TYPE_MISSING, place, "The citation has no type that ORCID knows.", kind))
    value = citation.get("citation-value")
    if not filled(value):
        place = at if value is None else (*at, "citation-value")
        out.append(Fault(clauses.CITATION_EMPTY, place, "The citation is empty.", value))


def _funded_by(ids: Sequence[Content], at: At, out: list[Fault]) -> None:
    for index, one in enumerate(ids):
        kind = one.get("external-id-type")
        if kind is None:
            # The check for DOIs looks at the type before anything has made sure that there is one.
            message = "The identifier has no external-id-type, which breaks ORCID's check."
            fault = Fault(clauses.EXTERNAL_ID_TYPE_MISSING, (*at, index), message, answer=_CRASH)
            out.append(fault)
        elif one.get("external-id-relationship") == "funded-by" and kind.lower() not in _FUNDED_BY:
            message = f"A {kind} cannot be funded-by."
            place = (*at, index, "external-id-type")
            out.append(Fault(clauses.FUNDED_BY_TYPE, place, message, kind, ", ".join(sorted(_FUNDED_BY))))

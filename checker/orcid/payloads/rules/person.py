"""Personal details (PersonValidator)."""

from __future__ import annotations

from typing import Final

from ..model import Clause, Content, Fault, Method
from . import clauses, shared
from .texts import filled, length
from .titles import text

_LONGEST: Final = 255
_LONGEST_URL: Final = 2000


def validate(item: Content, kind: str, *, method: Method, visibility: str | None, out: list[Fault]) -> None:
    """Add what ORCID refuses in a personal detail, whatever else is on the record, in the order of its checks.

    `kind` is one of the five; the other parameters are those of :func:`.work.validate`.
    """
    if kind == "researcher-url":
        _researcher_url(item, out)
    elif kind == "external-identifier":
        _external_identifier(item, out)
    if method is Method.POST and item.get("put-code") is not None:
        shared.put_code(item, (), out)
    if kind == "keyword" and not filled(item.get("content")):
        at = ("content",) if "content" in item else ()
        out.append(Fault(clauses.KEYWORD_EMPTY, at, "The keyword is empty.", item.get("content")))
    elif kind == "address":
        _address(item, out)
    if method is Method.PUT:
        shared.visibility(item, visibility, (), out)


def _address(item: Content, out: list[Fault]) -> None:
    country = item.get("country")
    if country is None or country.get("value") is None:
        at = () if country is None else ("country",)
        out.append(Fault(clauses.ADDRESS_COUNTRY_MISSING, at, "The country is missing.", allowed="two capital letters"))


def _researcher_url(item: Content, out: list[Fault]) -> None:
    url = text(item.get("url"))
    if not filled(url):
        at = ("url",) if "url" in item else ()
        out.append(Fault(clauses.RESEARCHER_URL_MISSING, at, "The url is empty.", url))
    else:
        _limited(url, _LONGEST_URL, ("url",), clauses.RESEARCHER_URL_TOO_LONG, out)
    name = item.get("url-name")
    if filled(name):
        _limited(name, _LONGEST_URL, ("url-name",), clauses.URL_NAME_TOO_LONG, out)


def _external_identifier(item: Content, out: list[Fault]) -> None:
    for part, clause in (
        ("external-id-type", clauses.PERSON_ID_TYPE),
        ("external-id-value", clauses.PERSON_ID_VALUE),
    ):
        value = item.get(part)
        if not filled(value):
            at = () if value is None else (part,)
            out.append(Fault(clause, at, f"{part} is empty.", value, f"1 to {_LONGEST} characters"))
        else:
            _limited(value, _LONGEST, (part,), clause, out)
    relationship = item.get("external-id-relationship")
    if relationship != "self":
        at = () if relationship is None else ("external-id-relationship",)
        message = f"The relationship is {relationship}." if relationship else "There is no external-id-relationship."
        out.append(Fault(clauses.PERSON_ID_RELATIONSHIP, at, message, relationship, "self"))
    url = text(item.get("external-id-url"))
    if not filled(url):
        at = ("external-id-url",) if "external-id-url" in item else ()
        out.append(Fault(clauses.PERSON_ID_URL, at, "There is no external-id-url.", url))
    else:
        _limited(url, _LONGEST_URL, ("external-id-url",), clauses.PERSON_ID_URL, out)


def _limited(value: str, most: int, at: tuple[str], clause: Clause, out: list[Fault]) -> None:
    if len(value) * 2 > most and length(value) > most:
        message = f"{at[0]} has {length(value):,} characters."
        out.append(Fault(clause, at, message, f"{length(value):,} characters", f"at most {most:,} characters"))

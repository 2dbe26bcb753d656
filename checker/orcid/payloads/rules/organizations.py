"""Organizations: whether they are there, where they are, and whether the registry can know them."""

from __future__ import annotations

import re
from typing import Final

from .. import lists
from ..model import At, Content, Fault, Record
from ..nearest import offer
from . import clauses
from .texts import filled, shown

_ROR: Final = re.compile(r"https://ror\.org/(0[0-9a-hjkmnp-tv-z]{6})([0-9]{2})")
_ROR_DIGITS: Final = "0123456789abcdefghjkmnpqrstvwxyz"
_FORMS: Final = {
    "GRID": (re.compile(r"grid\.[0-9]+\.[0-9a-f]+"), "grid. and two numbers, for instance grid.5509.9"),
    "RINGGOLD": (re.compile(r"[0-9]+"), "digits only"),
    "LEI": (re.compile(r"[0-9A-Z]{18}[0-9]{2}"), "18 capital letters or digits and two digits"),
    "FUNDREF": (re.compile(r".*10\.13039/.*", re.DOTALL), "http://dx.doi.org/10.13039/ and the number"),
}
_ROR_FORM: Final = "https://ror.org/ and the nine characters of the ROR iD"


def check_identified(organization: Content | None, at: At, out: list[Fault]) -> None:
    """Add what is wrong with an organization that must have an identifier."""
    if organization is None:
        _missing(at, out)
        return
    known = organization.get("disambiguated-organization")
    if not known or not known.get("disambiguated-organization-identifier"):
        name = organization.get("name") or ""
        message = f"The organization {shown(name)} has no identifier."
        place = at if known is None else (*at, "disambiguated-organization")
        out.append(Fault(clauses.ORGANIZATION_ID_MISSING, place, message, allowed="an identifier and its source"))


def check_place(organization: Content | None, at: At, out: list[Fault]) -> None:
    """Add what is wrong with an address that must have city and country."""
    if organization is None:
        return
    address = organization.get("address") or {}
    missing = [part for part in ("city", "country") if not filled(address.get(part))]
    if missing:
        place = (*at, "address") if "address" in organization else at
        message = f"The organization's {' and '.join(missing)} {'is' if len(missing) == 1 else 'are'} missing."
        out.append(Fault(clauses.CITY_OR_COUNTRY_MISSING, place, message, allowed="city and country"))


def check_loose(organization: Content | None, at: At, has_external_id: bool, out: list[Fault]) -> None:
    """Add what is wrong with an organization for which an external identifier of the affiliation will do."""
    if organization is None:
        _missing(at, out)
        return
    known = organization.get("disambiguated-organization")
    if known is None and not organization.get("name"):
        _missing(at, out)
    if not (known and known.get("disambiguated-organization-identifier")) and not has_external_id:
        message = "Neither the organization has an identifier nor the affiliation an external one."
        out.append(Fault(clauses.ORGANIZATION_OR_EXTERNAL_ID_MISSING, at, message))
    address = organization.get("address") or {}
    if filled(address.get("country")):
        return
    for part in ("city", "region"):
        if filled(address.get(part)):
            message = f"The {part} {shown(address[part])} has no country."
            out.append(Fault(clauses.COUNTRY_MISSING_FOR_PLACE, (*at, "address"), message, allowed="a country"))
            return


def _missing(at: At, out: list[Fault]) -> None:
    out.append(Fault(clauses.ORGANIZATION_MISSING, at, "The organization is missing."))


def check_known(organization: Content | None, at: At, record: Record, out: list[Fault]) -> None:
    """Add why the registry's table of organizations cannot have, or has not, an organization's identifier.

    The table itself is asked only if it is given; without it, only what no table can hold is refused.
    """
    known = organization.get("disambiguated-organization") if organization else None
    if not known:
        return
    identifier, source = known.get("disambiguated-organization-identifier"), known.get("disambiguation-source")
    if identifier is None:
        return
    at = (*at, "disambiguated-organization")
    if record.organizations is not None and (source, identifier) in record.organizations:
        return
    if source not in lists.ORGANIZATION_SOURCES:
        place = at if source is None else (*at, "disambiguation-source")
        allowed = offer(source or "", lists.ORGANIZATION_SOURCES, lists.ORGANIZATION_SOURCE_SYNONYMS)
        message = f"disambiguation-source {shown(source or '')} is not a registry of organizations that ORCID uses."
        out.append(Fault(clauses.ORGANIZATION_SOURCE_UNKNOWN, place, message, source, allowed))
        return
    at = (*at, "disambiguated-organization-identifier")
    if form := _impossible(source, identifier):
        message = f"{shown(identifier)} cannot be an identifier of {source}: {form[0]}."
        out.append(Fault(clauses.ORGANIZATION_ID_IMPOSSIBLE, at, message, identifier, form[1]))
    elif record.organizations is not None:
        message = f"The registry does not know {shown(identifier)} of {source}."
        out.append(Fault(clauses.ORGANIZATION_ID_UNKNOWN, at, message, identifier))


def _impossible(source: str, identifier: str) -> tuple[str, str] | None:
    """Return why an identifier cannot be in a registry, and its right form."""
    if source != "ROR":
        pattern, form = _FORMS[source]
        return None if pattern.fullmatch(identifier) else ("its form is another one", form)
    found = _ROR.fullmatch(identifier)
    if not found:
        return "its form is another one", _nearest_ror(identifier) or _ROR_FORM
    return None if _ror_check(found[1]) == int(found[2]) else ("its check digits are wrong", _ROR_FORM)


def _ror_check(body: str) -> int:
    number = 0
    for character in body:
        number = number * len(_ROR_DIGITS) + _ROR_DIGITS.index(character)
    return 98 - number * 100 % 97


def _nearest_ror(identifier: str) -> str | None:
    """Return the full form of a ROR iD that was written in another way."""
    found = re.search(r"(?:^|/)(0[0-9a-z]{8})/?$", identifier.strip().lower())
    full = f"https://ror.org/{found[1]}" if found else ""
    fits = _ROR.fullmatch(full)
    return full if fits and _ror_check(fits[1]) == int(fits[2]) else None

"""Organizations: sources of identifiers that no longer grow, identifiers in a form that ORCID's table has not."""

from __future__ import annotations

import re
from functools import lru_cache
from typing import Final

from ..check_digits import lei_fits
from ..model import At, Content, Fault
from . import clauses
from .texts import check_text, shown

_FROZEN: Final = {"RINGGOLD": "has been frozen since August 2023", "GRID": "ROR has replaced"}
_FUNDER: Final = re.compile(r"10\.13039/[0-9]+")
_LEI: Final = re.compile(r"[0-9A-Z]{18}[0-9]{2}")


def check_organization(organization: Content | None, at: At, out: list[Fault]) -> None:
    """Add what is odd about an organization."""
    if not organization:
        return
    check_text(organization.get("name"), (*at, "name"), out, title=True)
    address = organization.get("address")
    if address:
        for part in ("city", "region"):
            check_text(address.get(part), (*at, "address", part), out)
    known = organization.get("disambiguated-organization")
    if not known:
        return
    source = known.get("disambiguation-source")
    # What is wrong with a ROR iD is a rule.
    if source == "ROR" or not source:
        return
    at = (*at, "disambiguated-organization")
    identifier = known.get("disambiguated-organization-identifier") or ""
    if source in _FROZEN:
        message = f"The organization's identifier is of {source}, which {_FROZEN[source]}."
        out.append(Fault(clauses.SOURCE_FROZEN, (*at, "disambiguation-source"), message, source, "ROR"))
    elif source == "FUNDREF" and _FUNDER.fullmatch(identifier):
        message = f"{shown(identifier)} is the funder's DOI alone, without the address that ORCID has it under."
        out.append(
            Fault(
                clauses.FUNDER_ID_BARE,
                (*at, "disambiguated-organization-identifier"),
                message,
                identifier,
                f"http://dx.doi.org/{identifier}",
            )
        )
    elif source == "LEI" and _LEI.fullmatch(identifier) and not _fits(identifier):
        message = f"{shown(identifier)} cannot be an LEI: its check digits are wrong."
        out.append(Fault(clauses.LEI_CHECK_DIGITS, (*at, "disambiguated-organization-identifier"), message, identifier))


@lru_cache(maxsize=256)
def _fits(lei: str) -> bool:
    return lei_fits(lei)

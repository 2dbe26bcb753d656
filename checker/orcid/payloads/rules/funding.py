"""Fundings (ActivityValidator.validateFunding)."""

from __future__ import annotations

import re
from typing import Final

from ..model import At, Content, Fault, Form, Method
from . import clauses, contributors, dates, identifiers, organizations, shared, titles
from .texts import filled, shown

_NUMBER: Final = re.compile(
    r"[\x00-\x20]*[+-]?(?:(?P<word>NaN|Infinity)"
    r"|(?:[0-9]+\.?[0-9]*|\.[0-9]+)(?:[eE][+-]?[0-9]+)?[fFdD]?"
    r"|0[xX](?:[0-9a-fA-F]+\.?|[0-9a-fA-F]*\.[0-9a-fA-F]+)[pP][+-]?[0-9]+[fFdD]?)[\x00-\x20]*"
)
"""What Java reads as a double; an amount that is too large for one becomes infinite, which has no decimal form."""


def validate(
    funding: Content, *, form: Form, method: Method, visibility: str | None, out: list[Fault], at: At = ()
) -> None:
    """Add what ORCID refuses in a funding, whatever else is on the record, in the order of its checks.

    The parameters are those of :func:`.work.validate`.
    """
    title = funding.get("title")
    inner = title.get("title") if title else None
    if not titles.text(inner):
        place = at if title is None else (*at, "title") if inner is None else (*at, "title", "title")
        out.append(Fault(clauses.TITLE_MISSING, place, "The funding has no title.", titles.text(inner)))
    titles.check_translated(title, (*at, "title"), out)
    ids = identifiers.listed(funding.get("external-ids"))
    if not ids:
        place = (*at, "external-ids") if "external-ids" in funding else at
        out.append(Fault(clauses.EXTERNAL_ID_MISSING, place, "The funding has no external identifier."))
    if (amount := funding.get("amount")) is not None:
        _amount(amount, (*at, "amount"), out)
    if method is Method.POST and funding.get("put-code") is not None:
        shared.put_code(funding, at, out)
    organizations.check_identified(funding.get("organization"), _place(funding, at), out)
    start, end = funding.get("start-date"), funding.get("end-date")
    if end is not None:
        dates.check(end, (*at, "end-date"), form, out)
        if start is None:
            message = f"The end date {dates.written(end, form)} has no start date."
            out.append(Fault(clauses.START_DATE_MISSING, (*at, "end-date"), message, dates.written(end, form)))
    if start is not None:
        dates.check(start, (*at, "start-date"), form, out)
    if method is Method.PUT:
        shared.visibility(funding, visibility, at, out)
    if ids:
        identifiers.check(ids, (*at, "external-ids", "external-id"), identifiers.Needs.NOTHING, out)


def validate_roles(funding: Content, at: At, out: list[Fault]) -> None:
    """Add what fails when the funding is about to be stored: contributor roles, numbers without a decimal form."""
    if people := contributors.listed(funding):
        contributors.check_roles(people, "funding", (*at, "contributors", "contributor"), out)
    amount = funding.get("amount")
    value = amount.get("value") if amount else None
    if filled(value) and (found := _NUMBER.fullmatch(value)) and (found["word"] or _overflows(value)):
        message = f"The amount {shown(value)} has no decimal form."
        out.append(Fault(clauses.AMOUNT_NOT_FINITE, (*at, "amount", "value"), message, value, "digits"))


def _place(funding: Content, at: At) -> At:
    return (*at, "organization") if "organization" in funding else at


def _amount(amount: Content, at: At, out: list[Fault]) -> None:
    value, currency = amount.get("value"), amount.get("currency-code")
    if currency is None and filled(value):
        message = f"The amount {shown(value)} has no currency."
        out.append(Fault(clauses.CURRENCY_MISSING, at, message, allowed="a code of ISO 4217"))
    elif currency is not None and not filled(value):
        out.append(Fault(clauses.AMOUNT_EMPTY, at, f"There is a currency, {shown(currency)}, but no amount.", value))
    elif filled(value) and not _NUMBER.fullmatch(value):
        message = f"The amount {shown(value)} is not a number."
        out.append(Fault(clauses.AMOUNT_NOT_A_NUMBER, (*at, "value"), message, value, _digits(value)))


def _digits(value: str) -> str:
    """Return the number that was most likely meant."""
    plain = re.sub(r"[^0-9.,-]", "", value)
    if re.fullmatch(r"-?[0-9]{1,3}(?:,[0-9]{3})+(?:\.[0-9]+)?", plain):
        return plain.replace(",", "")
    if re.fullmatch(r"-?[0-9]{1,3}(?:\.[0-9]{3})+,[0-9]+", plain):
        return plain.replace(".", "").replace(",", ".")
    return plain if plain and _NUMBER.fullmatch(plain) else "digits with at most one decimal point"


def _overflows(value: str) -> bool:
    try:
        return float(value.strip().rstrip("fFdD")) in {float("inf"), float("-inf")}
    except ValueError:
        return False

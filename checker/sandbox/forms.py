"""Reads form fields as ORCID's servers do: those of the address and of the body, and of a repeated one the first."""

from __future__ import annotations

from typing import Final
from urllib.parse import parse_qsl

from starlette.requests import Request

FORM: Final = "application/x-www-form-urlencoded"


def is_form(request: Request) -> bool:
    """Say whether the body is declared as form fields."""
    return request.headers.get("content-type", "").partition(";")[0].strip().lower() == FORM


async def fields(request: Request) -> dict[str, str]:
    """Return the fields of the address and, when it is a form, of the body."""
    body = (await request.body()).decode("utf-8", "replace") if is_form(request) else ""
    return first_of(f"{request.url.query}&{body}")


def first_of(query: str) -> dict[str, str]:
    """Return the first value of each field of a query."""
    found: dict[str, str] = {}
    for name, value in parse_qsl(query, keep_blank_values=True):
        found.setdefault(name, value)
    return found

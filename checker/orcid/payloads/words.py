"""How sentences about a payload name its parts and their values."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Any, Final

from checker.orcid.payloads.json_text import Number
from checker.orcid.payloads.model import At
from checker.orcid.payloads.nearest import nearest

_SHOWN: Final = 60
_LISTED: Final = 12


def named(at: At) -> str:
    """Return how a sentence names a part: `external-id-type of external-id 2`, or `The payload`."""
    if at[-1:] == ("value",) and len(at) > 1:
        at = at[:-1]
    if not at:
        return "The payload"
    if isinstance(at[-1], int):
        return f"{at[-2] if len(at) > 1 else 'element'} {at[-1] + 1}"
    holder = next((step for step in reversed(at[:-1]) if isinstance(step, str)), None)
    if holder is None:
        return str(at[-1])
    number = at[-2]
    return f"{at[-1]} of {holder} {number + 1}" if isinstance(number, int) else f"{at[-1]} of {holder}"


def quoted(value: str) -> str:
    """Return a value in quotation marks, cut when it is long."""
    return f'"{value}"' if len(value) <= _SHOWN else f'"{value[: _SHOWN - 1]}…"'


def sort_of(value: Any) -> str:
    """Return what a value of JSON is: `a list`, `the number 5`."""
    if value is None:
        return "null"
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, Number):
        return f"the number {value[:_SHOWN]}"
    if isinstance(value, int):
        return f"the number {value}" if value.bit_length() < 200 else "a number of very many digits"
    if isinstance(value, str):
        return f"the text {quoted(value)}"
    return "a list" if isinstance(value, list) else "an object"


def listed(values: Sequence[str]) -> str:
    """Return values in a row, the first ones of many."""
    if len(values) <= _LISTED:
        return ", ".join(values)
    return f"{', '.join(values[:_LISTED])} … ({len(values)} values)"


def choice(value: str, values: Sequence[str]) -> str:
    """Return the value that was most likely meant, then all."""
    near = nearest(hyphened(value), values, {})
    return f"{near} (of: {listed(values)})" if near and len(values) > 1 else listed(values)


def hyphened(name: str) -> str:
    """Return a name as ORCID writes names: `externalIds`, `external_ids` -> `external-ids`."""
    return re.sub(r"(?<=[a-z0-9])(?=[A-Z])", "-", name).replace("_", "-").lower()

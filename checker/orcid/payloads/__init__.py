"""Payloads for ORCID's Member API 3.0: what ORCID would answer, known before anything is sent.

A portal's own tests can hold its payloads to it::

    from checker.orcid.payloads import check

    def test_our_employment_is_accepted():
        checked = check(employment_xml("0000-0002-1825-0097"), kind="employment")
        assert checked.accepted, checked.explain()

Nothing is sent and nothing is read but the payload. What depends on the record that it is sent to (duplicates, the
number of works) is judged when a :class:`Record` says what is there.
"""

from importlib import import_module
from typing import TYPE_CHECKING, Any, Final

if TYPE_CHECKING:
    from checker.orcid.payloads.checking import MEDIA_TYPES, Checked, check
    from checker.orcid.payloads.kinds import KINDS, Kind
    from checker.orcid.payloads.model import Answer, Layer, Method, Problem, Record, Stored

__all__ = [
    "KINDS",
    "MEDIA_TYPES",
    "Answer",
    "Checked",
    "Kind",
    "Layer",
    "Method",
    "Problem",
    "Record",
    "Stored",
    "check",
]

_HOMES: Final = {
    "checking": ("MEDIA_TYPES", "Checked", "check"),
    "kinds": ("KINDS", "Kind"),
    "model": ("Answer", "Layer", "Method", "Problem", "Record", "Stored"),
}


def __getattr__(name: str) -> Any:
    # Loaded when asked for: who wants the kinds alone, or a closed list, need not wait for all the rules.
    for home, names in _HOMES.items():
        if name in names:
            found = getattr(import_module(f"{__name__}.{home}"), name)
            globals()[name] = found
            return found
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")

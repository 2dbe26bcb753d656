"""How judged payloads are told: one module per format.

A format tells payloads one by one, so that a million of them need no more memory than one. What it says of a single
payload depends on nothing else and may be made in another process.
"""

from __future__ import annotations

from importlib import import_module
from typing import Final

from .model import Clause, Entry, Form, Outcome, Row, Tally

NAMES: Final = ("text", "json", "junit", "sarif")
"""In the order of the help."""


def form_named(name: str, *, colour: bool = False) -> Form:
    """Return the format of this name, with or without colours where it has any."""
    form = import_module(f"{__name__}.{name}_form").Told(colour=colour)
    assert isinstance(form, Form)
    return form


__all__ = ["NAMES", "Clause", "Entry", "Form", "Outcome", "Row", "Tally", "form_named"]

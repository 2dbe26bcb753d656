"""Advice: what ORCID takes but a reviewer would speak about. Few false alarms count for more than many checks."""

from __future__ import annotations

from ..kinds import KINDS
from ..model import Case, Fault
from .kinds import BY_FAMILY

__all__ = ["faults"]


def faults(case: Case) -> list[Fault]:
    """Return all advice on a payload, in the order of its parts; never raises on content of the right shapes.

    Source: the reviewers' requirements for payloads and ORCID's documentation; each clause names its own.
    """
    out: list[Fault] = []
    BY_FAMILY[KINDS[case.kind].family](case.content, (), case, out)
    return out

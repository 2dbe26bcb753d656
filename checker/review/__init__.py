"""The review: the one canonical result that every report renders."""

from .model import (
    Answer,
    Count,
    Coverage,
    Finding,
    Level,
    Outcome,
    Review,
    ScopeUse,
    Spot,
    Subject,
    Unchecked,
    Verdict,
    Whose,
    Written,
)

__all__ = [
    "Answer",
    "Count",
    "Coverage",
    "Finding",
    "Level",
    "Outcome",
    "Review",
    "ScopeUse",
    "Spot",
    "Subject",
    "Unchecked",
    "Verdict",
    "Whose",
    "Written",
]

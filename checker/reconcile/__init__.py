"""Holds stored put-codes against ORCID records, for as many researchers as there are, in bounded memory."""

from .model import Asked, Broken, Outcome, ReconcileError, Verdict, View
from .run import reconcile

__all__ = ["Asked", "Broken", "Outcome", "ReconcileError", "Verdict", "View", "reconcile"]

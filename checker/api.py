"""The public face for rules: everything a module under `checks/` may import, besides :mod:`checker.orcid`.

A rule is a function under :func:`rule`; its parameter names declare the evidence it needs; it returns one of
:func:`passed`, :func:`failed`, :func:`needs_person`, :func:`not_applicable`, :func:`blocked`.
"""

from .evidence.columns import meaning as column_meaning
from .evidence.model import (
    Authorization,
    Connection,
    Cookie,
    Delivery,
    Evidence,
    Exchange,
    Handshake,
    Item,
    Journey,
    RecordItem,
    RecordLook,
    Request,
    Run,
    Store,
    StoredToken,
    StoreLook,
    TlsLook,
)
from .evidence.page import Control, Field, Form, Icon, Metadata, Occurrence, Page, RecordLink, Snapshot
from .judge.needs import Display
from .judge.payloads import Payload
from .judge.rule import Ruling, blocked, failed, needs_person, not_applicable, passed, rule
from .review.model import Outcome, Spot

__all__ = [
    "Authorization", "Connection", "Control", "Cookie", "Delivery", "Display", "Evidence", "Exchange", "Field", "Form",
    "Handshake", "Icon", "Item", "Journey", "Metadata", "Occurrence", "Outcome", "Page", "Payload", "RecordItem",
    "RecordLink", "RecordLook", "Request", "Ruling", "Run", "Snapshot", "Spot", "Store", "StoreLook", "StoredToken",
    "TlsLook", "blocked", "column_meaning", "failed", "needs_person", "not_applicable", "passed", "rule",
]  # fmt: skip

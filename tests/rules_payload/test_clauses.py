"""Which clauses of the payload package the rules look for: all exist, and those that none looks for are known."""

from __future__ import annotations

import importlib
import pkgutil

import checker.orcid.payloads as package
from checker.judge.content import load_rules
from checker.orcid.payloads import Layer
from checker.orcid.payloads.model import Clause

load_rules()
CONCERN = importlib.import_module("checker.content.checks.connect.payload._rule").Concern

NO_RULE_ASKS = {
    # Nothing in the rulebook is about these parts; ORCID's refusal of them is seen on the wire.
    "address-country-missing", "authorization-url-bad", "citation-empty", "citation-type-missing",
    "citation-type-unknown", "contributor-email-empty", "contributor-name-empty", "contributor-role-unknown",
    "contributor-sequence-unknown", "country-empty", "keyword-empty", "researcher-url-missing",
    "subject-type-unknown", "url-not-a-uri",
    # These take the record to judge.
    "duplicate-activity", "duplicate-element", "duplicate-group", "group-not-found", "issn-group-is-made",
    "item-not-found", "too-many-works", "wrong-source", "wrong-source-unchanged",
    # Judged in another way: by the wire's earlier answers; by a rule about the request.
    "visibility-changed", "media-type",
}  # fmt: skip


def clauses():
    found = {}
    for module in pkgutil.walk_packages(package.__path__, f"{package.__name__}."):
        for value in vars(importlib.import_module(module.name)).values():
            parts = value.values() if isinstance(value, dict) else [value]
            found |= {clause.name: clause for clause in parts if isinstance(clause, Clause)}
    return found


def asked():
    names = set()
    for topic in ("changes", "form", "items", "organizations", "resources"):
        module = importlib.import_module(f"checker.content.checks.connect.payload.{topic}")
        for concern in vars(module).values():
            if isinstance(concern, CONCERN):
                names |= {name for clause in (*concern.breaks, *concern.asks) for name in clause.names}
    return names


def test_rules_look_for_clauses_that_exist():
    assert asked() - clauses().keys() == set()


def test_every_refusal_beyond_the_schema_is_looked_for_or_known_not_to_be():
    beyond = {name for name, clause in clauses().items() if clause.layer is Layer.RULE}
    assert beyond - asked() == NO_RULE_ASKS

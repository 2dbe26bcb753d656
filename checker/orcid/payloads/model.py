"""What a payload is judged by, and what comes out: cases, faults, problems, answers.

A payload's *content* is one tree whatever its form: the JSON that ORCID's own API writes for it (facts on the API,
section 13), with absent parts left out instead of `null`. XML and lenient JSON are both read into that tree, so that
every rule is written once. An :data:`At` points into it.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any, TypeAlias

Content: TypeAlias = dict[str, Any]
At: TypeAlias = tuple[str | int, ...]
"""Keys and indexes from the root of the content to a part of it; empty: the root."""


class Layer(StrEnum):
    """Who refuses."""

    SCHEMA = "schema"
    """The v3.0 schema."""
    RULE = "rule"
    """The API, beyond its schema."""
    ADVICE = "advice"
    """Nobody: ORCID takes it, a reviewer would speak."""
    INPUT = "input"
    """Nobody that we know of: what ORCID would say cannot be told."""


class Form(StrEnum):
    """How a payload is written."""

    XML = "xml"
    JSON = "json"


class Method(StrEnum):
    """How a payload is sent."""

    POST = "POST"
    PUT = "PUT"


@dataclass(frozen=True, slots=True)
class Answer:
    """What ORCID answers to a payload that it refuses."""

    status: int
    """HTTP status."""
    code: int
    """ORCID's error code, 9001 to 9062."""


@dataclass(frozen=True, slots=True)
class Clause:
    """One thing that can be wrong with a payload: its stable name, who refuses it, and what helps."""

    name: str
    """Lower case with hyphens; never changes its meaning."""
    layer: Layer
    remedy: str
    """What to do, one or two sentences."""
    source: str
    """Where it is written down that this is so."""
    answer: Answer | None = None
    """Of a rule; a schema's answer depends on the form, advice has none."""


@dataclass(frozen=True, slots=True)
class Fault:
    """A clause that a payload breaks, at a place of its content."""

    clause: Clause
    at: At
    message: str
    """What was found and why it is wrong, one sentence; says the value."""
    found: str | None = None
    allowed: str | None = None
    """What would be right: the nearest allowed value of a typo first, then the list or the limit."""
    answer: Answer | None = None
    """Where it depends on the payload; else the clause's."""


@dataclass(frozen=True, slots=True)
class Problem:
    """A fault as it is told to a person: with its place in the file."""

    layer: Layer
    name: str
    """Of the clause."""
    path: str
    """XPath (XML) or JSON pointer (JSON)."""
    line: int | None
    """From 1; None: the place has no line, for instance a file that is empty."""
    column: int | None
    """From 1."""
    message: str
    found: str | None
    allowed: str | None
    remedy: str
    source: str
    answer: Answer | None
    """What ORCID would answer were this the only problem; None: ORCID takes it."""


@dataclass(frozen=True, slots=True)
class Stored:
    """An item that is on the record already."""

    put_code: int
    kind: str
    content: Content
    source: str
    """Who wrote it: a client id, with the assertion origin where there is one."""
    visibility: str = "limited"


@dataclass(frozen=True, slots=True)
class Record:
    """What is known of the registry. What is None is not known, and rules that need it are silent."""

    stored: Sequence[Stored] | None = None
    source: str = ""
    """Who writes: compared with :attr:`Stored.source`."""
    works: int | None = None
    """Number of works on the record."""
    organizations: Collection[tuple[str, str]] | None = None
    """(disambiguation source, identifier) of the organizations that the registry knows."""
    groups: Collection[str] | None = None
    """Group ids that exist for peer reviews."""


@dataclass(frozen=True, slots=True)
class Case:
    """A payload that could be read, and how it was sent."""

    kind: str
    """A name of :data:`checker.orcid.payloads.kinds.KINDS`."""
    content: Content
    form: Form = Form.XML
    method: Method = Method.POST
    put_code: int | None = None
    """Of the address of a PUT; None: not known."""
    record: Record = field(default_factory=Record)

"""What is sent to be stored: read and judged by the package for payloads, in two steps.

Between them the record and the scope are looked at: a body that cannot be read is refused before a record that is
locked, a rule that is broken after it (facts on the API, section 4).
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any, Final

from ..orcid.payloads import MEDIA_TYPES, Record, check
from ..orcid.payloads.json_form import JsonReading, read_json
from ..orcid.payloads.lists import WORK_TYPE_ALIASES
from ..orcid.payloads.model import Answer, Case, Content, Fault, Form, Layer, Method
from ..orcid.payloads.rules import enum_faults
from ..orcid.payloads.rules import faults as rule_faults
from ..orcid.payloads.validity import faults_of
from ..orcid.payloads.verdict import judge, shaped
from ..orcid.payloads.xml_form import XmlReading, read_xml
from .api_errors import ApiError

XML_TYPES: Final = tuple(name for name, form in MEDIA_TYPES.items() if form is Form.XML)
JSON_TYPES: Final = tuple(name for name, form in MEDIA_TYPES.items() if form is Form.JSON)

ISSN_GROUP_IS_MADE: Final = "issn-group-is-made"
"""The rule whose refusal comes with a new group."""

_KEPT_BY_REGISTRY: Final = frozenset(
    {"created-date", "last-modified-date", "source", "path", "display-index", "visibility", "put-code"}
    | {"source-orcid", "source-client-id", "source-name"}
    | {"sent-date", "read-date", "actioned-date", "archived-date"}
)


class Refusal(ApiError):
    """A refusal of a payload, with the rule that it broke."""

    def __init__(self, fault: Fault | None, answer: Answer, message: str) -> None:
        super().__init__(answer.status, answer.code, message)
        self.clause = fault.clause.name if fault else ""


@dataclass(frozen=True)
class Submission:
    """A payload that could be read."""

    kind: str
    content: Content
    form: Form
    late: Sequence[Fault] = ()
    """What ORCID stumbles over only after its rules."""

    @property
    def put_code(self) -> int | None:
        """The put-code in the body."""
        found: int | None = self.content.get("put-code")
        return found

    @property
    def visibility(self) -> str | None:
        """The visibility in the body."""
        found: str | None = self.content.get("visibility")
        return found

    @property
    def own(self) -> Content:
        """The content as the registry stores it: without what it keeps itself, with its own spellings."""
        found: Content = _stored({name: part for name, part in self.content.items() if name not in _KEPT_BY_REGISTRY})
        for name in ("type", "subject-type"):
            if found.get(name) in WORK_TYPE_ALIASES:
                found[name] = WORK_TYPE_ALIASES[found[name]]
        return found

    def judge(self, method: Method, put_code: int | None, record: Record) -> None:
        """Hold the payload against ORCID's rules.

        Raises:
            Refusal: the first that it breaks.
        """
        content = self.content
        if self.kind == "work":
            content = _without_normal_forms(content)  # so that what is sent back as it was read is unchanged
        case = Case(self.kind, content, self.form, method, put_code, record)
        _refuse((*rule_faults(case), *self.late))

    def judge_bulk(self, record: Record) -> dict[int, Refusal]:
        """Hold a bulk of works against ORCID's rules; return what is refused in it, by position.

        Raises:
            Refusal: the whole request is refused.
        """
        case = Case(self.kind, self.content, self.form, Method.POST, None, record)
        found = [fault for fault in (*rule_faults(case), *self.late) if _answer(fault)]
        _refuse(fault for fault in found if len(fault.at) < 2)
        refused: dict[int, Refusal] = {}
        for fault in found:
            refused.setdefault(int(fault.at[1]), _refusal(fault))
        return refused


def _without_normal_forms(part: Any) -> Any:
    if isinstance(part, dict):
        return {k: _without_normal_forms(v) for k, v in part.items() if not k.startswith("external-id-normalized")}
    return [_without_normal_forms(one) for one in part] if isinstance(part, list) else part


def _stored(part: Any, name: str = "") -> Any:
    if isinstance(part, dict):
        if name in _DIGITS and "value" in part:
            return {"value": _padded(str(part["value"]), _DIGITS[name])}
        return {k: _stored(v, k) for k, v in part.items() if not k.startswith("external-id-normalized")}
    return [_stored(one) for one in part] if isinstance(part, list) else part


_DIGITS: Final = {"year": 4, "month": 2, "day": 2}


def _padded(text: str, digits: int) -> str:
    plain = text.strip().removeprefix("+")
    return f"{int(plain):0{digits}d}" if plain.isascii() and plain.isdigit() and len(plain) < 20 else text


def read(kind: str, body: bytes, media_type: str) -> Submission:
    """Read a payload of a kind.

    Args:
        kind: a name of :data:`checker.orcid.payloads.KINDS`.
        body: the request's.
        media_type: one of :data:`checker.orcid.payloads.MEDIA_TYPES`.

    Raises:
        Refusal: ORCID cannot read it, or its schema refuses it.
    """
    form = MEDIA_TYPES[media_type]
    reading: XmlReading | JsonReading = read_xml(body, kind) if form is Form.XML else read_json(body, kind)
    if reading.content is None or (isinstance(reading, JsonReading) and not reading.document.readable):
        checked = check(body, kind=kind, media_type=media_type)
        told = checked.problems[0].message if checked.problems else "the body cannot be read"
        raise Refusal(None, checked.answer or Answer(400, 9012 if form is Form.XML else 9001), told)
    content = reading.content
    case = Case(kind, content, form)
    invalid = faults_of(kind, content, form)
    if invalid:
        content = shaped(kind, content)
        case = Case(kind, content, form)
    values = enum_faults(case)
    if values or invalid or any(fault.clause.layer is Layer.SCHEMA for fault in reading.faults):
        reads = {fault.clause.name for fault in (*values, *invalid)}
        verdict = judge(Case(kind, reading.content, form), reading.faults)
        _refuse(fault for fault in verdict.faults if fault.clause.layer is Layer.SCHEMA or fault.clause.name in reads)
    late = [fault for fault in reading.faults if fault.clause.layer in (Layer.RULE, Layer.INPUT)]
    return Submission(kind, content, form, late)


def read_old(kind: str, body: bytes, media_type: str) -> Submission:
    """Read a payload for API 2: namespaces are not looked at, and JSON writes values of lists in capital letters.

    Raises:
        Refusal: it cannot be read, or is not what API 3.0 would take under the present names.
    """
    form = MEDIA_TYPES[media_type]
    if form is Form.JSON:
        try:
            tree = _modern(json.loads(body))
        except (ValueError, RecursionError):
            return read(kind, body, media_type)
        return read(kind, json.dumps(tree).encode(), media_type)
    reading = read_xml(body, kind)
    if reading.content is None:
        return read(kind, body, media_type)
    content = reading.content
    _refuse(judge(Case(kind, content, form), ()).faults, layer=Layer.SCHEMA)
    return Submission(kind, content, form)


_LISTED: Final = frozenset(
    {"type", "visibility", "external-id-relationship", "citation-type", "contributor-role", "contributor-sequence"}
    | {"reviewer-role", "review-type", "subject-type"}
)


def _modern(value: Any, key: str = "") -> Any:
    if isinstance(value, dict):
        return {name: _modern(part, name) for name, part in value.items()}
    if isinstance(value, list):
        return [_modern(one) for one in value]
    return value.lower().replace("_", "-") if key in _LISTED and isinstance(value, str) and value.isupper() else value


def _answer(fault: Fault) -> Answer | None:
    return fault.answer or fault.clause.answer


def _refusal(fault: Fault) -> Refusal:
    answer = _answer(fault)
    assert answer is not None
    return Refusal(fault, answer, fault.message)


def _refuse(faults: Iterable[Fault], layer: Layer | None = None) -> None:
    for fault in faults:
        if _answer(fault) is not None and layer in {None, fault.clause.layer}:
            raise _refusal(fault)

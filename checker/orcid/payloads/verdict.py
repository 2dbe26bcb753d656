"""What ORCID would answer to a payload that was read: its checks in their order, and which of the faults decides."""

from __future__ import annotations

from collections.abc import Iterable, Sequence, Set
from dataclasses import dataclass, replace
from typing import Any, Final

from checker.orcid.payloads import advice, rules
from checker.orcid.payloads.description import Schema, follow, schema_of
from checker.orcid.payloads.model import Answer, At, Case, Content, Fault, Form, Layer
from checker.orcid.payloads.schema_clauses import REQUIRED, UNKNOWN_PART
from checker.orcid.payloads.validity import ANSWERS, faults_of, order_of

_NO_REFUSAL: Final = frozenset({Layer.ADVICE, Layer.INPUT})


@dataclass(frozen=True, slots=True)
class Verdict:
    """What is wrong, and what ORCID says to it."""

    faults: tuple[Fault, ...]
    """Each with the answer that it alone would bring; None: ORCID takes it."""
    answer: Answer | None
    """The first error that ORCID would give; of a bulk: of the request, else of the first work that it refuses."""


def judge(case: Case, found: Sequence[Fault], *, sound: bool = False) -> Verdict:
    """Judge a case by schema, rules and advice.

    Args:
        case: its content is what could be read.
        found: the faults that reading found; parts at fault are no longer in the content, or have the wrong shape.
        sound: the schema is known to refuse nothing in the content.
    """
    bulk = case.kind == "bulk"
    read = [_with_answer(fault, case, decides=not bulk or _decides_bulk(fault, case.form)) for fault in found]
    schema = [fault for fault in read if fault.clause.layer is Layer.SCHEMA]
    invalid = [] if sound else faults_of(case.kind, case.content, case.form)
    if invalid:
        lost = {fault.at for fault in schema}
        invalid = [fault for fault in invalid if not _touched(fault.at, lost)]
        if bulk:
            invalid = [replace(fault, answer=None) for fault in invalid]
        case = replace(case, content=shaped(case.kind, case.content))
    values = [_with_answer(fault, case) for fault in rules.enum_faults(case)]
    ruled = [_with_answer(fault, case) for fault in rules.faults(case)]
    if schema or invalid or values:
        # What does not decide must not hide what does.
        decisive = [fault for fault in schema if fault.answer is not None]
        ruled = _independent(ruled, decisive, [] if bulk else invalid, values)
        if bulk:
            told = {fault.at for fault in (*ruled, *values)}
            schema = [fault for fault in schema if fault.answer is not None or not _touched(fault.at, told)]
            invalid = [fault for fault in invalid if not _touched(fault.at, told)]
    advised = advice.faults(case)
    if advised and (schema or invalid or values or ruled):
        told = {fault.at for fault in (*schema, *invalid, *values, *ruled)}
        advised = [fault for fault in advised if fault.at not in told]
    late = [fault for fault in read if fault.clause.layer is Layer.RULE]
    noted = [fault for fault in read if fault.clause.layer in _NO_REFUSAL]
    first = _in_order(case, [*schema, *invalid, *values]) if schema or invalid or values else []
    answer = next((fault.answer for fault in (*first, *ruled, *late) if fault.answer is not None), None)
    return Verdict((*first, *ruled, *late, *advised, *noted), answer)


def _with_answer(fault: Fault, case: Case, *, decides: bool = True) -> Fault:
    if not decides:
        return replace(fault, answer=None) if fault.answer is not None else fault
    if fault.answer is not None or fault.clause.layer in _NO_REFUSAL:
        return fault
    answer = fault.clause.answer or (ANSWERS[case.form] if fault.clause.layer is Layer.SCHEMA else None)
    return replace(fault, answer=answer)


def _decides_bulk(fault: Fault, form: Form) -> bool:
    """Whether a fault of reading makes ORCID refuse a bulk of works, which it does not judge by its schema.

    The mapper of JSON refuses what it cannot map; the reader of XML passes over it.
    """
    return form is Form.JSON or fault.clause.layer is not Layer.SCHEMA or not fault.at


def _in_order(case: Case, faults: list[Fault]) -> list[Fault]:
    """Return faults in the order in which ORCID meets them: in XML that of the elements, in JSON they answer alike."""
    return sorted(faults, key=lambda fault: order_of(fault.at, case.kind))


# Consequences ----------------------------------------------------------------------------------------------------


def _independent(
    ruled: list[Fault], schema: Iterable[Fault], invalid: Iterable[Fault], values: Iterable[Fault]
) -> list[Fault]:
    """Return the faults of rules that are no mere consequence of what is wrong already.

    A rule may tell a part that is missing at the part around it; then its name or its sentence has the part's name.
    """
    refused = {fault.at for fault in (*schema, *invalid, *values)}
    lost = {fault.at[:end] for fault in schema if fault.clause != UNKNOWN_PART for end in range(len(fault.at) + 1)}
    missing: dict[At, list[str]] = {}
    for fault in invalid:
        if fault.clause == REQUIRED:
            missing.setdefault(fault.at[:-1], []).append(str(fault.at[-1]))
    return [
        fault
        for fault in ruled
        if not _touched(fault.at, refused)
        and fault.at not in lost
        and not any(name in fault.clause.name or name in fault.message for name in missing.get(fault.at, ()))
    ]


def _touched(at: At, places: Set[At]) -> bool:
    """Whether a part is one of the places, or inside one; around a text and its text are one place."""
    return bool(places) and ((*at, "value") in places or any(at[:end] in places for end in range(1, len(at) + 1)))


# Shape -----------------------------------------------------------------------------------------------------------

_TYPES: Final[dict[str, type]] = {"object": dict, "array": list, "string": str, "integer": int}
_GONE: Final = object()


def shaped(kind: str, content: Content) -> Content:
    """Return a content without the parts that have not the type that their description asks for."""
    schema: Schema = schema_of(kind)
    whole: Any = _shaped(content, schema, schema)
    return whole if isinstance(whole, dict) else {}


def _shaped(value: Any, part: Schema, schema: Schema) -> Any:
    part = follow(part, schema)
    due = _TYPES.get(part.get("type", ""), str if "enum" in part else object)
    if not isinstance(value, due) or (isinstance(value, bool) and due is int):
        return _GONE
    if isinstance(value, dict):
        properties = part.get("properties", {})
        parts = {key: _shaped(inner, properties[key], schema) for key, inner in value.items() if key in properties}
        return {key: inner for key, inner in parts.items() if inner is not _GONE}
    if isinstance(value, list):
        elements = [_shaped(item, part["items"], schema) for item in value]
        # An element keeps its number.
        return [{} if element is _GONE else element for element in elements]
    return value

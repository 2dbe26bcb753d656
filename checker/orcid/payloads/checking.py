"""Say what ORCID's Member API 3.0 would answer to a payload, without sending it."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Final

from checker.orcid.payloads.json_form import JsonReading, read_json
from checker.orcid.payloads.json_text import Document, parse
from checker.orcid.payloads.kinds import KINDS
from checker.orcid.payloads.model import (
    Answer,
    Case,
    Clause,
    Content,
    Fault,
    Form,
    Layer,
    Method,
    Problem,
    Record,
)
from checker.orcid.payloads.old_versions import of_json, of_xml
from checker.orcid.payloads.recognise import kinds_of_json, misfit_of_json, misfit_of_xml
from checker.orcid.payloads.schema_clauses import EMPTY_BODY
from checker.orcid.payloads.validity import ANSWERS
from checker.orcid.payloads.verdict import Verdict, judge

if TYPE_CHECKING:
    from checker.orcid.payloads.xml_form import XmlReading

MEDIA_TYPES: Final = {
    "application/vnd.orcid+xml": Form.XML,
    "application/orcid+xml": Form.XML,
    "application/xml": Form.XML,
    "application/vnd.orcid+json": Form.JSON,
    "application/orcid+json": Form.JSON,
    "application/json": Form.JSON,
}
"""What the API takes."""

_USUAL: Final = {Form.XML: "application/vnd.orcid+xml", Form.JSON: "application/vnd.orcid+json"}

_MEDIA_TYPE: Final = Clause(
    "media-type",
    Layer.RULE,
    "Send the payload as application/vnd.orcid+xml or application/vnd.orcid+json.",
    "ORCID Member API 3.0: media types of the resources",
    Answer(415, 9001),
)
_KIND_UNCLEAR: Final = Clause(
    "kind-unclear",
    Layer.SCHEMA,
    "Say what the payload is (--kind, or the argument kind); in JSON only the address that it is sent to tells.",
    "ORCID Member API 3.0: a payload in JSON has no root element",
)
_KIND_UNKNOWN: Final = Clause(
    "kind-unknown",
    Layer.SCHEMA,
    "Say what the payload is (--kind, or the argument kind), or send what the Member API takes.",
    "ORCID Member API 3.0: writable items",
)
_KIND_NOT_TOLD: Final = Fault(
    _KIND_UNKNOWN,
    (),
    "Nothing in this JSON tells which item of the Member API 3.0 it is.",
    allowed=", ".join(KINDS),
)
_BULK_AS_ITEM: Final = Answer(400, 9006)
_NO_CONTENT: Final = Answer(400, 9001)


@dataclass(frozen=True, slots=True)
class Checked:
    """What ORCID would say to a payload."""

    kind: str | None
    """None: it cannot be told, or could be one of :attr:`kinds`."""
    media_type: str
    accepted: bool
    """Whether ORCID takes the payload, of a bulk: all of it."""
    answer: Answer | None
    """The first error that ORCID would give; of a bulk: that of the request, else that of the first work refused.
    None: the payload is accepted, or nobody can say what it is: then :attr:`accepted` is False."""
    problems: tuple[Problem, ...]
    """All that is wrong, and advice, in the order of the document."""
    kinds: tuple[str, ...] = field(default=())
    """What it may be when the kind cannot be told."""

    def explain(self) -> str:
        """Return the verdict in plain words, for instance as the message of an `assert`."""
        what = self.kind or " or ".join(self.kinds) or "payload"
        if self.accepted:
            verdict = f"ORCID would take this {what}."
        elif self.answer is not None:
            verdict = f"ORCID would answer {self.answer.status} with error {self.answer.code} to this {what}."
        else:
            verdict = "It cannot be told what ORCID would answer."
        return "\n".join([verdict, *(_told(problem) for problem in self.problems)])


def _told(problem: Problem) -> str:
    place = problem.path or "/"
    if problem.line is not None:
        place = f"line {problem.line}, column {problem.column}, {place}"
    allowed = f" Allowed: {problem.allowed}." if problem.allowed else ""
    return f"- {problem.layer.value} {problem.name} ({place}): {problem.message}{allowed} {problem.remedy}"


def check(
    body: bytes | str,
    *,
    kind: str | None = None,
    media_type: str | None = None,
    method: str = "POST",
    put_code: int | None = None,
    record: Record | None = None,
    name: str | None = None,
) -> Checked:
    """Say what ORCID's Member API 3.0 would answer to a payload.

    Args:
        body: What would be sent; text stands for its bytes in the encoding that the document declares, else UTF-8.
        kind: A name of :data:`~checker.orcid.payloads.kinds.KINDS`, such as `work`; None: the payload tells. JSON of
            an affiliation, a keyword or an other-name does not.
        media_type: The Content-Type of the request; None: as the payload looks.
        method: `POST` or `PUT`.
        put_code: Of the address of a PUT; None: not known, then the payload's own counts.
        record: What is known of the record that it is sent to; rules that need more are silent.
        name: Of the file, which may tell the kind where the payload does not.

    Raises:
        ValueError: there is no such kind or method. Never for what is in the payload.
    """
    if kind is not None and kind not in KINDS:
        raise ValueError(f"no kind {kind!r}: it is one of {', '.join(KINDS)}")
    how = _How(Method(method.upper()), put_code, record or Record(), name)
    if media_type is None:
        form = _form_of(body, name)
        media_type = _USUAL[form]
    else:
        plain = media_type.partition(";")[0].strip().lower()
        if plain not in MEDIA_TYPES:
            return _not_taken(kind, media_type)
        form = MEDIA_TYPES[plain]
    return _check_xml(body, kind, media_type, how) if form is Form.XML else _check_json(body, kind, media_type, how)


@dataclass(frozen=True, slots=True)
class _How:
    """How a payload is sent."""

    method: Method
    put_code: int | None
    record: Record
    name: str | None

    def case(self, kind: str, content: Content, form: Form) -> Case:
        return Case(kind, content, form, self.method, self.put_code, self.record)


def _form_of(body: bytes | str, name: str | None) -> Form:
    if body[:1] in ("{", b"{"):
        return Form.JSON
    if body[:1] in ("<", b"<"):
        return Form.XML
    start = body[:400]
    text = start if isinstance(start, str) else start.replace(b"\0", b"").decode("latin-1")
    first = re.sub(r"^(?:\ufeff|ï»¿|ÿþ|þÿ)", "", text).lstrip()[:1]
    if first == "<":
        return Form.XML
    if first in ("{", "[", '"'):
        return Form.JSON
    return Form.XML if name is not None and name.lower().endswith((".xml", ".xsl")) else Form.JSON


def _not_taken(kind: str | None, media_type: str) -> Checked:
    message = f"The API takes no payload of the media type {media_type}."
    fault = Fault(_MEDIA_TYPE, (), message, found=media_type, allowed=", ".join(MEDIA_TYPES))
    return Checked(kind, media_type, False, _MEDIA_TYPE.answer, (_problem(fault, "", None, None, _MEDIA_TYPE.answer),))


# XML -------------------------------------------------------------------------------------------------------------


def _check_xml(body: bytes | str, kind: str | None, media_type: str, how: _How) -> Checked:
    from checker.orcid.payloads.xml_form import read_xml  # Takes long to load, and who sends JSON needs none of it.

    reading = read_xml(body, kind)
    if reading.content is None or reading.kind is None:
        return _unread_xml(reading, kind, media_type)
    verdict = judge(how.case(reading.kind, reading.content, Form.XML), reading.faults)
    root, element = reading.root, reading.element
    # Without a fault, nothing but an attribute of the root can show an old version.
    if root is not None and element is not None and (verdict.faults or element.keys()):
        old = of_xml(root, element)
        verdict = _led_by(old.fault(verdict.answer is not None), verdict) if old is not None else verdict
    problems = []
    for fault in verdict.faults:
        place = reading.place(fault.at)
        problems.append(_problem(fault, place.path, place.line, place.column, fault.answer))
    return _checked(reading.kind, media_type, verdict.answer, problems)


def _unread_xml(reading: XmlReading, kind: str | None, media_type: str) -> Checked:
    """Return the verdict on XML that has no content of its kind: broken, empty, or with another root."""
    answer: Answer | None = None
    if reading.root is not None:
        sent_bulk = reading.root == KINDS["bulk"].tag and kind == "work"
        answer = (_BULK_AS_ITEM if sent_bulk else Answer(400, 9012)) if kind is not None else None
    elif any(fault.clause.layer is Layer.INPUT for fault in reading.faults):
        answer = None
    elif any(fault.clause == EMPTY_BODY for fault in reading.faults) or kind == "bulk":
        answer = _NO_CONTENT
    else:
        answer = Answer(400, 9012)
    faults = reading.faults
    if reading.root is not None:
        old = of_xml(reading.root, reading.element)
        why = (old.fault(True) if old is not None else None) or misfit_of_xml(reading.root)
        if why is not None:
            answer = answer or ANSWERS[Form.XML]
            faults = [why]
    problems = []
    for fault in faults:
        place = reading.place(fault.at)
        problems.append(_problem(fault, place.path, place.line, place.column, fault.answer or answer))
    return Checked(reading.kind or kind, media_type, False, answer, tuple(problems))


# JSON ------------------------------------------------------------------------------------------------------------


def _check_json(body: bytes | str, kind: str | None, media_type: str, how: _How) -> Checked:
    document = parse(body)
    if not document.readable:
        return _with_places(
            read_json(document, None), Verdict(document.faults, _first(document.faults)), media_type, kind
        )
    if kind is not None:
        return _judged_json(document, kind, media_type, how)
    kinds = kinds_of_json(document.value, how.name)
    if not kinds:
        fault = _misfit_of_json(document) or _KIND_NOT_TOLD
        return _with_places(read_json(document, None), Verdict((fault,), fault.answer), media_type, None)
    found = [_judged_json(document, one, media_type, how) for one in kinds]
    if len(found) == 1:
        return found[0]
    return _agreed(document, kinds, found, media_type)


def _misfit_of_json(document: Document) -> Fault | None:
    """Return why a document without a kind is no payload; ORCID refuses it wherever it is sent."""
    old = of_json(document.value)
    fault = (old.fault(True) if old is not None else None) or misfit_of_json(document.value)
    return replace(fault, answer=ANSWERS[Form.JSON]) if fault is not None else None


def _judged_json(document: Document, kind: str, media_type: str, how: _How) -> Checked:
    reading = read_json(document, kind)
    verdict = judge(how.case(kind, reading.content, Form.JSON), reading.faults, sound=reading.sound)
    if verdict.answer is not None:
        if misfit := misfit_of_json(document.value):
            verdict = _led_by(misfit, verdict)
        elif old := of_json(document.value):
            verdict = _led_by(old.fault(True), verdict)
    return _with_places(reading, verdict, media_type, kind)


def _led_by(fault: Fault | None, verdict: Verdict) -> Verdict:
    """Return a verdict with a fault that explains the others; it does not change what ORCID answers."""
    if fault is None:
        return verdict
    return Verdict((replace(fault, answer=verdict.answer), *verdict.faults), verdict.answer)


def _with_places(reading: JsonReading, verdict: Verdict, media_type: str, kind: str | None) -> Checked:
    if not verdict.faults:
        return Checked(kind, media_type, kind is not None, None, ())
    problems = [
        _problem(fault, place.path, place.line, place.column, _answer_of(fault))
        for fault, place in zip(verdict.faults, reading.places(verdict.faults), strict=True)
    ]
    if kind is None:
        return Checked(None, media_type, False, verdict.answer, tuple(problems))
    return _checked(kind, media_type, verdict.answer, problems)


def _first(faults: Sequence[Fault]) -> Answer | None:
    return next((answer for fault in faults if (answer := _answer_of(fault)) is not None), None)


def _answer_of(fault: Fault) -> Answer | None:
    """Return what ORCID answers to a fault; that of a fault that may be none is only likely, and is not told."""
    return None if fault.clause.layer is Layer.INPUT else fault.answer or fault.clause.answer


def _agreed(document: Document, kinds: tuple[str, ...], found: list[Checked], media_type: str) -> Checked:
    """Return the verdict that holds whatever the payload is; where there is none, say so."""
    first = found[0]
    if all((one.accepted, one.answer) == (first.accepted, first.answer) for one in found):
        common = [problem for problem in first.problems if all(_has(one, problem) for one in found)]
        # A problem that only some kinds have is told when nothing else would be.
        problems = tuple(common) or first.problems
        return Checked(None, media_type, first.accepted, first.answer, problems, kinds)
    verdicts: dict[str, list[str]] = {}
    for one, kind in zip(found, kinds, strict=True):
        said = f"answers {one.answer.status} with error {one.answer.code}" if one.answer else "takes it"
        verdicts.setdefault(said, []).append(kind)
    told = "; ".join(f"as {' or '.join(names)} ORCID {said}" for said, names in verdicts.items())
    fault = Fault(_KIND_UNCLEAR, (), f"The payload may be one of {len(kinds)} kinds: {told}.", allowed=", ".join(kinds))
    unclear = _with_places(read_json(document, None), Verdict((fault,), None), media_type, None)
    common = [problem for problem in first.problems if all(_has(one, problem) for one in found)]
    return Checked(None, media_type, False, None, (*unclear.problems, *common), kinds)


def _has(checked: Checked, problem: Problem) -> bool:
    return any(one.name == problem.name and one.path == problem.path for one in checked.problems)


# Both ------------------------------------------------------------------------------------------------------------


def _problem(fault: Fault, path: str, line: int | None, column: int | None, answer: Answer | None) -> Problem:
    clause = fault.clause
    return Problem(
        layer=clause.layer,
        name=clause.name,
        path=path,
        line=line,
        column=column,
        message=fault.message,
        found=fault.found,
        allowed=fault.allowed,
        remedy=clause.remedy,
        source=clause.source,
        answer=answer,
    )


_BEYOND: Final = 1 << 60


def _checked(kind: str, media_type: str, answer: Answer | None, problems: list[Problem]) -> Checked:
    problems.sort(key=lambda problem: (problem.line or _BEYOND, problem.column or _BEYOND))
    accepted = answer is None and not any(problem.layer is Layer.INPUT for problem in problems)
    return Checked(kind, media_type, accepted, answer, tuple(problems))

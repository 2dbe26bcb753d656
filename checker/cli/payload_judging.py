"""`orcid-review payload`, the work: each payload judged and put into words, in one process or in several."""

from __future__ import annotations

import os
import re
import signal
import sys
import threading
from collections import deque
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from itertools import chain
from typing import TYPE_CHECKING, Final

from ..gather.payload_files.model import Given, Payload, Unread, Why
from .payload_formats import Entry, Form, Outcome, Row, Tally, form_named

if TYPE_CHECKING:
    from concurrent.futures import Future

    from ..orcid.payloads import Checked

_CHUNK: Final = 64
"""Payloads that a worker is given at once ..."""
_CHUNK_BYTES: Final = 1 << 20
"""... or bytes of them, whichever is reached first."""
_WORTHWHILE: Final = 200
"""Payloads below which starting workers takes longer than the work ..."""
_WORTHWHILE_BYTES: Final = 2 << 20

_ABSENT: Final = {Why.NO_FILE: Outcome.ABSENT, Why.NOTHING_INSIDE: Outcome.EMPTY}

# Names that ORCID's payloads have and hardly anything else has.
_TRACES: Final = re.compile(
    rb"orcid\.org/ns/|[\"'](?:external-id-(?:type|value)|external-ids|external-identifier-type|put-code|display-index"
    rb"|journal-title|disambiguated-organization|disambiguation-source|short-description|language-code|citation-type"
    rb"|convening-organization|review-group-id|reviewer-role|group-id|url-name|department-name|organization-defined-type"
    rb"|orcid-message|orcid-profile|work-external-identifiers|authorization-url|contributor-orcid)[\"']"
)
_PLACEHOLDER: Final = re.compile(r"\{\{.*?\}\}|\{%.*?%\}|<%.*?%>|\$\{[^}\n]*\}", re.DOTALL)
_BYTE_ORDER: Final = {b"\xff\xfe": "utf-16", b"\xfe\xff": "utf-16", b"\xef\xbb": "utf-8-sig"}
_ENCODING: Final = re.compile(rb"""<\?xml[^>]{0,200}?encoding=["']([A-Za-z0-9._-]{1,40})["']""")


class WorkersLost(Exception):
    """A worker process ended by itself, for instance because memory ran out."""


@dataclass(frozen=True, slots=True)
class How:
    """What is asked of every payload. Goes to the workers, so it holds plain values only."""

    kind: str | None = None
    media_type: str | None = None
    method: str = "POST"
    form: str = "text"
    colour: bool = False
    advice: bool = True
    """Whether advice is told."""
    only_payloads: bool = False
    """Whether files that are no ORCID payload are passed over."""
    debug: bool = False
    """Whether a fault of ours ends everything, with its traceback."""


@dataclass(frozen=True, slots=True)
class Batch:
    """Some payloads' part of the output, in their order."""

    text: str
    tally: Tally
    payloads: int
    cost: int
    """Bytes read from disk for them."""


def batches(given: Iterable[Given], how: How, jobs: int, *, live: bool = False) -> Iterator[Batch]:
    """Judge all payloads and yield what there is to tell of them, in their order.

    Args:
        given: read no further ahead than the workers need.
        how: what is asked.
        jobs: number of processes that judge; they are started only when there is enough to do.
        live: whether payloads come as somebody makes them, so that each is told before the next is waited for. Workers
            are given some at once all the same.

    Raises:
        WorkersLost: a worker ended by itself.
    """
    stream = iter(given)
    if jobs > 1:
        first, size = [], 0
        for one in stream:
            first.append(one)
            size += len(one.body) if isinstance(one, Payload) else 0
            if len(first) > _WORTHWHILE or size > _WORTHWHILE_BYTES:
                yield from _in_workers(chain(first, stream), how, jobs)
                return
        stream = iter(first)
    form = form_named(how.form, colour=how.colour)
    for chunk in _chunks(stream, 1 if live else _CHUNK):
        yield judged(chunk, how, form)


def judged(some: Iterable[Given], how: How, form: Form) -> Batch:
    """Judge what is given and put it into words."""
    tally = Tally()
    parts = []
    payloads = cost = 0
    for given in some:
        entry = _entry(given, how, form)
        tally.count(entry, clauses=form.clauses)
        if entry.outcome is not Outcome.PASSED_OVER and (text := form.entry(entry)):
            parts.append(text)
        payloads += 1
        cost += given.cost
    return Batch(form.between.join(parts), tally, payloads, cost)


# One payload


def _entry(given: Given, how: How, form: Form) -> Entry:
    if isinstance(given, Unread):
        return _unread(given)
    try:
        return _checked(given, how, form)
    except Exception as error:
        if how.debug:
            raise
        return _our_fault(given, error)


def _checked(payload: Payload, how: How, form: Form) -> Entry:
    from ..orcid.payloads import check

    found = check(payload.body, kind=how.kind, media_type=how.media_type, method=how.method, name=payload.name or None)
    if found.accepted:
        outcome = Outcome.ACCEPTED
    elif found.answer:
        outcome = Outcome.REFUSED
    else:  # nobody can say what ORCID would answer
        outcome = Outcome.UNDECIDED
    if how.only_payloads and outcome is not Outcome.ACCEPTED and _is_none(payload, found):
        return Entry(payload.file, payload.index, Outcome.PASSED_OVER)
    rows = _rows(payload, found, how, form) if found.problems else ()
    answer = (found.answer.status, found.answer.code) if found.answer else None
    return Entry(payload.file, payload.index, outcome, found.kind, found.media_type, answer, rows, _one_of(found.kinds))


def _one_of(kinds: tuple[str, ...]) -> str:
    return " or ".join(kinds) if len(kinds) < 3 else f"one of {len(kinds)} kinds"


def _rows(payload: Payload, found: Checked, how: How, form: Form) -> list[Row]:
    lines = _lines(payload.body) if form.excerpts else []
    before = (payload.index or 1) - 1  # a payload of NDJSON begins on its own line of the file
    return [
        Row(
            layer=one.layer.value,
            name=one.name,
            message=one.message,
            remedy=one.remedy,
            code=one.answer.code if one.answer else None,
            path=one.path,
            line=None if one.line is None else one.line + before,
            column=one.column,
            found=one.found,
            allowed=one.allowed,
            source=one.source,
            excerpt=lines[one.line - 1] if one.line is not None and one.line <= len(lines) else None,
        )
        for one in found.problems
        if how.advice or one.layer.value != "advice"
    ]


def _unread(given: Unread) -> Entry:
    outcome = _ABSENT.get(given.why, Outcome.UNREAD)
    said = given.message[:1].upper() + given.message[1:] + "."
    row = Row("input", given.why.value, said, given.todo)
    return Entry(given.file, given.index, outcome, rows=[row])


def _our_fault(payload: Payload, error: Exception) -> Entry:
    trace, place = error.__traceback__, "?"
    while trace:
        code = trace.tb_frame.f_code
        place = f"{os.path.basename(code.co_filename)}:{trace.tb_lineno}"
        trace = trace.tb_next
    row = Row(
        "input",
        "own-fault",
        f"Orcid-review itself failed on this payload ({type(error).__name__} at {place}).",
        "Please report it, with what `orcid-review --debug payload ...` says of this file alone.",
    )
    return Entry(payload.file, payload.index, Outcome.FAULT, rows=[row])


def _lines(body: bytes) -> list[str]:
    """Return the lines of a payload as far as its encoding can be told; only shown, never judged."""
    encoding = _BYTE_ORDER.get(body[:2])
    if encoding is None:
        declared = _ENCODING.match(body)
        encoding = declared[1].decode("ascii") if declared else "utf-8"
    try:
        text = body.decode(encoding, "replace")
    except LookupError:
        text = body.decode("utf-8", "replace")
    return text.replace("\r\n", "\n").replace("\r", "\n").split("\n")


# What a commit hook hands over, but is no payload


def _is_none(payload: Payload, found: Checked) -> bool:
    """Whether a payload that is not accepted was never meant for ORCID as it stands: another file, or a template."""
    if not _TRACES.search(payload.body) and not _is_small(found):
        return True
    lines = _lines(payload.body)
    for one in found.problems:
        if one.layer.value == "advice":
            continue
        # BibTeX has double braces of its own, so only what stands at the very place of a problem counts.
        if one.found and not one.found.lstrip().startswith("@") and _PLACEHOLDER.search(one.found):
            return True
        if one.line is not None and one.column is not None and one.line <= len(lines):
            at = max(0, one.column - 3)
            here = _PLACEHOLDER.search(lines[one.line - 1], at)
            if here and here.start() <= one.column:
                return True
    return False


def _is_small(found: Checked) -> bool:
    """Whether it has the shape of an item so small that it bears no trace, for instance `{"country": "UK"}`."""
    from ..orcid.payloads.kinds import KINDS

    misfits = {"unknown-part", "required-part-missing", "not-a-payload"}
    return bool(
        found.kind and KINDS[found.kind].family == "person" and not any(one.name in misfits for one in found.problems)
    )


# Several processes


def _in_workers(given: Iterator[Given], how: How, jobs: int) -> Iterator[Batch]:
    import multiprocessing
    from concurrent.futures import ProcessPoolExecutor
    from concurrent.futures.process import BrokenProcessPool

    # Forked from a server without threads where there are forks: no lock can be copied while it is held.
    context = multiprocessing.get_context("spawn" if sys.platform == "win32" else "forkserver")
    if hasattr(context, "set_forkserver_preload"):
        context.set_forkserver_preload([__name__, "checker.orcid.payloads"])
    pool = ProcessPoolExecutor(jobs, mp_context=context, initializer=_begin, initargs=(how,))
    waiting: deque[Future[Batch]] = deque()
    try:
        with _no_interrupts():  # workers inherit this: Ctrl-C is for us, who end them in good order
            waiting.append(pool.submit(_work, next(_chunks(given))))
        for chunk in _chunks(given):
            waiting.append(pool.submit(_work, chunk))
            if len(waiting) > 2 * jobs:
                yield waiting.popleft().result()
        while waiting:
            yield waiting.popleft().result()
    except BrokenProcessPool as error:
        raise WorkersLost from error
    finally:
        pool.shutdown(wait=True, cancel_futures=True)


def _chunks(given: Iterator[Given], most: int = _CHUNK) -> Iterator[list[Given]]:
    chunk: list[Given] = []
    size = 0
    for one in given:
        chunk.append(one)
        size += len(one.body) if isinstance(one, Payload) else 0
        if len(chunk) >= most or size >= _CHUNK_BYTES:
            yield chunk
            chunk, size = [], 0
    if chunk:
        yield chunk


@contextmanager
def _no_interrupts() -> Iterator[None]:
    if not hasattr(signal, "pthread_sigmask"):
        yield
        return
    before = signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGINT})
    try:
        yield
    finally:
        signal.pthread_sigmask(signal.SIG_SETMASK, before)


_how: How
_form: Form


def _begin(how: How) -> None:
    """Make a process a worker: deaf to Ctrl-C, and gone when the process that wants its results is."""
    global _how, _form
    _how, _form = how, form_named(how.form, colour=how.colour)
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    threading.Thread(target=_follow_parent, name="follow-parent", daemon=True).start()


def _follow_parent() -> None:
    from multiprocessing import parent_process
    from multiprocessing.connection import wait

    if parent := parent_process():
        wait([parent.sentinel])
        os._exit(1)


def _work(chunk: list[Given]) -> Batch:
    return judged(chunk, _how, _form)

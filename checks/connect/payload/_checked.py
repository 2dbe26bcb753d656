"""Payloads held against ORCID's rules: each is judged once, and asked about by many rules."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property, lru_cache
from typing import Final

from checker.api import Payload, Spot
from checker.orcid.payloads import KINDS, MEDIA_TYPES, Checked, Problem, check

_LIMITS: Final = {
    "too-large": None,
    "too-deep": "xml",
    "xml-declarations": None,
    "xml-not-judged": None,
    "overlong-utf-8": None,
}
"""Clauses that say that the tool reads no more, in any form or in one, which is no fault of the payload."""

MALFORMED: Final = frozenset(
    {"bad-encoding", "empty-body", "malformed-json", "not-a-number", "too-deep", "xml-encoding"} | {"xml-malformed"}
)
"""Clauses that say that a document does not parse."""

_NO_CONTENT: Final = frozenset({"not-a-payload", "xml-root"})
_NO_CONTENT_AT_ROOT: Final = frozenset({"old-version", "wrong-type"})
_PART_LOST: Final = frozenset({"wrong-type", "xml-element-in-text", "xml-namespace", "xml-nil", "xml-type"})

_NOT_TOLD: Final = frozenset({"kind-unknown", "kind-unclear"})
_CODE: Final = re.compile(r"""error-code["']?\s*[:>]\s*["']?(\d{4})""")
_MISSING: Final = re.compile(r"([\w-]+) is missing: ")
_NAME: Final = re.compile(r"@?(?:[\w.-]+:)?([A-Za-z][\w.-]*)(?:\[\d+\])?")
_TAG: Final = re.compile(r"‹[a-z-]+:\d+›")
_WIDEST: Final = 150
"""Characters of a line that are shown."""


def of_families(*families: str) -> frozenset[str]:
    """Return the kinds of some families; works come singly and in bulk."""
    return frozenset(name for name, kind in KINDS.items() if kind.family in families)


WORKS: Final = of_families("work", "bulk")
AFFILIATIONS: Final = of_families("affiliation")
FUNDING: Final = of_families("funding")
REVIEWS: Final = of_families("peer-review")
RESOURCES: Final = of_families("research-resource")


@dataclass(frozen=True)
class Seen:
    """One payload with what ORCID says to it."""

    payload: Payload

    @cached_property
    def checked(self) -> Checked:
        """What the Member API would answer."""
        p = self.payload
        plain = (p.media_type or "").partition(";")[0].strip().lower()
        # A media type that the API does not take is another rule's business; the body is judged all the same.
        media_type = p.media_type if plain in MEDIA_TYPES else None
        if p.method:
            return _check(p.body, p.kind, media_type, p.method, p.put_code, "")
        name = p.where.partition(", line ")[0].rpartition("!")[2]
        found = _check(p.body, None, None, "POST", None, name)
        # A sample of a change has a put-code, rightly.
        has_code = any(problem.name == "put-code-on-post" for problem in found.problems)
        return _check(p.body, None, None, "PUT", None, name) if has_code else found

    @property
    def unread(self) -> str:
        """Why it cannot be judged; empty: it can."""
        if self.payload.unread:
            return self.payload.unread
        for problem in self.checked.problems:
            if problem.name in _NOT_TOLD or (problem.name in _LIMITS and self._limits(problem)):
                return problem.message
        return ""

    @property
    def malformed(self) -> str:
        """Why it does not parse; empty: it does."""
        return next((problem.message for problem in self._faults if problem.name in MALFORMED), "")

    @property
    def lost(self) -> str:
        """Why nothing can be said of what is in it; empty: something can."""
        return self.malformed or next(
            (
                problem.message
                for problem in self._faults
                if problem.name in _NO_CONTENT or (problem.name in _NO_CONTENT_AT_ROOT and problem.path in {"", "/"})
            ),
            "",
        )

    @property
    def damaged(self) -> str:
        """Why a part of it could not be read; empty: all was."""
        return next((problem.message for problem in self._faults if problem.name in _PART_LOST), "")

    @property
    def _faults(self) -> tuple[Problem, ...]:
        return () if self.unread else self.checked.problems

    def _limits(self, problem: Problem) -> bool:
        form = _LIMITS[problem.name]
        return form is None or form in self.checked.media_type

    @property
    def todo(self) -> str:
        """What makes it possible to judge it."""
        if self.payload.todo:
            return self.payload.todo
        if not self.unread:
            return "Mend that first; other rules of this review say how."
        return "Name the file after the kind of its payload, or put it into a folder of that name, such as employment."

    @property
    def kinds(self) -> frozenset[str]:
        """What it is, or may be."""
        if self.payload.kind:
            return frozenset({self.payload.kind})
        if self.payload.unread:
            return frozenset(KINDS)
        found = self.checked
        return frozenset({found.kind} if found.kind else found.kinds or KINDS)

    @cached_property
    def text(self) -> str:
        """The payload as far as it can be read by eye and by search."""
        body = self.payload.body
        return body if isinstance(body, str) else body.decode("utf-8", "replace").replace("\0", "")

    @cached_property
    def lines(self) -> list[str]:
        """Its lines, as a problem numbers them."""
        return self.text.replace("\r\n", "\n").replace("\r", "\n").split("\n")

    @property
    def codes(self) -> tuple[int, ...]:
        """Error codes of ORCID's answer on the wire."""
        exchange = self.payload.exchange
        return tuple(map(int, _CODE.findall(exchange.response_body))) if exchange else ()

    @property
    def taken(self) -> bool:
        """Whether ORCID took it, all of it."""
        exchange = self.payload.exchange
        return exchange is not None and 200 <= exchange.status < 300 and not self.codes

    @property
    def answer(self) -> str:
        """What ORCID answered, as a sentence; empty: it was not asked."""
        exchange = self.payload.exchange
        if exchange is None:
            return ""
        codes = " and ".join(map(str, dict.fromkeys(self.codes)))
        return f"ORCID answered {exchange.status}{f' with error {codes}' if codes else ''}."

    def problems(self) -> Iterator[Problem]:
        """Yield what is wrong and can be seen: where a secret was replaced, nothing can be said."""
        if self.payload.unread:
            return
        for problem in self.checked.problems:
            number = problem.line or 0
            line = self.lines[number - 1] if 0 < number <= len(self.lines) else ""
            if not (_TAG.search(line) and (len(line) < _WIDEST or _TAG.search(problem.found or ""))):
                yield problem

    def spot(self, problem: Problem | None = None, note: str = "") -> Spot:
        """Point at a line of it, or at the whole."""
        exchange = self.payload.exchange
        place, allowed = "", ""
        if problem is not None:
            place = f"{problem.path or '/'}" + (
                f", line {problem.line}, column {problem.column}" if problem.line else ""
            )
            note = note or problem.message
            allowed = f"Allowed: {problem.allowed}." if problem.allowed else ""
        said = " ".join(part for part in (note, allowed, f"({place})" if place else "", self.answer) if part)
        return Spot(
            exchange=exchange.number if exchange else None,
            snippet=f"{self.payload.where}\n{marked(self.lines, problem)}".rstrip(),
            note=said,
        )


@lru_cache(maxsize=8192)
def _check(
    body: str | bytes, kind: str | None, media_type: str | None, method: str, put_code: int | None, name: str
) -> Checked:
    return check(body, kind=kind, media_type=media_type, method=method, put_code=put_code, name=name or None)


def parts(problem: Problem) -> tuple[str, ...]:
    """Return the names on the way to a problem, the same for XML and JSON; of a missing part, with its own name."""
    names = [match[1] for step in problem.path.split("/") if (match := _NAME.fullmatch(step))]
    if names and names[-1] == "value":
        del names[-1]
    if problem.name == "required-part-missing" and (match := _MISSING.match(problem.message)):
        names.append(match[1])
    return tuple(names)


def marked(lines: list[str], problem: Problem | None) -> str:
    """Return the lines around a problem with the line in question marked; without one, the first lines."""
    if problem is None or not problem.line or problem.line > len(lines):
        return "\n".join(_cut(line, 1) for line in lines[:4])
    first, last = max(problem.line - 3, 0), min(problem.line + 2, len(lines))
    width = len(str(last))
    return "\n".join(
        f"{'>' if number == problem.line else ' '} {number:>{width}} "
        + _cut(lines[number - 1], (problem.column or 1) if number == problem.line else 1)
        for number in range(first + 1, last + 1)
    )


def _cut(line: str, column: int) -> str:
    """Return as much of a line as can be shown, with the column in it."""
    if len(line) <= _WIDEST:
        return line
    start = max(min(column - 1 - _WIDEST // 2, len(line) - _WIDEST), 0)
    return ("…" if start else "") + line[start : start + _WIDEST] + ("…" if start + _WIDEST < len(line) else "")

"""Reads `review.toml`: from bytes to a plan, or to every problem that keeps it from being one."""

from __future__ import annotations

import copy
import re
import tomllib
from collections.abc import Collection, Mapping, Sequence
from contextlib import suppress
from datetime import date
from pathlib import Path
from typing import Any

from pydantic import ValidationError
from pydantic_core import ErrorDetails

from . import lines
from . import model as m
from .consistency import check
from .expand import Expansion
from .model import SECRET_NAME, Plan
from .problems import PlanError, Problem
from .wording import meant_key, say

LARGEST = 1024 * 1024
"""No plan has more bytes than this."""

_BYTE_ORDER_MARKS = {b"\xff\xfe": "UTF-16", b"\xfe\xff": "UTF-16"}
_STAND_INS: dict[Any, Any] = {"portal": {}, "url": "https://portal.invalid/", "answer": "yes", "on": date.min}
_DECODE_PLACE = re.compile(r" \(at (?:line (\d+), column (\d+)|end of document)\)$")


def load(
    path: Path,
    environ: Mapping[str, str],
    *,
    profiles: Collection[str] | None = None,
    rules: Collection[str] | None = None,
    today: date | None = None,
    attended: bool = False,
) -> Plan:
    """Read and check a plan.

    Args:
        path: the file.
        environ: what `${NAME}` stands for.
        profiles, rules: names of the profiles and rules that exist; None: they are not looked at.
        today: the day after which no answer can have been given; default: this day.
        attended: a person will sign in at ORCID, so that a plan without a user lacks nothing.

    Raises:
        PlanError: with all problems found, not the first alone.
    """
    text = _text(path)
    data = _data(path, text)
    index = lines.Index(text)
    problems: dict[lines.Path, Problem] = {}
    warnings: list[Problem] = []
    meant: set[lines.Path] = set()  # keys that are there, but misspelt

    def note(at: lines.Path, message: str) -> Problem:
        return Problem(index.label(at), message, *index.place(at))

    def problem(at: lines.Path, message: str) -> None:
        # The first thing said of a key is the cause; what follows from it would only distract.
        if at not in meant:
            problems.setdefault(at, note(at, message))

    expansion = Expansion(data, environ, problem)
    data = _with_defaults(expansion.data)
    try:
        plan = Plan.model_validate(data, strict=True)
    except ValidationError as error:
        details = error.errors(include_url=False)
        meant |= {(*d["loc"][:-1], meant_key(d["loc"])) for d in details if d["type"] == "extra_forbidden"}
        for detail in details:
            problem(*say(detail))
        mended = _mended(data, details)
        if mended is None:
            raise PlanError(path, list(problems.values())) from None
        plan = mended
    # What these tables say as a whole cannot be told once a part of them was not understood.
    unclear = {at[0] for at in problems} & {"steps", "store"}
    check(
        plan,
        literal=lambda at: at not in expansion.from_environment,
        profiles=profiles,
        rules=rules,
        today=today or date.today(),
        attended=attended,
        problem=lambda at, message: None if at[0] in unclear else problem(at, message),
        warn=lambda at, message: warnings.append(note(at, message)),
    )
    if problems:
        raise PlanError(path, list(problems.values()))
    plan = _with_store_file(plan, path.resolve().parent)
    plan._folder = path.resolve().parent
    plan._warnings = tuple(sorted(warnings, key=lambda w: (w.line or 0, w.column or 0)))
    plan._environment_secrets = tuple(v for name, v in expansion.used.items() if v and SECRET_NAME.search(name))
    return plan


def _text(path: Path) -> str:
    def refuse(message: str) -> PlanError:
        return PlanError(path, [Problem("", message)])

    try:
        if path.is_dir():
            inside = path / "review.toml"
            raise refuse(f"is a folder; expected a file{f', such as {inside}' if inside.is_file() else ''}")
        with path.open("rb") as file:
            raw = file.read(LARGEST + 1)
    except FileNotFoundError:
        raise refuse(f"there is no such file; write one, or begin with: orcid-review init {path.parent}") from None
    except OSError as error:
        raise refuse(f"cannot be read: {error.strerror or error}") from None
    if len(raw) > LARGEST:
        raise refuse(f"is larger than {LARGEST // 1024} KiB; that is no plan")
    if encoding := _BYTE_ORDER_MARKS.get(raw[:2]):
        raise refuse(f"is written in {encoding}; save it as UTF-8")
    try:
        text = raw.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = raw.count(b"\n", 0, error.start) + 1
        message = f"byte 0x{raw[error.start]:02x} is not UTF-8; save the file as UTF-8"
        raise PlanError(path, [Problem("", message, line)]) from None
    if not text.strip():
        raise refuse("is empty; begin with: orcid-review init")
    return text


def _data(path: Path, text: str) -> dict[str, Any]:
    try:
        return tomllib.loads(text)
    except RecursionError:
        raise PlanError(path, [Problem("", "lists or tables are nested too deep to be a plan")]) from None
    except ValueError as error:  # TOMLDecodeError is one; a number of thousands of digits is another
        said = str(error)
    place = _DECODE_PLACE.search(said)
    what = said[: place.start()] if place else said
    all_lines = text.rstrip().replace("\r\n", "\n").split("\n")
    number = int(place[1]) if place and place[1] else len(all_lines)
    column = int(place[2]) if place and place[2] else None
    line = all_lines[min(number, len(all_lines)) - 1]
    at = f", column {column}" if column else ""
    message = f"not valid TOML{at}: {what[:1].lower()}{what[1:]}\n    {_harmless(line)}"
    raise PlanError(path, [Problem("", message, number, column)])


def _harmless(line: str) -> str:
    """Return a line of the file fit to be shown: no secret, no control character, not endless."""
    line = re.sub(rf"((?:{SECRET_NAME.pattern}|\bvalue)[\w\"' -]*=).*", r"\1 …", line, flags=re.IGNORECASE)
    line = re.sub(r"://[^@/\s\"']+@", "://…@", line)
    line = "".join(c if c.isprintable() else "?" for c in line.strip())
    return line if len(line) <= 160 else f"{line[:159]}…"


def _with_defaults(data: dict[str, Any]) -> dict[str, Any]:
    """Add what the embedded sandbox knows by itself; for ORCID's own sandbox the same keys must be given."""
    orcid = data.get("orcid", {})
    if not isinstance(orcid, dict) or orcid.get("environment") == "sandbox":
        return data
    defaults = {
        "client_id": m.EMBEDDED_CLIENT_ID,
        "client_secret": m.EMBEDDED_CLIENT_SECRET,
        "user": {"login": m.EMBEDDED_LOGIN, "password": m.EMBEDDED_PASSWORD},
    }
    return {**data, "orcid": {**defaults, **orcid}}


def _mended(data: dict[str, Any], details: Sequence[ErrorDetails]) -> Plan | None:
    """Return the plan with what was not understood left out, so that the rest can be looked at too.

    None when too little remains.
    """
    for _ in range(3):
        data = copy.deepcopy(data)
        # From the back, so that the positions of list elements still to come stay right.
        for detail in sorted(details, key=lambda d: [f"{part:>8}" for part in d["loc"]], reverse=True):
            *parents, last = detail["loc"]
            with suppress(KeyError, IndexError, TypeError):
                table: Any = data
                for parent in parents:
                    table = table[parent]
                if detail["type"] == "missing":
                    table[last] = _STAND_INS.get(last, "-")
                else:
                    del table[last]
        try:
            return Plan.model_validate(data, strict=True)
        except ValidationError as error:
            details = error.errors(include_url=False)
    return None


def _with_store_file(plan: Plan, folder: Path) -> Plan:
    """Resolve a relative SQLite file against the plan's folder."""
    match = re.match(r"(sqlite(?:\+\w+)?:///)(file:)?([^/?][^?]*)(.*)$", plan.store.url) if plan.store else None
    if plan.store is None or match is None:
        return plan
    scheme, prefix, file, rest = match[1], match[2] or "", match[3], match[4]
    url = f"{scheme}{prefix}{folder / file}{rest}"
    return plan.model_copy(update={"store": plan.store.model_copy(update={"url": url})})

"""The state file: what a sandbox remembers from one start to the next.

In it: people, applications, tokens, items, put-codes, links to institutions, the clock. Not in it: browser sessions,
authorization codes, the wire, ordered faults, the signing key. It holds the sandbox's secrets, so only its owner may
read it.
"""

from __future__ import annotations

import os
import tempfile
from pathlib import Path
from typing import Any, Final, Literal

from pydantic import BaseModel, ConfigDict, ValidationError

from ..orcid.payloads.description import schema_of
from ..orcid.payloads.verdict import shaped
from .documents import SECTIONS
from .model import SandboxError
from .people import said
from .state import Kept

VERSION: Final = 1


class _File(BaseModel):
    model_config = ConfigDict(extra="forbid")

    format: Literal["orcid-review sandbox state"] = "orcid-review sandbox state"
    version: Literal[1] = VERSION
    clock_offset: float = 0.0
    kept: Kept


def read(path: Path) -> tuple[Kept, float] | None:
    """Return what the file holds and the clock's offset in seconds, or None when there is no file yet.

    Raises:
        SandboxError: the file cannot be read, or this program did not write it.
    """
    try:
        found = _File.model_validate_json(path.read_bytes())
    except FileNotFoundError:
        if not path.parent.is_dir():
            raise SandboxError(f"{path}: there is no folder {path.parent} to keep it in") from None
        return None
    except OSError as error:
        raise SandboxError(f"{path}: cannot be read: {error.strerror or error}") from error
    except ValidationError as error:
        first = error.errors(include_url=False, include_input=False)[0]
        where = ".".join(map(str, first["loc"]))
        # What was found there may be a secret.
        told = said({**first, "input": "something else"}) if where else str(first["msg"])
        raise SandboxError(
            f"{path}: expected a state file that `orcid-review sandbox --state` wrote:"
            f" {f'{where}: ' if where else ''}{told}"
        ) from None
    _check(path, found.kept)
    return found.kept, found.clock_offset


def _check(path: Path, kept: Kept) -> None:
    """Refuse items that no document could be made of."""
    parts = [
        *(
            (f"kept.items.{orcid}.{n}", i.type, i.content)
            for orcid, items in kept.items.items()
            for n, i in enumerate(items)
        ),
        *((f"kept.groups.{n}", "group-id", group.content) for n, group in enumerate(kept.groups)),
        *((f"kept.notifications.{n}", "notification", one.content) for n, one in enumerate(kept.notifications)),
    ]
    for where, kind, content in parts:
        known = kind in SECTIONS or kind in {"group-id", "notification"}
        if not known or shaped(kind, content) != content or not _required(kind) <= set(content):
            raise SandboxError(
                f"{path}: expected a state file that `orcid-review sandbox --state` wrote: {where} is not the content"
                f" of {f'a {kind}' if known else 'an item'}"
            )


def _required(kind: str) -> set[str]:
    return set(schema_of(kind).get("required", ())) if kind == "group-id" else set()


def write(path: Path, kept: Kept, clock_offset: float) -> None:
    """Write the file whole or not at all, readable by its owner alone.

    Raises:
        SandboxError: it cannot be written.
    """
    clockless: Any = {"kept": {"tokens": {"__all__": {"now"}}}}
    text = _File(kept=kept, clock_offset=clock_offset).model_dump_json(indent=1, exclude=clockless)
    try:
        number, name = tempfile.mkstemp(prefix=f".{path.name}.", dir=path.parent)
        try:
            with os.fdopen(number, "w", encoding="utf-8") as file:
                file.write(text)
            os.replace(name, path)
        except BaseException:
            os.unlink(name)
            raise
    except OSError as error:
        raise SandboxError(f"{path}: cannot be written: {error.strerror or error}") from error

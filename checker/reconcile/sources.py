"""What a person names as records: tables of items, and documents in files, folders, globs, zip and tar archives."""

from __future__ import annotations

import glob
import json
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from .exports import is_table
from .model import MEBIBYTE, Broken, ReconcileError

_TARS: Final = (".tar", ".tar.gz", ".tgz", ".tar.bz2", ".tar.xz")
_DOCUMENTS: Final = (".xml", ".json")
_LARGEST: Final = 128 * MEBIBYTE
"""Bytes of one document; the longest records of all are a tenth of that."""
_PUBLIC: Final = re.compile(r"ORCID_\d{4}(?:_\d\d)?_(?:summaries|activities)", re.IGNORECASE)
"""How ORCID calls its yearly public data file."""


@dataclass(frozen=True, slots=True)
class Document:
    """One answer of the API."""

    file: str
    line: int | None
    body: bytes
    cost: int
    """Bytes read from disk for it."""


def sort(names: Iterable[str]) -> tuple[list[Path], list[str]]:
    """Return what is named as (tables of items, places with documents).

    Raises:
        ReconcileError: there is nothing by a name.
    """
    tables: list[Path] = []
    places: list[str] = []
    for name in names:
        matches = [name] if Path(name).exists() else sorted(glob.glob(name, recursive=True))
        if not matches:
            raise ReconcileError(f"there is no file or folder {name}{_meant(name)}")
        for match in matches:
            path = Path(match)
            if path.is_file() and (is_table(path) or _flat(path)):
                tables.append(path)
            else:
                places.append(match)
    return tables, places


def is_public(name: str) -> bool:
    """Say whether a name is one of ORCID's public data file, which holds public items only."""
    return _PUBLIC.search(name) is not None


def documents(places: Iterable[str]) -> Iterator[Document | Broken]:
    """Yield all documents in what is named, one at a time."""
    from ..gather.payload_files import Bounds, Payload, payloads  # not wanted for tables

    bounds = Bounds(payload=_LARGEST, directory=256 * MEBIBYTE)
    for place in places:
        if place.lower().endswith(_TARS) and Path(place).is_file():
            yield from _tar(place)
            continue
        for given in payloads([glob.escape(place) if not Path(place).exists() else place], bounds=bounds):
            if isinstance(given, Payload):
                yield Document(given.file, given.index, given.body, given.cost)
            else:
                yield Broken(given.file, given.index, given.message)


def _tar(place: str) -> Iterator[Document | Broken]:
    import tarfile
    import zlib

    some = False
    read = 0
    try:
        # As a stream: an archive of the whole registry is never held, nor gone through twice.
        with Path(place).open("rb") as raw, tarfile.open(fileobj=raw, mode="r|*") as archive:
            for member in archive:
                if not member.isfile() or not member.name.lower().endswith(_DOCUMENTS):
                    continue
                some = True
                name = f"{place}!{member.name}"
                if member.size > _LARGEST:
                    yield Broken(name, None, f"it is {member.size:,} bytes long; no record is")
                    continue
                stream = archive.extractfile(member)
                body = stream.read() if stream else b""
                archive.members = []  # type: ignore[attr-defined]  # or the list of all members would grow
                at = raw.tell()
                yield Document(name, None, body, at - read)
                read = at
    except (tarfile.TarError, EOFError, zlib.error, OSError) as error:
        said = (str(error) or type(error).__name__).splitlines()[0]
        yield Broken(place, None, f"the archive is broken{' from somewhere on' if some else ''}: {said}")
        return
    if not some:
        yield Broken(place, None, f"the archive holds no record: no {' or '.join(_DOCUMENTS)}")


def _flat(path: Path) -> bool:
    """Say whether a JSON file is a table of items: objects that hold an iD and a put-code themselves."""
    if not path.name.lower().endswith((".json", ".ndjson", ".jsonl", ".ndjson.gz", ".jsonl.gz")):
        return False
    if path.name.lower().endswith(".gz"):
        return True
    with path.open("rb") as stream:
        head = stream.read(1 << 16).decode("utf-8", "replace").lstrip("\ufeff \t\r\n[")
    try:
        row, _ = json.JSONDecoder().raw_decode(head)
    except (ValueError, RecursionError):
        return False
    from ..evidence.columns import meaning

    named = {meaning(str(key)) for key in row} if isinstance(row, dict) else set()
    return {"orcid", "put_code"} <= named


def _meant(name: str) -> str:
    from ..plan.wording import nearest

    folder = Path(name).parent
    close = nearest(Path(name).name, [one.name for one in folder.iterdir()]) if folder.is_dir() else ""
    return f"; did you mean {close}?" if close else ""

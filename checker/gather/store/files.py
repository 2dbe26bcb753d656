"""Reads an exported table: CSV with any common separator, TSV, JSON, or JSON lines. Row by row, except for JSON."""

from __future__ import annotations

import codecs
import csv
import json
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, Final, TextIO

from .table import Table, hint, text, unreadable

_BOMS: Final = ((b"\xef\xbb\xbf", "utf-8-sig"), (b"\xff\xfe", "utf-16"), (b"\xfe\xff", "utf-16"))
_SEPARATORS: Final = ",;\t|"
_LINES: Final = frozenset({".ndjson", ".jsonl"})

LARGEST_JSON: Final = 256 * 1024 * 1024
"""Bytes. A JSON document is read as a whole; JSON lines may be as long as they like."""

_CHUNK: Final = 1 << 20


@contextmanager
def opened(path: Path) -> Iterator[Table]:
    """Open an export and give its table.

    Raises:
        GatherError: `store-unreadable`; says which file, where in it, and why. Also while the rows are read.
    """
    try:
        with path.open("rb") as raw:
            head = raw.read(_CHUNK)
        encoding = next((name for bom, name in _BOMS if head.startswith(bom)), "utf-8")
        start = _start(head, encoding)
        if not start and len(head) < _CHUNK:
            raise unreadable(f"{path.name} is empty, without even a line of column names", "export it again")
        with path.open("r", encoding=encoding, newline="") as file:
            yield _table(file, path, start)
    except FileNotFoundError:
        beside = [p.name for p in path.parent.iterdir()] if path.parent.is_dir() else []
        closing = hint(path.name, beside, "the folder holds") if beside else f"; there is no folder {path.parent.name}"
        raise unreadable(f"the export {path.name} is missing{closing}", "check [store] files in the plan") from None
    except UnicodeDecodeError as error:
        raise _wrong_encoding(path, encoding) from error
    except OSError as error:
        raise unreadable(f"the export {path.name} cannot be read: {error.strerror}") from error


def _start(head: bytes, encoding: str) -> str:
    """Return the beginning of the file as text, as far as it can be read."""
    return codecs.getincrementaldecoder(encoding)("replace").decode(head).strip()


def _table(file: TextIO, path: Path, start: str) -> Table:
    ending = path.suffix.lower()
    if ending in _LINES:
        return _json_lines(file, path.name)
    if ending == ".json" or (ending not in {".csv", ".tsv"} and start[:1] in {"[", "{"}):
        return _json(file, path)
    return _csv(file, path.name, start, "\t" if ending == ".tsv" else "")


def _wrong_encoding(path: Path, encoding: str) -> Exception:
    """Say where the file stops being what it should be. The reader's own error counts from the start of a buffer."""
    decoder = codecs.getincrementaldecoder(encoding)()
    line, bad = 1, 0
    with path.open("rb") as raw:
        while True:
            chunk = raw.read(_CHUNK)
            try:
                line += decoder.decode(chunk, final=not chunk).count("\n")
            except UnicodeDecodeError as error:
                line += error.object[: error.start].count(b"\n")
                bad = error.object[error.start]
                break
            if not chunk:
                break
    said = f"{path.name} is not {encoding.upper().removesuffix('-SIG')}: byte 0x{bad:02x} in line {line}"
    return unreadable(said, "export it again as UTF-8; from a spreadsheet, as «CSV UTF-8»")


def _csv(file: TextIO, name: str, start: str, separator: str) -> Table:
    # Spreadsheets of many countries separate by semicolons: the header tells.
    separator = separator or max(_SEPARATORS, key=start.splitlines()[0].count)
    reader = csv.reader(file, delimiter=separator, strict=True)
    rows = _csv_rows(reader, name)
    columns = [cell.strip() for cell in next(rows, [])]
    if not columns:
        raise unreadable(f"{name} is empty, without even a line of column names", "export it again")
    return Table(columns, _filled(rows, len(columns), reader, name))


def _csv_rows(reader: Any, name: str) -> Iterator[list[str]]:
    try:
        for row in reader:
            if any(map(str.strip, row)):
                yield row
    except csv.Error as error:
        raise unreadable(f"{name}, line {reader.line_num}: not readable as CSV ({error})") from error


def _filled(rows: Iterator[list[str]], width: int, reader: Any, name: str) -> Iterator[list[str]]:
    for row in rows:
        if len(row) > width:
            raise unreadable(
                f"{name}, line {reader.line_num}: {len(row)} cells under {width} column names",
                "put cells that hold the separator in double quotes",
            )
        yield row if len(row) == width else [*row, *[""] * (width - len(row))]


def _json(file: TextIO, path: Path) -> Table:
    if path.stat().st_size > LARGEST_JSON:
        raise unreadable(
            f"{path.name} is larger than {LARGEST_JSON // 2**20} MiB, too large for one JSON document",
            "export it as JSON lines (.ndjson), one object in each line, or as CSV",
        )
    content = file.read()
    try:
        data = json.loads(content)
    except RecursionError:
        raise unreadable(f"{path.name} is nested too deep to be a table") from None
    except ValueError as error:
        lines = content.splitlines()
        if len(lines) > 1 and _is_object(lines[0]):
            file.seek(0)
            return _json_lines(file, path.name)
        line, said = getattr(error, "lineno", 1), getattr(error, "msg", str(error))
        raise unreadable(f"{path.name}, line {line}: not readable as JSON ({said})") from error
    records = _records(data)
    if records is None:
        raise unreadable(f"{path.name} holds no list of objects", "export an array with one object for each row")
    columns = list(dict.fromkeys(str(key) for record in records for key in record))
    return Table(columns, ([text(record.get(column)) for column in columns] for record in records))


def _is_object(line: str) -> bool:
    try:
        return isinstance(json.loads(line), dict)
    except ValueError:
        return False


def _json_lines(file: TextIO, name: str) -> Table:
    # Gone through twice: a key may turn up in the last line only.
    columns = list(dict.fromkeys(str(key) for record in _objects(file, name) for key in record))
    file.seek(0)
    return Table(columns, ([text(record.get(column)) for column in columns] for record in _objects(file, name)))


def _objects(file: TextIO, name: str) -> Iterator[dict[str, Any]]:
    for number, line in enumerate(file, 1):
        if not line.strip():
            continue
        try:
            record = json.loads(line)
        except RecursionError:
            raise unreadable(f"{name}, line {number}: nested too deep to be a row") from None
        except ValueError as error:
            said = getattr(error, "msg", str(error))
            raise unreadable(f"{name}, line {number}: not readable as JSON ({said})") from error
        if not isinstance(record, dict):
            raise unreadable(f"{name}, line {number}: not an object", "write one object in each line")
        yield record


def _records(data: Any) -> list[dict[str, Any]] | None:
    if isinstance(data, dict):
        # Export tools wrap the rows: {"rows": [...]}. An object of plain values is a single row.
        lists = [value for value in data.values() if isinstance(value, list)]
        if not lists and any(isinstance(value, str | int | None) for value in data.values()):
            return [data]
        data = next((value for value in lists if all(isinstance(row, dict) for row in value)), None)
    if isinstance(data, list) and all(isinstance(row, dict) for row in data):
        return data
    return None

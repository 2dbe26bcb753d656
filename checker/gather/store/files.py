"""Reads an exported table: CSV with any common separator, JSON, or JSON lines."""

from __future__ import annotations

import csv
import io
import json
from pathlib import Path
from typing import Any, Final

from .table import MOST_ROWS, Table, hint, text, too_long, unreadable

_BOMS: Final = ((b"\xef\xbb\xbf", "utf-8-sig"), (b"\xff\xfe", "utf-16"), (b"\xfe\xff", "utf-16"))
_SEPARATORS: Final = ",;\t|"


def read(path: Path) -> Table:
    """Return the table in a file.

    Raises:
        GatherError: `store-unreadable`; says which file, where in it, and why.
    """
    content = _content(path)
    if not content.strip():
        raise unreadable(f"{path.name} is empty, without even a line of column names", "export it again")
    ending = path.suffix.lower()
    if ending in {".json", ".ndjson", ".jsonl"} or (ending not in {".csv", ".tsv"} and content.lstrip()[0] in "[{"):
        table = _json(path.name, content)
    else:
        table = _csv(path.name, content, "\t" if ending == ".tsv" else "")
    if len(table.rows) > MOST_ROWS:
        raise too_long(path.name)
    return table


def _content(path: Path) -> str:
    try:
        raw = path.read_bytes()
    except FileNotFoundError:
        beside = [p.name for p in path.parent.iterdir()] if path.parent.is_dir() else []
        closing = hint(path.name, beside, "the folder holds") if beside else f"; there is no folder {path.parent.name}"
        raise unreadable(f"the export {path.name} is missing{closing}", "check [store] files in the plan") from None
    except OSError as error:
        raise unreadable(f"the export {path.name} cannot be read: {error.strerror}") from error
    encoding = next((name for bom, name in _BOMS if raw.startswith(bom)), "utf-8")
    try:
        return raw.decode(encoding)
    except UnicodeDecodeError as error:
        line = raw[: error.start].count(b"\n") + 1
        raise unreadable(
            f"{path.name} is not {encoding.upper().removesuffix('-SIG')}: byte 0x{raw[error.start]:02x} in line {line}",
            "export it again as UTF-8",
        ) from error


def _csv(name: str, content: str, separator: str) -> Table:
    first = content.lstrip("\r\n").splitlines()[0]
    # Spreadsheets of many countries separate by semicolons: the header tells.
    separator = separator or max(_SEPARATORS, key=first.count)
    reader = csv.reader(io.StringIO(content, newline=""), delimiter=separator, strict=True)
    rows: list[list[str]] = []
    columns: list[str] = []
    try:
        for row in reader:
            if not any(cell.strip() for cell in row):
                continue
            if not columns:
                columns = [cell.strip() for cell in row]
            elif len(row) > len(columns):
                raise unreadable(
                    f"{name}, line {reader.line_num}: {len(row)} cells under {len(columns)} column names",
                    "put cells that hold the separator in double quotes",
                )
            else:
                rows.append([*row, *[""] * (len(columns) - len(row))])
    except csv.Error as error:
        raise unreadable(f"{name}, line {reader.line_num}: not readable as CSV ({error})") from error
    return Table(columns, rows)


def _json(name: str, content: str) -> Table:
    try:
        data = json.loads(content)
    except json.JSONDecodeError as error:
        try:
            data = [json.loads(line) for line in content.splitlines() if line.strip()]
        except json.JSONDecodeError:
            raise unreadable(f"{name}, line {error.lineno}: not readable as JSON ({error.msg})") from error
    records = _records(data)
    if records is None:
        raise unreadable(f"{name} holds no list of objects", "export an array with one object for each row")
    columns = list(dict.fromkeys(str(key) for record in records for key in record))
    return Table(columns, [[text(record.get(column)) for column in columns] for record in records])


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

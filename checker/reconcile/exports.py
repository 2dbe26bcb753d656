"""Tables in files: CSV, TSV, JSON, NDJSON (each also gzipped) and Parquet, as something the engine can read.

The engine reads them whole and strictly. Where it refuses one, :func:`mended` goes through it line by line, so that
what is broken is named and all the rest is still read.
"""

from __future__ import annotations

import codecs
import csv
import gzip
import io
import json
import shutil
import zlib
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import IO, Any, Final

from .engine import THREADS, BadInput, Engine, name, text
from .model import Broken, ReconcileError

ENDINGS: Final = (".csv", ".tsv", ".json", ".ndjson", ".jsonl", ".parquet", ".csv.gz", ".tsv.gz", ".ndjson.gz",
                  ".jsonl.gz")  # fmt: skip
_BOMS: Final = ((codecs.BOM_UTF8, "utf-8-sig"), (codecs.BOM_UTF16_LE, "utf-16"), (codecs.BOM_UTF16_BE, "utf-16"))
_SEPARATORS: Final = ",;\t|"
_HEAD: Final = 1 << 20
_CHUNK: Final = 1 << 20
_LONGEST: Final = 1 << 20
"""Characters of one row; a longer one has an open quote."""
_MOST_LINES: Final = 1000
"""Lines of one row, likewise."""
_WHOLE: Final = 256 << 20
"""Bytes of a JSON file that must be held whole in memory."""


@dataclass(frozen=True, slots=True)
class Table:
    """A file that the engine can read."""

    file: str
    """As messages call it."""
    path: Path
    """UTF-8, maybe a copy."""
    form: str
    """`csv`, `lines`, `array` or `parquet`."""
    columns: tuple[str, ...]
    separator: str = ","
    lists: frozenset[int] = frozenset()
    """Positions of columns that hold lists."""
    blank: int = 0
    """Blank lines before the column names."""
    whole: bool = False
    """Every row is known to be one: the file was gone through line by line."""

    def relation(self, wanted: dict[str, int]) -> str:
        """Return the SQL of a table with one text column for each meaning."""
        path = text(str(self.path))
        if self.form == "csv":
            kinds = ", ".join(f"'c{i}': 'VARCHAR'" for i in range(len(self.columns)))
            picked = ", ".join(f"c{at} as {meaning}" for meaning, at in wanted.items())
            # What several threads read is copied once more to be in order: of two threads that is no gain.
            return (
                f"(select {picked} from read_csv({path}, auto_detect = false, header = true, skip ="
                f" {self.blank}, delim = {text(self.separator)}, quote = '\"', escape = '\"', columns = {{{kinds}}},"
                f" parallel = {THREADS > 2}))"
            )
        picked = ", ".join(f"{self._cell(at)} as {meaning}" for meaning, at in wanted.items())
        if self.form == "parquet":
            return f"(select {picked} from read_parquet({path}))"
        kinds = ", ".join(f"{text(self.columns[at])}: 'VARCHAR'" for at in sorted(set(wanted.values())))
        form = "newline_delimited" if self.form == "lines" else "array"
        return f"(select {picked} from read_json({path}, format = '{form}', columns = {{{kinds}}}))"

    def _cell(self, at: int) -> str:
        column = name(self.columns[at])
        return f"array_to_string({column}, chr(31))" if at in self.lists else f"cast({column} as varchar)"


def is_table(path: Path) -> bool:
    """Say whether a file's name is one of a table that is never a document."""
    return path.name.lower().endswith((".csv", ".tsv", ".parquet", ".csv.gz", ".tsv.gz"))


def opened(path: Path, engine: Engine, folder: Path, encoding: str = "") -> Table:
    """Look at a file's head.

    Args:
        path: of the export.
        engine: reads the columns of a Parquet file.
        folder: where a copy may be put.
        encoding: of the text; empty: UTF-8, or what its byte-order mark says.

    Raises:
        ReconcileError: there is no such file, it is empty, or of a form or encoding that is not read.
    """
    file = path.name
    lower = file.lower()
    if path.is_dir():
        raise ReconcileError(f"{path} is a folder; expected an export: {', '.join(ENDINGS)}")
    if not path.exists():
        from ..plan.wording import nearest

        beside = [one.name for one in path.parent.iterdir()] if path.parent.is_dir() else []
        close = nearest(file, beside)
        raise ReconcileError(f"there is no file {path}{f'; did you mean {close}?' if close else ''}")
    try:
        if lower.endswith(".parquet"):
            return _parquet(file, _plain(path, folder), engine)
        path = _utf8(path, folder, encoding)
        with _text(path) as stream:
            head = stream.read(_HEAD)
    except OSError as error:
        raise ReconcileError(f"{file} cannot be read: {error.strerror or error}") from None
    except (EOFError, zlib.error):
        raise ReconcileError(f"{file} is no whole gzip file; make it again") from None
    except UnicodeDecodeError:
        raise _encoding(file, path) from None
    if not head.strip():
        raise ReconcileError(f"{file} is empty, without even a line of column names; export it again")
    lower = lower.removesuffix(".gz")
    if lower.endswith((".ndjson", ".jsonl")):
        return _lines(file, path)
    if lower.endswith(".json") or (not lower.endswith((".csv", ".tsv")) and head.lstrip()[0] in "[{"):
        return _json(file, path, folder, head)
    return _csv(file, path, head, "\t" if lower.endswith(".tsv") else "")


def mended(table: Table, folder: Path) -> tuple[Table, list[Broken]]:
    """Go through a file line by line and leave out what is broken.

    Returns:
        the same table without these lines, and what they were.

    Raises:
        ReconcileError: its encoding is wrong from somewhere on, or it is broken as a whole.
    """
    if table.form in {"parquet", "array"}:
        what = "Parquet file" if table.form == "parquet" else "JSON array"
        raise ReconcileError(f"{table.file} is damaged: no {what} that can be read; export it again{_where(table)}")
    copy = _fresh(folder, table.path)
    broken: list[Broken] = []
    rows = _good_rows if table.form == "csv" else _good_lines
    try:
        with _text(table.path) as source, copy.open("w", encoding="utf-8", newline="") as target:
            rows(table, source, target, broken)
    except UnicodeDecodeError:
        raise _encoding(table.file, table.path) from None
    except (EOFError, zlib.error):
        raise ReconcileError(f"{table.file} is no whole gzip file; make it again") from None
    separator = "," if table.form == "csv" else table.separator
    return Table(table.file, copy, table.form, table.columns, separator, whole=True), broken


def _good_rows(table: Table, source: IO[str], target: IO[str], broken: list[Broken]) -> None:
    lines = _Lines(source)
    writer = csv.writer(target)
    writer.writerow(table.columns)
    lines.skip_blank()
    _record(lines, table.separator)  # the column names
    wide = len(table.columns)
    while (begun := lines.skip_blank()) is not None:
        row = _record(lines, table.separator)
        if row is None:
            broken.append(Broken(table.file, begun, "a quotation mark that nothing closes"))
        elif isinstance(row, str):
            broken.append(Broken(table.file, begun, row))
        elif len(row) != wide:
            # A stray quotation mark may have swallowed the lines that follow; they get their own chance.
            lines.back_to(begun + 1)
            broken.append(Broken(table.file, begun, f"{_some(len(row), 'cell')} under {_some(wide, 'column name')}"))
        else:
            writer.writerow(row)
        lines.forget()


def _record(lines: _Lines, separator: str) -> list[str] | str | None:
    """Read one row, which may go on over several lines. A text says what is wrong with it, None: it never ends."""
    begun = lines.number + 1
    held = ""
    for count in range(_MOST_LINES):
        line = lines.next()
        if line is None:
            break
        held += line
        try:
            return next(csv.reader(io.StringIO(held, newline=""), delimiter=separator, strict=True), [])
        except csv.Error as error:
            if "unexpected end of data" not in str(error):
                lines.back_to(begun + 1)
                if count:  # the line by itself was well, but for a cell that goes on
                    return None
                return "a quotation mark in the middle of a cell" if '"' in held else "it is no CSV"
        if len(held) > _LONGEST or count == _MOST_LINES - 1:
            break
    lines.back_to(begun + 1)
    return None


class _Lines:
    """Physical lines with their numbers, a few of which can be read again."""

    def __init__(self, source: IO[str]) -> None:
        self._source = source
        self._kept: list[str] = []
        self._first = 1
        self.number = 0
        """Of the line that was read last."""

    def next(self) -> str | None:
        at = self.number + 1 - self._first
        if at == len(self._kept):
            line = self._source.readline(_LONGEST + 1)
            if not line:
                return None
            self._kept.append(line)
        self.number += 1
        return self._kept[at]

    def back_to(self, number: int) -> None:
        self.number = number - 1

    def forget(self) -> None:
        """Nothing up to the current line is read again."""
        del self._kept[: self.number + 1 - self._first]
        self._first = self.number + 1

    def skip_blank(self) -> int | None:
        """Return the number of the next line that is not blank."""
        while (line := self.next()) is not None:
            if line.strip():
                self.back_to(self.number)
                return self.number + 1
            self.forget()
        return None


def _good_lines(table: Table, source: IO[str], target: IO[str], broken: list[Broken]) -> None:
    for number, line in enumerate(source, start=1):
        if not line.strip():
            continue
        try:
            row = json.loads(line, parse_constant=_refused)
        except (ValueError, RecursionError):
            broken.append(Broken(table.file, number, "it is not readable as JSON"))
            continue
        if isinstance(row, dict):
            target.write(json.dumps(row, ensure_ascii=True) + "\n")
        else:
            broken.append(Broken(table.file, number, "it is no JSON object"))


def _refused(constant: str) -> None:
    raise ValueError(constant)


def _parquet(file: str, path: Path, engine: Engine) -> Table:
    try:
        rows = engine.rows(f"describe select * from read_parquet({text(str(path))})")
    except BadInput:
        raise ReconcileError(f"{file} is no Parquet file that can be read; export it again") from None
    lists = frozenset(at for at, row in enumerate(rows) if str(row[1]).endswith("[]"))
    return Table(file, path, "parquet", tuple(str(row[0]) for row in rows), lists=lists)


def _csv(file: str, path: Path, head: str, separator: str) -> Table:
    first = head.lstrip("\r\n").splitlines()[0]
    # Spreadsheets of many countries separate by semicolons: the header tells.
    separator = separator or max(_SEPARATORS, key=first.count)
    try:
        columns = next(csv.reader(io.StringIO(head.lstrip("\r\n"), newline=""), delimiter=separator, strict=True))
    except (csv.Error, StopIteration):
        raise ReconcileError(f"{file}, line 1: the column names are not readable as CSV; export it again") from None
    blank = head[: len(head) - len(head.lstrip("\r\n"))].replace("\r\n", "\n")
    return Table(file, path, "csv", tuple(cell.strip() for cell in columns), separator, blank=len(blank))


def _lines(file: str, path: Path) -> Table:
    columns: dict[str, None] = {}
    read = 0
    with _text(path) as stream:
        for line in stream:
            read += len(line)
            try:
                row = json.loads(line)
            except (ValueError, RecursionError):
                row = None
            if isinstance(row, dict):
                columns |= dict.fromkeys(str(key) for key in row)
            if read > _HEAD:
                break
    if not columns:
        raise ReconcileError(f"{file} holds no JSON object a line; export it again, or name it .csv if it is CSV")
    return Table(file, path, "lines", tuple(columns))


def _json(file: str, path: Path, folder: Path, head: str) -> Table:
    if head.lstrip().startswith("["):
        columns: dict[str, None] = {}
        for row in _first_objects(head):
            columns |= dict.fromkeys(str(key) for key in row)
        if columns:
            return Table(file, path, "array", tuple(columns))
    elif len(list(_first_objects(head))) > 1:
        return _lines(file, path)  # JSON lines by another name
    if path.stat().st_size > _WHOLE:
        raise ReconcileError(f"{file} is one long JSON object; export it as NDJSON, one row a line")
    with _text(path) as stream:
        try:
            data = json.load(stream)
        except json.JSONDecodeError as error:
            raise ReconcileError(f"{file}, line {error.lineno}: not readable as JSON ({error.msg})") from None
        except RecursionError:
            raise ReconcileError(f"{file} is nested too deep to be a table") from None
    # Export tools wrap the rows: {"rows": [...]}.
    values = data.values() if isinstance(data, dict) else [data]
    rows = next((one for one in values if isinstance(one, list) and all(isinstance(row, dict) for row in one)), None)
    if rows is None and isinstance(data, dict):
        rows = [data]
    if not rows:
        raise ReconcileError(f"{file} holds no list of objects; export an array with one object for each row")
    copy = _fresh(folder, path)
    with copy.open("w", encoding="utf-8") as target:
        target.writelines(json.dumps(row) + "\n" for row in rows)
    return Table(file, copy, "lines", tuple(dict.fromkeys(str(key) for row in rows for key in row)))


def _first_objects(head: str) -> Iterator[dict[str, Any]]:
    decoder = json.JSONDecoder()
    at = head.index("[") + 1 if head.lstrip().startswith("[") else 0
    while True:
        while at < len(head) and head[at] in " \t\r\n,":
            at += 1
        try:
            row, at = decoder.raw_decode(head, at)
        except (ValueError, RecursionError):
            return
        if isinstance(row, dict):
            yield row


def _where(table: Table) -> str:
    if table.form != "array" or table.path.stat().st_size > _WHOLE:
        return ""
    try:
        with _text(table.path) as stream:
            rows = json.load(stream)
    except json.JSONDecodeError as error:
        return f" (line {error.lineno}: {error.msg})"
    except (ValueError, RecursionError):
        return ""
    at = next((at for at, row in enumerate(rows, start=1) if not isinstance(row, dict)), 0)
    return f" (its entry {at} is no object)" if at else ""


def _utf8(path: Path, folder: Path, encoding: str) -> Path:
    """Return the file itself, or a copy of it in UTF-8."""
    with _bytes(path) as stream:
        start = stream.read(4)
    encoding = encoding or next((one for bom, one in _BOMS if start.startswith(bom)), "")
    if not encoding or codecs.lookup(encoding).name in {"utf-8", "utf-8-sig"}:
        return _plain(path, folder)
    copy = _fresh(folder, path)
    decoder = codecs.getincrementaldecoder(encoding)()
    with _bytes(path) as source, copy.open("wb") as target:
        line = 1
        while chunk := source.read(_CHUNK):
            try:
                decoded = decoder.decode(chunk)
            except UnicodeDecodeError as error:
                near = line + chunk[: error.start].count(b"\n")
                raise ReconcileError(
                    f"{path.name} is not {encoding.upper()}: bytes near line {near} are none of it; name another"
                    " --encoding"
                ) from None
            line += decoded.count("\n")
            target.write(decoded.encode())
    return copy


def _plain(path: Path, folder: Path) -> Path:
    """Return a way to the file whose name holds nothing that the engine would take for a pattern."""
    path = path.resolve()
    if not set("*?[]{}") & set(str(path)):
        return path
    way = _fresh(folder, path)
    try:
        way.symlink_to(path)
    except OSError:  # not allowed to everybody on Windows
        shutil.copyfile(path, way)
    return way


def _fresh(folder: Path, path: Path) -> Path:
    ending = path.name.lower().removesuffix(".gz").rpartition(".")[2]
    ending = ending if ending.isalnum() else "txt"
    return folder / f"{len(list(folder.iterdir()))}.{ending}"


def _bytes(path: Path) -> IO[bytes]:
    if path.name.lower().endswith(".gz"):
        opener: Callable[..., Any] = gzip.open
        return opener(path, "rb")  # type: ignore[no-any-return]
    return path.open("rb")


def _text(path: Path) -> IO[str]:
    return io.TextIOWrapper(_bytes(path), "utf-8-sig", newline="")


def _encoding(file: str, path: Path) -> ReconcileError:
    decoder = codecs.getincrementaldecoder("utf-8")()
    line = 1
    with _bytes(path) as stream:
        for raw in stream:
            try:
                decoder.decode(raw)
            except UnicodeDecodeError as error:
                return ReconcileError(
                    f"{file} is not UTF-8: byte 0x{raw[min(error.start, len(raw) - 1)]:02x} in line {line}; export it"
                    " again as UTF-8, or say what it is, e.g. --encoding windows-1252"
                )
            line += 1
    return ReconcileError(f"{file} is not UTF-8; say what it is, e.g. --encoding windows-1252")


def _some(count: int, what: str) -> str:
    return f"{count} {what}{'' if count == 1 else 's'}"

"""Where in a TOML file each key stands, and how its path reads as written there.

:mod:`tomllib` says what a file means but not where. This walks a text that tomllib has already accepted, so it
need not judge it.
"""

from __future__ import annotations

import re
import tomllib
from bisect import bisect_right

Path = tuple[str | int, ...]
"""The way to a value: names of keys, and positions (from 0) in arrays."""

_BLANK = re.compile(r"(?:[ \t\n]|#[^\n]*)*")
_STRING = re.compile(
    r'"""(?:\\.|[^\\])*?"{3,5}' r"|'''.*?'{3,5}" r'|"(?:\\.|[^"\\\n])*"' r"|'[^'\n]*'",
    re.DOTALL,
)
_BARE_KEY = re.compile(r"[A-Za-z0-9_-]+")
_SCALAR = re.compile(r"[^,\]}\n#]+")


class Index:
    """The places of all keys, array elements and table headers of one file."""

    def __init__(self, text: str) -> None:
        self._text = text.replace("\r\n", "\n")
        self._starts = [0, *(m.end() for m in re.finditer("\n", self._text))]
        self._places: dict[Path, int] = {}
        self._headers: set[Path] = set()
        self._at = 0
        self._walk()

    def place(self, path: Path) -> tuple[int, int] | tuple[None, None]:
        """Return line and column (from 1) of a path, or of the nearest table around it that the file has."""
        for length in range(len(path), 0, -1):
            offset = self._places.get(path[:length])
            if offset is not None:
                line = bisect_right(self._starts, offset)
                return line, offset - self._starts[line - 1] + 1
        return None, None

    def label(self, path: Path) -> str:
        """Return a path as the file writes it: `[portal] url`, `[orcid] user.login`, `[steps] connect #2, click`."""
        for length in range(len(path), 0, -1):
            if path[:length] in self._headers:
                header, rest = path[:length], path[length:]
                break
        else:
            # A table that the file does not have is named the way it would usually be written.
            header, rest = ((), path) if path[:1] in self._places else (path[:1], path[1:])
        if header and isinstance(header[-1], int):
            name = f"[[{_dotted(header[:-1])}]] #{header[-1] + 1}"
        else:
            name = f"[{_dotted(header)}]" if header else ""
        return f"{name} {_dotted(rest)}".strip()

    def _walk(self) -> None:
        table: Path = ()
        arrays: dict[Path, int] = {}
        while True:
            self._skip()
            if self._at >= len(self._text):
                return
            if self._text[self._at] == "[":
                start = self._at
                double = self._text.startswith("[[", start)
                self._at += 2 if double else 1
                names = self._key()
                self._at = self._text.index("]", self._at) + (2 if double else 1)
                table = ()
                for position, name in enumerate(names):
                    table += (name,)
                    if double and position == len(names) - 1:
                        arrays[table] = arrays.get(table, -1) + 1
                    if table in arrays:
                        table += (arrays[table],)
                    self._places.setdefault(table, start)
                self._headers.add(table)
            else:
                self._pair(table)

    def _pair(self, table: Path) -> None:
        self._skip()
        start = self._at
        path = table
        for name in self._key():
            path += (name,)
            self._places.setdefault(path, start)
        self._skip()
        self._at += 1  # the equals sign
        self._value(path)

    def _value(self, path: Path) -> None:
        self._skip()
        if string := _STRING.match(self._text, self._at):
            self._at = string.end()
        elif self._text[self._at] == "[":
            self._at += 1
            number = 0
            while not self._closed("]"):
                self._places[(*path, number)] = self._at
                self._value((*path, number))
                number += 1
        elif self._text[self._at] == "{":
            self._at += 1
            while not self._closed("}"):
                self._pair(path)
        elif scalar := _SCALAR.match(self._text, self._at):
            self._at = scalar.end()

    def _closed(self, bracket: str) -> bool:
        """Step over a comma; step over the bracket and say so when it comes next."""
        self._skip()
        if self._text[self._at] == ",":
            self._at += 1
            self._skip()
        if self._text[self._at] == bracket:
            self._at += 1
            return True
        return False

    def _key(self) -> list[str]:
        names = []
        while True:
            self._skip()
            if quoted := _STRING.match(self._text, self._at):
                names.append(str(tomllib.loads(f"k={quoted[0]}")["k"]))
                self._at = quoted.end()
            elif bare := _BARE_KEY.match(self._text, self._at):
                names.append(bare[0])
                self._at = bare.end()
            self._skip()
            if self._text[self._at] != ".":
                return names
            self._at += 1

    def _skip(self) -> None:
        if blank := _BLANK.match(self._text, self._at):
            self._at = blank.end()


def _dotted(path: Path) -> str:
    text = ""
    for before, part in zip((None, *path), path, strict=False):
        if isinstance(part, int):
            text += f" #{part + 1}"
        elif before is None:
            text = part
        else:
            text += (", " if isinstance(before, int) else ".") + part
    return text

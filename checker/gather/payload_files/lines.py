"""NDJSON: one payload per line, read line by line, whatever the length of the file."""

from __future__ import annotations

import codecs
from collections.abc import Iterator
from typing import IO, Final

from .model import Bounds, Given, Payload, Unread, Why

ENDINGS: Final = (".ndjson", ".jsonl")
"""How the name of such a file ends, lower case."""

_WIDE: Final = (codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE, codecs.BOM_UTF32_BE)
_CHUNK: Final = 1 << 20


def payloads(stream: IO[bytes], file: str, bounds: Bounds) -> Iterator[Given]:
    """Yield the payload of each line that is not blank.

    Args:
        stream: open for reading.
        file: what it is called.
        bounds: a line that is longer than `bounds.payload` is passed without being held in memory.
    """
    some = False
    number = 0
    while line := stream.readline(bounds.payload + 2):
        number += 1
        cost = len(line)
        if number == 1:
            if line.startswith(_WIDE):
                yield Unread(
                    file,
                    None,
                    Why.BAD_LINES,
                    "it is written in UTF-16 or UTF-32; NDJSON is UTF-8",
                    "Convert the file to UTF-8.",
                )
                return
            line = line.removeprefix(codecs.BOM_UTF8)  # of the file, not of its first payload
        if len(line.rstrip(b"\r\n")) > bounds.payload:
            while not line.endswith(b"\n") and (line := stream.readline(_CHUNK)):
                cost += len(line)
            some = True
            yield too_large(file, number, bounds, cost, cost=cost)
            continue
        if line.strip():
            some = True
            # The blanks in front stay, so that columns are those of the file.
            yield Payload(file, number, line.rstrip(b"\r\n"), cost)
    if not some:
        yield Unread(
            file,
            None,
            Why.NOTHING_INSIDE,
            "it holds no line with a payload",
            "Write one JSON payload per line.",
        )


def too_large(file: str, index: int | None, bounds: Bounds, size: int, *, cost: int = 0) -> Unread:
    """Return what is said of a payload of `size` bytes that is over the bound."""
    return Unread(
        file,
        index,
        Why.TOO_LARGE,
        f"it is {size:,} bytes long; a payload of more than {bounds.payload:,} bytes is not read",
        "Send less at once, or raise --max-size.",
        cost,
    )

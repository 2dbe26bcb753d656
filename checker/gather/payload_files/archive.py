"""Zip archives: read member by member in memory. Nothing is ever unpacked to disk."""

from __future__ import annotations

import os
import struct
import zipfile
import zlib
from collections.abc import Iterator
from typing import IO, Final

from . import lines
from .model import MEBIBYTE, Bounds, Given, Payload, Unread, Why

_BROKEN: Final = (zipfile.BadZipFile, zlib.error, EOFError, OSError, ValueError, struct.error, NotImplementedError)
_METHODS: Final = (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED)
_ENCRYPTED: Final = 0x1
_END: Final = b"PK\x05\x06"
_END_64: Final = b"PK\x06\x06"
_END_LENGTH: Final = 22
_LONGEST_END: Final = _END_LENGTH + 0xFFFF + 20 + 56
"""The end of an archive: its record, the longest comment, and the 64-bit locator and record in front."""


def looks_like(head: bytes) -> bool:
    """Whether a file that begins so is a zip archive."""
    return head.startswith((b"PK\x03\x04", _END))


def payloads(stream: IO[bytes], file: str, bounds: Bounds, extensions: tuple[str, ...]) -> Iterator[Given]:
    """Yield the payloads of all members whose name ends like a payload file's.

    Args:
        stream: the archive, open for reading, seekable.
        file: what it is called; a member is called `file!member`.
        bounds: an archive that may unpack to more is refused as a whole, by its own list of members: a member never
            gives more bytes than the list says.
        extensions: endings of payload files, lower case.
    """
    size = stream.seek(0, os.SEEK_END)
    if (directory := _directory_size(stream, size)) > bounds.directory:
        yield Unread(
            file,
            None,
            Why.TOO_LARGE,
            f"its list of members alone is {directory:,} bytes long",
            "Put the payloads into several archives, or into NDJSON files.",
        )
        return
    try:
        archive = zipfile.ZipFile(stream)
    except (*_BROKEN, RuntimeError) as error:
        yield _broken(file, f"it is no zip archive that can be read: {_why(error)}")
        return
    with archive:
        members = [one for one in archive.infolist() if not one.is_dir() and not _hidden(one.filename)]
        if bomb := _bomb(members, size, bounds):
            yield Unread(file, None, Why.ARCHIVE_BOMB, bomb, "Look where it comes from; unpack it by hand if you must.")
            return
        some = False
        for member in members:
            # Other files beside payloads are left alone; what may hold some is never passed in silence.
            name = member.filename.lower()
            if name.endswith((*extensions, ".zip")) or _climbs(member.filename):
                some = True
                yield from _member(archive, member, f"{file}!{member.filename}", bounds)
        if not some:
            yield Unread(
                file,
                None,
                Why.NOTHING_INSIDE,
                "it holds no payload file",
                f"Name the members {', '.join('*' + one for one in extensions)}.",
            )


def _member(archive: zipfile.ZipFile, member: zipfile.ZipInfo, file: str, bounds: Bounds) -> Iterator[Given]:
    by_line = member.filename.lower().endswith(lines.ENDINGS)
    if _climbs(member.filename):
        yield Unread(
            file,
            None,
            Why.CLIMBING_NAME,
            "its name leads out of the archive",
            "Look where the archive comes from: unpacking it could overwrite files elsewhere.",
        )
    elif member.filename.lower().endswith(".zip"):
        yield _broken(file, "it is an archive within an archive, which is not opened")
    elif member.flag_bits & _ENCRYPTED:
        yield Unread(file, None, Why.ENCRYPTED, "it is encrypted", "Give the archive without a password.")
    elif member.compress_type not in _METHODS:
        yield _broken(file, f"its compression (method {member.compress_type}) is not read; deflate and stored are")
    elif member.file_size > bounds.payload and not by_line:
        yield lines.too_large(file, None, bounds, member.file_size, cost=member.compress_size)
    else:
        try:
            with archive.open(member) as stream:
                if by_line:
                    yield from lines.payloads(stream, file, bounds)
                else:
                    yield Payload(file, None, stream.read(), member.compress_size)
        except (*_BROKEN, RuntimeError) as error:
            yield _broken(file, f"it is damaged in the archive: {_why(error)}")


def _broken(file: str, message: str) -> Unread:
    return Unread(file, None, Why.BAD_ARCHIVE, message, "Make the archive again, of plain files, and try once more.")


def _why(error: BaseException) -> str:
    return (str(error) or type(error).__name__).splitlines()[0]


def _hidden(name: str) -> bool:
    parts = name.replace("\\", "/").split("/")
    return any(part == "__MACOSX" or (part.startswith(".") and part not in {".", ".."}) for part in parts)


def _climbs(name: str) -> bool:
    parts = name.replace("\\", "/").split("/")
    return not parts[0] or ".." in parts or parts[0].endswith(":")


def _bomb(members: list[zipfile.ZipInfo], size: int, bounds: Bounds) -> str:
    if sum(one.compress_size for one in members) > size:
        return "its members lie over one another, which only a zip bomb does"
    unpacked = sum(one.file_size for one in members)
    most = max(bounds.small, bounds.ratio * size)
    if unpacked <= most:
        return ""
    return f"its {size:,} bytes would unpack to {unpacked // MEBIBYTE:,} MiB, more than {most // MEBIBYTE:,} MiB"


def _directory_size(stream: IO[bytes], size: int) -> int:
    """Return how long the archive says its list of members is, in bytes; 0: it does not say.

    Read here because `zipfile` holds the whole list in memory before anybody can ask.
    """
    stream.seek(max(0, size - _LONGEST_END))
    tail = stream.read(_LONGEST_END)
    stream.seek(0)
    at = tail.rfind(_END)
    if at < 0 or len(tail) - at < _END_LENGTH:
        return 0
    (length,) = struct.unpack_from("<L", tail, at + 12)
    wide = tail.rfind(_END_64, 0, at)
    if wide >= 0 and at - wide >= 56:
        (long,) = struct.unpack_from("<Q", tail, wide + 40)
        return int(max(length if length != 0xFFFFFFFF else 0, long))
    # A record of 64 bits elsewhere would still have to fit into the file.
    return int(length) if length != 0xFFFFFFFF else size

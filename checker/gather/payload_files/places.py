"""What a person names: files, folders, globs, standard input."""

from __future__ import annotations

import errno
import glob
import os
import stat
from collections.abc import Iterable, Iterator
from typing import IO, Final

from . import lines
from .model import Bounds, Given, Payload, Unread, Why

EXTENSIONS: Final = (".xml", ".json", *lines.ENDINGS)
"""What is looked for in folders and archives."""

_PASSED_BY: Final = {"__pycache__", "node_modules", "CVS", "_darcs"}
_STDIN: Final = "-"
_CHUNK: Final = 1 << 20


def payloads(
    names: Iterable[str],
    *,
    stdin: IO[bytes] | None = None,
    ndjson: bool = False,
    bounds: Bounds | None = None,
    besides: str | os.PathLike[str] | None = None,
) -> Iterator[Given]:
    """Yield all payloads in what is named, in the order of the names and, within a folder, of the alphabet.

    A file that is reached twice is read once. Links to files are followed; links to folders within a folder are not, so
    a loop of links ends nowhere. Hidden folders, `node_modules` and the like are passed by.

    Args:
        names: files, folders, globs (`**` for any depth), or `-` for standard input.
        stdin: what `-` reads; None: there is none.
        ndjson: take every named file and standard input for NDJSON, whatever its name.
        bounds: how much is read at most.
        besides: a file that is passed by: what an earlier run wrote into a folder of payloads.
    """
    limits = bounds or Bounds()
    seen: set[object] = set()
    if besides is not None and os.path.isfile(besides):
        seen.add(_identity(os.fspath(besides), os.stat(besides)))
    for name in names:
        if name == _STDIN:
            if _STDIN not in seen:
                seen.add(_STDIN)
                yield from _standard_input(stdin, ndjson, limits)
            continue
        for place in _matches(name):
            if isinstance(place, Unread):
                yield place
            elif os.path.isdir(place):
                yield from _folder(place, seen, ndjson, limits)
            else:
                yield from _file(place, seen, ndjson, limits, inside=False)


def _matches(name: str) -> Iterator[str | Unread]:
    if os.path.lexists(name):
        yield name
        return
    some = False
    if glob.has_magic(name):
        for match in sorted(glob.iglob(name, recursive=True)):
            # `**` also matches folders, whose files it matches too.
            if not os.path.isdir(match) or not name.endswith("**"):
                some = True
                yield match
    if not some:
        yield Unread(
            name,
            None,
            Why.NO_FILE,
            "no file matches" if glob.has_magic(name) else "there is no such file or folder",
            "Check the name and the folder from which the command runs.",
        )


def _folder(folder: str, seen: set[object], ndjson: bool, bounds: Bounds) -> Iterator[Given]:
    some = False
    troubles: list[OSError] = []
    for path, folders, files in os.walk(folder, onerror=troubles.append):
        folders[:] = sorted(one for one in folders if not one.startswith(".") and one not in _PASSED_BY)
        folders[:] = [one for one in folders if not os.path.exists(os.path.join(path, one, "pyvenv.cfg"))]
        for file in sorted(files):
            if file.lower().endswith(EXTENSIONS) and not file.startswith("."):
                some = True
                yield from _file(os.path.join(path, file), seen, ndjson, bounds, inside=True)
    for trouble in troubles:
        some = True
        yield _unreadable(str(trouble.filename or folder), trouble)
    if not some:
        yield Unread(
            folder,
            None,
            Why.NOTHING_INSIDE,
            "the folder holds no payload file",
            f"Looked for are {', '.join('*' + one for one in EXTENSIONS)}, but none that is hidden; name other files.",
        )


def _file(path: str, seen: set[object], ndjson: bool, bounds: Bounds, *, inside: bool) -> Iterator[Given]:
    try:
        # Without waiting: a pipe without a writer would keep us for ever.
        handle = os.open(path, os.O_RDONLY | getattr(os, "O_NONBLOCK", 0) | getattr(os, "O_BINARY", 0))
    except OSError as error:
        yield _unreadable(path, error)
        return
    except ValueError as error:  # a null character in the name
        yield Unread(path, None, Why.NO_FILE, f"no file can have this name: {error}", "Check the name.")
        return
    try:
        state = os.fstat(handle)
        if not stat.S_ISREG(state.st_mode):
            yield Unread(
                path,
                None,
                Why.NO_REGULAR_FILE,
                "it is a pipe, a device or a socket, not a regular file",
                "Give what it says on standard input, with - as the file.",
            )
            return
        identity = _identity(path, state)
        if identity in seen:
            return
        seen.add(identity)
        try:
            yield from _contents(handle, path, state.st_size, ndjson, bounds, inside=inside)
        except OSError as error:
            yield _unreadable(path, error)
    finally:
        os.close(handle)


def _identity(path: str, state: os.stat_result) -> object:
    # Hard links are different files to those who made them, unless they are the same place.
    return (state.st_dev, state.st_ino) if state.st_nlink == 1 else os.path.realpath(path)


def _contents(handle: int, path: str, size: int, ndjson: bool, bounds: Bounds, *, inside: bool) -> Iterator[Given]:
    name = path.lower()
    if name.endswith(lines.ENDINGS) or (ndjson and not inside):
        with open(handle, "rb", closefd=False) as stream:
            yield from lines.payloads(stream, path, bounds)
    elif name.endswith(".zip") or (not name.endswith(EXTENSIONS) and _is_archive(handle)):
        from . import archive

        with open(handle, "rb", closefd=False) as stream:
            yield from archive.payloads(stream, path, bounds, EXTENSIONS)
    elif size > bounds.payload:
        yield lines.too_large(path, None, bounds, size, cost=size)
    else:
        body = _whole(handle, size, bounds.payload + 1)
        if len(body) > bounds.payload:
            yield lines.too_large(path, None, bounds, len(body), cost=size)
        else:
            yield Payload(path, None, body, size)


def _is_archive(handle: int) -> bool:
    head = os.read(handle, 4)
    os.lseek(handle, 0, os.SEEK_SET)
    if not head.startswith(b"PK"):
        return False
    from . import archive

    return archive.looks_like(head)


def _whole(handle: int, size: int, most: int) -> bytes:
    """Return what a file holds, at most so many bytes: what is there, whatever its size is said to be.

    A file may grow, and some say 0 (/proc).
    """
    body = os.read(handle, size + 1)
    if len(body) == size:  # Nearly always: there was room for more.
        return body
    parts = [body]
    left = most - len(body)
    while left > 0 and (part := os.read(handle, min(left, _CHUNK))):
        parts.append(part)
        left -= len(part)
    return b"".join(parts)


def _standard_input(stdin: IO[bytes] | None, ndjson: bool, bounds: Bounds) -> Iterator[Given]:
    if stdin is None:
        yield Unread(_STDIN, None, Why.UNREADABLE, "there is no standard input", "Pipe a payload into the command.")
    elif ndjson:
        yield from lines.payloads(stdin, _STDIN, bounds)
    else:
        body = stdin.read(bounds.payload + 1)
        if len(body) > bounds.payload:
            yield Unread(
                _STDIN,
                None,
                Why.TOO_LARGE,
                f"standard input is longer than {bounds.payload:,} bytes",
                "Say --ndjson if it is one payload per line; send less at once, or raise --max-size.",
            )
        else:
            yield Payload(_STDIN, None, body, len(body))


def _unreadable(path: str, error: OSError) -> Unread:
    why = error.strerror or type(error).__name__
    if error.errno in {errno.ENOENT, errno.ENOTDIR}:
        told = "it is a link to a file that does not exist" if os.path.islink(path) else "it does not exist"
        return Unread(path, None, Why.NO_FILE, told, "Check the name and what it leads to.")
    if error.errno == errno.ENXIO:  # a socket, or a device without a driver
        return Unread(
            path, None, Why.NO_REGULAR_FILE, "it is no regular file", "Give what it says on standard input, with -."
        )
    return Unread(path, None, Why.UNREADABLE, f"it cannot be read: {why}", "Check the file and its permissions.")

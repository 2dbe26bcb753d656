"""The payloads in the files that a plan names under `[payloads]`, as evidence."""

from __future__ import annotations

import base64
import codecs
import os
import re
from collections.abc import Iterator
from typing import Final

from ..evidence.model import Block, PayloadFile
from ..evidence.vault import Vault
from ..plan import Plan
from .payload_files import Bounds, Payload, Unread, payloads

MOST: Final = 2_000
"""Payloads that a review takes; what is beyond is said to be."""

MOST_BYTES: Final = 32 * 1024 * 1024
"""Bytes of all of them."""

_BOUNDS: Final = Bounds(payload=4 * 1024 * 1024)
_DECLARED: Final = re.compile(rb"""<\?xml\s[^>]{0,200}?encoding\s*=\s*["']([^"']{0,40})["']""")
_AS_UTF_8: Final = frozenset({b"utf-8", b"utf8", b"us-ascii", b"ascii"})


def look_at_files(plan: Plan, vault: Vault) -> list[PayloadFile]:
    """Read every payload in the files, folders, archives and NDJSON that the plan names.

    Args:
        plan: its patterns are relative to its folder.
        vault: bytes that are no text and hold a secret are left out: no tag can stand in them.
    """
    return list(_looked_at(plan, vault))


def _looked_at(plan: Plan, vault: Vault) -> Iterator[PayloadFile]:
    count = size = 0
    names = [str(plan.path(name)) for name in plan.payloads.files]
    for given in payloads(names, bounds=_BOUNDS):
        file = _named(given.file, plan)
        if isinstance(given, Unread):
            yield PayloadFile(
                file=file,
                line=given.index,
                block=_block(f"{given.message[:1].upper()}{given.message[1:]}.", given.todo),
            )
            continue
        count += 1
        size += len(given.body)
        if count > MOST or size > MOST_BYTES:
            yield PayloadFile(
                file=file,
                line=given.index,
                block=_block(
                    "From here on, the files hold more than a review takes:"
                    f" {MOST:,} payloads or {MOST_BYTES // 2**20} MiB.",
                    "Name fewer files in [payloads]; orcid-review payload judges any number of them.",
                ),
            )
            return
        yield _kept(given, file, vault)


def _kept(given: Payload, file: str, vault: Vault) -> PayloadFile:
    text = _text(given.body)
    if text is not None:
        return PayloadFile(file=file, line=given.index, body=text)
    # In UTF-16, a null byte stands beside each letter.
    if vault.tags_in(given.body) or vault.tags_in(given.body.replace(b"\0", b"")):
        block = _block("It is not in UTF-8, and holds a secret of this run.", "Name a file without it in [payloads].")
        return PayloadFile(file=file, line=given.index, block=block)
    return PayloadFile(file=file, line=given.index, base64=base64.b64encode(given.body).decode("ascii"))


def _text(body: bytes) -> str | None:
    """Return a payload in plain UTF-8 as text; None for all else, of which the very bytes have to be kept."""
    declared = _DECLARED.match(body)
    if b"\0" in body or body.startswith(codecs.BOM_UTF8) or (declared and declared[1].lower() not in _AS_UTF_8):
        return None
    try:
        return body.decode("utf-8")
    except UnicodeDecodeError:
        return None


def _block(message: str, todo: str) -> Block:
    return Block(code="payloads-unreadable", message=message, whose="member", todo=todo)


def _named(file: str, plan: Plan) -> str:
    """Return a file's name as seen from the plan's folder, which says nothing of the machine."""
    inside = file.partition("!")
    try:
        relative = os.path.relpath(inside[0], plan.folder)
    except ValueError:  # another drive
        relative = os.path.basename(inside[0])
    if relative.startswith(".."):
        relative = os.path.basename(inside[0])
    return "".join((relative, *inside[1:])).replace(os.sep, "/")

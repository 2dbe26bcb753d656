"""Every payload of a review: written on the wire, or in a file that the plan names."""

from __future__ import annotations

import base64
from collections.abc import Iterator
from dataclasses import dataclass

from ..evidence.model import Evidence, Exchange, PayloadFile
from ..orcid import api_path
from ..orcid.payloads import KINDS
from ..review.model import Whose

_KIND_AT = {kind.path: name for name, kind in KINDS.items()}
_LONGEST_CODE = 18
"""Digits of a put-code that is one."""


@dataclass(frozen=True)
class Payload:
    """What the portal sends to ORCID's API, once."""

    where: str
    """`PUT /v3.0/…` of the wire, or the name of the file with its line."""
    body: str | bytes
    kind: str | None
    """A name of :data:`checker.orcid.payloads.KINDS`, by the address; None: of a file, which has none."""
    media_type: str | None = None
    """Content-Type of the request; None: not told."""
    method: str = ""
    """`POST` or `PUT`; empty: of a file, which does not tell how it is sent."""
    put_code: int | None = None
    """Of the address of a PUT."""
    exchange: Exchange | None = None
    """None: of a file."""
    unread: str = ""
    """Why it cannot be judged, a sentence; empty: it can."""
    whose: Whose = "member"
    todo: str = ""
    """What to do about that."""


def sent(evidence: Evidence) -> list[Payload]:
    """Return all payloads, those of the wire first, in order."""
    wire = [_of_wire(exchange, section) for exchange, section in _writes(evidence)]
    return [*wire, *map(_of_file, evidence.payload_files)]


def _writes(evidence: Evidence) -> Iterator[tuple[Exchange, str]]:
    for exchange in evidence.wire or []:
        section = api_path.parse(exchange.path).section
        if exchange.kind == "api" and exchange.method in {"POST", "PUT"} and section in _KIND_AT:
            yield exchange, section


def _of_wire(exchange: Exchange, section: str) -> Payload:
    path = api_path.parse(exchange.path)
    told = {name.lower(): value for name, value in exchange.request_headers.items()}
    unread = todo = ""
    whose: Whose = "member"
    if path.version != api_path.CURRENT:
        version = f"version {path.version}" if path.version else "no version"
        unread = f"It was sent to {version} of the API, and is judged as one of {api_path.CURRENT} only."
        todo = f"Move the call to /v{api_path.CURRENT}/ first."
    elif _is_cut(exchange, told):
        unread, whose = "It was not kept whole, or not at all.", "operator"
        todo = "Judge it with orcid-review payload, let the portal write a smaller one, or record bodies too."
    return Payload(
        where=f"{exchange.method} {exchange.path}",
        body=exchange.request_body,
        kind=_KIND_AT[section],
        media_type=told.get("content-type"),
        method=exchange.method,
        put_code=int(path.put_code) if 0 < len(path.put_code) <= _LONGEST_CODE else None,
        exchange=exchange,
        unread=unread,
        whose=whose,
        todo=todo,
    )


def _is_cut(exchange: Exchange, told: dict[str, str]) -> bool:
    # Evidence of earlier versions does not say that a body was cut; its length does, where no tag stands in it.
    length = told.get("content-length", "")
    shorter = length.isascii() and length.isdigit() and len(exchange.request_body.encode()) < int(length[:12])
    return exchange.request_cut or (shorter and not {"‹", "\ufffd"} & set(exchange.request_body))


def _of_file(file: PayloadFile) -> Payload:
    where = file.file if file.line is None else f"{file.file}, line {file.line}"
    if file.block:
        block = file.block
        return Payload(where, "", None, unread=block.message, whose=block.whose, todo=block.todo)
    try:
        return Payload(where, base64.b64decode(file.base64, validate=True) if file.base64 else file.body, None)
    except ValueError:
        return Payload(where, "", None, unread="The evidence does not hold its bytes.", whose="operator")

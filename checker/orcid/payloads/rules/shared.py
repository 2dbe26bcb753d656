"""Rules that items of all kinds have in common."""

from __future__ import annotations

from ..model import At, Content, Fault
from . import clauses


def put_code(item: Content, at: At, out: list[Fault]) -> None:
    """Add that a new item has a put-code."""
    code = str(item["put-code"])
    message = f"A new item was sent with the put-code {code}."
    out.append(Fault(clauses.PUT_CODE_ON_POST, (*at, "put-code"), message, code, "no put-code"))


def visibility(item: Content, stored: str | None, at: At, out: list[Fault]) -> None:
    """Add that a PUT would change the visibility of what is stored."""
    sent = item.get("visibility")
    if sent is not None and stored is not None and sent != stored:
        message = f"The visibility is {stored}, the payload says {sent}."
        out.append(Fault(clauses.VISIBILITY_CHANGED, (*at, "visibility"), message, sent, stored))

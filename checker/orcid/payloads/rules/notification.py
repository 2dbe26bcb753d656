"""Permission notifications (NotificationValidationManagerImpl, NotificationManagerImpl)."""

from __future__ import annotations

import re
import unicodedata
from typing import Final

from ..model import Content, Fault
from . import clauses, identifiers
from .texts import shown

_NEVER: Final = re.compile(r"[\x00-\x20\"<>\\^`{|}\x7f-\x9f]|%(?![0-9A-Fa-f]{2})")
_SCHEME_ALONE: Final = re.compile(r"[A-Za-z][A-Za-z0-9+.-]*:#?")


def validate(notification: Content, out: list[Fault]) -> None:
    """Add what ORCID refuses in a permission notification, in the order of its checks."""
    uri = (notification.get("authorization-url") or {}).get("uri")
    if uri is not None and uri.strip() and (reason := _not_a_uri(uri)):
        at = ("authorization-url", "uri")
        message = f"{shown(uri)} is not a URI: {reason}."
        out.append(Fault(clauses.AUTHORIZATION_URL_BAD, at, message, uri, "an absolute URI"))
    for index, item in enumerate((notification.get("items") or {}).get("item", ())):
        external_id = item.get("external-id")
        if external_id and external_id.get("external-id-type") is not None:
            identifiers.check_one(external_id, ("items", "item", index, "external-id"), out)
    if (code := notification.get("put-code")) is not None:
        message = f"A new notification was sent with the put-code {code}."
        out.append(Fault(clauses.PUT_CODE_ON_NOTIFICATION, ("put-code",), message, str(code), "no put-code"))


def _not_a_uri(uri: str) -> str | None:
    """Return why Java's URI refuses a text; only what it refuses for certain is looked for."""
    if found := _NEVER.search(uri):
        return f"{shown(found[0])} must be escaped"
    if not uri.isascii():
        # Java lets other characters pass, but not spaces of any kind.
        for character in uri:
            if unicodedata.category(character).startswith("Z"):
                return f"U+{ord(character):04X} must be escaped"
    if uri.startswith(":") or _SCHEME_ALONE.fullmatch(uri):
        return "a part is missing"
    return "there are two #" if uri.count("#") > 1 else None

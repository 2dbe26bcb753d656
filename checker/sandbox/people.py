"""Reads people and applications that somebody describes, in a file or through the admin endpoints.

The names of the fields are those of :class:`Person` and :class:`Client`, so that a new one there can be given here.
"""

from __future__ import annotations

import json
import secrets
import string
import tomllib
from collections.abc import Iterable, Mapping
from dataclasses import fields, replace
from difflib import get_close_matches
from pathlib import Path
from typing import Any, Final, TypeVar
from urllib.parse import urlsplit

from pydantic import TypeAdapter, ValidationError

from ..orcid import ids
from . import redirects
from .model import MEMBER_SCOPES, Client, Person, SandboxError

_T = TypeVar("_T", Person, Client)

_PERSON: Final = TypeAdapter(Person)
_CLIENT: Final = TypeAdapter(Client)
_LETTERS: Final = string.ascii_uppercase + string.digits


class Misfit(SandboxError):
    """What was given does not describe what it should; the message says where, what was expected, what was found."""


def new_orcid(taken: Iterable[str] = ()) -> str:
    """Return an iD that is in nobody's hands here, from the block that ORCID hands out today."""
    used = set(taken)
    low, high = ids.RANGES[-1]
    while True:
        digits = f"{low + secrets.randbelow(high - low):015d}"
        digits += ids.check_character(digits)
        orcid = "-".join(digits[i : i + 4] for i in range(0, 16, 4))
        if orcid not in used:
            return orcid


def person(data: object, where: str = "", known: Iterable[Person] = ()) -> Person:
    """Return the person that an object describes; without an iD they get a new one.

    Args:
        data: the fields, as read from JSON or TOML.
        where: what to call the object in a message.
        known: the people there are, whose iDs and e-mail addresses are taken.

    Raises:
        Misfit: a field is missing, unknown or wrong.
    """
    known = list(known)
    given = _fields(data, where, Person)
    if "orcid" not in given:
        given["orcid"] = new_orcid(p.orcid for p in known)
    found = _made(_PERSON, given, where)
    if not ids.is_valid(found.orcid):
        raise Misfit(
            f"{_at(where, 'orcid')}: expected a bare iD with the right check character, such as 0000-0002-1825-0097,"
            f" got {found.orcid!r}"
        )
    for name in ("login", "password"):
        if not getattr(found, name).strip():
            raise Misfit(f"{_at(where, name)}: expected text, got none")
    if (found.status == "deprecated") != ids.is_valid(found.primary):
        told = f"{found.primary!r} of a record that is {found.status}"
        raise Misfit(f"{_at(where, 'primary')}: expected the iD that a deprecated record was merged into, got {told}")
    for other in known:
        if other.orcid == found.orcid:
            raise Misfit(f"{_at(where, 'orcid')}: {found.orcid} is taken by another person here")
        if other.login.casefold() == found.login.casefold():
            raise Misfit(f"{_at(where, 'login')}: {found.login} is taken by {other.orcid}")
    return found


def client(data: object, where: str = "", known: Iterable[Client] = ()) -> Client:
    """Return the application that an object describes.

    Without an ID or a secret it gets new ones; without redirect URIs, any on this machine will do.

    Raises:
        Misfit: a field is unknown or wrong.
    """
    given = _fields(data, where, Client)
    given.setdefault("id", "APP-" + "".join(secrets.choice(_LETTERS) for _ in range(16)))
    given.setdefault("secret", secrets.token_hex(16))
    given.setdefault("any_loopback_redirect", not given.get("redirect_uris"))
    found = _made(_CLIENT, given, where)
    if found.connect_uri:
        check_redirect(found.connect_uri, _at(where, "connect_uri"))
        if not redirects.matches(found, found.connect_uri):
            found = replace(found, redirect_uris=(*found.redirect_uris, found.connect_uri))
    for name in ("id", "secret"):
        if not getattr(found, name).strip():
            raise Misfit(f"{_at(where, name)}: expected text, got none")
    if any(other.id == found.id for other in known):
        raise Misfit(f"{_at(where, 'id')}: {found.id} is registered already")
    for number, uri in enumerate(found.redirect_uris):
        check_redirect(uri, _at(where, f"redirect_uris[{number}]"))
    for name in ("scopes", "connect_scopes"):
        if strange := sorted(set(getattr(found, name)) - MEMBER_SCOPES):
            expected = ", ".join(sorted(MEMBER_SCOPES))
            raise Misfit(f"{_at(where, name)}: expected some of {expected}, got {strange[0]!r}")
    return found


def check_redirect(uri: str, where: str) -> None:
    """Refuse what cannot be a registered redirect URI.

    Raises:
        Misfit: it is no absolute http or https URI.
    """
    try:
        parts = urlsplit(uri)
        _ = parts.port  # raises for a port that is none
        right = parts.scheme in {"http", "https"} and bool(parts.hostname)
    except ValueError:
        right = False
    if not right:
        raise Misfit(f"{where}: expected an address such as https://127.0.0.1:8443/callback, got {uri!r}")


def people_of(path: Path) -> tuple[Person, ...]:
    """Read a file of people: TOML with `[[people]]`, or JSON with a list or an object with `people`.

    Raises:
        Misfit: the file cannot be read or does not describe people.
    """
    try:
        text = path.read_text("utf-8")
        data: object = json.loads(text) if path.suffix.lower() == ".json" else tomllib.loads(text)
    except OSError as error:
        raise Misfit(f"{path}: cannot be read: {error.strerror or error}") from error
    except UnicodeDecodeError as error:
        raise Misfit(f"{path}: expected UTF-8 text, got the byte {error.object[error.start]:#04x}") from error
    except (ValueError, RecursionError) as error:
        form = "JSON" if path.suffix.lower() == ".json" else "TOML"
        raise Misfit(f"{path}: expected {form}: {error}") from error
    listed = data.get("people") if isinstance(data, dict) else data
    if not isinstance(listed, list) or not listed:
        raise Misfit(f"{path}: expected a list `people` with at least one person in it")
    found: list[Person] = []
    for number, entry in enumerate(listed, 1):
        found.append(person(entry, f"{path}: person {number}", found))
    return tuple(found)


def _at(where: str, name: str) -> str:
    return f"{where}, {name}" if where else name


def _fields(data: object, where: str, kind: type[Person] | type[Client]) -> dict[str, Any]:
    names = [field.name for field in fields(kind)]
    if not isinstance(data, Mapping):
        raise Misfit(f"{f'{where}: ' if where else ''}expected an object with {', '.join(names)}")
    for key in data:
        if key not in names:
            close = get_close_matches(str(key), names, n=1)
            hint = f"did you mean {close[0]}?" if close else f"there are {', '.join(names)}"
            raise Misfit(f"{_at(where, str(key))}: there is no such field; {hint}")
    return dict(data)


def _made(adapter: TypeAdapter[_T], data: dict[str, Any], where: str) -> _T:
    try:
        return adapter.validate_python(data)
    except ValidationError as error:
        first = error.errors(include_url=False)[0]
        name = ".".join(map(str, first["loc"]))
        raise Misfit(f"{_at(where, name)}: {said(first)}") from None


def said(error: Any) -> str:
    """Put one of pydantic's errors in a few words, with what was found."""
    words = str(error["msg"]).removeprefix("Value error, ")
    if error["type"] == "missing":
        return "is missing"
    return f"{words[:1].lower()}{words[1:]}, got {error['input']!r}"

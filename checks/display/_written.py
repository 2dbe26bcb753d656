"""Takes apart what is written on a page: an iD as text, an address as a link."""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass
from typing import Literal
from urllib.parse import SplitResult, unquote, urlsplit

from checker.orcid import ids
from checker.orcid.hosts import PRODUCTION, SANDBOX, Environment

_GAP = r"[\s\u00ad\u200b-\u200f\u2010-\u2015\u2060\u2212\ufe58\ufe63\uff0d\ufeff-]{0,3}"
_LOOSE = re.compile(rf"(?:\d{_GAP}){{15}}[\dXxＸｘ]")
_CUT = re.compile(r"…|\.\.\.|[*•]{2,}|[Xx]{4}|#{4}")


@dataclass(frozen=True)
class ShownText:
    """An iD as it stands in the text, with what clings to it."""

    whole: str
    digits: str
    """The iD's own characters as written; empty when cut short."""
    id: str
    """The same in bare form, for comparing; empty when cut short."""
    before: str
    after: str
    cut: bool


def read_text(text: str) -> ShownText | None:
    """Take apart the text of a display; None when no iD is in it."""
    found = _LOOSE.search(text)
    if found is None:
        return ShownText(text, "", "", "", "", True) if _CUT.search(text) else None
    digits = found.group(0)
    bare = ids.normalise(unicodedata.normalize("NFKC", digits))
    return ShownText(text, digits, bare, text[: found.start()], text[found.end() :], False)


Base = Literal["right", "other-environment", "wrong-host", "not-orcid"]


def base_of(parts: SplitResult, environment: Environment) -> Base:
    """Say whose address it is, seen from an environment: compares hosts, never parts of strings."""
    host = (parts.hostname or "").rstrip(".")
    plain = parts.username is None and parts.password is None
    netloc = parts.netloc.lower().rstrip(".")
    if environment.name == "embedded" and plain and environment.owns(parts.geturl()):
        return "right"
    if netloc in {urlsplit(origin).netloc for origin in environment.displays}:
        return "right"
    if netloc in {urlsplit(known.site).netloc for known in (PRODUCTION, SANDBOX)}:
        return "other-environment"
    return "wrong-host" if "orcid" in host or "orcid" in parts.netloc.lower() else "not-orcid"


@dataclass(frozen=True)
class Target:
    """Where a link leads."""

    raw: str
    scheme: str
    """Empty for an address without one."""
    base: Base
    id: str
    """The iD it leads to, in bare form; empty when it leads to no record."""
    digits: str
    """The same as written."""
    untidy: str
    """What is added to the bare `/iD`; empty when nothing is."""
    wraps: bool
    """Another address inside leads to ORCID: a proxy or a redirector."""
    api: bool
    """An address of ORCID's API."""


_AFTER = re.compile(r"(/|/record/?|/print/?)?")


def read_link(raw: str, resolved: str, environment: Environment) -> Target:
    """Take a link apart.

    Args:
        raw: the attribute as written.
        resolved: the same, made absolute by the browser.
        environment: the one the run is about.
    """
    tidy = raw.strip()
    parts = _split(tidy)
    scheme = parts.scheme.lower()
    if not parts.netloc and not scheme:
        parts = _split(resolved)
        scheme = parts.scheme.lower()
    elif not scheme:
        parts = _split("https:" + tidy)
    base: Base = base_of(parts, environment) if parts.netloc else "not-orcid"
    path = unquote(parts.path)
    found = _LOOSE.match(path[1:])
    rest = path[1 + found.end() :] if found else path
    leads = bool(found) and _AFTER.fullmatch(rest) is not None
    digits = found.group(0) if found and leads else ""
    untidy = _untidy(raw, parts, path, rest) if digits else ""
    return Target(
        raw=raw,
        scheme=scheme,
        base=base,
        id=ids.normalise(unicodedata.normalize("NFKC", digits)) if digits else "",
        digits=digits,
        untidy=untidy,
        wraps=base == "not-orcid" and _wraps(parts, environment),
        api=re.match(r"/v\d\.\d", path) is not None,
    )


def _split(address: str) -> SplitResult:
    try:
        parts = urlsplit(address)
        _ = parts.port
    except ValueError:
        return urlsplit("")
    return parts


def _untidy(raw: str, parts: SplitResult, path: str, rest: str) -> str:
    if raw != raw.strip():
        return "white space around it"
    if path != parts.path:
        return "percent-encoding"
    if rest:
        return f"«{rest}» after the iD"
    if parts.query:
        return f"the query «?{parts.query}»"
    return f"the fragment «#{parts.fragment}»" if parts.fragment else ""


def _wraps(parts: SplitResult, environment: Environment) -> bool:
    inside = unquote(unquote(parts.path + "?" + parts.query))
    hosts = [urlsplit(origin).netloc for origin in (*environment.displays, PRODUCTION.site, SANDBOX.site)]
    return any(f"//{host}/" in inside or f"={host}/" in inside for host in hosts) and _LOOSE.search(inside) is not None

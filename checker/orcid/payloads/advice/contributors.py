"""Contributors: who is named, how their iDs are written, whether the list was cut off."""

from __future__ import annotations

import re
from functools import lru_cache
from typing import Final

from ...ids import has_valid_checksum
from ..model import At, Content, Fault
from . import clauses
from .texts import check_text, shown

SHOWN_BY_ORCID: Final = 50
"""Contributors that ORCID's pages show."""
_HOSTS: Final = frozenset({"orcid.org", "sandbox.orcid.org"})
_LONGEST: Final = 200
_URI: Final = re.compile(r"https?://([^/\s]+)/([^/\s]+)")
_LOOSE: Final = re.compile(r"\d{4}-\d{4}-\d{4}-\d{3}[\dX]")
"""What the schema takes for an iD, digits of other scripts among them."""
_OTHERS: Final = re.compile(r"\W*(?:et[. ]+al|(?:and|&) (?:\d+ )?others|(?:and|\+) ?\d+ more|others|\.{3}|…)\W*", re.I)


def check_contributors(contributors: Content | None, at: At, out: list[Fault]) -> None:
    """Add what is odd about the contributors of a work or a funding."""
    if not contributors:
        return
    people = contributors.get("contributor", ())
    at = (*at, "contributor")
    hosts: set[str] = set()
    cut = False
    for index, person in enumerate(people):
        name, identifier = person.get("credit-name"), person.get("contributor-orcid")
        if identifier:
            if host := _sound(identifier.get("uri"), identifier.get("path")):
                hosts.add(host)
            else:
                _check_id(identifier, (*at, index, "contributor-orcid"), hosts, out)
        elif not name:
            message = "The contributor has neither a name nor an iD."
            out.append(Fault(clauses.CONTRIBUTOR_EMPTY, (*at, index), message, allowed="credit-name"))
        if name and (text := name.get("value")):
            place = (*at, index, "credit-name")
            check_text(text, place, out)
            if len(text) < 24 and _OTHERS.fullmatch(text):
                cut = True
                message = f"{shown(text)} stands for contributors who are not named."
                out.append(Fault(clauses.CONTRIBUTORS_TRUNCATED, place, message, text, "a name"))
    if len(hosts) > 1:
        found = " and ".join(sorted(hosts))
        message = f"The contributors' iDs are of two registries, {found}."
        out.append(Fault(clauses.CONTRIBUTOR_IDS_MIXED, at[:-1], message, found, "one of them"))
    if len(people) == SHOWN_BY_ORCID and not cut:
        message = "There are exactly 50 contributors, as many as ORCID's pages show: see whether the list was cut off."
        out.append(Fault(clauses.CONTRIBUTORS_TRUNCATED, at[:-1], message, "50", "all contributors"))
    elif len(people) > SHOWN_BY_ORCID:
        message = f"Of the {len(people)} contributors, ORCID's pages show the first 50."
        out.append(Fault(clauses.CONTRIBUTORS_BEYOND_SHOWN, at[:-1], message, str(len(people))))


def _check_id(identifier: Content, at: At, hosts: set[str], out: list[Fault]) -> None:
    uri, path = identifier.get("uri"), identifier.get("path")
    host, of_uri = _split(uri) if uri and len(uri) < _LONGEST else ("", "")
    if host in _HOSTS:
        hosts.add(host)
    elif host and not host.startswith("localhost"):
        message = f"{shown(uri or '')}: no iD is at {host}."
        allowed = f"https://orcid.org/{of_uri}"
        out.append(Fault(clauses.CONTRIBUTOR_ID_HOST, (*at, "uri"), message, host, allowed))
    for part, value in (("uri", of_uri), ("path", path)):
        if value and len(value) < _LONGEST and not _right(value):
            message = f"{shown(value)} is not an ORCID iD: its last character does not follow from the others."
            out.append(Fault(clauses.CONTRIBUTOR_ID_CHECKSUM, (*at, part), message, value))
            return
    if of_uri and path and of_uri != path:
        message = f"uri names {of_uri}, path names {path}."
        out.append(Fault(clauses.CONTRIBUTOR_ID_CONTRADICTS, at, message, path, of_uri))


@lru_cache(maxsize=2048)
def _sound(uri: str | None, path: str | None) -> str | None:
    """Return the host of an iD that nothing is to be said of."""
    if not uri or len(uri) > _LONGEST or (path and not uri.endswith(f"/{path}")):
        return None
    host, identifier = _split(uri)
    return host if host in _HOSTS and has_valid_checksum(identifier) else None


def _split(uri: str) -> tuple[str, str]:
    """Return host and iD of an iD's address; empty texts for anything else, which is the schema's business."""
    found = _URI.fullmatch(uri)
    return (found[1].lower(), found[2]) if found and _LOOSE.fullmatch(found[2]) else ("", "")


def _right(path: str) -> bool:
    # A text of another form is not judged here.
    return _LOOSE.fullmatch(path) is None or has_valid_checksum(path)

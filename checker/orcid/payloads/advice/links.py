"""Addresses: whole ones, and https where the host is known to have it."""

from __future__ import annotations

import re
from typing import Final

from ..model import At, Content, Fault
from . import clauses
from .texts import shown

HTTPS_HOSTS: Final = frozenset(
    {
        "doi.org",
        "dx.doi.org",
        "www.doi.org",
        "orcid.org",
        "www.orcid.org",
        "sandbox.orcid.org",
        "api.orcid.org",
        "api.sandbox.orcid.org",
        "pub.orcid.org",
        "pub.sandbox.orcid.org",
        "ror.org",
        "arxiv.org",
        "www.arxiv.org",
        "hdl.handle.net",
        "pubmed.ncbi.nlm.nih.gov",
        "www.ncbi.nlm.nih.gov",
        "europepmc.org",
        "portal.issn.org",
        "www.worldcat.org",
        "d-nb.info",
        "raid.org",
        "lccn.loc.gov",
        "isni.org",
        "www.isni.org",
        "www.scopus.com",
        "papers.ssrn.com",
    }
)
"""Hosts of identifiers that have served https for years. Any other host may have http alone."""
_WHOLE: Final = re.compile(r"\s*(https?|ftps?)://[^/\s]", re.IGNORECASE)
_HTTP: Final = re.compile(r"\s*http://([^/:?#\s]+)(?::80)?([/?#]|\s*$)", re.IGNORECASE)


def check_link(link: Content | None, at: At, out: list[Fault]) -> None:
    """Add what is wrong with an address in its object; an empty one is left to others."""
    if link:
        check_address(link.get("value"), at, out)


def check_address(address: str | None, at: At, out: list[Fault]) -> None:
    """Add what is wrong with an address."""
    if not address or address.startswith("https://"):
        return
    _check(address, at, out)


def _check(address: str, at: At, out: list[Fault]) -> None:
    if not address.strip():
        return
    if not _WHOLE.match(address):
        meant = address.strip()
        host = meant.partition("/")[0].lower()
        allowed = f"https://{meant}" if host in HTTPS_HOSTS else "an address with https:// before the host"
        out.append(Fault(clauses.LINK_NOT_ABSOLUTE, at, f"{shown(meant)} is not a whole address.", meant, allowed))
    elif (found := _HTTP.match(address)) and found[1].lower() in HTTPS_HOSTS:
        allowed = _secure(address.strip())
        message = f"{shown(address.strip())} is an http address of a host that has https."
        out.append(Fault(clauses.HTTP_LINK, at, message, address.strip(), allowed))


def _secure(address: str) -> str:
    rest = address.partition("://")[2]
    host, slash, path = rest.partition("/")
    host = host.removesuffix(":80")
    # The old name of the resolver answers still; the new one is what DOIs are written with.
    return f"https://{'doi.org' if host.lower() in {'dx.doi.org', 'www.doi.org'} else host}{slash}{path}"

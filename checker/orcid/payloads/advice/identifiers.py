"""External identifiers: clean values, of their type, with the address that they lead to."""

from __future__ import annotations

import re
from functools import lru_cache
from typing import Final
from urllib.parse import unquote

from ..check_digits import isbn_fits, issn_fits
from ..model import At, Clause, Content, Fault
from ..rules.normalise import normalised
from . import clauses
from .links import check_address
from .texts import shown

_CLEAN: Final = {
    "doi": re.compile(r"10(?:\.[0-9a-z]+)+/\S+", re.ASCII | re.IGNORECASE),
    "pmid": re.compile(r"[0-9]+"),
    "pmc": re.compile(r"(?:PMC)?[0-9]{5,9}", re.IGNORECASE),
    "arxiv": re.compile(r"(?:arxiv:)?(?:[0-9]{4}\.[0-9]{4,5}|[a-z.-]+/[0-9]{7})(?:v[0-9]+)?", re.ASCII | re.IGNORECASE),
    "isbn": re.compile(r"[0-9][0-9 -]{8,15}[0-9x]", re.IGNORECASE),
    "issn": re.compile(r"[0-9]{4} ?[-–]? ?[0-9]{3}[0-9x]", re.IGNORECASE),
}
"""How a value looks that has nothing around it."""
_PREFIXES: Final = {
    "doi": "https://doi.org/",
    "pmid": "https://pubmed.ncbi.nlm.nih.gov/",
    "pmc": "https://europepmc.org/article/pmc/",
    "arxiv": "https://arxiv.org/abs/",
    "handle": "https://hdl.handle.net/",
}
"""Types whose address follows from the value; whether another identifier has one, only its owner knows."""
_DIGITS: Final = {"isbn": isbn_fits, "issn": issn_fits}
_RESOLVERS: Final = {
    "doi": re.compile(r"https?://(?:dx\.|www\.)?doi\.org/", re.IGNORECASE),
    "pmid": re.compile(
        r"https?://(?:pubmed\.ncbi\.nlm\.nih\.gov|(?:www\.)?ncbi\.nlm\.nih\.gov/pubmed)/", re.IGNORECASE
    ),
    "arxiv": re.compile(r"https?://(?:www\.)?arxiv\.org/(?:abs|pdf)/", re.IGNORECASE),
}
_PLAIN_DOI: Final = re.compile(r"10(?:\.[0-9a-z]+)+/[^\s\"&']+", re.ASCII | re.IGNORECASE)
_PLACES: Final = {
    clauses.IDENTIFIER_NOT_OF_TYPE: "external-id-value",
    clauses.IDENTIFIER_UNCLEAN: "external-id-value",
    clauses.IDENTIFIER_CHECK_DIGIT: "external-id-value",
    clauses.IDENTIFIER_URL_MISMATCH: "external-id-url",
}
"""Which part a fault is told of; else the whole identifier."""
_LONGEST: Final = 2000
"""Characters; nothing that is longer is looked at."""
_HANDLE: Final = re.compile(r"[\w.]+/\S+", re.ASCII)
_WEB: Final = re.compile(r"(?:https?|ftps?)://", re.IGNORECASE)
_ARXIV_VERSION: Final = re.compile(r"v[0-9]+$")
_IN_JOURNALS: Final = frozenset(
    {
        "journal-article",
        "article-journal",
        "magazine-article",
        "newspaper-article",
        "newsletter-article",
        "book-chapter",
        "chapter",
        "conference-paper",
        "conference-abstract",
        "encyclopedia-entry",
        "dictionary-entry",
        "book-review",
    }
)
"""Works that are printed in something larger, which the ISSN or ISBN is the number of."""


def check_identifiers(identifiers: Content | None, at: At, out: list[Fault], work_type: str | None = None) -> None:
    """Add what is odd about a list of external identifiers, of a work of the given type if it is one."""
    if not identifiers:
        return
    for index, identifier in enumerate(identifiers.get("external-id", ())):
        check_identifier(identifier, (*at, "external-id", index), out, work_type)


def check_identifier(identifier: Content, at: At, out: list[Fault], work_type: str | None = None) -> None:
    """Add what is odd about one external identifier."""
    kind = identifier.get("external-id-type")
    value = identifier.get("external-id-value")
    link = identifier.get("external-id-url")
    address = link.get("value") if link else None
    if address:
        check_address(address, (*at, "external-id-url"), out)
    if not kind or not value or value.isspace() or len(value) > _LONGEST or (address and len(address) > _LONGEST):
        return
    # What most identifiers are is told at once.
    if not (kind == "doi" and address and address == f"https://doi.org/{value}" and _PLAIN_DOI.fullmatch(value)):
        for clause, message, found, allowed in _oddities(kind, value, address or ""):
            place = (*at, _PLACES[clause]) if clause in _PLACES else at
            out.append(Fault(clause, place, message, found, allowed))
    if work_type in _IN_JOURNALS and kind in _DIGITS and identifier.get("external-id-relationship") == "self":
        whole = "journal" if kind == "issn" else "book"
        message = (
            f"{shown(value)} is the {kind.upper()} of a {whole}; as self it says that the {work_type} is the {whole}."
        )
        out.append(Fault(clauses.CONTAINER_AS_SELF, (*at, "external-id-relationship"), message, "self", "part-of"))


@lru_cache(maxsize=1024)
def _oddities(kind: str, value: str, address: str) -> tuple[tuple[Clause, str, str, str | None], ...]:
    """Return clause, message, what was found and what is allowed, for each thing that is odd."""
    # Affiliations take the type in any spelling.
    kind = kind.lower()
    found: list[tuple[Clause, str, str, str | None]] = []
    clean = _value(kind, value, found)
    if clean is not None:
        if not address.strip():
            if prefix := _PREFIXES.get(kind):
                message = f"The {kind} {shown(value)} comes without its address."
                bare = clean.rpartition(":")[2] if kind == "arxiv" else clean
                found.append((clauses.IDENTIFIER_WITHOUT_URL, message, value, prefix + bare))
        elif (resolver := _RESOLVERS.get(kind)) and resolver.match(address.strip()):
            _compare(kind, clean, address.strip(), found)
    return tuple(found)


def _value(kind: str, value: str, found: list[tuple[Clause, str, str, str | None]]) -> str | None:
    """Judge a value and return it without what does not belong to it; None: it is no value of its type."""
    bare = value.strip()
    pattern = _CLEAN.get(kind)
    if pattern is None:
        if kind == "uri" and not _WEB.match(bare):
            message = f"{shown(bare)} is no web address; ORCID puts http:// before it to compare it with others."
            found.append((clauses.IDENTIFIER_NOT_OF_TYPE, message, value, "an address that begins with https://"))
            return None
        if kind == "handle" and (start := re.match(r"https?://hdl\.handle\.net/|hdl:\s*", bare, re.IGNORECASE)):
            bare = bare[start.end() :]
            message = f"The value of the handle is {shown(value.strip())}, an address or prefix and the handle."
            found.append((clauses.IDENTIFIER_UNCLEAN, message, value, bare))
        elif bare != value:
            found.append((clauses.IDENTIFIER_UNCLEAN, f"White space stands around {shown(bare)}.", value, bare))
        # Repositories send their own addresses as handles; what the handle is, they do not say.
        return bare if kind != "handle" or _HANDLE.fullmatch(bare) else None
    normal = normalised(kind, value)
    if not normal:
        message = f"{shown(value)} is not of the type {kind}: ORCID finds no {kind} in it."
        # ORCID does not decode what is written with percent signs.
        decoded = pattern.search(unquote(bare)) if kind == "doi" else None
        found.append((clauses.IDENTIFIER_NOT_OF_TYPE, message, value, decoded[0] if decoded else None))
        return None
    if (fits := _DIGITS.get(kind)) and not fits(normal):
        message = f"{shown(value)} cannot be an {kind.upper()}: its check character is wrong."
        found.append((clauses.IDENTIFIER_CHECK_DIGIT, message, value, None))
    if pattern.fullmatch(value):
        return value
    inside = pattern.search(unquote(bare) if _WEB.match(bare) else bare)
    meant = inside[0] if inside else normal
    said = "White space stands" if bare == meant else "More than the identifier stands"
    found.append((clauses.IDENTIFIER_UNCLEAN, f"{said} in {shown(value)}, of the type {kind}.", value, meant))
    return meant


def _compare(kind: str, value: str, address: str, found: list[tuple[Clause, str, str, str | None]]) -> None:
    """Say so when an address at the resolver of a type is that of another identifier."""
    for start in "?#":
        if start not in value:
            address = address.partition(start)[0]
    there, here = normalised(kind, unquote(address)), normalised(kind, value)
    if kind == "arxiv":
        there, here = _ARXIV_VERSION.sub("", there), _ARXIV_VERSION.sub("", here)
    if there and there.rstrip("/") != here.rstrip("/"):
        message = f"The address {shown(address)} is not that of {shown(value)}."
        found.append((clauses.IDENTIFIER_URL_MISMATCH, message, address, _PREFIXES[kind] + value))

"""Values of external identifiers as ORCID compares them (PIDNormalizationService).

A value that a type's pattern is not found in has no normal form; the values themselves are compared then.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from functools import lru_cache
from typing import Final

from ..lists import CASE_SENSITIVE_ID_TYPES, EXTERNAL_ID_TYPES

_DOI: Final = re.compile(r"10(?:\.[0-9a-zA-Z]+)+/[^\s\"&']+", re.ASCII)
_ENTITY: Final = re.compile(r"&(amp|lt|gt|quot|apos|#[0-9]+|#[xX][0-9a-fA-F]+);")
_ENTITIES: Final = {"amp": "&", "lt": "<", "gt": ">", "quot": '"', "apos": "'"}
_ISBN: Final = re.compile(r"([0-9][0-9 -]{8,15}[0-9xX])(?:$|[^0-9])")
_ISBN_LENGTHS: Final = frozenset({10, 13})
_ISSN: Final = re.compile(r"(?:^|[^0-9])([0-9]{4}) ?[-–]? ?([0-9]{3}[0-9xX])(?:$|[^0-9-])")
_PMID: Final = re.compile(
    r"(?:^\s*|pmid:?\s*|pubmed/|med/|pubmed.ncbi.nlm.nih.gov/)([0-9]+)(?:$|[^a-z0-9.-])", re.ASCII | re.IGNORECASE
)
_PMC: Final = re.compile(r"(?:^|pmc-?/?)\s*([0-9]{5,9})\b", re.ASCII)
_ARXIV: Final = re.compile(r"(?:arxiv:)?([0-9]{4}\.[0-9]{4,5}(?:v[0-9])?|[\w.-]+/[0-9]{7}(?:v[0-9])?)\b", re.ASCII)
_BIBCODE: Final = re.compile(
    r"(?:^|(?i:bib)[Bc](?i:ode):?\s*|[^a-zA-Z0-9.])([0-9]{4}[.a-zA-Z0-9]{15})(?:$|[^a-zA-Z0-9.])", re.ASCII
)
_RRID: Final = re.compile(
    r"AB_[0-9]{6}|CVCL_[0-9A-Z]{4}|SCR_[0-9]{6}|IMSR_JAX:[0-9]{6}|Addgene_[0-9]{5}|SAMN[0-9]{8}|MMRRC_[0-9]{6}-UCD"
)
_URI: Final = re.compile(r"(?:ht|f)tps?://")
_LONGEST: Final = 4_000
"""Longer values are no identifiers; searching them would take time that grows with their square."""


def _doi(value: str) -> str:
    if "&" in value and ";" in value:
        size = len(value) + 1
        # Escaped more than once is met in the wild.
        while len(value) < size:
            size = len(value)
            value = _ENTITY.sub(_character, value)
    found = _DOI.search(value)
    return found[0] if found else ""


def _character(entity: re.Match[str]) -> str:
    name = entity[1]
    if name[0] != "#":
        return _ENTITIES[name]
    number = int(name[2:], 16) if name[1] in "xX" else int(name[1:])
    return chr(number) if number < 0x110000 else entity[0]


def _isbn(value: str) -> str:
    found = _ISBN.search(value)
    digits = found[1].replace("-", "").replace(" ", "").upper() if found else ""
    return digits if len(digits) in _ISBN_LENGTHS else ""


def issn(value: str) -> str:
    """Return the first ISSN in a text as `1234-567X`, or an empty text; its check digit is not tested."""
    found = _ISSN.search(value)
    return f"{found[1]}-{found[2].upper()}" if found else ""


def _arxiv(value: str) -> str:
    found = _ARXIV.search(value)
    return f"arXiv:{found[1]}" if found else ""


def _rrid(value: str) -> str:
    found = _RRID.search(value)
    return f"RRID:{found[0]}" if found else ""


def _uri(value: str) -> str:
    return value if _URI.match(value) else f"http://{value}"


def _group(pattern: re.Pattern[str]) -> Callable[[str], str]:
    def find(value: str) -> str:
        found = pattern.search(value)
        return found[1] if found else ""

    return find


_BY_TYPE: Final[dict[str, Callable[[str], str]]] = {
    "doi": _doi,
    "isbn": _isbn,
    "issn": issn,
    "pmid": _group(_PMID),
    "pmc": _group(_PMC),
    "arxiv": _arxiv,
    "bibcode": _group(_BIBCODE),
    "rrid": _rrid,
    "uri": _uri,
}


@lru_cache(maxsize=4096)
def normalised(kind: str, value: str) -> str:
    """Return the normal form of an identifier's value, or an empty text when it has none.

    Args:
        kind: `external-id-type`; the value of a type that ORCID does not know stays as it is.
        value: `external-id-value`.
    """
    if kind not in EXTERNAL_ID_TYPES or len(value) > _LONGEST:
        return value
    if kind not in CASE_SENSITIVE_ID_TYPES:
        value = value.lower()
    find = _BY_TYPE.get(kind)
    return find(value) if find else value


def key(kind: str | None, value: str | None) -> tuple[str | None, bool, str | None]:
    """Return what two identifiers have in common that ORCID takes for the same.

    The middle part tells whether the last one is a normal form, which never equals a value as it was written.
    """
    form = normalised(kind, value) if kind is not None and value is not None else value
    return (kind, True, form) if form else (kind, False, value)

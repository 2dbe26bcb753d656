"""What ORCID asks of an item beyond its shape, and which items are duplicates.

Documented and observed (facts on the API, sections 7 to 9). Our choice: an organization's identifier is not looked
up, only its source is; a registry's whole table of organizations is not carried along.
"""

from __future__ import annotations

from datetime import date
from typing import Any, Final

from .api_errors import ApiError
from .documents import ItemType
from .shape import Tree
from .state import Item


def _words(text: str) -> frozenset[str]:
    return frozenset(text.split())


WORK_TYPES: Final = _words(
    """
    annotation artistic-performance blog-post book-chapter book-review book cartographic-material clinical-study
    conference-abstract conference-output conference-paper conference-poster conference-presentation
    conference-proceedings data-management-plan data-set design dictionary-entry disclosure dissertation-thesis
    edited-book encyclopedia-entry image invention journal-article journal-issue learning-object lecture-speech
    license magazine-article manual moving-image musical-composition newsletter-article newspaper-article
    online-resource other patent physical-object preprint public-speech registered-copyright report
    research-technique research-tool review software sound spin-off-company standards-and-policy
    supervised-student-publication technical-standard test trademark transcription translation website working-paper
    undefined
    """
)
_WORK_TYPE_ALIASES: Final = {
    "article-journal": "journal-article",
    "chapter": "book-chapter",
    "dataset": "data-set",
    "standard": "standards-and-policy",
}
ID_TYPES: Final = _words(
    """
    agr ark arxiv asin asin-tld authenticusid bibcode cba cgn cienciaiul cit cstr ctx dnb doi eid emdb empiar ethos
    grant_number hal handle hir isbn ismn issn jfm jstor k10plus kuid lccn lensid mr oclc ol osti other-id pat pdb
    pmc pmid ppr proposal-id raid rfc rrid source-work-id ssrn uri urn wosuid zbl
    """
)
_FUNDED_BY_TYPES: Final = frozenset({"grant_number", "proposal-id", "uri", "doi"})
_RELATIONSHIPS: Final = frozenset({"self", "part-of", "version-of", "funded-by"})
_CITATION_TYPES: Final = frozenset(
    {"formatted-unspecified", "bibtex", "ris"}
    | {f"formatted-{style}" for style in ("apa", "harvard", "ieee", "mla", "vancouver", "chicago")}
)
_ORGANIZATION_SOURCES: Final = frozenset({"ROR", "GRID", "RINGGOLD", "FUNDREF", "LEI"})


def external_ids(content: Tree) -> list[Tree]:
    """Return an item's external identifiers."""
    ids: list[Tree] = content.get("external-ids", {}).get("external-id", [])
    return ids


def normalised(external_id: Tree) -> str:
    """Return the value as duplicates are compared: a DOI without resolver and in lower case, else as it is."""
    value = str(external_id["external-id-value"])
    if external_id["external-id-type"] != "doi":
        return value
    value = value.lower()
    for prefix in ("https://", "http://", "dx.doi.org/", "doi.org/", "doi:"):
        value = value.removeprefix(prefix)
    return value.strip()


def self_keys(content: Tree) -> set[tuple[str, str]]:
    """Return type and value of the identifiers that name the item itself."""
    return {
        (one["external-id-type"], normalised(one))
        for one in external_ids(content)
        if one.get("external-id-relationship") in {"self", None}
    }


def duplicate(content: Tree, client_id: str, others: list[Item]) -> Item | None:
    """Return the item of the same source that has one of the same `self` identifiers."""
    keys = self_keys(content)
    return next((i for i in others if i.client_id == client_id and keys & self_keys(i.content)), None)


def check(kind: ItemType, content: Tree, *, is_json: bool) -> None:
    """Check an item; a work type's alias is replaced in place.

    Raises:
        ApiError: with the code of the first rule that is broken.
    """
    _values(kind, content, 9047 if is_json else 9051)
    if kind.affiliation:
        _organization(kind, content)
        start, end = _date(content.get("start-date")), _date(content.get("end-date"))
        if start and end and start > end:
            raise ApiError(400, 9055, "the start date is after the end date")
    else:
        _work(content)


def _values(kind: ItemType, content: Tree, code: int) -> None:
    """Closed lists that fail while the body is read."""

    def one_of(what: str, value: str | None, allowed: frozenset[str]) -> None:
        if value is not None and value not in allowed:
            raise ApiError(400, code, f"{what} {value!r} is not one of: {', '.join(sorted(allowed))}")

    for external_id in external_ids(content):
        one_of("external-id-relationship", external_id.get("external-id-relationship"), _RELATIONSHIPS)
    if not kind.affiliation:
        content["type"] = _WORK_TYPE_ALIASES.get(content["type"], content["type"])
        one_of("work type", content["type"], WORK_TYPES)
        one_of("citation-type", content.get("citation", {}).get("citation-type"), _CITATION_TYPES)


def _work(content: Tree) -> None:
    if not content["title"]["title"].strip():
        raise ApiError(400, 9022, "a work needs a title")
    _date(content.get("publication-date"), padded=True)
    ids = external_ids(content)
    if not ids:
        raise ApiError(400, 9023, "a work needs at least one external identifier")
    for one in ids:
        if one["external-id-type"] not in ID_TYPES:
            raise ApiError(400, 9023, f"external-id-type {one['external-id-type']!r} is not known")
        relationship = one.get("external-id-relationship")
        if relationship is None:
            raise ApiError(400, 9023, f"the {one['external-id-type']} has no external-id-relationship")
        if relationship == "funded-by" and one["external-id-type"] not in _FUNDED_BY_TYPES:
            raise ApiError(400, 9020, f"a {one['external-id-type']} cannot be funded-by")
    if not any(one["external-id-relationship"] == "self" for one in ids):
        raise ApiError(400, 9023, "a work needs at least one external identifier with the relationship self")


def _organization(kind: ItemType, content: Tree) -> None:
    organization = content.get("organization")
    if organization is None:
        raise ApiError(400, 9046, "the organization is missing")
    address, known_as = organization["address"], organization.get("disambiguated-organization")
    if kind.city_and_country:
        if known_as is None:
            raise ApiError(400, 9045, "the disambiguated organization is missing")
        if not (address.get("city") and address.get("country")):
            raise ApiError(400, 9060, "city and country of the organization are missing")
    else:
        if known_as is None and not external_ids(content):
            raise ApiError(400, 9062, "a disambiguated organization or an external identifier is needed")
        if (address.get("city") or address.get("region")) and not address.get("country"):
            raise ApiError(400, 9061, "a city or region needs a country")
    if known_as and known_as["disambiguation-source"] not in _ORGANIZATION_SOURCES:
        raise ApiError(400, 9045, f"disambiguation-source {known_as['disambiguation-source']!r} is not known")


def _date(value: Any, *, padded: bool = False) -> tuple[int, ...] | None:
    """Check a date of year, month and day, the latter two optional, and return its parts."""
    if value is None:
        return None
    texts = [value[part] for part in ("year", "month", "day") if part in value]
    if "day" in value and "month" not in value:
        raise ApiError(400, 9020 if padded else 9049, "a day needs a month")
    try:
        parts = tuple(int(text) for text in texts)
        date(parts[0], parts[1] if len(parts) > 1 else 1, parts[2] if len(parts) > 2 else 1)
    except ValueError:
        raise ApiError(400, 9049, f"{'-'.join(texts)} is not a date") from None
    if not 1900 <= parts[0] <= 2100:
        raise ApiError(400, 9049, f"the year {parts[0]} is not between 1900 and 2100")
    if padded and [len(text) for text in texts] != [4, 2, 2][: len(texts)]:
        raise ApiError(400, 9020, f"{'-'.join(texts)}: a year has four digits, a month and a day two each")
    return parts

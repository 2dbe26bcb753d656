"""The value lists, and the value that was meant."""

from __future__ import annotations

import os
import re
from pathlib import Path

import pytest

from checker.orcid.payloads import lists
from checker.orcid.payloads.nearest import nearest, offer

SHARED = Path(os.environ.get("ORCID_REVIEW_SHARED", Path(__file__).parents[3] / "shared"))
FACTS = SHARED / "facts" / "orcid-api-3.0.md"


@pytest.mark.parametrize(
    ("values", "size"),
    [
        (lists.WORK_TYPES, 59),
        (lists.EXTERNAL_ID_TYPES, 52),
        (lists.SUBJECT_TYPES, 64),
        (lists.CREDIT_ROLES, 14),
        (lists.COUNTRIES, 250),
        (lists.LANGUAGES, 186),
        (lists.CURRENCIES, 233),
        (lists.CITATION_TYPES, 9),
        (lists.GROUP_TYPES, 8),
        (lists.NOTIFICATION_ITEM_TYPES, 10),
    ],
)
def test_lists_have_their_size(values: frozenset[str], size: int) -> None:
    assert len(values) == size


@pytest.mark.skipif(not FACTS.is_file(), reason=f"the facts on the API are not at {FACTS}")
@pytest.mark.parametrize(
    ("row", "values"),
    [
        ("work type (59)", lists.WORK_TYPES),
        ("relationship", lists.RELATIONSHIPS),
        ("external-id types (52)", lists.EXTERNAL_ID_TYPES),
        ("types allowed with `funded-by` on a work", lists.FUNDED_BY_TYPES),
        ("citation type", lists.CITATION_TYPES),
        ("funding type", lists.FUNDING_TYPES),
        ("contributor sequence", lists.SEQUENCES),
        ("peer-review role", lists.REVIEW_ROLES),
        ("peer-review type", lists.REVIEW_TYPES),
        ("research resource type", lists.RESOURCE_TYPES),
        ("organization disambiguation source", lists.ORGANIZATION_SOURCES),
        ("visibility", lists.VISIBILITIES),
        ("group type", lists.GROUP_TYPES),
        ("notification item-type", lists.NOTIFICATION_ITEM_TYPES),
        ("country (250)", lists.COUNTRIES),
        ("language (186", lists.LANGUAGES),
    ],
)
def test_lists_are_those_of_the_facts(row: str, values: frozenset[str]) -> None:
    lines = FACTS.read_text("utf-8").splitlines()
    cells = next(line for line in lines if line.startswith(f"| {row}")).split("|")
    quoted = re.findall(r"`([^`]+)`", re.sub(r"\([^)]*only `self`, `part-of`\)", "", cells[2]))
    assert set(quoted or cells[2].split()) == values


def test_every_synonym_stands_for_allowed_values() -> None:
    for synonyms, values in (
        (lists.WORK_TYPE_SYNONYMS, lists.WORK_TYPES),
        (lists.EXTERNAL_ID_TYPE_SYNONYMS, lists.EXTERNAL_ID_TYPES),
        (lists.LANGUAGE_SYNONYMS, lists.LANGUAGES),
        (lists.COUNTRY_SYNONYMS, lists.COUNTRIES),
        (lists.CURRENCY_SYNONYMS, lists.CURRENCIES),
        (lists.CITATION_TYPE_SYNONYMS, lists.CITATION_TYPES),
        (lists.RELATIONSHIP_SYNONYMS, lists.RELATIONSHIPS),
        (lists.ORGANIZATION_SOURCE_SYNONYMS, lists.ORGANIZATION_SOURCES),
        (lists.ROLE_SYNONYMS, lists.WORK_ROLES | lists.CREDIT_ROLES),
        (lists.WORK_TYPE_ALIASES, lists.WORK_TYPES),
    ):
        assert {one for value in synonyms.values() for one in value.split(" or ")} <= values
        assert not synonyms.keys() & values


@pytest.mark.parametrize(
    ("value", "values", "synonyms", "meant"),
    [
        ("DOI", lists.EXTERNAL_ID_TYPES, lists.EXTERNAL_ID_TYPE_SYNONYMS, "doi"),
        ("grant-number", lists.EXTERNAL_ID_TYPES, lists.EXTERNAL_ID_TYPE_SYNONYMS, "grant_number"),
        ("other_id", lists.EXTERNAL_ID_TYPES, lists.EXTERNAL_ID_TYPE_SYNONYMS, "other-id"),
        ("url", lists.EXTERNAL_ID_TYPES, lists.EXTERNAL_ID_TYPE_SYNONYMS, "uri"),
        ("isbn-13", lists.EXTERNAL_ID_TYPES, lists.EXTERNAL_ID_TYPE_SYNONYMS, "isbn"),
        ("UK", lists.COUNTRIES, lists.COUNTRY_SYNONYMS, "GB"),
        ("gb", lists.COUNTRIES, lists.COUNTRY_SYNONYMS, "GB"),
        ("EL", lists.COUNTRIES, lists.COUNTRY_SYNONYMS, "GR"),
        ("United Kingdom", lists.COUNTRIES, lists.COUNTRY_SYNONYMS, "GB"),
        ("he", lists.LANGUAGES, lists.LANGUAGE_SYNONYMS, "iw"),
        ("he-IL", lists.LANGUAGES, lists.LANGUAGE_SYNONYMS, "iw"),
        ("id", lists.LANGUAGES, lists.LANGUAGE_SYNONYMS, "in"),
        ("ja_JP", lists.LANGUAGES, lists.LANGUAGE_SYNONYMS, "ja"),
        ("pt-BR", lists.LANGUAGES, lists.LANGUAGE_SYNONYMS, "pt"),
        ("zh", lists.LANGUAGES, lists.LANGUAGE_SYNONYMS, "zh_CN or zh_TW"),
        ("zh-CN", lists.LANGUAGES, lists.LANGUAGE_SYNONYMS, "zh_CN"),
        ("zh-Hant", lists.LANGUAGES, lists.LANGUAGE_SYNONYMS, "zh_TW"),
        ("xx", lists.LANGUAGES, lists.LANGUAGE_SYNONYMS, None),
        ("JOURNAL_ARTICLE", lists.WORK_TYPES, lists.WORK_TYPE_SYNONYMS, "journal-article"),
        ("jurnal-article", lists.WORK_TYPES, lists.WORK_TYPE_SYNONYMS, "journal-article"),
        ("thesis", lists.WORK_TYPES, lists.WORK_TYPE_SYNONYMS, "dissertation-thesis"),
        ("qwertyuiop", lists.WORK_TYPES, lists.WORK_TYPE_SYNONYMS, None),
        ("SELF", lists.RELATIONSHIPS, None, "self"),
        ("part_of", lists.RELATIONSHIPS, None, "part-of"),
        ("co-author", lists.WORK_ROLES, None, "author"),
        ("€", lists.CURRENCIES, lists.CURRENCY_SYNONYMS, "EUR"),
        ("ror", lists.ORGANIZATION_SOURCES, None, "ROR"),
        (
            "https://credit.niso.org/contributor-roles/software",
            lists.CREDIT_ROLES,
            lists.ROLE_SYNONYMS,
            "http://credit.niso.org/contributor-roles/software/",
        ),
        ("", lists.WORK_TYPES, None, None),
        ("--", lists.WORK_TYPES, None, None),
    ],
)
def test_nearest(value: str, values: frozenset[str], synonyms: dict[str, str] | None, meant: str | None) -> None:
    assert nearest(value, values, synonyms) == meant


def test_offer_begins_with_the_nearest_and_shortens_long_lists() -> None:
    assert offer("PART_OF", lists.RELATIONSHIPS) == "part-of, funded-by, self, version-of"
    assert offer("DOI", lists.EXTERNAL_ID_TYPES) == "doi … 52 values, see remedy"
    assert offer("?", lists.EXTERNAL_ID_TYPES) == "52 values, see remedy"

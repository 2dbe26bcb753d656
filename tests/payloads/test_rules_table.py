"""Every row of sections 5 to 11 of the facts on the API: once met, once broken, with status and code."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import pytest

from checker.orcid.payloads.kinds import KINDS
from checker.orcid.payloads.model import Answer, Case, Layer, Method, Record
from checker.orcid.payloads.rules import CLAUSES

from .rule_cases import (
    DROP,
    JSON,
    ME,
    ORGANIZATION,
    OTHER,
    SMALLEST,
    XML,
    all_faults,
    answer,
    case,
    content,
    doi,
    item,
    names,
    put,
)


@dataclass(frozen=True)
class Row:
    """A row of the facts; `breaks` is refused with the clause, `meets` is taken."""

    id: str
    meets: Case
    breaks: Case
    clause: str
    status: int
    code: int


ID = "external-ids.external-id.0"
AFFILIATIONS = ("employment", "education", "qualification", "invited-position", "distinction", "membership", "service")
LOOSE = AFFILIATIONS[2:]
PERSON = ("other-name", "keyword", "address", "researcher-url", "external-identifier")
POSTED = ("work", *AFFILIATIONS, "funding", "peer-review", "research-resource", *PERSON, "group-id")
SOURCED = POSTED
NO_CITY = {"name": "Example University", "address": {"country": "GB"}}


def date(year: str | None, month: str | None = None, day: str | None = None) -> dict[str, Any]:
    parts = zip(("year", "month", "day"), (year, month, day), strict=True)
    return {name: {"value": value} for name, value in parts if value is not None}


def bulk(*works: dict[str, Any], form: Any = XML, record: Record | None = None) -> Case:
    payload = {"bulk": [{"work": one} for one in works]}
    return Case("bulk", payload, form=form, record=record or Record(source=ME))


def work(changes: dict[str, Any] | None = None) -> dict[str, Any]:
    return content("work", changes)


def simple(kind: str, row: str, good: dict[str, Any], bad: dict[str, Any], clause: str, code: int, **more: Any) -> Row:
    status = more.pop("status", 400)
    return Row(f"{kind}: {row}", case(kind, good, **more), case(kind, bad, **more), clause, status, code)


def contributor(**parts: Any) -> list[dict[str, Any]]:
    return [{name.replace("_", "-"): part for name, part in parts.items()}]


def role(value: str) -> list[dict[str, Any]]:
    return contributor(contributor_attributes={"contributor-role": value})


PEOPLE = "contributors.contributor"
NAME = {"credit-name": {"value": "A. Name"}}

PUT_CODES = [
    *(simple(kind, "5 POST with put-code", {}, {"put-code": 7}, "put-code-on-post", 9024) for kind in POSTED),
    simple("notification", "16 POST with put-code", {}, {"put-code": 7}, "put-code-on-notification", 9006),
    Row("bulk: 5 put-code", bulk(work()), bulk(work({"put-code": 7})), "put-code-on-post", 400, 9024),
    *(
        Row(
            f"{kind}: 5 PUT without put-code",
            put(kind, {"visibility": "limited"}),
            put(kind, {"put-code": DROP}),
            "put-code-missing",
            400,
            9019,
        )
        for kind in POSTED
    ),
    *(
        Row(
            f"{kind}: 5 PUT to another put-code",
            put(kind),
            put(kind, {"put-code": 8}),
            "put-code-mismatch",
            400,
            9019,
        )
        for kind in POSTED
    ),
    *(
        Row(f"{kind}: 5 put-code unknown", put(kind), put(kind, stored=[]), "item-not-found", 404, 9016)
        for kind in POSTED
        if kind != "group-id"
    ),
    Row("group-id: 16 put-code unknown", put("group-id"), put("group-id", stored=[]), "group-not-found", 400, 9026),
    *(
        Row(
            f"{kind}: 5 PUT by another source",
            put(kind, {"title.title.value": "New"} if kind == "work" else {}),
            put(
                kind,
                {"title.title.value": "New"} if kind == "work" else {},
                stored=[item(kind, {"put-code": 7}, source=OTHER)],
            ),
            "wrong-source",
            403,
            9010,
        )
        for kind in SOURCED
    ),
    Row(
        "work: 5 unchanged PUT by another source",
        put("work"),
        put("work", stored=[item("work", source=OTHER)]),
        "wrong-source-unchanged",
        403,
        9014,
    ),
]

VISIBILITY = [
    Row(
        f"{kind}: 10 visibility on PUT",
        put(kind, {"visibility": "limited"}),
        put(kind, {"visibility": "public"}),
        "visibility-changed",
        403,
        9035,
    )
    for kind in POSTED
    if kind != "group-id"
]

ENUMS = [
    simple("work", "7 work type", {"type": "chapter"}, {"type": "Book"}, "work-type-unknown", 9051),
    simple(
        "work",
        "7 relationship",
        {f"{ID}.external-id-relationship": "self"},
        {f"{ID}.external-id-relationship": "SELF"},
        "relationship-unknown",
        9051,
    ),
    simple("work", "7 language", {"language-code": "iw"}, {"language-code": "he"}, "language-unknown", 9051),
    simple(
        "work",
        "7 language of the translated title",
        {"title.translated-title": {"value": "Titel", "language-code": "de"}},
        {"title.translated-title": {"value": "Titel", "language-code": "ger"}},
        "language-unknown",
        9051,
    ),
    simple("work", "7 country", {"country": {"value": "GB"}}, {"country": {"value": "UK"}}, "country-unknown", 9051),
    simple(
        "work", "7 empty country", {"country": {"value": "XK"}}, {"country": {"value": ""}}, "country-unknown", 9051
    ),
    simple(
        "work",
        "7 citation type",
        {"citation": {"citation-type": "ris", "citation-value": "TY"}},
        {"citation": {"citation-type": "RIS", "citation-value": "TY"}},
        "citation-type-unknown",
        9051,
    ),
    simple(
        "work",
        "7 contributor sequence",
        {PEOPLE: contributor(contributor_attributes={"contributor-sequence": "first"})},
        {PEOPLE: contributor(contributor_attributes={"contributor-sequence": "second"})},
        "contributor-sequence-unknown",
        9051,
    ),
    simple("funding", "7 funding type", {"type": "award"}, {"type": "prize"}, "funding-type-unknown", 9051),
    simple(
        "funding",
        "7 currency",
        {"amount": {"value": "1", "currency-code": "ADP"}},
        {"amount": {"value": "1", "currency-code": "eur"}},
        "currency-unknown",
        9051,
    ),
    simple(
        "peer-review", "7 role", {"reviewer-role": "chair"}, {"reviewer-role": "referee"}, "review-role-unknown", 9051
    ),
    simple(
        "peer-review", "7 type", {"review-type": "evaluation"}, {"review-type": "REVIEW"}, "review-type-unknown", 9051
    ),
    simple(
        "peer-review",
        "7 subject type",
        {"subject-type": "grant"},
        {"subject-type": "thing"},
        "subject-type-unknown",
        9051,
    ),
    simple(
        "peer-review",
        "7 relationship of the subject",
        {"subject-external-identifier": doi(relationship="part-of")},
        {"subject-external-identifier": doi(relationship="part_of")},
        "relationship-unknown",
        9051,
    ),
    simple(
        "research-resource",
        "7 resource type",
        {"resource-item.0.resource-type": "services"},
        {"resource-item.0.resource-type": "service"},
        "resource-type-unknown",
        9051,
    ),
    simple(
        "research-resource",
        "7 country of a host",
        {"resource-item.0.hosts.organization.0.address.country": "FR"},
        {"resource-item.0.hosts.organization.0.address.country": "France"},
        "country-unknown",
        9051,
    ),
    simple("address", "7 country", {"country": {"value": "GR"}}, {"country": {"value": "EL"}}, "country-unknown", 9051),
    simple(
        "external-identifier",
        "7 relationship",
        {},
        {"external-id-relationship": "Self"},
        "relationship-unknown",
        9051,
    ),
    simple(
        "notification",
        "7 relationship",
        {},
        {"items.item.0.external-id.external-id-relationship": "is"},
        "relationship-unknown",
        9051,
    ),
    *(
        simple(
            kind,
            "7 country",
            {"organization.address.country": "XK"},
            {"organization.address.country": "Kosovo"},
            "country-unknown",
            9051,
        )
        for kind in (*AFFILIATIONS, "funding")
    ),
    simple("work", "7 JSON: 9047", {"type": "book"}, {"type": "Book"}, "work-type-unknown", 9047, form=JSON),
    Row(
        "bulk: 7 JSON: 9047",
        bulk(work(), form=JSON),
        bulk(work({"type": "x"}), form=JSON),
        "work-type-unknown",
        400,
        9047,
    ),
]

WORKS = [
    simple("work", "8 title", {}, {"title.title.value": " \n"}, "title-missing", 9022),
    simple("work", "8 title missing", {}, {"title": DROP}, "title-missing", 9022),
    simple(
        "work",
        "8 translated title empty",
        {"title.translated-title": {"value": "Titel", "language-code": "de"}},
        {"title.translated-title": {"value": "", "language-code": "de"}},
        "translated-title-empty",
        9020,
    ),
    simple(
        "work",
        "8 translated title without language",
        {"title.translated-title": {"value": "Titel", "language-code": "zh_TW"}},
        {"title.translated-title": {"value": "Titel"}},
        "translated-title-language",
        9037,
    ),
    simple("work", "8 type", {}, {"type": DROP}, "work-type-missing", 9037),
    simple("work", "8 country", {"country": {"value": "GB"}}, {"country": {}}, "country-empty", 9037, form=JSON),
    simple(
        "work",
        "8 date on the calendar",
        {"publication-date": date("2024", "02", "29")},
        {"publication-date": date("2023", "02", "29")},
        "date-impossible",
        9049,
    ),
    simple(
        "work",
        "8 year not an integer",
        {"publication-date": date("2024")},
        {"publication-date": date("2024-05")},
        "date-not-a-number",
        9037,
    ),
    simple(
        "work",
        "8 number of digits of the year",
        {"publication-date": date("2024")},
        {"publication-date": date("+02024")},
        "date-digits",
        9020,
    ),
    simple(
        "work",
        "8 number of digits of the month",
        {"publication-date": date("2024", "03")},
        {"publication-date": date("2024", "3")},
        "date-impossible",
        9049,
    ),
    simple(
        "work",
        "8 day without month",
        {"publication-date": date("2024", "05", "01")},
        {"publication-date": date("2024", None, "01")},
        "date-impossible",
        9049,
    ),
    simple(
        "work",
        "8 month without year",
        {"publication-date": date("2024", "05")},
        {"publication-date": date(None, "05")},
        "date-impossible",
        9049,
    ),
    Row(
        "bulk: 8 empty date",
        bulk(work({"publication-date": date("1850")})),
        bulk(work({"publication-date": {}})),
        "date-empty",
        500,
        9008,
    ),
    simple(
        "work",
        "8 citation without type",
        {"citation": {"citation-type": "bibtex", "citation-value": "@misc{a}"}},
        {"citation": {"citation-value": "@misc{a}"}},
        "citation-type-missing",
        9037,
    ),
    simple(
        "work",
        "8 citation empty",
        {"citation": {"citation-type": "ris", "citation-value": "x"}},
        {"citation": {"citation-type": "ris", "citation-value": ""}},
        "citation-empty",
        9020,
    ),
    simple("work", "8 external id", {}, {"external-ids": {"external-id": []}}, "external-id-missing", 9023),
    simple(
        "work",
        "8 type of the id",
        {f"{ID}.external-id-type": "grant_number"},
        {f"{ID}.external-id-type": "DOI"},
        "external-id-type-unknown",
        9023,
    ),
    simple(
        "work",
        "8 value of the id",
        {},
        {f"{ID}.external-id-value": " "},
        "external-id-value-missing",
        9023,
    ),
    simple(
        "work",
        "8 relationship of the id",
        {},
        {"external-ids.external-id": [doi(), doi("2", None)]},
        "external-id-relationship-missing",
        9023,
    ),
    simple(
        "work",
        "8 one id is self",
        {"external-ids.external-id": [doi(relationship="part-of"), doi("2")]},
        {"external-ids.external-id": [doi(relationship="part-of"), doi("2", "version-of")]},
        "self-id-missing",
        9023,
    ),
    simple(
        "work",
        "8 funded-by",
        {
            "external-ids.external-id": [
                doi(),
                *(doi("1", "funded-by", t) for t in ("uri", "proposal-id", "grant_number")),
            ]
        },
        {"external-ids.external-id": [doi(), doi("1", "funded-by", "isbn")]},
        "funded-by-type",
        9020,
    ),
    simple(
        "work",
        "8 contributor's iD URI",
        {PEOPLE: contributor(contributor_orcid={"uri": "https://sandbox.orcid.org/0000-0001-2345-6789"})},
        {PEOPLE: contributor(contributor_orcid={"uri": "http://orcid.org/0000-0001-2345-6789"})},
        "contributor-orcid-uri",
        9020,
    ),
    simple(
        "work",
        "8 contributor's iD path",
        {PEOPLE: contributor(contributor_orcid={"path": "0000-0001-2345-6789"})},
        {PEOPLE: contributor(contributor_orcid={"path": "0000-0000-0001-2345-6789"})},
        "contributor-orcid-path",
        9020,
    ),
    simple(
        "work",
        "8 contributor's name",
        {PEOPLE: [NAME]},
        {PEOPLE: contributor(credit_name={"value": " "})},
        "contributor-name-empty",
        9020,
    ),
    simple(
        "work",
        "8 contributor's e-mail",
        {PEOPLE: contributor(contributor_email={"value": "a@example.org"})},
        {PEOPLE: contributor(contributor_email={"value": ""})},
        "contributor-email-empty",
        9020,
    ),
    simple("work", "8 role", {PEOPLE: role("author")}, {PEOPLE: role("writer")}, "contributor-role-unknown", 9058),
    Row(
        "work: 8 10,000 works",
        case("work", record=Record(works=9_999)),
        case("work", record=Record(works=10_000)),
        "too-many-works",
        409,
        9048,
    ),
]

FUNDINGS = [
    simple("funding", "8 title", {"title.title.value": " "}, {"title.title.value": ""}, "title-missing", 9022),
    simple(
        "funding",
        "8 translated title",
        {"title.translated-title": {"value": "Titel", "language-code": "de"}},
        {"title.translated-title": {"value": "Titel"}},
        "translated-title-language",
        9037,
    ),
    simple("funding", "8 external id", {}, {"external-ids": DROP}, "external-id-missing", 9023),
    simple(
        "funding", "8 type of the id", {}, {f"{ID}.external-id-type": "grant-number"}, "external-id-type-unknown", 9023
    ),
    simple("funding", "8 value of the id", {}, {f"{ID}.external-id-value": ""}, "external-id-value-missing", 9023),
    simple(
        "funding",
        "8 relationship of the id",
        {f"{ID}.external-id-relationship": "part-of"},
        {f"{ID}.external-id-relationship": DROP},
        "external-id-relationship-missing",
        9023,
    ),
    simple("funding", "8 currency", {"amount": {}}, {"amount": {"value": "10"}}, "currency-missing", 9020),
    simple(
        "funding",
        "8 amount",
        {"amount": {"value": "0", "currency-code": "EUR"}},
        {"amount": {"value": " ", "currency-code": "EUR"}},
        "amount-empty",
        9020,
    ),
    simple(
        "funding",
        "8 amount is a number",
        {"amount": {"value": "1e3", "currency-code": "EUR"}},
        {"amount": {"value": "1,000", "currency-code": "EUR"}},
        "amount-not-a-number",
        9054,
    ),
    simple(
        "funding",
        "8 amount is finite",
        {"amount": {"value": "1e300", "currency-code": "EUR"}},
        {"amount": {"value": "NaN", "currency-code": "EUR"}},
        "amount-not-finite",
        9006,
    ),
    simple("funding", "8 organization", {}, {"organization": DROP}, "organization-missing", 9046),
    simple(
        "funding",
        "8 disambiguated organization",
        {},
        {"organization.disambiguated-organization": DROP},
        "organization-id-missing",
        9045,
    ),
    simple(
        "funding",
        "8 end without start",
        {"start-date": date("2020"), "end-date": date("2021")},
        {"end-date": date("2021")},
        "start-date-missing",
        9050,
    ),
    simple(
        "funding",
        "8 dates",
        {"start-date": date("2020", "04", "30")},
        {"start-date": date("2020", "04", "31")},
        "date-impossible",
        9049,
    ),
    simple("funding", "8 role", {PEOPLE: role("lead")}, {PEOPLE: role("author")}, "contributor-role-unknown", 9058),
]

AFFILIATION_ROWS = [
    *(simple(k, "8 organization", {}, {"organization": DROP}, "organization-missing", 9046) for k in AFFILIATIONS),
    *(
        simple(
            k,
            "8 disambiguated organization",
            {},
            {"organization.disambiguated-organization": DROP},
            "organization-id-missing",
            9045,
        )
        for k in AFFILIATIONS[:2]
    ),
    *(
        simple(k, f"8 {part}", {}, {f"organization.address.{part}": DROP}, "city-or-country-missing", 9060)
        for k in AFFILIATIONS[:2]
        for part in ("city", "country")
    ),
    *(
        simple(
            k,
            "8 organization without name and identifier",
            {"organization": NO_CITY, "external-ids": {"external-id": [doi()]}},
            {"organization": NO_CITY | {"name": ""}, "external-ids": {"external-id": [doi()]}},
            "organization-missing",
            9046,
        )
        for k in LOOSE
    ),
    *(
        simple(
            k,
            "8 identifier or external id",
            {"organization": NO_CITY, "external-ids": {"external-id": [doi()]}},
            {"organization": NO_CITY},
            "organization-or-external-id-missing",
            9062,
        )
        for k in LOOSE
    ),
    *(
        simple(
            k,
            f"8 {part} without country",
            {"organization.address": {}},
            {"organization.address": {part: "Somewhere"}},
            "country-missing-for-place",
            9061,
        )
        for k in LOOSE
        for part in ("city", "region")
    ),
    *(
        simple(
            k,
            f"8 {part}",
            {part: date("2020", "06", "30")},
            {part: date("2020", "06", "31")},
            "date-impossible",
            9049,
        )
        for k in AFFILIATIONS
        for part in ("start-date", "end-date")
    ),
    *(
        simple(
            k,
            "8 start after end",
            {"start-date": date("2020", "05"), "end-date": date("2020", "05")},
            {"start-date": date("2020", "05"), "end-date": date("2020", "04")},
            "start-after-end",
            9055,
        )
        for k in AFFILIATIONS
    ),
]

REVIEW_ID = "review-identifiers.external-id"
REVIEWS = [
    simple("peer-review", "8 identifier", {}, {REVIEW_ID: []}, "external-id-missing", 9023),
    simple("peer-review", "8 type of the id", {}, {REVIEW_ID: [doi(kind="x")]}, "external-id-type-unknown", 9023),
    simple("peer-review", "8 value of the id", {}, {REVIEW_ID: [doi("")]}, "external-id-value-missing", 9023),
    simple(
        "peer-review",
        "8 relationship of the id",
        {REVIEW_ID: [doi(relationship="part-of")]},
        {REVIEW_ID: [doi(relationship=None)]},
        "external-id-relationship-missing",
        9023,
    ),
    simple(
        "peer-review",
        "8 version-of",
        {REVIEW_ID: [doi("1", "version-of"), doi("2")]},
        {REVIEW_ID: [doi("1", "version-of"), doi("2", "part-of")]},
        "version-of-needs-self",
        9023,
    ),
    simple(
        "peer-review",
        "8 subject's id",
        {"subject-external-identifier": doi("1", "version-of")},
        {"subject-external-identifier": doi(kind="DOI")},
        "external-id-type-unknown",
        9023,
    ),
    simple("peer-review", "8 type", {}, {"review-type": DROP}, "review-type-missing", 9037),
    simple(
        "peer-review",
        "8 organization's identifier",
        {"convening-organization.disambiguated-organization": DROP},
        {"convening-organization.disambiguated-organization.disambiguated-organization-identifier": ""},
        "organization-id-missing",
        9045,
    ),
    simple(
        "peer-review",
        "8 completion date",
        {"review-completion-date": date("2024", "12")},
        {"review-completion-date": date("2024", "13")},
        "date-impossible",
        9049,
    ),
    Row(
        "peer-review: 8 group exists",
        case("peer-review", record=Record(groups=["orcid-generated:12345"])),
        case("peer-review", record=Record(groups=["orcid-generated:1234"])),
        "review-group-unknown",
        400,
        9020,
    ),
    Row(
        "peer-review: 8 group exists on PUT",
        put("peer-review", groups=["ORCID-generated:12345 "]),
        put("peer-review", groups=[]),
        "review-group-unknown",
        400,
        9020,
    ),
    simple(
        "peer-review",
        "8 ISSN",
        {"review-group-id": "issn:1741-4857"},
        {"review-group-id": "issn:journal"},
        "issn-invalid",
        9053,
    ),
    simple(
        "peer-review",
        "8 check digit of the ISSN",
        {"review-group-id": "issn:17414857"},
        {"review-group-id": "issn:1741-4858"},
        "issn-invalid",
        9053,
    ),
]

RESOURCES = [
    simple(
        "research-resource",
        "8 proposal's ids",
        {},
        {"proposal.external-ids": {"external-id": []}},
        "external-id-missing",
        9023,
    ),
    simple(
        "research-resource", "8 resource's ids", {}, {"resource-item.0.external-ids": {}}, "external-id-missing", 9023
    ),
    simple(
        "research-resource",
        "8 type of an id",
        {},
        {"resource-item.0.external-ids.external-id": [doi(kind="x")]},
        "external-id-type-unknown",
        9023,
    ),
    simple(
        "research-resource",
        "8 version-of",
        {"proposal.external-ids.external-id": [doi("1", "version-of"), doi("2")]},
        {"proposal.external-ids.external-id": [doi("1", "version-of")]},
        "version-of-needs-self",
        9023,
    ),
    simple(
        "research-resource",
        "8 proposal's hosts",
        {},
        {"proposal.hosts.organization.0.disambiguated-organization": DROP},
        "organization-id-missing",
        9045,
    ),
    simple(
        "research-resource",
        "8 resource's hosts",
        {},
        {"resource-item.0.hosts.organization.0.disambiguated-organization": DROP},
        "organization-id-missing",
        9045,
    ),
    simple(
        "research-resource",
        "8 end without start",
        {"proposal.start-date": date("2020"), "proposal.end-date": date("2020")},
        {"proposal.end-date": date("2020")},
        "start-date-missing",
        9050,
    ),
]

IDENTIFIER = "disambiguated-organization.disambiguated-organization-identifier"
SOURCE = "disambiguated-organization.disambiguation-source"
HOLDERS = {
    **dict.fromkeys((*AFFILIATIONS, "funding"), "organization"),
    "peer-review": "convening-organization",
    "research-resource": "resource-item.0.hosts.organization.0",
}
KNOWN = {("ROR", "https://ror.org/05dxps055")}
ORGANIZATIONS = [
    *(
        Row(
            f"{kind}: 8 organization in the registry",
            case(kind, record=Record(organizations=KNOWN)),
            case(kind, {f"{path}.{IDENTIFIER}": "https://ror.org/04fa4r544"}, record=Record(organizations=KNOWN)),
            "organization-id-unknown",
            400,
            9045,
        )
        for kind, path in HOLDERS.items()
    ),
    *(
        simple(kind, "7 disambiguation source", {}, {f"{path}.{SOURCE}": "ror"}, "organization-source-unknown", 9045)
        for kind, path in HOLDERS.items()
    ),
    *(
        simple(
            "funding",
            f"8 form of the identifier, {source} {bad[-9:]}",
            {f"organization.{IDENTIFIER}": good, f"organization.{SOURCE}": source},
            {f"organization.{IDENTIFIER}": bad, f"organization.{SOURCE}": source},
            "organization-id-impossible",
            9045,
        )
        for source, good, bad in (
            ("ROR", "https://ror.org/04fa4r544", "04fa4r544"),
            ("ROR", "https://ror.org/052gg0110", "https://ror.org/052gg0111"),
            ("ROR", "https://ror.org/013meh722", "https://ror.org/013meh722/"),
            ("GRID", "grid.455335.1", "https://grid.ac/institutes/grid.455335.1"),
            ("RINGGOLD", "385488", "RIN385488"),
            ("LEI", "529900T8BM49AURSDO55", "529900T8BM49"),
            ("FUNDREF", "http://dx.doi.org/10.13039/100000001", "100000001"),
        )
    ),
    simple(
        "service",
        "8 empty identifier beside an external id",
        {"external-ids": {"external-id": [doi()]}},
        {"external-ids": {"external-id": [doi()]}, f"organization.{IDENTIFIER}": ""},
        "organization-id-impossible",
        9045,
    ),
]

DETAILS = [
    simple("researcher-url", "8 url", {}, {"url.value": " "}, "researcher-url-missing", 9020),
    simple(
        "researcher-url",
        "8 length of url",
        {"url.value": "h" * 2000},
        {"url.value": "h" * 2001},
        "researcher-url-too-long",
        9020,
    ),
    simple(
        "researcher-url",
        "8 length of url-name",
        {"url-name": "n" * 2000},
        {"url-name": "n" * 2001},
        "url-name-too-long",
        9020,
    ),
    simple(
        "external-identifier",
        "8 type",
        {"external-id-type": "t" * 255},
        {"external-id-type": "t" * 256},
        "person-id-type",
        9020,
    ),
    simple("external-identifier", "8 type empty", {}, {"external-id-type": ""}, "person-id-type", 9020),
    simple(
        "external-identifier",
        "8 value",
        {"external-id-value": "v" * 255},
        {"external-id-value": "v" * 256},
        "person-id-value",
        9020,
    ),
    simple("external-identifier", "8 value empty", {}, {"external-id-value": " "}, "person-id-value", 9020),
    simple(
        "external-identifier",
        "8 relationship",
        {},
        {"external-id-relationship": "part-of"},
        "person-id-relationship",
        9020,
    ),
    simple(
        "external-identifier",
        "8 relationship missing",
        {},
        {"external-id-relationship": DROP},
        "person-id-relationship",
        9020,
    ),
    simple("external-identifier", "8 url", {}, {"external-id-url": DROP}, "person-id-url", 9020),
    simple(
        "external-identifier",
        "8 length of url",
        {"external-id-url.value": "h" * 2000},
        {"external-id-url.value": "h" * 2001},
        "person-id-url",
        9020,
    ),
    simple("keyword", "8 content", {}, {"content": " "}, "keyword-empty", 9020),
    simple("address", "8 country", {}, {"country": {}}, "address-country-missing", 9020, form=JSON),
]


def again(kind: str, mine: dict[str, Any], theirs: dict[str, Any], source: str = ME, **more: Any) -> Case:
    stored = [item(kind, theirs, source=source)]
    return case(kind, mine, record=Record(source=ME, stored=stored), **more)


def moved(kind: str, mine: dict[str, Any], theirs: dict[str, Any]) -> Case:
    """A PUT to 7 while 8 has the identifier."""
    return put(kind, mine, stored=[item(kind, {"put-code": 7} | mine), item(kind, theirs, put_code=8)])


LISTS = {
    "work": "external-ids.external-id",
    "funding": "external-ids.external-id",
    "peer-review": REVIEW_ID,
    "research-resource": "proposal.external-ids.external-id",
    **dict.fromkeys(AFFILIATIONS, "external-ids.external-id"),
}
CONTENTS = {
    "other-name": "content",
    "keyword": "content",
    "researcher-url": "url.value",
    "external-identifier": "external-id-value",
}
DUPLICATES = [
    *(
        Row(
            f"{kind}: 9 POST",
            again(kind, {path: [doi("10.5555/1")]}, {path: [doi("10.5555/1")]}, OTHER),
            again(kind, {path: [doi("10.5555/1")]}, {path: [doi("10.5555/1")]}),
            "duplicate-activity",
            409,
            9021,
        )
        for kind, path in LISTS.items()
    ),
    *(
        Row(
            f"{kind}: 9 PUT",
            moved(kind, {path: [doi("10.5555/1")]}, {path: [doi("10.5555/2")]}),
            moved(kind, {path: [doi("10.5555/1"), doi("10.5555/3")]}, {path: [doi("10.5555/3")]})
            if kind != "work"
            else put(
                "work",
                {path: [doi("10.5555/1"), doi("10.5555/3")]},
                stored=[item("work"), item("work", {path: [doi("10.5555/3")]}, put_code=8)],
            ),
            "duplicate-activity",
            409,
            9021,
        )
        for kind, path in LISTS.items()
        if kind != "research-resource"
    ),
    *(
        Row(
            f"{kind}: 9 normal form",
            again(kind, {path: [doi("10.5555/1")]}, {path: [doi("10.5555/2")]}),
            again(kind, {path: [doi("https://doi.org/10.5555/AB")]}, {path: [doi("doi:10.5555/ab")]}),
            "duplicate-activity",
            409,
            9021,
        )
        for kind, path in LISTS.items()
        if kind != "funding"
    ),
    *(
        Row(
            f"{kind}: 9 {method}",
            (again if method == "POST" else moved)(kind, {path: "1"}, {path: "2"}),
            (again if method == "POST" else moved)(kind, {path: "1"}, {path: "1"}),
            "duplicate-element",
            409,
            9030,
        )
        for kind, path in CONTENTS.items()
        for method in ("POST", "PUT")
    ),
    Row(
        "group-id: 9 POST",
        case("group-id", record=Record(groups=["orcid-generated:1234"])),
        case("group-id", record=Record(groups=["ORCID-generated:12345"])),
        "duplicate-group",
        409,
        9025,
    ),
    Row(
        "group-id: 9 PUT",
        moved("group-id", {}, {"group-id": "publons:12"}),
        moved("group-id", {}, {"group-id": "orcid-generated:12345"}),
        "duplicate-group",
        409,
        9025,
    ),
]

GROUPS = [
    simple(
        "group-id",
        "16 issn: is made by ORCID",
        {"group-id": "publons:12"},
        {"group-id": "issn:1741-4857"},
        "issn-group-is-made",
        9025,
        status=409,
    ),
    simple("group-id", "8 ISSN", {"group-id": "fundref:12"}, {"group-id": "issn:17414857"}, "issn-invalid", 9053),
    simple(
        "group-id", "7 group-id", {"group-id": "ringgold:12"}, {"group-id": "ringgold:1"}, "group-id-malformed", 9020
    ),
]

NOTIFICATIONS = [
    simple(
        "notification",
        "16 URI",
        {"authorization-url.uri": "https://example.org/a?b=%20#c"},
        {"authorization-url.uri": "https://example.org/a b"},
        "authorization-url-bad",
        9020,
    ),
    simple(
        "notification",
        "8 type of the id",
        {"items.item.0.external-id": DROP},
        {"items.item.0.external-id.external-id-type": "DOI"},
        "external-id-type-unknown",
        9023,
    ),
    simple(
        "notification",
        "8 relationship of the id",
        {},
        {"items.item.0.external-id.external-id-relationship": DROP},
        "external-id-relationship-missing",
        9023,
    ),
]


def many(number: int) -> list[dict[str, Any]]:
    return [work({f"{ID}.external-id-value": f"10.5555/{index}"}) for index in range(number)]


BULKS = [
    Row("bulk: 11 at most 100", bulk(*many(100)), bulk(*many(101)), "bulk-too-large", 400, 9006),
    Row(
        "bulk: 11 10,000 works",
        bulk(work(), record=Record(works=9_999)),
        bulk(work(), record=Record(works=10_000)),
        "too-many-works",
        409,
        9048,
    ),
    Row(
        "bulk: 8 self id",
        bulk(work()),
        bulk(work({f"{ID}.external-id-relationship": "part-of"})),
        "self-id-missing",
        400,
        9023,
    ),
    Row(
        "bulk: 9 earlier in the same request",
        bulk(work(), work({f"{ID}.external-id-value": "10.5555/2"})),
        bulk(work(), work({f"{ID}.external-id-value": "https://doi.org/10.5555/DEMO"})),
        "duplicate-activity",
        409,
        9021,
    ),
    Row(
        "bulk: 9 existing version-of counts",
        bulk(work(), record=Record(source=ME, stored=[item("work", {f"{ID}.external-id-relationship": "part-of"})])),
        bulk(work(), record=Record(source=ME, stored=[item("work", {f"{ID}.external-id-relationship": "version-of"})])),
        "duplicate-activity",
        409,
        9021,
    ),
    Row(
        "bulk: 8 id without a type",
        bulk(work()),
        bulk(work({f"{ID}.external-id-type": DROP})),
        "external-id-type-missing",
        500,
        9008,
    ),
    *(
        Row(f"bulk: 11 XML, unknown {name} is read as none", bulk(work()), bulk(work(changes)), clause, 400, code)
        for name, changes, clause, code in (
            ("type", {"type": "Book"}, "work-type-missing", 9037),
            ("country", {"country": {"value": "UK"}}, "country-empty", 9037),
            ("relationship", {f"{ID}.external-id-relationship": "SELF"}, "external-id-relationship-missing", 9023),
            ("citation", {"citation": {"citation-type": "x", "citation-value": "y"}}, "citation-type-missing", 9037),
            (
                "language",
                {"title.translated-title": {"value": "T", "language-code": "he"}},
                "translated-title-language",
                9037,
            ),
        )
    ),
]

ROWS = [
    *PUT_CODES,
    *VISIBILITY,
    *ENUMS,
    *WORKS,
    *FUNDINGS,
    *AFFILIATION_ROWS,
    *REVIEWS,
    *RESOURCES,
    *ORGANIZATIONS,
    *DETAILS,
    *DUPLICATES,
    *GROUPS,
    *NOTIFICATIONS,
    *BULKS,
]


@pytest.mark.parametrize("row", ROWS, ids=[row.id for row in ROWS])
def test_a_row_that_is_met_is_taken(row: Row) -> None:
    assert names(row.meets) == []


@pytest.mark.parametrize("row", ROWS, ids=[row.id for row in ROWS])
def test_a_row_that_is_broken_is_answered(row: Row) -> None:
    first = all_faults(row.breaks)[0]
    assert (first.clause.name, answer(first)) == (row.clause, Answer(row.status, row.code))
    assert first.message.endswith(".")


def test_rows_have_names_of_their_own() -> None:
    assert len({row.id for row in ROWS}) == len(ROWS)


def test_every_clause_has_a_row() -> None:
    assert {row.clause for row in ROWS} == CLAUSES.keys()


def test_every_clause_is_a_rule_with_remedy_source_and_answer() -> None:
    for name, clause in CLAUSES.items():
        assert name == clause.name
        assert clause.layer is Layer.RULE
        assert clause.remedy.endswith((".", "…"))
        assert clause.source.startswith("ORCID Member API 3.0: ")
        assert clause.answer


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("form", [XML, JSON])
def test_the_smallest_payloads_are_taken(kind: str, form: Any) -> None:
    assert names(case(kind, form=form)) == []


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("method", list(Method))
def test_a_payload_without_anything_gets_faults_but_no_crash(kind: str, method: Method) -> None:
    empty_parts: dict[str, Any] = {name: {} for name, part in SMALLEST[kind].items() if isinstance(part, dict)}
    for payload in ({}, empty_parts):
        for fault in all_faults(Case(kind, payload, method=method)):
            assert fault.message


def test_the_organization_is_the_same_everywhere() -> None:
    assert SMALLEST["funding"]["organization"] is ORGANIZATION

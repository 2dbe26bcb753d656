"""What must not be mistaken: payloads that look wrong and are taken, and such as look right and are not."""

from __future__ import annotations

from typing import Any

import pytest

from checker.orcid.payloads import lists
from checker.orcid.payloads.model import Answer, Case, Method, Record
from checker.orcid.payloads.rules import faults
from checker.orcid.payloads.rules.normalise import normalised

from .rule_cases import (
    DROP,
    JSON,
    ME,
    ORGANIZATION,
    OTHER,
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

ID = "external-ids.external-id.0"
ROLE = "contributors.contributor.0"
CREDIT = "http://credit.niso.org/contributor-roles/software/"


def date(*parts: str) -> dict[str, Any]:
    return {name: {"value": value} for name, value in zip(("year", "month", "day"), parts, strict=False)}


def people(role: str) -> dict[str, Any]:
    return {"contributors": {"contributor": [{"contributor-attributes": {"contributor-role": role}}]}}


@pytest.mark.parametrize(
    "taken",
    [
        pytest.param(case("funding", {"start-date": date("2021"), "end-date": date("2020")}), id="funding ends first"),
        pytest.param(
            case("research-resource", {"proposal.start-date": date("2023", "02", "31")}),
            id="dates of a proposal are not looked up",
        ),
        pytest.param(case("employment", {"end-date": date("2020")}), id="an affiliation may end without a start"),
        pytest.param(
            case("employment", {"start-date": date("2020"), "end-date": date("2020", "01")}),
            id="a start without month is before any month",
        ),
        pytest.param(
            case("employment", {"external-ids": {"external-id": [doi(kind="Anything")]}}),
            id="types of an affiliation's ids are free",
        ),
        pytest.param(
            case("membership", {"external-ids": {"external-id": [doi(relationship=None)]}}),
            id="an affiliation's ids need no relationship",
        ),
        pytest.param(case("external-identifier", {"external-id-type": "My Id"}), id="types of a person's ids are free"),
        pytest.param(case("funding", {"amount": {"value": "1e3", "currency-code": "ADP"}}), id="withdrawn currency"),
        *(
            pytest.param(case("funding", {"amount": {"value": value, "currency-code": "EUR"}}), id=f"amount {value!r}")
            for value in (" 12\n", "-5", "+.5", "1.", "12d", "0x1p3")
        ),
        pytest.param(case("funding", {f"{ID}.external-id-relationship": "part-of"}), id="a funding needs no self"),
        pytest.param(case("funding", {"title.title.value": " "}), id="a blank title of a funding"),
        pytest.param(case("work", {"title.title.value": "\u00a0"}), id="a no-break space is text to ORCID"),
        pytest.param(case("work", people(CREDIT.upper())), id="CRediT in capital letters"),
        pytest.param(case("funding", people(CREDIT)), id="CRediT on a funding"),
        pytest.param(case("work", people("CO_INVESTIGATOR")), id="a role by its name in Java"),
        pytest.param(
            case(
                "work",
                {f"{ROLE}": {}, "contributors.contributor": [{"contributor-orcid": {"path": "0000-0000-0000-0000"}}]},
            ),
            id="a contributor's iD with a wrong check character",
        ),
        pytest.param(
            case("work", {"external-ids.external-id": [doi(), doi("2", "version-of"), doi("3", "part-of")]}),
            id="version-of beside self",
        ),
        pytest.param(
            case("work", {"external-ids.external-id": [doi(), doi(relationship="part-of")]}),
            id="one value with two relationships",
        ),
        pytest.param(
            case("peer-review", {"review-identifiers.external-id": [doi(relationship="part-of")]}),
            id="a review needs no self",
        ),
        pytest.param(
            case("peer-review", {"subject-external-identifier": doi(relationship="version-of")}),
            id="the subject may be version-of alone",
        ),
        pytest.param(case("work", {"type": "article-journal"}), id="another name of a work type"),
        pytest.param(case("peer-review", {"subject-type": "dataset"}), id="another name of a subject type"),
        pytest.param(case("work", {"publication-date": date("2024", "3")}, form=JSON), id="JSON fills months up"),
        pytest.param(
            case("work", {"citation": {"citation-type": "", "citation-value": "x"}}),
            id="an empty citation-type has a default in XML",
        ),
        pytest.param(case("work", {"visibility": "public"}), id="visibility on POST is ignored"),
        pytest.param(put("work", {"title.title.value": "New"}), id="PUT without visibility"),
        pytest.param(case("service", {"organization.address": {}}), id="a service needs no place"),
        pytest.param(
            case("peer-review", {"convening-organization.disambiguated-organization": DROP}),
            id="the convening organization needs no identifier",
        ),
        pytest.param(
            case(
                "funding",
                {f"{ID}": doi("G-1", kind="grant_number") | {"external-id-normalized": {"value": "x"}}},
                record=Record(source=ME, stored=[item("funding")]),
            ),
            id="a funding's id with a normal form sent along is compared with none",
        ),
        pytest.param(
            case("funding", {f"{ID}.external-id-value": "g-1"}, record=Record(source=ME, stored=[item("funding")])),
            id="ids of fundings are compared as they are",
        ),
        pytest.param(
            case(
                "employment",
                {"external-ids.external-id": [doi()]},
                record=Record(source=ME, stored=[item("education", {"external-ids.external-id": [doi()]})]),
            ),
            id="duplicates are of the same kind of affiliation",
        ),
        pytest.param(
            case(
                "work",
                {
                    f"{ID}": doi(kind="other-id"),
                },
                record=Record(source=ME, stored=[item("work")]),
            ),
            id="the same value of another type",
        ),
        pytest.param(
            case(
                "work",
                {"external-ids.external-id": [doi("9"), doi(relationship="part-of")]},
                record=Record(source=ME, stored=[item("work")]),
            ),
            id="self on one side only",
        ),
        pytest.param(case("address", record=Record(source=ME, stored=[item("address")])), id="addresses never repeat"),
        pytest.param(
            put("research-resource", stored=[item("research-resource"), item("research-resource", put_code=8)]),
            id="research resources are not compared on PUT",
        ),
        pytest.param(put("education", stored=[item("employment")]), id="affiliations are one table"),
        pytest.param(
            case("keyword", {"put-code": 7}, method=Method.PUT, put_code=7, record=Record(stored=[item("keyword")])),
            id="nobody knows who writes",
        ),
        pytest.param(
            put(
                "work",
                {f"{ID}.external-id-relationship": "part-of"},
                stored=[item("work", {f"{ID}.external-id-relationship": "part-of"})],
            ),
            id="an unchanged work is not checked",
        ),
        pytest.param(Case("bulk", {"bulk": []}, record=Record(works=10_000)), id="an empty bulk"),
        pytest.param(
            Case("bulk", {"bulk": [{"error": {"error-code": 1}}, {"work": content("work", {"language-code": "he"})}]}),
            id="a bulk in XML takes an unknown language for none",
        ),
        pytest.param(
            case("notification", {"authorization-url.uri": "https://example.org/é?[x]"}), id="a URI with other letters"
        ),
        pytest.param(
            case("group-id", {"group-id": "publons:a^b~c!$&'()*+,;=@:/?#[]"}), id="all characters of a group id"
        ),
    ],
)
def test_taken(taken: Case) -> None:
    assert names(taken) == []


@pytest.mark.parametrize(
    ("refused", "clause", "status", "code"),
    [
        pytest.param(
            case("employment", {"start-date": date("2020", "05"), "end-date": date("2020")}),
            "start-after-end",
            400,
            9055,
            id="an end without month is before every month",
        ),
        pytest.param(
            case("work", {"type": "book "}), "work-type-unknown", 400, 9051, id="white space belongs to the value"
        ),
        pytest.param(
            case("work", {"publication-date": date("2024", "3")}), "date-impossible", 400, 9049, id="XML keeps a month"
        ),
        pytest.param(
            case("work", {"citation": {"citation-type": "", "citation-value": "x"}}, form=JSON),
            "citation-type-unknown",
            400,
            9047,
            id="an empty citation-type in JSON",
        ),
        pytest.param(
            case("work", people("Author")), "contributor-role-unknown", 400, 9058, id="a role half in capitals"
        ),
        pytest.param(case("work", people("")), "contributor-role-unknown", 400, 9058, id="an empty role"),
        pytest.param(
            case("work", people(CREDIT.replace("http:", "https:"))),
            "contributor-role-unknown",
            400,
            9058,
            id="CRediT with https",
        ),
        pytest.param(
            case("work", people(CREDIT.rstrip("/"))),
            "contributor-role-unknown",
            400,
            9058,
            id="CRediT without the last slash",
        ),
        pytest.param(
            case("researcher-url", {"url.value": "😀" * 1001}),
            "researcher-url-too-long",
            400,
            9020,
            id="Java counts some characters twice",
        ),
        pytest.param(
            case("work", {"contributors.contributor": [{"contributor-orcid": {"path": "٠٠٠٠-0001-2345-6789"}}]}),
            "contributor-orcid-path",
            400,
            9020,
            id="digits of other scripts",
        ),
        pytest.param(
            case("funding", {"amount": {"value": "1e999", "currency-code": "EUR"}}),
            "amount-not-finite",
            400,
            9006,
            id="an amount beyond a double",
        ),
        pytest.param(
            case("funding", {"amount": {"value": "１２", "currency-code": "EUR"}}),
            "amount-not-a-number",
            400,
            9054,
            id="wide digits",
        ),
        pytest.param(
            case(
                "membership",
                {"external-ids": {"external-id": [doi(relationship=None)]}},
                record=Record(
                    source=ME, stored=[item("membership", {"external-ids": {"external-id": [doi(relationship=None)]}})]
                ),
            ),
            "duplicate-activity",
            409,
            9021,
            id="no relationship on both sides",
        ),
        pytest.param(
            case(
                "work", {f"{ID}": doi("no doi")}, record=Record(source=ME, stored=[item("work", {ID: doi("no doi")})])
            ),
            "duplicate-activity",
            409,
            9021,
            id="values without a normal form are compared as they are",
        ),
        pytest.param(
            case("notification", {"authorization-url.uri": "https://example.org/{id}"}),
            "authorization-url-bad",
            400,
            9020,
            id="a template that was not filled in",
        ),
    ],
)
def test_refused(refused: Case, clause: str, status: int, code: int) -> None:
    first = all_faults(refused)[0]
    assert (first.clause.name, answer(first)) == (clause, Answer(status, code))


# The order of checks decides what ORCID answers.


@pytest.mark.parametrize(
    ("broken", "expected"),
    [
        (
            case(
                "work",
                {
                    "title": DROP,
                    "type": DROP,
                    "publication-date": date("2024", "13"),
                    "citation": {"citation-type": "ris"},
                    ID: doi(kind="isbn", relationship="funded-by"),
                    "contributors.contributor": [{"credit-name": {}} | people("x")["contributors"]["contributor"][0]],
                    "put-code": 7,
                },
                record=Record(source=ME, works=10_000),
            ),
            [
                "title-missing",
                "work-type-missing",
                "date-impossible",
                "citation-empty",
                "funded-by-type",
                "contributor-name-empty",
                "put-code-on-post",
                "self-id-missing",
                "too-many-works",
                "contributor-role-unknown",
            ],
        ),
        (
            case(
                "funding",
                {
                    "title": DROP,
                    "external-ids": DROP,
                    "amount": {"value": "x", "currency-code": "EUR"},
                    "put-code": 7,
                    "organization.disambiguated-organization": DROP,
                    "end-date": date("2020", "00"),
                    **people("x"),
                },
            ),
            [
                "title-missing",
                "external-id-missing",
                "amount-not-a-number",
                "put-code-on-post",
                "organization-id-missing",
                "date-impossible",
                "start-date-missing",
                "contributor-role-unknown",
            ],
        ),
        (
            put(
                "education",
                {
                    "visibility": "public",
                    "organization.address.city": DROP,
                    "end-date": date("2020", "00"),
                    "start-date": date("2020", "99"),
                    "organization.disambiguated-organization.disambiguation-source": "x",
                },
                stored=[item("education", source=OTHER)],
            ),
            [
                "wrong-source",
                "visibility-changed",
                "city-or-country-missing",
                "date-impossible",
                "date-impossible",
                "organization-source-unknown",
            ],
        ),
        (
            put(
                "peer-review",
                {
                    "review-identifiers.external-id": [doi(kind="x")],
                    "visibility": "public",
                    "review-completion-date": date("2020", "99"),
                    "review-group-id": "publons:12",
                },
                stored=[item("peer-review", source=OTHER)],
                groups=[],
            ),
            [
                "external-id-type-unknown",
                "visibility-changed",
                "date-impossible",
                "review-group-unknown",
                "wrong-source",
            ],
        ),
        (
            put("address", {"visibility": "public"}, stored=[item("address", source=OTHER)]),
            ["wrong-source", "visibility-changed"],
        ),
        (
            put("keyword", {"visibility": "public", "content": ""}, stored=[item("keyword", source=OTHER)]),
            ["keyword-empty", "visibility-changed", "wrong-source"],
        ),
        (
            case("researcher-url", {"url.value": "", "put-code": 7}),
            ["researcher-url-missing", "put-code-on-post"],
        ),
        (case("keyword", {"content": "", "put-code": 7}), ["put-code-on-post", "keyword-empty"]),
        (
            case("group-id", {"group-id": "issn:x", "put-code": 7}),
            ["issn-invalid", "put-code-on-post", "group-id-malformed"],
        ),
        (
            case(
                "notification",
                {"authorization-url.uri": "a b", "put-code": 7, "items.item.0.external-id.external-id-value": ""},
            ),
            ["authorization-url-bad", "external-id-value-missing", "put-code-on-notification"],
        ),
    ],
    ids=lambda value: value.kind if isinstance(value, Case) else None,
)
def test_order_of_checks(broken: Case, expected: list[str]) -> None:
    assert [fault.clause.name for fault in faults(broken)] == expected


def test_a_broken_work_of_a_bulk_does_not_take_its_identifiers() -> None:
    works = [content("work", {"type": DROP}), content("work"), content("work")]
    found = faults(Case("bulk", {"bulk": [{"work": one} for one in works]}))
    assert [(fault.at[:3], fault.clause.name) for fault in found] == [
        (("bulk", 0, "work"), "work-type-missing"),
        (("bulk", 2, "work"), "duplicate-activity"),
    ]


def test_what_refuses_a_whole_bulk_is_placed_at_the_bulk() -> None:
    works = [{"work": content("work", {f"{ID}.external-id-value": f"10.5555/{index}"})} for index in range(101)]
    found = faults(Case("bulk", {"bulk": works}, record=Record(works=9_900)))
    assert [(fault.at, fault.clause.name) for fault in found] == [
        (("bulk",), "too-many-works"),
        (("bulk",), "bulk-too-large"),
    ]


def test_an_unknown_relationship_is_not_told_twice() -> None:
    assert names(case("work", {f"{ID}.external-id-relationship": "Self"})) == ["relationship-unknown"]


def test_faults_say_value_place_and_nearest() -> None:
    (fault,) = all_faults(case("work", {f"{ID}.external-id-type": "DOI"}))
    assert fault.at == ("external-ids", "external-id", 0, "external-id-type")
    assert fault.found == "DOI"
    assert "'DOI'" in fault.message
    assert (fault.allowed or "").startswith("doi … ")
    (fault,) = all_faults(case("address", {"country": {"value": "UK"}}))
    assert fault.at == ("country", "value")
    assert fault.message == "country 'UK' is not a value that ORCID knows."
    assert (fault.allowed or "").startswith("GB … ")
    (fault,) = all_faults(case("funding", {"amount": {"value": "€ 1,000.50", "currency-code": "EUR"}}))
    assert fault.allowed == "1000.50"
    ror = {"disambiguated-organization-identifier": "ror.org/04fa4r544", "disambiguation-source": "ROR"}
    (fault,) = all_faults(case("funding", {"organization": ORGANIZATION | {"disambiguated-organization": ror}}))
    assert fault.allowed == "https://ror.org/04fa4r544"


def test_only_bulks_in_json_are_refused_for_a_value_of_a_list() -> None:
    payload = {"bulk": [{"work": content("work", {"language-code": "he"})}]}
    assert names(Case("bulk", payload, form=XML)) == []
    assert names(Case("bulk", payload, form=JSON)) == ["language-unknown"]


@pytest.mark.parametrize(
    ("kind", "value", "form"),
    [
        ("doi", "https://doi.org/10.5555/ABC", "10.5555/abc"),
        ("doi", "doi:10.1002/a&amp;lt;b", "10.1002/a<b"),
        ("doi", "10.5555", ""),
        ("isbn", "ISBN 978-3-16-148410-0", "9783161484100"),
        ("isbn", "80-902734-1-x", "809027341X"),
        ("isbn", "12345678901", ""),
        ("issn", "1234567x", "1234-567X"),
        ("issn", "12345678-", ""),
        ("pmid", "PMID: 12345", "12345"),
        ("pmid", "12345.", ""),
        ("pmc", "PMC123456", "123456"),
        ("arxiv", "https://arxiv.org/abs/2101.01234v2", "arXiv:2101.01234v2"),
        ("arxiv", "HEP-TH/9901001", "arXiv:hep-th/9901001"),
        ("bibcode", "2003ASPC..295..361M", "2003ASPC..295..361M"),
        ("rrid", "RRID:AB_1234567", "RRID:AB_123456"),
        ("uri", "Example.org/A", "http://Example.org/A"),
        ("uri", "https://Example.org/A", "https://Example.org/A"),
        ("ark", "ark:/12148/Btv1", "ark:/12148/Btv1"),
        ("eid", "2-S2.0-1", "2-s2.0-1"),
        ("Anything", "AbC", "AbC"),
    ],
)
def test_normal_forms(kind: str, value: str, form: str) -> None:
    assert normalised(kind, value) == form


def test_long_values_are_searched_in_bounded_time() -> None:
    assert normalised("arxiv", "a" * 1_000_000) == "a" * 1_000_000


def test_case_sensitive_types_are_types() -> None:
    assert lists.CASE_SENSITIVE_ID_TYPES < lists.EXTERNAL_ID_TYPES
    assert lists.FUNDED_BY_TYPES < lists.EXTERNAL_ID_TYPES

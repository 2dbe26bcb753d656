"""Rules about the parts of payloads: each fails what it is for, in XML and in JSON, and leaves all else alone."""

from __future__ import annotations

import json

import pytest

from checker.judge.content import load_profile, load_rules
from checker.review.model import Level, Outcome

from .samples import (
    EMPLOYMENT,
    EMPLOYMENT_JSON,
    FUNDING,
    FUNDING_JSON,
    PERSON_ID_JSON,
    REVIEW_JSON,
    ROR,
    WORK,
    WORK_JSON,
    but,
    instead,
    judged,
    refused,
    reviewed,
    ruling,
    sent,
    without,
)

RULES = [check for check in load_profile("collect-and-connect").levels if check.startswith("payload-")]
EXTERNAL_ID = "external-ids/external-id/0"
TABLE = "organization/disambiguated-organization"
GOOD = {
    "employment-xml": ("employment", EMPLOYMENT),
    "employment-json": ("employment", json.dumps(EMPLOYMENT_JSON)),
    "work-xml": ("work", WORK),
    "work-json": ("work", json.dumps(WORK_JSON)),
    "bulk-json": ("works", json.dumps({"bulk": [{"work": WORK_JSON}]})),
    "funding-xml": ("funding", FUNDING),
    "funding-json": ("funding", json.dumps(FUNDING_JSON)),
    "peer-review-json": ("peer-review", json.dumps(REVIEW_JSON)),
    "person-id-json": ("external-identifiers", json.dumps(PERSON_ID_JSON)),
    "keyword-json": ("keywords", '{"content": "pots"}'),
}


def failing(section, body, **changes):
    seen = reviewed(sent(section, body, **changes))
    return {check for check in RULES if ruling(check, seen).outcome is Outcome.FAILED}


def test_the_rules_are_the_23_of_the_profile_and_all_are_there():
    assert len(RULES) == 23
    assert set(RULES) <= set(load_rules())
    levels = load_profile("collect-and-connect").levels
    assert sum(levels[check] is Level.REQUIRED for check in RULES) == 17


def test_the_profile_has_the_rules_that_it_extends():
    base, whole = load_profile("lyrasis-2022").levels, load_profile("collect-and-connect").levels
    assert base.items() <= whole.items()
    assert set(RULES) <= set(whole) - set(base)


@pytest.mark.parametrize("name", GOOD)
def test_a_good_payload_fails_nothing_and_is_blocked_nowhere(name):
    section, body = GOOD[name]
    seen = reviewed(sent(section, body))
    outcomes = {check: ruling(check, seen).outcome for check in RULES}
    assert {Outcome.FAILED, Outcome.BLOCKED}.isdisjoint(outcomes.values())
    assert outcomes["payload-schema-valid"] is outcomes["payload-well-formed"] is Outcome.PASSED
    # Whether addresses lead to the item, nobody opened them to see.
    asked = {check for check, outcome in outcomes.items() if outcome is Outcome.NEEDS_PERSON}
    assert asked <= {"payload-ext-id-normalised"}


WRONG = {
    # name: (rule, section, body, rules that the same fault breaks as well)
    "ampersand": ("payload-well-formed", "work", instead(WORK, "cracked", "cracked & mended"), set()),
    "doctype": ("payload-well-formed", "work", instead(WORK, "<work:work", "<!DOCTYPE work>\n<work:work"), set()),
    "empty": ("payload-well-formed", "work", "", set()),
    "torn json": ("payload-well-formed", "funding", json.dumps(FUNDING_JSON)[:-2], set()),
    "nan": ("payload-well-formed", "funding", instead(json.dumps(FUNDING_JSON), '"120000"', "NaN"), set()),
    "two documents": ("payload-well-formed", "funding", json.dumps(FUNDING_JSON) + "{}", set()),
    "unknown element": (
        "payload-schema-valid", "work",
        instead(WORK, "<work:type>", "<work:abstract>x</work:abstract><work:type>"), set(),
    ),
    "order": (
        "payload-schema-valid", "employment",
        instead(without(EMPLOYMENT, "  <common:role-title>Curator</common:role-title>\n"), "  <common:department-name>",
                "  <common:role-title>Curator</common:role-title>\n  <common:department-name>"),
        set(),
    ),
    "unknown part": ("payload-schema-valid", "funding", but(FUNDING_JSON, "abstract", "x"), set()),
    "another section's item": ("payload-schema-valid", "work", EMPLOYMENT, set()),
    "wrapped": ("payload-schema-valid", "employment", json.dumps({"employment": EMPLOYMENT_JSON}), set()),
    "contributor's check character": (
        "payload-id-pattern-strict", "work",
        but(WORK_JSON, "contributors", {"contributor": [{
            "contributor-orcid": {"uri": "https://orcid.org/0000-0002-1825-0098", "path": "0000-0002-1825-0098"},
            "credit-name": {"value": "Ana Ruiz"}}]}),
        set(),
    ),
    "contributor over http": (
        "payload-id-pattern-strict", "work",
        but(WORK_JSON, "contributors", {"contributor": [{
            "contributor-orcid": {"uri": "http://orcid.org/0000-0002-1825-0097"},
            "credit-name": {"value": "Ana Ruiz"}}]}),
        {"payload-schema-valid"},
    ),
    "put-code on post, xml": (
        "payload-no-putcode-on-post", "work", instead(WORK, "<work:work ", '<work:work put-code="3" '), set(),
    ),
    "put-code on post, json": ("payload-no-putcode-on-post", "funding", but(FUNDING_JSON, "put-code", 3), set()),
    "put-code in bulk": (
        "payload-no-putcode-on-post", "works", json.dumps({"bulk": [{"work": WORK_JSON | {"put-code": 3}}]}), set(),
    ),
    "public": ("payload-visibility-unchanged", "work", but(WORK_JSON, "visibility", "public"), set()),
    "public, xml": (
        "payload-visibility-unchanged", "work", instead(WORK, "<work:work ", '<work:work visibility="public" '), set(),
    ),
    "unknown work type": ("payload-type-title", "work", instead(WORK, "journal-article", "article"), set()),
    "unknown work type, json": ("payload-type-title", "work", but(WORK_JSON, "type", "article"), set()),
    "no work title": (
        "payload-type-title", "work", but(WORK_JSON, "title/title/value", " "), {"payload-schema-valid"},
    ),
    "no organization": (
        "payload-type-title", "employment", but(EMPLOYMENT_JSON, "organization"), {"payload-org-fields"},
    ),
    "no city": ("payload-org-fields", "employment", but(EMPLOYMENT_JSON, "organization/address/city"), set()),
    "country, xml": ("payload-org-fields", "employment", instead(EMPLOYMENT, ">GB<", ">UK<"), set()),
    "no address of a funder": (
        "payload-org-fields", "funding", but(FUNDING_JSON, "organization/address"), {"payload-schema-valid"},
    ),
    "no organization's id": ("payload-org-id", "employment", but(EMPLOYMENT_JSON, TABLE), set()),
    "no funder's id": ("payload-org-id", "funding", but(FUNDING_JSON, TABLE), {"payload-funding-fields"}),
    "neither id of a membership": ("payload-org-id", "membership", but(EMPLOYMENT_JSON, TABLE), set()),
    "bare ror": ("payload-org-id-format", "employment", instead(EMPLOYMENT, ROR, "05dxps055"), set()),
    "ror's check digits": ("payload-org-id-format", "employment", instead(EMPLOYMENT, ROR, ROR[:-1] + "6"), set()),
    "unknown registry": (
        "payload-org-id-current", "employment", instead(EMPLOYMENT, ">ROR<", ">ISNI<"), {"payload-org-id"},
    ),
    "part-of alone": ("payload-work-self-id", "work", instead(WORK, ">self<", ">part-of<"), set()),
    "no ids in bulk": (
        "payload-work-self-id", "works",
        json.dumps({"bulk": [{"work": WORK_JSON}, {"work": json.loads(but(WORK_JSON, "external-ids"))}]}), set(),
    ),
    "DOI": ("payload-ext-id-type", "work", instead(WORK, ">doi<", ">DOI<"), set()),
    "relationship": (
        "payload-ext-id-type", "work", but(WORK_JSON, f"{EXTERNAL_ID}/external-id-relationship", "SELFISH"), set(),
    ),
    "funded-by": (
        "payload-ext-id-type", "work",
        but(WORK_JSON, "external-ids/external-id", [
            WORK_JSON["external-ids"]["external-id"][0],
            {"external-id-type": "isbn", "external-id-value": "9783161484100",
             "external-id-relationship": "funded-by"}]),
        set(),
    ),
    "amount": ("payload-funding-fields", "funding", but(FUNDING_JSON, "amount/value", "120,000"), set()),
    "amount, xml": ("payload-funding-fields", "funding", instead(FUNDING, ">120000<", ">120.000,00<"), set()),
    "no funding id": ("payload-funding-fields", "funding", but(FUNDING_JSON, "external-ids"), set()),
    "group": (
        "payload-peer-review-group", "peer-review", but(REVIEW_JSON, "review-group-id", "Journal of Pots"),
        {"payload-schema-valid"},
    ),
    "no role": (
        "payload-peer-review-fields", "peer-review", but(REVIEW_JSON, "reviewer-role"), {"payload-schema-valid"},
    ),
    "no url of a person's id": (
        "payload-person-ext-id", "external-identifiers", but(PERSON_ID_JSON, "external-id-url"), set(),
    ),
    "part-of of a person's id": (
        "payload-person-ext-id", "external-identifiers",
        but(PERSON_ID_JSON, "external-id-relationship", "part-of"), set(),
    ),
    "one-digit month": ("payload-dates", "employment", instead(EMPLOYMENT, ">09<", ">9<"), set()),
    "31 February": (
        "payload-dates", "employment",
        but(EMPLOYMENT_JSON, "start-date",
            {"year": {"value": "2019"}, "month": {"value": "02"}, "day": {"value": "31"}}),
        set(),
    ),
    "ends before it starts": (
        "payload-dates", "employment", but(EMPLOYMENT_JSON, "end-date", {"year": {"value": "2018"}}), set(),
    ),
    "funding ends first": ("payload-dates", "funding", instead(FUNDING, ">2023<", ">2019<"), set()),
    "funding without start": ("payload-dates", "funding", but(FUNDING_JSON, "start-date"), set()),
    "issn as doi": (
        "payload-ext-id-normalised", "work", but(WORK_JSON, f"{EXTERNAL_ID}/external-id-value", "0028-0836"), set(),
    ),
    "markup": ("payload-no-html", "work", but(WORK_JSON, "title/title/value", "<b>Pots</b> and cracks"), set()),
    "hebrew": ("payload-language-title", "work", but(WORK_JSON, "language-code", "he"), set()),
    "created-date": ("payload-source-not-set", "work", but(WORK_JSON, "created-date", {"value": 1577836800000}), set()),
    "long text": (
        "payload-size-limits", "work", but(WORK_JSON, "short-description", "x" * 5001), {"payload-schema-valid"},
    ),
    "101 works": ("payload-size-limits", "works", json.dumps({"bulk": [{"work": WORK_JSON | {
        "external-ids": {"external-id": [WORK_JSON["external-ids"]["external-id"][0] | {
            "external-id-value": f"10.5555/{n}", "external-id-url": {"value": f"https://doi.org/10.5555/{n}"}}]}}}
        for n in range(101)]}), set()),
}  # fmt: skip


@pytest.mark.parametrize("name", WRONG)
def test_a_fault_fails_its_rule_and_no_other(name):
    check, section, body, also = WRONG[name]
    assert failing(section, body, **refused(400, 9012)) == {check} | also


def test_every_rule_that_needs_no_change_has_a_payload_that_fails_it():
    assert set(RULES) - {check for check, *_ in WRONG.values()} == {"payload-putcode-on-put"}


RIGHT = {
    # What is easily mistaken for a fault: (rule, section, body)
    "end without start of an affiliation": (
        "payload-dates", "employment",
        but(json.loads(but(EMPLOYMENT_JSON, "start-date")), "end-date", {"year": {"value": "2020"}}),
    ),
    "no city of a membership": ("payload-org-fields", "membership", but(EMPLOYMENT_JSON, "organization/address/city")),
    "no id of a convening organization": ("payload-peer-review-fields", "peer-review", but(
        REVIEW_JSON, "convening-organization/disambiguated-organization")),
    "no region": ("payload-org-fields", "employment", EMPLOYMENT),
    "type of a person's id": (
        "payload-person-ext-id", "external-identifiers", but(PERSON_ID_JSON, "external-id-type", "My own"),
    ),
    "iw": ("payload-language-title", "work", but(WORK_JSON, "language-code", "iw")),
    "accents": ("payload-well-formed", "work", but(WORK_JSON, "title/title/value", "Töpfe & “Risse” ≤ 3")),
    "escaped ampersand": ("payload-well-formed", "work", instead(WORK, "cracked", "cracked &amp; mended")),
    "comments": ("payload-schema-valid", "work", instead(WORK, "<work:type>", "<!-- a type --><work:type>")),
    "json in any order": ("payload-schema-valid", "work", json.dumps(dict(reversed(WORK_JSON.items())))),
    "less than in a title": ("payload-no-html", "work", but(WORK_JSON, "title/title/value", "p < 0.05 in pots")),
    "id in another text": ("payload-id-pattern-strict", "work", but(
        WORK_JSON, "short-description", "See https://example.org/0000-0002-1825-0098")),
}  # fmt: skip


@pytest.mark.parametrize("name", RIGHT)
def test_what_is_right_is_not_mistaken_for_a_fault(name):
    check, section, body = RIGHT[name]
    assert judged(check, section, body).outcome is Outcome.PASSED


def test_a_frozen_registry_is_asked_about_and_fails_nothing():
    body = instead(instead(EMPLOYMENT, ROR, "1234"), ">ROR<", ">RINGGOLD<")
    assert judged("payload-org-id-current", "employment", body).outcome is Outcome.NEEDS_PERSON
    assert failing("employment", body) == set()


def test_a_journal_named_as_the_work_itself_is_asked_about():
    body = instead(
        instead(WORK, ">doi<", ">issn<"),
        "10.5555/12345678</common:external-id-value",
        "0028-0836</common:external-id-value",
    )
    assert judged("payload-work-self-id", "work", body).outcome is Outcome.NEEDS_PERSON


def test_a_finding_shows_the_line_the_answer_and_the_remedy():
    body = instead(EMPLOYMENT, ">GB<", ">UK<")
    found = judged("payload-org-fields", "employment", body, **refused(400, 9051))
    assert "GB" in found.remedy
    assert "UK" in found.observed
    spot = found.spots[0]
    marked = [line for line in spot.snippet.splitlines() if line.startswith(">")]
    assert len(marked) == 1
    assert ">UK<" in marked[0]
    assert "line 8" in spot.note
    assert "ORCID answered 400 with error 9051." in spot.note
    assert spot.exchange == 2


def test_a_long_line_is_cut_around_the_fault():
    body = json.dumps(WORK_JSON | {"short-description": "x" * 3000, "type": "article"})
    spot = judged("payload-type-title", "work", body).spots[0]
    assert "article" in spot.snippet
    assert len(spot.snippet) < 400

"""What a JSON document is by its shape and its file's name, and what is no payload at all."""

from __future__ import annotations

import json
import os
from pathlib import Path
from typing import Any, Final

import pytest
from hypothesis import given
from hypothesis import strategies as st

from checker.orcid.payloads.kinds import KINDS, NAMESPACE
from checker.orcid.payloads.recognise import kinds_of_json, misfit_of_json, misfit_of_xml

from .test_advice_clauses import SOUND

SHARED: Final = Path(os.environ.get("ORCID_REVIEW_SHARED", Path(__file__).parents[3] / "shared"))
SAMPLES: Final = SHARED / "orcid-samples"
AFFILIATIONS: Final = tuple(name for name, kind in KINDS.items() if kind.family == "affiliation")
TEXTS: Final = ("other-name", "keyword")


@pytest.mark.parametrize("kind", SOUND)
def test_sound_payloads_are_recognised(kind: str) -> None:
    found = kinds_of_json(SOUND[kind])
    same = AFFILIATIONS if kind in AFFILIATIONS else TEXTS if kind in TEXTS else (kind,)
    assert found == same
    assert kinds_of_json(SOUND[kind], f"payloads/{kind}-3.0.json") == (kind,)
    assert misfit_of_json(SOUND[kind]) is None


@pytest.mark.parametrize(
    ("value", "kinds"),
    [
        ({"title": {"title": {"value": "x"}}, "type": "grant"}, ("funding",)),
        ({"title": {"title": {"value": "x"}}, "type": "SALARY_AWARD"}, ("funding",)),
        ({"title": {"title": {"value": "x"}}, "type": "report"}, ("work",)),
        ({"title": {"title": {"value": "x"}}}, ("work",)),
        ({"title": {}, "type": "grant", "journal-title": {"value": "x"}}, ("work",)),
        ({"organization": {}}, AFFILIATIONS),
        ({"organization": {}, "start-date": {}, "url": {}, "external-ids": {}, "put-code": 1}, AFFILIATIONS),
        ({"organization": {}, "title": {}, "start-date": {}}, ("funding",)),
        ({"url": {"value": "x"}, "visibility": "public"}, ("researcher-url",)),
        ({"country": {"value": "GB"}, "put-code": 3}, ("address",)),
        ({"external-id-type": "x", "external-id-url": {"value": "x"}, "put-code": 3}, ("external-identifier",)),
        ({"bulk": None}, ("bulk",)),
        ({"titel": {}, "type": "report", "external-ids": {}, "citation": {}}, ("work",)),
    ],
)
def test_shapes(value: dict[str, Any], kinds: tuple[str, ...]) -> None:
    assert kinds_of_json(value) == kinds


@pytest.mark.parametrize(
    "value",
    [
        {},
        {"a": 1},
        {"name": "a-package", "version": "1.0", "description": "x", "type": "module", "main": "x", "scripts": {}},
        {"name": "x", "description": "y", "type": "z"},
        {"items": []},
        {"put-code": 1, "visibility": "public"},
        {"swagger": "2.0", "info": {}, "paths": {}, "title": "x"},
        [],
        "text",
        3,
        None,
    ],
)
def test_documents_of_other_sorts_are_of_no_kind(value: object) -> None:
    assert kinds_of_json(value, "employment.json") == ()


@pytest.mark.parametrize(
    ("name", "kind"),
    [
        ("employment-3.0.json", "employment"),
        ("templates/invited_position.json", "invited-position"),
        ("templates/invitedPosition.json", "invited-position"),
        ("memberships/7.json", "membership"),
        ("all.zip!qualifications/7.json", "qualification"),
        (r"C:\payloads\membership_template.json", "membership"),
        ("education/employment.json", "employment"),
        ("Service.json", "service"),
    ],
)
def test_names_choose(name: str, kind: str) -> None:
    assert kinds_of_json({"organization": {}}, name) == (kind,)


@pytest.mark.parametrize(
    "name", ["", "keyword.json", "services/7.json", "reemployment.json", "unemployments/7.json", "my-education/7.json"]
)
def test_names_that_say_nothing_choose_nothing(name: str) -> None:
    assert kinds_of_json({"organization": {}}, name) == AFFILIATIONS


def test_a_name_never_outvotes_the_shape() -> None:
    assert kinds_of_json(SOUND["work"], "funding/employment.json") == ("work",)


def test_a_name_of_two_kinds_leaves_both() -> None:
    assert kinds_of_json({"organization": {}}, "education-and-employment.json") == ("employment", "education")


@pytest.mark.parametrize(
    ("value", "at", "found", "instead"),
    [
        ({"work": SOUND["work"]}, ("work",), "a work inside an object", "the work itself"),
        ({"group-id-record": {}}, ("group-id-record",), "a group-id-record inside", "the group-id-record itself"),
        ({"keyword": [{"content": "x"}], "path": "/x"}, ("keyword",), "a list", "one keyword"),
        ([SOUND["work"]], (), "a list", "one item"),
        ({"employment-summary": {}}, ("employment-summary",), "the summary of one employment", "the whole employment"),
        ({"affiliation-group": [], "path": "/x"}, ("affiliation-group",), "a list of affiliations", "one affiliation"),
        ({"group": [], "last-modified-date": None, "path": "/x"}, ("group",), "a list of activities", "read by"),
        ({"works": {"group": []}}, ("works",), "a list of works", "one work"),
        ({"orcid-identifier": {}, "person": {}, "history": {}}, ("orcid-identifier",), "a whole record", "one item"),
        ({"response-code": 400, "error-code": 9012}, ("response-code",), "an error", "the payload"),
    ],
)
def test_what_is_no_payload_is_named(value: object, at: tuple[str, ...], found: str, instead: str) -> None:
    fault = misfit_of_json(value)
    assert fault is not None
    assert fault.clause.name == "not-a-payload"
    assert fault.at == at
    assert fault.found is not None
    assert fault.found.startswith(found)
    assert fault.allowed is not None
    assert instead in fault.allowed
    assert kinds_of_json(value) == ()


@pytest.mark.parametrize(
    "value",
    [SOUND["work"] | {"group": []}, {"name": "x"}, {"other": {}}, {}, None, {"bulk": []}, {"notification-type": {}}],
)
def test_what_is_a_payload_or_unknown_is_not_named(value: object) -> None:
    assert misfit_of_json(value) is None


def test_roots_that_are_read_only_are_named() -> None:
    fault = misfit_of_xml(f"{{{NAMESPACE}work}}work-summary")
    assert fault is not None
    assert fault.allowed == "the whole work"
    fault = misfit_of_xml(f"{{{NAMESPACE}activities}}works")
    assert fault is not None
    assert fault.allowed == "one work, or a bulk of up to 100"
    assert misfit_of_xml("{http://example.org/}works") is None
    assert misfit_of_xml("works") is None
    for kind in KINDS.values():
        assert misfit_of_xml(kind.tag) is None


@given(st.recursive(st.none() | st.integers() | st.text(max_size=9), lambda part: (
    st.lists(part, max_size=3)
    | st.dictionaries(st.sampled_from([*KINDS, "title", "group", "content", "url", "name", "type"]), part, max_size=4)
)), st.none() | st.text(max_size=20))  # fmt: skip
def test_any_document_is_judged(value: object, name: str | None) -> None:
    kinds = kinds_of_json(value, name)
    assert set(kinds) <= set(KINDS)
    misfit_of_json(value)


@pytest.mark.skipif(not SAMPLES.is_dir(), reason=f"ORCID's samples are not at {SAMPLES}")
def test_orcids_own_samples() -> None:
    paths = sorted(SAMPLES.glob("*/write_samples/*.json"))
    assert len(paths) > 20
    for path in paths:
        value = json.loads(path.read_bytes())
        due = {
            "peer-review-group-id.json": "group-id",
            "keywords-3.0.json": "keyword",
            "other-names-3.0.json": "other-name",
        }.get(path.name) or next(kind for kind in sorted(KINDS, key=len, reverse=True) if path.name.startswith(kind))
        assert kinds_of_json(value, path.name) == (due,), path.name
        assert due in kinds_of_json(value), path.name
        assert misfit_of_json(value) is None
    record = json.loads((SAMPLES / "record_3.0" / "read_samples" / "record-full-3.0.json").read_bytes())
    assert kinds_of_json(record) == ()
    assert misfit_of_json(record) is not None

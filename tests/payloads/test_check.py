"""The face: kind, form, order of checks, what decides, and words that help."""

from __future__ import annotations

import json
from typing import Any

import pytest

from checker.orcid.payloads import KINDS, Record, check
from checker.orcid.payloads.write_xml import write_xml

from .json_payloads import GROUP, IDS, SMALL, WORK, body, changed, samples


def names(checked: Any, layer: str | None = None) -> list[str]:
    return [problem.name for problem in checked.problems if layer in (None, problem.layer.value)]


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("form", ["json", "xml"])
def test_small_payloads_are_accepted(kind: str, form: str) -> None:
    sent = body(SMALL[kind]) if form == "json" else write_xml(kind, SMALL[kind])
    checked = check(sent, kind=kind)
    assert checked.accepted, checked.explain()
    assert checked.answer is None
    assert checked.kind == kind
    assert checked.media_type == f"application/vnd.orcid+{form}"


@pytest.mark.parametrize("kind", KINDS)
def test_xml_tells_its_kind(kind: str) -> None:
    assert check(write_xml(kind, SMALL[kind])).kind == kind


ALONE = ("work", "bulk", "funding", "peer-review", "research-resource", "address", "researcher-url", "group-id")


@pytest.mark.parametrize("kind", [*ALONE, "external-identifier", "notification"])
def test_the_shape_of_json_tells_its_kind(kind: str) -> None:
    checked = check(body(SMALL[kind]))
    assert (checked.kind, checked.accepted) == (kind, True)


def test_kinds_of_one_shape_that_are_judged_alike() -> None:
    checked = check(body(SMALL["keyword"]))
    assert checked.accepted
    assert checked.kind is None
    assert set(checked.kinds) == {"keyword", "other-name"}
    refused = check(body({"content": "x" * 256}))
    assert not refused.accepted
    assert refused.answer is not None
    assert "keyword" in refused.explain()


def test_kinds_of_one_shape_that_are_not_judged_alike() -> None:
    sent = changed("employment", "organization", "address", to={"country": "GB"})
    checked = check(body(sent))
    assert not checked.accepted
    assert checked.answer is None
    assert names(checked)[0] == "kind-unclear"
    assert "9060" in checked.problems[0].message
    assert "as employment or education" in checked.problems[0].message
    assert check(body(sent), kind="membership").accepted
    employment = check(body(sent), name="employment-1.json")
    assert employment.kind == "employment"
    assert employment.answer is not None
    assert employment.answer.code == 9060


def test_json_that_is_no_payload() -> None:
    checked = check(b'{"dependencies": {}, "devDependencies": {}}')
    assert (checked.kind, checked.accepted, checked.answer) == (None, False, None)
    assert names(checked) == ["kind-unknown"]
    inside = check(body({"work": WORK}))
    assert not inside.accepted
    assert "not-a-payload" in names(inside)
    assert inside.answer is not None
    assert inside.answer.code == 9047


def test_xml_that_is_no_payload() -> None:
    checked = check(b"<project/>")
    assert (checked.kind, checked.accepted, checked.answer) == (None, False, None)


@pytest.mark.parametrize("named", ["work-item", "Work", "works", ""])
def test_an_unknown_kind_is_the_callers_mistake(named: str) -> None:
    with pytest.raises(ValueError, match="kind"):
        check(b"{}", kind=named)


def test_an_unknown_method_is_the_callers_mistake() -> None:
    with pytest.raises(ValueError, match="PATCH"):
        check(b"{}", method="PATCH")


@pytest.mark.parametrize("media_type", ["text/json", "application/xhtml+xml", "multipart/form-data", ""])
def test_media_types_that_the_api_does_not_take(media_type: str) -> None:
    checked = check(body(WORK), kind="work", media_type=media_type)
    assert checked.answer is not None
    assert (checked.answer.status, checked.answer.code) == (415, 9001)


@pytest.mark.parametrize(
    "media_type", ["application/json", "application/orcid+json; charset=utf-8", "APPLICATION/JSON"]
)
def test_media_types_that_the_api_takes(media_type: str) -> None:
    checked = check(body(WORK), kind="work", media_type=media_type)
    assert checked.accepted
    assert checked.media_type == media_type


def test_xml_sent_as_json_is_malformed_json() -> None:
    checked = check(write_xml("work", WORK), kind="work", media_type="application/json")
    assert checked.answer is not None
    assert checked.answer.code == 9001


TITLE = ("title", "title", "value")
ONE = {"value": "1"}

# Which error wins: kind, changes, the code in XML and in JSON.
ORDER: list[tuple[str, str, list[tuple[tuple[str | int, ...], Any]], int, int]] = [
    ("schema before rule", "work", [(TITLE, "x" * 1001), (("external-ids",), {})], 9012, 9047),
    ("unknown value before rule", "work", [(("type",), "poem"), (("external-ids",), {})], 9051, 9047),
    (
        "schema first in the document",
        "work",
        [(TITLE, "x" * 1001), (("type",), "poem")],
        9012,
        9047,
    ),
    (
        "unknown value first in the document",
        "work",
        [(("type",), "poem"), (("publication-date",), {"year": ONE})],
        9051,
        9047,
    ),
    ("rule alone", "work", [(("external-ids",), {})], 9023, 9023),
    ("put-code on POST", "work", [(("put-code",), 5)], 9024, 9024),
    ("schema before put-code", "work", [(("put-code",), 5), (("visibility",), "all")], 9012, 9047),
]


@pytest.mark.parametrize(
    ("kind", "changes", "xml", "json_code"), [row[1:] for row in ORDER], ids=[row[0] for row in ORDER]
)
def test_the_first_error_in_orcids_order_is_the_answer(
    kind: str, changes: list[tuple[tuple[str | int, ...], Any]], xml: int, json_code: int
) -> None:
    content = json.loads(body(SMALL[kind]))
    for at, value in changes:
        here: Any = content
        for step in at[:-1]:
            here = here[step]
        here[at[-1]] = value
    for sent, code in ((write_xml(kind, content), xml), (body(content), json_code)):
        checked = check(sent, kind=kind)
        assert not checked.accepted
        assert checked.answer is not None
        assert (checked.answer.status, checked.answer.code) == (400, code), checked.explain()


def test_one_mistake_is_told_once() -> None:
    for kind, at, value in (
        ("work", ("type",), None),
        ("work", ("title",), "A title"),
        ("work", ("title", "title", "value"), ""),
        ("work", ("external-ids", "external-id", 0, "external-id-relationship"), ["self"]),
        ("funding", ("organization",), "Funder"),
        ("employment", ("organization",), []),
        ("work", ("external-ids", "external-id", 0, "external-id-value"), ""),
    ):
        checked = check(body(changed(kind, *at, to=value)), kind=kind)
        told = [problem.layer.value for problem in checked.problems if problem.layer.value != "advice"]
        assert told == ["schema"], checked.explain()


def test_problems_of_all_layers_in_the_order_of_the_document() -> None:
    content = changed("work", "visibility", to="public")
    content["short-description"] = "x" * 5001
    content["external-ids"] = {"external-id": [{**IDS["external-id"][0], "external-id-relationship": "part-of"}]}
    checked = check(json.dumps(content, indent=1), kind="work")
    assert {problem.layer.value for problem in checked.problems} == {"schema", "rule", "advice"}
    assert [problem.line for problem in checked.problems] == sorted(problem.line or 0 for problem in checked.problems)
    for problem in checked.problems:
        assert problem.remedy
        assert problem.source
        assert problem.path.startswith("/")
        assert (problem.answer is None) is (problem.layer.value == "advice")


def test_places_in_xml() -> None:
    content = changed("work", "external-ids", "external-id", 0, "external-id-type", to="DOI")
    checked = check(write_xml("work", content))
    problem = next(problem for problem in checked.problems if problem.layer.value == "rule")
    assert problem.path == "/work:work/common:external-ids/common:external-id/common:external-id-type"
    assert problem.line is not None
    assert problem.allowed is not None
    assert problem.allowed.startswith("doi")


# Bulk


def bulk(*works: dict[str, Any]) -> dict[str, Any]:
    return {"bulk": [{"work": work} for work in works]}


def other(number: int, **parts: Any) -> dict[str, Any]:
    doi = f"10.5555/{number}"
    url = {"value": f"https://doi.org/{doi}"}
    ids = {"external-id": [{**IDS["external-id"][0], "external-id-value": doi, "external-id-url": url}]}
    return {**WORK, "external-ids": ids, **parts}


@pytest.mark.parametrize("form", ["json", "xml"])
def test_a_bulk_is_not_judged_by_its_schema(form: str) -> None:
    content = bulk(other(1), other(2, **{"short-description": "x" * 5001}))
    checked = check(body(content) if form == "json" else write_xml("bulk", content))
    assert checked.accepted, checked.explain()
    schema = [problem for problem in checked.problems if problem.layer.value == "schema"]
    assert [problem.name for problem in schema] == ["text-too-long"]
    assert schema[0].answer is None


@pytest.mark.parametrize("form", ["json", "xml"])
def test_a_work_of_a_bulk_is_refused_alone(form: str) -> None:
    content = bulk(other(1), other(2, **{"external-ids": {}}))
    checked = check(body(content) if form == "json" else write_xml("bulk", content))
    assert not checked.accepted
    assert checked.answer is not None
    assert checked.answer.code == 9023
    refused = [problem.path for problem in checked.problems if problem.answer is not None]
    assert len(refused) == 1
    assert refused[0].startswith("/bulk/1/work" if form == "json" else "/bulk:bulk/work:work[2]")


def test_what_xml_of_a_bulk_has_too_much_hides_no_refusal() -> None:
    odd = b"<work:odd/></work:work>"
    refused = write_xml("bulk", bulk(other(1), other(2, **{"external-ids": {}}))).replace(b"</work:work>", odd)
    checked = check(refused)
    assert checked.answer is not None
    assert checked.answer.code == 9023
    assert "xml-unknown-element" in names(checked, "schema")
    many = write_xml("bulk", bulk(*(other(number) for number in range(101)))).replace(b"</work:work>", odd, 1)
    assert [one.answer.code for one in [check(many)] if one.answer] == [9006]
    taken = check(write_xml("bulk", bulk(other(1))).replace(b"</work:work>", odd))
    assert taken.accepted
    assert names(taken, "schema") == ["xml-unknown-element"]


def test_the_mapper_refuses_a_bulk_as_a_whole() -> None:
    for broken in ({"odd": 1}, {"type": "poem"}, {"title": "A title"}):
        checked = check(body(bulk(other(1), other(2, **broken))))
        assert checked.answer is not None
        assert checked.answer.code == 9047


def test_more_than_100_works_are_refused_as_a_whole() -> None:
    works = [other(number) for number in range(101)]
    works[3] = other(3, **{"external-ids": {}})
    checked = check(body(bulk(*works)))
    assert checked.answer is not None
    assert (checked.answer.status, checked.answer.code) == (400, 9006)
    assert check(body(bulk(*works[4:]))).accepted


def test_a_full_record() -> None:
    checked = check(body(WORK), kind="work", record=Record(works=10_000))
    assert checked.answer is not None
    assert (checked.answer.status, checked.answer.code) == (409, 9048)


def test_a_bulk_sent_to_the_address_of_one_work() -> None:
    checked = check(write_xml("bulk", SMALL["bulk"]), kind="work")
    assert checked.answer is not None
    assert checked.answer.code == 9006


# Broken XML


@pytest.mark.parametrize(
    ("sent", "code"),
    [(b"", 9001), (b"<work", 9012), (b"<a></b>", 9012), ("<w>\u00e9</w>".encode("latin-1"), 9012)],
    ids=["empty", "cut", "crossed", "encoding"],
)
def test_xml_that_cannot_be_read(sent: bytes, code: int) -> None:
    checked = check(sent, kind="work", media_type="application/xml")
    assert not checked.accepted
    assert checked.problems
    assert checked.answer is not None
    assert (checked.answer.status, checked.answer.code) == (400, code)


def test_a_payload_of_another_kind() -> None:
    checked = check(write_xml("keyword", SMALL["keyword"]), kind="work")
    assert checked.answer is not None
    assert checked.answer.code == 9012
    assert "work" in checked.problems[0].message


# Samples


def test_official_write_samples_are_accepted() -> None:
    # What the README beside the samples says of them, and a group id that is a placeholder.
    refused = {"bulk-work-3.0.json"}
    count = 0
    for path in samples("record_3.0/write_samples/*"):
        checked = check(path.read_bytes(), name=path.name)
        count += 1
        assert checked.accepted is (path.name not in refused), f"{path.name}: {checked.explain()}"
    assert count > 45


def test_explain_says_what_where_and_how() -> None:
    text = check(body({**GROUP, "type": "Journal"}), kind="group-id").explain()
    assert text.startswith("ORCID would answer 400 with error 9047 to this group-id.")
    assert "line 1, column" in text
    assert "/type" in text
    assert "journal" in text
    assert check(body(GROUP)).explain() == "ORCID would take this group-id."


WORKS = (
    '<bulk:bulk xmlns:bulk="http://www.orcid.org/ns/bulk" xmlns:work="http://www.orcid.org/ns/work"'
    ' xmlns:common="http://www.orcid.org/ns/common"><work:work>{}<work:type>book</work:type><common:external-ids>'
    "<work:external-id/><common:external-id><common:external-id-type>{}</common:external-id-type>"
    "<common:external-id-value>10.5555/1</common:external-id-value>"
    "<common:external-id-relationship>self</common:external-id-relationship>"
    "</common:external-id></common:external-ids></work:work></bulk:bulk>"
)
TITLE = "<{0}:title><common:title>{1}</common:title></{0}:title>"


@pytest.mark.parametrize(
    ("titles", "code"),
    [
        (TITLE.format("work", "A"), None),
        (TITLE.format("common", "A"), 9022),
        (TITLE.format("work", "A") + TITLE.format("work", ""), 9022),
        (TITLE.format("work", "") + TITLE.format("work", "A"), None),
    ],
    ids=["sound", "wrong namespace: dropped", "the last one counts: empty", "the last one counts"],
)
def test_a_bulk_in_xml_is_read_as_without_a_schema(titles: str, code: int | None) -> None:
    answer = check(WORKS.format(titles, "doi")).answer
    assert (answer.code if answer else None) == code


def test_places_stay_right_beside_what_is_dropped() -> None:
    body = WORKS.format(TITLE.format("work", "A"), "DOI")
    problem = next(one for one in check(body).problems if one.name == "external-id-type-unknown")
    assert problem.column == body.index("<common:external-id-type>") + 1
    assert "2026" in problem.message

"""XML payloads read into content: what comes out, what is told, and where it is."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from checker.orcid.payloads.kinds import KINDS
from checker.orcid.payloads.model import At, Layer
from checker.orcid.payloads.xml_form import CLAUSES, ROOT, read_xml, write_xml
from checker.orcid.payloads.xml_shape import MOST, Oddity

NS = "http://www.orcid.org/ns/"
SPACES = " ".join(f'xmlns:{name}="{NS}{name}"' for name in ("common", "work", "bulk", "error", "keyword", "funding"))
SPACES += ' xmlns:research-resource="http://www.orcid.org/ns/research-resource"'
SPACES += ' xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance"'

WORK = f"""<?xml version="1.0" encoding="UTF-8"?>
<work:work {SPACES} put-code=" +12 " visibility="public">
  <common:created-date> 1970-01-01T00:00:01Z </common:created-date>
  <work:title><common:title>A <!-- small -->title</common:title></work:title>
  <work:citation><work:citation-type/><work:citation-value><![CDATA[<b>]]></work:citation-value></work:citation>
  <work:type>book</work:type>
  <common:publication-date><common:year>2024</common:year></common:publication-date>
  <common:external-ids>
    <common:external-id>
      <common:external-id-type>doi</common:external-id-type>
      <common:external-id-value>10.5555/1</common:external-id-value>
      <common:external-id-normalized transient="true">10.5555/1</common:external-id-normalized>
    </common:external-id>
    <common:external-id put-code="x"/>
  </common:external-ids>
  <work:contributors/>
  <common:country visibility="limited">GB</common:country>
</work:work>
"""


def work(inside: str) -> str:
    title = "<work:title><common:title>x</common:title></work:title><work:type>book</work:type>"
    return f"<work:work {SPACES}>{title}{inside}</work:work>"


def told(body: str | bytes, kind: str | None = None) -> list[tuple[str, At]]:
    return [(fault.clause.name, fault.at) for fault in read_xml(body, kind).faults]


def test_reads_a_work_as_orcids_json_has_it() -> None:
    reading = read_xml(WORK.encode())
    assert reading.kind == "work"
    assert reading.faults == []
    assert reading.content == {
        "put-code": 12,
        "visibility": "public",
        "created-date": {"value": 1000},
        "title": {"title": {"value": "A title"}},
        "citation": {"citation-type": "formatted-unspecified", "citation-value": "<b>"},
        "type": "book",
        "publication-date": {"year": {"value": "2024"}},
        "external-ids": {
            "external-id": [
                {
                    "external-id-type": "doi",
                    "external-id-value": "10.5555/1",
                    "external-id-normalized": {"value": "10.5555/1", "transient": True},
                },
                {"put-code": "x"},
            ]
        },
        "contributors": {"contributor": []},
        "country": {"value": "GB", "visibility": "limited"},
    }


def test_reads_bulk_as_a_list_of_named_things_in_their_order() -> None:
    error = "<error:error><error:response-code>400</error:response-code></error:error>"
    body = f"<bulk:bulk {SPACES}>{error}{work('')}{error}</bulk:bulk>"
    reading = read_xml(body)
    assert reading.content is not None
    assert [list(item) for item in reading.content["bulk"]] == [["error"], ["work"], ["error"]]
    assert reading.content["bulk"][0]["error"] == {"response-code": 400}
    assert read_xml(f"<bulk:bulk {SPACES}/>").content == {"bulk": []}


def test_leaves_out_the_element_around_resource_items() -> None:
    start = f"<research-resource:research-resource {SPACES}>"
    end = "</research-resource:research-resource>"
    item = "<research-resource:resource-item/>"
    body = f"{start}<research-resource:resource-items>{item * 2}</research-resource:resource-items>{end}"
    reading = read_xml(body)
    assert reading.faults == []
    assert reading.content is not None
    assert len(reading.content["resource-item"]) == 2
    assert reading.place(("resource-item", 1, "hosts")).path == (
        "/research-resource:research-resource/research-resource:resource-items/research-resource:resource-item[2]"
    )
    assert read_xml(start + end).content == {}


@pytest.mark.parametrize(
    ("inside", "name", "at", "path"),
    [
        ("<work:oops/>", "xml-unknown-element", (f"{{{NS}work}}oops",), "/work:work/work:oops"),
        ("<x/><x/>", "xml-unknown-element", ("x", 0), "/work:work/x[1]"),
        ("<work:url>u</work:url>", "xml-namespace", ("url",), "/work:work/work:url"),
        ("<work:citation/>", "xml-order", ("citation",), "/work:work/work:citation"),
        ("<work:type>book</work:type>", "xml-repeated", ("type", 1), "/work:work/work:type[2]"),
        (
            "<common:country>G<b/>B</common:country>",
            "xml-element-in-text",
            ("country", "b"),
            "/work:work/common:country",
        ),
        ('<common:url x="1"/>', "xml-unknown-attribute", ("url", "@x"), "/work:work/common:url/@x"),
        ("words", "xml-stray-text", ("#text",), "/work:work"),
        (
            "<common:external-ids>words</common:external-ids>",
            "xml-stray-text",
            ("external-ids", "#text"),
            "/work:work/common:external-ids",
        ),
        (
            '<common:url xsi:nil="true"/>',
            "xml-nil",
            ("url", "@{http://www.w3.org/2001/XMLSchema-instance}nil"),
            "/work:work/common:url/@xsi:nil",
        ),
        (
            '<common:url xsi:type="common:country"/>',
            "xml-type",
            ("url", "@{http://www.w3.org/2001/XMLSchema-instance}type"),
            "/work:work/common:url/@xsi:type",
        ),
    ],
)
def test_tells_what_the_structure_breaks_and_where(inside: str, name: str, at: At, path: str) -> None:
    reading = read_xml(work(inside))
    assert (reading.faults[0].clause.name, reading.faults[0].at) == (name, at)
    assert reading.place(at).path == path
    assert reading.place(at).line == 1
    assert reading.content is not None
    assert reading.content["type"] == "book"


def test_goes_on_after_a_fault_and_tells_every_one() -> None:
    body = work('<work:oops/>text<work:type>x</work:type><common:url a="1" b="2">u</common:url>')
    assert [name for name, _ in told(body)] == [
        *("xml-unknown-element", "xml-stray-text", "xml-repeated"),
        *("xml-unknown-attribute", "xml-unknown-attribute"),
    ]
    content = read_xml(body).content
    assert content is not None
    assert content["url"] == {"value": "u"}


def test_keeps_a_hundred_oddities_of_a_hopeless_payload() -> None:
    assert len(told(work("<x/>" * 20_000))) == MOST


def test_names_first_what_a_slip_of_the_pen_would_explain() -> None:
    fault = read_xml(work("<work:short_description/>")).faults[0]
    assert fault.allowed is not None
    assert fault.allowed.split(", ")[0] == "work:short-description"
    fault = read_xml(f'<work:work {SPACES} putcode="1"/>').faults[0]
    assert fault.allowed is not None
    assert fault.allowed.split(", ")[0] == "put-code"


def test_reads_an_item_in_the_wrong_namespace_all_the_same() -> None:
    reading = read_xml("<keyword><content>x</content></keyword>")
    assert reading.kind == "keyword"
    assert reading.content == {"content": "x"}
    assert told("<keyword><content>x</content></keyword>") == [("xml-root", ()), ("xml-namespace", ("content",))]


def test_takes_the_declared_type_and_the_hints_of_a_schema() -> None:
    assert told(work('<common:url xsi:type=" common:url " xsi:schemaLocation="a b">u</common:url>')) == []
    other = f'<common:url xmlns:q="{NS}common" xsi:type="q:url">u</common:url>'
    assert told(work(other)) == []


def test_says_when_the_root_is_that_of_another_kind_or_of_none() -> None:
    reading = read_xml(work(""), "keyword")
    assert (reading.kind, reading.content, reading.faults[0].clause) == ("keyword", None, ROOT)
    assert "work:work" in reading.faults[0].message
    assert "keyword:keyword" in reading.faults[0].message
    reading = read_xml('\n <orcid-message xmlns="http://www.orcid.org/ns/orcid"/>')
    assert (reading.kind, reading.content) == (None, None)
    assert reading.root == "{http://www.orcid.org/ns/orcid}orcid-message"
    assert (reading.place(()).line, reading.place(()).column) == (2, 2)


def test_finds_line_column_and_path_of_parts() -> None:
    reading = read_xml(WORK)
    for at, path, line, column in (
        ((), "/work:work", 2, 1),
        (("put-code",), "/work:work/@put-code", 2, 1),
        (("title", "title", "value"), "/work:work/work:title/common:title", 4, 15),
        (("external-ids", "external-id", 1), "/work:work/common:external-ids/common:external-id[2]", 14, 5),
        (("external-ids", "external-id"), "/work:work/common:external-ids", 8, 3),
        (("external-ids", "external-id", 9), "/work:work/common:external-ids", 8, 3),
        (
            ("external-ids", "external-id", 1, "put-code"),
            "/work:work/common:external-ids/common:external-id[2]/@put-code",
            14,
            5,
        ),
        (
            ("external-ids", "external-id", 1, "external-id-url", "value"),
            "/work:work/common:external-ids/common:external-id[2]",
            14,
            5,
        ),
        (("country", "visibility"), "/work:work/common:country/@visibility", 17, 3),
        (("no-such-part", 3), "/work:work", 2, 1),
    ):
        place = reading.place(at)
        assert (place.path, place.line, place.column) == (path, line, column)


def test_finds_parts_in_bulk() -> None:
    error = "<error:error/>"
    reading = read_xml(f"<bulk:bulk {SPACES}>{error}{work('')}{error}{work('')}</bulk:bulk>")
    assert (
        reading.place(("bulk", 3, "work", "title", "title", "value")).path
        == "/bulk:bulk/work:work[2]/work:title/common:title"
    )
    assert reading.place(("bulk", 2, "error")).path == "/bulk:bulk/error:error[2]"
    assert reading.place(("bulk", 9, "work")).path == "/bulk:bulk"
    faulty = read_xml(f"<bulk:bulk {SPACES}>{error}{work('<x/>')}</bulk:bulk>")
    assert faulty.faults[0].at == ("bulk", 1, "work", "x")


def test_counts_columns_in_characters_whatever_the_encoding() -> None:
    text = f"<keyword:keyword {SPACES}>\n<!-- é𝄞 --><keyword:content>x</keyword:content></keyword:keyword>"
    for body in (text, text.encode(), b"\xef\xbb\xbf" + text.encode(), text.encode("utf-16")):
        place = read_xml(body).place(("content",))
        assert (place.line, place.column) == (2, 12)


def test_every_clause_of_structure_is_of_the_schema_and_has_a_name_of_its_own() -> None:
    clauses = [*CLAUSES.values(), ROOT]
    assert set(CLAUSES) == set(Oddity)
    assert {clause.layer for clause in clauses} == {Layer.SCHEMA}
    assert len({clause.name for clause in clauses}) == len(clauses)


def test_writes_what_it_read() -> None:
    content = read_xml(WORK).content
    assert content is not None
    content["external-ids"]["external-id"][1]["put-code"] = 7
    again = write_xml("work", content)
    assert read_xml(again).content == content
    assert again.startswith(b"<?xml version='1.0' encoding='UTF-8' standalone='yes'?>\n<work:work ")
    assert b"\n  <common:created-date>1970-01-01T00:00:01.000Z</common:created-date>\n  <work:title>\n" in again


def test_writes_in_the_order_of_the_schema() -> None:
    text = write_xml("work", {"type": "book", "title": {"title": {"value": "x"}}, "unknown": 1})
    assert text.index(b"<work:title>") < text.index(b"<work:type>")
    assert b"unknown" not in text


def test_says_what_xml_cannot_hold() -> None:
    with pytest.raises(ValueError, match="XML compatible"):
        write_xml("keyword", {"content": "a\0b"})
    with pytest.raises(KeyError):
        write_xml("poem", {})


@given(st.binary(max_size=200))
def test_never_raises_on_bytes(body: bytes) -> None:
    reading = read_xml(body)
    assert reading.faults


_BYTES = WORK.encode()


@settings(max_examples=300)
@given(st.lists(st.tuples(st.integers(0, len(_BYTES) - 1), st.binary(max_size=3)), min_size=1, max_size=4))
def test_never_raises_on_broken_payloads(changes: list[tuple[int, bytes]]) -> None:
    body = _BYTES
    for place, change in changes:
        body = body[:place] + change + body[place + 1 :]
    reading = read_xml(body)
    for fault in reading.faults:
        assert reading.place(fault.at).path.startswith("/")
        assert fault.message.endswith(".")


@given(st.sampled_from(sorted(KINDS)), st.text(max_size=80))
def test_never_raises_on_text(kind: str, text: str) -> None:
    assert read_xml(text, kind).faults

"""XML that would do harm or cannot be read: a clear fault each, soon, and no traceback."""

from __future__ import annotations

import socket
from pathlib import Path

import pytest

from checker.orcid.payloads import Answer, Layer, check, xml_parse
from checker.orcid.payloads.xml_form import XmlReading, read_xml

NS = "http://www.orcid.org/ns/keyword"


def keyword(content: str = "x", *, before: str = "", attributes: str = "") -> str:
    return f'{before}<k:keyword xmlns:k="{NS}" {attributes}><k:content>{content}</k:content></k:keyword>'


def declared(encoding: str) -> str:
    return f'<?xml version="1.0" encoding="{encoding}"?>'


def only_fault(reading: XmlReading) -> str:
    assert reading.content is None
    assert len(reading.faults) == 1
    assert reading.faults[0].message.endswith(".")
    return reading.faults[0].clause.name


BOMB = "<!DOCTYPE x [<!ENTITY a0 'aaaaaaaaaa'>" + "".join(
    f"<!ENTITY a{n} '{f'&a{n - 1};' * 10}'>" for n in range(1, 10)
)


@pytest.mark.parametrize(
    "text",
    [
        keyword("&a9;", before=BOMB + "]>"),
        keyword(before=BOMB + "]>", attributes='path="&a9;"'),
        keyword("&a9;", before=BOMB + "]>")[:-5],
        keyword("&e;", before="<!DOCTYPE x [<!ENTITY e SYSTEM 'file:///etc/hostname'>]>"),
        keyword("&e;", before="<!DOCTYPE x [<!ENTITY e 'short'>]>"),
        keyword("&e;", before="<!DOCTYPE x SYSTEM 'no-such.dtd'>"),
        keyword(before="<!DOCTYPE x PUBLIC 'a' 'no-such.dtd'>"),
        keyword(before="<!DOCTYPE x [<!ENTITY % p '<!ENTITY e \"v\">'> %p;]>"),
        keyword(before='<!DOCTYPE x [<!ATTLIST k:keyword path CDATA "p">]>'),
        keyword("&e;", before="<?xml version='1.1'?><!DOCTYPE x [<!ENTITY e 'short'>]>"),
    ],
)
@pytest.mark.parametrize("encoding", ["utf-8", "utf-16"])
def test_does_not_judge_what_declares_something(text: str, encoding: str) -> None:
    reading = read_xml(text.encode(encoding))
    assert only_fault(reading) in {"xml-declarations", "xml-not-judged"}
    assert reading.position[0] == 1
    checked = check(text.encode(encoding))
    assert not checked.accepted
    assert checked.answer is None
    assert [problem.layer for problem in checked.problems] == [Layer.INPUT]
    assert "short" not in checked.explain()


@pytest.mark.parametrize(
    "before", ["<!DOCTYPE keyword>", "<!DOCTYPE html >", "<?xml version='1.0'?>\n<!DOCTYPE k:keyword>"]
)
def test_judges_what_has_a_document_type_that_says_nothing(before: str) -> None:
    checked = check(keyword("chemistry", before=before))
    assert checked.accepted
    assert [(problem.layer, problem.name) for problem in checked.problems] == [(Layer.ADVICE, "xml-doctype")]
    assert check(keyword("x" * 256, before=before)).answer == Answer(400, 9012)
    assert check(keyword("&e;", before=before)).answer == Answer(400, 9012), "an entity that nobody has declared"


def test_asks_no_other_machine_and_no_file(tmp_path: Path) -> None:
    secret = tmp_path / "secret.txt"
    secret.write_text("secret")
    with socket.create_server(("127.0.0.1", 0)) as server:
        server.settimeout(0)
        address = f"http://127.0.0.1:{server.getsockname()[1]}/x.dtd"
        for before in (
            f"<!DOCTYPE x SYSTEM '{address}'>",
            f"<!DOCTYPE x [<!ENTITY % p SYSTEM '{address}'> %p;]>",
            f"<!DOCTYPE x [<!ENTITY e SYSTEM '{secret.as_uri()}'>]>",
        ):
            assert "secret" not in str(read_xml(keyword("&e;", before=before)))
        with pytest.raises(BlockingIOError):
            server.accept()


def test_takes_a_document_type_in_words_for_words() -> None:
    assert read_xml(keyword("<![CDATA[<!DOCTYPE x>]]>")).content == {"content": "<!DOCTYPE x>"}


@pytest.mark.parametrize(
    "text", [keyword("<a>" * 100_000 + "</a>" * 100_000), "<a>" * 100_000, keyword("<k:content>" * 300)]
)
def test_refuses_what_is_nested_too_deep(text: str) -> None:
    assert only_fault(read_xml(text)) == "too-deep"


def test_refuses_what_is_too_large(monkeypatch: pytest.MonkeyPatch) -> None:
    assert only_fault(read_xml(b" " * (xml_parse.LARGEST + 1))) == "too-large"
    monkeypatch.setattr(xml_parse, "MOST_TAGS", 1000)
    assert only_fault(read_xml(keyword("<a/>" * 1000))) == "too-large"
    assert only_fault(read_xml(keyword(attributes=" ".join(f'a{n}="1"' for n in range(1000))).encode())) == "too-large"
    assert read_xml(keyword("x" * 5000)).content == {"content": "x" * 5000}


@pytest.mark.parametrize("body", [b"", b" \n", "", "\t"])
def test_refuses_nothing_at_all(body: bytes | str) -> None:
    assert only_fault(read_xml(body)) == "empty-body"


@pytest.mark.parametrize(
    "body",
    [
        keyword("é").encode("latin-1"),
        keyword("é", before=declared("UTF-8")).encode("latin-1"),
        keyword(before=declared("UTF-16")).encode(),
        keyword(before=declared("UTF-8")).encode("utf-16"),
        keyword(before=declared("utf8")).encode(),
        keyword(before=declared("cp1252")).encode(),
        keyword(before=declared("ISO8859-1")),
        keyword("é").encode("utf-32"),
        keyword(before=declared("UTF-16BE")).encode("utf-16-le").join([b"\xff\xfe", b""]),
        keyword("\ud800"),
    ],
)
def test_refuses_encodings_that_are_not_what_they_claim(body: bytes | str) -> None:
    assert only_fault(read_xml(body)) == "xml-encoding"


@pytest.mark.parametrize(
    "body",
    [
        keyword(before=declared("no-such-encoding")).encode(),
        keyword(before=declared("IBM037")).encode("cp037"),
        keyword("é").encode("utf-32-be"),
        b"\xef\xbb\xbf" + keyword("é", before=declared("ISO-8859-1")).encode(),
        keyword("\x81", before=declared("windows-1252")).encode("latin-1"),
        keyword("&#1;", before='<?xml version="1.1"?>').encode(),
        keyword("&#1;", before='<?xml version="1.1"?>').encode("utf-16"),
    ],
)
def test_does_not_judge_what_orcid_may_read_otherwise(body: bytes) -> None:
    checked = check(body, media_type="application/xml")
    assert (checked.accepted, checked.answer) == (False, None)
    assert [(problem.layer, problem.name) for problem in checked.problems] == [(Layer.INPUT, "xml-not-judged")]


def test_knows_two_versions_of_xml() -> None:
    assert check(keyword("x", before='<?xml version="1.1"?>')).accepted
    assert check(keyword("x", before='<?xml version="1.2"?>')).answer == Answer(400, 9012)


def test_says_how_to_declare_a_prefix() -> None:
    allowed = check('<work:work xmlns:common="http://www.orcid.org/ns/common"/>').problems[0].allowed
    assert allowed == 'a declaration such as xmlns:work="http://www.orcid.org/ns/work"'


@pytest.mark.parametrize(
    "body",
    [
        keyword("é").encode(),
        b"\xef\xbb\xbf" + keyword("é").encode(),
        keyword("é", before=declared("utf-8")).encode(),
        keyword("é").encode("utf-16"),
        keyword("é", before=declared("UTF-16")).encode("utf-16"),
        keyword("é", before=declared("UTF-16")).encode("utf-16-be"),
        keyword("é", before=declared("ISO-8859-1")).encode("latin-1"),
        keyword("é", before=declared("windows-1252")).encode("cp1252"),
        keyword("é", before=declared("ISO-8859-1")),
        "\ufeff" + keyword("é"),
    ],
)
def test_reads_every_honest_encoding(body: bytes | str) -> None:
    reading = read_xml(body)
    assert reading.faults == []
    assert reading.content == {"content": "é"}


@pytest.mark.parametrize(
    ("body", "line", "column"),
    [
        (b"\0", 1, 1),
        (b"plain words", 1, 1),
        (b'{"content": "x"}', 1, 1),
        (keyword("a\0b").encode(), 1, 67),
        (keyword("a\x01b").encode(), 1, 67),
        (keyword("&nbsp;").encode(), 1, None),
        (keyword().encode() * 2, 1, None),
        (b"<a>\n<b>\n</a>", 3, None),
        (b"<k:keyword/>", 1, None),
        (keyword(attributes='path="1" path="2"').encode(), 1, None),
        (keyword()[:-3].encode(), 1, None),
    ],
)
def test_says_where_xml_is_broken(body: bytes, line: int, column: int | None) -> None:
    reading = read_xml(body)
    assert only_fault(reading) == "xml-malformed"
    assert reading.position[0] == line
    assert column is None or reading.position[1] == column
    assert reading.place(()).line == line

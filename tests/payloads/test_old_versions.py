"""Payloads of older versions are named, and those of 3.0 are not taken for them."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Any, Final

import pytest
from lxml import etree

from checker.orcid.payloads.kinds import KINDS
from checker.orcid.payloads.model import Layer
from checker.orcid.payloads.old_versions import OldVersion, of_json, of_xml

from .test_advice_clauses import SOUND, changed

SHARED: Final = Path(os.environ.get("ORCID_REVIEW_SHARED", Path(__file__).parents[3] / "shared"))
SAMPLES: Final = SHARED / "orcid-samples"
NS: Final = "http://www.orcid.org/ns/"
XSI: Final = "http://www.w3.org/2001/XMLSchema-instance"


def xml(name: str, inside: str = "", location: str | None = None) -> OldVersion | None:
    said = f' xsi:schemaLocation="{location}"' if location is not None else ""
    element = etree.fromstring(
        f'<{name}:{name} xmlns:{name}="{NS}{name}" xmlns:common="{NS}common" xmlns:xsi="{XSI}"'
        f' xmlns:w="{NS}work"{said}>{inside}</{name}:{name}>'
    )
    return of_xml(element.tag, element)


def message(inside: str) -> OldVersion | None:
    element = etree.fromstring(f'<orcid-message xmlns="{NS}orcid">{inside}</orcid-message>')
    return of_xml(element.tag, element)


@pytest.mark.parametrize(
    ("inside", "version"),
    [
        ("<message-version>1.2</message-version><orcid-profile/>", "1.2"),
        ("<!-- x --><message-version> 1.0.23 </message-version>", "1.0.23"),
        ("<message-version>new, &lt;b>improved&lt;/b></message-version>", "1.2"),
        ("", "1.2"),
    ],
)
def test_messages(inside: str, version: str) -> None:
    old = message(inside)
    assert old is not None
    assert old.version == version
    fault = old.fault(refused=True)
    assert fault is not None
    assert fault.clause.name == "old-version"
    assert fault.clause.layer is Layer.SCHEMA
    assert f"version {version}" in fault.message
    assert "orcid-message" in fault.message
    assert old.fault(refused=False) is None


def test_a_root_tells_a_message_without_its_element() -> None:
    old = of_xml(f"{{{NS}orcid}}orcid-message")
    assert old is not None
    assert old.version == "1.2"


@pytest.mark.parametrize(
    ("kind", "part"),
    [
        ("work", "url"),
        ("funding", "url"),
        ("funding", "organization"),
        ("employment", "department-name"),
        ("education", "organization"),
    ],
)
def test_parts_that_moved(kind: str, part: str) -> None:
    old = xml(kind, f"<!-- x --><{kind}:{part}/>")
    assert old is not None
    assert old.version == "2.0 or 2.1"
    assert old.sign.startswith(f"{part} is in the namespace {kind}")
    fault = old.fault(refused=True)
    assert fault is not None
    assert "moved to the namespace common" in fault.message
    assert xml(kind, f"<common:{part}/><{kind}:start-date/>") is None


def test_a_part_that_moved_in_a_bulk() -> None:
    old = xml("bulk", "<!-- x --><w:work><common:url/></w:work><w:work><w:url/></w:work>")
    assert old is not None
    assert old.version == "2.0 or 2.1"
    assert xml("bulk", "<w:work><common:url/></w:work>") is None


def test_the_payload_says_which_of_both() -> None:
    old = xml("work", "<work:url/>", f"{NS}common common-2.0.xsd {NS}work ../work-2.1.xsd ")
    assert old is not None
    assert old.version == "2.1"


@pytest.mark.parametrize(
    ("location", "version"),
    [
        ("../work-2.1.xsd", "2.1"),
        ("../work-2.0.xsd", "2.0"),
        ("https://example.org/record_2.0_rc2/work-2.0_rc2.xsd", "2.0_rc2"),
        ("work-3.0_rc1.xsd", "3.0_rc1"),
    ],
)
def test_an_old_schema_that_is_only_named_is_refused_by_nobody(location: str, version: str) -> None:
    old = xml("work", "<common:url/>", f"{NS}work {location}")
    assert old is not None
    assert old.version == version
    fault = old.fault(refused=False)
    assert fault is not None
    assert fault.clause.name == "old-schema-named"
    assert fault.clause.layer is Layer.ADVICE
    assert "Since then" not in fault.message


@pytest.mark.parametrize(
    "location", ["", f"{NS}work", f"{NS}work work-3.0.xsd", f"{NS}work 2.1", f"{NS}common common-2.1.xsd", "x y z"]
)
def test_payloads_of_3_0_are_not_old(location: str) -> None:
    assert xml("work", "<common:url/><work:type>dissertation</work:type>", location) is None


def test_other_documents_are_not_old() -> None:
    for text in ("<work/>", "<a xmlns='http://example.org/work-2.1.xsd'/>", f"<url xmlns='{NS}work'/>"):
        element = etree.fromstring(text)
        assert of_xml(element.tag, element) is None
    for kind in KINDS.values():
        assert of_xml(kind.tag) is None


@pytest.mark.parametrize(
    "value",
    [
        {"message-version": "1.2", "orcid-profile": {}},
        {"orcid-message": {}},
        {"work-title": {}, "work-external-identifiers": {}, "work-type": "BOOK"},
        {"funding-title": {}, "type": "grant"},
    ],
)
def test_json_of_1_2(value: dict[str, Any]) -> None:
    old = of_json(value)
    assert old is not None
    assert old.version == "1.2"
    assert old.at[0] in value


def test_json_of_2() -> None:
    work = changed("work", type="JOURNAL_ARTICLE", external_ids__external_id__0__external_id_relationship="SELF")
    old = of_json(work)
    assert old is not None
    assert (old.version, old.at) == ("2.0 or 2.1", ("type",))
    old = of_json({"bulk": [{"work": {"title": {}}}, {"work": work}]})
    assert old is not None
    assert old.at == ("bulk", 1, "work", "type")
    fault = old.fault(refused=True)
    assert fault is not None
    assert "'JOURNAL_ARTICLE'" in fault.message
    assert "lower case" in fault.message
    advice = old.fault(refused=False)
    assert advice is not None
    assert advice.clause.name == "old-spelling"


@pytest.mark.parametrize(
    "value",
    [
        *SOUND.values(),
        changed("work", type="JOURNAL_ARTICLE"),
        changed("work", type="Journal-Article"),
        changed("work", type="ARTICLE"),
        {"type": "module", "title": "DISSERTATION"},
        {"a": {"a": {"a": {"a": {"a": {"a": {"a": {"type": "BOOK"}}}}}}}},
        [{"type": "BOOK"}],
        "BOOK",
        None,
    ],
)
def test_json_of_3_0_is_not_old(value: object) -> None:
    assert of_json(value) is None


@pytest.mark.skipif(not SAMPLES.is_dir(), reason=f"ORCID's samples are not at {SAMPLES}")
def test_orcids_own_samples_are_not_old() -> None:
    paths = sorted(SAMPLES.glob("*/write_samples/*.xml")) + sorted(SAMPLES.glob("group*/*.xml"))
    assert len(paths) > 20
    for path in paths:
        element = etree.parse(path).getroot()
        assert of_xml(element.tag, element) is None, path.name

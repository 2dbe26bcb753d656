"""The sandbox's documents against ORCID's own schemas and samples, where these are at hand."""

from __future__ import annotations

import json
import os
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import xmlschema
from lxml import etree

from checker.sandbox import DEFAULT_PERSON, Person, Sandbox
from checker.sandbox.documents import SECTIONS

from .conftest import ORCID, Visitor, visitor_of
from .items import GROUP, ITEMS, NOTIFICATION, changed, with_id

SHARED = Path(os.environ.get("ORCID_REVIEW_SHARED", Path(__file__).parents[3] / "shared"))
SAMPLES = SHARED / "orcid-samples" / "record_3.0"
SCHEMAS = SHARED / "orcid-schemas"
needs_oracles = pytest.mark.skipif(not SCHEMAS.is_dir(), reason=f"ORCID's schemas and samples are not at {SHARED}")
XML = {"Accept": "application/xml"}
PERSON = Person(
    DEFAULT_PERSON.orcid, DEFAULT_PERSON.login, DEFAULT_PERSON.password, given_names="Josiah", family_name="Carberry",
    credit_name="J. Carberry", biography="A <life> & more.", email_public=True,
)  # fmt: skip
SCOPES = "/read-limited /activities/update /person/update"
ITEM = "/work"


@pytest.fixture(scope="module")
def full() -> Iterator[tuple[Visitor, dict[str, str]]]:
    """A record with something of each kind, and the path of one item of each."""
    with Sandbox(tls=False, people=(PERSON,)) as box:
        for visitor in visitor_of(box):
            visitor.connect(SCOPES)
            paths = {}
            for kind, item in ITEMS.items():
                added = visitor.api("POST", f"/{SECTIONS[kind].path}", json=item)
                paths[kind] = added.headers["location"].partition(ORCID)[2]
            # Not every part is there in every item.
            visitor.api("POST", "/work", json=with_id({"title": {"title": "Bare"}, "type": "book"}, "nothing"))
            visitor.api("POST", "/service", json=changed(ITEMS["service"], external_ids=None))
            scopes = ("/group-id-record/update", "/premium-notification", "/read-public")
            visitor.headers |= {"X-Own": box._state.issue_token(visitor.client.id, None, scopes).access}
            yield visitor, paths


def own(visitor: Visitor, method: str, path: str, **more: Any) -> Any:
    headers = XML | {"Authorization": f"Bearer {visitor.headers['X-Own']}"}
    return visitor.server.request(method, f"/v3.0{path}", headers=headers, **more)


_made: dict[str, Any] = {}


def assert_valid(name: str, visitor: Visitor, text: str) -> None:
    # The schema knows ORCID's own host names alone.
    text = text.replace(visitor.box.base, "https://sandbox.orcid.org")
    if name not in _made:
        # Schemas that say they are of version 1.1 are passed over by the older class.
        kind = xmlschema.XMLSchema11 if name.startswith("notification") else xmlschema.XMLSchema
        _made[name] = kind(str(SCHEMAS / name), allow="local")
    errors = [f"{error.path}: {error.reason}" for error in _made[name].iter_errors(text)]
    assert errors == []


@needs_oracles
@pytest.mark.parametrize(
    ("path", "name"),
    [("/record", "record"), ("/person", "person"), ("/personal-details", "personal-details"), ("/email", "email")]
    + [("/biography", "personal-details"), ("/activities", "activities")]
    + [(f"/{s.listed}", "activities") for s in SECTIONS.values() if not s.is_person]
    + [("/other-names", "other-name"), ("/keywords", "keyword"), ("/address", "address")]
    + [("/researcher-urls", "researcher-url"), ("/external-identifiers", "person-external-identifier")]
    + [(f"{ITEM}/1", "error")],
)  # fmt: skip
def test_documents_fit_orcids_schema(full: tuple[Visitor, dict[str, str]], path: str, name: str) -> None:
    assert_valid(f"record_3.0/{name}-3.0.xsd", full[0], full[0].api("GET", path, headers=XML).text)


@needs_oracles
@pytest.mark.parametrize("kind", ITEMS)
def test_items_fit_orcids_schema(full: tuple[Visitor, dict[str, str]], kind: str) -> None:
    visitor, paths = full
    name = "person-external-identifier" if kind == "external-identifier" else kind
    schema = f"record_3.0/{name}-3.0.xsd"
    assert_valid(schema, visitor, visitor.api("GET", paths[kind], headers=XML).text)
    if not SECTIONS[kind].is_person:
        place, _, code = paths[kind].rpartition("/")
        assert_valid(schema, visitor, visitor.api("GET", f"{place}/summary/{code}", headers=XML).text)


@needs_oracles
def test_what_belongs_to_no_record_fits_orcids_schema(full: tuple[Visitor, dict[str, str]]) -> None:
    visitor, paths = full
    added = own(visitor, "POST", "/group-id-record", json=GROUP)
    assert_valid("group-id-3.0/group-id-3.0.xsd", visitor, own(visitor, "GET", "/group-id-record").text)
    number = added.headers["location"].rpartition("/")[2]
    assert_valid("group-id-3.0/group-id-3.0.xsd", visitor, own(visitor, "GET", f"/group-id-record/{number}").text)
    added = own(visitor, "POST", f"/{ORCID}/notification-permission", json=NOTIFICATION)
    number = added.headers["location"].rpartition("/")[2]
    for path in ("", f"/{number}"):
        text = own(visitor, "GET", f"/{ORCID}/notification-permission{path}").text
        assert_valid("notification_3.0/notification-permission-3.0.xsd", visitor, text)
    assert_valid("client_3.0/client-3.0.xsd", visitor, own(visitor, "GET", f"/client/{visitor.client.id}").text)
    assert_valid("record_3.0/search-3.0.xsd", visitor, own(visitor, "GET", "/search?q=carberry").text)
    expanded = own(visitor, "GET", "/expanded-search?q=carberry").text
    assert_valid("record_3.0/expanded-search-3.0.xsd", visitor, expanded)
    assert "Example University" in expanded
    several = visitor.api("GET", f"/works/{paths['work'].rpartition('/')[2]},5", headers=XML).text
    assert_valid("record_3.0/bulk-3.0.xsd", visitor, several)
    assert [etree.QName(element).localname for element in etree.fromstring(several.encode())] == ["work", "error"]


def compare(a: object, b: object, where: str, differences: list[str]) -> None:
    if isinstance(a, dict) and isinstance(b, dict):
        if set(a) != set(b):
            differences.append(f"{where}: {sorted(set(a) ^ set(b))}")
        for key in set(a) & set(b):
            compare(a[key], b[key], f"{where}/{key}", differences)
    elif isinstance(a, list) and isinstance(b, list):
        if a and b:
            compare(a[0], b[0], f"{where}[]", differences)
    elif a is not None and b is not None and type(a) is not type(b):
        differences.append(f"{where}: {a!r} and {b!r}")


@needs_oracles
def test_the_json_record_has_the_keys_of_orcids_sample(full: tuple[Visitor, dict[str, str]]) -> None:
    ours = full[0].api("GET", "/record").json()
    theirs = json.loads((SAMPLES / "read_samples" / "record-full-3.0.json").read_text("utf-8"))
    differences: list[str] = []
    compare(ours, theirs, "", differences)
    assert differences == []


@pytest.mark.parametrize("media", ["application/json", "application/orcid+json"])
def test_both_layouts_of_json_say_the_same(full: tuple[Visitor, dict[str, str]], media: str) -> None:
    visitor, paths = full
    for path in ("/record", "/activities", "/person", *paths.values()):
        plain, other = visitor.api("GET", path), visitor.api("GET", path, headers={"Accept": media})
        assert other.json() == plain.json()
        if media != "application/json":
            assert other.text == json.dumps(plain.json(), ensure_ascii=False, indent=2)


def test_lists_hold_what_the_items_say(full: tuple[Visitor, dict[str, str]]) -> None:
    visitor, paths = full
    for kind, path in paths.items():
        whole = visitor.api("GET", path).json()
        section = SECTIONS[kind]
        if section.is_person:
            listed = visitor.api("GET", f"/{section.path}").json()[kind][0]
            assert listed == whole
            continue
        place, _, code = path.rpartition("/")
        summary = visitor.api("GET", f"{place}/summary/{code}").json()
        for name in set(summary) & set(whole):
            assert summary[name] == whole[name], (kind, name)
        assert json.dumps(summary)[1:-1] in json.dumps(visitor.api("GET", f"/{section.listed}").json())

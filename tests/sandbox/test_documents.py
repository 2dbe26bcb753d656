"""The sandbox's documents against ORCID's own schemas and samples, where these are at hand."""

from __future__ import annotations

import json
import os
from pathlib import Path

import pytest
from lxml import etree

from checker.sandbox.documents import ITEM_TYPES
from checker.sandbox.shape import parse_xml, read_json, read_xml, to_json, to_xml

from .conftest import ORCID, Visitor
from .test_member_api import EMPLOYMENT, WORK

ITEM = "/work"

SHARED = Path(os.environ.get("ORCID_REVIEW_SHARED", Path(__file__).parents[3] / "shared"))
SAMPLES = SHARED / "orcid-samples" / "record_3.0"
SCHEMAS = SHARED / "orcid-schemas" / "record_3.0"
needs_oracles = pytest.mark.skipif(not SCHEMAS.is_dir(), reason=f"ORCID's schemas and samples are not at {SHARED}")


def schema(name: str) -> etree.XMLSchema:
    return etree.XMLSchema(etree.parse(str(SCHEMAS / f"{name}-3.0.xsd"), etree.XMLParser(no_network=True)))


@needs_oracles
def test_every_document_fits_orcids_schema(visitor: Visitor) -> None:
    visitor.connect()
    put_codes = {}
    for kind in ITEM_TYPES:
        added = visitor.api("POST", f"/{kind}", json=WORK if kind == "work" else EMPLOYMENT)
        put_codes[kind] = added.headers["location"].rpartition("/")[2]
    documents = {"/record": "record", "/person": "person", "/activities": "activities"}
    documents |= {"/personal-details": "personal-details", "/email": "email"}
    documents |= {f"/{kind.section}": "activities" for kind in ITEM_TYPES.values()}
    documents |= {f"/{kind}/{put_code}": kind for kind, put_code in put_codes.items()}
    documents |= {f"{ITEM}/1": "error"}
    for path, name in documents.items():
        answer = visitor.api("GET", path, headers={"Accept": "application/xml"})
        # The schema knows ORCID's own host names alone.
        text = answer.text.replace(visitor.box.base, "https://sandbox.orcid.org")
        text = text.replace(f"localhost:{visitor.box.port}", "sandbox.orcid.org")
        schema(name).assertValid(etree.fromstring(text.encode()))


@needs_oracles
@pytest.mark.parametrize("kind", ITEM_TYPES)
def test_orcids_own_write_samples_are_read_and_both_formats_agree(kind: str) -> None:
    shape = ITEM_TYPES[kind].shape
    found = 0
    for path in sorted((SAMPLES / "write_samples").glob(f"{kind}-*")):
        if path.suffix == ".xml":
            tree = read_xml(shape, parse_xml(path.read_bytes()))
        else:
            tree = read_json(shape, json.loads(path.read_text("utf-8")))
        assert read_xml(shape, parse_xml(to_xml(shape, tree))) == tree
        assert read_json(shape, to_json(shape, tree)) == tree
        found += 1
    assert found


@needs_oracles
def test_the_json_record_has_the_keys_of_orcids_sample(visitor: Visitor) -> None:
    visitor.connect()
    visitor.api("POST", "/work", json=WORK)
    for kind, item in ITEM_TYPES.items():
        if item.affiliation:
            visitor.api("POST", f"/{kind}", json=EMPLOYMENT)
    ours = visitor.api("GET", "/record", ORCID).json()
    theirs = json.loads((SAMPLES / "read_samples" / "record-full-3.0.json").read_text("utf-8"))
    differences: list[str] = []

    def compare(a: object, b: object, where: str) -> None:
        if isinstance(a, dict) and isinstance(b, dict):
            if set(a) != set(b):
                differences.append(f"{where}: {sorted(set(a) ^ set(b))}")
            for key in set(a) & set(b):
                compare(a[key], b[key], f"{where}/{key}")
        elif isinstance(a, list) and isinstance(b, list):
            if a and b:
                compare(a[0], b[0], f"{where}[]")
        elif a is not None and b is not None and type(a) is not type(b):
            differences.append(f"{where}: {a!r} and {b!r}")

    compare(ours, theirs, "")
    assert differences == []

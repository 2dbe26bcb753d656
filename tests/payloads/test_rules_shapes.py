"""Rules get payloads of any completeness: they neither crash nor point at what is not there."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from checker.orcid.payloads.json_form import read_json
from checker.orcid.payloads.kinds import KINDS
from checker.orcid.payloads.model import At, Case, Content, Form, Method, Record
from checker.orcid.payloads.rules import enum_faults, faults
from checker.orcid.payloads.xml_form import read_xml

from .rule_cases import JSON, ME, OTHER, XML, all_faults, content, doi, item

SHARED = Path(os.environ.get("ORCID_REVIEW_SHARED", Path(__file__).parents[3] / "shared"))
SAMPLES = SHARED / "orcid-samples" / "record_3.0" / "write_samples"

PEOPLE = [
    {
        "contributor-orcid": {"uri": "https://orcid.org/0000-0001-2345-6789", "path": "0000-0001-2345-6789"},
        "credit-name": {"value": "A. Name"},
        "contributor-email": {"value": "a@example.org"},
        "contributor-attributes": {"contributor-sequence": "first", "contributor-role": "author"},
    }
]
DATE = {"year": {"value": "2024"}, "month": {"value": "02"}, "day": {"value": "29"}}
TRANSLATED = {"value": "Titel", "language-code": "de"}
COMMON = {"put-code": 7, "visibility": "public"}
FULL: dict[str, dict[str, Any]] = {
    "work": {
        "title.translated-title": TRANSLATED,
        "publication-date": DATE,
        "citation": {"citation-type": "bibtex", "citation-value": "@misc{a}"},
        "contributors.contributor": PEOPLE,
        "language-code": "en",
        "country": {"value": "GB"},
        "external-ids.external-id": [doi(), doi("10.1/a", "part-of"), doi("x", "funded-by")],
    },
    "funding": {
        "title.translated-title": TRANSLATED,
        "amount": {"value": "10", "currency-code": "EUR"},
        "start-date": DATE,
        "end-date": DATE,
        "contributors.contributor": PEOPLE,
    },
    "peer-review": {"subject-external-identifier": doi(), "subject-type": "book", "subject-name": {}},
    "research-resource": {"proposal.start-date": DATE, "proposal.end-date": DATE},
    **{
        name: {"start-date": DATE, "end-date": DATE, "external-ids.external-id": [doi()]}
        for name, kind in KINDS.items()
        if kind.family == "affiliation"
    },
}
WORDS = st.sampled_from(
    ["", " ", "x", "SELF", "self", "version-of", "1e999", "2024-05", "00", "UK", "issn:1", "\ud800"]
)


@st.composite
def thinned(draw: st.DrawFn, part: Any) -> Any:
    """A part with some of its parts left out and some of its texts exchanged."""
    if isinstance(part, dict):
        return {name: draw(thinned(one)) for name, one in part.items() if draw(st.integers(0, 9))}
    if isinstance(part, list):
        return [draw(thinned(one)) for one in part for _ in range(draw(st.sampled_from([0, 1, 1, 1, 2])))]
    if isinstance(part, str):
        return part if draw(st.integers(0, 5)) else draw(WORDS)
    return part


def whole(kind: str) -> Content:
    if kind == "bulk":
        return {"bulk": [{"work": whole("work")}, {"work": whole("work")}]}
    return content(kind, COMMON | FULL.get(kind, {}))


def there(payload: Content, at: At) -> bool:
    place: Any = payload
    for step in at:
        if isinstance(step, int):
            if not isinstance(place, list) or not step < len(place):
                return False
        elif not isinstance(place, dict) or step not in place:
            return False
        place = place[step]
    return True


@settings(max_examples=600, deadline=None)
@given(st.data())
def test_rules_neither_crash_nor_point_at_nothing(data: st.DataObject) -> None:
    kind = data.draw(st.sampled_from(sorted(KINDS)))
    payload = data.draw(thinned(whole(kind)))
    known = data.draw(st.booleans())
    source = data.draw(st.sampled_from([ME, OTHER]))
    stored = [item("work" if kind == "bulk" else kind, COMMON if kind != "bulk" else {}, source=source)]
    record = Record(source=ME)
    if known:
        record = Record(stored=stored, source=ME, works=9_999, organizations=set(), groups=[])
    case = Case(
        kind,
        payload,
        form=data.draw(st.sampled_from(list(Form))),
        method=data.draw(st.sampled_from(list(Method))),
        put_code=data.draw(st.sampled_from([None, 7, 8])),
        record=record,
    )
    for fault in enum_faults(case) + faults(case):
        assert there(payload, fault.at), fault
        assert fault.clause.answer


def kind_of(name: str) -> str:
    for kind in ("bulk", "group-id", *sorted(KINDS, key=len, reverse=True)):
        if kind in name:
            return kind
    raise AssertionError(f"no kind for {name}")


NAMED = {"bulk-work-3.0.json": [(("bulk", 1, "work", "external-ids", "external-id"), "self-id-missing")]}
"""Samples that ORCID refuses, as the README beside them says."""


@pytest.mark.skipif(not SAMPLES.is_dir(), reason=f"ORCID's samples are not at {SAMPLES}")
def test_orcids_own_write_samples_are_taken() -> None:
    paths = sorted(path for path in SAMPLES.iterdir() if path.suffix in {".json", ".xml"})
    assert len(paths) > 40
    for path in paths:
        body, kind = path.read_bytes(), kind_of(path.name)
        is_xml = path.suffix == ".xml"
        payload = read_xml(body, kind).content if is_xml else read_json(body, kind).content
        assert payload is not None
        found = all_faults(Case(kind, payload, form=XML if is_xml else JSON))
        assert [(fault.at, fault.clause.name) for fault in found] == NAMED.get(path.name, []), path.name


@pytest.mark.parametrize("kind", sorted(FULL))
def test_the_full_payloads_are_taken(kind: str) -> None:
    changes = {path: part for path, part in FULL[kind].items() if path != "contributors.contributor" or kind == "work"}
    if kind == "work":
        changes["external-ids.external-id"] = [doi(), doi("10.1/a", "part-of"), doi("x", "funded-by")]
    assert all_faults(Case(kind, content(kind, changes))) == []

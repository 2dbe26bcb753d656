"""Each advice: a payload that it is given on, and one that must not be mistaken for it."""

from __future__ import annotations

import copy
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from typing import Any, Final

import pytest

from checker.orcid.payloads.advice import clauses, faults
from checker.orcid.payloads.model import Case, Clause, Fault, Form, Layer, Method

NEXT_YEAR: Final = str(date.today().year + 1)
ORGANIZATION: Final = {
    "name": "Example University",
    "address": {"city": "Exampleville", "country": "GB"},
    "disambiguated-organization": {
        "disambiguated-organization-identifier": "https://ror.org/05dxps055",
        "disambiguation-source": "ROR",
    },
}


def ident(kind: str, value: str, url: str | None = None, relationship: str = "self") -> dict[str, Any]:
    one: dict[str, Any] = {"external-id-type": kind, "external-id-value": value}
    if url is not None:
        one["external-id-url"] = {"value": url}
    return one | {"external-id-relationship": relationship}


DOI: Final = ident("doi", "10.5555/demo", "https://doi.org/10.5555/demo")
WORK: Final = {
    "title": {"title": {"value": "Of examples"}},
    "type": "journal-article",
    "external-ids": {"external-id": [DOI]},
}
EMPLOYMENT: Final = {
    "role-title": "Librarian",
    "start-date": {"year": {"value": "2020"}},
    "organization": ORGANIZATION,
}
FUNDING: Final = {
    "type": "grant",
    "title": {"title": {"value": "A grant"}},
    "external-ids": {"external-id": [ident("grant_number", "G-1")]},
    "organization": ORGANIZATION,
}
REVIEW: Final = {
    "reviewer-role": "reviewer",
    "review-identifiers": {"external-id": [ident("source-work-id", "R-1")]},
    "review-type": "review",
    "review-completion-date": {"year": {"value": "2024"}},
    "review-group-id": "orcid-generated:12345",
    "convening-organization": ORGANIZATION,
}
RESOURCE: Final = {
    "proposal": {
        "title": {"title": {"value": "A proposal"}},
        "hosts": {"organization": [ORGANIZATION]},
        "external-ids": {"external-id": [ident("proposal-id", "P-1")]},
    },
    "resource-item": [
        {
            "resource-name": "A beam line",
            "resource-type": "infrastructures",
            "hosts": {"organization": [ORGANIZATION]},
            "external-ids": {"external-id": [ident("source-work-id", "B-1")]},
        }
    ],
}
NOTIFICATION: Final = {
    "notification-type": "permission",
    "authorization-url": {"uri": "https://example.org/connect"},
    "notification-subject": "Your works",
    "items": {"item": [{"item-type": "work", "item-name": "Of examples", "external-id": DOI}]},
}
SOUND: Final = {
    "work": WORK,
    "bulk": {"bulk": [{"work": WORK}]},
    "employment": EMPLOYMENT,
    "education": EMPLOYMENT,
    "membership": {"organization": ORGANIZATION},
    "funding": FUNDING,
    "peer-review": REVIEW,
    "research-resource": RESOURCE,
    "other-name": {"content": "Null"},
    "keyword": {"content": "test"},
    "address": {"country": {"value": "GB"}},
    "researcher-url": {"url-name": "Home", "url": {"value": "http://example.org"}},
    "external-identifier": ident("Example ID", "7", "http://example.org/7"),
    "group-id": {"name": "A journal", "group-id": "orcid-generated:1", "description": "One", "type": "journal"},
    "notification": NOTIFICATION,
}


def changed(kind: str, **changes: Any) -> dict[str, Any]:
    content = copy.deepcopy(SOUND[kind])
    for path, value in changes.items():
        holder: Any = content
        *above, last = path.split("__")
        for step in above:
            holder = holder[int(step) if step.isdigit() else step.replace("_", "-")]
        if value is None:
            del holder[last.replace("_", "-")]
        else:
            holder[int(last) if last.isdigit() else last.replace("_", "-")] = value
    return content


def told(kind: str, content: dict[str, Any], method: Method = Method.POST, form: Form = Form.XML) -> list[Fault]:
    return faults(Case(kind, content, form, method))


def ids(*identifiers: dict[str, Any], **changes: Any) -> dict[str, Any]:
    return changed("work", external_ids={"external-id": list(identifiers)}, **changes)


def person(uri: str | None = None, path: str | None = None, name: str | None = "A. Example") -> dict[str, Any]:
    one: dict[str, Any] = {}
    if uri or path:
        one["contributor-orcid"] = {key: value for key, value in (("uri", uri), ("path", path)) if value}
    return one | ({"credit-name": {"value": name}} if name else {})


def people(*persons: dict[str, Any]) -> dict[str, Any]:
    return changed("work", contributors={"contributor": list(persons)})


def org(source: str, identifier: str) -> dict[str, Any]:
    known = {"disambiguated-organization-identifier": identifier, "disambiguation-source": source}
    return changed("funding", organization__disambiguated_organization=known)


def titled(text: str) -> dict[str, Any]:
    return changed("work", title__title={"value": text})


def cited(kind: str, value: str) -> dict[str, Any]:
    return changed("work", citation={"citation-type": kind, "citation-value": value})


def years(kind: str, start: tuple[str, ...], end: tuple[str, ...]) -> dict[str, Any]:
    def written(parts: tuple[str, ...]) -> dict[str, Any]:
        return {name: {"value": part} for name, part in zip(("year", "month", "day"), parts, strict=False)}

    if kind == "research-resource":
        return changed(kind, proposal__start_date=written(start), proposal__end_date=written(end))
    return changed(kind, start_date=written(start), end_date=written(end))


@dataclass(frozen=True)
class Row:
    clause: Clause
    kind: str
    given: dict[str, Any]
    """Content that the advice is given on."""
    at: tuple[str | int, ...]
    allowed: str | None
    mistaken: dict[str, Any]
    """Content that looks like it and is sound."""


ID: Final = ("external-ids", "external-id", 0)
VALUE: Final = (*ID, "external-id-value")
LINK: Final = (*ID, "external-id-url")
PERSON: Final = ("contributors", "contributor", 0)
TITLE: Final = ("title", "title")
KNOWN: Final = ("organization", "disambiguated-organization")
IDENTIFIER: Final = (*KNOWN, "disambiguated-organization-identifier")
RIGHT: Final = "0000-0002-1825-0097"
WRONG: Final = "0000-0002-1825-0098"
FIFTY: Final = [person(name=f"Person {number}") for number in range(50)]


def rows() -> Iterator[Row]:
    c = clauses
    doi = "https://doi.org/10.5555/demo"
    own = ident("source-work-id", "7")
    yield Row(c.IDENTIFIER_WITHOUT_URL, "work", ids(ident("doi", "10.5555/demo")), ID, doi, ids(own))
    yield Row(
        c.IDENTIFIER_WITHOUT_URL,
        "work",
        ids(ident("arxiv", "arXiv:2101.00001v2")),
        ID,
        "https://arxiv.org/abs/2101.00001v2",
        ids(ident("isbn", "978-0-306-40615-7"), type="book"),
    )
    yield Row(
        c.IDENTIFIER_WITHOUT_URL,
        "work",
        ids(ident("handle", "20.500.12345/67")),
        ID,
        "https://hdl.handle.net/20.500.12345/67",
        ids(ident("handle", "https://repository.example.org/handle/20.500.12345/67")),
    )
    for value in ("https://doi.org/10.5555/demo", "doi:10.5555/demo", "DOI 10.5555/demo", " 10.5555/demo "):
        yield Row(c.IDENTIFIER_UNCLEAN, "work", ids(ident("doi", value, doi)), VALUE, "10.5555/demo", WORK)
    yield Row(
        c.IDENTIFIER_NOT_OF_TYPE,
        "work",
        ids(ident("doi", "https://doi.org/10.5555%2Fdemo", doi)),
        VALUE,
        "10.5555/demo",
        ids(ident("doi", "10.1002/(SICI)1097-0258(19980815/30)17:15/16<1661::AID-SIM968>3.0.CO;2-2", doi[:16])),
    )
    pubmed = "https://pubmed.ncbi.nlm.nih.gov/12345/"
    yield Row(
        c.IDENTIFIER_UNCLEAN,
        "work",
        ids(ident("pmid", "PMID: 12345", pubmed)),
        VALUE,
        "12345",
        ids(ident("pmid", "12345", pubmed)),
    )
    yield Row(
        c.IDENTIFIER_UNCLEAN,
        "work",
        ids(ident("handle", "https://hdl.handle.net/123/45", "https://hdl.handle.net/123/45")),
        VALUE,
        "123/45",
        ids(ident("pmc", "PMC1234567", "https://europepmc.org/article/pmc/PMC1234567")),
    )
    yield Row(c.IDENTIFIER_NOT_OF_TYPE, "work", ids(ident("doi", "work:1", doi)), VALUE, None, WORK)
    yield Row(
        c.IDENTIFIER_NOT_OF_TYPE,
        "work",
        ids(ident("uri", "repository/7")),
        VALUE,
        "an address that begins with https://",
        ids(ident("uri", "http://example.org/7", "http://example.org/7")),
    )
    isbn, issn = ident("isbn", "978-0-306-40615-7"), ident("issn", "2049-3630")
    yield Row(
        c.IDENTIFIER_CHECK_DIGIT,
        "work",
        ids(ident("isbn", "978-0-306-40615-8"), type="book"),
        VALUE,
        None,
        ids(isbn, ident("isbn", "0-8044-2957-X"), type="book"),
    )
    yield Row(
        c.IDENTIFIER_CHECK_DIGIT,
        "work",
        ids(ident("issn", "2049-3631"), type="journal-issue"),
        VALUE,
        None,
        ids(issn, ident("issn", "2434561x"), ident("issn", "2434 - 561X"), type="journal-issue"),
    )
    yield Row(
        c.IDENTIFIER_URL_MISMATCH,
        "work",
        ids(ident("doi", "10.5555/demo", "https://doi.org/10.5555/other")),
        LINK,
        doi,
        ids(
            ident("doi", "10.5555/Demo", "https://dx.doi.org/10.5555%2Fdemo?from=here"),
            ident("doi", "10.5555/a?b", "https://dx.doi.org/10.5555/a?b"),
            ident("doi", "10.5555/demo", "https://journal.example.org/10.5555/other"),
            ident("doi", "10.5555/demo", "https://doi.org/abcd"),
            ident("arxiv", "2101.00001", "https://arxiv.org/abs/2101.00001v3"),
        ),
    )
    yield Row(
        c.CONTAINER_AS_SELF,
        "work",
        ids(issn),
        (*ID, "external-id-relationship"),
        "part-of",
        ids(DOI, ident("issn", "2049-3630", relationship="part-of")),
    )
    yield Row(
        c.CONTAINER_AS_SELF,
        "work",
        ids(isbn, type="book-chapter"),
        (*ID, "external-id-relationship"),
        "part-of",
        ids(isbn, type="book"),
    )
    yield Row(
        c.FUNDING_WITHOUT_SELF,
        "funding",
        changed("funding", external_ids={"external-id": [ident("grant_number", "G", relationship="part-of")]}),
        ("external-ids",),
        "self",
        FUNDING,
    )
    yield Row(
        c.HTTP_LINK,
        "work",
        ids(ident("doi", "10.5555/demo", "http://dx.doi.org/10.5555/demo")),
        LINK,
        doi,
        ids(ident("doi", "10.5555/demo", "http://journal.example.org/doi.org/")),
    )
    yield Row(
        c.HTTP_LINK,
        "researcher-url",
        {"url": {"value": "http://orcid.org/" + RIGHT}},
        ("url",),
        "https://orcid.org/" + RIGHT,
        {"url": {"value": "http://myorcid.org/"}},
    )
    whole = "an address with https:// before the host"
    for address in ("www.example.org/7", "/records/7", "example.org"):
        given = changed("work", url={"value": address})
        yield Row(c.LINK_NOT_ABSOLUTE, "work", given, ("url",), whole, changed("work", url={"value": "ftp://e.org/7"}))
    for source, old in (("RINGGOLD", "385488"), ("GRID", "grid.455335.1")):
        yield Row(c.SOURCE_FROZEN, "funding", org(source, old), (*KNOWN, "disambiguation-source"), "ROR", FUNDING)
    yield Row(
        c.FUNDER_ID_BARE,
        "funding",
        org("FUNDREF", "10.13039/100000001"),
        IDENTIFIER,
        "http://dx.doi.org/10.13039/100000001",
        org("FUNDREF", "http://dx.doi.org/10.13039/501100000001"),
    )
    lei = "529900T8BM49AURSDO55"
    yield Row(c.LEI_CHECK_DIGITS, "funding", org("LEI", lei[:-1] + "6"), IDENTIFIER, None, org("LEI", lei))
    yield Row(
        c.CONTRIBUTOR_EMPTY,
        "work",
        people({"contributor-attributes": {"contributor-role": "author"}}),
        PERSON,
        "credit-name",
        people(person(path=RIGHT, name=None), person(name="B")),
    )
    yield Row(
        c.CONTRIBUTORS_TRUNCATED,
        "work",
        people(person(name="et al.")),
        (*PERSON, "credit-name"),
        "a name",
        people(person(name="Etal"), person(name="Mothers")),
    )
    yield Row(
        c.CONTRIBUTORS_TRUNCATED, "work", people(*FIFTY), ("contributors",), "all contributors", people(*FIFTY[1:])
    )
    yield Row(
        c.CONTRIBUTORS_BEYOND_SHOWN, "work", people(*FIFTY, person()), ("contributors",), None, people(*FIFTY[1:])
    )
    orcid, sandbox = "https://orcid.org/", "https://sandbox.orcid.org/"
    yield Row(
        c.CONTRIBUTOR_ID_CHECKSUM,
        "work",
        people(person(orcid + WRONG, WRONG)),
        (*PERSON, "contributor-orcid", "uri"),
        None,
        people(person(orcid + RIGHT, RIGHT)),
    )
    yield Row(
        c.CONTRIBUTOR_ID_CHECKSUM,
        "work",
        people(person(path="٠٠٠٠-0002-1825-0097")),
        (*PERSON, "contributor-orcid", "path"),
        None,
        people(person(path=RIGHT)),
    )
    for host in ("notorcid.org", "www.orcid.org"):
        yield Row(
            c.CONTRIBUTOR_ID_HOST,
            "work",
            people(person(f"https://{host}/{RIGHT}")),
            (*PERSON, "contributor-orcid", "uri"),
            orcid + RIGHT,
            people(person(sandbox + RIGHT)),
        )
    yield Row(
        c.CONTRIBUTOR_IDS_MIXED,
        "work",
        people(person(sandbox + RIGHT), person(orcid + "0000-0001-2345-6789")),
        ("contributors",),
        "one of them",
        people(person(sandbox + RIGHT), person(sandbox + "0000-0001-2345-6789")),
    )
    yield Row(
        c.CONTRIBUTOR_ID_CONTRADICTS,
        "work",
        people(person(orcid + RIGHT, "0000-0001-2345-6789")),
        (*PERSON, "contributor-orcid"),
        RIGHT,
        people(person(orcid + RIGHT, RIGHT)),
    )
    yield Row(
        c.END_BEFORE_START,
        "funding",
        years("funding", ("2022", "05"), ("2022", "04", "30")),
        ("end-date",),
        "2022-05 or later",
        years("funding", ("2022", "05", "09"), ("2022", "05")),
    )
    yield Row(
        c.END_BEFORE_START,
        "research-resource",
        years("research-resource", ("2022",), ("2021", "12")),
        ("proposal", "end-date"),
        "2022 or later",
        years("research-resource", ("2022", "05"), ("2022",)),
    )
    yield Row(
        c.END_WITHOUT_START,
        "employment",
        changed("employment", start_date=None, end_date={"year": {"value": "2021"}}),
        ("end-date",),
        "a start date too",
        changed("employment", end_date={"year": {"value": "2021"}}),
    )
    yield Row(c.START_MISSING, "employment", changed("employment", start_date=None), (), "start-date", EMPLOYMENT)
    yield Row(c.ROLE_MISSING, "education", changed("education", role_title=None), (), "role-title", EMPLOYMENT)
    yield Row(
        c.DATE_FAR_AHEAD,
        "work",
        changed("work", publication_date={"year": {"value": "2099"}}),
        ("publication-date", "year"),
        f"{date.today().year + 10} at most",
        changed("work", publication_date={"year": {"value": NEXT_YEAR}}),
    )
    formula = titled("If a<b and c>d, then $_{{eff}}$ of ${SiO}_2$ & R&D; x &c. 100% {x}")
    for text in ("On <i>Homo sapiens</i>", "A<br/>B", 'A <span class="x">B</span>', "<jats:p>A</jats:p>"):
        yield Row(c.MARKUP, "work", titled(text), TITLE, "plain text", formula)
    for text in ("Research &amp; development", "Caf&eacute;", "A&#233;B"):
        yield Row(c.MARKUP, "work", titled(text), TITLE, "the character itself", formula)
    for text in ("{{title}}", "${work.title}", "%(title)s", "<%= title %>", "{% if title %}"):
        yield Row(c.UNFILLED, "work", titled(text), TITLE, None, formula)
    for text in ("Test", "null", "[object Object]", "Lorem ipsum dolor sit amet", "TODO"):
        yield Row(c.PLACEHOLDER, "work", titled(text), TITLE, None, titled("Test of significance, a title on null"))
    yield Row(
        c.TYPE_UNDEFINED,
        "work",
        changed("work", type="undefined"),
        ("type",),
        "the nearest type",
        changed("work", type="other"),
    )
    others = changed("work", type="other")
    yield Row(
        c.TYPES_ALL_OTHER,
        "bulk",
        {"bulk": [{"work": others}] * 5},
        ("bulk",),
        "the nearest type of each",
        {"bulk": [{"work": others}] * 4 + [{"work": WORK}]},
    )
    yield Row(c.TYPE_ALIAS, "work", changed("work", type="dataset"), ("type",), "data-set", WORK)
    yield Row(
        c.CITATION_NOT_OF_TYPE,
        "work",
        cited("bibtex", "Example, A. (2024). Of examples."),
        ("citation", "citation-value"),
        "@article{ or another entry",
        cited("bibtex", "\n % exported\n @Article {x, title = {Of examples}}"),
    )
    yield Row(
        c.CITATION_NOT_OF_TYPE,
        "work",
        cited("ris", "@article{x}"),
        ("citation", "citation-value"),
        "TY  -",
        cited("ris", "TY  - JOUR\nER  - "),
    )
    yield Row(
        c.VISIBILITY_ON_POST, "work", changed("work", visibility="public"), ("visibility",), "no visibility", WORK
    )
    yield Row(
        c.READ_ONLY_PART,
        "keyword",
        {"content": "x", "created-date": {"value": 1}},
        ("created-date",),
        "no created-date",
        {"content": "x", "display-index": "1"},
    )


ROWS: Final = list(rows())
NAMES: Final = [f"{row.clause.name}-{number}" for number, row in enumerate(ROWS)]


@pytest.mark.parametrize("row", ROWS, ids=NAMES)
def test_advice_is_given(row: Row) -> None:
    found = [fault for fault in told(row.kind, row.given) if fault.clause is row.clause]
    assert [(fault.at, fault.allowed) for fault in found] == [(row.at, row.allowed)]
    assert found[0].message.endswith((".", "?"))


@pytest.mark.parametrize("row", ROWS, ids=NAMES)
def test_what_looks_like_it_is_not_mistaken(row: Row) -> None:
    assert row.clause.name not in {fault.clause.name for fault in told(row.kind, row.mistaken)}


def test_every_clause_has_a_row_and_a_name_of_its_own() -> None:
    all_clauses = [value for value in vars(clauses).values() if isinstance(value, Clause)]
    assert {row.clause.name for row in ROWS} == {clause.name for clause in all_clauses}
    assert len({clause.name for clause in all_clauses}) == len(all_clauses)
    for clause in all_clauses:
        assert clause.layer is Layer.ADVICE
        assert clause.answer is None
        assert clause.remedy.endswith(".")
        assert clause.source


@pytest.mark.parametrize("kind", SOUND)
def test_nothing_is_said_of_sound_payloads(kind: str) -> None:
    assert told(kind, SOUND[kind]) == []

"""What a search understands, and what it finds."""

from __future__ import annotations

import pytest

from checker.sandbox import DEFAULT_CLIENT, DEFAULT_PERSON, Person
from checker.sandbox.record import Registry
from checker.sandbox.search import Search
from checker.sandbox.state import State

from .conftest import OTHER
from .items import ITEMS

THIRD = Person(
    "0000-0002-1694-233X", "ada@mailinator.com", "p", given_names="Ada", family_name="Byron King",
    biography="Wrote the first program.", email_public=True,
)  # fmt: skip
ALL = (DEFAULT_PERSON.orcid, OTHER.orcid, THIRD.orcid)


@pytest.fixture
def search() -> Search:
    state = State((DEFAULT_CLIENT,), (DEFAULT_PERSON, OTHER, THIRD))
    for kind, item in ITEMS.items():
        state.add(DEFAULT_PERSON.orcid, kind, DEFAULT_CLIENT.id, item)
    state.add(THIRD.orcid, "keyword", DEFAULT_CLIENT.id, {"content": "hidden"}, visibility="limited")
    return Search(state, Registry(state, "http://localhost"))


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ("*:*", (0, 1, 2)),
        ("", ()),
        (f"orcid:{OTHER.orcid}", (1,)),
        ("family-name:Carberry", (0,)),
        ("family-name:carb*", (0,)),
        ("family-name:C?rberry", (0,)),
        ('family-name:"Byron King"', (2,)),
        ("family-name:Byron", (2,)),
        ("family-name:Nobody", ()),
        ("given-names:Other", ()),
        ("email:ada@mailinator.com", (2,)),
        (f"email:{DEFAULT_PERSON.login}", ()),
        ("keyword:psychoceramics", (0,)),
        ("keyword:hidden", ()),
        ("digital-object-ids:10.5555/Demo", (0,)),
        ("doi-self:10.5555/demo", (0,)),
        ('affiliation-org-name:"Example University"', (0,)),
        ('ror-org-id:"https://ror.org/05dxps055"', (0,)),
        ("program", ()),
        ("first", (2,)),
        ("family-name:Carberry OR family-name:Byron", (0, 2)),
        ("family-name:Carberry AND given-names:Ada", ()),
        ("family-name:Byron given-names:Ada", (2,)),
        ("*:* AND NOT family-name:Byron", (0, 1)),
        ("(family-name:Carberry OR family-name:Byron) AND given-names:Ada", (2,)),
        ("(family-name:Carberry", ()),
        ("AND", ()),
        ("(" * 50, ()),
        ("nothing:here", ()),
    ],
)
def test_queries(search: Search, query: str, found: tuple[int, ...]) -> None:
    results = search.ids({"q": query})
    assert [result["orcid-identifier"]["path"] for result in results["result"]] == [ALL[n] for n in found]
    assert results["num-found"] == len(found)


def test_pages(search: Search) -> None:
    page = search.ids({"q": "*:*", "start": "1", "rows": "1"})
    assert [result["orcid-identifier"]["path"] for result in page["result"]] == [OTHER.orcid]
    assert page["num-found"] == 3


def test_what_is_public_is_shown(search: Search) -> None:
    [found] = search.expanded({"q": "carberry"})["expanded-result"]
    assert found["other-name"] == ["J. Carberry"]
    assert found["institution-name"] == ["Example University"]
    assert found["email"] == []
    [found] = search.expanded({"q": f"orcid:{OTHER.orcid}"})["expanded-result"]
    assert found["given-names"] is None

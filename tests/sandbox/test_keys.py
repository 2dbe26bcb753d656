"""What spares the rules the rest of a record: all that could be a duplicate is met, and not much else."""

from __future__ import annotations

from typing import Any

import pytest

from checker.sandbox.model import DEFAULT_CLIENTS, DEFAULT_PERSON
from checker.sandbox.state import State

from .items import WORK, changed, external_id

ORCID = DEFAULT_PERSON.orcid


def work(*ids: dict[str, Any]) -> dict[str, Any]:
    return changed(WORK, external_ids={"external-id": list(ids)})


@pytest.fixture
def state() -> State:
    return State(DEFAULT_CLIENTS, (DEFAULT_PERSON,))


def met(state: State, stored: dict[str, Any], sent: dict[str, Any]) -> bool:
    state.add(ORCID, "work", "a client", stored)
    return bool(list(state.like(ORCID, "work", sent)))


@pytest.mark.parametrize("relationship", ["part-of", "funded-by"])
def test_a_journal_or_a_project_makes_no_works_the_same(state: State, relationship: str) -> None:
    """Or each new article of one journal would be held against all the others."""
    shared = external_id("issn", "0378-5955", relationship)
    own = [external_id("doi", f"10.5555/{number}") for number in (1, 2)]
    assert not met(state, work(own[0], shared), work(own[1], shared))


@pytest.mark.parametrize("relationship", ["self", "version-of", None])
def test_what_may_be_the_same_is_met(state: State, relationship: str | None) -> None:
    """A version counts in bulk (facts on the API, section 9)."""
    assert met(state, work(external_id("doi", "10.5555/1", relationship)), work(external_id("doi", "10.5555/1")))


def test_in_another_spelling_too(state: State) -> None:
    spelt = external_id("doi", "https://doi.org/10.5555/ABC")
    assert met(state, work(spelt), work(external_id("doi", "10.5555/abc")))


def test_an_item_that_changed_is_met_under_its_new_name_alone(state: State) -> None:
    old, new = work(external_id("doi", "10.5555/1")), work(external_id("doi", "10.5555/2"))
    item = state.add(ORCID, "work", "a client", old)
    state.change(ORCID, item, new)
    assert list(state.like(ORCID, "work", old)) == []
    assert list(state.like(ORCID, "work", new)) == [item]

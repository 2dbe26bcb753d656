"""A small run of the oracle: our schema layer beside ORCID's own XML schemas."""

from __future__ import annotations

from random import Random

import pytest

from tests.oracle import official
from tests.oracle.__main__ import Tally, by_hand, made_up, mutated, samples

pytestmark = pytest.mark.skipif(official.missing() is not None, reason=f"not run: {official.missing()}")


def _told(tally: Tally) -> str:
    return "\n\n".join(tally.disagreements[:5])


def test_takes_every_sample_but_those_named_as_invalid() -> None:
    tally = Tally()
    samples(tally)
    assert tally.documents >= 40
    assert not tally.disagreements, _told(tally)


def test_agrees_on_documents_written_by_hand() -> None:
    tally = Tally()
    by_hand(tally)
    assert tally.documents >= 150
    assert not tally.disagreements, _told(tally)


def test_agrees_on_mutants_of_every_kind() -> None:
    tally = Tally()
    mutated(tally, 600, Random(11))
    assert len({kind for kind, taken in tally.by_kind if taken}) == 19
    assert len({kind for kind, taken in tally.by_kind if not taken}) == 19
    assert not tally.disagreements, _told(tally)


def test_agrees_on_made_up_content_and_its_xml() -> None:
    tally = Tally()
    made_up(tally, 190, 11)
    assert not tally.disagreements, _told(tally)


def test_a_disagreement_is_seen() -> None:
    tally = Tally()
    tally.compare("a lie", "keyword", b"<x/>", None, "refused")
    assert len(tally.disagreements) == 1
    assert "ORCID's schema: refused" in tally.disagreements[0]

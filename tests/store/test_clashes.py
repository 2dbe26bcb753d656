"""Clashes of put-codes are found as a plain comparison of all rows would find them, however the rows are put away."""

from __future__ import annotations

import tempfile
from collections import defaultdict
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from checker.evidence.model import Item
from checker.gather.errors import GatherError
from checker.gather.store import clashes as module
from checker.gather.store.clashes import Clashes

ROWS = st.lists(
    st.tuples(
        st.sampled_from(["0000-0002-1825-0097", "0000-0001-5109-3700", "\ud800"]),
        st.integers(1, 12).map(str),
        st.sampled_from(["work", "Work", "funding", ""]),
        st.sampled_from(["", "1", "2", "3", "4", "5", "6", "7"]),
    ),
    max_size=40,
)


def found(rows: list[tuple[str, str, str, str]]) -> list[Item]:
    with Clashes() as clashes:
        for row in rows:
            clashes.add(*row)
        return list(clashes.found())


def plainly(rows: list[tuple[str, str, str, str]]) -> list[Item]:
    """Return the first three rows each of the first five put-codes that clash, and then of the first five items."""
    told: list[Item] = []
    for of_code in (True, False):
        seen: dict[tuple[str, ...], dict[tuple[str, ...], Item]] = defaultdict(dict)
        evident: dict[tuple[str, ...], None] = {}
        for owner, code, kind, local_id in [(o, c, k.lower(), n) for o, c, k, n in rows]:
            one, other = (kind, code), (owner, kind, local_id)
            key, value = (one, other) if of_code else (other, one)
            if kind and (of_code or local_id):
                seen[key].setdefault(value, Item(orcid=owner, put_code=code, type=kind, local_id=local_id))
                if len(seen[key]) > 1:
                    evident.setdefault(key)
        told += [item for key in list(evident)[:5] for item in list(seen[key].values())[:3]]
    return told


@given(ROWS, st.sampled_from([1, 3, 1000]), st.sampled_from([1, 2, 40]), st.sampled_from([1, 2, 256]))
def test_what_is_found_is_what_a_plain_comparison_finds(rows, batch, held, parts):
    with pytest.MonkeyPatch.context() as patch:
        for name, value in (("_BATCH", batch), ("_HELD", held), ("_PARTS", parts)):
            patch.setattr(module, name, value)
        assert found(rows) == plainly(rows)


def test_many_rows_that_go_together_and_two_that_do_not():
    rows = [("a", str(n), "work", str(n)) for n in range(250_000)]
    assert found(rows) == []
    assert found([*rows, ("a", "7", "Work", "x"), ("a", "999999", "work", "9")]) == [
        Item(orcid="a", put_code="7", type="work", local_id="7"),
        Item(orcid="a", put_code="7", type="work", local_id="x"),
        Item(orcid="a", put_code="9", type="work", local_id="9"),
        Item(orcid="a", put_code="999999", type="work", local_id="9"),
    ]


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="no /dev/full here, a disk that is always full")
def test_a_disk_that_is_full_is_one_clear_message(monkeypatch):
    full = open("/dev/full", "r+b", buffering=0)  # noqa: SIM115 - closed by what it is given to
    monkeypatch.setattr(tempfile, "TemporaryFile", lambda: full)
    with pytest.raises(GatherError) as caught:
        found([("a", "1", "work", "1")])
    assert caught.value.code == "store-unreadable"
    assert "No space left on device" in caught.value.message
    assert "TMPDIR" in caught.value.todo

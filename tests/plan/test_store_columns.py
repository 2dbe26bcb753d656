"""`[store.columns]`: which column means what, where the names do not tell."""

from __future__ import annotations

from pathlib import Path

import pytest

from checker.plan import Plan, PlanError, load

PLAN = """
[portal]
name = "P"
url = "https://127.0.0.1:8443/"
[orcid]
port = 8765
[store]
files = { connections = "c.csv", items = "i.csv" }
[store.columns]
"""


def read(folder: Path, columns: str) -> Plan:
    path = folder / "review.toml"
    path.write_text(PLAN + columns)
    return load(path, {})


def test_meanings_and_columns_are_kept(tmp_path):
    plan = read(tmp_path, 'connections = { orcid = "Wer" }\nitems = { put_code = "Nummer", type = "Art" }\n')
    assert plan.store is not None
    assert plan.store.columns.connections == {"orcid": "Wer"}
    assert plan.store.columns.items == {"put_code": "Nummer", "type": "Art"}


@pytest.mark.parametrize(
    ("columns", "said"),
    [
        ('connections = { orcd = "Wer" }', "did you mean orcid?"),
        ('items = { putcode = "n" }', "did you mean put_code?"),
        ('items = { zzz = "n" }', "there are: orcid, access_token"),
        ("connections = { orcid = 3 }", "expected a text in quotes"),
        ('conections = { orcid = "Wer" }', "connections"),
    ],
)
def test_a_meaning_that_is_none_is_named_with_the_nearest(tmp_path, columns, said):
    with pytest.raises(PlanError) as caught:
        read(tmp_path, columns)
    assert said in str(caught.value)
    assert "line 10" in str(caught.value)

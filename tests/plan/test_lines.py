"""The index finds every key of a file that tomllib accepts."""

from __future__ import annotations

import tomllib
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from checker.plan.lines import Index, Path

TEXT = '''# comment with "quotes" and [brackets]
top = 1 # = more
"quoted key" = 'a # b'
a.b . "c.d" = true

[portal] # comment
url = """
three # lines "quoted" \\"""
x = 1
"""
when = 1979-05-27 07:32:00Z
list = [ # comment ]
  "a", 'b # ]',
  { k = [1, 2], "]" = """}""" },
]
literal = \'\'\'
it's [x]
y = 2\'\'\'
[portal."a.b".c]
z = -1.5e3
[[steps.connect]]
click = "x"
[[steps.connect]]
click = "y"
[steps.connect.inner]
deep = []
'''


@pytest.mark.parametrize(
    ("path", "line", "column", "label"),
    [
        (("top",), 2, 1, "top"),
        (("quoted key",), 3, 1, "quoted key"),
        (("a", "b", "c.d"), 4, 1, "a.b.c.d"),
        (("portal",), 6, 1, "[portal]"),
        (("portal", "url"), 7, 1, "[portal] url"),
        (("portal", "when"), 11, 1, "[portal] when"),
        (("portal", "list", 0), 13, 3, "[portal] list #1"),
        (("portal", "list", 1), 13, 8, "[portal] list #2"),
        (("portal", "list", 2, "k", 1), 14, 13, "[portal] list #3, k #2"),
        (("portal", "list", 2, "]"), 14, 17, "[portal] list #3, ]"),
        (("portal", "literal"), 16, 1, "[portal] literal"),
        (("portal", "a.b", "c", "z"), 20, 1, "[portal.a.b.c] z"),
        (("steps", "connect", 0, "click"), 22, 1, "[[steps.connect]] #1 click"),
        (("steps", "connect", 1, "click"), 24, 1, "[[steps.connect]] #2 click"),
        (("steps", "connect", 1, "inner", "deep"), 26, 1, None),
        (("portal", "absent"), 6, 1, "[portal] absent"),
        (("orcid", "absent"), None, None, "[orcid] absent"),
    ],
)
def test_places_and_labels(path, line, column, label):
    tomllib.loads(TEXT)
    index = Index(TEXT)
    assert index.place(path) == (line, column)
    if label:
        assert index.label(path) == label


_keys = st.text("ab.[]#=\"'{} é", min_size=1, max_size=4)
_values = st.recursive(
    st.integers() | st.booleans() | st.text("ab\"'#[]{},=\n\\ é", max_size=8),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(_keys, inner, max_size=3),
    max_leaves=8,
)


@given(st.dictionaries(_keys, _values, max_size=4))
def test_every_value_is_found_where_it_stands(data: dict[str, Any]) -> None:
    text = "\n".join(f"{_string(key)} = {_toml(value)}" for key, value in data.items()) + "\n"
    assert tomllib.loads(text) == data
    index = Index(text)
    for line, (key, value) in enumerate(data.items(), 1):
        for path in _paths(value, (key,)):
            assert path in index._places
            assert index.place(path)[0] == line


def _paths(value: Any, path: Path) -> list[Path]:
    inner: list[tuple[str | int, Any]] = []
    if isinstance(value, dict):
        inner = list(value.items())
    elif isinstance(value, list):
        inner = list(enumerate(value))
    return [path, *(p for key, item in inner for p in _paths(item, (*path, key)))]


def _toml(value: Any) -> str:
    match value:
        case bool():
            return str(value).lower()
        case int():
            return str(value)
        case str():
            return _string(value)
        case list():
            return f"[{', '.join(map(_toml, value))}]"
        case _:
            return "{" + ", ".join(f"{_string(k)} = {_toml(v)}" for k, v in value.items()) + "}"


def _string(text: str) -> str:
    return '"' + text.replace("\\", "\\\\").replace('"', '\\"').replace("\n", "\\n") + '"'

"""Made-up content of every kind, drawn from the descriptions: right, at the limits, and a little beyond."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from hypothesis import strategies as st

from checker.orcid.payloads.description import Schema, follow, schema_of

_CONTROL = "".join(chr(code) for code in (*range(9), 11, 12, *range(14, 32), 127, 0xFFFE, 0xFFFF))
_LETTERS = st.characters(exclude_categories=("Cs", "Cc"), exclude_characters=_CONTROL)
_TEXT = st.text(_LETTERS, max_size=12) | st.sampled_from(("", " ", "\n\t", "x", "a\nb", " x ", "\u00a0", "<&>]]>"))

_FORMS: dict[str, tuple[str, ...]] = {
    "orcid-path": (
        "0000-0001-2345-6789",
        "0000-0001-2345-678X",
        "0000-0001-2345",
        "0000-0001-2345-6789 ",
        "٠٠٠٠-0001-2345-6789",
    ),
    "orcid-uri": (
        "https://orcid.org/0000-0001-2345-6789",
        "https://sandbox.orcid.org/0000-0001-2345-6789",
        "http://orcid.org/0000-0001-2345-6789",
        "https://orcid.org/0000-0001-2345-6789\n",
        "https://localhost/orcid-web/0000-0001-2345-6789",
    ),
    "client-path": ("APP-0123456789ABCDEF", "0000-0001-2345-6789", "APP-0123456789ABCDE", "app-0123456789ABCDEF"),
    "client-uri": ("https://orcid.org/client/APP-0123456789ABCDEF", "https://orcid.org/APP-0123456789ABCDEF"),
}
_NUMBERS = (
    "0",
    "1",
    "12",
    "13",
    "31",
    "32",
    "1900",
    "1899",
    "2100",
    "2101",
    "+7",
    " 5 ",
    "007",
    "02024",
    "x",
    "",
    "-1",
    "1.0",
    "3\n",
)
_EMAILS = ("a@b.c", "a@b", "a@b.c\n", "@b.c", "a@.c", "a@b.", "a@@b.c", "a b@c.d")
_GROUPS = ("issn:1234-5679", "issn:1", "ringgold:35 5321", "publons:ab", "other:ab", "fundref:ab\n", "issn:(a)[b]")


def contents(kind: str) -> st.SearchStrategy[Any]:
    """Draw content of a kind: sound, or with parts here and there that are missing, too long or of a wrong form."""
    schema = schema_of(kind)
    return st.booleans().flatmap(lambda bold: _strategy(schema, schema, bold))


def _mostly(good: st.SearchStrategy[Any], bad: st.SearchStrategy[Any], bold: bool) -> st.SearchStrategy[Any]:
    """Draw what is good; of a bold document now and then what is bad."""
    return st.integers(0, 11).flatmap(lambda chance: bad if chance == 0 else good) if bold else good


def _strategy(part: Schema, schema: Schema, bold: bool) -> st.SearchStrategy[Any]:
    part = follow(part, schema)
    if part.get("const") is True:
        return _mostly(st.just(True), st.sampled_from(("false", "", "1")), bold)
    if part.get("xml", {}).get("type") == "dateTime":
        times = st.integers(-62_135_596_800_000, 253_402_300_799_999)
        return _mostly(times, st.sampled_from(("2024-02-30T00:00:00", "", "now")), bold)
    if "enum" in part:
        return _mostly(st.sampled_from(part["enum"]), st.sampled_from(("", "unknown", f" {part['enum'][0]}")), bold)
    if part.get("type") == "integer":
        least, most = part.get("minimum", -(10**30)), part.get("maximum", 10**30)
        bad = ("x", "1.0", "", least - 1, most + 1)
        return _mostly(st.integers(least, most) | st.sampled_from((least, most)), st.sampled_from(bad), bold)
    if part.get("type") == "array":
        items = _strategy(part["items"], schema, bold)
        least, most = part.get("minItems", 0), part.get("maxItems", 3)
        crowd = st.tuples(items, st.sampled_from((0, most, most + 1))).map(lambda it: [it[0]] * it[1])
        return _mostly(st.lists(items, min_size=least, max_size=3), crowd, bold)
    if part.get("type") == "object":
        return _objects(part, schema, bold)
    return _mostly(*_texts(part), bold)


def _texts(part: Schema) -> tuple[st.SearchStrategy[str], st.SearchStrategy[str]]:
    """Return strategies for texts that a description takes, and for texts that it may not."""
    pattern = part.get("pattern", "")
    if "format" in part:
        forms = _FORMS.get(part["format"], ("https://example.org/", "", "a b", "urn:x:y"))
        return st.just(forms[0]), st.sampled_from(forms)
    if "2100" in pattern:
        return st.sampled_from(("1900", "2100", "2024", " +02024\n")), st.sampled_from(_NUMBERS)
    if "[1-9]" in pattern:
        return st.sampled_from(("1", "12", "07", "+9")), st.sampled_from(_NUMBERS)
    if "issn" in pattern:
        return st.sampled_from((_GROUPS[0], "issn:" + "1" * 995)), st.sampled_from((*_GROUPS, "issn:" + "1" * 996))
    if "@" in pattern:
        return st.sampled_from(("a@b.c", "a" * 346 + "@b.c")), st.sampled_from((*_EMAILS, "a" * 347 + "@b.c"))
    limit = part.get("maxLength", 300)
    letters = st.sampled_from(("x", "é", "\U0001f600"))
    good = st.one_of(
        _TEXT.map(lambda text: text + "x") if pattern else _TEXT, letters.map(lambda letter: letter * limit)
    )
    return good, st.one_of(_TEXT, letters.map(lambda letter: letter * (limit + 1)))


@st.composite
def _objects(draw: st.DrawFn, part: Schema, schema: Schema, bold: bool) -> dict[str, Any]:
    required = part.get("required", ())
    properties = part.get("properties", {})
    names = [draw(st.sampled_from(list(properties)))] if part.get("maxProperties") == 1 else list(properties)
    found: dict[str, Any] = {}
    for key in names:
        text = follow(properties[key], schema).get("xml", {}).get("text")
        if key in required:
            wanted = text or not bold or draw(st.integers(0, 15)) > 0
        else:
            wanted = len(names) == 1 or draw(st.integers(0, 2)) == 0
        if wanted:
            found[key] = draw(_strategy(properties[key], schema, bold))
    if not bold:
        _mend(found, part, lambda key: draw(_strategy(properties[key], schema, bold)))
    return found


def _mend(found: dict[str, Any], part: Schema, make: Callable[[str], Any]) -> None:
    """Make an object keep what its description says about its keys together."""
    for key, others in part.get("dependentRequired", {}).items():
        if key in found and not all(other in found for other in others):
            del found[key]
    for choice in part.get("allOf", ()):
        if all(key in found for key in choice["not"]["required"]):
            del found[choice["not"]["required"][0]]
    options = [option["required"][0] for option in part.get("anyOf", ())]
    if options and not any(key in found for key in options):
        found[options[0]] = make(options[0])

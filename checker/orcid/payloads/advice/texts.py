"""Texts that people read: markup, places of a template that nobody filled, placeholders."""

from __future__ import annotations

import re
from typing import Final

from ..model import At, Content, Fault
from . import clauses

_TAG: Final = re.compile(
    r"</?(?:[a-z]{1,8}:)?(?:i|b|u|em|strong|sub|sup|p|br|span|div|a|font|small|title|sec|italic|bold|sc|tt|h[1-6]"
    r"|ul|ol|li|inline-formula|math|m[inor]|mrow|ms(?:ub|up|ubsup|tyle))(?:\s*/?>|\s+[\w:-]+\s*=[^<>]*>)",
    re.IGNORECASE | re.ASCII,
)
_ENTITY: Final = re.compile(
    r"&(?:amp|lt|gt|quot|apos|nbsp|szlig|hellip|[mn]dash|[lr][sd]quo|[a-z](?:acute|grave|uml|circ|tilde|cedil|slash"
    r"|ring)|#[0-9]{2,6}|#x[0-9a-f]{2,6});",
    re.IGNORECASE | re.ASCII,
)
# Formulas of LaTeX have braces too: `_{{eff}}`, `${SiO}_2$`.
_UNFILLED: Final = re.compile(
    r"(?<![_^])\{\{[\w.|\s-]+\}\}|\{%[^{}]*%\}|<%[^<>]*%>|\$\{[A-Za-z][\w.-]{2,}\}(?![_^$])|%\([A-Za-z]\w*\)[sd]"
)
_EMPTY_VALUES: Final = frozenset({"null", "undefined", "nan", "[object object]", "n/a", "#n/a", "none", "(null)"})
"""What programs write where there is no value. People and places are called Null, so their names are not held to it."""
_TEST_WORDS: Final = frozenset(
    {"test", "testing", "test title", "test work", "todo", "tbd", "xxx", "title", "untitled", "foo", "foobar", "asdf"}
)
_LONGEST: Final = max(map(len, _EMPTY_VALUES | _TEST_WORDS)) + 2
_LOREM: Final = "lorem ipsum"
_SHOWN: Final = 80
_SIGNS: Final = re.compile(r"[<&{%]")


def shown(text: str) -> str:
    """Return the text for a message, shortened when it is long."""
    return f"“{text if len(text) <= _SHOWN else text[: _SHOWN - 1] + '…'}”"


def check_text(text: str | None, at: At, out: list[Fault], *, title: bool = False) -> None:
    """Add what a reader would trip over.

    Args:
        text: None: there is none.
        at: Its place.
        out: Takes the faults.
        title: It is the title of something, so that a placeholder's word is no text.
    """
    if not text:
        return
    if _SIGNS.search(text):
        _check_signs(text, at, out)
    if title and (len(text) <= _LONGEST or text[:1] in "Ll"):
        word = text.strip().lower()
        if word in _EMPTY_VALUES or word in _TEST_WORDS or word.startswith(_LOREM):
            out.append(Fault(clauses.PLACEHOLDER, at, f"{shown(text)} stands where a text is due.", text[:_SHOWN]))


def check_value(wrapped: Content | None, at: At, out: list[Fault], *, title: bool = False) -> None:
    """Do the same for a text that stands in an object of its own."""
    if wrapped:
        check_text(wrapped.get("value"), at, out, title=title)


def _check_signs(text: str, at: At, out: list[Fault]) -> None:
    if found := _UNFILLED.search(text):
        message = f"{shown(found[0])} looks like a placeholder that was not filled."
        out.append(Fault(clauses.UNFILLED, at, message, found[0][:_SHOWN]))
    if found := _TAG.search(text):
        message = f"The text holds markup, {shown(found[0])}, which readers will see as it is."
        out.append(Fault(clauses.MARKUP, at, message, found[0][:_SHOWN], "plain text"))
    elif found := _ENTITY.search(text):
        message = f"The text holds the entity {shown(found[0])}: it was escaped twice."
        out.append(Fault(clauses.MARKUP, at, message, found[0], "the character itself"))


def check_titles(titles: Content | None, at: At, out: list[Fault]) -> None:
    """Add what is odd about a title, its subtitle and its translation."""
    if not titles:
        return
    check_value(titles.get("title"), (*at, "title"), out, title=True)
    if "subtitle" in titles:
        check_value(titles["subtitle"], (*at, "subtitle"), out)
    if "translated-title" in titles:
        check_value(titles["translated-title"], (*at, "translated-title"), out, title=True)

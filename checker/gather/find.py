"""Finds the control that most likely leads where a journey wants to go. Pure: controls in, an order out.

A wrong guess costs a click and is walked back; it never becomes a finding.
"""

from __future__ import annotations

from collections.abc import Iterable
from urllib.parse import urlsplit

from ..evidence.page import Control, Snapshot
from ..orcid.hosts import PRODUCTION, SANDBOX, Environment
from . import words

MOST = 6
"""Controls that are tried on one page."""


def ways_to_orcid(snapshot: Snapshot, environment: Environment, asked_before: bool = False) -> list[Control]:
    """Return the controls that may start OAuth, the likeliest first.

    Args:
        asked_before: this page came up after such a control was pressed (a confirm page): then a plain "continue"
            counts too.
    """
    scored = [(_score_way(c, environment, asked_before), c) for c in _usable(snapshot.controls)]
    return _best(scored)


def ways_to_disconnect(snapshot: Snapshot, asked_before: bool = False) -> list[Control]:
    """Return the controls that may end the connection, the likeliest first."""
    return _best([(_score_disconnect(c, asked_before), c) for c in _usable(snapshot.controls)])


def personal_pages(snapshot: Snapshot, url: str) -> list[str]:
    """Return same-origin addresses behind links that may lead to pages where a person edits or manages things."""
    here = urlsplit(url)
    found: dict[str, int] = {}
    for control in _usable(snapshot.controls):
        target = urlsplit(control.href)
        if control.tag != "a" or (target.scheme, target.netloc) != (here.scheme, here.netloc):
            continue
        if target._replace(fragment="") == here._replace(fragment=""):
            continue
        text = f"{_words(control)} {target.path}"
        if words.AVOID.search(text) or _ends_something(text):
            continue
        if words.PERSONAL.search(text):
            address = target._replace(fragment="").geturl()
            found.setdefault(address, 2 if words.ORCID.search(text) else 1)
    return sorted(found, key=lambda address: -found[address])


def _usable(controls: Iterable[Control]) -> list[Control]:
    return [c for c in controls if c.visible and c.enabled]


def _best(scored: list[tuple[int, Control]]) -> list[Control]:
    ordered = sorted((pair for pair in scored if pair[0] > 0), key=lambda pair: (-pair[0], pair[1].index))
    return [control for _, control in ordered[:MOST]]


def _words(control: Control) -> str:
    icons = " ".join(f"{i.alt or ''} {i.name}" for i in control.icons)
    return f"{control.text} {control.name} {icons}"


def _names_orcid(control: Control) -> bool:
    pictures = " ".join(f"{i.source[-80:]} {i.snippet[:200]}" for i in control.icons)
    return (
        words.ORCID.search(f"{_words(control)} {control.raw_href} {control.href} {pictures} {control.snippet}")
        is not None
    )


def _score_way(control: Control, environment: Environment, asked_before: bool) -> int:
    text = _words(control)
    if environment.is_authorize(control.href):
        return 100
    if _leads_elsewhere_at_orcid(control.href, environment):
        return 0
    if _ends_something(text) or words.AVOID.search(text):
        return 0
    score = 0
    if words.ORCID.search(text):
        score += 40
    elif _names_orcid(control):
        score += 25
    elif not asked_before:
        return 0
    if words.CONNECT.search(text):
        score += 20
    if asked_before:
        if words.CANCEL.search(text):
            return 0
        if words.CONFIRM.search(text):
            score += 15
        if control.type == "submit" and control.tag in {"button", "input"}:
            score += 5
    if control.tag in {"button", "input"} or control.role == "button":
        score += 3
    return score


def _leads_elsewhere_at_orcid(href: str, environment: Environment) -> bool:
    """A record, the home page, the register page: ORCID, but no way to connect."""
    return any(e.owns(href) and not e.is_authorize(href) for e in (environment, SANDBOX, PRODUCTION))


def _ends_something(text: str) -> bool:
    return bool(words.UNLINK.search(text) or words.REMOVE.search(text))


def _score_disconnect(control: Control, asked_before: bool) -> int:
    text, hint = _words(control), f"{control.href} {control.snippet}"
    if not _ends_something(text):
        if asked_before and words.CONFIRM.search(text) and not words.CANCEL.search(text):
            return 20
        return 25 if words.UNLINK.search(hint) and words.ORCID.search(f"{text} {hint}") else 0
    unlinks = words.UNLINK.search(text) is not None
    if not unlinks and words.ITEM.search(text):
        return 0
    # "Remove" alone may remove anything; it has to stand beside ORCID's name, or follow on a disconnect.
    if words.ORCID.search(f"{text} {hint}"):
        score = 50
    elif words.ORCID.search(control.context):
        score = 40
    else:
        return 30 if asked_before else 0
    return score + (10 if unlinks else 0)

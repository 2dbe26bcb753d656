"""`/search`, `/expanded-search` and `/csv-search` in a simple form.

Documented: answers, limits, errors (facts on the API, sections 2 and 12; ORCID's tutorial on searching). Our choice: of
Solr's language `field:value`, quotation marks, `*`, `?`, `AND`, `OR`, `NOT` and parentheses are understood, without
ranking; what cannot be read finds nothing. Only what is public is found.
"""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Callable, Iterable, Mapping
from fnmatch import fnmatchcase
from typing import Any, Final

from .api_errors import ApiError
from .model import Person
from .record import Registry
from .shape import Tree
from .state import State

MOST_ROWS: Final = 1000
FURTHEST_START: Final = 10_000

_AFFILIATIONS: Final = (
    "employment", "education", "qualification", "invited-position", "distinction", "membership", "service",
)  # fmt: skip
_CSV: Final = frozenset(
    {"orcid", "email", "given-names", "family-name", "given-and-family-names", "credit-name", "other-names"}
    | {"current-institution-affiliation-name", "past-institution-affiliation-name"}
)
_TOKEN: Final = re.compile(r'\(|\)|(?:[\w.-]+:)?(?:"[^"]*"|\([^()]*\)|[^\s()]+)')

_Words = Mapping[str, list[str]]
_Test = Callable[[_Words], bool]


class Search:
    """Finds people."""

    def __init__(self, state: State, registry: Registry) -> None:
        self._state = state
        self._registry = registry

    def ids(self, query: Mapping[str, str]) -> Tree:
        """Return the iDs that a query finds."""
        found, shown = self._find(query)
        results = [{"orcid-identifier": self._registry.identifier(person.orcid)} for person, _ in shown]
        return {"num-found": found, "result": results}

    def expanded(self, query: Mapping[str, str]) -> Tree:
        """Return the people that a query finds, with what is public of them."""
        found, shown = self._find(query)
        results = [
            {
                "orcid-id": person.orcid,
                "given-names": _first(words["given-names"]),
                "family-names": _first(words["family-name"]),
                "credit-name": _first(words["credit-name"]),
                "other-name": words["other-names"],
                "email": words["email"],
                "institution-name": words["affiliation-org-name"],
            }
            for person, words in shown
        ]
        return {"num-found": found, "expanded-result": results}

    def table(self, query: Mapping[str, str]) -> str:
        """Return the same as CSV, with the columns of the field list `fl`."""
        _, shown = self._find(query)
        columns = [name for name in re.split("[, ]+", query.get("fl", "orcid")) if name in _CSV] or ["orcid"]
        out = io.StringIO()
        writer = csv.writer(out, lineterminator="\n")
        writer.writerow(columns)
        for _, words in shown:
            names = {
                "given-and-family-names": [" ".join(words["given-names"] + words["family-name"])],
                "current-institution-affiliation-name": words["affiliation-org-name"],
            }
            writer.writerow([",".join((words | names).get(column, [])) for column in columns])
        return out.getvalue()

    def _find(self, query: Mapping[str, str]) -> tuple[int, list[tuple[Person, dict[str, list[str]]]]]:
        start = _number(query.get("start", "0"), "start")
        rows = _number(query.get("rows", str(MOST_ROWS)), "rows")
        if start > FURTHEST_START:
            raise ApiError(400, 9043, f"start is {start}; at most {FURTHEST_START} is allowed")
        if rows > MOST_ROWS:
            raise ApiError(400, 9012, f"rows is {rows}; at most {MOST_ROWS} is allowed")
        test = _parsed(query.get("q", ""))
        people = [
            (person, words)
            for person in self._state.people.values()
            if person.status == "active" and test(words := self._words(person))
        ]
        return len(people), people[start : start + rows]

    def _words(self, person: Person) -> dict[str, list[str]]:
        named = person.name_public
        words: dict[str, list[str]] = {
            "orcid": [person.orcid],
            "email": [person.login] if person.email_public else [],
            "given-names": [person.given_names or person.name] if named else [],
            "family-name": [person.family_name] if named else [],
            "credit-name": [person.credit_name] if named else [],
            "biography": [person.biography],
        }
        words["given-and-family-names"] = [" ".join(words["given-names"] + words["family-name"])]
        words["other-names"] = [i["content"] for i in self._public(person, "other-name") if "content" in i]
        words["keyword"] = [i["content"] for i in self._public(person, "keyword") if "content" in i]
        words["work-titles"], words["digital-object-ids"] = [], []
        for work in self._public(person, "work"):
            words["work-titles"].append(_in(work, "title", "title", "value"))
            for one in _in(work, "external-ids", "external-id") or []:
                name = (
                    "digital-object-ids" if one.get("external-id-type") == "doi" else f"{one.get('external-id-type')}"
                )
                values = [str(one.get("external-id-value", ""))]
                words.setdefault(name, []).extend(values)
                if one.get("external-id-relationship") == "self":
                    words.setdefault(f"{one.get('external-id-type')}-self", []).extend(values)
        words["affiliation-org-name"] = []
        for kind in _AFFILIATIONS:
            for item in self._public(person, kind):
                known = _in(item, "organization", "disambiguated-organization") or {}
                words["affiliation-org-name"].append(_in(item, "organization", "name"))
                source = str(known.get("disambiguation-source", "")).lower()
                field = {"ror": "ror-org-id", "grid": "grid-org-id", "ringgold": "ringgold-org-id"}.get(source)
                if field:
                    words.setdefault(field, []).append(str(known.get("disambiguated-organization-identifier")))
        return {name: [value for value in dict.fromkeys(values) if value] for name, values in words.items()}

    def _public(self, person: Person, kind: str) -> Iterable[Tree]:
        return (i.content for i in self._state.items(person.orcid, kind) if i.visibility == "public")


def _number(text: str, name: str) -> int:
    if not (text.isascii() and text.isdigit() and len(text) < 10):
        raise ApiError(400, 9012, f"{name} is {text[:40]!r}; it must be a whole number")
    return int(text)


def _first(values: list[str]) -> str | None:
    return values[0] if values else None


def _in(tree: Any, *path: str) -> Any:
    for name in path:
        tree = tree.get(name) if isinstance(tree, dict) else None
    return tree


# The language


def _parsed(query: str) -> _Test:
    tokens = _TOKEN.findall(query[:2000])
    try:
        test, rest = _any(tokens, 0)
    except IndexError:
        return lambda _: False
    return test if not rest and tokens else lambda _: False


def _any(tokens: list[str], depth: int) -> tuple[_Test, list[str]]:
    test, rest = _all(tokens, depth)
    tests = [test]
    while rest and rest[0] == "OR":
        test, rest = _all(rest[1:], depth)
        tests.append(test)
    return (lambda words: any(t(words) for t in tests)), rest


def _all(tokens: list[str], depth: int) -> tuple[_Test, list[str]]:
    test, rest = _one(tokens, depth)
    tests = [test]
    while rest and rest[0] not in {"OR", ")"}:
        test, rest = _one(rest[1:] if rest[0] == "AND" else rest, depth)
        tests.append(test)
    return (lambda words: all(t(words) for t in tests)), rest


def _one(tokens: list[str], depth: int) -> tuple[_Test, list[str]]:
    token, rest = tokens[0], tokens[1:]
    if depth > 20:
        raise IndexError
    if token == "NOT":
        test, rest = _one(rest, depth + 1)
        return (lambda words: not test(words)), rest
    if token == "(":
        test, rest = _any(rest, depth + 1)
        if rest[0] != ")":
            raise IndexError
        return test, rest[1:]
    field, colon, value = token.partition(":")
    if not colon or token.startswith('"'):
        field, value = "", token
    return _matches(field, value), rest


def _matches(field: str, value: str) -> _Test:
    quoted = value.startswith('"')
    wanted = value.strip('"()').replace("\\", "").casefold()
    if field == "*":
        field = ""

    def hit(text: str) -> bool:
        text = text.casefold()
        if wanted == "*":
            return True
        if not quoted and ("*" in wanted or "?" in wanted):
            pattern = wanted.replace("[", "[[]")
            return fnmatchcase(text, pattern) or any(fnmatchcase(word, pattern) for word in text.split())
        return wanted == text or f" {wanted} " in f" {text} "

    def test(words: _Words) -> bool:
        lists = [words.get(field, [])] if field else list(words.values())
        return any(hit(text) for values in lists for text in values)

    return test

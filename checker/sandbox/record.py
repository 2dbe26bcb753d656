"""From state to documents: one item, the lists, the person, the whole record, as a given reader may see them."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from datetime import datetime
from typing import Any
from urllib.parse import urlsplit
from weakref import WeakKeyDictionary

from ..orcid.payloads.rules.normalise import normalised
from .documents import SECTIONS, Section
from .keys import external_ids, group_key
from .model import Person
from .rendered import Rendered, Summary
from .shape import Tree, Written, milliseconds
from .state import Group, Item, Notification, State

Sees = Callable[[Item], bool]


class Registry:
    """Writes documents about the records in a state, under a base URL such as `https://localhost:8765`."""

    def __init__(self, state: State, base: str) -> None:
        self.state = state
        self.base = base
        self._host = urlsplit(base).netloc
        self._kept: WeakKeyDictionary[Item, tuple[Any, Rendered, Summary]] = WeakKeyDictionary()

    def identifier(self, path: str, place: str = "") -> Tree:
        """Return uri, path and host of an iD or (with place `client/`) of a client."""
        return {"uri": f"{self.base}/{place}{path}", "path": path, "host": self._host}

    def _name_of(self, client_id: str) -> str:
        client = self.state.clients.get(client_id)
        return client.name if client else client_id

    def source(self, client_id: str, origin: str = "") -> Tree:
        """Return who wrote something, as an item has it."""
        found: Tree = {
            "source-client-id": self.identifier(client_id, "client/"),
            "source-name": {"value": self._name_of(client_id)},
        }
        if origin:
            found["assertion-origin-client-id"] = self.identifier(origin, "client/")
            found["assertion-origin-name"] = {"value": self._name_of(origin)}
        return found

    # Items

    def item(self, orcid: str, item: Item) -> Rendered:
        """Return an item with its dates, source, put-code, visibility and path."""
        return self._written(orcid, item)[0]

    def summary(self, orcid: str, item: Item) -> Summary:
        """Return an item as a list shows it."""
        return self._written(orcid, item)[1]

    def _written(self, orcid: str, item: Item) -> tuple[Rendered, Summary]:
        key = (item.content, item.type, item.modified, item.visibility)
        kept = self._kept.get(item)
        if kept is None or kept[0][0] is not key[0] or kept[0][1:] != key[1:]:
            content = self._content(orcid, item)
            kept = self._kept[item] = (key, Rendered(item.type, content), Summary(SECTIONS[item.type], content))
        return kept[1], kept[2]

    def _content(self, orcid: str, item: Item) -> Tree:
        section = SECTIONS[item.type]
        content = {
            "created-date": {"value": milliseconds(item.created)},
            "last-modified-date": {"value": milliseconds(item.modified)},
            "source": self.source(item.client_id, item.origin),
            **(item.content if section.is_person else _with_normal_forms(item.type, item.content)),
            "put-code": item.put_code,
            "visibility": item.visibility,
            "path": f"/{orcid}/{section.path}/{item.put_code}",
            "display-index": "0",
        }
        if section.is_affiliation and "organization" in content:
            content["organization"] = {"address": {}, **content["organization"]}
        return content

    # Lists

    def listing(self, person: Person, section: Section, sees: Sees) -> Tree:
        """Return the list of a record's items of one kind, those with a common identifier in one group."""
        orcid, kind = person.orcid, section.kind
        items = [item for item in self.state.items(orcid, kind) if sees(item)]
        path = section.path if section.is_person else section.listed
        found: Tree = {"last-modified-date": _latest(items), "path": f"/{orcid}/{path}"}
        if section.is_person:
            return found | {kind: [self.item(orcid, item) for item in items]}
        if kind == "peer-review":
            return found | {"group": [self._reviews(orcid, name, group) for name, group in _by_group(items).items()]}
        name = "affiliation-group" if section.is_affiliation else "group"
        return found | {name: [self._group(orcid, group) for group in _grouped(items)]}

    def _group(self, orcid: str, items: list[Item]) -> Tree:
        kind = items[0].type
        ids: dict[Any, Tree] = {}
        for item in items:
            for one in _ids_with_normal_forms(kind, external_ids(kind, item.content)):
                if one.get("external-id-relationship") == "self":
                    ids.setdefault(group_key(one), one)
        return {
            "last-modified-date": _latest(items),
            "external-ids": {"external-id": [_flat(one) for one in ids.values()]},
            f"{kind}-summary": [self.summary(orcid, item) for item in items],
        }

    def _reviews(self, orcid: str, name: str, items: list[Item]) -> Tree:
        return {
            "last-modified-date": _latest(items),
            "external-ids": {"external-id": [{"external-id-type": "peer-review", "external-id-value": name}]},
            "peer-review-group": [self._group(orcid, group) for group in _grouped(items)],
        }

    def activities(self, person: Person, sees: Sees) -> Tree:
        """Return all lists of activities."""
        found: Tree = {s.listed: self.listing(person, s, sees) for s in SECTIONS.values() if not s.is_person}
        dates = [part["last-modified-date"] for part in found.values() if part["last-modified-date"]]
        return found | {"last-modified-date": max(dates, default=None), "path": f"/{person.orcid}/activities"}

    # The person

    def name(self, person: Person, *, limited: bool) -> Tree | None:
        """Return the names, or None for a reader who may not see them."""
        if not (person.name_public or limited):
            return None
        return {
            "created-date": self.state.claimed,
            "last-modified-date": self.state.claimed,
            "given-names": person.given_names or person.name or None,
            "family-name": person.family_name or None,
            "credit-name": person.credit_name or None,
            "visibility": "public" if person.name_public else "limited",
            "path": person.orcid,
        }

    def biography(self, person: Person) -> Tree | None:
        """Return the biography, if there is one."""
        if not person.biography.strip():
            return None
        return {
            "created-date": self.state.claimed,
            "last-modified-date": self.state.claimed,
            "content": person.biography,
            "visibility": "public",
            "path": f"/{person.orcid}/biography",
        }

    def person(self, person: Person, sees: Sees, *, limited: bool) -> Tree:
        """Return names, biography, e-mail addresses and what applications wrote about the person."""
        lists = {s.listed: self.listing(person, s, sees) for s in SECTIONS.values() if s.is_person}
        dates = [self.state.claimed, *(part["last-modified-date"] for part in lists.values())]
        return {
            "last-modified-date": max(date for date in dates if date),
            "name": self.name(person, limited=limited),
            "biography": self.biography(person),
            "emails": self.emails(person),
            **lists,
            "path": f"/{person.orcid}/person",
        }

    def personal_details(self, person: Person, sees: Sees, *, limited: bool) -> Tree:
        """Return names and biography alone."""
        names = self.listing(person, SECTIONS["other-name"], sees)
        return {
            "last-modified-date": max(date for date in (self.state.claimed, names["last-modified-date"]) if date),
            "name": self.name(person, limited=limited),
            "other-names": names,
            "biography": self.biography(person),
            "path": f"/{person.orcid}/personal-details",
        }

    def emails(self, person: Person) -> Tree:
        """Return the visible e-mail addresses."""
        found: Tree = {"last-modified-date": None, "path": f"/{person.orcid}/email"}
        if not person.email_public:
            return found
        email = {
            "created-date": self.state.claimed,
            "last-modified-date": self.state.claimed,
            "source": {"source-orcid": self.identifier(person.orcid), "source-name": person.public_name or None},
            "email": person.login,
            "visibility": "public",
            "verified": True,
            "primary": True,
        }
        return found | {"last-modified-date": self.state.claimed, "email": [email]}

    def record(self, person: Person, sees: Sees, *, limited: bool) -> Tree:
        """Return the whole record."""
        about, activities = self.person(person, sees, limited=limited), self.activities(person, sees)
        latest = max(about["last-modified-date"], activities["last-modified-date"] or self.state.claimed)
        return {
            "orcid-identifier": self.identifier(person.orcid),
            "preferences": {"locale": "en"},
            "history": {
                "creation-method": "Direct",
                "submission-date": self.state.claimed,
                "last-modified-date": latest,
                "claimed": "true",
                "verified-email": "true",
                "verified-primary-email": "true",
            },
            "person": about,
            "activities-summary": activities,
            "path": f"/{person.orcid}",
        }

    # What belongs to no record

    def group(self, group: Group) -> Rendered:
        """Return a group of peer reviews."""
        who = {"source-client-id": self.identifier(group.client_id, "client/")} if group.client_id else {}
        return Rendered("group-id", {**who, **group.content, "put-code": group.put_code})

    def notification(self, notification: Notification) -> Written:
        """Return a permission notification."""
        content: Tree = dict(notification.content)
        for name, moment in (
            ("created-date", notification.created),
            ("read-date", notification.read),
            ("archived-date", notification.archived),
        ):
            if moment:
                content[name] = {"value": milliseconds(moment)}
        content |= {"source": self.source(notification.client_id), "put-code": notification.put_code}
        return Rendered("notification", content)


def _latest(items: Iterable[Item]) -> datetime | None:
    return max((item.modified for item in items), default=None)


def _with_normal_forms(kind: str, content: Tree) -> Tree:
    """Return an activity with the normal forms of its identifiers, as ORCID shows them."""
    found = dict(content)
    if kind == "research-resource":
        if proposal := content.get("proposal"):
            found["proposal"] = _with_normal_forms("proposal", proposal)
        if "resource-item" in content:
            found["resource-item"] = [_with_normal_forms("item", item) for item in content["resource-item"]]
        return found
    for name in ("external-ids", "review-identifiers"):
        if part := content.get(name):
            found[name] = {"external-id": _ids_with_normal_forms(kind, part.get("external-id", []))}
    if one := content.get("subject-external-identifier"):
        found["subject-external-identifier"] = _ids_with_normal_forms(kind, [one])[0]
    return found


def _ids_with_normal_forms(kind: str, ids: Iterable[Tree]) -> list[Tree]:
    return [dict(one) for one in ids] if kind == "funding" else [_with_normal_form(one) for one in ids]


def _with_normal_form(one: Tree) -> Tree:
    type_, value = one.get("external-id-type"), one.get("external-id-value")
    if type_ is None or value is None:
        return one
    found = {k: v for k, v in one.items() if not k.startswith("external-id-normalized")}
    if form := normalised(type_, value):
        found["external-id-normalized"] = {"value": form, "transient": True}
    else:
        found["external-id-normalized-error"] = {
            "error-code": "8001",
            "error-message": f"The value {value} of the type {type_} has no normal form",
            "transient": True,
        }
    return found


def _flat(one: Tree) -> Tree:
    """Return an identifier as the language of containers has it."""
    return {k: v["value"] if k == "external-id-url" else v for k, v in one.items()}


def _by_group(items: Iterable[Item]) -> dict[str, list[Item]]:
    found: dict[str, list[Item]] = {}
    for item in items:
        found.setdefault(str(item.content.get("review-group-id", "")), []).append(item)
    return found


def _grouped(items: Iterable[Item]) -> list[list[Item]]:
    """Put items that share a `self` identifier into one group, in the order of the first of each."""
    groups: dict[int, list[Item]] = {}
    owner: dict[Any, int] = {}
    moved: dict[int, int] = {}

    def home(number: int) -> int:
        while number in moved:
            number = moved[number]
        return number

    for number, item in enumerate(items):
        groups[number] = [item]
        for one in external_ids(item.type, item.content):
            if one.get("external-id-relationship") not in {"self", None}:
                continue
            other, here = home(owner.setdefault(group_key(one), number)), home(number)
            if other != here:
                first, last = sorted((other, here))
                groups[first] += groups.pop(last)
                moved[last] = first
    return list(groups.values())

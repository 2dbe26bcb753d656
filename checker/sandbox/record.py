"""From state to documents: one item, the lists, the person, the whole record, as a given reader may see them."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from datetime import datetime
from urllib.parse import urlsplit

from .documents import ACTIVITIES, ITEM_TYPES, ItemType
from .item_rules import external_ids, normalised, self_keys
from .model import Person
from .shape import Tree
from .state import Item, State

Sees = Callable[[Item], bool]


class Registry:
    """Writes documents about the records in a state, under a base URL such as `https://localhost:8765`."""

    def __init__(self, state: State, base: str) -> None:
        self.state = state
        self.base = base

    def identifier(self, path: str, place: str = "") -> Tree:
        """Return uri, path and host of an iD or (with place `client/`) of a client."""
        return {"uri": f"{self.base}/{place}{path}", "path": path, "host": urlsplit(self.base).netloc}

    def item(self, person: Person, item: Item) -> Tree:
        """Return an item with its dates, source, put-code, visibility and path."""
        content = dict(item.content)
        if ids := external_ids(content):
            content["external-ids"] = {
                "external-id": [
                    one | {"external-id-normalized": {"value": normalised(one), "transient": True}} for one in ids
                ]
            }
        client = self.state.clients.get(item.client_id)
        return content | {
            "created-date": item.created,
            "last-modified-date": item.modified,
            "source": {
                "source-client-id": self.identifier(item.client_id, "client/"),
                "source-name": client.name if client else item.client_id,
            },
            "put-code": item.put_code,
            "visibility": item.visibility,
            "path": f"/{person.orcid}/{item.type}/{item.put_code}",
            "display-index": "0",
        }

    def listing(self, person: Person, kind: ItemType, sees: Sees) -> Tree:
        """Return the list of a record's items of one type, those with a common identifier in one group."""
        name = "affiliation-group" if kind.affiliation else "group"
        groups = _grouped(item for item in self.state.items(person.orcid, kind.name) if sees(item))
        return {
            "last-modified-date": _latest(item for group in groups for item in group),
            name: [self._group(person, kind, group) for group in groups],
            "path": f"/{person.orcid}/{kind.section}",
        }

    def _group(self, person: Person, kind: ItemType, items: list[Item]) -> Tree:
        ids: dict[tuple[str, str], Tree] = {}
        summaries: list[Tree] = []
        for item in items:
            full = self.item(person, item)
            for one in external_ids(full):
                if one.get("external-id-relationship") == "self":
                    ids.setdefault((one["external-id-type"], normalised(one)), one)
            # A list shows every item's identifiers, if need be as an empty list.
            summaries.append({"external-ids": {"external-id": []}} | full)
        return {
            "last-modified-date": _latest(items),
            "external-ids": {"external-id": list(ids.values())},
            f"{kind.name}-summary": summaries,
        }

    def activities(self, person: Person, sees: Sees) -> Tree:
        """Return all lists of a record."""
        found: Tree = {
            field.name: {"path": f"/{person.orcid}/{field.name}"}
            for field in ACTIVITIES.fields
            if field.name != "last-modified-date"
        }
        found |= {kind.section: self.listing(person, kind, sees) for kind in ITEM_TYPES.values()}
        dates = [part["last-modified-date"] for part in found.values() if part.get("last-modified-date")]
        return found | {"last-modified-date": max(dates, default=None), "path": f"/{person.orcid}/activities"}

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

    def person(self, person: Person, *, limited: bool) -> Tree:
        """Return the person: names, and empty lists for what this sandbox does not hold."""
        orcid = person.orcid
        sections = ("other-names", "researcher-urls", "keywords", "external-identifiers")
        return {
            "last-modified-date": self.state.claimed,
            "name": self.name(person, limited=limited),
            **{name: {"path": f"/{orcid}/{name}"} for name in sections},
            "emails": self.emails(person),
            "addresses": {"path": f"/{orcid}/address"},
            "path": f"/{orcid}/person",
        }

    def personal_details(self, person: Person, *, limited: bool) -> Tree:
        """Return names alone."""
        return {
            "last-modified-date": self.state.claimed,
            "name": self.name(person, limited=limited),
            "other-names": {"path": f"/{person.orcid}/other-names"},
            "path": f"/{person.orcid}/personal-details",
        }

    def emails(self, person: Person) -> Tree:
        """Return the visible e-mail addresses: none, as for most people."""
        return {"path": f"/{person.orcid}/email"}

    def record(self, person: Person, sees: Sees, *, limited: bool) -> Tree:
        """Return the whole record."""
        return {
            "orcid-identifier": self.identifier(person.orcid),
            "preferences": {"locale": "en"},
            "history": {
                "creation-method": "Direct",
                "submission-date": self.state.claimed,
                "last-modified-date": self.state.claimed,
                "claimed": "true",
                "verified-email": "true",
                "verified-primary-email": "true",
            },
            "person": self.person(person, limited=limited),
            "activities-summary": self.activities(person, sees),
            "path": f"/{person.orcid}",
        }


def _latest(items: Iterable[Item]) -> datetime | None:
    return max((item.modified for item in items), default=None)


def _grouped(items: Iterable[Item]) -> list[list[Item]]:
    """Put items that share a `self` identifier into one group."""
    groups: list[tuple[set[tuple[str, str]], list[Item]]] = []
    for item in items:
        keys, members = self_keys(item.content), [item]
        for group in [g for g in groups if g[0] & keys]:
            groups.remove(group)
            keys |= group[0]
            members = group[1] + members
        groups.append((keys, members))
    return [members for _, members in groups]

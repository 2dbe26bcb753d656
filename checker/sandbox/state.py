"""What the sandbox knows and remembers: clients, people, sessions, codes, tokens, records. No HTTP here.

Everything is in memory and touched from one thread only, that of the sandbox's event loop.
"""

from __future__ import annotations

import random
import secrets
import string
import uuid
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from functools import lru_cache
from itertools import count
from typing import Any, Final

from ..orcid.payloads import Stored
from . import permissions
from .keys import keys_of
from .model import Client, ErrorForm, Person, Visibility

CODE_LIFE: Final = timedelta(minutes=10)
"""Our choice; ORCID's own was 24 hours in the last public code."""

TOKEN_LIFE: Final = 631_138_519
"""Seconds; documented (the first answer says one less)."""

_CODE_LETTERS: Final = string.ascii_letters + string.digits


_effective = lru_cache(maxsize=1024)(permissions.effective)


def utc_now() -> datetime:
    """Return the present moment in UTC."""
    return datetime.now(UTC)


@dataclass
class Session:
    """A browser that signed in."""

    orcid: str
    signed_in: datetime
    interstitial_seen: bool = False


@dataclass
class Token:
    """An access token with its refresh token."""

    client_id: str
    orcid: str | None
    """None for a client's own token."""
    scopes: tuple[str, ...]
    issued: datetime
    access: str = field(default_factory=lambda: str(uuid.uuid4()))
    refresh: str = field(default_factory=lambda: str(uuid.uuid4()))
    revoked: bool = False
    """Ended by the client, by a refresh or by a code that came twice."""
    revoked_by_person: bool = False
    """Ended under Trusted organizations."""
    silent: bool = True
    """Lets the next authorization with no new scope pass without a consent page."""
    life: float = TOKEN_LIFE
    """Seconds from `issued` on."""
    auth_time: datetime | None = None
    """When the person signed in."""
    assertion_origin: str = ""
    """Id of the client on whose behalf the token was made (token exchange); items written with the token name it."""
    now: Callable[[], datetime] = field(default=utc_now, repr=False, compare=False)
    """The sandbox's clock."""

    @property
    def left(self) -> float:
        """Seconds until its time has come; not above zero afterwards."""
        return (self.issued - self.now()).total_seconds() + self.life

    @property
    def live(self) -> bool:
        """Whether nobody has ended it and its time has not come."""
        return not (self.revoked or self.revoked_by_person) and self.left > 0

    def allows(self, *any_of: str) -> bool:
        """Say whether the token's scopes include one of these."""
        return not _effective(tuple(self.scopes)).isdisjoint(any_of)


@dataclass
class Code:
    """An authorization code."""

    value: str
    client_id: str
    orcid: str
    redirect_uri: str
    scopes: tuple[str, ...]
    nonce: str
    auth_time: datetime
    issued: datetime
    token: Token | None = None
    """The token that it was exchanged for."""


@dataclass(eq=False)
class Item:
    """One item of a record: its content is the tree of :mod:`checker.orcid.payloads.model`."""

    type: str
    """A name of :data:`checker.orcid.payloads.KINDS`."""
    put_code: int
    client_id: str
    """The client that wrote it."""
    visibility: Visibility
    created: datetime
    modified: datetime
    content: dict[str, Any]
    """As it was sent, without what the registry itself keeps of an item."""
    origin: str = ""
    """The client on whose behalf it was written."""

    @property
    def source(self) -> str:
        """Who may change it: with and without an origin the same client counts as two."""
        return source(self.client_id, self.origin)

    def stored(self) -> Stored:
        """Return the item as the rules for payloads want it."""
        return Stored(self.put_code, self.type, self.content, self.source, self.visibility)


def source(client_id: str, origin: str) -> str:
    """Return what stands for a client that writes, alone or on behalf of another one."""
    return f"{client_id} for {origin}" if origin else client_id


@dataclass
class Group:
    """A group of peer reviews; it belongs to no record."""

    put_code: int
    client_id: str
    """Empty: the registry made it of an ISSN."""
    created: datetime
    modified: datetime
    content: dict[str, Any]


@dataclass
class Notification:
    """A permission notification."""

    put_code: int
    orcid: str
    client_id: str
    created: datetime
    content: dict[str, Any]
    read: datetime | None = None
    archived: datetime | None = None


@dataclass
class Kept:
    """What outlives the program: all but sessions and codes."""

    clients: list[Client]
    people: list[Person]
    tokens: list[Token]
    items: dict[str, list[Item]]
    next_put_code: int
    institution_accounts: list[tuple[str, str, str]]
    """entityID, identifier, iD."""
    groups: list[Group] = field(default_factory=list)
    notifications: list[Notification] = field(default_factory=list)
    webhooks: list[tuple[str, str, str]] = field(default_factory=list)
    """iD, callback, client."""


class _Shelf:
    """The items of one type on one record, found by put-code and by what makes two of them the same."""

    def __init__(self) -> None:
        self.items: dict[int, Item] = {}
        self._keys: dict[tuple[Any, ...], dict[int, None]] = {}

    def put(self, item: Item) -> None:
        """Add an item."""
        self.items[item.put_code] = item
        for key in keys_of(item.type, item.content):
            self._keys.setdefault(key, {})[item.put_code] = None

    def take(self, item: Item) -> None:
        """Remove an item."""
        self.items.pop(item.put_code, None)
        self.forget(item)

    def forget(self, item: Item) -> None:
        """Remove an item's keys, and leave it in its place."""
        for key in keys_of(item.type, item.content):
            if codes := self._keys.get(key):
                codes.pop(item.put_code, None)
                if not codes:
                    del self._keys[key]

    def like(self, content: dict[str, Any], type: str) -> Iterator[Item]:
        """Give the items that share a key with a content, the oldest first."""
        codes = {code for key in keys_of(type, content) for code in self._keys.get(key, ())}
        return (self.items[code] for code in sorted(codes))


class State:
    """All that the sandbox remembers."""

    def __init__(
        self, clients: Iterable[Client], people: Iterable[Person], now: Callable[[], datetime] = utc_now
    ) -> None:
        self._first = (tuple(clients), tuple(people))
        clients, people = self._first
        self.now = now
        self.clients = {client.id: client for client in clients}
        self.people = {person.orcid: person for person in people}
        self.error_form: ErrorForm = "fragment"
        """What the authorization page does with an error that the client is to hear of."""
        self.claimed = now()
        """When the records were made."""
        self.strict_organizations = False
        """Refuse identifiers of organizations that the sandbox's own small table does not have."""
        self._sessions: dict[str, Session] = {}
        self._codes: dict[str, Code] = {}
        self._tokens: list[Token] = []
        self._by_access: dict[str, Token] = {}
        self._shelves: dict[str, dict[str, _Shelf]] = {}
        self._versions: dict[str, int] = {}
        self.groups: dict[int, Group] = {}
        """Groups of peer reviews, by put-code."""
        self.notifications: dict[int, Notification] = {}
        self.webhooks: dict[str, dict[str, str]] = {}
        """iD -> callback -> the client that is to be told."""
        self.on_change: Callable[[str], object] = lambda _: None
        """Called with the iD of a record that changed."""
        self._put_codes = count(random.randint(100_000, 900_000))
        self.institution_accounts: dict[tuple[str, str], str] = {}
        """entityID and persistent identifier of an account at an institution -> the iD that it is linked to."""

    def reset(self) -> None:
        """Go back to the start: the first clients and people, empty records, no sessions, codes, tokens or links."""
        (clients, people), on_change = self._first, self.on_change
        strict, versions = self.strict_organizations, {orcid: self.version(orcid) for orcid in self.people}
        # Whatever else a new State has, the old one has after this.
        State.__init__(self, clients, people, self.now)
        self.on_change, self.strict_organizations = on_change, strict
        # A version is never told twice: what was rendered of a record before is of no use after.
        self._versions = {orcid: version + 1 for orcid, version in versions.items()}

    def keep(self) -> Kept:
        """Return what is worth keeping."""
        items = {orcid: list(self._all(orcid)) for orcid in self.people}
        hooks = [(orcid, uri, client) for orcid, uris in self.webhooks.items() for uri, client in uris.items()]
        links = [(*account, orcid) for account, orcid in self.institution_accounts.items()]
        return Kept(
            list(self.clients.values()), list(self.people.values()), list(self._tokens), items,
            next(self._put_codes), links, list(self.groups.values()), list(self.notifications.values()), hooks,
        )  # fmt: skip

    def take(self, kept: Kept) -> None:
        """Add what was kept; who is here already stays as they are, and a reset comes back to both."""
        self.clients = {client.id: client for client in kept.clients} | self.clients
        self.people = {person.orcid: person for person in kept.people} | self.people
        self._first = (tuple(self.clients.values()), tuple(self.people.values()))
        for token in kept.tokens:
            token.now = self.now
            self._add_token(token)
        for orcid in self.people:
            for item in kept.items.get(orcid, []):
                self._shelf(orcid, item.type).put(item)
            self._versions[orcid] = self.version(orcid) + 1
        self.groups.update((group.put_code, group) for group in kept.groups)
        self.notifications.update((one.put_code, one) for one in kept.notifications)
        for orcid, uri, client_id in kept.webhooks:
            self.webhooks.setdefault(orcid, {})[uri] = client_id
        self._put_codes = count(kept.next_put_code)
        self.institution_accounts.update({(entity, name): orcid for entity, name, orcid in kept.institution_accounts})

    # People and sessions

    def add_person(self, person: Person) -> None:
        """Let a further person sign in; they have an empty record."""
        self.people[person.orcid] = person

    def sign_in(self, login: str, password: str) -> str | None:
        """Return a new session's key, or None when login and password do not belong together."""
        wanted = login.strip().casefold()
        orcid = login.strip().rpartition("/")[2]
        for person in self.people.values():
            known = wanted == person.login.casefold() or orcid == person.orcid
            if known and secrets.compare_digest(password.encode(), person.password.encode()):
                return self.open_session(person.orcid)
        return None

    def open_session(self, orcid: str) -> str:
        """Sign a person in without a password and return the new session's key."""
        key = secrets.token_urlsafe(24)
        self._sessions[key] = Session(orcid, self.now())
        return key

    def session(self, key: str | None) -> Session | None:
        """Return the session of a key."""
        return self._sessions.get(key or "")

    def sign_out(self, key: str | None) -> None:
        """End a session."""
        self._sessions.pop(key or "", None)

    # Consent and codes

    def agreed(self, orcid: str, client_id: str, scopes: Iterable[str]) -> bool:
        """Say whether the person agreed before to these scopes and the permission still stands."""
        wanted = set(scopes)
        return any(t.live and t.silent and wanted <= set(t.scopes) for t in self.tokens_of(orcid, client_id))

    def forget(self, orcid: str, client_id: str) -> None:
        """Ask for consent again next time, without ending any token."""
        for token in self.tokens_of(orcid, client_id):
            token.silent = False

    def issue_code(
        self, session: Session, client_id: str, redirect_uri: str, scopes: tuple[str, ...], nonce: str = ""
    ) -> Code:
        """Make an authorization code: six mixed-case letters and digits."""
        value = "".join(secrets.choice(_CODE_LETTERS) for _ in range(6))
        code = Code(value, client_id, session.orcid, redirect_uri, scopes, nonce, session.signed_in, self.now())
        self._codes[value] = code
        return code

    def code(self, value: str) -> Code | None:
        """Return a code, used or not."""
        return self._codes.get(value)

    def is_late(self, code: Code) -> bool:
        """Say whether the code's time is over."""
        return self.now() > code.issued + CODE_LIFE

    # Tokens

    def issue_token(
        self,
        client_id: str,
        orcid: str | None,
        scopes: tuple[str, ...],
        *,
        life: float = TOKEN_LIFE,
        lasting: bool = True,
        auth_time: datetime | None = None,
        assertion_origin: str = "",
    ) -> Token:
        """Make a token; one that is not `lasting` has no refresh token and lets no later authorization pass."""
        token = Token(
            client_id, orcid, scopes, self.now(), silent=lasting, life=life, auth_time=auth_time,
            assertion_origin=assertion_origin, now=self.now,
        )  # fmt: skip
        if not lasting:
            token.refresh = ""
        self._add_token(token)
        return token

    def _add_token(self, token: Token) -> None:
        self._tokens.append(token)
        self._by_access[token.access] = token

    def token(self, value: str) -> Token | None:
        """Return the token of an access token's value, dead or alive."""
        return self._by_access.get(value)

    def token_of_refresh(self, value: str) -> Token | None:
        """Return the token of a refresh token's value, dead or alive."""
        return next((t for t in self._tokens if value and t.refresh == value), None)

    def expire(self, token: Token) -> None:
        """End a token's time now."""
        token.issued = self.now() - timedelta(seconds=token.life)

    def knows(self, client_id: str, orcid: str) -> bool:
        """Say whether the client has a live token for the person's record."""
        return any(token.live for token in self.tokens_of(orcid, client_id))

    def revoke_by_person(self, orcid: str, client_id: str) -> None:
        """End every permission that the person gave the client, as the person does under Trusted organizations."""
        for token in self.tokens_of(orcid, client_id):
            token.revoked_by_person = True

    def tokens_of(self, orcid: str, client_id: str) -> list[Token]:
        """Return every token that the client ever had for the person's record, oldest first."""
        return [t for t in self._tokens if (t.orcid, t.client_id) == (orcid, client_id)]

    # Items

    def items(self, orcid: str, type: str) -> list[Item]:
        """Return a record's items of one type, oldest first."""
        return list(self._shelf(orcid, type).items.values())

    def number(self, orcid: str, type: str) -> int:
        """Return how many items of one type a record has."""
        return len(self._shelf(orcid, type).items)

    def item(self, orcid: str, type: str, put_code: int) -> Item | None:
        """Return one item."""
        return self._shelf(orcid, type).items.get(put_code)

    def like(self, orcid: str, type: str, content: dict[str, Any]) -> Iterator[Item]:
        """Give the items of a type that may be the same as a content, the oldest first."""
        return self._shelf(orcid, type).like(content, type)

    def add(
        self, orcid: str, type: str, client_id: str, content: dict[str, Any], origin: str = "",
        visibility: Visibility | None = None,
    ) -> Item:  # fmt: skip
        """Put a new item on a record; it gets the next put-code, and the person's default visibility if none."""
        moment = self.now()
        visibility = visibility or self.people[orcid].default_visibility
        item = Item(type, self.next_put_code(), client_id, visibility, moment, moment, content, origin)
        self._shelf(orcid, type).put(item)
        self._changed(orcid)
        return item

    def change(self, orcid: str, item: Item, content: dict[str, Any]) -> None:
        """Replace an item's content; an unchanged one keeps its date."""
        if content != item.content:
            shelf = self._shelf(orcid, item.type)
            shelf.forget(item)
            item.content, item.modified = content, self.now()
            shelf.put(item)
            self._changed(orcid)

    def move(self, orcid: str, item: Item, type: str) -> None:
        """Make an affiliation one of another type."""
        self._shelf(orcid, item.type).take(item)
        item.type, item.modified = type, self.now()
        self._shelf(orcid, type).put(item)
        self._changed(orcid)

    def remove(self, orcid: str, item: Item) -> None:
        """Take an item off a record."""
        self._shelf(orcid, item.type).take(item)
        self._changed(orcid)

    def version(self, orcid: str) -> int:
        """Return a number that changes with the record."""
        return self._versions.get(orcid, 0)

    def next_put_code(self) -> int:
        """Return a number that nothing here has yet."""
        return next(self._put_codes)

    def _shelf(self, orcid: str, type: str) -> _Shelf:
        return self._shelves.setdefault(orcid, {}).setdefault(type, _Shelf())

    def _all(self, orcid: str) -> Iterator[Item]:
        return (item for shelf in self._shelves.get(orcid, {}).values() for item in shelf.items.values())

    def _changed(self, orcid: str) -> None:
        self._versions[orcid] = self._versions.get(orcid, 0) + 1
        self.on_change(orcid)

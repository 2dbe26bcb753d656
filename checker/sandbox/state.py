"""What the sandbox knows and remembers: clients, people, sessions, codes, tokens, records. No HTTP here.

Everything is in memory and touched from one thread only, that of the sandbox's event loop.
"""

from __future__ import annotations

import random
import secrets
import string
import uuid
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from itertools import count
from typing import Any, Final

from . import permissions
from .model import Client, ErrorForm, Person, Visibility

CODE_LIFE: Final = timedelta(minutes=10)
"""Our choice; ORCID's own was 24 hours in the last public code."""

TOKEN_LIFE: Final = 631_138_519
"""Seconds; documented (the first answer says one less)."""

_CODE_LETTERS: Final = string.ascii_letters + string.digits


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
        return not permissions.effective(self.scopes).isdisjoint(any_of)


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


@dataclass
class Item:
    """One item of a record, in the neutral form of :mod:`.shape`."""

    type: str
    put_code: int
    client_id: str
    """The source."""
    visibility: Visibility
    created: datetime
    modified: datetime
    content: dict[str, Any]


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
        self._sessions: dict[str, Session] = {}
        self._codes: dict[str, Code] = {}
        self._tokens: list[Token] = []
        self._items: dict[str, dict[int, Item]] = {orcid: {} for orcid in self.people}
        self._put_codes = count(random.randint(100_000, 900_000))
        self.institution_accounts: dict[tuple[str, str], str] = {}
        """entityID and persistent identifier of an account at an institution -> the iD that it is linked to."""

    def reset(self) -> None:
        """Go back to the start: the first clients and people, empty records, no sessions, codes, tokens or links."""
        clients, people = self._first
        # Whatever else a new State has, the old one has after this.
        State.__init__(self, clients, people, self.now)

    def keep(self) -> Kept:
        """Return what is worth keeping."""
        items = {orcid: list(items.values()) for orcid, items in self._items.items()}
        links = [(*account, orcid) for account, orcid in self.institution_accounts.items()]
        return Kept(
            list(self.clients.values()), list(self.people.values()), list(self._tokens), items,
            next(self._put_codes), links,
        )  # fmt: skip

    def take(self, kept: Kept) -> None:
        """Add what was kept; who is here already stays as they are, and a reset comes back to both."""
        self.clients = {client.id: client for client in kept.clients} | self.clients
        self.people = {person.orcid: person for person in kept.people} | self.people
        self._first = (tuple(self.clients.values()), tuple(self.people.values()))
        for token in kept.tokens:
            token.now = self.now
            self._tokens.append(token)
        for orcid in self.people:
            self._items.setdefault(orcid, {}).update({i.put_code: i for i in kept.items.get(orcid, [])})
        self._put_codes = count(kept.next_put_code)
        self.institution_accounts.update({(entity, name): orcid for entity, name, orcid in kept.institution_accounts})

    # People and sessions

    def add_person(self, person: Person) -> None:
        """Let a further person sign in; they have an empty record."""
        self.people[person.orcid] = person
        self._items.setdefault(person.orcid, {})

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
        self._tokens.append(token)
        return token

    def token(self, value: str) -> Token | None:
        """Return the token of an access token's value, dead or alive."""
        return next((t for t in self._tokens if t.access == value), None)

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
        return [item for item in self._items[orcid].values() if item.type == type]

    def item(self, orcid: str, type: str, put_code: int) -> Item | None:
        """Return one item."""
        item = self._items[orcid].get(put_code)
        return item if item and item.type == type else None

    def add(self, orcid: str, type: str, client_id: str, content: dict[str, Any]) -> Item:
        """Put a new item on a record; it gets the person's default visibility and the next put-code."""
        moment = self.now()
        visibility = self.people[orcid].default_visibility
        item = Item(type, next(self._put_codes), client_id, visibility, moment, moment, content)
        self._items[orcid][item.put_code] = item
        return item

    def change(self, item: Item, content: dict[str, Any]) -> None:
        """Replace an item's content; an unchanged one keeps its date."""
        if content != item.content:
            item.content, item.modified = content, self.now()

    def remove(self, orcid: str, item: Item) -> None:
        """Take an item off a record."""
        del self._items[orcid][item.put_code]

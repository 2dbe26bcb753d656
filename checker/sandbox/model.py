"""What the sandbox is told and what it tells: clients, people, the wire, failed handshakes, faults, errors."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime
from typing import Final, Literal

from ..orcid import scopes

Side = Literal["browser", "server"]
Certificate = Literal["trusted", "untrusted", "none"]
Kind = Literal["page", "authorize", "token", "revoke", "api", "other"]
Visibility = Literal["public", "limited", "private"]
ErrorForm = Literal["fragment", "legacy-fragment", "query", "page"]
"""How the authorization page tells a client of a bad scope, a bad response type, or a page that may not be shown:
`#error=invalid_scope` but a bare `#login_required`; `#error=` for all; `?error=`; or only the person, on a page."""

MEMBER_SCOPES: Final = scopes.THREE_LEGGED | scopes.TWO_LEGGED
"""What a member's client may ask for, deprecated and fine-grained forms of the same aside."""


class SandboxError(Exception):
    """The sandbox cannot do what it was told; the message says why."""


class PortInUse(SandboxError):
    """Another program listens on the port that was asked for."""

    def __init__(self, port: int) -> None:
        super().__init__(f"port {port} is in use by another program: stop that program or choose another port")
        self.port = port


class PortRefused(PortInUse):
    """The operating system keeps the port for administrators."""

    def __init__(self, port: int) -> None:
        SandboxError.__init__(self, f"port {port} is kept for administrators by this machine: choose one from 1024 on")
        self.port = port


@dataclass(frozen=True)
class Client:
    """A registered application."""

    id: str
    """`APP-` and 16 letters or digits."""
    secret: str = field(repr=False)
    name: str = "Portal under review"
    """Shown on the consent page; the source name of what it writes."""
    description: str = "Registered in the embedded sandbox for a review."
    redirect_uris: tuple[str, ...] = ()
    """A requested redirect URI must begin with one of these (ORCID's rule; see :mod:`.redirects`)."""
    any_loopback_redirect: bool = False
    """Any http or https redirect URI on a loopback host will do; ORCID has no such thing."""
    scopes: frozenset[str] = MEMBER_SCOPES
    token_exchange: bool = False
    """May exchange tokens, and so act on behalf of a client that handed it an id_token."""
    status: Literal["active", "locked", "deactivated"] = "active"
    institution: str = ""
    """entityID of the institution whose people are asked, when they sign in with it, to connect with this client."""
    connect_uri: str = ""
    """Redirect URI of such a connection that starts at ORCID; the first of `redirect_uris` when empty."""
    connect_scopes: tuple[str, ...] = ("/authenticate",)
    """What such a connection asks for."""


@dataclass(frozen=True)
class Person:
    """A researcher with a record."""

    orcid: str
    """The bare iD."""
    login: str
    """E-mail address; the iD signs in as well."""
    password: str = field(repr=False)
    name: str = ""
    """Display name; made of given and family name when empty."""
    given_names: str = ""
    family_name: str = ""
    credit_name: str = ""
    """Published name; comes before `name` where ORCID shows one name."""
    name_public: bool = True
    default_visibility: Visibility = "public"
    """Of new items, whatever the client asked for."""
    biography: str = ""
    """Public, like what follows."""
    email_public: bool = False
    """Whether the e-mail address, which is verified, can be read."""
    takes_notifications: bool = True
    """Whether applications may send permission notifications."""
    status: Literal["active", "locked", "deactivated", "deprecated", "unclaimed"] = "active"
    """Of the record."""
    primary: str = ""
    """The iD that a deprecated record was merged into."""

    @property
    def display_name(self) -> str:
        """The one name that ORCID shows for the person."""
        return self.credit_name or self.name or f"{self.given_names} {self.family_name}".strip()

    @property
    def public_name(self) -> str:
        """The display name, or nothing when the person shows no name."""
        return self.display_name if self.name_public else ""


DEFAULT_CLIENT: Final = Client("APP-0000000000000001", "embedded-secret", any_loopback_redirect=True)
DELEGATE_CLIENT: Final = Client(
    "APP-0000000000000002",
    "embedded-secret",
    "Second application",
    "Registered in the embedded sandbox to act on behalf of another application.",
    any_loopback_redirect=True,
    token_exchange=True,
)
DEFAULT_CLIENTS: Final = (DEFAULT_CLIENT, DELEGATE_CLIENT)
"""Registered when nobody says otherwise."""
DEFAULT_PERSON: Final = Person(
    "0000-0002-1825-0097", "josiah@mailinator.com", "embedded-password", "Josiah Carberry", "Josiah", "Carberry"
)


@dataclass(frozen=True)
class WireEntry:
    """One request that the sandbox was sent and what it answered, raw: secrets are in it."""

    number: int
    """Order of arrival, from 1."""
    at: datetime
    """UTC."""
    side: Side
    """Who asked: a person's browser, or a portal's server."""
    scheme: Literal["http", "https"]
    certificate: Certificate
    """Which certificate the connection was made with; `none` for plain http."""
    method: str
    path: str
    query: str
    """As sent, without the question mark."""
    request_headers: dict[str, str]
    """Lower-case names; repeated ones joined by a comma."""
    request_body: str
    status: int
    """0 when the connection was dropped on order."""
    response_headers: dict[str, str]
    response_body: str
    kind: Kind
    grant: str = ""
    """`grant_type` of a token request."""
    token: str = ""
    """Access token that the request carried; for a revoke request the token to end."""
    orcid: str = ""
    """iD in the token answer or in the API path."""
    seconds: float = 0.0
    """From the whole request to the whole answer."""


@dataclass(frozen=True)
class FailedHandshake:
    """A TLS connection that the other side gave up before it sent a request."""

    at: datetime
    """UTC."""
    certificate: Literal["trusted", "untrusted"]
    error: str
    side: Side = "server"
    """`browser` when the TLS greeting was that of a Chromium browser, which refuses an unknown certificate once before
    it carries on with certificate errors switched off."""


@dataclass(frozen=True)
class Fault:
    """Something that broke inside the sandbox: our mistake, never the portal's."""

    at: datetime
    where: str
    error: str
    traceback: str = ""

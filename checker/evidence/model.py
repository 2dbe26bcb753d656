"""The evidence of one run: journeys, pages, requests, the wire, the store, what people answered.

Every value in it has been through the vault: secrets appear only as stable tags such as ‹access-token:1›. Two
places that hold the same secret hold the same tag, and that is how rules compare them.
"""

from __future__ import annotations

from datetime import datetime
from typing import Literal

from pydantic import Field

from ..review.model import Answer, Model, Whose
from ..review.model import Written as Written
from .page import Page

JourneyName = Literal[
    "deny", "connect", "return", "stranger", "write", "certificate", "disconnect", "reconnect", "display"
]


class Block(Model):
    """Why a part could not be gathered."""

    code: str
    """From the closed catalogue in :mod:`checker.gather.errors`, e.g. `no-way-to-orcid`."""
    message: str
    whose: Whose = "member"
    todo: str = ""


class Step(Model):
    """One thing that was done or that happened, for the storyboard."""

    at: datetime
    label: str
    page: str | None = None
    """Id of the look taken after it."""


class Dialog(Model):
    """A JavaScript box; it was accepted."""

    kind: str
    message: str


class Request(Model):
    """One request of the browser."""

    number: int
    method: str
    url: str
    kind: str
    """Playwright's resource type: document, script, xhr, fetch, stylesheet, image ..."""
    status: int | None = None
    """None when no answer came."""
    failure: str = ""
    redirected_to: str = ""
    """Absolute address of the Location header of a 3xx answer."""
    frame: Literal["top", "popup", "frame"] = "top"
    headers: dict[str, str] = {}
    """Answer headers that rules look at, lower-case names; Set-Cookie never is one of them."""
    secrets: list[str] = []
    """Tags of the run's secrets found in the answer's body, in any encoding the vault knows."""
    sent_secrets: list[str] = []
    """Tags found in the request's address or body."""
    size: int | None = None


class Cookie(Model):
    """A cookie the browser held at the end of a journey. Its value is never kept."""

    name: str
    domain: str
    path: str
    secure: bool
    http_only: bool
    same_site: str
    session: bool
    length: int
    secrets: list[str] = []
    """Tags of the run's secrets found inside the value, also base64-decoded or decompressed."""


class Stored(Model):
    """An entry of local or session storage. Its value is never kept."""

    area: Literal["local", "session"]
    origin: str
    key: str
    length: int
    secrets: list[str] = []


class Authorization(Model):
    """One trip to ORCID's authorization endpoint, as the browser made it."""

    url: str
    """Full address of the request, secrets replaced (`state` and `nonce` are kept)."""
    how: Literal["link", "redirect", "popup", "frame", "start"]
    """link: same tab; popup: new window or tab; frame: inside the portal's page; start: the portal's address itself
    redirected to ORCID."""
    from_page: str | None = None
    """Id of the page whose control was pressed."""
    control: int | None = None
    """Index of the control on that page."""
    consent: Literal["shown", "skipped", "not-reached"] = "not-reached"
    answer: Literal["allowed", "denied", "silent", "error", "none"] = "none"
    client_name: str = ""
    """Name on the consent page."""
    error: str = ""
    """What ORCID's page said when it refused the request."""
    returned: str = ""
    """Address of the callback that ORCID sent the browser to; empty when none came."""
    landed: str | None = None
    """Id of the page the browser came to rest on."""


class Journey(Model):
    """One walk through the portal in a fresh browser context."""

    name: JourneyName
    started: datetime
    ended: datetime
    state: Literal["done", "blocked", "skipped"]
    block: Block | None = None
    pages: list[Page] = []
    steps: list[Step] = []
    authorizations: list[Authorization] = []
    requests: list[Request] = []
    dialogs: list[Dialog] = []
    cookies: list[Cookie] = []
    storage: list[Stored] = []
    loops: bool = False
    """The portal kept sending the browser back to ORCID until it was stopped."""
    pressed: str = ""
    """For disconnect: text of the control that was pressed; empty when none was found."""
    pressed_page: str | None = None


class Exchange(Model):
    """One request that ORCID was told and what it answered: the wire."""

    number: int
    at: datetime
    journey: str = ""
    """The journey during which it came; empty before and after."""
    side: Literal["browser", "server"]
    """Who asked: the visitor's browser, or the portal's server."""
    scheme: Literal["http", "https"]
    certificate: Literal["trusted", "untrusted", "none"] = "none"
    """Which certificate ORCID showed on that connection; none for plain http."""
    method: str
    path: str
    query: str = ""
    request_headers: dict[str, str] = {}
    request_body: str = ""
    request_cut: bool = False
    """The body was longer; only its beginning is kept."""
    status: int
    response_headers: dict[str, str] = {}
    response_body: str = ""
    kind: Literal["page", "authorize", "token", "revoke", "api", "other"] = "other"
    grant: str = ""
    """`grant_type` of a token request."""
    token: str = ""
    """Tag of the access token it carried, or (revoke) of the token to end."""
    orcid: str = ""
    """iD in the token answer or in the API path."""


class Handshake(Model):
    """A TLS handshake that ORCID's side saw fail."""

    at: datetime
    journey: str = ""
    certificate: Literal["trusted", "untrusted"]
    error: str
    side: Literal["browser", "server", "unknown"] = "unknown"
    """Who gave up: only `server` says something of the portal; a browser refuses an unknown certificate once."""


class Delivery(Model):
    """What came of ORCID's telling a webhook that a record changed: a POST with an empty body, tried up to 3 times."""

    at: datetime
    orcid: str
    address: str
    tries: int
    """0: it was not tried."""
    status: int
    """HTTP status of the last try, redirects not followed; 0: no answer."""
    error: str = ""
    """Why there was no answer, or why it was not tried."""


class StoredToken(Model):
    """A token cell of the portal's store. The value itself is never kept."""

    present: bool
    length: int = 0
    tag: str = ""
    """Tag of the run's secret that the cell is or decodes to; empty when it is none of them."""
    form: Literal["clear", "base64", "encrypted", "hashed", "opaque", "masked", "empty"] = "empty"
    """`encrypted` and `hashed`: it looks so; `opaque`: it cannot be told."""
    fingerprint: str = ""
    """The same for equal cells of one run, and worth nothing to anybody else."""


class Connection(Model):
    """One row of the portal's store about one person's connection."""

    orcid: str = ""
    access_token: StoredToken = StoredToken(present=False)
    refresh_token: StoredToken = StoredToken(present=False)
    scope: str = ""
    name: str = ""
    expires: str = ""
    granted: str = ""
    """When the permission was given."""
    token_type: str = ""
    authenticated: str = ""


class Item(Model):
    """One row of the portal's store about one item written to a record."""

    orcid: str = ""
    put_code: str = ""
    type: str = ""
    local_id: str = ""


class StoreLook(Model):
    """What the store held at one moment."""

    when: Literal["start", "deny", "connect", "return", "write", "update", "delete", "certificate", "disconnect",
                  "reconnect", "end"]  # fmt: skip
    connection_columns: list[str] = []
    item_columns: list[str] = []
    connections: list[Connection] = []
    items: list[Item] | None = None
    """None when the plan names no place for items."""
    from_files: bool = False
    """Whether the rows come from exports, which may differ from what is stored."""
    more_connections: int = 0
    """Rows of a long table that were read and are not among `connections`: those about other people."""
    more_items: int = 0
    odd_connections: list[Connection] = []
    """Some of the rows about other people of a long table, those with an iD that is none."""
    odd_items: list[Item] = []
    """Some of the rows about other people of a long table, those with a put-code that is none or fits twice."""


class Store(Model):
    """The store, or why it was not seen."""

    looks: list[StoreLook] = []
    block: Block | None = None

    def at(self, when: str) -> StoreLook | None:
        """Return the look taken after the named journey, if there was one."""
        return next((look for look in self.looks if look.when == when), None)


class RecordItem(Model):
    """One item of an ORCID record, as a list of the record shows it."""

    section: str
    """As its own path names it, e.g. `employment`, `work`, `keywords`."""
    put_code: str
    title: str = ""
    """What it is called: a title, a role and an organization, or a value."""
    source: str = ""
    """Client ID, or iD, of who put it there."""
    origin: str = ""
    """Client ID, or iD, on whose behalf the source did so; empty when it was the source itself."""
    visibility: str = ""
    start: str = ""
    """`2019`, `2019-09` or `2019-09-01`; empty when it has none."""
    end: str = ""
    identifiers: list[str] = []
    """Of the item itself: `doi 10.1000/1`."""
    created: datetime | None = None
    modified: datetime | None = None


class RecordLook(Model):
    """What one record held at one moment, as the run itself read it with the client's own rights."""

    when: Literal["start", "connect", "write", "update", "delete", "disconnect", "reconnect", "end"]
    at: datetime
    orcid: str
    items: list[RecordItem] = []
    """Those that everybody may see, and those that the client put there itself."""
    block: Block | None = None

    def of(self, client_id: str) -> list[RecordItem]:
        """Return the items of one client."""
        return [item for item in self.items if client_id in {item.source, item.origin}]


class PayloadFile(Model):
    """One payload of the files that the plan names, or why there is none."""

    file: str
    """As the plan's folder sees it; `a.zip!b.xml` is a member of an archive."""
    line: int | None = None
    """Of an NDJSON file, from 1."""
    body: str = ""
    """Its text, where it is in UTF-8."""
    base64: str = ""
    """Its bytes, where it is not."""
    block: Block | None = None


class TlsLook(Model):
    """One TLS handshake with one of the portal's addresses."""

    host: str
    port: int
    loopback: bool
    error: str = ""
    """Empty when the chain was verified against the public roots and the name matched."""
    self_signed: bool = False
    subject: str = ""
    issuer: str = ""
    names: list[str] = []
    not_before: datetime | None = None
    not_after: datetime | None = None
    key: str = ""
    """e.g. `RSA 2048`, `EC 256`."""
    signature: str = ""
    protocol: str = ""


class Run(Model):
    """What the run was about: from the plan, no secrets."""

    tool: str
    portal_name: str
    portal_url: str
    public_pages: list[str] = []
    environment: Literal["embedded", "sandbox", "production"]
    orcid: str
    """Base URL of the ORCID in use."""
    tls: bool = True
    """Whether the ORCID in use could be reached over https at all."""
    relayed: bool = False
    """Whether the ORCID in use stood at ORCID's own hosts, by way of the run's relay."""
    served: bool = False
    """Whether the portal was started by this run and so was told ORCID's address by the plan."""
    client_id: str
    redirect_uris: list[str] = []
    scopes: list[str] | None = None
    """Declared scopes; None when the plan declares none."""
    researcher: str = ""
    researcher_name: str = ""
    profile: str
    recording: str = ""
    """Name of the HTTP archive that was judged in place of a review; empty: it was a review."""
    writes: bool = False
    """Whether the plan has steps that make the portal write."""
    has_sign_in: bool = False


class Evidence(Model):
    """All of it: `evidence.json` in the evidence folder."""

    format: Literal["orcid-review/evidence/1"] = "orcid-review/evidence/1"
    run: Run
    started: datetime
    ended: datetime
    journeys: list[Journey] = []
    wire: list[Exchange] | None = None
    """None when ORCID's side was not recorded: then nothing may be said about the portal's calls."""
    handshakes: list[Handshake] = []
    deliveries: list[Delivery] = []
    """What the portal's webhooks were told; of the embedded sandbox alone, nobody else's can be seen."""
    store: Store = Store()
    record: list[RecordLook] = []
    """The record before, during and after; empty when nobody read it."""
    written: list[Written] = []
    """The write journal, in order."""
    tls: list[TlsLook] = []
    payload_files: list[PayloadFile] = []
    """What the plan's `[payloads] files` hold; empty when it names none."""
    answers: dict[str, Answer] = Field(default_factory=dict)
    secrets: dict[str, str] = Field(default_factory=dict)
    """Tag -> kind of every secret the vault knew."""

    @property
    def unheard(self) -> Block | None:
        """Why nothing may be said about the calls of the portal's server; None: they were recorded."""
        if self.wire is None:
            return Block(
                code="not-recorded",
                message="What the portal's server says to ORCID was not recorded.",
                whose="operator",
                todo="Run against the embedded sandbox, or put a recorder between the portal and ORCID.",
            )
        if self.run.recording and not any(exchange.side == "server" for exchange in self.wire):
            return Block(
                code="only-browser",
                message=f"{self.run.recording} holds what a browser said to ORCID; what the portal's server says to"
                " ORCID is not in it.",
                whose="operator",
                todo="Record where the server's calls go by, e.g. with orcid-review relay, or run a review:"
                " orcid-review run.",
            )
        return None

    def journey(self, name: str) -> Journey | None:
        """Return the named journey, if it was begun."""
        return next((j for j in self.journeys if j.name == name), None)

    def page(self, page_id: str) -> Page | None:
        """Return a page by its id."""
        return next((p for j in self.journeys for p in j.pages if p.id == page_id), None)

"""The kinds of evidence a rule can ask for, by parameter name.

Each takes the whole evidence and returns the part, or raises :class:`Missing` with the reason and whose turn it is.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, TypeVar

from ..evidence.model import (
    Authorization,
    Block,
    Evidence,
    Exchange,
    Handshake,
    Journey,
    Run,
    Store,
    StoreLook,
    TlsLook,
)
from ..evidence.page import Occurrence, Page
from ..review.model import Spot, Whose
from . import recorded
from .payloads import Payload, sent

_T = TypeVar("_T")


class Missing(Exception):
    """A part of the evidence was not gathered."""

    def __init__(self, why: str, whose: Whose = "operator", todo: str = "") -> None:
        super().__init__(why)
        self.why, self.whose, self.todo = why, whose, todo


@dataclass(frozen=True)
class Need:
    """A kind of evidence: what it is called in the rules, what it is in words, how to get it."""

    name: str
    what: str
    take: Callable[[Evidence], Any]


NEEDS: dict[str, Need] = {}


def _missing(block: Block) -> Missing:
    return Missing(block.message, block.whose, block.todo)


def _need(what: str) -> Callable[[Callable[[Evidence], _T]], Callable[[Evidence], _T]]:
    def register(take: Callable[[Evidence], _T]) -> Callable[[Evidence], _T]:
        NEEDS[take.__name__] = Need(take.__name__, what, take)
        return take

    return register


@dataclass(frozen=True)
class Display:
    """One displayed iD with the page it was seen on."""

    page: Page
    shown: Occurrence
    public: bool
    """Seen by a visitor without any session."""

    def spot(self, note: str = "") -> Spot:
        """Point at it."""
        return Spot(page=self.page.id, box=self.shown.box, url=self.page.url, snippet=self.shown.snippet, note=note)


@_need("what the run was about, from the plan")
def run(evidence: Evidence) -> Run:
    return evidence.run


@_need("all journeys that were begun")
def journeys(evidence: Evidence) -> list[Journey]:
    if not evidence.journeys:
        raise Missing("no journey was begun")
    _stop_if_only_recorded(evidence)
    return evidence.journeys


def _stop_if_only_recorded(evidence: Evidence) -> None:
    """Nobody used the portal when a recording was judged; why stands in each of its journeys."""
    if evidence.run.recording and (block := next((j.block for j in evidence.journeys if j.block), None)):
        raise _missing(block)


@_need("the authorization addresses that the browser was sent to")
def authorizations(evidence: Evidence) -> list[Authorization]:
    found = [a for j in evidence.journeys for a in j.authorizations] or recorded.authorizations(evidence)
    if found:
        return found
    if evidence.run.recording:
        raise Missing(
            f"{evidence.run.recording} holds no visit to ORCID's authorization page",
            "operator",
            "record the browser too while somebody connects, or run a review: orcid-review run",
        )
    for journey in evidence.journeys:
        if journey.block:
            raise Missing(journey.block.message, journey.block.whose, journey.block.todo)
    raise Missing("no visit to ORCID's authorization page was seen")


@_need("the authorization addresses as far as any was seen; a recording may hold none")
def trips(evidence: Evidence) -> list[Authorization]:
    """For rules that are about something else, and ask only what the portal may do."""
    return recorded.authorizations(evidence) if evidence.run.recording else authorizations(evidence)


def _journey(name: str, what: str) -> None:
    def take(evidence: Evidence) -> Journey:
        journey = evidence.journey(name)
        if journey is None:
            raise Missing(f"the journey «{name}» was not begun")
        if journey.state != "done":
            block = journey.block
            if block is None:
                raise Missing(f"the journey «{name}» was not finished")
            raise Missing(block.message, block.whose, block.todo)
        return journey

    NEEDS[name] = Need(name, what, take)


_journey("deny", "the journey on which the researcher denies")
_journey("connect", "the journey on which the researcher connects")
_journey("stranger", "the public pages, seen without any session, after connecting")
_journey("write", "the steps that make the portal write to the record")
_journey("certificate", "a connection while ORCID shows a certificate that nobody should trust")
_journey("disconnect", "the journey on which the researcher disconnects")
_journey("reconnect", "the journey on which the researcher connects again")


@_need("every page of the portal that was looked at")
def pages(evidence: Evidence) -> list[Page]:
    found = [p for j in evidence.journeys for p in j.pages if p.side == "portal"]
    if not found:
        _stop_if_only_recorded(evidence)
        raise Missing("no page of the portal was seen")
    return found


@_need("the pages of the portal from which the way led to ORCID")
def connect_pages(evidence: Evidence) -> list[Page]:
    """Deduplicated by address; empty when the portal redirects to ORCID with no page of its own."""
    found: dict[str, Page] = {}
    for authorization in authorizations(evidence):
        page = evidence.page(authorization.from_page) if authorization.from_page else None
        if page and page.side == "portal":
            found.setdefault(page.url, page)
    return list(found.values())


@_need("the visible iDs on the portal's pages after connecting")
def displays(evidence: Evidence) -> list[Display]:
    """Displays on pages seen while a connection existed; empty when no iD is shown anywhere.

    What one click opens (`details`) counts as shown.
    """
    looked = [j for j in evidence.journeys if j.name in {"connect", "return", "stranger", "reconnect", "display"}]
    if not any(j.pages for j in looked if j.state == "done"):
        _stop_if_only_recorded(evidence)
        raise Missing(next((j.block.message for j in looked if j.block), "nobody looked at a page after connecting"))
    connected = {a.landed for j in looked for a in j.authorizations}
    found = []
    for journey in looked:
        arrived = journey.name in {"stranger", "display"}
        for page in journey.pages:
            arrived = arrived or page.id in connected
            if arrived and page.side == "portal":
                found += [
                    Display(page, o, public=journey.name == "stranger")
                    for o in page.snapshot.occurrences
                    if o.context == "content" and (o.visible or o.hidden_by == "details")
                ]
    return found


@_need("everything the portal and its visitors told ORCID")
def wire(evidence: Evidence) -> list[Exchange]:
    if unheard := evidence.unheard:
        raise _missing(unheard)
    return evidence.wire or []


@_need("every payload for ORCID: written in this run, or in the plan's [payloads] files")
def payloads(evidence: Evidence) -> list[Payload]:
    """Empty when the portal wrote none and the plan names no file."""
    if evidence.wire is None and not evidence.payload_files:
        raise Missing(
            "what the portal's server says to ORCID was not recorded, and the plan names no payloads",
            "operator",
            "name samples of what the portal sends under [payloads] files, or run against the embedded sandbox",
        )
    return sent(evidence)


@_need("the TLS handshakes that ORCID's side saw fail")
def handshakes(evidence: Evidence) -> list[Handshake]:
    """Empty when none failed."""
    return evidence.handshakes


@_need("the portal's store, before and after")
def store(evidence: Evidence) -> Store:
    if evidence.store.block:
        block = evidence.store.block
        raise Missing(block.message, block.whose, block.todo)
    if not evidence.store.looks:
        raise Missing("the store was not looked at", "member", "name the store in [store] of the plan")
    return evidence.store


@_need("the portal's store while the researcher is connected")
def connected_store(evidence: Evidence) -> StoreLook:
    looks: Store = store(evidence)
    for when in ("write", "return", "connect", "reconnect"):
        if look := looks.at(when):
            return look
    raise Missing("the store was not looked at while a connection existed", "operator")


@_need("one TLS handshake with each of the portal's addresses")
def tls(evidence: Evidence) -> list[TlsLook]:
    if not evidence.tls:
        _stop_if_only_recorded(evidence)
        raise Missing("no TLS handshake with the portal was made: none of its addresses speaks https", "member")
    return evidence.tls


@_need("all of the evidence")
def evidence(evidence: Evidence) -> Evidence:
    return evidence

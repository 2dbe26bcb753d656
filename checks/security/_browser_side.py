"""Searches what the visitor's browser was given for the run's secrets, by their tags."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from urllib.parse import urlsplit

from checker.api import Evidence, Journey, Run, Spot

from ..collect._oauth import is_orcids

TOKENS = frozenset({"access-token", "refresh-token", "id-token"})
CLIENT_SECRET = frozenset({"client-secret"})


@dataclass(frozen=True)
class Exposure:
    """One place of the browser's side that held a secret."""

    tag: str
    where: str
    spot: Spot


def tags_of(evidence: Evidence, kinds: frozenset[str]) -> frozenset[str]:
    """Return the tags of the run's secrets of some kinds."""
    return frozenset(tag for tag, kind in evidence.secrets.items() if kind in kinds)


def answers_seen(evidence: Evidence) -> int:
    """Count the portal's answers that were read, on journeys that came back from ORCID with its consent."""
    return sum(
        1
        for journey in evidence.journeys
        if any(a.returned and a.answer in {"allowed", "silent"} for a in journey.authorizations)
        for request in journey.requests
        if request.size is not None and not is_orcids(evidence.run, request.url)
    )


def exposures(evidence: Evidence, tags: frozenset[str]) -> list[Exposure]:
    """Return every place of the browser's side that held one of the secrets, each once."""
    found = [e for journey in evidence.journeys for e in _in_journey(journey, evidence.run, tags)]
    found += _on_the_wire(evidence, tags)
    return list({(e.tag, e.where): e for e in found}.values())


def by_design(journeys: list[Journey], tags: frozenset[str]) -> frozenset[str]:
    """Return the tags that ORCID itself put behind the # of the portal's address: the implicit flow."""
    addresses = [a.returned for j in journeys for a in j.authorizations] + [p.url for j in journeys for p in j.pages]
    return frozenset(tag for tag in tags for address in addresses if tag in urlsplit(address).fragment)


def _in_journey(journey: Journey, run: Run, tags: frozenset[str]) -> Iterator[Exposure]:
    for page in journey.pages:
        if page.side == "portal":
            for tag in _held(page.text + page.url, tags):
                yield Exposure(tag, f"on the page {_bare(page.url)}", Spot(page=page.id, url=page.url, snippet=tag))
    for request in journey.requests:
        spot = Spot(url=request.url, snippet=f"{request.method} {_bare(request.url)}")
        if not is_orcids(run, request.url):
            for tag in tags.intersection(request.secrets):
                yield Exposure(tag, f"in the answer of {_bare(request.url)} ({request.kind})", spot)
        # What the browser sends, to whomever, it has.
        for tag in tags.intersection(request.sent_secrets):
            yield Exposure(tag, f"in a request of the browser to {_bare(request.url)}", spot)
    for cookie in journey.cookies:
        for tag in tags.intersection(cookie.secrets):
            yield Exposure(
                tag, f"in the cookie {cookie.name}", Spot(snippet=f"cookie {cookie.name} of {cookie.domain}")
            )
    for entry in journey.storage:
        if not is_orcids(run, entry.origin):
            for tag in tags.intersection(entry.secrets):
                where = f"in the browser's {entry.area} storage under {entry.key!r}"
                yield Exposure(tag, where, Spot(url=entry.origin, snippet=entry.key))


def _on_the_wire(evidence: Evidence, tags: frozenset[str]) -> Iterator[Exposure]:
    """Yield calls to ORCID that the browser itself made with a secret, or was answered with one."""
    for exchange in evidence.wire or []:
        if exchange.side != "browser" or exchange.kind not in {"token", "revoke", "api"}:
            continue
        text = "\n".join(
            [exchange.query, exchange.request_body, exchange.token, *exchange.request_headers.values()]
            + ([exchange.response_body] if exchange.kind == "token" else [])
        )
        for tag in _held(text, tags):
            yield Exposure(
                tag,
                f"in a {exchange.kind} call of the browser to ORCID",
                Spot(exchange=exchange.number, snippet=f"{exchange.method} {exchange.path}"),
            )


def _held(text: str, tags: frozenset[str]) -> list[str]:
    return sorted(tag for tag in tags if tag in text)


def _bare(url: str) -> str:
    return url.partition("?")[0].partition("#")[0]

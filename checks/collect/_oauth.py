"""Reads authorization addresses: which Registry they name, what they ask for."""

from __future__ import annotations

from urllib.parse import parse_qs, urlsplit

from checker.api import Authorization, Evidence, Journey, Ruling, Run, Spot, blocked
from checker.orcid import scopes
from checker.orcid.hosts import PRODUCTION, SANDBOX, Environment, embedded

SOURCES = (
    "LYRASIS, ORCID Member API custom integration guide (2022), Required 1",
    "ORCID, minimum requirements for member integrations",
)


def environment(run: Run) -> Environment:
    """Return the Registry that the run is about."""
    return {"sandbox": SANDBOX, "production": PRODUCTION}.get(run.environment) or embedded(run.orcid)


def other_registry(run: Run, url: str) -> str:
    """Return the host of another Registry than the run's when the URL is its authorization endpoint, else nothing."""
    others = [e for e in (SANDBOX, PRODUCTION) if e.site != environment(run).site]
    return urlsplit(url).netloc if any(e.is_authorize(url) for e in others) else ""


def is_orcids(run: Run, url: str) -> bool:
    """Say whether a URL is on a host of any Registry."""
    return any(e.owns(url) for e in (environment(run), SANDBOX, PRODUCTION))


def parameter(url: str, name: str) -> str | None:
    """Return a decoded query parameter (its first value), an empty one included; None when it is absent."""
    return next(iter(parse_qs(urlsplit(url).query, keep_blank_values=True).get(name, [])), None)


def asked(authorization: Authorization) -> list[str]:
    """Return the scopes in an authorization address, in order, repeats kept."""
    values = parse_qs(urlsplit(authorization.url).query).get("scope", [])
    return [scope for value in values for scope in scopes.split(value)]


def answered(authorization: Authorization) -> bool:
    """Say whether the trip ended on the redirect URI with a code or an error."""
    parts = urlsplit(authorization.returned)
    given = parse_qs(parts.query) | parse_qs(parts.fragment)
    return bool(given.keys() & {"code", "error", "access_token", "id_token"})


def address(authorization: Authorization, note: str = "") -> Spot:
    """Point at an authorization address."""
    return Spot(page=authorization.from_page, url=authorization.url, snippet=authorization.url, note=note)


def visits(journeys: list[Journey]) -> list[Authorization]:
    """Return every trip to ORCID."""
    return [a for journey in journeys for a in journey.authorizations]


def not_walked(evidence: Evidence) -> Ruling | None:
    """Return `blocked` when nobody saw the portal with a connected person: too little was looked at for a pass."""
    connect = evidence.journey("connect")
    if connect and connect.state == "done":
        return None
    block = connect.block if connect else None
    if block:
        return blocked(
            f"Too little of the portal was seen to pass this: {block.message}", whose=block.whose, todo=block.todo
        )
    return blocked("Too little of the portal was seen to pass this: the journey «connect» was not finished.")


def words(items: list[str]) -> str:
    """Return scopes as a reader wants them: in order, separated by commas, or a dash."""
    return ", ".join(dict.fromkeys(items)) or "—"

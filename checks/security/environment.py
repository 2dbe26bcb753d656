"""Whether all of the portal's calls go to one and the same ORCID."""

from __future__ import annotations

from urllib.parse import urlsplit

from checker.api import Evidence, Exchange, Ruling, Spot, blocked, failed, needs_person, passed, rule
from checker.orcid.hosts import PRODUCTION, SANDBOX, Environment

from ..store._run import not_in_recording

_OAUTH = "/oauth"


@rule(
    "orcid-host-allowlist",
    area="Security",
    clause="Required 5",
    title="All calls go to the hosts of one ORCID",
    title_failed="Calls go to the hosts of another ORCID than this review's",
    remedy="Keep one switch for the environment that sets every ORCID host, and look for addresses that are written"
    " into code or templates.",
    sources=["ORCID, API README", "ORCID, sandbox documentation"],
    decider="auto+ev",
)
def orcid_host_allowlist(wire: list[Exchange], evidence: Evidence) -> Ruling:
    """A test client at production, or the other way round, shows tokens and people's data where they do not belong."""
    run = evidence.run
    other = SANDBOX if run.environment == "production" else PRODUCTION
    expected = f"{urlsplit(run.orcid).netloc} and its sister hosts only"
    visits = _visits(evidence, other)
    strayed = [e for e in wire if e.side == "server" and _is_at(other, _host(e))]
    grave = [e for e in strayed if e.token or e.path.startswith(_OAUTH) or e.method not in {"GET", "HEAD"}]
    if grave and run.recording:
        return needs_person(
            f"{run.recording} holds calls to two ORCIDs. Were they made by one installation of the portal?",
            expected=expected, observed="; ".join(_line(e) for e in grave[:6]), at=[_spot(e) for e in grave],
        )  # fmt: skip
    if visits or grave:
        return failed(
            f"The ORCID of this review is {run.orcid}, and the portal also went to"
            f" {', '.join(dict.fromkeys([*(urlsplit(url).netloc for url in visits), *map(_host, grave)]))}.",
            expected=expected, observed="; ".join([*visits[:3], *(_line(e) for e in grave[:6])]),
            at=[_spot(e) for e in grave],
        )  # fmt: skip
    if strayed:
        return needs_person(
            "The portal read public data of another ORCID than this review's, without a token. Is that meant so?",
            expected=expected, observed="; ".join(_line(e) for e in strayed[:6]), at=[_spot(e) for e in strayed],
        )  # fmt: skip
    calls = [e for e in wire if e.side == "server" and e.kind in {"token", "revoke", "api", "page"}]
    if not calls:
        return blocked("No call of the portal's server to ORCID was seen.", whose="member")
    if not run.relayed and run.environment == "embedded":
        return needs_person(
            "In this review one address stood for all of ORCID's hosts, and calls to others could not be heard. Is"
            " there one switch in the portal that sets all of them?",
            expected="one setting for sign-in, tokens and API", observed=f"{len(calls)} calls to {run.orcid}",
        )  # fmt: skip
    if not any(e.kind == "api" for e in calls) and (ruling := not_in_recording(evidence, "call to the API")):
        return ruling
    hosts = dict.fromkeys(_host(e) for e in calls)
    return passed(f"All {len(calls)} calls went to hosts of this review's ORCID.", observed=", ".join(hosts))


def _visits(evidence: Evidence, other: Environment) -> list[str]:
    """Return where the browser was sent to sign in at another ORCID."""
    asked = [r.url for journey in evidence.journeys for r in journey.requests if r.kind == "document"]
    return list(dict.fromkeys(u for u in asked if other.owns(u) and urlsplit(u).path.startswith(_OAUTH)))


def _is_at(other: Environment, host: str) -> bool:
    return other.owns(f"//{host}") or host == f"www.{urlsplit(other.site).netloc}"


def _host(exchange: Exchange) -> str:
    return exchange.request_headers.get("host", "").lower()


def _line(exchange: Exchange) -> str:
    return f"{_host(exchange)}: {exchange.method} {exchange.path} -> {exchange.status}"


def _spot(exchange: Exchange) -> Spot:
    return Spot(exchange=exchange.number, snippet=_line(exchange))

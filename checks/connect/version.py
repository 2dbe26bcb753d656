"""Which version of ORCID's API the portal calls."""

from __future__ import annotations

from checker.api import (
    Authorization,
    Exchange,
    Ruling,
    Run,
    Spot,
    blocked,
    failed,
    needs_person,
    not_applicable,
    passed,
    rule,
)
from checker.orcid import api_path

from ..collect._oauth import asked
from ..store._run import MORE

_CURRENT = api_path.CURRENT
_IDENTITY = frozenset({"/authenticate", "openid"})


@rule(
    "api-version-current",
    area="Connect",
    clause="Maintenance 1",
    title=f"All API calls go to version {_CURRENT}",
    title_failed="An old version of ORCID's API is called",
    remedy=f"Move every call to /v{_CURRENT}/ and every payload to the schemas of {_CURRENT}. Look at the defaults of"
    " your ORCID library as well.",
    sources=[
        "LYRASIS, ORCID Member API custom integration guide (2022), Maintenance 1",
        "ORCID, minimum requirements for member integrations: latest version",
        "ORCID, API version policy",
    ],
    decider="auto+ev",
)
def api_version_current(wire: list[Exchange], trips: list[Authorization], run: Run) -> Ruling:
    """ORCID switches old versions off; a call without a version changes its meaning with the next one."""
    # What ORCID's own pages ask for in the browser is no call of the portal; a call with a token may be.
    calls = [
        e for e in wire
        if e.kind == "api" and (e.side == "server" or e.token) and api_path.parse(e.path).section != "webhook"
    ]  # fmt: skip
    if not calls:
        return _no_calls(wire, trips, run)
    expected = f"/v{_CURRENT}/ in the path of each call to a record"
    newer = [e for e in calls if _is_newer(_version(e))]
    if old := [e for e in calls if _is_old_message(e) or (_version(e) != _CURRENT and e not in newer)]:
        first = old[0]
        return failed(
            f"{len(old)} of {len(calls)} API calls do not use version {_CURRENT}: {first.method} {first.path}.",
            expected=expected,
            observed=", ".join(dict.fromkeys(_said(e) for e in old)),
            at=[_spot(e) for e in old],
        )
    if newer:
        return needs_person(
            f"The portal calls version {_version(newer[0])}, newer than this rulebook knows. Is it current by ORCID's"
            " page of API versions?",
            expected=expected,
            observed=", ".join(dict.fromkeys(_said(e) for e in newer)),
            at=[_spot(e) for e in newer],
        )
    return passed(f"All {len(calls)} API calls use version {_CURRENT}.", observed=f"v{_CURRENT}", at=[_spot(calls[0])])


def _no_calls(wire: list[Exchange], trips: list[Authorization], run: Run) -> Ruling:
    if run.recording:
        return blocked(f"{run.recording} holds no call of the portal to the API.", todo=MORE)
    if not any(e.kind == "token" and e.side == "server" and e.status == 200 for e in wire):
        return blocked("The portal never got a token in this run, so it could make no API call.", whose="member")
    wanted = {scope for a in trips for scope in asked(a)}.union(run.scopes or [])
    if beyond := sorted(wanted - _IDENTITY):
        return blocked(
            f"The portal asks for {', '.join(beyond)} and made no API call in this review.",
            whose="member",
            todo="Name the steps that make it read or write under [steps] write.",
        )
    return not_applicable("The portal makes no API call: it asks for the iD only, and made none after connecting.")


def _version(exchange: Exchange) -> str:
    return api_path.parse(exchange.path).version


def _is_newer(version: str) -> bool:
    try:
        return tuple(map(int, version.split("."))) > tuple(map(int, _CURRENT.split(".")))
    except ValueError:  # none, or a release candidate
        return False


def _is_old_message(exchange: Exchange) -> bool:
    """Say whether a body is of the API 1.2 era: later versions have no `orcid-message`."""
    return exchange.method in {"POST", "PUT"} and "orcid-message" in exchange.request_body


def _said(exchange: Exchange) -> str:
    if _is_old_message(exchange):
        return "an orcid-message payload"
    version = _version(exchange)
    return f"v{version}" if version else f"no version ({exchange.method} {exchange.path})"


def _spot(exchange: Exchange) -> Spot:
    return Spot(exchange=exchange.number, snippet=f"{exchange.method} {exchange.path} -> {exchange.status}")

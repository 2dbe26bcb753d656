"""How the portal's server reaches ORCID."""

from __future__ import annotations

from checker.api import Exchange, Handshake, Journey, Ruling, Run, Spot, blocked, failed, needs_person, passed, rule

from ._hosts import host_of, is_loopback


@rule(
    "api-calls-https",
    area="Security",
    clause="Required 5",
    title="Every call to ORCID uses https",
    title_failed="ORCID is called over plain http",
    remedy="Configure every ORCID address (authorize, token, revoke, API) with https:// and remove any fallback to"
    " http. Addresses copied from old samples may still begin with http://api.",
    sources=[
        "LYRASIS, ORCID Member API custom integration guide (2022), Required 5",
        "ORCID, service provider workflow: secure https channels",
        "RFC 9325",
    ],
    decider="auto+ev",
)
def api_calls_https(wire: list[Exchange], run: Run) -> Ruling:
    """A token sent over plain http is anybody's, even when ORCID redirects the call to https afterwards."""
    if not run.tls:
        return blocked(
            "The ORCID of this run could not be reached over https at all, so the portal had no choice.",
            todo="Set tls = true under [orcid] and run again.",
        )
    calls = [e for e in wire if _is_call(e)]
    plain = [e for e in calls if e.scheme == "http"]
    if plain and not run.served and len(plain) == len(calls) and is_loopback(host_of(run.orcid)):
        return needs_person(
            "The portal was set to a local test address of ORCID with plain http, for all of its calls. Are the ORCID"
            " addresses of its production configuration https:// throughout?",
            expected="https:// for authorize, token, revoke and API",
            observed=_listed(plain),
            at=_spots(plain),
        )
    if plain:
        return failed(
            f"{len(plain)} of {len(calls)} calls reached ORCID over plain http.",
            expected="https:// for authorize, token, revoke and API",
            observed=_listed(plain),
            at=_spots(plain),
        )
    if not any(e.side == "server" for e in calls):
        return blocked(
            "No call of the portal's server to ORCID was seen.",
            whose="member",
            todo="Check that the portal uses the ORCID of this run for its token and API calls.",
        )
    return passed(f"All {len(calls)} calls to ORCID used https.", observed=_listed(calls))


@rule(
    "tls-verification-outbound",
    area="Security",
    clause="Required 5",
    title="The portal refuses an ORCID whose certificate it cannot trust",
    title_failed="The portal talks to anybody who says to be ORCID",
    remedy="Switch certificate checks back on (look for verify=False, rejectUnauthorized: false,"
    " CURLOPT_SSL_VERIFYPEER, --insecure) and keep the list of authorities current. To trust a test ORCID, give the"
    " portal its authority file instead.",
    sources=[
        "LYRASIS, ORCID Member API custom integration guide (2022), Required 5",
        "RFC 6749, section 10.9",
        "RFC 9325",
    ],
    decider="auto+ev",
)
def tls_verification_outbound(certificate: Journey, wire: list[Exchange], handshakes: list[Handshake]) -> Ruling:
    """Https without a check of the certificate hands client secret and tokens to whoever stands in between."""
    calls = [e for e in wire if e.journey == certificate.name and e.side == "server"]
    if accepted := [e for e in calls if e.certificate == "untrusted"]:
        return failed(
            "While ORCID showed a certificate of an unknown authority, the portal's server called it all the same.",
            expected="the connection is given up before anything is sent",
            observed=_listed(accepted),
            at=_spots(accepted),
        )
    if through := [e for e in calls if e.kind == "token"]:
        return blocked(
            "The portal's token call did not meet the untrusted certificate: it came over"
            f" {'plain http' if through[0].scheme == 'http' else 'a connection that was open before'}.",
            todo="Restart the portal and run again with an https address for ORCID.",
            at=_spots(through),
        )
    refused = [
        h for h in handshakes
        if h.journey == certificate.name and h.certificate == "untrusted" and h.side == "server"
    ]  # fmt: skip
    if not refused:
        return blocked(
            "While ORCID showed an untrusted certificate, the portal's server did not try to call it.", whose="member"
        )
    return passed(
        "The portal's server gave up the connection when ORCID showed a certificate of an unknown authority.",
        observed="; ".join(dict.fromkeys(h.error for h in refused if h.error)),
    )


def _is_call(exchange: Exchange) -> bool:
    """Pages and pictures that a browser fetches are not calls; what a server fetches from ORCID mostly is."""
    if exchange.kind in {"authorize", "token", "revoke", "api"}:
        return True
    return exchange.side == "server" and (
        exchange.kind == "page" or exchange.path.startswith(("/oauth/", "/.well-known/"))
    )


def _listed(exchanges: list[Exchange]) -> str:
    return "; ".join(dict.fromkeys(f"{e.side}: {e.scheme} {e.method} {e.path}" for e in exchanges))


def _spots(exchanges: list[Exchange]) -> list[Spot]:
    return [Spot(exchange=e.number, snippet=f"{e.method} {e.path}", note=f"{e.scheme}, {e.side}") for e in exchanges]

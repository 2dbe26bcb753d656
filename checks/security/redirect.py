"""Where ORCID sends the browser back to."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from urllib.parse import parse_qs, urljoin, urlsplit

from checker.api import Authorization, Evidence, Journey, Ruling, Run, Spot, blocked, failed, needs_person, passed, rule

from ._hosts import host_of, is_loopback, scheme_of


@dataclass(frozen=True)
class _Place:
    """One address that ORCID's answer travels to."""

    url: str
    where: str
    page: str | None = None

    @property
    def shown(self) -> str:
        return self.url.partition("?")[0].partition("#")[0]

    def spot(self) -> Spot:
        return Spot(page=self.page, url=self.url, note=self.where)


@rule(
    "redirect-uri-https",
    area="Security",
    clause="Required 5",
    title="ORCID sends people back to https addresses only",
    title_failed="A redirect URI does not use https",
    remedy="Send and register redirect URIs that begin with https://. Behind a proxy that ends TLS, pass the original"
    " scheme on (X-Forwarded-Proto) and make the application honour it, or set its public base address.",
    sources=[
        "LYRASIS, ORCID Member API custom integration guide (2022), Required 5",
        "ORCID, minimum requirements for member integrations: https only",
        "RFC 6749, section 3.1.2.1",
    ],
)
def redirect_uri_https(authorizations: list[Authorization], evidence: Evidence, run: Run) -> Ruling:
    """Over plain http anybody on the way can read the authorization code and take the session over."""
    places = [
        *_sent(authorizations),
        *_landed(evidence.journeys),
        *(_Place(u, "declared in the plan") for u in run.redirect_uris),
    ]
    plain = [p for p in places if scheme_of(p.url) == "http"]
    if exposed := [p for p in plain if not is_loopback(host_of(p.url))]:
        return failed(
            f"ORCID's answer travels over plain http to {exposed[0].shown} ({exposed[0].where}).",
            expected="https:// wherever ORCID sends the browser: requested, registered and reached",
            observed=_listed(exposed),
            at=[p.spot() for p in exposed],
        )
    if plain:
        return needs_person(
            "Not ready for production: this portal was reviewed with a plain http address on its own machine. Is the"
            " redirect URI that goes into production registered, and sent, as https://?",
            expected="https:// redirect URIs outside a developer's machine",
            observed=_listed(plain),
            at=[p.spot() for p in plain],
        )
    if odd := [p for p in places if scheme_of(p.url) != "https"]:
        return needs_person(
            f"The redirect URI {odd[0].url!r} is neither http nor https, as of an app on a device. Does production use"
            " https:// redirect URIs only?",
            expected="https:// redirect URIs",
            observed=_listed(odd),
            at=[p.spot() for p in odd],
        )
    if not any(p.where == _SENT for p in places):
        return blocked(
            "None of the requests to ORCID named a redirect URI.", whose="member", todo="Send redirect_uri to ORCID."
        )
    if run.recording:
        return blocked(
            f"Every redirect URI in {run.recording} and in the plan begins with https://; where the browser came to"
            " rest is not in it.",
            todo="run a review, which uses the portal: orcid-review run",
            at=[p.spot() for p in places],
        )
    if not any(p.where == _REACHED for p in places):
        return blocked("ORCID never sent the browser back, so the address it really reaches was not seen.")
    return passed(
        "Every redirect URI that was sent, reached or declared begins with https://.",
        observed=_listed(places),
        at=[p.spot() for p in places if p.where == _REACHED][:1],
    )


_SENT = "sent to ORCID"
_REACHED = "reached by the browser"


def _sent(authorizations: list[Authorization]) -> Iterator[_Place]:
    for authorization in authorizations:
        query = urlsplit(authorization.url).query
        yield from (_Place(uri, _SENT, authorization.from_page) for uri in parse_qs(query).get("redirect_uri", []))


def _landed(journeys: list[Journey]) -> Iterator[_Place]:
    for journey in journeys:
        for authorization in journey.authorizations:
            if authorization.returned:
                yield _Place(authorization.returned, _REACHED, authorization.landed)
                yield from _redirects_after(authorization.returned, journey)


def _redirects_after(callback: str, journey: Journey) -> Iterator[_Place]:
    """Yield where the callback's own host sent the browser on to: a downgrade may hide there."""
    url, seen = callback, {callback}
    while onward := next((r.redirected_to for r in journey.requests if r.url == url and r.redirected_to), None):
        url = urljoin(url, onward)
        if url in seen or host_of(url) != host_of(callback):
            return
        seen.add(url)
        yield _Place(url, "reached on the way back to the portal")


def _listed(places: list[_Place]) -> str:
    return "; ".join(dict.fromkeys(f"{p.shown} ({p.where})" for p in places))

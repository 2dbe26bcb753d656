"""What must never reach a browser: tokens and the client secret."""

from __future__ import annotations

from urllib.parse import parse_qs, urlsplit

from checker.api import Evidence, Journey, Ruling, blocked, failed, needs_person, passed, rule

from ._browser_side import CLIENT_SECRET, TOKENS, Exposure, answers_seen, by_design, exposures, tags_of


@rule(
    "token-not-in-browser",
    area="Security",
    clause="Required 4",
    title="ORCID's tokens stay on the portal's server",
    title_failed="A token of ORCID reaches the browser",
    remedy="Keep tokens on the server. Take them out of pages, scripts, JSON answers, cookies (also signed ones: they"
    " are readable) and browser storage, and end the tokens that were exposed.",
    sources=[
        "LYRASIS, ORCID Member API custom integration guide (2022), Required 4: stored securely",
        "ORCID, collecting and sharing ORCID iDs",
        "RFC 9700, section 2.1.2",
    ],
    implies=["store-secure"],
)
def token_not_in_browser(journeys: list[Journey], evidence: Evidence) -> Ruling:
    """Who holds a token may read or change the record for about twenty years; browsers and their add-ons leak."""
    tags = tags_of(evidence, TOKENS)
    implicit = by_design(journeys, tags)
    found = exposures(evidence, tags)
    if beyond := [e for e in found if e.tag not in implicit]:
        return _exposed(beyond, "A token", "tokens only on the portal's server")
    if implicit or _asks_for_token(journeys):
        return needs_person(
            "The portal asks ORCID for a token in the browser itself (implicit flow). Is it short-lived, used to learn"
            " the iD only, and never sent on or kept?",
            expected="tokens only on the portal's server",
            observed=_listed(found) or "response_type of the authorization address",
            at=[e.spot for e in found],
        )
    if not tags:
        return blocked("No token of this run is known, so none could be looked for.")
    seen = answers_seen(evidence)
    if not seen:
        return blocked("No answer of the portal to a browser that came back from ORCID was recorded.")
    return passed(
        f"None of the run's {len(tags)} tokens was found in what the browser got: {seen} answers, cookies, storage."
    )


@rule(
    "secret-not-exposed",
    area="Security",
    clause="Required 4",
    title="The client secret stays on the portal's server",
    title_failed="The client secret reaches the browser",
    remedy="Exchange the code on your server, take the secret out of everything a browser can load, and have the"
    " secret reset: this one is known now.",
    sources=[
        "LYRASIS, ORCID Member API custom integration guide (2022), Required 4",
        "ORCID, service provider workflow: client secret",
        "RFC 6749, section 2.3.1",
    ],
)
def secret_not_exposed(evidence: Evidence) -> Ruling:
    """With the secret anybody can act as the member towards ORCID."""
    tags = tags_of(evidence, CLIENT_SECRET)
    if found := exposures(evidence, tags):
        return _exposed(found, "The client secret", "the client secret only on the portal's server")
    journeys = evidence.journeys
    if block := next((j.block for j in journeys if j.block and evidence.run.recording), None):
        return blocked(block.message, whose=block.whose, todo=block.todo)
    if not tags:
        if sent := _parameters(journeys):
            return needs_person(
                "The browser sends a parameter called client_secret, and this review does not know the secret. Is what"
                " is sent there something other than the client secret?",
                observed="; ".join(sent),
            )
        return blocked(
            "The client secret was not given, so it could not be looked for.",
            whose="member",
            todo="Set [orcid] client_secret in the plan, from an environment variable.",
        )
    seen = answers_seen(evidence)
    if not seen:
        return blocked("No answer of the portal to a browser that came back from ORCID was recorded.")
    return passed(f"The client secret was not found in what the browser got: {seen} answers, cookies, storage.")


def _exposed(found: list[Exposure], what: str, expected: str) -> Ruling:
    return failed(
        f"{what} was found {found[0].where}.", expected=expected, observed=_listed(found), at=[e.spot for e in found]
    )


def _listed(found: list[Exposure]) -> str:
    return "; ".join(f"{e.tag} {e.where}" for e in found)


def _asks_for_token(journeys: list[Journey]) -> bool:
    types = {
        word
        for journey in journeys
        for authorization in journey.authorizations
        for value in parse_qs(urlsplit(authorization.url).query).get("response_type", [])
        for word in value.split()
    }
    return bool(types & {"token", "id_token"})


def _parameters(journeys: list[Journey]) -> list[str]:
    urls = [r.url for j in journeys for r in j.requests]
    return [url.partition("?")[0] for url in urls if any(parse_qs(urlsplit(url).query).get("client_secret", []))]

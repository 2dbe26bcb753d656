"""Webhooks: ORCID tells a premium member of each change to a record."""

from __future__ import annotations

from collections.abc import Iterable
from urllib.parse import unquote, urlsplit

from checker.api import (
    Authorization,
    Delivery,
    Evidence,
    Exchange,
    Ruling,
    failed,
    needs_person,
    not_applicable,
    passed,
    rule,
)
from checker.orcid import api_path

from ..collect._oauth import asked
from ..connect._calls import Grant, grant_of, grants, line, lines, spot
from ..store._run import no_wire, not_in_recording

_TUTORIAL = "ORCID API tutorial: webhooks"
_SCOPE = "/webhook"


def _calls(evidence: Evidence) -> list[Exchange]:
    return [e for e in evidence.wire or [] if e.side == "server" and "/webhook" in e.path and e.kind == "api"]


def _registered(evidence: Evidence) -> list[Exchange]:
    return [e for e in _calls(evidence) if e.method == "PUT" and e.status in {201, 204}]


def _none(evidence: Evidence) -> Ruling | None:
    if ruling := no_wire(evidence):
        return ruling
    if _calls(evidence):
        return None
    if any(_SCOPE in g.scopes for g in grants(evidence.wire or [])):
        return needs_person(
            "The portal got a permission for webhooks and registered none in this review. Are its webhooks in order?",
            observed="a token with /webhook, and no call with it",
        )
    return not_in_recording(evidence, "call about a webhook") or not_applicable(
        "The portal registered no webhook in this review, and asked for no permission to."
    )


@rule(
    "webhook-two-legged",
    area="Synchronize",
    clause="Synchronize stage",
    title="Webhooks are registered with the client's own token",
    title_failed="Webhooks are not registered the way ORCID takes them",
    remedy="Get a token with grant_type=client_credentials and scope=/webhook, and PUT to"
    " /{iD}/webhook/{percent-encoded address} at the API host, without a version.",
    sources=[_TUTORIAL],
    decider="auto+ev",
)
def webhook_two_legged(trips: list[Authorization], evidence: Evidence) -> Ruling:
    """No person can give this permission: it is the client's, or nobody's."""
    expected = "a client-credentials token with /webhook; PUT /{iD}/webhook/{encoded address}"
    if wanted := [a for a in trips if _SCOPE in asked(a)]:
        return failed(
            "People are asked for the permission to register webhooks, which only the client itself can have.",
            expected=expected, observed=wanted[0].url,
        )  # fmt: skip
    if ruling := _none(evidence):
        return ruling
    given = grants(evidence.wire or [])
    calls = _calls(evidence)
    if wrong := [(e, why) for e in calls if (why := _wrong(e, grant_of(e, given)))]:
        return failed(
            f"{len(wrong)} of {len(calls)} calls about webhooks are not made the way ORCID takes them: {wrong[0][1]}.",
            expected=expected, observed="; ".join(f"{line(e)}: {why}" for e, why in wrong),
            at=[spot(e, why) for e, why in wrong],
        )  # fmt: skip
    if refused := [e for e in calls if e.status >= 400]:
        return needs_person(
            "ORCID refused a call about a webhook. Does the client have the permission for webhooks?",
            expected=expected, observed=lines(refused), at=[spot(e) for e in refused],
        )  # fmt: skip
    return passed(
        "Webhooks are registered with a token of the client's own.", observed=lines(calls), at=[spot(calls[0])]
    )


def _wrong(call: Exchange, grant: Grant | None) -> str:
    path = api_path.parse(call.path)
    if path.version:
        return "the address has a version"
    if not path.orcid or path.section != "webhook" or not call.path.partition("/webhook/")[2]:
        return "the address is not /{iD}/webhook/{encoded address}"
    if not call.token:
        return "no token"
    if grant and grant.by_person:
        return "the token is a person's"
    if grant and _SCOPE not in grant.scopes:
        return f"the token has {' '.join(sorted(grant.scopes)) or 'no scope'}"
    return ""


@rule(
    "webhook-premium",
    area="Synchronize",
    clause="Synchronize stage",
    title="The membership includes webhooks",
    title_failed="The membership does not include webhooks",
    remedy="Ask ORCID or your consortium lead whether your membership includes webhooks.",
    sources=[_TUTORIAL],
    decider="person",
)
def webhook_premium(evidence: Evidence) -> Ruling:
    """In production ORCID gives webhooks to premium members only; the sandbox gives them to all."""
    if ruling := _none(evidence):
        return ruling
    return needs_person(
        "Does the member's membership include webhooks (premium, or through the consortium)?",
        observed=lines(_calls(evidence)),
        at=[spot(e) for e in _calls(evidence)[:3]],
    )


@rule(
    "webhook-callback",
    area="Synchronize",
    clause="Synchronize stage",
    title="ORCID can call the webhook's address",
    title_failed="ORCID cannot call the webhook's address safely",
    remedy="Register an address that begins with https://, answer 2xx at once, and do the work later.",
    sources=[_TUTORIAL, "ORCID, webhooks: an address without a scheme is called over http"],
    decider="auto+ev",
)
def webhook_callback(evidence: Evidence) -> Ruling:
    """What is not answered with 2xx is sent again and again; what goes over http can be read and forged."""
    if ruling := _none(evidence):
        return ruling
    calls = [e for e in _calls(evidence) if e.method == "PUT"]
    if not calls:
        return not_applicable("The portal registered no webhook in this review: it only removed one.")
    address = {e.number: unquote(e.path.partition("/webhook/")[2]) for e in calls}
    if wrong := [e for e in calls if urlsplit(address[e.number]).scheme != "https"]:
        return failed(
            "A webhook's address does not begin with https://.",
            expected="https://…", observed=", ".join(address[e.number] or "no address" for e in wrong),
            at=[spot(e, address[e.number]) for e in wrong],
        )  # fmt: skip
    told = [d for d in evidence.deliveries if d.tries and d.address in address.values()]
    left = evidence.journey("disconnect")
    late = [d for d in told if left and left.state == "done" and d.at >= left.ended]
    known = [d for d in told if d not in late]
    expected = "2xx within seconds, without a sign-in or a redirect"
    if bad := [d for d in known if not _taken(d) and (d.status or d.error.startswith("ReadTimeout"))]:
        return failed(
            "The webhook's address does not take what ORCID sends to it.",
            expected=expected, observed=_answers(bad), at=[spot(e) for e in calls],
        )  # fmt: skip
    wanted = set(address.values())
    if all(map(_taken, told)) and {d.address for d in known} == {d.address for d in late} == wanted:
        return passed(
            "The webhook's address took what ORCID sent to it, also about a person who had disconnected.",
            observed=_answers(told), at=[spot(e) for e in calls],
        )  # fmt: skip
    return needs_person(
        "Does the webhook's address answer a POST with an empty body with 2xx within seconds, without a sign-in, and"
        " for iDs that it does not know too?",
        expected=expected,
        observed="; ".join(
            part for part in (_answers(known), late and f"after disconnecting: {_answers(late)}") if part
        )
        or ", ".join(dict.fromkeys(address.values())),
        at=[spot(e) for e in calls],
    )


def _taken(told: Delivery) -> bool:
    return 200 <= told.status < 300


def _answers(told: Iterable[Delivery]) -> str:
    return "; ".join(dict.fromkeys(f"POST {d.address}: {d.status or d.error}" for d in told))


@rule(
    "webhook-unregister",
    area="Synchronize",
    clause="Synchronize stage",
    title="A webhook ends with the connection",
    title_failed="A webhook outlives the connection",
    remedy="On disconnecting, send DELETE to the address at which the webhook was registered.",
    sources=[_TUTORIAL],
    decider="auto+ev",
)
def webhook_unregister(evidence: Evidence) -> Ruling:
    """Who disconnected does not want to be watched any more."""
    if ruling := _none(evidence):
        return ruling
    registered = _registered(evidence)
    if not registered:
        return not_applicable("ORCID took no webhook of the portal in this review.")
    journey = evidence.journey("disconnect")
    if journey is None or journey.state != "done" or not journey.pressed:
        block = journey.block if journey else None
        return needs_person(
            "The review could not disconnect. Does the portal remove the webhook when somebody does?",
            observed=block.message if block else "no way to disconnect was taken",
        )
    removed = {
        e.path for e in _calls(evidence) if e.method == "DELETE" and e.status in {204, 404} and e.at >= journey.started
    }
    before = [e for e in registered if e.at < journey.started]
    if kept := [e for e in before if e.path not in removed]:
        return failed(
            "After disconnecting the webhook was still registered.",
            expected="DELETE of the webhook", observed=lines(kept), at=[spot(e, "never removed") for e in kept],
        )  # fmt: skip
    if not before:
        return not_applicable("No webhook was registered when the review disconnected.")
    return passed("The webhook was removed on disconnecting.", observed=", ".join(sorted(removed)))

"""How the portal calls the API: where, with which methods and credentials, how fast."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import timedelta
from urllib.parse import parse_qs, urlsplit

from checker.api import (
    Authorization,
    Evidence,
    Exchange,
    Ruling,
    Run,
    blocked,
    failed,
    needs_person,
    not_applicable,
    passed,
    rule,
)
from checker.orcid import api_path, ids
from checker.orcid.answers import json_object
from checker.orcid.hosts import PRODUCTION, SANDBOX

from ..collect._oauth import parameter
from ..store._run import MORE, Write, additions, no_wire, not_in_recording
from ._calls import (
    GUIDE,
    ITEMS,
    alike,
    api_calls,
    error_code,
    grant_of,
    grants,
    line,
    lines,
    may_connect,
    reads,
    spot,
    writers,
)

_MEMBER_HOSTS = frozenset(urlsplit(e.member_api).netloc for e in (SANDBOX, PRODUCTION))
_PUBLIC_HOSTS = frozenset(urlsplit(e.public_api).netloc for e in (SANDBOX, PRODUCTION))
_HOSTS = "api.orcid.org for a member's calls (api.sandbox.orcid.org in the sandbox), pub.orcid.org for open reading"

PER_SECOND = 24
"""Requests a second that the member API takes for long."""
PUBLIC_PER_SECOND = 12
"""The same of the public API."""
BURST = 40
"""Requests beyond that which it lets wait."""


@rule(
    "api-host-official",
    area="Connect",
    clause="Component 3",
    title="The API is called at its own hosts",
    title_failed="Records are read or written past ORCID's API",
    remedy="Call https://api.orcid.org/v3.0/ with tokens that member credentials brought, and nothing but the API.",
    sources=["ORCID, API README", "ORCID, sandbox documentation"],
    decider="auto+ev",
)
def api_host_official(wire: list[Exchange], run: Run) -> Ruling:
    """ORCID's pages and what they load for themselves change without notice, and are not for programs."""
    server = [e for e in wire if e.side == "server"]
    if scraped := [e for e in server if _is_scraping(e)]:
        return failed(
            f"The portal's server reads ORCID's web pages: {line(scraped[0])}.",
            expected=_HOSTS, observed=lines(scraped), at=[spot(e) for e in scraped],
        )  # fmt: skip
    calls = api_calls(wire)
    if not calls:
        if run.recording:
            return blocked(f"{run.recording} holds no call of the portal's server to the API.", todo=MORE)
        if any(e.kind == "token" for e in server):
            return not_applicable("The portal makes no API call: it gets tokens, and nothing more.")
        return blocked("No call of the portal's server to ORCID was seen.", whose="member")
    hosts = {e.number: e.request_headers.get("host", "").lower() for e in calls}
    if not run.relayed and (run.environment == "embedded" or run.recording):
        return needs_person(
            "Here one address stood for all of ORCID's hosts. Does the production configuration name"
            " https://api.orcid.org for calls with a member's token?",
            expected=_HOSTS, observed=f"{len(calls)} API calls to {run.orcid}", at=[spot(calls[0])],
        )  # fmt: skip
    called = {one.name for one in (SANDBOX, PRODUCTION) for host in hosts.values() if one.owns(f"//{host}")}
    if run.recording and len(called) > 1:
        return needs_person(
            f"{run.recording} holds API calls to ORCID's sandbox and to its production Registry. Are they"
            " those of two installations, each with credentials of its own?",
            expected=_HOSTS, observed=", ".join(dict.fromkeys(hosts.values())), at=[spot(e) for e in calls[:3]],
        )  # fmt: skip
    wrong = [e for e in calls if hosts[e.number] in _PUBLIC_HOSTS and e.method != "GET"]
    elsewhere = [e for e in calls if hosts[e.number] not in _MEMBER_HOSTS | _PUBLIC_HOSTS]
    if wrong:
        return failed(
            f"{len(wrong)} of {len(calls)} API calls write at the public API, which only reads.",
            expected=_HOSTS, observed="; ".join(f"{hosts[e.number]}: {line(e)}" for e in wrong[:6]),
            at=[spot(e, hosts[e.number]) for e in wrong],
        )  # fmt: skip
    if elsewhere:
        return needs_person(
            "Some API calls went to another host than ORCID's API. Is each a documented one?",
            expected=_HOSTS, observed="; ".join(f"{hosts[e.number]}: {line(e)}" for e in elsewhere[:6]),
            at=[spot(e, hosts[e.number]) for e in elsewhere],
        )  # fmt: skip
    return passed(
        f"All {len(calls)} API calls went to ORCID's API.",
        observed=", ".join(dict.fromkeys(hosts.values())), at=[spot(calls[0])],
    )  # fmt: skip


def _is_scraping(exchange: Exchange) -> bool:
    """Pages of a record, and the data that ORCID's own pages load. What asks for JSON or XML at an iD is documented."""
    head, _, rest = exchange.path.strip("/").partition("/")
    if exchange.method != "GET" or not ids.is_well_formed(head.upper()):
        return False
    if rest:
        return rest.endswith(".json")
    accept = exchange.request_headers.get("accept", "")
    return "text/html" in accept or not any(kind in accept for kind in ("json", "xml", "turtle", "rdf", "n-triples"))


@rule(
    "api-methods-correct",
    area="Connect",
    clause="Component 3",
    title="Items are added, changed and removed with the methods for it",
    title_failed="An item is written with the wrong method",
    remedy="Add with POST to the section, change with PUT and remove with DELETE at /{section}/{put-code}; keep the"
    " put-code when you change.",
    sources=["ORCID, FAQ: mandatory items", "ORCID API tutorial: works"],
    decider="auto+ev",
)
def api_methods_correct(trips: list[Authorization], evidence: Evidence) -> Ruling:
    """Only a PUT to its put-code leaves an item one item, with its history and the person's settings."""
    done = writers(trips, evidence)
    if isinstance(done, Ruling):
        return done
    own = [w for w in done if w.section in ITEMS]
    wrong = [(w, why) for w in own if (why := _wrong(w))]
    replaced = _replaced(own)
    wrong += [(w, "removed and added again in place of a change") for w, surely in replaced if surely]
    expected = "POST to a section; PUT and DELETE to a section and put-code"
    if wrong:
        return failed(
            f"{len(wrong)} of {len(own)} writes use the wrong method: {wrong[0][1]}.",
            expected=expected,
            observed="; ".join(f"{line(w.exchange)}: {why}" for w, why in wrong),
            at=[w.spot(why) for w, why in wrong],
        )
    if refused := [w for w in done if w.exchange.status == 405]:
        return failed(
            "ORCID does not know the method at this address.",
            expected=expected, observed=lines(w.exchange for w in refused), at=[w.spot() for w in refused],
        )  # fmt: skip
    if unclear := [w for w, _ in replaced]:
        return needs_person(
            "An item was removed and another of the same kind added at once. Are they two things, or is it a change of"
            " one?",
            expected=expected,
            observed=lines(w.exchange for w in own),
            at=[w.spot() for w in unclear],
        )
    if not own:
        return blocked("No write to a section of a record was seen.", whose="member", at=[w.spot() for w in done])
    return passed(
        f"All {len(own)} writes use the method for it.",
        observed=lines(w.exchange for w in own), at=[w.spot() for w in own],
    )  # fmt: skip


def _wrong(write: Write) -> str:
    code = api_path.parse(write.exchange.path).put_code
    match write.exchange.method:
        case "POST" if code:
            return "POST to an item that exists"
        case "PUT" if not code:
            return "PUT without a put-code"
        case "DELETE" if not code:
            return "DELETE without a put-code"
    return ""


def _replaced(done: Sequence[Write]) -> list[tuple[Write, bool]]:
    """Return additions of what was removed shortly before, in one go, a change by another name; and whether surely so.

    Removing on one page and adding on another are two wishes of a person; a removal and an addition within two seconds
    are one of a program. Another kind of item can be changed in no other way.
    """
    items = additions(list(done))
    found: dict[int, tuple[Write, bool]] = {}
    for one in items:
        call = one.write.exchange
        for gone in done:
            removal = gone.exchange
            if removal.method != "DELETE" or removal.status not in {200, 204} or removal.number > call.number:
                continue
            if removal.journey != call.journey or call.at - removal.at > timedelta(seconds=2):
                continue
            before = [i for i in items if i.put_code in gone.put_codes and i.write.exchange.number < removal.number]
            answers = [alike(i, one) for i in before]
            if True in answers or (None in answers and call.number not in found):
                found[call.number] = (one.write, True in answers)
    return list(found.values())


@rule(
    "api-own-credentials",
    area="Connect",
    clause="Component 3",
    title="The portal uses the member's own credentials",
    title_failed="The portal uses somebody else's credentials",
    remedy="Use the client ID that ORCID gave your organization for this system, in every call.",
    sources=[GUIDE, "ORCID, FAQ: registering credentials", "ORCID, certified service provider criteria"],
    decider="mixed",
)
def api_own_credentials(trips: list[Authorization], evidence: Evidence) -> Ruling:
    """What is written carries the name of whoever's credentials were used."""
    run = evidence.run
    named = {client: a.url for a in trips if (client := parameter(a.url, "client_id"))}
    if run.recording:  # which may hold the server's side alone, and whose client it is nobody may have said
        named |= {client: e.path for e in evidence.wire or [] if (client := _client_of(e))}
    others = {client: url for client, url in named.items() if run.client_id and client != run.client_id}
    if others:
        return failed(
            f"The portal asks as another client than the one under review: {', '.join(others)}.",
            expected=run.client_id, observed=", ".join(named),
        )  # fmt: skip
    if any(g.on_behalf for g in grants(evidence.wire or [])):
        return not_applicable("The portal acts on behalf of another member, by token exchange.")
    if not named:
        return blocked("No authorization address with a client ID was seen.", whose="member")
    return needs_person(
        f"Is {run.client_id or ' and '.join(named)} the member's own client, for this system, and used by no other"
        " organization?",
        expected="one client ID for one member", observed=", ".join(named),
    )  # fmt: skip


def _client_of(exchange: Exchange) -> str:
    """Return the client that asks for a token, as far as the body of the request says."""
    form = parse_qs(exchange.request_body) if exchange.kind == "token" and exchange.side == "server" else {}
    return form.get("client_id", [""])[0]


@rule(
    "rate-limit-respected",
    area="Connect",
    clause="Component 3",
    title="The portal keeps to ORCID's rate limit",
    title_failed="The portal calls ORCID faster than it may",
    remedy=f"Stay below {PER_SECOND} calls a second; after a 503 or 429 wait, and longer each time.",
    sources=["ORCID, API README: limits", "ORCID, FAQ: API limits"],
    decider="auto+ev",
)
def rate_limit_respected(wire: list[Exchange], run: Run) -> Ruling:
    """Beyond the limit ORCID answers 503, and what was sent is lost unless it is sent again."""
    calls = sorted(api_calls(wire), key=lambda e: e.at)
    busy = [e for e in calls if e.status in {429, 503}]
    if run.recording and len(calls) > 1 and not any(e.at.microsecond for e in calls):
        return blocked(
            f"{run.recording} tells the time of its {len(calls)} API calls in whole seconds, too coarse to judge it.",
            todo="Record with a tool that notes milliseconds, e.g. orcid-review relay.",
        )
    hasty = [e for e in calls if any(_same_call(e, b) and _too_soon(b, e) for b in busy)]
    if hasty:
        return failed(
            f"After ORCID said that it is busy, {len(hasty)} calls were sent again at once.",
            expected="a pause of at least a second, longer each time", observed=lines([*busy[:2], *hasty]),
            at=[spot(e) for e in [*busy, *hasty][:8]],
        )  # fmt: skip
    public = [e for e in calls if _is_public(e)]
    member = [e for e in calls if not _is_public(e)]
    paces = [(rate, *_pace(some, rate)) for some, rate in ((member, PER_SECOND), (public, PUBLIC_PER_SECOND))]
    most = max(most for _, most, _ in paces)
    for rate, fastest, over in paces:
        if not over:
            continue
        return failed(
            f"The portal made up to {fastest} API calls in one second, and more in a row than ORCID lets wait.",
            expected=f"at most {rate} calls a second; {BURST} more may wait",
            observed=f"{len(over)} calls beyond the limit", at=[spot(e) for e in over[:5]],
        )  # fmt: skip
    if not busy and len(member) <= PER_SECOND and len(public) <= PUBLIC_PER_SECOND:
        return not_applicable(
            f"No batch of calls: the portal made {len(calls)} API calls in all, which no limit can meet."
        )
    return passed(
        f"At most {most} of {len(calls)} API calls were made in one second.",
        observed=f"{len(calls)} calls; {len(busy)} answers 503 or 429",
    )


def _is_public(call: Exchange) -> bool:
    return call.request_headers.get("host", "").lower() in _PUBLIC_HOSTS


def _pace(calls: Sequence[Exchange], rate: int) -> tuple[int, list[Exchange]]:
    """Return the most calls in one second, and those for which ORCID's queue had no room any more."""
    most, waiting, over = 0, 0.0, []
    for place, call in enumerate(calls):
        second = [c for c in calls[max(0, place - 500) : place + 1] if call.at - c.at < timedelta(seconds=1)]
        most = max(most, len(second))
        if place:
            waiting = max(0.0, waiting - (call.at - calls[place - 1].at).total_seconds() * rate)
        waiting += 1
        if waiting > BURST + rate:  # room for what a second takes besides: clocks and queues are not exact
            over.append(call)
    return most, over


def _same_call(one: Exchange, other: Exchange) -> bool:
    return (one.method, one.path, one.query) == (other.method, other.path, other.query)


def _too_soon(refused: Exchange, again: Exchange) -> bool:
    told = refused.response_headers.get("retry-after", "")
    wanted = min(float(told), 60.0) if told.isascii() and told.isdigit() else 0.5
    pause = (again.at - refused.at).total_seconds()
    return again.number > refused.number and pause < wanted


@rule(
    "member-api-used",
    area="Connect",
    clause="Introduction",
    title="The portal has Member API credentials",
    title_failed="The portal uses the public API's credentials",
    remedy="Ask your consortium lead for Member API credentials.",
    sources=[f"{GUIDE}, introduction"],
    decider="auto+ev",
)
def member_api_used(trips: list[Authorization], evidence: Evidence) -> Ruling:
    """An organization's system can ask for lasting permission only as a member."""
    given = grants(evidence.wire or [])
    for grant in given:
        if member := sorted(grant.scopes & {"/read-limited", "/activities/update", "/person/update"}):
            return passed(
                f"ORCID gave the client {', '.join(member)}, which only members get.", at=[spot(grant.exchange)]
            )
    if evidence.run.recording and not given:
        return no_wire(evidence) or blocked(f"{evidence.run.recording} holds no answer with a token.", todo=MORE)
    refused = [a for a in trips if "scope" in a.error.lower() or "invalid_scope" in a.returned]
    return needs_person(
        f"Is {evidence.run.client_id or 'the client'} a Member API client?"
        + (" ORCID refused what it asked for." if refused else " It got no permission that only members get."),
        observed="; ".join(a.error or a.returned for a in refused)
        or ", ".join(sorted({s for g in given for s in g.scopes})) or "no token was seen",
    )  # fmt: skip


@rule(
    "read-token-used",
    area="Connect",
    clause="Component 3",
    title="Records are read with the person's token",
    title_failed="Records are read without the person's token",
    remedy="Read with GET at the Member API, with the access token that the person's consent brought.",
    sources=["ORCID API tutorial: reading", "ORCID, terms of use"],
    decider="auto+ev",
)
def read_token_used(wire: list[Exchange], trips: list[Authorization], evidence: Evidence) -> Ruling:
    """Without the person's token only what is public can be read, and the permission was asked for in vain."""
    seen = reads(wire)
    if not seen:
        if ruling := not_in_recording(evidence, "call of the portal's server that reads a record"):
            return ruling
        if not may_connect(trips, evidence):
            return not_applicable("The portal asks for no permission to read records, and read none.")
        if any(g.by_person for g in grants(wire)):
            return not_applicable("The portal read no record in this review.")
        return blocked("The portal never got a person's token in this run, so it could read no record.", whose="member")
    if hidden := [e for e in seen if evidence.secrets.get(e.token) == "hidden-token"]:
        return blocked(
            f"{evidence.run.recording} does not hold the tokens of its calls: whoever recorded it took them out.",
            todo="Record with orcid-review relay, which puts tags in place of tokens.", at=[spot(hidden[0])],
        )  # fmt: skip
    given = grants(wire)
    limited = {g.orcid for g in given if "/read-limited" in g.scopes}
    bare = [e for e in seen if e.orcid in limited and not e.token and _had(e, wire)]
    public = [e for e in seen if _is_public(e) and _had(e, wire)]
    if wrong := list({e.number: e for e in [*bare, *public] if e.orcid in limited}.values()):
        return failed(
            f"{len(wrong)} of {len(seen)} reads do not use the token of a person who gave leave to read.",
            expected="the person's own access token, at the Member API", observed=lines(wrong),
            at=[spot(e) for e in wrong],
        )  # fmt: skip
    good = [e for e in seen if (g := grant_of(e, given)) and g.orcid == e.orcid and error_code(e) != 9017]
    if other := [e for e in seen if e not in good and e.orcid in limited]:
        return needs_person(
            "Some reads of a person's record use another token than the one that the person gave. Is what they read"
            " open to everybody, and meant to be?",
            observed=lines(other), at=[spot(e) for e in other[:5]],
        )  # fmt: skip
    if not good:
        return needs_person(
            "Records were read, though with no token of a person in this run. Does the portal read with the person's"
            " own token where it has one?",
            observed=lines(seen), at=[spot(e) for e in seen[:5]],
        )  # fmt: skip
    return passed(
        f"{len(good)} of {len(seen)} reads use the token of the person whose record it is.",
        observed=lines(good), at=[spot(e) for e in good[:5]],
    )  # fmt: skip


def _had(call: Exchange, wire: Sequence[Exchange]) -> bool:
    """Say whether the portal held a live token for the record when it read without."""
    held = False
    owner: dict[str, str] = {}
    for e in wire:
        if e.number >= call.number:
            break
        if e.kind == "token" and e.status == 200 and e.orcid:
            given = json_object(e.response_body)
            owner |= {str(given[name]): e.orcid for name in ("access_token", "refresh_token") if given.get(name)}
            held = held or e.orcid == call.orcid
        elif e.kind == "revoke" and e.status == 200 and owner.get(e.token, call.orcid) == call.orcid:
            held = False
    return held

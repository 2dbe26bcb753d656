"""The way to ORCID: its own page, unframed, tied to the visitor's session."""

from __future__ import annotations

import base64
import math
import re
from datetime import timedelta
from urllib.parse import urlsplit

from checker.api import (
    Authorization,
    Control,
    Evidence,
    Journey,
    Page,
    Ruling,
    Run,
    Spot,
    blocked,
    failed,
    needs_person,
    passed,
    rule,
)
from checker.orcid import ids
from checker.orcid.answers import json_object

from . import _fields as fields
from ._at import at
from ._oauth import SOURCES, address, answered, environment, is_orcids, other_registry, parameter, visits

_CONNECTING = re.compile(r"(?i)\b(connect|link|authori[sz]e|verbind\w*|verknüpf\w*|connecter|lier|conectar|vincular"
                         r"|collega\w*|connett\w*)\b")  # fmt: skip
_SIGN_IN_PATH = re.compile(r"/(oauth2?/authorize|signin|login|register)\b")
_LOOPBACK = frozenset({"localhost", "127.0.0.1", "::1"})


@rule(
    "oauth-authorize-used",
    area="Collect",
    clause="Required 1",
    title="Connecting goes through ORCID's authorization page",
    title_failed="Connecting does not go through ORCID's authorization page",
    remedy="Start the connection from a control that sends the person to ORCID's /oauth/authorize, and take the iD"
    " only from the token answer that follows.",
    sources=SOURCES,
)
def oauth_authorize_used(evidence: Evidence) -> Ruling:
    """Only a person who signed in at ORCID has proved that the iD is theirs; every other way is hearsay."""
    run = evidence.run
    trips = visits(evidence.journeys)
    if ruling := _wrong_place(run, evidence, trips):
        return ruling
    done = [a for a in trips if answered(a) and a.answer != "none"]
    if done:
        return _brokered(run, done) or passed(
            "The way to connect leads to ORCID's authorization page, and ORCID's answer comes back to the portal.",
            observed=f"{len(done)} of {len(trips)} visits answered; first: {_bare(trips[0].url)}",
            at=[address(done[0])],
        )
    return _shown_without_callback(evidence) or _leads_elsewhere(evidence, trips) or _unfinished(evidence, trips)


def _wrong_place(run: Run, evidence: Evidence, trips: list[Authorization]) -> Ruling | None:
    urls = [(a.url, a.from_page) for a in trips]
    urls += [(r.url, None) for j in evidence.journeys for r in j.requests if r.kind == "document"]
    strayed = [(url, page) for url, page in urls if other_registry(run, url)]
    if strayed:
        url, _ = strayed[0]
        return failed(
            f"The control leads to another Registry than the one under review: {urlsplit(url).netloc}.",
            expected=f"{environment(run).site}/oauth/authorize",
            observed=_bare(url),
            at=[Spot(page=page, url=url, snippet=url) for url, page in strayed[:1]],
            remedy="Make ORCID's base address a setting, and set it to the Registry that the credentials are for.",
        )
    return None


def _brokered(run: Run, trips: list[Authorization]) -> Ruling | None:
    ours = {_host(url) for url in [run.portal_url, *run.redirect_uris, *run.public_pages]}
    ours |= _LOOPBACK if ours & _LOOPBACK else set()
    for trip in trips:
        client, target = parameter(trip.url, "client_id") or "", parameter(trip.url, "redirect_uri") or trip.returned
        if client != run.client_id or _host(target) not in ours:
            return needs_person(
                f"Something between the portal and ORCID seems to run the sign-in. Is the client on ORCID's consent"
                f" page («{trip.client_name or client}») the member's own?",
                observed=f"client {client}, redirect URI on {_host(target)}",
                expected=f"client {run.client_id}, redirect URI on {_host(run.portal_url)}",
                at=[address(trip)],
            )
    return None


def _shown_without_callback(evidence: Evidence) -> Ruling | None:
    """The researcher's iD appears on a page in the end, though ORCID never answered the portal in this run."""
    researcher = evidence.run.researcher
    deny = evidence.journey("deny")
    seen_before = any(_shows(page, researcher) for page in (deny.pages if deny else []))
    later = [p for j in evidence.journeys if j.name in {"connect", "return", "stranger"} for p in j.pages]
    shown = [page for page in later if page.side == "portal" and _shows(page, researcher)]
    if not researcher or not shown or seen_before:
        return None
    return failed(
        f"The portal shows the iD {researcher}, but ORCID never sent an answer to the portal.",
        expected="an iD appears only after ORCID has answered on the redirect URI",
        observed="no callback with a code was seen in any journey",
        at=[at(page) for page in shown],
    )


def _shows(page: Page, orcid: str) -> bool:
    return any(
        o.visible and o.context == "content" and orcid in {ids.normalise(t) for t in ids.find_loose(o.text)}
        for o in page.snapshot.occurrences
    )


def _leads_elsewhere(evidence: Evidence, trips: list[Authorization]) -> Ruling | None:
    """No trip to the authorization page, but a control dressed as the way to connect leads elsewhere at ORCID."""
    run = evidence.run
    if trips:
        return None
    if ruling := _opens_a_form(evidence):
        return ruling
    went = [
        r for j in evidence.journeys for r in j.requests
        if r.kind == "document" and r.frame != "frame" and is_orcids(run, r.url)
    ]  # fmt: skip
    portal = [p for j in evidence.journeys for p in j.pages if p.side == "portal"]
    dressed = [(p, c) for p in portal for c in p.snapshot.controls if _dressed_as_connect(run, c)]
    telling = [c.href for _, c in dressed if _CONNECTING.search(c.text or c.name)]
    telling += [r.url for r in went if _SIGN_IN_PATH.match(urlsplit(r.url).path)]
    spots = [at(p, c) for p, c in dressed]
    if telling:
        return failed(
            f"The way to connect leads to {_bare(telling[0])}, not to ORCID's authorization page.",
            expected=f"{environment(run).site}/oauth/authorize",
            observed=_bare(telling[0]),
            at=spots or [Spot(url=telling[0], snippet=telling[0])],
        )
    if dressed or went:
        target = dressed[0][1].href if dressed else went[0].url
        return needs_person(
            f"All that was seen to lead to ORCID leads to {_bare(target)}. Is there another control, which starts the"
            " connection at ORCID's authorization page?",
            observed=", ".join(f"«{c.text or c.name}»" for _, c in dressed) or target,
            at=spots or [Spot(url=target, snippet=target)],
        )
    return None


def _opens_a_form(evidence: Evidence) -> Ruling | None:
    """Pressing the way to connect led to a page of the portal that takes an iD."""
    for journey in evidence.journeys:
        pressed = ""
        for step in journey.steps:
            page = next((p for p in journey.pages if p.id == step.page), None)
            if page is None:
                pressed = step.label if step.label.startswith("press ") else ""
            elif pressed and page.side == "portal":
                taking = [f for f in page.snapshot.fields if fields.fillable(f) and fields.use(page, f) == "self"]
                if taking:
                    return failed(
                        "The way to connect leads to a form that takes an iD.",
                        expected=f"{environment(evidence.run).site}/oauth/authorize",
                        observed=f"{pressed}: a field «{taking[0].label or taking[0].name}» at {page.url}",
                        at=[at(page, field) for field in taking],
                    )
    return None


def _dressed_as_connect(run: Run, control: Control) -> bool:
    """It looks like the connect button (ORCID's name, with an icon or a word for connecting) and leaves for ORCID."""
    text = control.text or control.name
    if not control.visible or not is_orcids(run, control.href) or "orcid" not in text.lower():
        return False
    icon = any(i.visible and i.orcid for i in control.icons)
    return not ids.find_loose(control.href) and (icon or _CONNECTING.search(text) is not None)


def _unfinished(evidence: Evidence, trips: list[Authorization]) -> Ruling:
    if refused := next((a for a in trips if a.answer == "error"), None):
        return blocked(
            f"The control leads to ORCID, but ORCID refused the request: {refused.error or refused.returned}",
            whose="member",
            todo="register the redirect URI and the scopes for this client, and check the client id",
            at=[address(refused)],
        )
    block = next((j.block for j in evidence.journeys if j.block), None)
    if block:
        return blocked(block.message, whose=block.whose, todo=block.todo)
    return blocked("No visit to ORCID's authorization page was seen through to its answer.")


def _bare(url: str) -> str:
    return url.partition("?")[0]


def _host(url: str) -> str:
    return urlsplit(url).hostname or ""


@rule(
    "oauth-not-framed",
    area="Collect",
    clause="Collect",
    title="ORCID opens in a window of its own",
    title_failed="ORCID is put inside a frame of the portal's page",
    remedy="Open ORCID in the same tab, or in a new window that can be resized.",
    sources=("ORCID, presenting OAuth: frames are not supported",),
)
def oauth_not_framed(evidence: Evidence) -> Ruling:
    """In a frame nobody can see whose page asks for the password, and ORCID refuses to be shown there."""
    run = evidence.run
    spots = [address(a) for a in visits(evidence.journeys) if a.how == "frame"]
    spots += [Spot(page=p.id, url=p.url, snippet=f) for j in evidence.journeys for p in j.pages if p.side == "portal"
              for f in p.snapshot.frames if _is_sign_in(run, f)]  # fmt: skip
    spots += [Spot(url=r.url, snippet=r.url) for j in evidence.journeys for r in j.requests
              if r.frame == "frame" and r.kind == "document" and _is_sign_in(run, r.url)]  # fmt: skip
    if spots:
        return failed(
            "ORCID's authorization page is loaded inside a frame.",
            expected="ORCID opens in the same tab or in a new window",
            observed=f"framed: {_bare(spots[0].snippet)}",
            at=list({spot.snippet: spot for spot in spots}.values()),
        )
    opened = visits(evidence.journeys)
    if not opened:
        return _unfinished(evidence, opened)
    ways = {"popup": "a new window"}
    return passed(
        "ORCID opens in a window of its own.",
        observed=", ".join(sorted({ways.get(a.how, "the same tab") for a in opened})),
    )


def _is_sign_in(run: Run, url: str) -> bool:
    return is_orcids(run, url) and _SIGN_IN_PATH.match(urlsplit(url).path) is not None


@rule(
    "state-present",
    area="Security",
    clause="Security",
    title="Each request carries a `state` that nobody can guess",
    title_failed="The request carries no `state`, or one that can be guessed",
    remedy="Send a fresh random `state` of at least 128 bits with each request, keep it in the visitor's session, and"
    " compare it when ORCID answers.",
    sources=("RFC 6749, section 10.12", "RFC 9700, section 2.1", "ORCID, FAQ on integration best practices"),
)
def state_present(journeys: list[Journey], authorizations: list[Authorization]) -> Ruling:
    """Without it a stranger can make the portal accept an answer that belongs to another iD."""
    expected = "a random `state` of 128 bits or more (22 base64url or 32 hexadecimal characters), new each time"
    bare = [a for a in visits(journeys) if not parameter(a.url, "state")]
    if bare and all(_other_defence(a) for a in bare):
        return needs_person(
            "There is no `state`, but another defence is there. Is it shown to be enforced?",
            observed=f"{', '.join(_other_defence(a) for a in bare[:1])} in the request, no `state`",
            expected=expected,
            at=[address(a) for a in bare],
        )
    if bare:
        return failed(
            "The request to ORCID carries no `state`.", expected=expected, observed="`state` is absent or empty",
            at=[address(a) for a in bare],
        )  # fmt: skip
    spots = [address(a) for a in authorizations[:2]]
    senders: dict[str, list[Journey]] = {}
    for journey in journeys:
        if journey.authorizations:
            first = parameter(journey.authorizations[0].url, "state") or ""
            senders.setdefault(first, []).append(journey)
    states = list(senders)
    twice = next((s for s in states if len(senders[s]) > 1 and not _of_one_second(s, senders[s])), None)
    if twice:
        where = " and ".join(f"«{journey.name}»" for journey in senders[twice])
        return failed(
            f"The same `state` was sent in separate sessions ({where}).", expected=expected, observed=f"state={twice}",
            at=spots,
        )  # fmt: skip
    bits = min(_bits(part) for part in _changing(states))
    observed = f"state={states[0]} ({bits:.0f} bits at most)"
    if bits < 64:
        return failed("The `state` is too short, or too regular, to be unguessable.", expected=expected,
                      observed=observed, at=spots)  # fmt: skip
    if bits < 128:
        return needs_person(
            "The `state` is shorter than 128 bits, though not easy to guess. Is it random, and tied to the session?",
            observed=observed, expected=expected, at=spots,
        )  # fmt: skip
    if len(states) == 1:
        return blocked(
            "Only one session's `state` was seen; whether it changes cannot be told from one.",
            todo="let a second journey reach ORCID",
        )
    sessions = sum(map(len, senders.values()))
    differ = "that differ" if len(states) == sessions else "that are signed and dated, one for each second"
    return passed(f"{sessions} sessions sent {len(states)} long `state` values {differ}.", observed=observed, at=spots)


def _of_one_second(state: str, journeys: list[Journey]) -> bool:
    """Say whether it is no wonder that several sessions sent one state: it is a signed token (RFC 7515) with the second
    at which it was made, and they may have asked for theirs within one second."""
    parts = state.split(".")
    read = [json_object(_decoded(part)) for part in parts[:2]]
    if len(parts) != 3 or len(parts[2]) < 43 or read[0].get("alg", "none") == "none":
        return False
    if not any("iat" in claims for claims in read):
        return False
    apart = max(journey.started for journey in journeys) - min(journey.ended for journey in journeys)
    return apart < timedelta(seconds=1)


def _decoded(part: str) -> bytes:
    try:
        return base64.urlsafe_b64decode(part + "=" * (-len(part) % 4))
    except ValueError:
        return b""


def _other_defence(authorization: Authorization) -> str:
    return next((p for p in ("code_challenge", "nonce") if parameter(authorization.url, p)), "")


def _changing(states: list[str]) -> list[str]:
    """Return the states without what all of them begin and end with: a fixed text or a counter adds no surprise."""
    if len(states) < 2:
        return states
    head = _common(states)
    tail = _common([s[head:][::-1] for s in states])
    # A few equal characters happen by chance; only a long common part is a pattern.
    head, tail = (head if head > 4 else 0), (tail if tail > 4 else 0)
    return [s[head : len(s) - tail] for s in states]


def _common(texts: list[str]) -> int:
    """Return how many characters all the texts begin with."""
    return next(
        (i for i, letters in enumerate(zip(*texts, strict=False)) if len(set(letters)) > 1), min(map(len, texts))
    )


def _bits(text: str) -> float:
    """Return the most that a text of this length, in the alphabet that it seems to use, can hold."""
    letters = re.sub(r"[-.=:_]", "", text) if re.fullmatch(r"[0-9a-fA-F.=:_-]+", text) else text
    if not letters:
        return 0.0
    kinds = (
        (r"[0-9]+", 10), (r"[0-9a-f]+|[0-9A-F]+", 16), (r"[0-9a-z]+|[0-9A-Z]+", 36), (r"[0-9A-Za-z]+", 62),
    )  # fmt: skip
    alphabet = next((size for pattern, size in kinds if re.fullmatch(pattern, letters)), 64)
    distinct = len(set(letters))
    return len(letters) * math.log2(distinct if distinct < 6 else alphabet)

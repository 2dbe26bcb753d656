"""What people can do to end the connection, and what becomes of it."""

from __future__ import annotations

from dataclasses import dataclass

from checker.api import (
    Control,
    Evidence,
    Exchange,
    Journey,
    Page,
    Ruling,
    Spot,
    Store,
    blocked,
    failed,
    needs_person,
    not_applicable,
    passed,
    rule,
)
from checker.orcid.answers import json_object
from checker.orcid.cells import read_id

from ..collect._at import at
from ._shown import shown, shows
from ._text import explains_elsewhere, fold, is_prose, language, quoted, says, sentences, with_words
from ._way import entries, names_orcid, starts_oauth, way_pages

_GUIDE = "LYRASIS, ORCID Member API custom integration guide (2022), Recommended 3"
_FAQ = "ORCID, FAQ on integration best practices"
_NOT_OFFERED = "no control to disconnect was found (see disconnect-offered)"


@dataclass(frozen=True)
class Parting:
    """A journey on which a control that disconnects was pressed."""

    journey: Journey
    before: Page | None
    after: list[Page]
    """The portal's pages seen after pressing, in order."""

    @property
    def label(self) -> str:
        """What was pressed, or that it was the plan's own steps."""
        return fold(self.journey.pressed) if self.pressed else "[steps] disconnect"

    @property
    def pressed(self) -> list[Control]:
        """The control that was pressed; empty when the plan's own steps did it."""
        controls = self.before.snapshot.controls if self.before else []
        return [c for c in controls if c.visible and self.journey.pressed in {c.text, c.name}]

    @property
    def sure(self) -> bool:
        """It was the plan's own step, or what was pressed is no other thing's «Delete»."""
        offered = [c for c in self.before.snapshot.controls if c.visible] if self.before else []
        alone = [c for c in offered if says("disconnect", c.text or c.name)]
        return not self.pressed or names_orcid(self.pressed[0]) or len(alone) == 1


def _journey(journeys: list[Journey]) -> Journey | Ruling:
    """Return the journey, or `blocked` with what kept it from showing anything about disconnecting."""
    journey = next((j for j in journeys if j.name == "disconnect"), None)
    if journey is None:
        return blocked("The journey «disconnect» was not begun.")
    # A portal that breaks down once the control is pressed has answered.
    answered = journey.pressed and (journey.block is None or journey.block.code.startswith("portal-"))
    if journey.state == "done" or answered:
        return journey
    if journey.block:
        return blocked(journey.block.message, whose=journey.block.whose, todo=journey.block.todo)
    return blocked("The journey «disconnect» was not finished.")


def _parting(journeys: list[Journey]) -> Parting | Ruling:
    """Return the parting; `not-applicable` when the portal offers none."""
    journey = _journey(journeys)
    if isinstance(journey, Ruling):
        return journey
    if not journey.pressed:
        return not_applicable(_NOT_OFFERED)
    start = next((i for i, p in enumerate(journey.pages) if p.id == journey.pressed_page), -1)
    after = [p for p in journey.pages[start + 1 :] if p.side == "portal"]
    if not after:
        return blocked("No page of the portal was seen after disconnecting.")
    return Parting(journey, journey.pages[start] if start >= 0 else None, after)


@rule(
    "disconnect-offered",
    area="User experience",
    clause="Recommended 3",
    title="People can disconnect their iD",
    title_failed="People are not offered to disconnect their iD",
    remedy="Add «Disconnect ORCID iD» to the profile page.",
    sources=(_GUIDE, _FAQ),
)
def disconnect_offered(journeys: list[Journey], evidence: Evidence) -> Ruling:
    """A permission that cannot be taken back was not freely given."""
    disconnect = _journey(journeys)
    if isinstance(disconnect, Ruling):
        return disconnect
    parting = _parting(journeys)
    if isinstance(parting, Parting):
        control = next(iter(parting.pressed), None)
        spots = [at(parting.before, control)] if parting.before else []
        return passed(f"«{parting.label}» is offered.", observed=parting.label, at=spots)
    if disconnect.pressed:
        return parting
    pages = [p for p in disconnect.pages if p.side == "portal"]
    if not pages:
        return blocked("No page of the portal was seen while the researcher was connected.")
    spots = [at(page) for page in pages]
    told = [s for p in pages for s in with_words("disconnect", sentences(p.text)) if "orcid" in s.lower()]
    if told:
        return needs_person("No control disconnects by itself. Do these words describe a way that is good enough?",
                            observed=quoted(told), at=spots)  # fmt: skip
    if _may_be_only_sign_in(evidence):
        return needs_person(
            "ORCID seems to be the only way to sign in. If so, can people delete their account instead?",
            observed="no control to disconnect was found, and no other way to sign in was seen",
            at=spots,
        )
    if not all(language(page) for page in pages):
        return needs_person("The pages are in a language that the rulebook does not know. Does a control on them end"
                            " the connection?", observed=f"{len(pages)} page(s) seen", at=spots)  # fmt: skip
    return failed(
        "No control that ends the connection was found.",
        expected="a control on the profile or account page, within three clicks",
        observed=f"{len(pages)} page(s) of a connected person seen: " + ", ".join(dict.fromkeys(p.url for p in pages)),
        at=spots,
    )


def _offers_sign_in(evidence: Evidence) -> bool:
    """Some control says that ORCID signs people in."""
    labels = [e.label for e in entries(evidence.journeys)]
    labels += [
        c.text or c.name
        for j in evidence.journeys
        for p in j.pages
        if p.side == "portal"
        for c in p.snapshot.controls
        if starts_oauth(c)
    ]
    return any(says("sign_in", label) for label in labels)


def _has_password_form(evidence: Evidence) -> bool:
    return any(
        f.has_password for j in evidence.journeys for p in j.pages if p.side == "portal" for f in p.snapshot.forms
    )


def _may_be_only_sign_in(evidence: Evidence) -> bool:
    return not evidence.run.has_sign_in and _offers_sign_in(evidence) and not _has_password_form(evidence)


@rule(
    "disconnect-works",
    area="User experience",
    clause="Recommended 3",
    title="Disconnecting takes effect at once",
    title_failed="Disconnecting does not take effect",
    remedy="Make it take effect at once, and show the connect button again.",
    sources=(_GUIDE,),
)
def disconnect_works(journeys: list[Journey], evidence: Evidence) -> Ruling:
    """A button that does not do what it says is worse than none."""
    parting = _parting(journeys)
    if isinstance(parting, Ruling):
        return parting
    run = evidence.run
    own = [p for p in parting.after if p.url not in run.public_pages or p.url == run.portal_url] or parting.after
    again = next((j for j in journeys if j.name == "reconnect"), None)
    later = _before_reconnecting(again) if again else []
    expected = "pages without error and without the iD, and the button that connects"
    if broken := [p for p in own if p.status is not None and p.status >= 400 and not _asks_to_sign_in(p)]:
        return failed(f"After «{parting.label}» the portal answers with an error.", expected=expected,
                      observed=f"HTTP {broken[0].status} at {broken[0].url}", at=[at(p) for p in broken])  # fmt: skip
    # The page right after pressing may be a question; the last one counts, and what a new session shows.
    last = own[-1]
    if still := [p for p in [last, *later] if shows(p, run.researcher)]:
        spots = [at(p, o) for p in still for o in shown(p, run.researcher)]
        if any(says("lockout", p.text) for p in own):
            return needs_person("The iD is still shown. Does the portal ask for another way to sign in first?",
                                observed=quoted(with_words("lockout", sentences(own[0].text))), at=spots)  # fmt: skip
        if not parting.sure:
            return needs_person(f"After «{parting.label}» the iD is still shown. Does that control disconnect ORCID?",
                                observed=run.researcher, at=spots)  # fmt: skip
        return failed(
            f"After «{parting.label}» the iD is still shown.", expected=expected, observed=run.researcher, at=spots
        )
    back = any(starts_oauth(c) and c.enabled for p in [*own, *later] for c in p.snapshot.controls)
    if back or (again and any(a.from_page or a.how == "start" for a in again.authorizations)):
        return passed(
            f"After «{parting.label}» the iD is gone and people can connect again.", observed=last.url, at=[at(last)]
        )
    return needs_person(
        f"After «{parting.label}» the iD is gone, but no control to connect was seen. Is the person disconnected?",
        observed=last.url,
        at=[at(last)],
    )


def _asks_to_sign_in(page: Page) -> bool:
    """Whoever signed in with ORCID alone is signed out now, and shown the way back in."""
    return page.status in {401, 403} and any(starts_oauth(c) for c in page.snapshot.controls)


def _before_reconnecting(journey: Journey) -> list[Page]:
    """Return what a new session showed before it went to ORCID again."""
    first = journey.authorizations[0].from_page if journey.authorizations else None
    place = next((i for i, p in enumerate(journey.pages) if p.id == first), None)
    return [] if place is None else [p for p in journey.pages[: place + 1] if p.side == "portal"]


@rule(
    "disconnect-removes-id",
    area="User experience",
    clause="Recommended 3",
    title="Disconnecting removes iD and tokens from the store",
    title_failed="After disconnecting the store still holds the connection",
    remedy="Delete the iD and every token, or say what is kept and why.",
    sources=(_FAQ,),
    decider="auto+ev",
)
def disconnect_removes_id(journeys: list[Journey], store: Store, evidence: Evidence) -> Ruling:
    """A token that outlives the connection still opens the record for whoever finds it."""
    parting = _parting(journeys)
    if isinstance(parting, Ruling):
        return parting
    researcher = evidence.run.researcher
    connected = next((look for when in ("write", "return", "connect") if (look := store.at(when))), None)
    after = store.at("disconnect")
    if after is None:
        return blocked("The store was not looked at after disconnecting.")
    had = [c for c in connected.connections if researcher in {c.orcid, read_id(c.orcid).orcid}] if connected else []
    tags = {t.tag for c in had for t in (c.access_token, c.refresh_token) if t.tag}
    if not had:
        return blocked("The store never showed the connection, so nothing can be said of its end.", whose="member",
                       todo="check [store] connections in the plan")  # fmt: skip
    left = [
        c
        for c in after.connections
        if researcher in {c.orcid, read_id(c.orcid).orcid} or {c.access_token.tag, c.refresh_token.tag} & tags
    ]
    live = [c for c in left if c.access_token.present or c.refresh_token.present]
    if live:
        kinds = ["an access token"] if any(c.access_token.present for c in live) else []
        kinds += ["a refresh token"] if any(c.refresh_token.present for c in live) else []
        return failed(
            f"After disconnecting the store still holds {' and '.join(kinds)}.",
            expected="no iD, no access token, no refresh token for the person",
            observed=f"{len(live)} row(s) with {', '.join(kinds)}",
            at=[Spot(snippet=c.model_dump_json(exclude_defaults=True)) for c in live],
        )
    if left:
        return needs_person(
            "The iD stays in the store without a token. Is that under a stated rule, and does nothing use it any more?",
            observed=f"{len(left)} row(s) with the iD {researcher}",
            at=[Spot(snippet=c.model_dump_json(exclude_defaults=True)) for c in left],
        )
    return passed("The store holds neither the iD nor a token of it any more.",
                  observed=f"{len(had)} row(s) before, none after")  # fmt: skip


@dataclass(frozen=True)
class Grant:
    """The tokens of one answer of ORCID's; ending one of them ends both."""

    number: int
    tags: frozenset[str]
    journey: str


@rule(
    "disconnect-revokes-token",
    area="User experience",
    clause="Recommended 3",
    title="Disconnecting ends the permission at ORCID",
    title_failed="After disconnecting the permission at ORCID is still alive",
    remedy="When people disconnect, call ORCID's revoke endpoint with client id, secret and each token held for them.",
    sources=("ORCID, FAQ and tutorial on revoking tokens", _FAQ),
    decider="auto+ev",
)
def disconnect_revokes_token(journeys: list[Journey], evidence: Evidence) -> Ruling:
    """People look in their list of trusted organizations, and there the portal still stands."""
    parting = _parting(journeys)
    if isinstance(parting, Ruling):
        return parting
    if evidence.wire is None:
        return needs_person(
            "The portal's calls were not recorded. Has the portal gone from the test user's Trusted organizations?",
            observed="no record of what the portal's server says to ORCID",
        )
    calls = _until_disconnected(evidence.wire)
    grants = _grants(calls, evidence.run.researcher)
    if not grants:
        return blocked("No token was seen to be given to the portal, so none could be ended.", whose="operator")
    ended = {e.token for e in calls if e.kind == "revoke" and e.status == 200 and e.token}
    alive = [g for g in grants if not g.tags & ended]
    if alive:
        revokes = [e for e in calls if e.kind == "revoke"]
        return failed(
            f"{len(alive)} of {len(grants)} permissions given in this run were not ended at ORCID.",
            expected="one call to /oauth/revoke for every token held for the person",
            observed=f"{len(revokes)} call(s) to /oauth/revoke; not ended: "
            + ", ".join(f"{min(g.tags)} (given on «{g.journey}»)" for g in alive),
            at=[Spot(exchange=g.number, note="the answer that gave it") for g in alive]
            + [Spot(exchange=e.number, snippet=f"{e.method} {e.path} → {e.status}") for e in revokes],
        )
    return passed(
        f"All {len(grants)} permission(s) given in this run were ended at ORCID.",
        observed=f"{len(ended)} call(s) to /oauth/revoke, answered 200, with the very tokens",
        at=[Spot(exchange=e.number, snippet=f"{e.method} {e.path}") for e in calls if e.kind == "revoke"],
    )


def _until_disconnected(wire: list[Exchange]) -> list[Exchange]:
    """Return what was said until the end of the journey, and right after it; later tokens are another connection's."""
    last = max((e.number for e in wire if e.journey == "disconnect"), default=None)
    if last is None:
        return [e for e in wire if e.journey not in {"certificate", "reconnect"}]
    return [e for e in wire if e.number <= last or not e.journey]


def _grants(calls: list[Exchange], researcher: str) -> list[Grant]:
    """Return what ORCID gave the portal for the researcher and no later exchange replaced."""
    found: list[Grant] = []
    for call in calls:
        if call.kind != "token" or call.status != 200 or call.grant not in {"authorization_code", "refresh_token"}:
            continue
        answer = json_object(call.response_body)
        if researcher and answer.get("orcid") not in {None, researcher}:
            continue
        tags = frozenset(str(answer[key]) for key in ("access_token", "refresh_token") if answer.get(key))
        if call.grant == "refresh_token":
            # ORCID ends the old pair when it gives a new one.
            found = [g for g in found if not any(tag in call.request_body for tag in g.tags)]
        if tags and all(not tags & g.tags for g in found):
            found.append(Grant(call.number, tags, call.journey))
    return found


@rule(
    "disconnect-explained",
    area="User experience",
    clause="Recommended 3",
    title="People are told what disconnecting does",
    title_failed="Nothing tells people what disconnecting does",
    remedy="Say what is removed here, that items on the ORCID record stay until somebody deletes them, and link to"
    " ORCID's list of trusted organizations.",
    sources=(_FAQ, "ORCID, collecting and sharing ORCID iDs"),
    decider="mixed",
)
def disconnect_explained(journeys: list[Journey]) -> Ruling:
    """Most people expect that what the portal wrote goes away too; it does not."""
    parting = _parting(journeys)
    if isinstance(parting, Ruling):
        return parting
    pages = ([parting.before] if parting.before else []) + parting.after
    labels = {fold(c.text) for p in pages for c in p.snapshot.controls}
    # What people were told before they connected is about something else, unless it speaks of disconnecting.
    old = {s for p in way_pages(journeys) for s in sentences(p.text) if not says("parting", s)}
    told = [s for p in pages for s in sentences(p.text) if s not in labels | old]
    told += [fold(box.message) for box in parting.journey.dialogs]
    found = [s for s in with_words("keeps", told) if is_prose(s)]
    links = [c for p in pages for c in explains_elsewhere(p) + explains_elsewhere(p, where="orcid")]
    if found or links:
        return needs_person(
            "Are people told what is removed here, what stays on their ORCID record, and how to remove that?",
            observed=quoted(found) or "linked: " + ", ".join(dict.fromkeys(f"«{fold(c.text)}»" for c in links)),
            at=[at(page) for page in pages],
        )
    if not all(language(page) for page in pages):
        return needs_person("The pages are in a language that the rulebook does not know. Do they tell what"
                            " disconnecting does?", observed=quoted(told), at=[at(page) for page in pages])  # fmt: skip
    boxes = quoted(fold(box.message) for box in parting.journey.dialogs)
    return failed(
        "Neither a box nor a page tells what disconnecting does.",
        expected="what is removed here, what stays on the ORCID record, how to remove that",
        observed=boxes or "no explaining text",
        at=[at(page) for page in pages],
    )


@rule(
    "disconnect-not-lockout",
    area="User experience",
    clause="Recommended 3",
    title="Disconnecting locks nobody out",
    title_failed="Disconnecting locks people out who sign in with ORCID",
    remedy="Ask for another way to sign in before the last one is removed, or offer to delete the account.",
    sources=("Practice of portals with ORCID sign-in",),
)
def disconnect_not_lockout(journeys: list[Journey], evidence: Evidence) -> Ruling:
    """Whoever only ever signed in with ORCID loses the account with the connection."""
    parting = _parting(journeys)
    if isinstance(parting, Ruling):
        return parting
    if not _offers_sign_in(evidence):
        if evidence.run.has_sign_in:
            return not_applicable(
                "people sign in to the portal in another way, and no control offers to do so with ORCID"
            )
        seen = [p for j in journeys for p in j.pages if p.side == "portal"]
        if all(language(p) for p in seen):
            return not_applicable("no control offers to sign in with ORCID")
        return needs_person(
            "Can people sign in with ORCID alone? If so, is another way asked for before they disconnect?"
        )
    if told := [s for p in parting.after for s in with_words("lockout", sentences(p.text))]:
        return needs_person("Does the portal ask for another way to sign in, or offer to delete the account, first?",
                            observed=quoted(told), at=[at(p) for p in parting.after])  # fmt: skip
    landed = _reconnected(journeys)
    if not evidence.run.has_sign_in and landed and landed.status is not None and landed.status >= 400:
        return failed(
            "After disconnecting, signing in with ORCID ends in an error.",
            expected="another way to sign in before the last one is removed",
            observed=f"HTTP {landed.status} at {landed.url}",
            at=[at(landed)],
        )
    return needs_person(
        "If ORCID is a person's only way to sign in, does the portal ask for another one before it disconnects?",
        observed="a control offers to sign in with ORCID",
        at=[at(p) for p in parting.after[:1]],
    )


def _reconnected(journeys: list[Journey]) -> Page | None:
    """Return the page on which the browser came to rest when it connected again."""
    again = next((j for j in journeys if j.name == "reconnect"), None)
    landed = {a.landed for a in again.authorizations} if again else set()
    return next((p for p in again.pages if p.id in landed), None) if again else None

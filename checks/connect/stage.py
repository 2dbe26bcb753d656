"""The stage «Connect» as such: what it reads or adds, what is in it for the person, whose facts it states."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator

from checker.api import (
    Authorization,
    Evidence,
    Exchange,
    Field,
    Journey,
    Page,
    Ruling,
    blocked,
    needs_person,
    not_applicable,
    passed,
    rule,
)
from checker.orcid import api_path

from ..collect._at import at
from ..store._run import Write, no_wire, not_in_recording, writes
from ..ux._text import about_orcid, quoted, says
from ..ux._way import not_reached, way_pages
from ._calls import (
    GUIDE,
    ITEMS,
    SLIDES,
    content,
    grants,
    lines,
    may_connect,
    none_written,
    reads,
    spot,
    text,
    writers,
)

_AFTER = ("connect", "return", "write", "reconnect")


@rule(
    "connect-mode-declared",
    area="Connect",
    clause="Connect stage",
    title="The portal reads from records or adds to them",
    title_failed="The portal neither reads from records nor adds to them",
    remedy="Decide which you do: add to records with the person's permission, or fill your forms from them.",
    sources=[f"{SLIDES}: Connect"],
)
def connect_mode_declared(trips: list[Authorization], evidence: Evidence) -> Ruling:
    """A permission that is asked for and not used is asked for in vain."""
    if not may_connect(trips, evidence):
        return not_applicable("The portal asks for the iD only: it is at the stages Collect and Display.")
    if ruling := no_wire(evidence):
        return ruling
    wire = evidence.wire or []
    if good := _added(wire):
        return passed(
            "The portal adds to records with the person's permission.", observed=lines(good), at=[spot(good[0])]
        )
    if seen := [e for e in reads(wire) if e.status == 200]:
        if filled := list(_filled(evidence, seen)):
            page, field = filled[0]
            return passed(
                "The portal fills its forms from records.", observed=_named(f for _, f in filled),
                at=[at(page, field)],
            )  # fmt: skip
        return needs_person(
            "The portal reads records. Does it use what it reads, to fill in a form for instance?",
            observed=lines(seen), at=[spot(e) for e in seen[:5]],
        )  # fmt: skip
    if ruling := not_in_recording(evidence, "call of the portal's server that reads or changes a record"):
        return ruling
    if not any(g.by_person for g in grants(wire)):
        return blocked("The portal never got a person's token in this run, so it could do neither.", whose="member")
    return needs_person(
        "The portal asks for leave to read or change records, and did neither in this review. Which of the two does it"
        " do, and where?",
        observed="no call that reads or changes a record",
    )


def _added(wire: list[Exchange]) -> list[Exchange]:
    """Return the calls by which something came to a record or was changed there: a bulk may have been refused whole."""
    return [
        w.exchange
        for w in writes(wire)
        if w.exchange.method in {"POST", "PUT"} and w.exchange.status in {200, 201}
        and w.section in ITEMS and w.put_codes
    ]  # fmt: skip


@rule(
    "read-prefill",
    area="Connect",
    clause="Connect stage",
    title="Forms are filled in from the record",
    title_failed="Forms that should be filled in from the record stay empty",
    remedy="After connecting, read the record and fill in what you would ask for; let people correct it before it is"
    " saved.",
    sources=[f"{SLIDES}: Connect, ingest", "ORCID, FAQ: integration best practices"],
)
def read_prefill(trips: list[Authorization], evidence: Evidence) -> Ruling:
    """What a record holds need not be typed again, and what is not typed again is not mistyped."""
    if not may_connect(trips, evidence):
        return not_applicable("The portal asks for the iD only, and reads no record.")
    if ruling := no_wire(evidence):
        return ruling
    wire = evidence.wire or []
    seen = [e for e in reads(wire) if e.status == 200]
    if not seen:
        if ruling := not_in_recording(evidence, "call of the portal's server that reads a record"):
            return ruling
        if not any(g.by_person for g in grants(wire)):
            return blocked(
                "The portal never got a person's token in this run, so it could read nothing.", whose="member"
            )
        return not_applicable("The portal read nothing from the record: it only writes, or only keeps the iD.")
    filled = list(_filled(evidence, seen))
    if free := [(p, f) for p, f in filled if f.enabled and not f.readonly]:
        return passed(
            f"After the record was read, {len(free)} fields were filled in that people can change.",
            observed=_named(f for _, f in free), at=[at(p, f) for p, f in free[:5]],
        )  # fmt: skip
    own = {api_path.parse(e.path).section for e in _added(wire)}
    sections = {api_path.parse(e.path).section for e in seen}
    if not filled and sections <= own | {f"{s}s" for s in own}:
        return not_applicable("The portal reads only what it wrote itself: it only writes.")
    return needs_person(
        "The portal reads the record. Are the forms that ask for what it holds filled in from it, and can people"
        " correct them before they are saved?",
        observed=lines(seen) + ("" if not filled else f"; filled in and locked: {_named(f for _, f in filled)}"),
        at=[spot(e) for e in seen[:3]],
    )


def _filled(evidence: Evidence, seen: list[Exchange]) -> Iterator[tuple[Page, Field]]:
    """Yield the text fields that are filled in once the record was read and were not, or were not there, before."""
    first = next((j.started for j in evidence.journeys if j.name == seen[0].journey), None)
    before = {
        (page.url, field.selector)
        for journey in evidence.journeys
        if first is None or journey.started < first
        for page in journey.pages
        for field in page.snapshot.fields
        if field.filled
    }
    told: set[tuple[str, str]] = set()
    for journey in evidence.journeys:
        if journey.name not in _AFTER or not any(e.journey == journey.name for e in seen):
            continue
        arrived = not journey.authorizations
        landed = {a.landed for a in journey.authorizations}
        for page in journey.pages:
            arrived = arrived or page.id in landed
            for field in page.snapshot.fields if arrived and page.side == "portal" else []:
                key = (page.url, field.selector)
                if field.filled and field.visible and _is_text(field) and key not in before | told:
                    told.add(key)
                    yield page, field


def _is_text(field: Field) -> bool:
    return field.tag == "textarea" or (field.tag == "input" and field.type in {"", "text", "email", "url", "search"})


def _named(fields: Iterable[Field]) -> str:
    return ", ".join(dict.fromkeys(f"«{f.label or f.name or f.id or f.selector}»" for f in fields))


@rule(
    "connect-benefits-explained",
    area="Connect",
    clause="Connect stage",
    title="People are told what they gain from the connection",
    title_failed="Nothing tells people what they gain from the connection",
    remedy="Say beside the button what reading from the record or adding to it saves people: typing, errors, reports.",
    sources=[f"{SLIDES}: Connect"],
    decider="mixed",
)
def connect_benefits_explained(trips: list[Authorization], journeys: list[Journey], evidence: Evidence) -> Ruling:
    """People give leave to read or write when they see what it is good for."""
    if not may_connect(trips, evidence):
        return not_applicable("The portal asks for the iD only: nothing is read or added.")
    return explained(
        journeys,
        "what they gain when the portal reads from their record or adds to it",
        lambda sentence: says("benefit", sentence) or says("write", sentence) or says("read", sentence),
    )


def explained(journeys: list[Journey], what: str, is_near: Callable[[str], bool]) -> Ruling:
    """Ask whether people are told something, and show the sentences that come near it.

    That no text explains anything is found by the rules about the explanation; here a person judges what one says.
    """
    if ruling := not_reached(journeys):
        return ruling
    pages = way_pages(journeys)
    told = [sentence for page in pages for sentence in about_orcid(page)]
    near = [sentence for sentence in told if is_near(sentence)]
    return needs_person(
        f"Are people told, before they go to ORCID, {what}?",
        observed=quoted(near or told) or "no text about ORCID but the control",
        at=[at(page) for page in pages],
    )


@rule(
    "assert-own-authority",
    area="Connect",
    clause="Component 3",
    title="The portal states only what its organization can confirm",
    title_failed="The portal states what its organization cannot confirm",
    remedy="Add to records only what your organization knows first-hand: its own appointments, degrees, grants, works.",
    sources=[f"{GUIDE}, component 3"],
    decider="mixed",
)
def assert_own_authority(trips: list[Authorization], evidence: Evidence) -> Ruling:
    """An item with an organization as source is worth as much as that organization's knowledge of it."""
    done = writers(trips, evidence)
    if isinstance(done, Ruling):
        return done
    sent = [w for w in done if w.exchange.method in {"POST", "PUT"} and w.section in ITEMS]
    if not sent:
        return none_written(trips, evidence)
    facts = list(dict.fromkeys(_fact(w) for w in sent))
    # Of a recording alone nobody has said whose it is.
    whose = "the member" if evidence.run.recording and not evidence.run.portal_url else evidence.run.portal_name
    return needs_person(
        f"Is {whose} the one to confirm what it added to the record?",
        expected="affiliations with the member itself, works it holds, funding it gave",
        observed="; ".join(facts),
        at=[w.spot() for w in sent],
    )


def _fact(write: Write) -> str:
    held = content(write.exchange)
    works = [w.get("work") or {} for w in held.get("bulk") or []] or [held]
    said = []
    for one in works[:5]:
        title = one.get("title")
        inner = text(title.get("title")) if isinstance(title, dict) else text(title)
        organization = one.get("organization") or one.get("convening-organization") or {}
        said.append(", ".join(p for p in (inner, text(one.get("role-title")), text(organization.get("name"))) if p))
    return f"{write.section}: {' / '.join(s for s in said if s) or 'not readable'}"


@rule(
    "person-id-own-issuer",
    area="Connect",
    clause="Component 3",
    title="The portal adds only person identifiers that the member issues",
    title_failed="The portal adds person identifiers that others issue",
    remedy="Leave identifiers of other systems (Scopus, ResearcherID, ISNI ...) to those who issue them.",
    sources=["ORCID API tutorial: personal identifiers"],
    decider="mixed",
)
def person_id_own_issuer(trips: list[Authorization], evidence: Evidence) -> Ruling:
    """Who issues an identifier knows whose it is; others can only guess."""
    done = writers(trips, evidence)
    if isinstance(done, Ruling):
        return done
    sent = [w for w in done if w.section == "external-identifiers" and w.exchange.method in {"POST", "PUT"}]
    if not sent:
        return not_applicable("The portal wrote no person identifier.")
    held = [content(w.exchange) for w in sent]
    kinds = [f"{text(c.get('external-id-type'))} {text(c.get('external-id-value'))}" for c in held]
    return needs_person(
        "Does the member issue this kind of identifier itself?",
        observed="; ".join(dict.fromkeys(kinds)),
        at=[w.spot() for w in sent],
    )

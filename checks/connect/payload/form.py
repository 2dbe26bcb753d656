"""Payloads as documents: well-formed, valid, of an agreeable size, in plain text."""

from __future__ import annotations

import re

from checker.api import Evidence, Payload, Ruling, Run, failed, needs_person, rule
from checker.orcid import ids
from checker.orcid.hosts import PRODUCTION, SANDBOX
from checker.orcid.payloads import Layer

from ._checked import MALFORMED, WORKS, Seen, of_families
from ._rule import (
    API,
    GUIDE,
    SCHEMAS,
    Clauses,
    Concern,
    Found,
    broken,
    concerned,
    conclude,
    decide,
    listed,
    none_of,
    places,
)

_NOT_WELL_FORMED = MALFORMED | {"null-character", "text-after-document", "xml-doctype"}
_NOT_JUDGED = frozenset({"kind-unclear", "kind-unknown", "too-large"})

_WELL_FORMED = Concern(
    what="payloads",
    expected="XML or JSON in UTF-8 that parses, without a document type",
    breaks=[Clauses(_NOT_WELL_FORMED)],
    reads="bytes",
)


@rule(
    "payload-well-formed",
    area="Connect",
    clause="Component 3.3",
    title="Payloads are well-formed",
    title_failed="A payload is not well-formed XML or JSON",
    remedy="Write payloads with an XML or JSON library, in UTF-8: it escapes what has to be escaped.",
    sources=[GUIDE, "XML 1.0; RFC 8259", SCHEMAS],
    decider="auto+ev",
)
def payload_well_formed(payloads: list[Payload], evidence: Evidence) -> Ruling:
    """What does not parse is refused whole, often for one person's name with an ampersand in it."""
    mine = concerned(_WELL_FORMED, payloads)
    if ruling := none_of(_WELL_FORMED, payloads, evidence, mine):
        return ruling
    found = broken(_WELL_FORMED, mine)
    doubtful = [one for one in mine if one.payload.exchange and "\ufffd" in one.text]
    if doubtful and not found:
        return needs_person(
            "A payload has replacement characters (U+FFFD) in it. Does the portal send them in UTF-8, as they stand"
            " here, rather than letters in another encoding?",
            expected=_WELL_FORMED.expected,
            observed=places(doubtful),
            at=[one.spot(note="the character U+FFFD stands for bytes that are not UTF-8") for one in doubtful[:3]],
        )
    return conclude(_WELL_FORMED, mine, found, evidence)


_VALID = Concern(what="payloads", expected="valid by the 3.0 schema of the section that it is sent to", reads="shape")


@rule(
    "payload-schema-valid",
    area="Connect",
    clause="Component 3.3",
    title="Payloads are valid by the schemas of version 3.0",
    title_failed="A payload is not valid by the schemas of version 3.0",
    remedy="Correct the part that is named; in XML the order of the elements counts.",
    sources=[GUIDE, SCHEMAS],
    decider="auto+ev",
)
def payload_schema_valid(payloads: list[Payload], evidence: Evidence) -> Ruling:
    """ORCID holds each item against the schema of its section before it looks at anything else."""
    mine = concerned(_VALID, payloads)
    if ruling := none_of(_VALID, payloads, evidence, mine):
        return ruling
    beside = _NOT_WELL_FORMED | _NOT_JUDGED
    found = [
        Found(one, problem)
        for one in mine
        if not one.unread
        for problem in one.problems()
        if problem.layer is Layer.SCHEMA and problem.name not in beside
    ]
    return conclude(_VALID, mine, found, evidence)


_ID_FAULTS = frozenset(
    {
        "bad-orcid-id", "contributor-id-check-character", "contributor-id-contradicts", "contributor-id-host",
        "contributor-ids-mixed", "contributor-orcid-path", "contributor-orcid-uri",
    }
)  # fmt: skip
_IDS = Concern(
    what="payloads",
    expected="https://orcid.org/ (in the sandbox https://sandbox.orcid.org/) and an iD whose check character is right",
    breaks=[Clauses(_ID_FAULTS)],
)
_ID_ADDRESS = re.compile(
    r"""(?:<(?:[\w.-]+:)?uri(?:\s[^>]*)?>|"uri"\s*:\s*")\s*https?:\\?/\\?/([\w.-]*orcid\.org)\\?/\d{4}-\d{4}-\d{4}-\d{3}[\dX]""",
    re.IGNORECASE,
)


@rule(
    "payload-id-pattern-strict",
    area="Connect",
    clause="Component 3.3",
    title="iDs in payloads and their addresses are right",
    title_failed="A payload holds or is sent to a wrong iD",
    remedy="Write contributors' iDs in full, https://orcid.org/ and the sixteen characters, with the right last one.",
    sources=["ORCID, structure of the identifier", SCHEMAS],
    decider="auto+ev",
)
def payload_id_pattern_strict(payloads: list[Payload], evidence: Evidence) -> Ruling:
    """ORCID's own pattern lets other hosts and wrong check characters through, which then name nobody or another."""
    mine = concerned(_IDS, payloads)
    if ruling := none_of(_IDS, payloads, evidence, mine):
        return ruling
    found = broken(_IDS, mine)
    if found:
        return conclude(_IDS, mine, found, evidence)
    for one in mine:
        exchange = one.payload.exchange
        if exchange and exchange.orcid and not ids.is_valid(exchange.orcid):
            return failed(
                f"A payload was sent to {exchange.orcid}, which is no iD.",
                expected=_IDS.expected,
                observed=one.payload.where,
                at=[one.spot(note="the last character of the iD does not follow from the others.")],
            )
    if strangers := [one for one in mine if _strangers(one, evidence.run)]:
        hosts = sorted({host for one in strangers for host in _strangers(one, evidence.run)})
        return failed(
            f"A payload holds iDs of {' and '.join(hosts)}, another registry than that of the review.",
            expected=_IDS.expected,
            observed=places(strangers),
            at=[one.spot(note=f"an iD of {_strangers(one, evidence.run)[0]}.") for one in strangers[:3]],
        )
    return conclude(_IDS, mine, [], evidence)


def _strangers(one: Seen, run: Run) -> list[str]:
    """Return the hosts of iDs that are not of the review's registry; the embedded sandbox stands for either."""
    # What a file is for, it does not say.
    if one.payload.exchange is None:
        return []
    own = {"sandbox": SANDBOX, "production": PRODUCTION}.get(run.environment)
    if own and run.recording:  # which may hold calls to both
        sent_to = f"//{one.payload.exchange.request_headers.get('host', '')}"
        own = next((registry for registry in (SANDBOX, PRODUCTION) if registry.owns(sent_to)), None)
    if own is None:
        return []
    hosts = {match.lower().removeprefix("www.") for match in _ID_ADDRESS.findall(one.text)}
    return sorted(host for host in hosts if f"https://{host}" != own.site)


_SIZE = Concern(
    what="payloads",
    expected="each text within its limit, at most 100 works in a request",
    breaks=[
        Clauses({"bulk-too-large", "list-too-long", "researcher-url-too-long", "text-too-long", "url-name-too-long"})
    ],
)


@rule(
    "payload-size-limits",
    area="Connect",
    clause="Component 3.3",
    title="Payloads are within ORCID's limits",
    title_failed="A payload is beyond a limit of ORCID's",
    remedy="Split requests of more than 100 works; shorten texts before sending, ORCID does not cut them.",
    sources=["ORCID, works tutorial", SCHEMAS],
    decider="auto+ev",
)
def payload_size_limits(payloads: list[Payload], evidence: Evidence) -> Ruling:
    """One text that is too long makes ORCID refuse the whole item."""
    mine = concerned(_SIZE, payloads)
    if ruling := none_of(_SIZE, payloads, evidence, mine):
        return ruling
    large = [one for one in mine if one.payload.exchange and one.payload.exchange.status == 413]
    found = [*broken(_SIZE, mine), *(Found(one, None) for one in large)]
    return conclude(_SIZE, mine, found, evidence)


_PLAIN = Concern(
    what="payloads",
    expected="titles and names in plain text",
    breaks=[Clauses({"markup-in-text"})],
)
_FORMULA = re.compile(r"\$[^$]+\$|\\\(|<[mM]?[aA]?[tT]?[hH]?:?math|</?su[bp]>|&lt;/?su[bp]&gt;|mml:", re.IGNORECASE)


@rule(
    "payload-no-html",
    area="Connect",
    clause="Component 3.3",
    title="Titles and names are plain text",
    title_failed="Titles or names hold markup or entities",
    remedy="Strip markup and decode entities before you send titles and names.",
    sources=["Field practice: ORCID shows titles and names as they are"],
    decider="auto+ev",
)
def payload_no_html(payloads: list[Payload], evidence: Evidence) -> Ruling:
    """ORCID shows a title as it is: a reader of the record sees the tags."""
    mine = concerned(_PLAIN, payloads)
    found = broken(_PLAIN, mine)
    formulas = [one for one in found if one.problem and _FORMULA.search(one.problem.found or one.problem.message)]
    if found and len(formulas) == len(found):
        return needs_person(
            "Titles hold the markup of formulas. Would they be unreadable without it?",
            expected=_PLAIN.expected,
            observed=listed(formulas),
            at=[one.spot for one in formulas[:3]],
        )
    return none_of(_PLAIN, payloads, evidence, mine) or conclude(_PLAIN, mine, found, evidence)


_LANGUAGES = Concern(
    what="works, fundings or research resources with a language or a translated title",
    expected="a code of ORCID's own list (iw, in and ji for Hebrew, Indonesian and Yiddish; zh_CN or zh_TW)",
    kinds=WORKS | of_families("funding", "research-resource"),
    mentions=re.compile(r"language-code|translated-title"),
    breaks=[Clauses({"language-unknown", "translated-title-empty", "translated-title-language"})],
)


@rule(
    "payload-language-title",
    area="Connect",
    clause="Component 3.3",
    title="Languages are of ORCID's list, and translated titles say theirs",
    title_failed="A language is not of ORCID's list, or a translated title does not say its own",
    remedy="Map your language codes to ORCID's list, which writes some as Java once did.",
    sources=["ORCID, record 3.0 guide", API],
    decider="auto+ev",
)
def payload_language_title(payloads: list[Payload], evidence: Evidence) -> Ruling:
    """ORCID refuses an item for a language code that is good ISO 639-1."""
    return decide(_LANGUAGES, payloads, evidence)


_OF_ORCID = Concern(
    what="new items",
    expected="no source, created-date, last-modified-date or path in a new item",
    method="POST",
    breaks=[Clauses({"read-only-part"})],
)


@rule(
    "payload-source-not-set",
    area="Connect",
    clause="Component 3.3",
    title="What ORCID sets itself is left out of new items",
    title_failed="New items carry what ORCID sets itself",
    remedy="Leave source, created-date, last-modified-date and path out of what you POST.",
    sources=[API],
    decider="auto+ev",
)
def payload_source_not_set(payloads: list[Payload], evidence: Evidence) -> Ruling:
    """ORCID drops them without a word, so a portal that relies on them relies on nothing."""
    return decide(_OF_ORCID, payloads, evidence)

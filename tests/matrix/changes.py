"""Examples that no portal on loopback can show: the good library's evidence with one thing changed in it."""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import timedelta
from typing import Any

from checker.evidence.model import Evidence, Journey
from checker.review.model import Answer
from tests.builders import NOW


def _text(old: str, new: str) -> Callable[[Evidence], Evidence]:
    """Replace a text wherever it stands in the evidence; one that does not stand there is an error."""

    def change(evidence: Evidence) -> Evidence:
        before = evidence.model_dump_json()
        after = before.replace(json.dumps(old)[1:-1], json.dumps(new)[1:-1])
        assert after != before, f"the evidence does not hold {old!r} any more"
        return Evidence.model_validate_json(after)

    return change


def _certificate(**facts: Any) -> Callable[[Evidence], Evidence]:
    def change(evidence: Evidence) -> Evidence:
        public = {"host": "portal.example.edu", "loopback": False, "error": "", "self_signed": False}
        looks = [look.model_copy(update=public | facts) for look in evidence.tls]
        return evidence.model_copy(update={"tls": looks})

    return change


def _http_redirect(evidence: Evidence) -> Evidence:
    journeys = [
        journey.model_copy(
            update={
                "authorizations": [
                    a.model_copy(
                        update={"url": a.url.replace("https%3A%2F%2Flocalhost", "http%3A%2F%2Fportal.example.edu")}
                    )
                    for a in journey.authorizations
                ]
            }
        )
        for journey in evidence.journeys
    ]
    return evidence.model_copy(update={"journeys": journeys})


def _says_no(rule: str) -> Callable[[Evidence], Evidence]:
    def change(evidence: Evidence) -> Evidence:
        no = Answer(answer="no", by="Reviewer of the sample", on=NOW.date())
        return evidence.model_copy(update={"answers": evidence.answers | {rule: no}})

    return change


def _locked_out(evidence: Evidence) -> Evidence:
    """ORCID is the only way in, and after disconnecting it leads into no account any more."""
    evidence = _text("Create or connect your ORCID iD", "Sign in with ORCID")(evidence)
    run = evidence.run.model_copy(update={"has_sign_in": False})
    journeys = [_refused(journey) if journey.name == "reconnect" else journey for journey in evidence.journeys]
    return evidence.model_copy(update={"run": run, "journeys": journeys})


def _refused(journey: Journey) -> Journey:
    landed = journey.authorizations[-1].landed
    pages = [
        page.model_copy(update={"status": 403, "text": "Forbidden: this account has no way to sign in."})
        if page.id == landed
        else page
        for page in journey.pages
    ]
    return journey.model_copy(update={"pages": pages})


def _other_source(evidence: Evidence) -> Evidence:
    """Somebody else's client put the items there."""
    looks = [
        look.model_copy(update={"items": [i.model_copy(update={"source": "APP-9999999999999999"}) for i in look.items]})
        for look in evidence.record
    ]
    return evidence.model_copy(update={"record": looks})


def _no_calls(rule: str) -> Callable[[Evidence], Evidence]:
    """The portal connects people and does nothing with that; a person says that this is all it does."""

    def change(evidence: Evidence) -> Evidence:
        wire = [e for e in evidence.wire or [] if e.kind != "api"]
        return _says_no(rule)(evidence.model_copy(update={"wire": wire}))

    return change


def _person_identifier(evidence: Evidence) -> Evidence:
    """The portal wrote an identifier of its person, and a person says that another issues those."""
    wire = evidence.wire or []
    added = next(e for e in wire if e.kind == "api" and e.method == "POST")
    section = "external-identifiers"
    body = {
        "external-id-type": "Scopus Author ID", "external-id-value": "7004212771",
        "external-id-url": {"value": "https://www.scopus.com/authid/detail.uri?authorId=7004212771"},
        "external-id-relationship": "self",
    }  # fmt: skip
    more = added.model_copy(
        update={
            "number": max(e.number for e in wire) + 1,
            "path": f"/v3.0/{added.orcid}/{section}",
            "request_headers": added.request_headers | {"content-type": "application/vnd.orcid+json"},
            "request_body": json.dumps(body),
            "response_headers": {"location": f"{evidence.run.orcid}/v3.0/{added.orcid}/{section}/77"},
            "at": evidence.ended,
        }
    )
    return _says_no("person-id-own-issuer")(evidence.model_copy(update={"wire": [*wire, more]}))


def _identity_only(evidence: Evidence) -> Evidence:
    """ORCID gave the client no permission that only members get."""
    wire = [
        e.model_copy(update={"response_body": e.response_body.replace("/activities/update", "/authenticate")
                             .replace("/read-limited", "/authenticate")})
        if e.kind == "token" else e
        for e in evidence.wire or []
    ]  # fmt: skip
    return _says_no("member-api-used")(evidence.model_copy(update={"wire": wire}))


def _at_production(evidence: Evidence) -> Evidence:
    """The portal changes items at production with the sandbox's token."""
    wire = [
        e.model_copy(update={"request_headers": e.request_headers | {"host": "api.orcid.org"}})
        if e.kind == "api" and e.method == "PUT" else e
        for e in evidence.wire or []
    ]  # fmt: skip
    return evidence.model_copy(update={"wire": wire})


CHANGES: dict[str, tuple[str, tuple[str, ...], Callable[[Evidence], Evidence]]] = {
    "redirect-uri-http": ("redirect-uri-https", (), _http_redirect),
    "certificate-expired": ("tls-certificate", (), _certificate(not_after=NOW - timedelta(days=400))),
    "certificate-untrusted": ("tls-certificate", (), _certificate(error="self-signed certificate", self_signed=True)),
    "certificate-weak-key": ("tls-certificate", (), _certificate(key="RSA 1024")),
    "store-said-insecure": ("store-secure", (), _says_no("store-secure")),
    "print-loses-the-id": ("id-print-formats", (), _says_no("id-print-formats")),
    "calls-production": ("orcid-host-allowlist", (), _at_production),
    "source-of-another": ("item-source-member", ("putcode-matches-record",), _other_source),
    "public-client": ("member-api-used", ("store-scopes",), _identity_only),
    "neither-reads-nor-writes": ("connect-mode-declared", (), _no_calls("connect-mode-declared")),
    "never-in-step": ("sync-mode-declared", (), _no_calls("sync-mode-declared")),
    "foreign-identifier": ("person-id-own-issuer", ("store-putcodes",), _person_identifier),
    **{
        f"said-no-{rule}": (rule, (), _says_no(rule))
        for rule in (
            "api-own-credentials",
            "connect-benefits-explained",
            "assert-own-authority",
            "sync-benefits-explained",
            "delete-after-user-revoke",
            "search-link-wizard",
        )
    },
    "locked-out": ("disconnect-not-lockout", (), _locked_out),
}
"""Name -> the rule that must fail, those that may fail with it, the change."""

NEVER_FAILS = {
    "id-range-plausible": "its row only ever warns",
    "id-link-target-behaviour": "links are not clicked in a review, so that a swallowed click is not seen",
}
"""Rules that have no failing example, and why."""

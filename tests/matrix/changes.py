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


CHANGES: dict[str, tuple[str, tuple[str, ...], Callable[[Evidence], Evidence]]] = {
    "redirect-uri-http": ("redirect-uri-https", (), _http_redirect),
    "certificate-expired": ("tls-certificate", (), _certificate(not_after=NOW - timedelta(days=400))),
    "certificate-untrusted": ("tls-certificate", (), _certificate(error="self-signed certificate", self_signed=True)),
    "certificate-weak-key": ("tls-certificate", (), _certificate(key="RSA 1024")),
    "store-said-insecure": ("store-secure", (), _says_no("store-secure")),
    "print-loses-the-id": ("id-print-formats", (), _says_no("id-print-formats")),
    "locked-out": ("disconnect-not-lockout", (), _locked_out),
}
"""Name -> the rule that must fail, those that may fail with it, the change."""

NEVER_FAILS = {
    "id-range-plausible": "its row only ever warns",
    "id-link-target-behaviour": "links are not clicked in a review, so that a swallowed click is not seen",
}
"""Rules that have no failing example, and why."""

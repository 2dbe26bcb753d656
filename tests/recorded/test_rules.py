"""No rule says of a portal what a recording does not show."""

from __future__ import annotations

import json
from typing import Any

import pytest

from checker.judge.content import load_profile, load_rules
from tests.recorded.archives import (
    API,
    ITEM,
    ORCID,
    SITE,
    TOKEN,
    WORK,
    XML,
    Judged,
    added,
    archive,
    asked,
    token,
    visited,
)

BEARER = {"authorization": f"Bearer {TOKEN}"}

ONE_TOKEN = {
    "api-calls-https": "the one call that it holds used https",
    "member-api-used": "ORCID's answer names scopes that it gives to members alone",
}
"""What passes when one person's token was fetched and nothing else is known, and why that is true."""

ASKED = {
    "id-not-imported-as-authenticated": "imports are out of sight of any review",
    "api-own-credentials": "the request names the client",
    "search-link-wizard": "ORCID's list of wizards is out of sight of any review",
}
"""What a person is asked then."""


def test_one_token_alone_lets_nothing_else_pass(tmp_path):
    judged = Judged(archive(tmp_path, token()))
    rules, profile = load_rules(), load_profile("collect-and-connect")
    ended = {f["check"]: f["outcome"] for f in judged.review["findings"]}
    assert ended.keys() == profile.levels.keys()
    assert ended.keys() <= rules.keys()
    expected = {check: "passed" if check in ONE_TOKEN else "needs-person" if check in ASKED else "blocked"
                for check in profile.levels}  # fmt: skip
    assert ended == expected
    for finding in judged.review["findings"]:
        if finding["outcome"] == "blocked":
            assert "recording" in finding["message"] or "wire.har" in finding["message"], finding
            assert finding["remedy"], finding
            assert finding["whose"] == "operator", finding


@pytest.mark.parametrize(
    "entries",
    [
        [token(), added(), asked("GET", f"{API}/{ORCID}/works", 5.25, headers=BEARER)],
        [added()],
        [visited(), token(scope="/authenticate")],
        [asked("GET", f"{API}/{ORCID}/record", headers=BEARER)],
        [asked("GET", f"{SITE}/.well-known/openid-configuration")],
    ],
)
def test_nothing_is_held_not_to_apply_and_nothing_fails_for_what_is_not_there(tmp_path, entries):
    judged = Judged(archive(tmp_path, *entries))
    assert judged.ending("not-applicable") == set()
    assert judged.ending("failed") == set()
    assert judged.review["verdict"] == "incomplete"


def test_a_token_from_before_the_recording_is_no_fault(tmp_path):
    judged = Judged(archive(tmp_path, added()))
    assert judged.outcome("write-scope-granted") == "passed"  # ORCID took it
    found = judged.of("no-write-before-consent")
    assert found["outcome"] == "needs-person"
    assert "it may be older" in found["message"]


def _refused(status: int, **more: Any) -> dict[str, Any]:
    return added(status=status, **more)


def test_a_refusal_may_have_been_mended_after_the_recording(tmp_path):
    judged = Judged(archive(tmp_path, token(), _refused(500)))
    assert judged.outcome("item-on-record") == "needs-person"


def test_what_the_person_may_have_removed_is_asked_about(tmp_path):
    put = asked("PUT", f"{API}/{ORCID}{ITEM}/1001", 5.25, status=404, headers=BEARER | {"content-type": XML},
                body=WORK.replace("<work:work ", '<work:work put-code="1001" '))  # fmt: skip
    assert Judged(archive(tmp_path, token(), put)).outcome("putcode-used-on-update") == "needs-person"
    assert Judged(archive(tmp_path, token(), added(), added(9.25))).outcome("putcode-used-on-update") == "needs-person"


def test_a_renewal_that_was_refused_is_asked_about(tmp_path):
    form = "grant_type=refresh_token&refresh_token=abcdef"
    renewal = asked("POST", f"{SITE}/oauth/token", 5.25, status=400, body=form)
    assert Judged(archive(tmp_path, token(), renewal)).outcome("refresh-token-use") == "needs-person"


def test_a_declared_scope_that_was_not_asked_for_may_be_elsewhere(tmp_path):
    plan = tmp_path / "review.toml"
    text = (
        '[portal]\nname = "Portal"\nurl = "https://portal.example/"\n[orcid]\nenvironment = "sandbox"\n'
        'client_id = "APP-8DH1QK2MZ0RT7WXY"\nclient_secret = "hush-hush-hush"\n'
        'redirect_uris = ["https://portal.example/callback"]\n'
    )
    plan.write_text(text + 'scopes = ["/read-limited", "/activities/update", "/person/update"]\n', "utf-8")
    judged = Judged(archive(tmp_path, visited(), token()), "--plan", str(plan))
    assert judged.outcome("oauth-scopes-declared") == "blocked"
    plan.write_text(text + 'scopes = ["/read-limited", "/person/update"]\n', "utf-8")
    judged = Judged(archive(tmp_path, visited(), token()), "--plan", str(plan))
    assert judged.outcome("oauth-scopes-declared") == "failed"


def test_a_plain_redirect_uri_in_the_recording_is_found(tmp_path):
    plain = visited()
    plain["request"]["url"] = plain["request"]["url"].replace("redirect_uri=https", "redirect_uri=http")
    assert Judged(archive(tmp_path, plain, token())).outcome("redirect-uri-https") == "failed"
    assert Judged(archive(tmp_path, visited(), token())).outcome("redirect-uri-https") == "blocked"


# What whoever recorded it left out


def _without(entry: dict[str, Any], header: str) -> dict[str, Any]:
    request = entry["request"]
    kept = [pair for pair in request["headers"] if pair["name"] != header]
    return entry | {"request": request | {"headers": kept}}


@pytest.mark.parametrize("status", [201, 400, 401])
def test_tokens_that_were_taken_out_are_not_held_to_be_none(tmp_path, status):
    entry = _without(added(status=status), "authorization")
    judged = Judged(archive(tmp_path, token(), entry, asked("GET", f"{API}/{ORCID}/works", 5.25)))
    assert judged.ending("failed") & {"write-scope-granted", "token-per-person", "no-write-before-consent"} == set()
    assert judged.outcome("read-token-used") == "blocked"
    assert "hidden-token" in json.dumps(judged.evidence["wire"])


def test_a_call_without_a_token_among_calls_with_one_is_a_fault(tmp_path):
    bare = _without(added(5.25, status=401), "authorization")
    judged = Judged(archive(tmp_path, token(), added(), bare))
    assert judged.outcome("write-scope-granted") == "failed"


@pytest.mark.parametrize("mask", ["REDACTED", "[removed]", "********", "xxxxxxxxxxxx"])
def test_masked_tokens_are_not_one_token_of_two_people(tmp_path, mask):
    other = "0000-0001-5109-3700"
    entries = [token(), token(3.25), added(5.25), added(9.25)]
    text = json.dumps(entries).replace(TOKEN, mask)
    first, second, third, fourth = json.loads(text)
    second["response"]["content"]["text"] = second["response"]["content"]["text"].replace(ORCID, other)
    judged = Judged(archive(tmp_path, first, second, third, fourth))
    assert judged.outcome("token-per-person") == "passed"


def test_a_body_that_was_not_recorded_is_not_an_empty_one(tmp_path):
    for entry in (added(body=""), added(body="", status=400), added(headers={"content-length": "4000"})):
        judged = Judged(archive(tmp_path, token(), entry))
        assert judged.outcome("payload-well-formed") == "blocked"
        assert "not kept whole, or not at all" in judged.of("payload-well-formed")["message"]
    empty = added(body="", status=400, headers={"content-length": "0"})
    assert Judged(archive(tmp_path, token(), empty)).outcome("payload-well-formed") == "failed"


def test_a_compressed_body_is_not_a_broken_one(tmp_path):
    entry = added(body="\x1f\u008b\u0008 compressed", headers={"content-encoding": "gzip"})
    assert Judged(archive(tmp_path, token(), entry)).outcome("payload-well-formed") == "blocked"


def test_times_in_whole_seconds_say_nothing_of_the_pace(tmp_path):
    calls = [asked("GET", f"{API}/{ORCID}{ITEM}/{n}", n % 2 + 2, status=503, headers=BEARER) for n in range(80)]
    assert Judged(archive(tmp_path, *calls)).outcome("rate-limit-respected") == "blocked"
    fine = [asked("GET", f"{API}/{ORCID}{ITEM}/{n}", 2.25 + n / 1000, headers=BEARER) for n in range(80)]
    assert Judged(archive(tmp_path, *fine)).outcome("rate-limit-respected") == "failed"


def test_what_orcids_own_pages_ask_for_is_no_call_of_the_portal(tmp_path):
    own = asked("GET", f"{SITE}/{ORCID}/affiliationGroups.json", 5.25, headers={"sec-fetch-mode": "cors"})
    judged = Judged(archive(tmp_path, token(), added(), own))
    assert judged.outcome("api-version-current") == "passed"
    assert judged.outcome("api-host-official") == "passed"

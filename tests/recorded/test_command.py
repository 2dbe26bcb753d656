"""`orcid-review judge wire.har`: what a portal said to ORCID, recorded elsewhere, judged as far as a recording goes."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from checker.evidence.vault import TAG
from tests.recorded.archives import (
    API,
    BROWSER,
    CANARIES,
    CLIENT,
    ITEM,
    ORCID,
    SECRET,
    SITE,
    TOKEN,
    WORK,
    Judged,
    added,
    archive,
    asked,
    signed_in,
    token,
    visited,
)

SEEN = {
    "api-calls-https", "api-version-current", "api-methods-correct", "write-scope-granted", "token-per-person",
    "payload-well-formed", "payload-schema-valid", "payload-id-pattern-strict", "payload-no-putcode-on-post",
    "payload-putcode-on-put", "payload-visibility-unchanged", "payload-type-title", "payload-dates",
    "read-token-used", "connect-mode-declared", "sync-mode-declared", "putcode-used-on-update", "member-api-used",
    "scope-known",
}  # fmt: skip
"""What the wire of a good portal shows by itself."""

PLAN = f"""
profile = "collect-and-connect"
[portal]
name = "Example University Library"
url = "https://portal.example/profile"
[orcid]
environment = "sandbox"
client_id = "{CLIENT}"
client_secret = "{SECRET}"
redirect_uris = ["https://portal.example/callback"]
scopes = ["/read-limited", "/activities/update"]
[answers.api-own-credentials]
answer = "yes"
by = "Reviewer"
on = 2026-11-20
"""


@pytest.fixture
def plan(tmp_path: Path) -> Path:
    file = tmp_path / "review.toml"
    file.write_text(PLAN, "utf-8")
    return file


# A portal in use


@pytest.mark.parametrize(("style", "arguments"), [("xml", ()), ("bulk", ("--fixed-hosts",))])
def test_a_good_portal_that_the_relay_recorded_fails_nothing(recorded, style, arguments):
    judged = Judged(recorded(style, *arguments))
    assert judged.done.exit_code == 3, judged.done.output
    assert judged.ending("failed") == set()
    due = SEEN - ({"payload-dates"} if style == "bulk" else set())
    assert due - judged.ending("passed") == set(), [judged.of(c) for c in due - judged.ending("passed")]
    assert judged.outcome("affiliation-end-date") == ("passed" if style == "xml" else "blocked")
    # On a base URL one address stood for all hosts; by a proxy the hosts are ORCID's own.
    assert judged.outcome("api-host-official") == ("passed" if arguments else "needs-person")
    assert judged.evidence["run"]["orcid"].startswith(SITE if arguments else "https://localhost:")
    text = json.dumps(judged.evidence)
    assert "embedded-secret" not in text
    assert "embedded-password" not in text
    again = Judged(judged.folder / "evidence", "--out", str(judged.folder / "again"))
    assert again.done.exit_code == 3
    assert json.loads((judged.folder / "again" / "review.json").read_text("utf-8")) == judged.review


def test_planted_flaws_are_found(tmp_path):
    judged = Judged(archive(
        tmp_path,
        token(),
        added(api="http://api.sandbox.orcid.org/v3.0"),
        added(5.25, api="https://api.sandbox.orcid.org/v2.1"),
        added(10.25, body=WORK.replace("journal-article", "paper"), status=400),
        added(15.25, body=WORK.replace("<work:work ", '<work:work put-code="7" '), status=400),
        asked("POST", f"{API}/{ORCID}{ITEM}/1001", 20.25, status=405, headers={"authorization": f"Bearer {TOKEN}"}),
        asked("GET", f"{SITE}/{ORCID}", 25.25, headers={"accept": "text/html", "user-agent": "python-requests/2"}),
    ))  # fmt: skip
    assert judged.done.exit_code == 1
    assert judged.ending("failed") == {
        "api-calls-https", "api-version-current", "payload-type-title", "payload-no-putcode-on-post",
        "api-methods-correct", "api-host-official",
    }  # fmt: skip


def test_the_reports_say_at_the_top_what_was_judged(tmp_path):
    judged = Judged(archive(tmp_path, token(), added()))
    told = "Judged from a recording, wire.har"
    assert told in judged.done.output.partition("Required")[0]
    assert told in (judged.folder / "report.html").read_text("utf-8").partition("<dl")[0]
    assert judged.review["subject"]["recording"] == "wire.har"
    assert [part["what"] for part in judged.review["unchecked"]] == ["all journeys", "the store"]


# What is wrong input


@pytest.mark.parametrize(
    ("content", "told"),
    [
        ('{"log": {"entries": []}}', "holds no request to ORCID"),
        ('{"log": {}}', "expected an object with a list at log.entries"),
        ("[]", "expected an object with a list at log.entries"),
        ("no json", "it is not JSON"),
    ],
)
def test_what_is_no_archive_is_said_before_anything_is_written(tmp_path, content, told):
    file = tmp_path / "wire.har"
    file.write_text(content, "utf-8")
    judged = Judged(file)
    assert judged.done.exit_code == 2
    assert told in judged.done.output
    assert not judged.folder.exists()


def test_an_archive_without_a_request_to_orcid_is_wrong_input(tmp_path):
    judged = Judged(archive(tmp_path, asked("GET", "https://portal.example/orcid.org")))
    assert judged.done.exit_code == 2
    assert "wire.har holds no request to ORCID" in judged.done.output
    assert not judged.folder.exists()


def test_what_a_review_saw_is_not_written_over(tmp_path):
    first = Judged(archive(tmp_path, token()))
    again = Judged(archive(tmp_path, token()))
    assert again.done.exit_code == first.done.exit_code  # a recording's may be made again
    kept = first.folder / "evidence" / "evidence.json"
    text = kept.read_text("utf-8").replace('"recording": "wire.har"', '"recording": ""')
    assert text != kept.read_text("utf-8")
    kept.write_text(text, "utf-8")
    refused = Judged(archive(tmp_path, token())).done
    assert (refused.exit_code, "--out" in refused.output) == (2, True)
    assert kept.read_text("utf-8") == text


def test_an_archive_is_known_without_its_ending(tmp_path):
    file = archive(tmp_path, token()).rename(tmp_path / "recording.json")
    assert Judged(file).evidence["run"]["recording"] == "recording.json"


def test_a_plan_goes_with_an_archive_alone(tmp_path, plan):
    judged = Judged(archive(tmp_path, token()))
    again = Judged(judged.folder / "evidence", "--plan", str(plan))
    assert again.done.exit_code == 2
    assert "--plan" in again.done.output


# What the plan says


def test_the_plan_says_what_an_archive_cannot(tmp_path, plan):
    judged = Judged(archive(tmp_path, visited(), token(), added()), "--plan", str(plan))
    subject = judged.review["subject"]
    assert (subject["portal"], subject["client_id"]) == ("Example University Library", CLIENT)
    assert subject["redirect_uris"] == ["https://portal.example/callback"]
    assert judged.outcome("oauth-scopes-declared") == "passed"
    assert judged.of("api-own-credentials")["answer"]["by"] == "Reviewer"
    assert judged.outcome("api-own-credentials") == "passed"


def test_another_client_than_the_plans_is_found(tmp_path, plan):
    plan.write_text(PLAN.replace(f'client_id = "{CLIENT}"', 'client_id = "APP-OTHER00000000001"'), "utf-8")
    judged = Judged(archive(tmp_path, token(), added()), "--plan", str(plan))
    assert judged.outcome("api-own-credentials") == "failed"


def test_without_a_plan_nothing_is_made_up(tmp_path):
    judged = Judged(archive(tmp_path, token(), added()))
    assert judged.review["subject"] | {"orcid": ""} == {
        "portal": "wire.har", "url": "", "environment": "sandbox", "orcid": "", "client_id": "", "researcher": "",
        "redirect_uris": [], "recording": "wire.har",
    }  # fmt: skip
    assert CLIENT in judged.of("api-own-credentials")["message"]
    assert judged.outcome("api-own-credentials") == "needs-person"


# Secrets


def test_no_secret_is_written(tmp_path, plan):
    implicit = visited(0.75)
    implicit["response"]["headers"] = [
        {"name": "Location", "value": "https://portal.example/#access_token=implicit-tok"}
    ]
    judged = Judged(archive(
        tmp_path,
        signed_in(),
        visited(),
        implicit,
        token(),
        added(headers={"cookie": "JSESSIONID=7d1b9e55aa20c3f4e6"}),
        asked("GET", f"{API}/{ORCID}/works?access_token={TOKEN}", 5.25),
        asked("POST", f"{SITE}/oauth/token?client_secret=in-the-address", 6.25),
        asked("POST", f"{SITE}/oauth/token", 7.25, body='{"client_secret": "in-the-json-body"}'),
        asked("POST", f"{SITE}/oauth/revoke", 8.25, body="token=only-ever-revoked"),
        asked("GET", f"{API}/{ORCID}/works", 9.25, headers={"authorization": "no-scheme-before-it"}),
        asked("GET", f"{API}/{ORCID}/works", 9.75, headers={"authorization": "Basic not!base64"}),
    ), "--plan", str(plan))  # fmt: skip
    assert judged.done.exit_code in {1, 3}, judged.done.output
    files = [file for file in judged.folder.rglob("*") if file.is_file()]
    assert {file.name for file in files} == {"evidence.json", "review.json", "report.html"}
    more = ("implicit-tok", "in-the-address", "in-the-json-body", "only-ever-revoked", "no-scheme-before-it",
            "not!base64", "josiah@example.org")  # fmt: skip
    for canary in (*CANARIES, *more):
        for text in [file.read_text("utf-8") for file in files] + [judged.done.output]:
            assert canary not in text, canary
    assert judged.outcome("token-per-person") == "passed"


def test_tags_that_are_there_keep_and_new_secrets_get_others(tmp_path):
    """The relay's archive has tags; a token that was pasted into it afterwards must not be taken for one of them."""
    given = json.loads(token()["response"]["content"]["text"]) | {"access_token": "‹access-token:1›"}
    tagged = token()
    tagged["response"]["content"]["text"] = json.dumps(given, ensure_ascii=False)
    judged = Judged(archive(
        tmp_path,
        tagged,
        added(headers={"authorization": "Bearer ‹access-token:1›"}),
        asked("GET", f"{API}/{ORCID}/works?access_token=%E2%80%B9access-token%3A1%E2%80%BA", 5.25),
        asked("GET", f"{API}/{ORCID}/person", 6.25, headers={"authorization": f"Bearer {TOKEN}"}),
    ))  # fmt: skip
    tokens = [e["token"] for e in judged.evidence["wire"] if e["kind"] == "api"]
    assert tokens[:2] == ["‹access-token:1›"] * 2
    assert TAG.fullmatch(tokens[2])
    assert tokens[2] != tokens[0]
    assert judged.evidence["secrets"]["‹access-token:1›"] == "access-token"
    assert judged.outcome("token-per-person") == "passed"


# A browser's archive


def test_what_a_browser_noted_is_not_a_server_that_says_nothing(tmp_path):
    judged = Judged(archive(tmp_path, signed_in(), visited(), creator="WebInspector"))
    assert judged.done.exit_code == 3
    assert judged.ending("failed") == set()
    assert judged.ending("passed") == {"scope-known", "scope-deprecated-absent"}  # its one authorization address
    assert judged.ending("not-applicable") == set()
    for check in ("api-calls-https", "payload-schema-valid", "api-version-current", "webhook-two-legged"):
        assert "what the portal's server says to ORCID is not in it" in judged.of(check)["message"]
    assert [e["side"] for e in judged.evidence["wire"]] == ["browser", "browser"]
    assert {use["used"] for use in judged.review["scopes"]} == {None}


def test_a_client_secret_in_the_browser_is_found(tmp_path):
    spa = token()
    spa["_initiator"] = {"type": "script"}
    judged = Judged(archive(tmp_path, visited(), spa))
    assert judged.outcome("secret-not-exposed") == "failed"


@pytest.mark.parametrize(
    ("headers", "side"),
    [
        (BROWSER, "browser"),
        ({"sec-fetch-mode": "cors"}, "browser"),
        ({"user-agent": "python-requests/2.32"}, "server"),
        ({"user-agent": "Mozilla/5.0 (compatible; Repository/7.6)", "accept-language": "en"}, "server"),
        ({"user-agent": BROWSER["user-agent"]}, "server"),
        ({}, "server"),
    ],
)
def test_who_asked_is_told_by_what_only_browsers_send(tmp_path, headers, side):
    judged = Judged(archive(tmp_path, asked("GET", f"{API}/{ORCID}/record", headers=headers)))
    assert [e["side"] for e in judged.evidence["wire"]] == [side]


# Who answered


@pytest.mark.parametrize(
    ("archive_of", "environment"),
    [
        ({"creator": "mitmproxy"}, "sandbox"),
        ({"creator": "orcid-review relay", "_real": True}, "sandbox"),
        ({"creator": "orcid-review relay", "_real": False}, "embedded"),
        ({"creator": "orcid-review embedded sandbox"}, "embedded"),
    ],
)
def test_a_stand_in_for_orcid_is_not_taken_for_orcid(tmp_path, archive_of, environment):
    """Only ORCID itself knows which organizations there are: another's refusal proves nothing."""
    body = (
        '{"department-name": "Ceramics", "role-title": "Curator", "organization": {"name": "Example University",'
        ' "address": {"city": "Bath", "country": "GB"}, "disambiguated-organization":'
        ' {"disambiguated-organization-identifier": "https://ror.org/05dxps055", "disambiguation-source": "ROR"}},'
        ' "start-date": {"year": {"value": "2019"}}}'
    )
    refused = asked(
        "POST", f"{API}/{ORCID}/employment", 5.25, status=400, body=body, answer='{"error-code": 9045}',
        headers={"authorization": f"Bearer {TOKEN}", "content-type": "application/vnd.orcid+json"},
    )  # fmt: skip
    judged = Judged(archive(tmp_path, token(), refused, **archive_of))
    assert judged.review["subject"]["environment"] == environment
    assert judged.outcome("payload-org-id") == ("failed" if environment == "sandbox" else "needs-person")


# Production


def test_production_is_judged_and_not_refused(tmp_path):
    judged = Judged(archive(tmp_path, token(site="https://orcid.org"), added(api="https://api.orcid.org/v3.0")))
    assert judged.done.exit_code == 3
    assert judged.review["subject"]["environment"] == "production"
    assert judged.outcome("api-host-official") == "passed"
    assert judged.ending("failed") == set()


def test_two_registries_are_asked_about(tmp_path):
    person = "<common:contributor-orcid><common:uri>https://orcid.org/0000-0002-1825-0097</common:uri></common:contributor-orcid>"
    contributor = f"<work:contributors><work:contributor>{person}</work:contributor></work:contributors>"
    body = WORK.replace("</work:work>", f"{contributor}</work:work>")
    judged = Judged(archive(tmp_path, token(), added(), added(5.25, api="https://api.orcid.org/v3.0", body=body)))
    assert judged.outcome("api-host-official") == "needs-person"
    assert judged.outcome("payload-id-pattern-strict") == "passed"  # each is right where it was sent to

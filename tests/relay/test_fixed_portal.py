"""A portal with ORCID's hosts fixed in its code is reviewed as it is, end to end; what goes wrong is told."""

from __future__ import annotations

import os

import pytest

from checker.plan import PlanError, load
from tests.run.conftest import command, sample

__all__ = ["command", "sample"]  # fixtures

pytestmark = pytest.mark.browser


def flawed(plan, flaw: str):
    plan.write_text(plan.read_text("utf-8").replace("portal.py --port", f"portal.py --flaw {flaw} --port"), "utf-8")
    return plan


def servers(done) -> list[tuple[str, str, str, int]]:
    calls = [e for e in done.evidence["wire"] if e["side"] == "server"]
    return [(e["scheme"], e["method"], e["request_headers"]["host"], e["status"]) for e in calls]


def test_nothing_is_changed_in_the_portal_and_everything_is_seen(command, sample):
    plan = sample("fixed")
    text = (plan.parent / "portal.py").read_text("utf-8")
    assert 'SITE = "https://sandbox.orcid.org"' in text
    assert 'API = "https://api.sandbox.orcid.org/v3.0"' in text
    done = command.run(plan, "--quiet", "--profile", "collect-and-connect")
    assert done.code == 3, done.out + done.err  # nobody has answered the questions for a person
    assert done.failed() == set(), [f for f in done.review["findings"] if f["outcome"] == "failed"]
    assert {j["state"] for j in done.evidence["journeys"]} == {"done"}
    run = done.evidence["run"]
    assert (run["orcid"], run["environment"], run["relayed"], run["tls"]) == (
        "https://sandbox.orcid.org",
        "embedded",
        True,
        True,
    )
    api = "api.sandbox.orcid.org"
    assert servers(done) == [
        ("https", "POST", "sandbox.orcid.org", 200),
        ("https", "GET", api, 200),
        ("https", "POST", api, 201),
        ("https", "DELETE", api, 204),
        ("https", "POST", "sandbox.orcid.org", 200),
        ("https", "POST", "sandbox.orcid.org", 200),
        ("https", "GET", api, 200),
    ]
    trip = done.journey("connect")["authorizations"][0]
    assert trip["url"].startswith("https://sandbox.orcid.org/oauth/authorize?")
    passed = {check for check, outcome in done.outcomes().items() if outcome == "passed"}
    assert passed >= {
        "oauth-authorize-used",
        "id-env-base-matches",
        "id-link-host-exact",
        "api-calls-https",
        "api-host-official",
        "orcid-host-allowlist",
        "tls-verification-outbound",
        "disconnect-revokes-token",
        "store-putcodes",
        "store-id-equals-token",
    }
    (refused,) = done.evidence["handshakes"]
    assert (refused["journey"], refused["certificate"], refused["side"]) == ("certificate", "untrusted", "server")


@pytest.mark.parametrize(
    ("flaw", "rule"), [("plain-http", "api-calls-https"), ("unchecked", "tls-verification-outbound")]
)
def test_what_the_portal_does_wrongly_on_the_wire_is_found_and_nothing_else(command, sample, flaw, rule):
    done = command.run(flawed(sample("fixed"), flaw), "--quiet")
    assert done.failed() == {rule}, done.out + done.err


def test_a_portal_that_asks_production_is_told_so(command, sample):
    done = command.run(flawed(sample("fixed"), "production"), "--quiet", "--profile", "collect-and-connect")
    assert done.code == 1
    assert done.failed() == {"orcid-host-allowlist"}
    block = done.journey("connect")["block"]
    assert block["code"] == "orcid-elsewhere"
    assert "called api.orcid.org" in block["message"]
    assert ("https", "GET", "api.orcid.org", 403) in servers(done)


@pytest.mark.parametrize(
    ("flaw", "told"),
    [
        ("distrusts", "the portal's server refused the certificate that the relay showed it in ORCID's place"),
        ("direct", "the portal got a code from ORCID, and no call of its server came through the relay"),
    ],
)
def test_a_portal_that_will_not_have_the_relay_ends_the_run_with_one_message_and_nothing_is_lost(
    command, sample, flaw, told
):
    done = command.run(flawed(sample("fixed"), flaw), "--quiet")
    assert done.code == 4
    assert told in done.err
    assert done.failed() == set()
    assert {j["name"] for j in done.evidence["journeys"]} >= {"deny", "connect"}
    assert any(e["kind"] == "authorize" for e in done.evidence["wire"])
    failures = [(h["certificate"], h["side"]) for h in done.evidence["handshakes"]]
    assert failures == ([("trusted", "server")] if flaw == "distrusts" else [])


@pytest.mark.parametrize(
    ("old", "new", "told"),
    [
        (
            "[portal.serve]\n",
            "[answers.x]\nanswer = 'yes'\nby = 'a'\non = 2026-11-20\n[run]\n#",
            "needs [portal.serve]",
        ),
        ("relay = true", "relay = 'yes'", "[orcid] relay"),
    ],
)
def test_a_plan_that_cannot_be_is_refused(sample, old, new, told):
    plan = sample("fixed")
    text = plan.read_text("utf-8").replace(old, new)
    for line in ("command =", "ready ="):
        if "needs" in told:
            text = "\n".join(one for one in text.splitlines() if not one.startswith(line))
    plan.write_text(text, "utf-8")
    with pytest.raises(PlanError) as caught:
        load(plan, os.environ)
    assert told in str(caught.value)


def test_a_plan_with_a_relay_needs_no_address_of_orcid_and_says_what_has_no_effect(sample):
    plan = sample("fixed")
    assert load(plan, os.environ).warnings == ()
    plan.write_text(plan.read_text("utf-8").replace("relay = true", "relay = true\ntls = false"), "utf-8")
    (warning,) = load(plan, os.environ).warnings
    assert "has no effect with relay = true" in str(warning)

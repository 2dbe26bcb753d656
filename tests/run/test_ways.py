"""The way to ORCID is found without being told, whatever it looks like; ORCID's pages are never the portal's."""

from __future__ import annotations

import pytest

pytestmark = pytest.mark.browser

FOUND = {
    "link": "link",
    "button": "link",
    "role-button": "link",
    "form": "link",
    "confirm-page": "link",
    "confirm-box": "link",
    "popup": "popup",
    "popup-closes": "popup",
    "new-tab": "popup",
    "late": "link",
    "shadow": "link",
    "redirect": "start",
    "framed-portal": "link",
    "decoy": "link",
    "direct": "link",
}


@pytest.mark.parametrize("way", FOUND)
def test_the_way_is_found_and_taken(command, sample, way):
    done = command.run(sample("ways"), "--quiet", env={"WAY": way})
    assert done.code in {0, 1, 3}, done.out + done.err
    trip = done.journey("connect")["authorizations"][0]
    assert (trip["how"], trip["answer"]) == (FOUND[way], "allowed")
    assert done.journey("deny")["authorizations"][0]["answer"] == "denied"
    landed = next(p for p in done.journey("connect")["pages"] if p["id"] == trip["landed"])
    assert landed["side"] == "portal"
    assert done.outcomes()["oauth-authorize-used"] == "passed"
    assert done.outcomes()["oauth-not-framed"] == "passed"
    for journey in done.evidence["journeys"]:
        for page in journey["pages"]:
            assert (page["side"] == "orcid") == page["url"].startswith(done.evidence["run"]["orcid"])
    if way == "confirm-box":
        assert [d["message"] for d in done.journey("connect")["dialogs"]] == ["Go?"]


def test_orcid_in_a_frame_is_seen_for_what_it_is(command, sample):
    done = command.run(sample("ways"), "--quiet", env={"WAY": "framed-orcid"})
    assert done.outcomes()["oauth-not-framed"] == "failed"
    assert done.journey("connect")["authorizations"][0]["how"] == "frame"


def test_a_denial_that_loops_back_is_recognised_and_ends(command, sample):
    done = command.run(sample("ways"), "--quiet", env={"WAY": "deny-loop"})
    assert done.journey("deny")["loops"] is True
    assert done.outcomes()["deny-workflow-handled"] == "failed"


def test_no_way_is_incomplete_and_says_so(command, sample):
    done = command.run(sample("ways"), "--quiet", env={"WAY": "no-way"})
    assert done.code == 3
    block = done.journey("connect")["block"]
    assert block["code"] == "no-way-to-orcid"
    assert "[steps] connect" in block["todo"]
    assert "oauth-authorize-used" not in {c for c, o in done.outcomes().items() if o == "passed"}


@pytest.mark.parametrize("way", ["callback-500", "callback-hang"])
def test_a_callback_that_breaks_is_no_connection(command, sample, way):
    done = command.run(sample("ways"), "--quiet", "--timeout", "3", env={"WAY": way})
    assert done.code in {1, 3}
    assert done.outcomes()["id-publicly-displayed"] != "passed"
    assert done.outcomes()["store-id"] != "passed"

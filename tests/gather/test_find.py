"""The finder proposes controls in a sensible order; it never has to be right at once, but must not press what harms."""

import pytest

from checker.evidence.page import Control, Icon, Snapshot
from checker.gather import find
from checker.orcid.hosts import embedded

ORCID = embedded("https://localhost:8765")


def control(index, text="", **changes):
    return Control(**({"index": index, "tag": "a", "text": text, "name": text} | changes))


def ways(*controls, asked_before=False):
    return [c.index for c in find.ways_to_orcid(Snapshot(controls=list(controls)), ORCID, asked_before)]


@pytest.mark.parametrize(
    "way",
    [
        control(1, "Create or connect your ORCID iD", href="https://portal.example/orcid/start"),
        control(1, "Mit ORCID anmelden", tag="button"),
        control(1, "Se connecter avec ORCID"),
        control(1, "ORCID", tag="button"),
        control(1, "", href="https://localhost:8765/oauth/authorize?client_id=x"),
        control(1, "", href="https://127.0.0.1:8765/oauth/authorize?client_id=x"),
        control(1, "Sign in", icons=[Icon(kind="img", source="/img/orcid_24x24.png")]),
        control(1, "连接 ORCID"),
    ],
)
def test_a_way_is_found_among_others(way):
    others = [control(0, "Home", href="https://portal.example/"), control(2, "Log out"), control(3, "Search")]
    assert ways(*others, way)[0] == 1


@pytest.mark.parametrize(
    "decoy",
    [
        control(1, "Register for an ORCID iD", href="https://orcid.org/register"),
        control(1, "ORCID", href="https://orcid.org/"),
        control(1, "https://orcid.org/0000-0002-1825-0097", href="https://orcid.org/0000-0002-1825-0097"),
        control(1, "Disconnect ORCID iD", tag="button"),
        control(1, "What is ORCID?"),
        control(1, "Connect your ORCID iD", visible=False),
        control(1, "Connect your ORCID iD", enabled=False),
        control(1, "Add my employment to ORCID", tag="button"),
        control(1, "Continue"),
    ],
)
def test_a_decoy_is_not_pressed(decoy):
    assert ways(decoy) == []


def test_the_authorize_link_beats_a_mention():
    mention = control(0, "Connect your ORCID iD", href="https://portal.example/help/orcid")
    link = control(1, "Log in", href="https://localhost:8765/oauth/authorize?client_id=x")
    assert ways(mention, link) == [1, 0]


def test_on_a_page_in_between_a_plain_continue_counts_and_cancel_does_not():
    assert ways(control(0, "Cancel"), control(1, "Weiter", tag="button"), asked_before=True) == [1]


def disconnects(*controls, asked_before=False):
    return [c.index for c in find.ways_to_disconnect(Snapshot(controls=list(controls)), asked_before)]


def test_disconnect_has_to_be_about_orcid():
    session = control(0, "Revoke", context="Chromium on Linux, last seen today. Revoke")
    account = control(1, "Delete account")
    named = control(2, "Disconnect", href="https://p.example/orcid/disconnect")
    beside = control(3, "Remove", tag="button", context="ORCID 0000-0002-1825-0097 Remove")
    assert disconnects(session, account, named, beside) == [2, 3]
    assert disconnects(session, account) == []


def test_removing_an_item_disconnects_nobody():
    item = control(0, "Remove employment from ORCID", tag="button")
    whole = control(1, "Remove my ORCID iD", tag="button")
    best = control(2, "Disconnect", tag="button", context="ORCID iD 0000-0002-1825-0097 Disconnect")
    assert disconnects(item, whole, best) == [1, 2]
    assert disconnects(item) == []


def test_a_question_in_between_is_confirmed_and_not_cancelled():
    assert disconnects(control(0, "Cancel"), control(1, "Yes", tag="button"), asked_before=True) == [1]
    assert disconnects(control(0, "Keep it"), control(1, "Remove", tag="button"), asked_before=True) == [1]


def test_personal_pages_stay_on_the_portal_and_never_log_out():
    controls = [
        control(0, "Profile", href="https://portal.example/profile"),
        control(1, "Log out of my account", href="https://portal.example/account/logout"),
        control(2, "My account elsewhere", href="https://other.example/account"),
        control(3, "Linked accounts (ORCID)", href="https://portal.example/settings/orcid#top"),
        control(4, "Top", href="https://portal.example/start#profile"),
    ]
    found = find.personal_pages(Snapshot(controls=controls), "https://portal.example/start")
    assert found == ["https://portal.example/settings/orcid", "https://portal.example/profile"]

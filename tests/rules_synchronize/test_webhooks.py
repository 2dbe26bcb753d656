"""Webhooks, renewals, and how portal and record are kept in step."""

from __future__ import annotations

from urllib.parse import quote

import pytest

from checker.evidence.model import Delivery
from checker.review.model import Outcome
from tests.builders import RESEARCHER, api_call, authorization, exchange, journey, ruling
from tests.rules_connect.scenes import GOOD, TAG, add, asks, at, grant, refused, scene

OWN = "‹access-token:7›"
HOOK = "https://portal.example.edu/orcid/changed"
RULES = ("webhook-two-legged", "webhook-premium", "webhook-callback", "webhook-unregister")
OURS = grant(2, OWN, "", "/webhook")
LEFT = journey("disconnect", started=at(50), pressed="Disconnect")


def hook(number: int = 12, method: str = "PUT", url: str = HOOK, encoded: bool = True, **changes):
    address = quote(url, safe="") if encoded else url
    values = {"method": method, "status": 201 if method == "PUT" else 204, "token": OWN, "at": at(number)}
    return api_call(number, **({"path": f"/{RESEARCHER}/webhook/{address}"} | values | changes))


@pytest.mark.parametrize("rule", RULES)
def test_without_webhooks_nothing_is_judged(rule):
    assert ruling(rule, scene(*GOOD)).outcome is Outcome.NOT_APPLICABLE
    assert ruling(rule, scene(wire=None)).outcome is Outcome.BLOCKED


@pytest.mark.parametrize("rule", RULES)
def test_a_permission_without_webhooks_is_a_question(rule):
    assert ruling(rule, scene(OURS)).outcome is Outcome.NEEDS_PERSON


@pytest.mark.parametrize("encoded", [True, False])
def test_the_client_s_own_token_passes(encoded):
    assert ruling("webhook-two-legged", scene(OURS, hook(encoded=encoded))).outcome is Outcome.PASSED


@pytest.mark.parametrize(
    "changes",
    [
        {"token": TAG},
        {"token": ""},
        {"path": f"/v3.0/{RESEARCHER}/webhook/{quote(HOOK, safe='')}"},
        {"path": f"/{RESEARCHER}/webhooks/{quote(HOOK, safe='')}"},
    ],
    ids=["person", "none", "version", "plural"],
)
def test_other_ways_to_register_fail(changes):
    assert ruling("webhook-two-legged", scene(OURS, hook(**changes))).outcome is Outcome.FAILED


def test_asking_people_for_it_fails():
    trip = authorization(url="https://localhost/oauth/authorize?client_id=A&scope=%2Fauthenticate%20%2Fwebhook")
    found = ruling("webhook-two-legged", scene(*GOOD, journeys=[journey(authorizations=[trip])]))
    assert found.outcome is Outcome.FAILED


def test_a_refusal_is_a_question():
    assert ruling("webhook-two-legged", scene(OURS, hook(**refused(403, 9038)))).outcome is Outcome.NEEDS_PERSON


def test_the_membership_is_a_question():
    assert ruling("webhook-premium", scene(OURS, hook())).outcome is Outcome.NEEDS_PERSON


@pytest.mark.parametrize("url", ["http://portal.example.edu/changed", "portal.example.edu/changed"])
@pytest.mark.parametrize("encoded", [True, False])
def test_addresses_without_https_fail(url, encoded):
    assert ruling("webhook-callback", scene(OURS, hook(url=url, encoded=encoded))).outcome is Outcome.FAILED


def test_how_the_address_answers_is_a_question():
    found = ruling("webhook-callback", scene(OURS, hook()))
    assert found.outcome is Outcome.NEEDS_PERSON
    assert found.observed == HOOK


def told(second: float, status: int = 204, *, url: str = HOOK, tries: int = 1, error: str = "") -> Delivery:
    return Delivery(at=at(second), orcid=RESEARCHER, address=url, tries=tries, status=status, error=error)


GONE = journey("disconnect", started=at(50), ended=at(60), pressed="Disconnect")


@pytest.mark.parametrize(
    ("deliveries", "outcome"),
    [
        ([told(20), told(65)], Outcome.PASSED),
        ([told(20, 200), told(30), told(65, 202)], Outcome.PASSED),
        ([told(20)], Outcome.NEEDS_PERSON),  # of an iD that it does not know nothing was seen
        ([told(65)], Outcome.NEEDS_PERSON),
        ([told(20), told(65, 404)], Outcome.NEEDS_PERSON),  # nobody is told of once the webhook is removed
        ([told(20, 0, tries=0, error="only callbacks on this machine are told")], Outcome.NEEDS_PERSON),
        ([told(20, 0, tries=3, error="ConnectError: refused"), told(65)], Outcome.NEEDS_PERSON),  # a firewall?
        ([told(20), told(65), told(20, 500, url="https://other.example.edu/")], Outcome.PASSED),  # another's
        ([told(20, 303, tries=3), told(65)], Outcome.FAILED),
        ([told(20, 404, tries=3)], Outcome.FAILED),
        ([told(20), told(30, 500, tries=3), told(65)], Outcome.FAILED),
        ([told(20, 429, tries=3)], Outcome.FAILED),
        ([told(20, 0, tries=3, error="ReadTimeout: ")], Outcome.FAILED),
    ],
)
def test_what_the_address_answered_decides(deliveries, outcome):
    found = ruling("webhook-callback", scene(OURS, hook(), journeys=[asks(), GONE], deliveries=deliveries))
    assert found.outcome is outcome


def test_one_of_two_addresses_that_was_not_told_is_a_question():
    other = hook(13, url="https://portal.example.edu/other")
    seen = scene(OURS, hook(), other, journeys=[asks(), GONE], deliveries=[told(20), told(65)])
    assert ruling("webhook-callback", seen).outcome is Outcome.NEEDS_PERSON


def test_without_a_way_to_disconnect_the_unknown_id_is_left_to_a_person():
    found = ruling("webhook-callback", scene(OURS, hook(), deliveries=[told(20), told(65)]))
    assert found.outcome is Outcome.NEEDS_PERSON
    assert "204" in found.observed


def test_a_webhook_removed_on_disconnecting_passes():
    seen = scene(OURS, hook(), hook(55, "DELETE"), journeys=[asks(), LEFT])
    assert ruling("webhook-unregister", seen).outcome is Outcome.PASSED


@pytest.mark.parametrize("more", [[], [hook(30, "DELETE"), hook(31)], [hook(55, "DELETE", status=403)]])
def test_a_webhook_that_stays_fails(more):
    assert ruling("webhook-unregister", scene(OURS, hook(), *more, journeys=[asks(), LEFT])).outcome is Outcome.FAILED


def test_a_webhook_of_a_later_connection_lives():
    seen = scene(OURS, hook(), hook(55, "DELETE"), hook(70), journeys=[asks(), LEFT])
    assert ruling("webhook-unregister", seen).outcome is Outcome.PASSED


def test_without_a_way_to_disconnect_it_is_a_question():
    idle = journey("disconnect", started=at(50))
    assert ruling("webhook-unregister", scene(OURS, hook(), journeys=[asks(), idle])).outcome is Outcome.NEEDS_PERSON


# refresh-token-use, sync-mode-declared


def renewal(**changes):
    return exchange(15, grant="refresh_token", at=at(15), **changes)


def test_renewing_passes_and_a_refusal_fails():
    assert ruling("refresh-token-use", scene(renewal())).outcome is Outcome.PASSED
    refusal = renewal(status=400, response_body='{"error": "invalid_grant"}')
    found = ruling("refresh-token-use", scene(refusal))
    assert found.outcome is Outcome.FAILED
    assert "invalid_grant" in found.observed


def test_no_renewal_is_a_question_or_nothing_at_all():
    assert ruling("refresh-token-use", scene()).outcome is Outcome.NEEDS_PERSON
    bare = grant(response_body=f'{{"access_token": "{TAG}"}}')
    assert ruling("refresh-token-use", scene(wire=[bare])).outcome is Outcome.NOT_APPLICABLE
    assert ruling("refresh-token-use", scene(wire=[])).outcome is Outcome.BLOCKED


def test_changes_and_webhooks_keep_in_step():
    assert ruling("sync-mode-declared", scene(*GOOD)).outcome is Outcome.PASSED
    assert ruling("sync-mode-declared", scene(OURS, hook())).outcome is Outcome.PASSED


def test_adding_once_is_a_question():
    assert ruling("sync-mode-declared", scene(add())).outcome is Outcome.NEEDS_PERSON

"""How the portal calls the API."""

from __future__ import annotations

import pytest

from checker.review.model import Outcome
from tests.builders import RESEARCHER, api_call, authorization, exchange, journey, ruling, run

from .scenes import (
    BASE,
    CLIENT,
    GOOD,
    add,
    asks,
    at,
    change,
    employment,
    grant,
    identity_only,
    refused,
    remove,
    scene,
)

API, PUB = {"host": "api.sandbox.orcid.org"}, {"host": "pub.sandbox.orcid.org"}


def page(accept: str, path: str = f"/{RESEARCHER}"):
    return exchange(5, method="GET", path=path, kind="page", grant="", request_headers={"accept": accept})


# api-host-official


def test_calls_to_the_api_s_own_hosts_pass():
    calls = [add(request_headers=API), api_call(11, f"{BASE}/record", request_headers=PUB)]
    assert ruling("api-host-official", scene(*calls, run=run(relayed=True))).outcome is Outcome.PASSED


@pytest.mark.parametrize("host", [PUB, {"host": "PUB.sandbox.orcid.org"}])
def test_writing_at_the_public_api_fails(host):
    found = ruling("api-host-official", scene(add(request_headers=host), run=run(relayed=True)))
    assert found.outcome is Outcome.FAILED
    assert "pub.sandbox.orcid.org" in found.observed


@pytest.mark.parametrize("accept", ["text/html", "*/*", "text/html,application/xhtml+xml,application/xml;q=0.9"])
def test_reading_web_pages_fails(accept):
    assert ruling("api-host-official", scene(page(accept), *GOOD)).outcome is Outcome.FAILED


def test_the_data_of_orcids_own_pages_fails():
    found = ruling("api-host-official", scene(page("application/json", f"/{RESEARCHER}/worksPage.json"), *GOOD))
    assert found.outcome is Outcome.FAILED


def test_content_negotiation_at_an_id_is_documented():
    found = ruling(
        "api-host-official", scene(page("application/ld+json"), add(request_headers=API), run=run(relayed=True))
    )
    assert found.outcome is Outcome.PASSED


def test_one_address_for_all_hosts_is_a_question_for_a_person():
    assert ruling("api-host-official", scene(*GOOD)).outcome is Outcome.NEEDS_PERSON


def test_a_portal_without_api_calls_is_not_judged():
    assert ruling("api-host-official", scene()).outcome is Outcome.NOT_APPLICABLE
    assert ruling("api-host-official", scene(wire=[])).outcome is Outcome.BLOCKED


# api-methods-correct


def test_post_put_and_delete_pass():
    assert ruling("api-methods-correct", scene(*GOOD)).outcome is Outcome.PASSED


@pytest.mark.parametrize(
    "wrong",
    [
        add(11, path=f"{BASE}/employment/1001", status=405, response_headers={}),
        change(11, path=f"{BASE}/employment", status=405),
        remove(11, path=f"{BASE}/employment", status=405),
        add(11, section="employments", code="", status=405),
    ],
    ids=["post-to-item", "put-to-section", "delete-section", "post-to-list"],
)
def test_wrong_methods_fail(wrong):
    assert ruling("api-methods-correct", scene(add(), wrong)).outcome is Outcome.FAILED


def test_removing_and_adding_in_one_go_is_no_change():
    again = [remove(20), add(21, code="1002", at=at(20.5))]
    assert ruling("api-methods-correct", scene(add(), *again)).outcome is Outcome.FAILED


@pytest.mark.parametrize(
    "later",
    [
        add(28, code="1002"),
        add(21, "education", "1002", at=at(20.5)),
        add(21, code="1002", at=at(20.5), journey="reconnect"),
    ],
    ids=["another-wish", "another-kind", "another-visit"],
)
def test_removing_and_adding_may_be_right(later):
    assert ruling("api-methods-correct", scene(add(), remove(20), later)).outcome is Outcome.PASSED


def test_removing_one_thing_and_adding_another_in_one_go_is_a_question():
    new = add(21, code="1002", at=at(20.5), request_body=employment().replace("2019", "2026"))
    assert ruling("api-methods-correct", scene(add(), remove(20), new)).outcome is Outcome.NEEDS_PERSON
    changed = add(21, code="1002", at=at(20.5), request_body=employment("Senior curator"))
    assert ruling("api-methods-correct", scene(add(), remove(20), changed)).outcome is Outcome.FAILED


# api-own-credentials


def test_whose_credentials_they_are_a_person_says():
    assert ruling("api-own-credentials", scene(*GOOD)).outcome is Outcome.NEEDS_PERSON


def test_another_client_in_the_address_fails():
    trip = authorization(url="https://localhost:8765/oauth/authorize?client_id=APP-VENDOR")
    found = ruling("api-own-credentials", scene(*GOOD, journeys=[journey(authorizations=[trip])]))
    assert found.outcome is Outcome.FAILED
    assert (found.expected, found.observed) == (CLIENT, "APP-VENDOR")


def test_acting_on_behalf_is_another_matter():
    obo = grant(2, "‹access-token:2›", grant="urn:ietf:params:oauth:grant-type:token-exchange")
    assert ruling("api-own-credentials", scene(obo, *GOOD)).outcome is Outcome.NOT_APPLICABLE


# rate-limit-respected


def burst(number: int, seconds: float, **changes):
    return [api_call(100 + i, f"{BASE}/record", at=at(50 + i * seconds / number), **changes) for i in range(number)]


def test_the_public_api_takes_fewer():
    assert ruling("rate-limit-respected", scene(*burst(200, 10))).outcome is Outcome.PASSED
    assert ruling("rate-limit-respected", scene(*burst(200, 10, request_headers=PUB))).outcome is Outcome.FAILED
    assert ruling("rate-limit-respected", scene(*burst(100, 10, request_headers=PUB))).outcome is Outcome.PASSED


@pytest.mark.parametrize(("number", "seconds"), [(200, 2), (100, 0.5)])
def test_a_storm_of_calls_fails(number, seconds):
    assert ruling("rate-limit-respected", scene(*burst(number, seconds))).outcome is Outcome.FAILED


@pytest.mark.parametrize(("number", "seconds"), [(200, 10), (40, 1), (60, 1)])
def test_within_limit_and_burst_passes(number, seconds):
    assert ruling("rate-limit-respected", scene(*burst(number, seconds))).outcome is Outcome.PASSED


def test_calls_sent_again_at_once_fail():
    busy = api_call(50, f"{BASE}/record", at=at(50), status=503)
    again = api_call(51, f"{BASE}/record", at=at(50.05))
    assert ruling("rate-limit-respected", scene(busy, again)).outcome is Outcome.FAILED


def test_waiting_after_a_503_passes():
    busy = api_call(50, f"{BASE}/record", at=at(50), status=503, response_headers={"retry-after": "1"})
    assert (
        ruling("rate-limit-respected", scene(busy, api_call(51, f"{BASE}/record", at=at(52)))).outcome is Outcome.PASSED
    )


def test_a_few_calls_say_nothing():
    assert ruling("rate-limit-respected", scene(*GOOD)).outcome is Outcome.NOT_APPLICABLE


# member-api-used


@pytest.mark.parametrize("scope", ["/read-limited", "/authenticate /activities/update", "/person/update"])
def test_permissions_of_members_pass(scope):
    assert ruling("member-api-used", scene(wire=[grant(scope=scope)])).outcome is Outcome.PASSED


def test_the_id_alone_does_not_tell_whose_client_it_is():
    assert ruling("member-api-used", identity_only()).outcome is Outcome.NEEDS_PERSON


# read-token-used

READ = {"path": f"{BASE}/record", "at": at(12)}


def test_reading_with_the_person_s_token_passes():
    assert ruling("read-token-used", scene(api_call(12, **READ))).outcome is Outcome.PASSED


@pytest.mark.parametrize(
    "changes",
    [{"token": ""}, {"request_headers": PUB}, {"token": "", **refused(403, 9001)}],
    ids=["none", "public", "no"],
)
def test_reading_without_it_fails(changes):
    assert ruling("read-token-used", scene(api_call(12, **(READ | changes)))).outcome is Outcome.FAILED


def test_reading_public_data_of_strangers_is_no_fault():
    stranger = api_call(12, "/v3.0/0000-0001-5109-3700/record", orcid="0000-0001-5109-3700", token="", at=at(12))
    assert ruling("read-token-used", scene(stranger, api_call(13, **READ))).outcome is Outcome.PASSED


def test_reading_after_the_permission_ended_is_no_fault():
    ended = exchange(11, kind="revoke", path="/oauth/revoke", grant="", at=at(11))
    found = ruling("read-token-used", scene(api_call(10, **READ), ended, api_call(12, **(READ | {"token": ""}))))
    assert found.outcome is not Outcome.FAILED


def test_another_person_s_permission_that_ended_is_no_excuse():
    other = grant(
        2, "‹access-token:2›", "0000-0001-5109-3700",
        response_body='{"access_token": "‹access-token:2›", "refresh_token": "‹refresh-token:2›"}',
    )  # fmt: skip
    bare = api_call(12, **(READ | {"token": ""}))
    for token in ("‹access-token:2›", "‹refresh-token:2›"):
        ended = exchange(11, kind="revoke", path="/oauth/revoke", grant="", token=token, at=at(11))
        assert ruling("read-token-used", scene(other, ended, bare)).outcome is Outcome.FAILED


def test_the_client_s_own_token_is_a_question():
    own = grant(2, "‹access-token:2›", "", "/read-public")
    found = ruling("read-token-used", scene(own, api_call(12, **(READ | {"token": "‹access-token:2›"}))))
    assert found.outcome is Outcome.NEEDS_PERSON


def test_no_reads():
    assert ruling("read-token-used", scene(*GOOD)).outcome is Outcome.NOT_APPLICABLE
    assert ruling("read-token-used", identity_only()).outcome is Outcome.NOT_APPLICABLE
    assert ruling("read-token-used", scene(wire=[], journeys=[asks()])).outcome is Outcome.BLOCKED

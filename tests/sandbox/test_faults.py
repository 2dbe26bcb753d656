"""Faults to order, and the rate limit."""

from __future__ import annotations

import time
from collections.abc import Iterator
from typing import Any

import httpx
import pytest
from lxml import etree

from checker.sandbox import Sandbox, SandboxError
from checker.sandbox.rate import RateLimit

from .conftest import ORCID, Visitor, query, visitor_of

ITEM = "/work"
WORK = {
    "title": {"title": {"value": "A title"}},
    "type": "journal-article",
    "external-ids": {
        "external-id": [
            {
                "external-id-type": "doi",
                "external-id-value": "10.5555/12345678",
                "external-id-relationship": "self",
            }
        ]
    },
}
AS_JSON = {"Content-Type": "application/vnd.orcid+json"}


@pytest.fixture
def box() -> Iterator[Sandbox]:
    with Sandbox(tls=False, admin=True) as box:
        yield box


@pytest.fixture
def visitor(box: Sandbox) -> Iterator[Visitor]:
    yield from visitor_of(box)


@pytest.mark.parametrize("status", ["429", "500", "503"])
def test_a_status(visitor: Visitor, box: Sandbox, status: str) -> None:
    visitor.connect()
    box.order_fault(status, path="/v3.0/", retry_after=7)
    answer = visitor.api("GET", "/record")
    assert answer.status_code == int(status)
    assert answer.headers["retry-after"] == "7"
    assert box.wire[-1].status == int(status)
    assert visitor.api("GET", "/record").status_code == 200


def test_without_retry_after_there_is_none(visitor: Visitor, box: Sandbox) -> None:
    visitor.connect()
    box.order_fault("503")
    assert "retry-after" not in visitor.api("GET", "/record").headers


def test_500_speaks_as_the_asked_part_does(visitor: Visitor, box: Sandbox) -> None:
    visitor.connect()
    box.order_fault("500", count=3)
    assert visitor.api("GET", "/record").json()["error-code"] == 9008
    answer = visitor.api("GET", "/record", headers={"Accept": "application/xml"})
    assert etree.fromstring(answer.content).findtext("{*}error-code") == "9008"
    assert visitor.token(grant_type="client_credentials", scope="/read-public").json()["error"] == "server_error"
    assert visitor.token(grant_type="client_credentials", scope="/read-public").status_code == 200


def test_method_path_and_count_choose(visitor: Visitor, box: Sandbox) -> None:
    visitor.connect()
    number = box.order_fault("503", method="post", path=f"/v3.0/{ORCID}{ITEM}", count=2)
    assert visitor.api("GET", "/works").status_code == 200
    assert visitor.api("POST", "/employment", json={}, headers=AS_JSON).status_code == 400
    codes = [visitor.api("POST", ITEM, json=WORK, headers=AS_JSON).status_code for _ in range(3)]
    assert codes == [503, 503, 201]
    box.withdraw_faults(number)  # nothing is left of it


def test_until_it_is_withdrawn(visitor: Visitor, box: Sandbox) -> None:
    visitor.connect()
    number = box.order_fault("429", count=None)
    other = box.order_fault("500", path="/nowhere", count=None)
    assert {visitor.api("GET", "/record").status_code for _ in range(5)} == {429}
    box.withdraw_faults(number)
    assert visitor.api("GET", "/record").status_code == 200
    assert visitor.server.get("/nowhere").status_code == 500
    box.withdraw_faults(other)
    assert visitor.server.get("/nowhere").status_code == 404


def test_slow(visitor: Visitor, box: Sandbox) -> None:
    visitor.connect()
    box.order_fault("slow", path="/v3.0/", seconds=0.3)
    begun = time.monotonic()
    assert visitor.api("GET", "/record").status_code == 200
    assert time.monotonic() - begun >= 0.3
    assert box.wire[-1].seconds >= 0.3


def test_slow_longer_than_the_client_waits(visitor: Visitor, box: Sandbox) -> None:
    visitor.connect()
    box.order_fault("slow", path="/v3.0/", seconds=30)
    with pytest.raises(httpx.ReadTimeout):
        visitor.api("GET", "/record", timeout=0.1)
    assert visitor.api("GET", "/record").status_code == 200  # others are not held up


def test_dropped(visitor: Visitor, box: Sandbox) -> None:
    visitor.connect()
    box.order_fault("dropped", method="POST", path="/v3.0/")
    with pytest.raises(httpx.TransportError):
        visitor.api("POST", ITEM, json=WORK, headers=AS_JSON)
    assert (box.wire[-1].status, box.wire[-1].response_body) == (0, "")
    assert visitor.api("GET", "/works").json()["group"] == []
    (entry,) = [e for e in box.har()["log"]["entries"] if e["response"]["status"] == 0]
    assert entry["request"]["method"] == "POST"


def test_dropped_after_it_took_effect(visitor: Visitor, box: Sandbox) -> None:
    visitor.connect()
    box.order_fault("dropped", method="POST", path="/v3.0/", after=True)
    with pytest.raises(httpx.TransportError):
        visitor.api("POST", ITEM, json=WORK, headers=AS_JSON)
    assert len(visitor.api("GET", "/works").json()["group"]) == 1
    assert visitor.api("POST", ITEM, json=WORK, headers=AS_JSON).status_code == 409


def test_dropped_over_tls() -> None:
    with Sandbox() as box:
        for visitor in visitor_of(box):
            box.order_fault("dropped")
            with pytest.raises(httpx.TransportError):
                visitor.server.get("/userStatus.json")
            assert visitor.server.get("/userStatus.json").status_code == 200


def test_a_revoked_token(visitor: Visitor, box: Sandbox) -> None:
    answer = visitor.connect()
    put_code = visitor.api("POST", ITEM, json=WORK, headers=AS_JSON).headers["location"].rpartition("/")[2]
    box.order_fault("token-revoked", path="/v3.0/")
    refused = visitor.api("GET", "/record")
    assert (refused.status_code, refused.json()["error"]) == (401, "invalid_token")
    assert visitor.api("GET", "/record").status_code == 401  # and stays so
    # Facts on OAuth, section 8: the client may still clean up after itself.
    assert visitor.api("DELETE", f"{ITEM}/{put_code}").status_code == 204
    again = visitor.token(grant_type="refresh_token", refresh_token=answer["refresh_token"])
    assert again.status_code == 400
    visitor.connect()
    assert visitor.api("GET", "/record").status_code == 200


def test_an_expired_token(visitor: Visitor, box: Sandbox) -> None:
    visitor.connect()
    box.order_fault("token-expired")
    assert visitor.server.get("/userStatus.json").status_code == 200  # carries no token, so it is not meant
    assert visitor.api("GET", "/record").status_code == 401
    assert visitor.api("DELETE", f"{ITEM}/1").status_code == 401


def test_a_revoked_client_token(visitor: Visitor, box: Sandbox) -> None:
    value = visitor.token(grant_type="client_credentials", scope="/read-public").json()["access_token"]
    visitor.headers = {"Authorization": f"Bearer {value}"}
    assert visitor.api("GET", "/record").status_code == 200
    box.order_fault("token-revoked")
    assert visitor.api("GET", "/record").status_code == 401


@pytest.mark.parametrize("allow", [True, False])
def test_a_page_after_the_decision_reuses_the_buttons(visitor: Visitor, box: Sandbox, allow: bool) -> None:
    box.order_fault("interstitial")
    asked = query()
    visitor.sign_in(asked)
    form = {"approved": str(allow).lower(), "oauth": f"?{httpx.QueryParams(asked)}"}
    page = visitor.browser.post("/oauth/custom/authorize.json", data=form).json()["html"]
    assert 'id="authorize-button"' in page
    assert 'id="deny-button"' in page
    assert "app-form-authorize" not in page
    assert "redirect" in visitor.browser.post("/oauth/custom/authorize.json", data=form).json()


def test_several_at_once(visitor: Visitor, box: Sandbox) -> None:
    visitor.connect()
    box.order_fault("slow", seconds=0.1)
    box.order_fault("503")
    box.order_fault("429")
    begun = time.monotonic()
    assert visitor.api("GET", "/record").status_code == 503
    assert time.monotonic() - begun >= 0.1
    assert visitor.api("GET", "/record").status_code == 429
    assert visitor.api("GET", "/record").status_code == 200


def test_over_http(visitor: Visitor, box: Sandbox) -> None:
    visitor.connect()
    made = visitor.server.post("/_sandbox/faults", json={"fault": "503", "path": "/v3.0/", "count": 2})
    assert made.status_code == 201
    assert visitor.api("GET", "/record").status_code == 503
    (standing,) = visitor.server.get("/_sandbox/faults").json()["faults"]
    assert (standing["number"], standing["left"], standing["done"], standing["fault"]) == (1, 1, 1, "503")
    assert visitor.server.delete("/_sandbox/faults/1").status_code == 204
    assert visitor.server.delete("/_sandbox/faults").status_code == 204
    assert visitor.api("GET", "/record").status_code == 200


@pytest.mark.parametrize(
    ("fields", "told"),
    [
        ({}, "fault: is missing"),
        ({"fault": "418"}, "fault: input should be '429', '500', '503', 'slow'"),
        ({"fault": "503", "count": 0}, "count: input should be greater than or equal to 1, got 0"),
        ({"fault": "503", "count": "2"}, "count: input should be a valid integer, got '2'"),
        ({"fault": "503", "path": "v3.0"}, "path: string should match pattern"),
        ({"fault": "503", "retryafter": 1}, "retryafter: there is no such field; there are fault, method"),
        ({"fault": "slow", "seconds": 10_000}, "seconds: input should be less than or equal to 600, got 10000"),
        ({"fault": "slow", "seconds": float("nan")}, "seconds: input should be"),
        ({"fault": "503", "retry_after": -1}, "retry_after: input should be"),
    ],
)
def test_orders_that_are_none(box: Sandbox, fields: dict[str, Any], told: str) -> None:
    from checker.sandbox.faults import order

    with pytest.raises(SandboxError) as caught:
        order(fields)
    assert told in str(caught.value)


# The rate limit (facts on the API, section 15)


def test_24_a_second_40_wait_more_are_refused() -> None:
    limit = RateLimit()
    waits = [limit.admit(100.0) for _ in range(60)]
    assert waits[:3] == [0, 1 / 24, 2 / 24]
    assert waits[40] == pytest.approx(40 / 24)
    assert set(waits[41:]) == {None}
    assert limit.admit(100.0 + 1 / 24 + 1e-6) == pytest.approx(40 / 24)  # one place is free again
    assert limit.admit(100.0 + 1 / 24 + 1e-6) is None
    assert limit.admit(110.0) == 0


def test_at_24_a_second_nobody_waits() -> None:
    limit = RateLimit()
    assert {limit.admit(n / 24 + 1e-6 * n) for n in range(500)} == {0.0}


def test_the_member_api_refuses_who_is_too_fast(visitor: Visitor, box: Sandbox) -> None:
    assert box.rate_limited is False
    visitor.connect()
    assert {visitor.api("GET", "/works").status_code for _ in range(80)} == {200}
    assert visitor.server.put("/_sandbox/rate-limit", json={"on": True}).json() == {"on": True}
    box._controls.faults.rate_limit = RateLimit(per_second=0.001, burst=0)  # type: ignore[union-attr]
    assert visitor.api("GET", "/works").status_code == 200
    refused = visitor.api("GET", "/works")
    assert refused.status_code == 503
    assert "503 Service Temporarily Unavailable" in refused.text
    # Pages and tokens are not the Member API.
    assert visitor.server.get("/userStatus.json").status_code == 200
    assert visitor.token(grant_type="client_credentials", scope="/read-public").status_code == 200
    box.rate_limited = False
    assert visitor.api("GET", "/works").status_code == 200


@pytest.mark.parametrize("data", [{}, {"on": 1}, {"on": True, "more": 1}, [True]])
def test_a_rate_limit_that_is_none(visitor: Visitor, data: Any) -> None:
    assert visitor.server.put("/_sandbox/rate-limit", json=data).status_code == 400

"""What keeps a connection alive."""

from __future__ import annotations

import pytest

from checker.review.model import Outcome
from tests.builders import exchange, ruling
from tests.rules_connect.scenes import at, grant, scene

REVOKED = exchange(12, kind="revoke", path="/oauth/revoke", grant="", journey="disconnect", at=at(12))


def renewal(number: int = 15, **changes):
    return exchange(number, grant="refresh_token", at=at(number), **changes)


def test_asking_after_the_permission_has_ended_is_how_to_learn_of_it():
    late = renewal(status=400, response_body='{"error": "invalid_grant"}')
    found = ruling("refresh-token-use", scene(REVOKED, late))
    assert found.outcome is Outcome.NEEDS_PERSON
    assert "invalid_grant" in found.observed
    assert ruling("refresh-token-use", scene(renewal(10), REVOKED, late)).outcome is Outcome.PASSED


def test_a_new_permission_can_be_renewed():
    assert ruling("refresh-token-use", scene(REVOKED, grant(13), renewal(status=400))).outcome is Outcome.FAILED


@pytest.mark.parametrize("status", [429, 500, 503])
def test_busy_is_no_refusal(status):
    assert ruling("refresh-token-use", scene(renewal(status=status))).outcome is Outcome.NEEDS_PERSON
    assert ruling("refresh-token-use", scene(renewal(status=status), renewal(16))).outcome is Outcome.PASSED

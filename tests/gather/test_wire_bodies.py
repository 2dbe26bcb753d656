"""How much of a body is kept: what is written to the API whole, all else as far as a reader needs it."""

from __future__ import annotations

import inspect
from datetime import UTC, datetime

import pytest

from checker.evidence.vault import Vault
from checker.gather import wire
from checker.gather.wire import Recording
from checker.sandbox import WireEntry


def kept(body, **changes):
    values = {
        "number": 1,
        "at": datetime.now(UTC),
        "side": "server",
        "scheme": "https",
        "certificate": "trusted",
        "method": "POST",
        "path": "/v3.0/0000-0002-1825-0097/works",
        "query": "",
        "request_headers": {},
        "request_body": body,
        "status": 200,
        "response_headers": {},
        "response_body": "",
        "kind": "api",
        "grant": "",
        "token": "",
        "orcid": "",
        "seconds": 0.0,
    } | changes
    known = inspect.signature(WireEntry).parameters
    recording = Recording(Vault(), lambda: "write")
    recording.take(WireEntry(**{name: value for name, value in values.items() if name in known}))
    return recording.exchanges()[0]


@pytest.mark.parametrize("method", ["POST", "PUT"])
def test_a_long_payload_is_kept_whole(method):
    exchange = kept("x" * 500_000, method=method)
    assert len(exchange.request_body) == 500_000
    assert not exchange.request_cut


def test_one_that_is_cut_says_so(monkeypatch):
    monkeypatch.setattr(wire, "LONGEST_PAYLOAD", 100)
    assert kept("x" * 101).request_cut
    assert not kept("x" * 100).request_cut


def test_other_bodies_are_cut_and_say_so():
    exchange = kept("x" * 30_000, kind="token")
    assert len(exchange.request_body) == wire.LONGEST_BODY
    assert exchange.request_cut

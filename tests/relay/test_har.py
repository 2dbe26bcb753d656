"""HTTP archives: what the relay wrote can be read again, holds no secret, and whoever else wrote one is understood."""

from __future__ import annotations

import base64
import json
from typing import Any

import pytest

from checker.evidence.vault import Vault
from checker.gather import wire
from checker.gather.relay import har
from tests.relay.conftest import API, CREDENTIALS, ORCID, SITE, token


def made(*entries: dict[str, Any]) -> dict[str, Any]:
    return {"log": {"version": "1.2", "creator": {"name": "x", "version": "1"}, "entries": list(entries)}}


def entry(url: str, at: str = "2026-11-20T10:00:00.000Z", **changes: Any) -> dict[str, Any]:
    request = {"method": "GET", "url": url, "headers": []} | changes.pop("request", {})
    response = {"status": 200, "headers": [], "content": {}} | changes.pop("response", {})
    return {"startedDateTime": at, "time": 12.5, "request": request, "response": response} | changes


def read(tmp_path, data: Any, **also: Any) -> list[Any]:
    file = tmp_path / "wire.har"
    file.write_text(data if isinstance(data, str) else json.dumps(data), "utf-8")
    return har.read(file, **also).entries


def test_what_was_written_is_read_again(scene, tmp_path):
    with scene.by_proxy() as http:
        bearer = token(http)
        http.get(f"{API}/{ORCID}/person?x=1&y=%20", headers={"authorization": f"Bearer {bearer}"})
        http.get("http://orcid.org/")
    again = read(tmp_path, har.document(scene.relay.wire, secrets=True))
    assert len(again) == 3
    for one, other in zip(scene.relay.wire, again, strict=True):
        for field in ("number", "side", "scheme", "certificate", "method", "path", "query", "request_headers"):
            assert getattr(one, field) == getattr(other, field), field
        for field in ("request_body", "status", "response_headers", "response_body", "kind", "grant", "token", "orcid"):
            assert getattr(one, field) == getattr(other, field), field
        assert abs((one.at - other.at).total_seconds()) < 0.002


def test_secrets_are_tags_everywhere_and_the_same_one_has_the_same_tag(scene):
    basic = base64.b64encode(f"{CREDENTIALS['client_id']}:{CREDENTIALS['client_secret']}".encode()).decode()
    with scene.by_proxy() as http:
        bearer = token(http)
        http.get(f"{API}/{ORCID}/person", headers={"authorization": f"Bearer {bearer}"})
        http.post(f"{SITE}/oauth/token", data={"grant_type": "authorization_code", "code": "Ab12Cd"},
                  headers={"authorization": f"Basic {basic}"})  # fmt: skip
        http.post(f"{SITE}/signin/auth.json", data={"userId": ORCID, "password": "embedded-password"})
        http.get(f"{SITE}/signin", headers={"cookie": "JSESSIONID=0123456789abcdef0123"})
    text = json.dumps(har.document(scene.relay.wire), ensure_ascii=False)
    for secret in (bearer, CREDENTIALS["client_secret"], "embedded-password", "0123456789abcdef0123", "=Ab12Cd", basic):
        assert secret not in text
    assert f'"access_token\\":\\"{"‹access-token:1›"}' in text
    assert "Bearer ‹access-token:1›" in text
    bare = json.dumps(har.document(scene.relay.wire, secrets=True))
    assert bearer in bare
    assert "keep it to yourself" in bare


def test_a_token_that_stands_in_the_address_alone_is_one_too(tmp_path):
    found = read(tmp_path, made(entry(f"{API}/{ORCID}/record?access_token=0a1b2c3d-0a1b")))
    text = json.dumps(har.document(found), ensure_ascii=False)
    assert "0a1b2c3d-0a1b" not in text
    assert "access_token=‹access-token:1›" in text


def test_failed_handshakes_stand_beside_the_entries(scene):
    from datetime import UTC, datetime

    from checker.sandbox.model import FailedHandshake

    failed = FailedHandshake(datetime(2026, 11, 20, tzinfo=UTC), "trusted", "api.sandbox.orcid.org: unknown ca")
    log = har.document([], [failed])["log"]
    assert log["_failedHandshakes"] == [
        {
            "dateTime": "2026-11-20T00:00:00+00:00",
            "certificate": "trusted",
            "side": "server",
            "error": "api.sandbox.orcid.org: unknown ca",
        }
    ]


def test_only_what_was_asked_of_orcid_is_taken_in_the_order_of_time(tmp_path):
    found = read(
        tmp_path,
        made(
            entry(f"{API}/{ORCID}/record", "2026-11-20T12:00:01+01:00"),
            entry("https://portal.test/orcid.org"),
            entry("https://api.orcid.org/v3.0/x", "2026-11-20T10:59:59.5Z"),
            entry("data:text/plain,x"),
            entry("https://localhost:8765/oauth/token", "2026-11-20T09:00:00Z"),
        ),
        also=["localhost:8765"],
    )
    assert [(e.number, e.request_headers["host"], e.kind) for e in found] == [
        (1, "localhost:8765", "token"),
        (2, "api.orcid.org", "api"),
        (3, "api.sandbox.orcid.org", "api"),
    ]


def test_an_archive_of_a_browser_or_of_a_proxy_is_understood(tmp_path):
    answer = {"orcid": ORCID, "access_token": "t0ken-t0ken"}
    (found,) = read(
        tmp_path,
        "\ufeff" + json.dumps(made(
            entry(
                f"{SITE}/oauth/token?a=1",
                request={
                    "method": "POST",
                    "headers": [{"name": ":authority", "value": "x"}, {"name": "User-Agent", "value": "Mozilla/5.0"},
                                {"name": "Accept-Language", "value": "en"}],
                    "postData": {"params": [{"name": "grant_type", "value": "authorization_code"},
                                            {"name": "redirect_uri", "value": "https://a.test/?b=c&d"}]},
                },
                response={
                    "headers": [{"name": "Content-Type", "value": "application/json"}],
                    "content": {"encoding": "base64", "text": base64.b64encode(json.dumps(answer).encode()).decode()},
                },
            ),
        )),
    )  # fmt: skip
    assert (found.kind, found.grant, found.orcid, found.side) == ("token", "authorization_code", ORCID, "browser")
    assert (found.scheme, found.certificate, found.query, found.seconds) == ("https", "trusted", "a=1", 0.0125)
    assert found.request_body == "grant_type=authorization_code&redirect_uri=https%3A%2F%2Fa.test%2F%3Fb%3Dc%26d"
    assert json.loads(found.response_body) == answer
    assert ":authority" not in found.request_headers

    vault = Vault()
    recording = wire.Recording(vault, lambda: "connect")
    recording.take(found)
    (exchange,) = recording.exchanges()
    assert (exchange.journey, exchange.kind, exchange.orcid) == ("connect", "token", ORCID)
    assert vault.tag_of("t0ken-t0ken") == "‹access-token:1›"


def test_a_connection_that_gave_no_answer_has_the_status_0(tmp_path):
    (found,) = read(tmp_path, made(entry(f"{API}/x", response={"status": 0}, time=-1)))
    assert (found.status, found.response_body, found.seconds) == (0, "", 0.0)


@pytest.mark.parametrize(
    ("data", "told"),
    [
        ("", "it is not JSON"),
        ("[1]", "expected an object with a list at log.entries"),
        ('{"log": {"entries": 3}}', "expected an object with a list at log.entries"),
        (made({"request": {}}), "log.entries[0] is no entry of an HTTP archive ('url' is missing)"),
        (made(entry(SITE), 7), "log.entries[1] is no entry"),
        (made(entry(SITE, at="yesterday")), "log.entries[0] is no entry"),
        (made(entry(SITE, request={"headers": [{"value": "x"}]})), "'name' is missing"),
        (made(entry(SITE, response={"content": {"encoding": "base64", "text": "%%"}})), "a body is not base64"),
        (made(entry(SITE, response={"status": "many"})), "log.entries[0] is no entry"),
        ("[" * 100_000, "it is not JSON"),
    ],
)
def test_what_is_no_archive_is_told_of(tmp_path, data, told):
    with pytest.raises(har.HarError) as caught:
        read(tmp_path, data)
    assert told in str(caught.value)
    assert "wire.har" in str(caught.value)


def test_a_file_that_is_not_there_or_too_large_is_told_of(tmp_path, monkeypatch):
    with pytest.raises(har.HarError, match="No such file"):
        har.read(tmp_path / "none.har")
    monkeypatch.setattr(har, "LARGEST", 2**20)
    (tmp_path / "big.har").write_bytes(b" " * (2**20 + 1))
    with pytest.raises(har.HarError, match="larger than 1 MiB"):
        har.read(tmp_path / "big.har")

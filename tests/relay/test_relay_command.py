"""`orcid-review relay`: started, asked, stopped with Ctrl-C; what it writes; what it refuses."""

from __future__ import annotations

import json
import os
import re
import signal
import ssl
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import httpx
import pytest
from click.testing import CliRunner

from checker.cli import main
from tests.relay.conftest import API, ORCID, SITE, canned, token


@contextmanager
def running(*args: str) -> Iterator[tuple[subprocess.Popen[str], dict[str, str]]]:
    process = subprocess.Popen(
        [sys.executable, "-m", "checker", "relay", "--port", "0", *args],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        env={**os.environ, "PYTHONUNBUFFERED": "1"},
    )
    assert process.stdout is not None
    try:
        facts: dict[str, str] = {}
        for line in process.stdout:
            if found := re.match(r"  (.+?): +(.*)", line):
                facts.setdefault(found[1], found[2])
            if line.startswith(("  Researcher", "  Behind it:  127.")):
                break
        yield process, facts
    finally:
        process.kill()
        process.communicate()


def proxied(facts: dict[str, str], roots: str = "All roots") -> httpx.Client:
    trust = ssl.create_default_context(cafile=facts[roots])
    return httpx.Client(proxy=facts["Proxy"], verify=trust, trust_env=False)


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_it_records_until_it_is_stopped(tmp_path, number):
    out = tmp_path / "wire.har"
    with running("--fixed-hosts", "--out", str(out)) as (process, facts):
        with proxied(facts) as http:
            bearer = token(http)
            answer = http.get(f"{API}/{ORCID}/person", headers={"authorization": f"Bearer {bearer}"})
            assert answer.status_code == 200
            assert http.get(f"{SITE}/.well-known/openid-configuration").json()["issuer"] == SITE
        with pytest.raises(httpx.ConnectError), httpx.Client(proxy=facts["Proxy"], trust_env=False) as distrustful:
            distrustful.get(SITE)
        assert process.stderr is not None
        said = []
        for line in process.stderr:  # told at once, not only at the end
            said.append(line)
            if "a TLS connection was given up before a request came, by the server" in line:
                break
        process.send_signal(number)
        _, rest = process.communicate(timeout=20)
        told = "".join(said) + rest
    assert process.returncode == 0
    assert f"{API}/{ORCID}/person" in told
    assert "must trust the CA file" in told
    assert f"3 exchanges written to {out}" in told
    log = json.loads(out.read_text("utf-8"))["log"]
    assert [e["request"]["url"] for e in log["entries"]][1] == f"{API}/{ORCID}/person"
    assert len(log["_failedHandshakes"]) == 1
    assert bearer not in out.read_text("utf-8")
    assert "‹access-token:1›" in out.read_text("utf-8")
    assert list(tmp_path.iterdir()) == [out]

    listed = CliRunner().invoke(main, ["relay", "--read", str(out)])
    assert listed.exit_code == 0
    assert [line.split()[0] for line in listed.output.splitlines()] == ["200", "200", "200"]


def test_an_orcid_that_stalls_is_told_and_what_was_said_before_and_after_is_kept(tmp_path):
    out = tmp_path / "wire.har"
    with (
        canned(b"", holds=True) as orcid,
        running("--upstream", orcid.origin, "--timeout", "0.2", "--out", str(out)) as (process, facts),
    ):
        with proxied(facts) as http:
            assert http.get(f"{API}/{ORCID}/record").status_code == 504
            assert http.get("https://orcid.org/").status_code == 403
        process.send_signal(signal.SIGINT)
        _, told = process.communicate(timeout=20)
    assert process.returncode == 0
    assert f"Warning: api.sandbox.orcid.org did not answer GET /v3.0/{ORCID}/record within 0.2 seconds" in told
    assert "Traceback" not in told
    entries = json.loads(out.read_text("utf-8"))["log"]["entries"]
    assert [e["response"]["status"] for e in entries] == [504, 403]


def test_as_a_base_url_the_embedded_sandbox_goes_by_the_relays_name():
    with (
        running("--no-tls", "--quiet") as (_, facts),
        httpx.Client(base_url=facts["Base URL"], trust_env=False) as http,
    ):
        assert facts["Base URL"].startswith("http://localhost:")
        assert http.get("/.well-known/openid-configuration").json()["issuer"] == facts["Base URL"]


@pytest.mark.parametrize(
    ("args", "told"),
    [
        (["--upstream", "https://orcid.org"], "production registry"),
        (["--upstream", "https://api.orcid.org/v3.0"], "an address without a path"),
        (["--upstream", "https://api.orcid.org"], "production registry"),
        (["--upstream", "elsewhere"], "expected embedded, sandbox, or an address"),
        (["--out", "no/such/folder/wire.har"], "there is no folder"),
        (["--read", "no.har"], "no.har cannot be read: No such file"),
    ],
)
def test_what_cannot_be_done_is_said_at_once(args, told, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    done = CliRunner().invoke(main, ["relay", "--port", "0", *args])
    assert done.exit_code == 2
    assert told in " ".join(done.output.split())
    assert list(Path().iterdir()) == []


def test_a_port_that_is_taken_is_said_at_once(free_port_taken):
    done = CliRunner().invoke(main, ["relay", "--port", str(free_port_taken)])
    assert done.exit_code == 4
    assert f"port {free_port_taken} is in use" in done.output


@pytest.fixture
def free_port_taken():
    import socket

    with socket.create_server(("127.0.0.1", 0)) as listener:
        yield listener.getsockname()[1]


def test_an_archive_made_elsewhere_is_listed_and_written_clean(tmp_path):
    made = tmp_path / "made.har"
    request = {
        "method": "POST",
        "url": f"{SITE}/oauth/revoke",
        "headers": [{"name": "Authorization", "value": "Bearer secret-token-1"}],
        "postData": {"text": "token=secret-token-1&client_secret=hush-hush"},
    }
    response = {"status": 200, "headers": [], "content": {}}
    entry = {"startedDateTime": "2026-11-20T10:00:00Z", "time": 3, "request": request, "response": response}
    made.write_text(json.dumps({"log": {"entries": [entry]}}), "utf-8")
    done = CliRunner().invoke(main, ["relay", "--read", str(made), "--out", str(tmp_path / "clean.har")])
    assert done.exit_code == 0, done.output
    assert f"POST   {SITE}/oauth/revoke" in done.output
    clean = (tmp_path / "clean.har").read_text("utf-8")
    assert "secret-token-1" not in clean
    assert "hush-hush" not in clean
    assert "token=‹access-token:1›&client_secret=‹client-secret:1›" in clean

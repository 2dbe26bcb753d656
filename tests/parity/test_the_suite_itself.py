"""The half that needs credentials runs as well: under ORCID's host names, with an embedded sandbox behind them."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import httpx
import pytest

from checker.gather.relay import Relay, Upstream
from checker.sandbox import DEFAULT_CLIENT, DEFAULT_PERSON, Sandbox
from checker.sandbox.researcher import Researcher

from .conftest import PREFIX, SCOPES, lacking, orcids_own, targets

ROOT = Path(__file__).resolve().parent.parent.parent
CALLBACK = "https://127.0.0.1:9/callback"


def test_orcids_own_sandbox() -> None:
    """Says why the other half did not run."""
    if targets(os.environ) == ["embedded"]:
        pytest.skip(f"not run against ORCID's own sandbox: the environment lacks {', '.join(lacking(os.environ))}")


def test_half_of_the_credentials_is_a_failure() -> None:
    given = {f"{PREFIX}CLIENT_ID": DEFAULT_CLIENT.id}
    assert targets(given) == ["embedded", "sandbox.orcid.org"]
    with pytest.raises(pytest.fail.Exception, match=r"CLIENT_SECRET.*REDIRECT_URI.*TOKEN"), orcids_own(given):
        pass


def granted(box: Sandbox) -> dict[str, str]:
    researcher = Researcher(box.base, DEFAULT_PERSON, box.ca_file)
    query = {"client_id": DEFAULT_CLIENT.id, "response_type": "code", "scope": SCOPES, "redirect_uri": CALLBACK}
    back = researcher.answer(str(httpx.URL(f"{box.base}/oauth/authorize", params=query)))
    researcher.close()
    form = {"client_id": DEFAULT_CLIENT.id, "client_secret": DEFAULT_CLIENT.secret, "redirect_uri": CALLBACK,
            "grant_type": "authorization_code", "code": httpx.URL(back).params["code"]}  # fmt: skip
    answer = httpx.post(f"{box.plain_base}/oauth/token", data=form, trust_env=False)
    found: dict[str, str] = answer.json()
    return found


def works(box: Sandbox) -> list[object]:
    """What is left on the record, read with a token of its own."""
    headers = {"Authorization": f"Bearer {granted(box)['access_token']}", "Accept": "application/json"}
    answer = httpx.get(f"{box.plain_base}/v3.0/{DEFAULT_PERSON.orcid}/works", headers=headers, trust_env=False)
    found: list[object] = answer.json()["group"]
    return found


def test_with_credentials_it_runs_under_orcids_names(tmp_path: Path) -> None:
    kept = tmp_path / "token.json"
    with (
        Sandbox(public="https://sandbox.orcid.org") as box,
        Relay(Upstream(box.base, box.plain_base, box.ca_file)) as relay,
    ):
        given = {
            "CLIENT_ID": DEFAULT_CLIENT.id,
            "CLIENT_SECRET": DEFAULT_CLIENT.secret,
            "REDIRECT_URI": CALLBACK,
            "ORCID": DEFAULT_PERSON.orcid,
            "REFRESH_TOKEN": granted(box)["refresh_token"],
            "TOKEN_FILE": str(kept),
        }
        machine = {name: value for name, value in os.environ.items() if "proxy" not in name.lower()}
        environment = machine | relay.portal_environment | {"SSL_CERT_FILE": str(relay.ca_file)}
        environment |= {PREFIX + name: value for name, value in given.items()}
        done = subprocess.run(
            [sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider", "-m", "not browser",
             "-k", "sandbox.orcid.org", "tests/parity"],
            cwd=ROOT, env=environment, capture_output=True, text=True, check=False,
        )  # fmt: skip
        assert done.returncode == 0, done.stdout[-4000:] + done.stderr[-2000:]
        assert " passed" in done.stdout
        assert "skipped" not in done.stdout
        hosts = {entry.request_headers["host"] for entry in relay.wire}
        assert hosts == {"sandbox.orcid.org", "api.sandbox.orcid.org"}
        assert "access_token" in kept.read_text()
        assert kept.stat().st_mode & 0o077 == 0
        assert works(box) == []

"""A portal that writes, used by hand while `orcid-review relay` records what it says to ORCID."""

from __future__ import annotations

import os
import re
import signal
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from pathlib import Path

import httpx
import pytest

from checker.sandbox import DEFAULT_PERSON
from checker.sandbox.researcher import Researcher
from tests.matrix.portals import plan_text
from tests.portals.running import answers, free_port, visitor
from tests.relay.test_relay_command import running

WALK = ("add", "change", "remove")


@contextmanager
def portal(style: str, folder: Path, environment: dict[str, str]) -> Iterator[str]:
    """Run the portal and yield its base."""
    port = free_port()
    # Its database lies beside it, and another test may run the same portal.
    own = plan_text(folder, "writers").with_name("portal.py")
    process = subprocess.Popen(
        [sys.executable, str(own), "--port", str(port), "--style", style],
        cwd=folder,
        env=os.environ | {"PORTAL_DATABASE": str(folder / "portal.db"), "TMPDIR": str(folder)} | environment,
        stderr=subprocess.PIPE,
        text=True,
    )
    base = f"https://localhost:{port}"
    try:
        while not answers(f"{base}/health"):
            with pytest.raises(subprocess.TimeoutExpired):
                process.wait(0.05)
        yield base
    finally:
        process.kill()
        process.communicate()


def use(base: str, orcid: Researcher) -> None:
    """Connect, and add, change and remove what the portal writes."""
    with visitor(base) as browser:

        def press(path: str, page: str = "/profile", **values: str) -> httpx.Response:
            found = re.search(r'name="csrf" value="([^"]*)"', browser.get(page).text)
            assert found, page
            return browser.post(path, data={"csrf": found[1]} | values, follow_redirects=path != "/orcid/connect")

        press("/login", "/login", user="reader", password="reader-password")
        back = orcid.answer(press("/orcid/connect").headers["location"])
        assert "is connected" in browser.get(back).text
        for action in WALK:
            assert "your ORCID record: " in press(f"/items/{action}").text


@pytest.fixture
def recorded(tmp_path: Path) -> Callable[..., Path]:
    """Use the portal in a style and return the archive that the relay wrote."""

    def record(style: str, *arguments: str) -> Path:
        file = tmp_path / "wire.har"
        with running("--quiet", "--out", str(file), *arguments) as (relay, facts):
            fixed = "--fixed-hosts" in arguments
            environment = {"SSL_CERT_FILE": facts["All roots"]}
            environment |= (
                {"HTTPS_PROXY": facts["Proxy"], "NO_PROXY": "localhost"}
                if fixed
                else {"ORCID_BASE_URL": facts["Base URL"]}
            )
            researcher = Researcher(facts["Base URL"], DEFAULT_PERSON, Path(facts["CA file"]))
            with closing(researcher), portal(style, tmp_path, environment) as base:
                use(base, researcher)
            relay.send_signal(signal.SIGINT)
            relay.communicate(timeout=20)
        return file

    return record

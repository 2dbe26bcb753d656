"""Starts sample portals as processes, and plays the researcher at ORCID."""

from __future__ import annotations

import os
import signal
import socket
import ssl
import subprocess
import sys
from dataclasses import dataclass, field
from pathlib import Path

import httpx

from checker.content import ROOT
from checker.sandbox import Sandbox

PORTALS = ROOT / "fixtures" / "portals"


def free_port() -> int:
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        port: int = listener.getsockname()[1]
        return port


@dataclass
class Running:
    process: subprocess.Popen[str]
    base: str
    folder: Path

    def stop(self) -> int:
        self.process.send_signal(signal.SIGTERM)
        try:
            return self.process.wait(10)
        finally:
            self.process.kill()
            self.process.communicate()


@dataclass
class Starter:
    """Starts portals, each in the test's folder."""

    orcid: Sandbox
    folder: Path
    running: list[Running] = field(default_factory=list)

    def __call__(self, portal: str, *arguments: str) -> Running:
        port = free_port()
        scheme = "http" if "--plain" in arguments else "https"
        command = [sys.executable, str(PORTALS / portal / "portal.py"), "--port", str(port), *arguments]
        env = os.environ | {
            "ORCID_BASE_URL": self.orcid.base,
            "SSL_CERT_FILE": str(self.orcid.ca_file),
            "PORTAL_DATABASE": str(self.folder / "portal.db"),
            "TMPDIR": str(self.folder),
        }
        process = subprocess.Popen(command, cwd=self.folder, env=env, stderr=subprocess.PIPE, text=True)
        started = Running(process, f"{scheme}://localhost:{port}", self.folder)
        self.running.append(started)
        while not answers(f"{started.base}/health"):
            try:
                process.wait(0.05)
            except subprocess.TimeoutExpired:
                continue
            raise AssertionError(f"{portal} ended: {process.stderr and process.stderr.read()}")
        return started

    def stop_all(self) -> None:
        for portal in self.running:
            if portal.process.poll() is None:
                portal.stop()
            elif portal.process.stderr:
                portal.process.stderr.close()


def answers(url: str) -> bool:
    try:
        return httpx.get(url, verify=False, timeout=5).status_code == 200
    except httpx.TransportError:
        return False


def visitor(base: str) -> httpx.Client:
    """Return a browser without scripts; loopback certificates are taken as they are."""
    return httpx.Client(base_url=base, verify=False, follow_redirects=True, timeout=20)


class Researcher:
    """Signs in at ORCID and decides, by what ORCID's own pages send."""

    def __init__(self, orcid: Sandbox) -> None:
        self.browser = httpx.Client(
            base_url=orcid.base, verify=ssl.create_default_context(cafile=orcid.ca_file), timeout=20
        )

    def answer(self, authorize_url: str, *, allow: bool) -> str:
        """Return the address that ORCID sends the browser back to; empty when ORCID refuses the request."""
        seen = self.browser.get(authorize_url)
        if seen.is_redirect:
            return str(seen.headers["location"])
        query = {"oauth": httpx.URL(authorize_url).query.decode()}
        login = {"username": "josiah@mailinator.com", "password": "embedded-password"}
        answer = self.browser.post("/signin/auth.json", data=login | query).json()
        if "redirect" not in answer:
            decision = {"approved": str(allow).lower()}
            answer = self.browser.post("/oauth/custom/authorize.json", data=decision | query).json()
        return str(answer.get("redirect", ""))

    def close(self) -> None:
        self.browser.close()

"""Small pieces of evidence for tests of rules: each has sane defaults, and a test names only what it is about."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

from checker.evidence.model import Authorization, Evidence, Exchange, Journey, Run
from checker.evidence.page import Page, Snapshot

NOW = datetime(2026, 11, 20, 12, 0, tzinfo=UTC)
ORCID = "https://localhost:8765"
PORTAL = "https://127.0.0.1:8443"
RESEARCHER = "0000-0002-1825-0097"
STATE = "kX3vQ9mL2pR7tY5wZ8aB1cD4"


def run(**changes: Any) -> Run:
    values: dict[str, Any] = {
        "tool": "orcid-review test",
        "portal_name": "Example University Library",
        "portal_url": f"{PORTAL}/profile",
        "public_pages": [f"{PORTAL}/people/1"],
        "environment": "embedded",
        "orcid": ORCID,
        "served": True,
        "client_id": "APP-0000000000000001",
        "redirect_uris": [f"{PORTAL}/callback"],
        "scopes": ["/read-limited", "/activities/update"],
        "researcher": RESEARCHER,
        "researcher_name": "Josiah Carberry",
        "profile": "lyrasis-2022",
    }
    return Run(**(values | changes))


def page(id: str = "connect-01", text: str = "", **changes: Any) -> Page:
    values: dict[str, Any] = {
        "id": id,
        "journey": id.rsplit("-", 1)[0],
        "label": "the portal's page",
        "side": "portal",
        "url": f"{PORTAL}/profile",
        "status": 200,
        "lang": "en",
        "text": text,
        "snapshot": Snapshot(),
    }
    return Page(**(values | changes))


def authorization(**changes: Any) -> Authorization:
    values: dict[str, Any] = {
        "url": f"{ORCID}/oauth/authorize?client_id=APP-0000000000000001&response_type=code"
        "&scope=%2Fread-limited%20%2Factivities%2Fupdate"
        f"&redirect_uri=https%3A%2F%2F127.0.0.1%3A8443%2Fcallback&state={STATE}",
        "how": "link",
        "from_page": "connect-01",
        "control": 0,
        "consent": "shown",
        "answer": "allowed",
        "client_name": "Example University Library",
        "returned": f"{PORTAL}/callback?code=‹code:1›&state={STATE}",
        "landed": "connect-02",
    }
    return Authorization(**(values | changes))


def journey(name: str = "connect", **changes: Any) -> Journey:
    return Journey(**({"name": name, "started": NOW, "ended": NOW, "state": "done"} | changes))


def exchange(number: int = 1, **changes: Any) -> Exchange:
    values: dict[str, Any] = {
        "number": number,
        "at": NOW,
        "journey": "connect",
        "side": "server",
        "scheme": "https",
        "certificate": "trusted",
        "method": "POST",
        "path": "/oauth/token",
        "status": 200,
        "kind": "token",
        "grant": "authorization_code",
    }
    return Exchange(**(values | changes))


def evidence(*journeys: Journey, **changes: Any) -> Evidence:
    values: dict[str, Any] = {"run": run(), "started": NOW, "ended": NOW, "journeys": list(journeys), "wire": []}
    return Evidence(**(values | changes))

"""Small pieces of evidence for tests of rules: each has sane defaults, and a test names only what it is about."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from typing import Any

from checker.evidence.model import (
    Authorization,
    Connection,
    Evidence,
    Exchange,
    Item,
    Journey,
    Request,
    Run,
    Store,
    StoredToken,
    StoreLook,
)
from checker.evidence.page import Page, Snapshot
from checker.judge.content import load_rules
from checker.judge.judge import rule_on
from checker.judge.rule import Ruling

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


def request(number: int = 1, **changes: Any) -> Request:
    values: dict[str, Any] = {
        "number": number,
        "method": "GET",
        "url": f"{PORTAL}/profile",
        "kind": "document",
        "status": 200,
        "size": 2000,
    }
    return Request(**(values | changes))


def token_answer(number: int = 1, tag: str = "‹access-token:1›", orcid: str = RESEARCHER, **changes: Any) -> Exchange:
    """ORCID gives the portal an access token."""
    body = {"access_token": tag, "refresh_token": "‹refresh-token:1›", "orcid": orcid, "name": "Josiah Carberry"}
    return exchange(number, **({"response_body": json.dumps(body, ensure_ascii=False), "orcid": orcid} | changes))


def api_call(number: int = 1, path: str = f"/v3.0/{RESEARCHER}/record", **changes: Any) -> Exchange:
    values: dict[str, Any] = {
        "method": "GET",
        "path": path,
        "kind": "api",
        "grant": "",
        "orcid": RESEARCHER,
        "token": "‹access-token:1›",
    }
    return exchange(number, **(values | changes))


def stored(tag: str = "‹access-token:1›", form: str = "clear", length: int = 36) -> StoredToken:
    return StoredToken(present=True, length=length, tag=tag, form=form)


def connection(orcid: str = RESEARCHER, access_token: StoredToken | None = None, **changes: Any) -> Connection:
    return Connection(orcid=orcid, access_token=access_token or stored(), **changes)


def item(put_code: str = "1001", **changes: Any) -> Item:
    return Item(**({"orcid": RESEARCHER, "put_code": put_code, "type": "employment", "local_id": "7"} | changes))


def look(when: str = "connect", *rows: Connection, **changes: Any) -> StoreLook:
    values: dict[str, Any] = {
        "when": when,
        "connection_columns": ["orcid", "access_token", "scope"],
        "item_columns": ["orcid", "put_code", "type", "local_id"],
        "connections": list(rows),
    }
    return StoreLook(**(values | changes))


def store(*looks: StoreLook) -> Store:
    return Store(looks=list(looks))


def ruling(check: str, evidence: Evidence) -> Ruling:
    """Hand a rule of the shipped rulebook its evidence."""
    return rule_on(load_rules()[check], evidence)

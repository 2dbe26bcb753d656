"""Small runs of a portal that writes, for tests of rules: what went over the wire, what the record and store held."""

from __future__ import annotations

import json
from datetime import datetime, timedelta
from typing import Any

from checker.evidence.model import Evidence, Exchange, RecordItem, RecordLook, Step
from tests.builders import (
    NOW,
    ORCID,
    RESEARCHER,
    api_call,
    authorization,
    evidence,
    exchange,
    item,
    journey,
    look,
    run,
    store,
)

CLIENT = "APP-0000000000000001"
BASE = f"/v3.0/{RESEARCHER}"
TAG = "‹access-token:1›"
SCOPES = "/read-limited /activities/update"
ITEM = "/work"

EMPLOYMENT = """<employment:employment xmlns:employment="http://www.orcid.org/ns/employment"
 xmlns:common="http://www.orcid.org/ns/common"{code}><common:role-title>{role}</common:role-title>
<common:start-date><common:year>2019</common:year></common:start-date>{end}<common:organization>
<common:name>Example University</common:name><common:address><common:city>Exampleville</common:city>
<common:country>GB</common:country></common:address></common:organization></employment:employment>"""
END = "<common:end-date><common:year>2026</common:year></common:end-date>"


def at(seconds: float) -> datetime:
    return NOW + timedelta(seconds=seconds)


def employment(role: str = "Curator", code: str = "", end: str = "") -> str:
    return EMPLOYMENT.format(role=role, code=f' put-code="{code}"' if code else "", end=end)


def grant(number: int = 1, tag: str = TAG, orcid: str = RESEARCHER, scope: str = SCOPES, **changes: Any) -> Exchange:
    """ORCID gives a token: a person's, or (orcid empty) the client's own."""
    body = {"access_token": tag, "refresh_token": "‹refresh-token:1›", "scope": scope, "orcid": orcid or None}
    values: dict[str, Any] = {
        "at": at(number), "response_body": json.dumps(body, ensure_ascii=False), "orcid": orcid,
        "grant": "authorization_code" if orcid else "client_credentials",
    }  # fmt: skip
    return exchange(number, **(values | changes))


def add(number: int = 10, section: str = "employment", code: str = "1001", **changes: Any) -> Exchange:
    values: dict[str, Any] = {
        "method": "POST", "status": 201, "journey": "write", "at": at(number), "request_body": employment(),
        "request_headers": {"content-type": "application/vnd.orcid+xml"},
        "response_headers": {"location": f"{ORCID}{BASE}/{section}/{code}"} if code else {},
    }  # fmt: skip
    return api_call(number, **({"path": f"{BASE}/{section}"} | values | changes))


def change(number: int = 20, section: str = "employment", code: str = "1001", **changes: Any) -> Exchange:
    values: dict[str, Any] = {
        "method": "PUT", "status": 200, "journey": "write", "at": at(number),
        "request_body": employment("Senior curator", code),
        "request_headers": {"content-type": "application/vnd.orcid+xml"},
    }  # fmt: skip
    return api_call(number, **({"path": f"{BASE}/{section}/{code}"} | values | changes))


def remove(number: int = 30, section: str = "employment", code: str = "1001", **changes: Any) -> Exchange:
    values: dict[str, Any] = {"method": "DELETE", "status": 204, "journey": "write", "at": at(number)}
    return api_call(number, **({"path": f"{BASE}/{section}/{code}"} | values | changes))


def refused(status: int, code: int, **changes: Any) -> dict[str, Any]:
    """What an exchange says that ORCID refused."""
    body = json.dumps({"response-code": status, "error-code": code})
    return {"status": status, "response_body": body, "response_headers": {}} | changes


def on_record(code: str = "1001", title: str = "Curator, Example University", **changes: Any) -> RecordItem:
    values: dict[str, Any] = {
        "section": "employment", "put_code": code, "title": title, "source": CLIENT, "start": "2019",
    }  # fmt: skip
    return RecordItem(**(values | changes))


def seen(when: str, second: float, *items: RecordItem, **changes: Any) -> RecordLook:
    return RecordLook(**({"when": when, "at": at(second), "orcid": RESEARCHER, "items": list(items)} | changes))


WRITING = journey(
    "write",
    started=at(5),
    ended=at(40),
    steps=[
        Step(at=at(15), label="look: the page after [steps] write"),
        Step(at=at(25), label="look: the page after [steps] update"),
        Step(at=at(35), label="look: the page after [steps] delete"),
    ],
)
LOOKS = [
    seen("start", 0),
    seen("write", 16, on_record()),
    seen("update", 26, on_record(title="Senior curator, Example University")),
    seen("delete", 36),
    seen("end", 60),
]
STORED = store(look("start", items=[]), look("write", items=[item()]), look("update", items=[item()]))


def asks(scope: str = "%2Fread-limited%20%2Factivities%2Fupdate") -> Any:
    return journey(
        "connect", authorizations=[authorization(url=f"{ORCID}/oauth/authorize?client_id={CLIENT}&scope={scope}")]
    )


def scene(*wire: Exchange, **changes: Any) -> Evidence:
    """A portal that asked for both scopes, got a token, and did what is given."""
    values: dict[str, Any] = {
        "wire": [grant(), *wire], "record": LOOKS, "store": STORED, "run": run(writes=True),
    }  # fmt: skip
    journeys = changes.pop("journeys", [asks(), WRITING])
    return evidence(*journeys, **(values | changes))


def identity_only() -> Evidence:
    """A portal that asks for the iD and nothing else."""
    return scene(
        journeys=[asks("%2Fauthenticate")], wire=[grant(scope="/authenticate")], run=run(scopes=["/authenticate"]),
        record=[],
    )  # fmt: skip


GOOD = (add(), change(), remove())

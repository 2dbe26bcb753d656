"""HTTP archives as a relay, a proxy or a browser writes them, entry by entry."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from click.testing import CliRunner, Result

from checker.cli import main

SITE = "https://sandbox.orcid.org"
API = "https://api.sandbox.orcid.org/v3.0"
ORCID = "0000-0002-1825-0097"
CLIENT = "APP-8DH1QK2MZ0RT7WXY"
XML = "application/vnd.orcid+xml"
BROWSER = {
    "user-agent": "Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/140.0 Safari/537.36",
    "accept-language": "en",
}

# Canaries: none of them may stand in anything that is written.
TOKEN = "4f3ad1e2-9b7c-4d5e-8f60-c0ffee15900d"
REFRESH = "5e8d0c3b-1f2a-4b6c-9d7e-decafbad0001"
SECRET = "c1e7a9b3-secret-of-the-client"
CODE = "Qx7Vb2"
PASSWORD = "correct-horse-battery"
SESSION = "7d1b9e55aa20c3f4e6"
CANARIES = (TOKEN, REFRESH, SECRET, f"code={CODE}", PASSWORD, SESSION)

ITEM = "/work"
WORK = """<?xml version="1.0" encoding="UTF-8"?>
<work:work xmlns:work="http://www.orcid.org/ns/work" xmlns:common="http://www.orcid.org/ns/common">
<work:title><common:title>On the cracking of pots</common:title></work:title>
<work:type>journal-article</work:type>
<common:external-ids><common:external-id>
<common:external-id-type>doi</common:external-id-type>
<common:external-id-value>10.5555/pots.1</common:external-id-value>
<common:external-id-url>https://doi.org/10.5555/pots.1</common:external-id-url>
<common:external-id-relationship>self</common:external-id-relationship>
</common:external-id></common:external-ids>
</work:work>
"""


def asked(
    method: str,
    url: str,
    second: float = 0,
    *,
    status: int = 200,
    headers: dict[str, str] | None = None,
    body: str = "",
    answer: str = "",
    answered: dict[str, str] | None = None,
    **more: Any,
) -> dict[str, Any]:
    """Return one entry, `second` seconds after noon."""
    request: dict[str, Any] = {"method": method, "url": url, "headers": _pairs(headers or {}), "bodySize": -1}
    if body:
        request["postData"] = {"mimeType": (headers or {}).get("content-type", ""), "text": body}
    return {
        "startedDateTime": f"2026-11-20T12:00:{second:06.3f}Z",
        "time": 20.0,
        "request": request,
        "response": {"status": status, "headers": _pairs(answered or {}), "content": {"text": answer}},
    } | more


def token(second: float = 1.25, site: str = SITE, scope: str = "/read-limited /activities/update") -> dict[str, Any]:
    """ORCID gives a person's token."""
    given = {"access_token": TOKEN, "refresh_token": REFRESH, "scope": scope, "orcid": ORCID, "name": "Josiah Carberry",
             "token_type": "bearer", "expires_in": 631138518}  # fmt: skip
    form = f"grant_type=authorization_code&client_id={CLIENT}&client_secret={SECRET}&code={CODE}"
    return asked("POST", f"{site}/oauth/token", second, body=form, answer=json.dumps(given),
                 headers={"content-type": "application/x-www-form-urlencoded"})  # fmt: skip


def added(second: float = 2.5, api: str = API, body: str = WORK, **more: Any) -> dict[str, Any]:
    """The portal's server adds a work."""
    headers = {"content-type": XML, "accept": XML, "authorization": f"Bearer {TOKEN}"} | more.pop("headers", {})
    answered = {"location": f"{api}/{ORCID}{ITEM}/1001"} if more.get("status", 201) == 201 else {}
    values = {"status": 201, "headers": headers, "answered": answered, "body": body} | more
    return asked("POST", f"{api}/{ORCID}/work", second, **values)


def visited(second: float = 0.5, site: str = SITE, **more: Any) -> dict[str, Any]:
    """A browser goes through ORCID's authorization page."""
    query = f"client_id={CLIENT}&response_type=code&scope=%2Fread-limited%20%2Factivities%2Fupdate&state=kX3vQ9mL2pR7"
    back = f"https://portal.example/callback?code={CODE}&state=kX3vQ9mL2pR7"
    return asked("GET", f"{site}/oauth/authorize?{query}&redirect_uri=https%3A%2F%2Fportal.example%2Fcallback", second,
                 status=302, headers=BROWSER | {"cookie": f"JSESSIONID={SESSION}"}, answered={"location": back},
                 **more)  # fmt: skip


def signed_in(second: float = 0.25) -> dict[str, Any]:
    """A person gives ORCID their password."""
    form = f"userId={ORCID}&password={PASSWORD}"
    return asked("POST", f"{SITE}/signin/auth.json", second, headers=BROWSER, body=form,
                 answer='{"success": true, "email": "josiah@example.org"}')  # fmt: skip


def archive(folder: Path, *entries: dict[str, Any], creator: str = "mitmproxy", **more: Any) -> Path:
    """Write an archive and return its file."""
    file = folder / "wire.har"
    log = {"version": "1.2", "creator": {"name": creator, "version": "1"}, "entries": list(entries)} | more
    file.write_text(json.dumps({"log": log}), "utf-8")
    return file


def _pairs(headers: dict[str, str]) -> list[dict[str, str]]:
    return [{"name": name, "value": value} for name, value in headers.items()]


class Judged:
    """What `orcid-review judge` made of an archive."""

    def __init__(self, file: Path, *arguments: str) -> None:
        self.folder = file.parent / "out"
        self.done: Result = CliRunner().invoke(main, ["judge", str(file), "--out", str(self.folder), *arguments])

    @property
    def review(self) -> dict[str, Any]:
        return json.loads((self.folder / "review.json").read_text("utf-8"))  # type: ignore[no-any-return]

    @property
    def evidence(self) -> dict[str, Any]:
        return json.loads((self.folder / "evidence" / "evidence.json").read_text("utf-8"))  # type: ignore[no-any-return]

    def of(self, check: str) -> dict[str, Any]:
        return next(f for f in self.review["findings"] if f["check"] == check)

    def outcome(self, check: str) -> str:
        return str(self.of(check)["outcome"])

    def ending(self, outcome: str) -> set[str]:
        return {f["check"] for f in self.review["findings"] if f["outcome"] == outcome}

"""The good library, as a process, walked through by a person without scripts."""

from __future__ import annotations

import re
import sqlite3
from urllib.parse import parse_qs, urlsplit

import httpx
import pytest

from .running import Researcher, visitor

ID = "0000-0002-1825-0097"


def csrf(html: str) -> str:
    found = re.search(r'name="csrf" value="([^"]+)"', html)
    assert found, html
    return found[1]


class Reader:
    """The library's test user with a browser."""

    def __init__(self, base: str, orcid) -> None:
        self.browser, self.researcher = visitor(base), Researcher(orcid)
        self.page = self.browser.get("/login")
        self.press("/login", user="reader", password="reader-password")

    def press(self, action: str, **fields: str) -> str:
        self.page = self.browser.post(action, data={"csrf": csrf(self.page.text)} | fields)
        return self.page.text

    def to_orcid(self) -> str:
        fields = {"csrf": csrf(self.page.text)}
        self.page = self.browser.post("/orcid/connect", data=fields, follow_redirects=False)
        return str(self.page.headers["location"])

    def connect(self, *, allow: bool = True) -> str:
        back = self.researcher.answer(self.to_orcid(), allow=allow)
        self.page = self.browser.get(back)
        return self.page.text

    def close(self) -> None:
        self.browser.close()
        self.researcher.close()


@pytest.fixture
def library(start):
    return start("library")


@pytest.fixture
def reader(library, orcid):
    person = Reader(library.base, orcid)
    yield person
    person.close()


def rows(library, sql: str) -> list[tuple]:
    with sqlite3.connect(library.folder / "portal.db") as db:
        found = db.execute(sql).fetchall()
    db.close()
    return found


def test_connects_shows_the_id_to_strangers_and_stores_what_orcid_said(reader, library, orcid):
    assert "Create or connect your ORCID iD" in reader.page.text
    stranger = visitor(library.base)
    assert ID not in stranger.get("/people/1").text

    html = reader.connect()

    shown = f'<a class="orcid-link" href="{orcid.base}/{ID}"><img'
    assert shown in html
    assert "Create or connect" not in html
    public = stranger.get("/people/1").text
    assert shown in public
    assert re.search(r"id-icon-outline\.svg.*0009-0009-9876-153X</a> \(unauthenticated\)", public)
    stranger.close()
    [(stored, access, scope, flag)] = rows(
        library, "select orcid, access_token, scope, authenticated from orcid_tokens"
    )
    token = next(e for e in orcid.wire if e.kind == "token")
    assert (stored, flag) == (ID, 1)
    assert access in token.response_body
    assert set(scope.split()) == {"/read-limited", "/activities/update"}
    assert (token.scheme, token.certificate, token.side) == ("https", "trusted", "server")
    assert access not in html


def test_denied_says_why_offers_another_try_and_stores_nothing(reader, library):
    html = reader.connect(allow=False)
    assert reader.page.status_code == 200
    assert reader.page.url.path == "/orcid/not-connected"
    assert 'role="alert"' in html
    assert "not connected" in html
    assert "Create or connect your ORCID iD" in html
    assert rows(library, "select * from orcid_tokens") == []
    assert "Sign out" in html

    assert ID in reader.connect()


def test_state_is_random_and_good_for_one_answer(reader, orcid):
    first, second = reader.to_orcid(), Reader(str(reader.browser.base_url), orcid)
    other = second.to_orcid()
    second.close()
    states = [parse_qs(urlsplit(url).query)["state"][0] for url in (first, other)]
    assert states[0] != states[1]
    assert min(map(len, states)) >= 43

    back = reader.researcher.answer(first, allow=True)
    forged = reader.browser.get(back.replace(states[0], states[1]))
    assert forged.status_code == 400
    assert "Nothing was saved" in forged.text
    replayed = reader.browser.get(back)
    assert replayed.status_code == 400
    assert not [e for e in orcid.wire if e.kind == "token"]


def test_adds_changes_and_removes_the_employment_with_its_put_code(reader, library, orcid):
    reader.connect()
    assert "Your ORCID record now says: Curator, Example University." in reader.press("/orcid/employment/add")
    [(put_code, kind)] = rows(library, "select put_code, type from orcid_items")
    assert kind == "employment"
    assert "Senior curator" in reader.press("/orcid/employment/update")
    assert "no longer on your ORCID record" in reader.press("/orcid/employment/remove")
    assert rows(library, "select * from orcid_items") == []

    writes = [(e.method, e.path, e.status) for e in orcid.wire if e.kind == "api" and e.method != "GET"]
    section = f"/v3.0/{ID}/employment"
    assert writes == [
        ("POST", section, 201),
        ("PUT", f"{section}/{put_code}", 200),
        ("DELETE", f"{section}/{put_code}", 204),
    ]


def test_disconnecting_says_what_it_means_deletes_and_revokes(reader, library, orcid):
    reader.connect()
    reader.press("/orcid/employment/add")
    [(token,)] = rows(library, "select access_token from orcid_tokens")
    reader.page = reader.browser.get("/orcid/disconnect")
    assert "Trusted organizations" in reader.page.text
    assert "stays there" in reader.page.text

    html = reader.press("/orcid/disconnect")

    assert "is disconnected" in html
    assert "Create or connect your ORCID iD" in html
    assert ID not in html
    assert rows(library, "select * from orcid_tokens") == rows(library, "select * from orcid_items") == []
    assert [e.token for e in orcid.wire if e.kind == "revoke"] == [token]

    reader.connect()
    reader.press("/orcid/employment/add")
    added = [e for e in orcid.wire if e.method == "POST" and e.kind == "api"]
    assert len(added) == 1, "the entry of the first connection is found again, not added twice"


def test_does_not_talk_to_an_orcid_that_nobody_vouches_for(reader, library, orcid):
    back = reader.researcher.answer(reader.to_orcid(), allow=True)
    orcid.present_certificate(trusted=False)
    page = reader.browser.get(back)
    orcid.present_certificate(trusted=True)
    assert page.status_code == 502
    assert "Nothing was saved" in page.text
    assert not [e for e in orcid.wire if e.kind == "token"]
    assert rows(library, "select * from orcid_tokens") == []


def test_forms_of_other_sites_are_refused(reader):
    reader.connect()
    for action in ("/orcid/disconnect", "/orcid/employment/add", "/logout", "/orcid/connect"):
        assert reader.browser.post(action, data={"csrf": "guessed"}).status_code == 403


@pytest.mark.parametrize("portal", ["library", "careless", "atelier", "ways"])
@pytest.mark.parametrize("arguments", [(), ("--plain",)])
def test_stops_cleanly_and_leaves_nothing(start, portal, arguments):
    running = start(portal, *arguments)
    assert running.stop() == 0
    assert not list(running.folder.glob("portal-*")), "the key of the throw-away certificate is still there"
    with pytest.raises(httpx.ConnectError):
        httpx.get(f"{running.base}/health", verify=False)

"""The careless portal works, sins and all; its list of sins is about rules that exist."""

from __future__ import annotations

import sqlite3
import tomllib

from checker.content import ROOT

from .running import PORTALS, Researcher, visitor

ID = "0000-0002-1825-0097"


def sins() -> list[dict]:
    return tomllib.loads((PORTALS / "careless" / "sins.toml").read_text("utf-8"))["sin"]


def test_sins_are_many_and_name_rules_of_the_profile():
    profile = tomllib.loads((ROOT / "checks" / "profiles" / "lyrasis-2022.toml").read_text("utf-8"))
    known = {rule for rules in profile["levels"].values() for rule in rules}
    named = [rule for sin in sins() for rule in sin["rules"]]
    assert len(sins()) >= 10
    assert len(named) == len(set(named)), "a rule belongs to one sin"
    assert {rule for sin in sins() for rule in [*sin["rules"], *sin.get("also", [])]} <= known


def test_connects_writes_twice_and_cannot_be_left(start, orcid):
    press = start("careless")
    researcher = Researcher(orcid)
    with visitor(press.base) as browser:
        browser.post("/signin", data={"login": "author", "password": "author-password"})
        address = str(browser.get("/orcid/login", follow_redirects=False).headers["location"])
        assert "state=" not in address
        denied = browser.get(researcher.answer(address, allow=False))
        assert (denied.status_code, "KeyError" in denied.text) == (500, True)
        desk = browser.get(researcher.answer(address, allow=True))
        token = next(e for e in orcid.wire if e.kind == "token")
        with sqlite3.connect(press.folder / "portal.db") as db:
            [(stored,)] = db.execute("select orcid_token from authors").fetchall()
        db.close()
        assert stored in token.response_body
        assert stored in desk.text
        assert "isconnect" not in desk.text
        browser.post("/orcid/send")
        assert "Send article" in browser.post("/orcid/send").text
        assert f"http://orcid.org/{ID}" in browser.get("/articles/7").text
        assert f"({ID})" in browser.get("/issues/1").text
    researcher.close()
    assert [e.status for e in orcid.wire if e.kind == "api"] == [201, 409]

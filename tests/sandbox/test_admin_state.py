"""The state file and the file of people."""

from __future__ import annotations

import json
import os
import stat
from collections.abc import Callable
from pathlib import Path
from typing import Any
from urllib.parse import quote

import pytest

from checker.sandbox import DEFAULT_CLIENT, DEFAULT_PERSON, Client, Person, Sandbox, SandboxError
from checker.sandbox.institution import STAND_IN
from checker.sandbox.people import new_orcid, people_of

from .conftest import OTHER, Visitor, visitor_of
from .items import GROUP, NOTIFICATION
from .test_faults import AS_JSON, ITEM, WORK

Play = Callable[[Visitor], None]


def play(box: Sandbox, work: Play) -> None:
    with box:
        for visitor in visitor_of(box):
            work(visitor)


def test_what_was_there_is_there_again(tmp_path: Path) -> None:
    file = tmp_path / "state.json"
    first = Sandbox(tls=False, clients=(DEFAULT_CLIENT,), people=(DEFAULT_PERSON, OTHER))
    assert first.restore(file) is False
    kept: dict[str, str] = {}

    def before(visitor: Visitor) -> None:
        first.add_client(id="APP-KEPT", secret="kept-secret", name="Kept")
        kept["orcid"] = new_orcid()
        first.add_person(orcid=kept["orcid"], login="kept@mailinator.com", password="kept-password")
        token = visitor.connect()
        kept["token"], kept["refresh"] = token["access_token"], token["refresh_token"]
        made = visitor.api("POST", ITEM, json=WORK, headers=AS_JSON)
        kept["put-code"] = made.headers["location"].rpartition("/")[2]
        first.clock_offset = 86_400

    play(first, before)
    first._state.institution_accounts[STAND_IN, "jc27"] = DEFAULT_PERSON.orcid
    first.save(file)
    assert stat.S_IMODE(file.stat().st_mode) == 0o600
    assert os.listdir(tmp_path) == ["state.json"]

    second = Sandbox(tls=False, clients=(DEFAULT_CLIENT,))
    assert second.restore(file) is True

    def after(visitor: Visitor) -> None:
        assert {c.id for c in second.clients} == {DEFAULT_CLIENT.id, "APP-KEPT"}
        assert {p.orcid for p in second.people} == {DEFAULT_PERSON.orcid, OTHER.orcid, kept["orcid"]}
        assert second.clock_offset == 86_400
        assert second._state.institution_accounts == {(STAND_IN, "jc27"): DEFAULT_PERSON.orcid}
        visitor.headers = {"Authorization": f"Bearer {kept['token']}"}
        work = visitor.api("GET", f"{ITEM}/{kept['put-code']}").json()
        assert work["title"]["title"]["value"] == "A title"
        assert work["source"]["source-client-id"]["path"] == DEFAULT_CLIENT.id
        # A put-code is never given twice.
        further = json.loads(json.dumps(WORK).replace("10.5555/12345678", "10.5555/87654321"))
        made = visitor.api("POST", ITEM, json=further, headers=AS_JSON)
        assert int(made.headers["location"].rpartition("/")[2]) > int(kept["put-code"])
        # The tokens still die by the sandbox's clock.
        second.clock_offset = 631_138_518 + 200_000
        assert visitor.api("GET", "/record").status_code == 401
        second.clock_offset = 0
        assert visitor.token(grant_type="refresh_token", refresh_token=kept["refresh"]).status_code == 200
        second.reset()
        assert {c.id for c in second.clients} == {DEFAULT_CLIENT.id, "APP-KEPT"}
        assert visitor.api("GET", "/record").status_code == 401

    play(second, after)


def test_groups_notifications_and_webhooks_are_kept(tmp_path: Path) -> None:
    file, hook = tmp_path / "state.json", "http://127.0.0.1:9/hook"
    own = "/group-id-record/update /premium-notification /webhook"

    def call(visitor: Visitor, method: str, path: str, **more: Any) -> Any:
        if not visitor.headers:
            token = visitor.token(grant_type="client_credentials", scope=own).json()["access_token"]
            visitor.headers = {"Authorization": f"Bearer {token}", "Accept": "application/json"}
        return visitor.server.request(method, path, headers=visitor.headers, **more)

    def before(visitor: Visitor) -> None:
        assert call(visitor, "POST", "/v3.0/group-id-record", json=GROUP).status_code == 201
        path = f"/v3.0/{DEFAULT_PERSON.orcid}/notification-permission"
        assert call(visitor, "POST", path, json=NOTIFICATION).status_code == 201
        assert call(visitor, "PUT", f"/{DEFAULT_PERSON.orcid}/webhook/{quote(hook, safe='')}").status_code == 201

    first = Sandbox(tls=False)
    play(first, before)
    first.save(file)
    second = Sandbox(tls=False)
    second.restore(file)

    def after(visitor: Visitor) -> None:
        groups = call(visitor, "GET", "/v3.0/group-id-record").json()
        assert [group["group-id"] for group in groups["group-id-record"]] == [GROUP["group-id"]]
        path = f"/v3.0/{DEFAULT_PERSON.orcid}/notification-permission"
        assert len(call(visitor, "GET", path).json()["notification"]) == 1
        assert call(visitor, "PUT", f"/{DEFAULT_PERSON.orcid}/webhook/{quote(hook, safe='')}").status_code == 204

    play(second, after)


def test_an_item_that_is_none_is_told(tmp_path: Path) -> None:
    file = tmp_path / "state.json"
    box = Sandbox(tls=False)
    box._state.add(DEFAULT_PERSON.orcid, "keyword", DEFAULT_CLIENT.id, {"content": "a word"})
    box.save(file)
    assert Sandbox(tls=False).restore(file)
    text = file.read_text()
    for bad in (
        text.replace('"keyword"', '"novel"'),
        text.replace('"a word"', "5"),
        text.replace('"content"', '"x"', 1),
    ):
        file.write_text(bad)
        with pytest.raises(SandboxError, match="expected a state file"):
            Sandbox(tls=False).restore(file)


def test_a_deprecated_record_says_where_it_went() -> None:
    with Sandbox(tls=False) as box:
        for fields in ({"status": "deprecated"}, {"primary": DEFAULT_PERSON.orcid}):
            with pytest.raises(SandboxError, match="primary: expected the iD"):
                box.add_person(login="a@b.org", password="p", **fields)
        assert box.add_person(login="a@b.org", password="p", status="deprecated", primary=DEFAULT_PERSON.orcid)


def test_the_command_line_wins_over_the_file(tmp_path: Path) -> None:
    file = tmp_path / "state.json"
    Sandbox(clients=(DEFAULT_CLIENT,)).save(file)
    client, person = Client(DEFAULT_CLIENT.id, "another-secret"), Person(DEFAULT_PERSON.orcid, "a@b.test", "another")
    box = Sandbox(clients=(client,), people=(person,))
    assert box.restore(file)
    assert box.clients == [client]
    assert box.people == [person]


@pytest.mark.parametrize(
    ("content", "told"),
    [
        (b"", "expected a state file"),
        (b"{", "expected a state file"),
        (b"[]", "expected a state file"),
        (b"\xff\xfe", "expected a state file"),
        (b"{}", "kept: is missing"),
        (b'{"format": "something", "kept": {}}', "format: input should be 'orcid-review sandbox state'"),
        (b'{"version": 2, "kept": {}}', "version: input should be 1"),
        (b'{"kept": {"people": "secret-secret"}}', "expected a state file"),
    ],
)
def test_a_file_that_is_none(tmp_path: Path, content: bytes, told: str) -> None:
    file = tmp_path / "state.json"
    file.write_bytes(content)
    with pytest.raises(SandboxError) as caught:
        Sandbox().restore(file)
    assert str(caught.value).startswith(f"{file}: ")
    assert told in str(caught.value)
    assert "secret-secret" not in str(caught.value)
    assert file.read_bytes() == content


def test_places_where_nothing_can_be_kept(tmp_path: Path) -> None:
    with pytest.raises(SandboxError, match="there is no folder"):
        Sandbox().restore(tmp_path / "none" / "state.json")
    with pytest.raises(SandboxError, match="cannot be written"):
        Sandbox().save(tmp_path / "none" / "state.json")
    with pytest.raises(SandboxError, match="cannot be read"):
        Sandbox().restore(tmp_path)


def test_a_save_that_fails_leaves_the_old_file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    file = tmp_path / "state.json"
    Sandbox().save(file)
    before = file.read_bytes()

    def full(*_: object) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr("checker.sandbox.saved.os.replace", full)
    with pytest.raises(SandboxError, match="No space left on device"):
        Sandbox(people=(OTHER,)).save(file)
    assert file.read_bytes() == before
    assert os.listdir(tmp_path) == ["state.json"]


# People


TOML = """
[[people]]
orcid = "0000-0002-1825-0097"
login = "josiah@mailinator.com"
password = "one"
given_names = "Josiah"
family_name = "Carberry"

[[people]]
login = "second@mailinator.com"
password = "two"
name_public = false
default_visibility = "limited"
"""


def test_people_from_toml_and_json(tmp_path: Path) -> None:
    (tmp_path / "people.toml").write_text(TOML)
    first, second = people_of(tmp_path / "people.toml")
    assert (first.orcid, first.display_name, first.password) == ("0000-0002-1825-0097", "Josiah Carberry", "one")
    assert (second.name_public, second.default_visibility) == (False, "limited")
    assert second.orcid.startswith("0009-000")
    listed = [{"login": "a@b.test", "password": "p"}]
    for number, data in enumerate((listed, {"people": listed})):
        (tmp_path / f"{number}.json").write_text(json.dumps(data))
        (person,) = people_of(tmp_path / f"{number}.json")
        assert person.login == "a@b.test"


@pytest.mark.parametrize(
    ("name", "content", "told"),
    [
        ("p.toml", b"people = ", "expected TOML: "),
        ("p.json", b"{", "expected JSON: "),
        ("p.json", b"[" * 100_000, "expected JSON: "),
        ("p.toml", b"a = '\xff'", "expected UTF-8 text, got the byte 0xff"),
        ("p.toml", b"", "expected a list `people` with at least one person in it"),
        ("p.toml", b"people = 5", "expected a list `people`"),
        ("p.json", b"[]", "expected a list `people`"),
        ("p.json", b"[5]", "person 1: expected an object with orcid, login, password"),
        ("p.toml", b"[[people]]\nlogin = 'a@b.c'", "person 1, password: is missing"),
        ("p.toml", TOML.encode() + b"[[people]]\nlogin = 'Second@mailinator.com'\npassword = 'p'",
         "person 3, login: Second@mailinator.com is taken by"),
        ("p.toml", b"[[people]]\nlogin = 'a@b.c'\npassword = 'p'\nmail = 'x'", "person 1, mail: there is no such"),
    ],
)  # fmt: skip
def test_a_file_of_no_people(tmp_path: Path, name: str, content: bytes, told: str) -> None:
    file = tmp_path / name
    file.write_bytes(content)
    with pytest.raises(SandboxError) as caught:
        people_of(file)
    assert str(caught.value).startswith(f"{file}: ")
    assert told in str(caught.value)


def test_no_file_of_people(tmp_path: Path) -> None:
    with pytest.raises(SandboxError, match=r"people\.toml: cannot be read: No such file"):
        people_of(tmp_path / "people.toml")

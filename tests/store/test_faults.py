"""What goes wrong with a store, at the level of the whole command: one clear message each, the right exit code, and
nothing lost. The sentences are those of the table in docs/store.md.
"""

from __future__ import annotations

import os
import re
import signal
import socket
import sqlite3
import subprocess
import sys
import threading
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path

import pytest
from sqlalchemy.engine import make_url

from checker.content import ROOT
from tests.run.conftest import Command, command, sample

from . import servers

__all__ = ["command", "sample"]  # fixtures

ORCID = "0000-0002-1825-0097"
TOKEN = "0c19fe45-aaaa-4bbb-8ccc-52d0bd6b1f01"
ROWS = 4_000
QUERY = "select orcid, access_token, name from tokens"


@pytest.fixture(scope="module")
def postgresql() -> Iterator[servers.Server]:
    with servers.postgresql() as server:
        fill(server)
        yield server


def fill(server: servers.Server) -> None:
    server.run(
        "create table tokens (orcid text, access_token text, name text)",
        f"insert into tokens select '{ORCID}', '{TOKEN}', repeat('n', 250) from generate_series(1, {ROWS})",
        "create function harmless() returns text language plpgsql as"
        f" $$ begin delete from tokens; return '{ORCID}'; end $$",
    )


@contextmanager
def breaking(server: servers.Server, whole: int) -> Iterator[str]:
    """Stand between a program and a server, and break every connection in mid-answer.

    Args:
        server: passed on to.
        whole: so many connections are passed on unbroken first.

    Yields:
        The database's address by this way.
    """
    listener = socket.create_server(("127.0.0.1", 0))

    def pass_on(source: socket.socket, target: socket.socket, most: float) -> None:
        passed = 0
        with suppress(OSError):
            while (part := source.recv(65_536)) and passed < most:
                target.sendall(part)
                passed += len(part)
        for end in (source, target):
            with suppress(OSError):
                end.shutdown(socket.SHUT_RDWR)

    def connection(near: socket.socket, most: float) -> None:
        with near, socket.create_connection(("127.0.0.1", server.port)) as far:
            up = threading.Thread(target=pass_on, args=(near, far, float("inf")))
            up.start()
            pass_on(far, near, most)
            up.join()

    def accept() -> None:
        open_: list[threading.Thread] = []
        with suppress(OSError):
            while True:
                near, _ = listener.accept()
                most = float("inf") if len(open_) < whole else ROWS * 250 * 0.8
                open_.append(threading.Thread(target=connection, args=(near, most)))
                open_[-1].start()
        for one in open_:
            one.join()

    thread = threading.Thread(target=accept, daemon=True)
    thread.start()
    try:
        yield make_url(server.url).set(port=listener.getsockname()[1]).render_as_string(hide_password=False)
    finally:
        listener.shutdown(socket.SHUT_RDWR)
        listener.close()
        thread.join()


def with_store(plan: Path, store: str) -> Path:
    """Put another store in place of the plan's."""
    text = plan.read_text("utf-8")
    plan.write_text(re.sub(r"\[store\]\n.*?\n\n", lambda _: f"[store]\n{store}\n\n", text, flags=re.DOTALL), "utf-8")
    return plan


# The faults: what the plan says then, and what is told. «…» stands for anything.


def wrong_encoding(folder: Path, _: pytest.FixtureRequest) -> str:
    (folder / "c.csv").write_bytes(f"orcid,access_token,name\n{ORCID},{TOKEN},Zo\xeb\n".encode("latin-1"))
    return 'files = { connections = "c.csv" }'


def cut_export(folder: Path, _: pytest.FixtureRequest) -> str:
    (folder / "c.csv").write_text(f'orcid,access_token,name\n{ORCID},{TOKEN},"Josi')
    return 'files = { connections = "c.csv" }'


def writing_query(folder: Path, _: pytest.FixtureRequest) -> str:
    with closing(sqlite3.connect(folder / "other.db")) as db, db:
        db.execute("create table tokens (orcid)")
        db.execute("insert into tokens values (?)", [ORCID])
    query = "with gone as (delete from tokens returning orcid) select orcid from gone"
    return f'url = "sqlite:///other.db"\nconnections = "{query}"'


def writing_function(_: Path, request: pytest.FixtureRequest) -> str:
    server = request.getfixturevalue("postgresql")
    return f'url = "{server.url}"\nconnections = "select harmless() as orcid"'


def wrong_password(_: Path, request: pytest.FixtureRequest) -> str:
    server = request.getfixturevalue("postgresql")
    url = make_url(server.url).set(password="wrong-one").render_as_string(hide_password=False)
    return f'url = "{url}"\nconnections = "{QUERY}"'


def no_database(_: Path, __: pytest.FixtureRequest) -> str:
    return f'url = "sqlite:///portl.db"\nconnections = "{QUERY}"'


@dataclass(frozen=True)
class Fault:
    plan: Callable[[Path, pytest.FixtureRequest], str]
    told: str


FAULTS = {
    "an export in another encoding": Fault(wrong_encoding, "c.csv is not UTF-8: byte 0xeb in line 2"),
    "an export that was cut off": Fault(cut_export, "c.csv, line 2: not readable as CSV (…)"),
    "a SELECT that would write": Fault(
        writing_query, "the query [store] connections was not run: it holds 'delete', which writes"
    ),
    "a function in the query that writes": Fault(
        writing_function,
        "the query [store] connections would write, and the database refused it: it is opened for reading only",
    ),
    "a wrong password": Fault(wrong_password, "the database refused the user name or password"),
    "no such database": Fault(no_database, "there is no database portl.db…"),
}
GONE = "the database went away while [store] connections was read, after 2,000 rows; none of them counts"
NO_SELECT = 'expected a query that begins with select (the store is only read), saw the text "delete from …'
SILENT = "the database server does not answer"


def pattern(told: str) -> re.Pattern[str]:
    return re.compile(".+".join(map(re.escape, told.split("…"))))


@pytest.mark.parametrize("told", [*(fault.told for fault in FAULTS.values()), GONE, SILENT, NO_SELECT])
def test_the_table_in_the_docs_says_what_is_told(told):
    assert f"`{told}`" in (ROOT / "docs" / "store.md").read_text("utf-8")


@pytest.mark.parametrize("name", FAULTS)
def test_stored_tells_it_and_ends_with_4(command, sample, request, name):
    plan = sample("library")
    fault = FAULTS[name]
    done = command("stored", str(with_store(plan, fault.plan(plan.parent, request))))
    assert done.code == 4
    assert pattern(f"Error: {fault.told}").match(done.err)
    assert len(done.err.splitlines()) == 1
    assert TOKEN not in done.out + done.err
    assert_untouched(plan.parent, request, name)


@pytest.mark.browser
@pytest.mark.parametrize("name", ["an export in another encoding", "a function in the query that writes"])
def test_a_review_tells_it_judges_the_rest_and_ends_with_3(command, sample, request, name):
    plan = sample("library")
    fault = FAULTS[name]
    done = command.run(with_store(plan, fault.plan(plan.parent, request)))
    assert done.code == 3, done.out + done.err
    # Long lines are broken where the screen ends.
    assert pattern(fault.told).search(" ".join(done.err.split())), "it is said while the review goes on"
    assert_blocked(done, fault.told)
    assert_untouched(plan.parent, request, name)


def assert_blocked(done, told: str) -> None:
    """The message stands in the evidence and in the report, once; what needs no store is judged."""
    block = done.evidence["store"]["block"]
    assert block["code"] == "store-unreadable"
    assert pattern(told).fullmatch(block["message"])
    assert block["todo"]
    assert [one["why"] for one in done.review["unchecked"] if one["what"] == "the store"] == [block["message"]]
    outcomes = done.outcomes()
    assert (outcomes["store-id"], outcomes["store-access-token"]) == ("blocked", "blocked")
    assert done.failed() == set()
    assert sum(outcome == "passed" for outcome in outcomes.values()) > 20
    assert {journey["state"] for journey in done.evidence["journeys"]} == {"done"}
    assert "Traceback" not in done.out + done.err
    assert servers.PASSWORD not in done.out + done.err + (done.folder / "evidence" / "evidence.json").read_text("utf-8")


def assert_untouched(folder: Path, request: pytest.FixtureRequest, name: str) -> None:
    if name == "a SELECT that would write":
        with closing(sqlite3.connect(folder / "other.db")) as db:
            assert db.execute("select count(*) from tokens").fetchone() == (1,)
    if name == "a function in the query that writes":
        server = request.getfixturevalue("postgresql")
        assert server.run("select count(*) from tokens") == [(ROWS,)]
    if name == "no such database":
        assert not (folder / "portl.db").exists()


@pytest.mark.parametrize("args", [["stored"], ["run", "--quiet"]])
def test_a_query_that_is_no_select_is_a_plan_that_cannot_be_used(command, sample, args):
    plan = with_store(sample("library"), 'url = "sqlite:///portal.db"\nconnections = "delete from orcid_tokens"')
    done = command(*args, str(plan))
    assert done.code == 2
    assert pattern(NO_SELECT).search(done.err)
    assert "Traceback" not in done.err


def test_stored_tells_of_a_database_that_goes_away_in_mid_read(command, sample, postgresql):
    with breaking(postgresql, whole=0) as url:
        plan = with_store(sample("library"), f'url = "{url}"\nconnections = "{QUERY}"')
        done = command("stored", str(plan))
    assert done.code == 4
    assert done.err.startswith(f"Error: {GONE}; ")
    assert len(done.err.splitlines()) == 1


@pytest.mark.browser
def test_a_review_keeps_what_it_saw_before_the_database_went_away_in_mid_read(command, sample, postgresql):
    with breaking(postgresql, whole=3) as url:
        done = command.run(with_store(sample("library"), f'url = "{url}"\nconnections = "{QUERY}"'))
    assert done.code == 3, done.out + done.err
    assert_blocked(done, GONE)
    looks = done.evidence["store"]["looks"]
    assert [look["when"] for look in looks] == ["start", "deny", "connect"]
    assert {len(look["connections"]) for look in looks} == {ROWS}


@pytest.mark.browser
def test_a_review_keeps_what_it_saw_before_the_database_server_was_stopped(command, sample):
    with servers.postgresql() as server:
        fill(server)
        plan = with_store(sample("library"), f'url = "{server.url}"\nconnections = "{QUERY} limit 3"')
        process = command.start(plan)
        assert process.stdout is not None
        said = []
        for line in process.stdout:
            said.append(line)
            if line.startswith("connect:"):
                server.process.kill()
                server.process.wait()
                break
        rest, _ = process.communicate(timeout=120)
    assert process.returncode == 3, "".join(said) + rest
    done = finished(command, "".join(said) + rest)
    assert_blocked(done, SILENT)
    assert [(look["when"], len(look["connections"])) for look in done.evidence["store"]["looks"]] == [
        ("start", 3),
        ("deny", 3),
        ("connect", 3),
    ]


def finished(command: Command, said: str):
    from tests.run.conftest import Done

    return Done(3, said, "", command.out)


def with_view(folder: Path, length: int, orcid: str = ORCID) -> str:
    """Make a view that gives as many rows as one likes; return the store that reads it."""
    with closing(sqlite3.connect(folder / "other.db")) as db, db:
        db.execute(
            f"create view tokens as with recursive n(i) as (select 1 union all select i + 1 from n limit {length})"
            f" select '{orcid}' as orcid, '{TOKEN}' as access_token, 'Josiah' as name from n"
        )
    return f'url = "sqlite:///other.db"\nconnections = "{QUERY}"'


def test_stored_reads_a_view_like_a_table(command, sample):
    plan = sample("library")
    done = command("stored", str(with_store(plan, with_view(plan.parent, 3))))
    assert done.code == 0, done.err
    assert "Connections: 3 rows, 1 person" in done.out


@pytest.mark.browser
def test_a_review_reads_a_view_like_a_table(command, sample):
    plan = sample("library")
    done = command.run(with_store(plan, with_view(plan.parent, 3)), "--quiet")
    assert done.evidence["store"]["block"] is None
    assert {len(look["connections"]) for look in done.evidence["store"]["looks"]} == {3}
    assert done.outcomes()["store-id"] == "passed"


def test_stored_shows_how_far_it_is_on_a_terminal_and_can_be_stopped(command, sample):
    pty = pytest.importorskip("pty", reason="there are no pseudo-terminals here")
    plan = sample("library")
    ours, theirs = pty.openpty()
    process = subprocess.Popen(
        [sys.executable, "-m", "checker", "stored", str(with_store(plan, with_view(plan.parent, 2**60)))],
        cwd=ROOT, env={**os.environ, "TERM": "xterm", "COLUMNS": "100"}, stdout=subprocess.PIPE, stderr=theirs,
    )  # fmt: skip
    os.close(theirs)
    try:
        said = b""
        while not re.search(rb"Reading connections: [\d,]+,000 rows", said):
            said += os.read(ours, 4096)
        process.send_signal(signal.SIGINT)
        with suppress(OSError):  # nobody has the other end any more
            while more := os.read(ours, 4096):
                said += more
        assert process.wait(60) == 130, said.decode("utf-8", "replace")
    finally:
        os.close(ours)
        process.kill()
        process.communicate()
    assert b"Stopped." in said
    assert b"Traceback" not in said


@pytest.mark.browser
@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_a_first_look_without_end_says_how_far_it_is_and_can_be_stopped(command, sample, number):
    plan = sample("library")
    process = command.start(with_store(plan, with_view(plan.parent, 2**60, "0000-0001-5109-3700")))
    assert process.stdout is not None
    said = []
    for line in process.stdout:
        said.append(line.strip())
        if line.strip() == "reading connections: 400,000 rows":
            break
    process.send_signal(number)
    rest, _ = process.communicate(timeout=60)
    assert process.returncode == 128 + number, [*said, rest]
    assert "reading connections: 200,000 rows" in said
    assert "Stopped." in rest
    assert "Traceback" not in rest
    assert (command.out / "evidence" / "evidence.json").exists()

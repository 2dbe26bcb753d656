"""A portal is started, waited for, and stopped with everything it started, whatever happens."""

from __future__ import annotations

import os
import signal
import socket
import subprocess
import sys
import textwrap
import threading
from collections.abc import Iterator
from contextlib import AbstractContextManager
from pathlib import Path
from typing import Any

import pytest

from checker.gather import serve as serving
from checker.gather.errors import GatherError
from checker.gather.serve import Served, serve

SERVER = """
import http.server, os, pathlib, signal, ssl, subprocess, sys, threading
port, status = int(os.environ["PORT"]), int(os.environ.get("STATUS", "200"))
class Handler(http.server.BaseHTTPRequestHandler):
    def do_GET(self):
        if self.path == "/hang":
            threading.Event().wait()
        self.send_response(status); self.send_header("Location", "https://orcid.invalid/"); self.end_headers()
    def log_message(self, *_): pass
server = http.server.ThreadingHTTPServer(("127.0.0.1", port), Handler)
def note(name, pid): pathlib.Path(name).write_text(str(pid))
note("portal.pid", os.getpid())
"""
GO = "print('listening', flush=True)\nserver.serve_forever()\n"
SLEEP = "import signal; [signal.signal(s, signal.SIG_IGN) for s in (1, 2, 15)]; signal.pause()"


@pytest.fixture
def port() -> int:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        return int(free.getsockname()[1])


@pytest.fixture
def start(tmp_path: Path, port: int, monkeypatch: pytest.MonkeyPatch):
    """Serve a script; `go` before it says what it does first, `path` where it is asked."""
    monkeypatch.setattr(serving, "_GRACE", 0.5)

    def start(
        script: str, *, path: str | None = "/", timeout: float = 20, **more: Any
    ) -> AbstractContextManager[Served]:
        (tmp_path / "portal.py").write_text(textwrap.dedent(script), "utf-8")
        env = {"PORT": str(port)} | more.pop("env", {})
        base = f"http://127.0.0.1:{port}"
        ready = "" if path is None else base + path
        return serve([sys.executable, "portal.py"], env, ready, tmp_path, timeout, portal_url=base, **more)

    return start


def pid_in(file: Path) -> int:
    return int(file.read_text())


def lives(pid: int) -> bool:
    try:
        state = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0]
    except OSError:
        return False
    return state not in "ZX"


def test_a_good_portal_runs_inside_the_block_and_not_after(start, tmp_path):
    heard: list[str] = []
    with start(SERVER + GO, on_line=heard.append) as served:
        pid = pid_in(tmp_path / "portal.pid")
        assert lives(pid)
        assert served.exit_code is None
        served.check()
    assert not lives(pid)
    assert heard == ["listening"]
    assert served.last_words == "listening"


@pytest.mark.parametrize("status", ["204", "302", "404", "401"])
def test_any_answer_below_500_is_ready_and_no_redirect_is_followed(start, status):
    with start(SERVER + GO, env={"STATUS": status}) as served:
        assert served.exit_code is None


def test_without_a_ready_address_the_port_is_enough(start):
    with start(SERVER + GO, path=None, env={"STATUS": "500"}) as served:
        assert served.exit_code is None


def test_a_self_signed_certificate_on_loopback_is_no_obstacle(start, tmp_path, port):
    import trustme

    trustme.CA().issue_cert("localhost").private_key_and_cert_chain_pem.write_to_path(tmp_path / "cert.pem")
    tls = """
context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER); context.load_cert_chain("cert.pem")
server.socket = context.wrap_socket(server.socket, server_side=True)
"""
    (tmp_path / "portal.py").write_text(SERVER + tls + GO)
    env = {"PORT": str(port)}
    with serve([sys.executable, "portal.py"], env, f"https://localhost:{port}/", tmp_path, 20) as served:
        assert served.exit_code is None


# What goes wrong


def test_ends_early(start):
    with pytest.raises(GatherError) as caught, start("print('one'); print('no database'); raise SystemExit(3)"):
        pytest.fail("was taken for ready")
    error = caught.value
    assert (error.code, error.exit_code, error.whose) == ("portal-not-started", 4, "member")
    assert error.message == (
        f"the portal ({sys.executable} portal.py) ended with exit code 3. Its last words:\n    one\n    no database"
    )


def test_ends_early_without_a_word(start):
    with pytest.raises(GatherError, match=r"ended with exit code 0; it said nothing$") as caught, start("pass"):
        pytest.fail("was taken for ready")
    assert caught.value.todo == "the command of [portal.serve] must stay in the foreground"


def test_is_ended_by_a_signal(start):
    with (
        pytest.raises(GatherError, match=r"was ended by SIGKILL; it said nothing$"),
        start("import os; os.kill(os.getpid(), 9)"),
    ):
        pytest.fail("was taken for ready")


def test_only_the_last_words_are_kept(start):
    with pytest.raises(GatherError) as caught, start("for n in range(100): print('line', n)\nprint('x' * 9000)\n1/0"):
        pytest.fail("was taken for ready")
    words = caught.value.message.splitlines()[1:]
    assert len(words) == serving.KEPT_LINES
    assert words[-1].strip() == "ZeroDivisionError: division by zero"
    assert max(map(len, words)) <= serving.LONGEST_LINE + 4


@pytest.mark.parametrize(
    ("path", "env", "saw"),
    [
        ("/", {"STATUS": "503"}, "it answered with status 503"),
        ("/hang", {}, "it took the connection and did not answer"),
    ],
)
def test_never_gets_ready(start, tmp_path, port, path, env, saw):
    with pytest.raises(GatherError) as caught, start(SERVER + GO, path=path, env=env, timeout=1.5):
        pytest.fail("was taken for ready")
    assert caught.value.code == "portal-not-ready"
    assert caught.value.message == (
        f"the portal ({sys.executable} portal.py) was not ready after 1.5 seconds: asked "
        f"http://127.0.0.1:{port}{path}, {saw}. Its last words:\n    listening"
    )
    assert not lives(pid_in(tmp_path / "portal.pid"))


def test_listens_nowhere(start):
    script = "import pathlib, signal; signal.pause()"
    with (
        pytest.raises(GatherError, match=r"asked http://127.0.0.1:\d+/, nothing listened there; it said nothing$"),
        start(script, timeout=0.5),
    ):
        pytest.fail("was taken for ready")


@pytest.mark.parametrize(
    ("command", "message", "todo"),
    [
        ("no-such-portal --now", "there is no command 'no-such-portal'", "{python} stands for the Python"),
        ("./data.txt", "'./data.txt' cannot be started: Permission denied", "correct [portal.serve] command"),
    ],
)
def test_a_command_that_cannot_be_run(tmp_path, port, command, message, todo):
    (tmp_path / "data.txt").write_text("no program")
    with pytest.raises(GatherError) as caught, serve(command, {}, f"http://127.0.0.1:{port}/", tmp_path, 5):
        pytest.fail("was started")
    assert caught.value.code == "portal-not-started"
    assert caught.value.message == f"the portal ({command}) did not start: {message}"
    assert todo in caught.value.todo


def test_a_folder_that_is_not_there(tmp_path, port):
    with (
        pytest.raises(GatherError, match=r"there is no folder .*/nowhere to start the portal in"),
        serve("true", {}, f"http://127.0.0.1:{port}/", tmp_path / "nowhere", 5),
    ):
        pytest.fail("was started")


def test_something_else_listens_there_already(start, tmp_path, port):
    with socket.create_server(("127.0.0.1", port)):
        with pytest.raises(GatherError) as caught, start(SERVER + GO):
            pytest.fail("reviewed the wrong portal")
        assert caught.value.code == "port-in-use"
        assert f"something else answers at http://127.0.0.1:{port}/ before the portal was started" in str(caught.value)
        assert caught.value.todo == f"stop what listens at 127.0.0.1:{port}, or give the portal another port"
    assert not (tmp_path / "portal.pid").exists()


def test_a_portal_that_dies_later_is_noticed(start, tmp_path):
    with start(SERVER + GO) as served:
        os.kill(pid_in(tmp_path / "portal.pid"), signal.SIGKILL)
        served._process.wait(10)
        with pytest.raises(GatherError, match=r"was ended by SIGKILL. Its last words:\n    listening"):
            served.check()


def test_secrets_are_taken_out_of_everything_it_said(start):
    heard: list[str] = []
    script = "import os; print('secret is', os.environ['S']); raise SystemExit(1)"

    def redact(text: str) -> str:
        return text.replace("hush", "‹client-secret:1›")

    with pytest.raises(GatherError) as caught, start(script, env={"S": "hush"}, redact=redact, on_line=heard.append):
        pytest.fail("was taken for ready")
    assert "hush" not in str(caught.value)
    assert "secret is ‹client-secret:1›" in str(caught.value)
    assert heard == ["secret is ‹client-secret:1›"]


# Nothing is left running

GRANDCHILD = "child = subprocess.Popen([sys.executable, '-c', {code!r}]{more}); note('child.pid', child.pid)\n"


@pytest.mark.parametrize(
    "more",
    ["", ", start_new_session=True", ", preexec_fn=os.setpgrp", ", start_new_session=True, env={}"],
    ids=["in the group", "in its own session", "in its own group", "in its own session, environment scrubbed"],
)
def test_grandchildren_are_stopped_too(start, tmp_path, more):
    with start(SERVER + GRANDCHILD.format(code=SLEEP, more=more) + GO):
        child = pid_in(tmp_path / "child.pid")
        assert lives(child)
    assert not lives(child)
    assert not lives(pid_in(tmp_path / "portal.pid"))


def test_a_daemon_whose_parents_are_gone_is_stopped_too(start, tmp_path):
    daemon = f"""
if os.fork() == 0:
    os.setsid()
    if os.fork() == 0:
        note("child.pid", os.getpid()); exec({SLEEP!r})
    os._exit(0)
os.wait()
while not os.path.exists("child.pid"): pass
"""
    with start(SERVER + daemon + GO):
        child = pid_in(tmp_path / "child.pid")
        assert lives(child)
    assert not lives(child)


def test_a_portal_that_ignores_sigterm_is_stopped(start, tmp_path):
    ignore = "signal.signal(signal.SIGTERM, signal.SIG_IGN)\n"
    with start(SERVER + ignore + GO):
        pid = pid_in(tmp_path / "portal.pid")
    assert not lives(pid)


def test_a_portal_may_clean_up_when_it_is_stopped(start, tmp_path):
    clean = "signal.signal(signal.SIGTERM, lambda *_: (note('cleaned', 1), sys.exit(0)))\n"
    with start(SERVER + clean + GO):
        pass
    assert (tmp_path / "cleaned").exists()


@pytest.mark.parametrize("kind", [RuntimeError, KeyboardInterrupt, SystemExit])
def test_is_stopped_when_the_block_fails(start, tmp_path, kind):
    with pytest.raises(kind), start(SERVER + GO):
        raise kind
    assert not lives(pid_in(tmp_path / "portal.pid"))


def test_a_second_ctrl_c_while_stopping_still_leaves_nothing(start, tmp_path, monkeypatch):
    ignore = "signal.signal(signal.SIGTERM, signal.SIG_IGN)\n"
    real = serving._Family._wait
    calls: list[int] = []

    def impatient(family: serving._Family) -> None:
        calls.append(1)
        if len(calls) == 1:
            raise KeyboardInterrupt
        real(family)

    monkeypatch.setattr(serving._Family, "_wait", impatient)
    with pytest.raises(KeyboardInterrupt), start(SERVER + ignore + GO):
        pass
    assert not lives(pid_in(tmp_path / "portal.pid"))


def test_neighbours_are_left_alone(start):
    neighbour = subprocess.Popen([sys.executable, "-c", "import signal; signal.pause()"])
    try:
        with start(SERVER + GO):
            pass
        assert lives(neighbour.pid)
    finally:
        neighbour.kill()
        neighbour.wait()


@pytest.fixture(autouse=True)
def no_thread_is_left() -> Iterator[None]:
    yield
    for thread in threading.enumerate():
        if thread.name == "portal-output":
            thread.join(5)
            assert not thread.is_alive()

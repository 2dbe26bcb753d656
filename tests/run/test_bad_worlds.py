"""What goes wrong in the world gives one clear message, the right exit code, keeps what was seen, leaves nothing."""

from __future__ import annotations

import os
import signal
import socket
import stat
from contextlib import suppress

import pytest

from checker.gather.watchdog import command_line, descendants

from .conftest import children_of

pytestmark = pytest.mark.browser


@pytest.mark.parametrize(
    ("way", "said"),
    [
        ("error-500", "answered 500"),
        ("hang", "did not answer within 2 seconds"),
        ("endless-redirect", "redirects without end"),
    ],
)
def test_a_portal_that_cannot_be_used(command, sample, way, said):
    done = command.run(sample("ways"), "--quiet", "--timeout", "2", env={"WAY": way})
    assert done.code == 4
    assert said in done.err
    assert "What to do" in done.err
    assert "Traceback" not in done.out + done.err
    assert done.review["verdict"] == "incomplete"
    assert done.journey("deny")["steps"], "what was seen is kept"


def test_a_portal_that_dies_in_mid_run_is_quoted(command, sample):
    plan = sample("ways")
    portal = plan.parent / "portal.py"
    portal.write_text(
        portal.read_text("utf-8").replace(
            "def main",
            "import os, threading\nthreading.Timer(1.0, lambda: (print('out of paper', flush=True),"
            " os._exit(7))).start()\n\n\ndef main",
            1,
        )
    )
    done = command.run(plan, "--quiet", "--timeout", "5", env={"WAY": "hang"})
    assert done.code == 4
    assert "ended with exit code 7" in done.err
    assert "out of paper" in done.err


def test_a_port_in_use(command, sample):
    plan = sample("ways")
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = taken.getsockname()[1]
        plan.write_text(plan.read_text("utf-8").replace("[orcid]\n", f"[orcid]\nport = {port}\n"), "utf-8")
        done = command.run(plan, "--quiet", env={"WAY": "link"})
    assert done.code == 4
    assert str(port) in done.err
    assert "[orcid] port" in done.err


def test_no_browser(command, sample, tmp_path):
    broken = tmp_path / "no-browser"
    broken.write_text("#!/bin/sh\necho no display >&2\nexit 1\n")
    broken.chmod(broken.stat().st_mode | stat.S_IXUSR)
    env = {"WAY": "link", "ORCID_REVIEW_BROWSER": str(broken), "PLAYWRIGHT_BROWSERS_PATH": str(tmp_path / "none")}
    done = command.run(sample("ways"), "--quiet", env=env)
    assert done.code == 4
    assert "no browser could be started" in done.err
    assert "Traceback" not in done.err


def test_a_browser_that_crashes_in_mid_journey(command, sample, monkeypatch):
    monkeypatch.setenv("WAY", "hang")  # so that the browser is at work when it dies
    process = command.start(sample("ways"), "--timeout", "60")
    assert process.stdout is not None
    said = []
    for line in process.stdout:
        said.append(line)
        if line.strip().startswith("open "):
            break
    browsers = [p for p in descendants(process.pid) if b"chrom" in command_line(p)]
    assert browsers
    for browser in browsers:
        with suppress(ProcessLookupError):
            os.kill(browser, signal.SIGKILL)
    rest, _ = process.communicate(timeout=90)
    text = "".join(said) + rest
    assert process.returncode == 4, text
    assert "Error: the browser" in text
    assert "Traceback" not in text
    kept = command("judge", str(command.out / "evidence"), "--out", str(command.out))
    assert kept.code == 3
    assert kept.journey("deny")["block"]["code"] == "browser-crashed"


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_being_stopped_keeps_what_was_seen_and_leaves_nothing_running(command, sample, number):
    plan = sample("library")
    process = command.start(plan)
    assert process.stdout is not None
    said = []
    for line in process.stdout:  # wait for the event, not for a time
        said.append(line)
        if line.startswith("connect"):
            break
    process.send_signal(number)
    rest, _ = process.communicate(timeout=60)
    text = "".join(said) + rest
    assert process.returncode == 128 + number, text
    assert "Traceback" not in text
    assert "Stopped." in text
    assert children_of(str(plan.parent)) == []
    kept = command("judge", str(command.out / "evidence"), "--out", str(command.out))
    assert kept.code in {1, 3}
    assert kept.journey("deny")["state"] == "done"


def test_a_locked_out_folder(command, sample, tmp_path):
    target = tmp_path / "file-in-the-way"
    target.write_text("x")
    done = command("run", str(sample("ways")), "--out", str(target), env={"WAY": "link"})
    assert done.code == 2
    assert "cannot be written" in done.err

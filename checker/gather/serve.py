"""Starts the portal under test, waits until it answers, and stops it with all its children, always."""

from __future__ import annotations

import os
import secrets
import shlex
import signal
import socket
import subprocess
import threading
import time
from collections import deque
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import IO, Final
from urllib.parse import urlsplit

import httpx

from .errors import GatherError

KEPT_LINES: Final = 40
"""How many of the portal's last lines are remembered."""

LONGEST_LINE: Final = 2000
"""Bytes after which a line without an end is cut."""

_GRACE: Final = 5.0  # seconds between asking a portal to end and ending it
_PAUSE: Final = 0.1  # seconds between two looks at whether it is ready
_PROC: Final = Path("/proc")
_MARK: Final = "ORCID_REVIEW_SERVED"


class Served:
    """A portal that was started here."""

    def __init__(self, process: subprocess.Popen[bytes], command: str, redact: Callable[[str], str]) -> None:
        self._process = process
        self._command = command
        self._redact = redact
        self._lines: deque[str] = deque(maxlen=KEPT_LINES)
        self._on_line: Callable[[str], None] | None = None
        self._reader = threading.Thread(target=self._read, name="portal-output", daemon=True)

    @property
    def last_words(self) -> str:
        """The portal's last lines of output, secrets replaced; empty when it said nothing."""
        return self._redact("\n".join(self._lines))

    @property
    def exit_code(self) -> int | None:
        """None while it runs; negative: the signal that ended it."""
        return self._process.poll()

    def check(self) -> None:
        """Make sure that it still runs.

        Raises:
            GatherError: `portal-not-started`, with its exit code and last words.
        """
        if self.exit_code is not None:
            raise self._ended()

    def _ended(self) -> GatherError:
        self._reader.join(1)  # its last words may still be on the way
        code = self.exit_code or 0
        how = f"was ended by {_signal_name(-code)}" if code < 0 else f"ended with exit code {code}"
        hint = "the command of [portal.serve] must stay in the foreground" if code == 0 else ""
        return GatherError("portal-not-started", f"the portal ({self._command}) {how}{self._said()}", todo=hint)

    def _said(self) -> str:
        if words := self.last_words:
            return ". Its last words:\n" + "\n".join(f"    {line}" for line in words.splitlines())
        return "; it said nothing"

    def _read(self) -> None:
        pipe: IO[bytes] | None = self._process.stdout
        assert pipe is not None
        with pipe:
            for raw in iter(lambda: pipe.readline(LONGEST_LINE), b""):
                line = raw.decode("utf-8", "replace").rstrip()
                self._lines.append(line)
                if self._on_line:
                    self._on_line(self._redact(line))


@contextmanager
def serve(
    command: str | Sequence[str],
    env: Mapping[str, str],
    ready_url: str,
    cwd: Path,
    timeout: float,
    *,
    portal_url: str = "",
    on_line: Callable[[str], None] | None = None,
    redact: Callable[[str], str] = str,
) -> Iterator[Served]:
    """Run a portal for as long as the `with` block lasts.

    Args:
        command: a command line (no shell reads it) or its words.
        env: added to this program's environment.
        ready_url: asked until it answers with a status below 500; empty: `portal_url`'s port is waited for.
        cwd: the folder it runs in.
        timeout: seconds to wait until it is ready.
        portal_url: the portal's address.
        on_line: told each line of output as it comes, from another thread.
        redact: replaces secrets in everything that the portal said.

    Raises:
        GatherError: `portal-not-started` (not found, not allowed, ended early), `portal-not-ready`, `port-in-use`.
    """
    words = shlex.split(command) if isinstance(command, str) else list(command)
    shown = redact(shlex.join(words))
    target = ready_url or portal_url
    if _accepts(target):
        raise GatherError(
            "port-in-use",
            f"something else answers at {target} before the portal was started; it would be reviewed in its place",
            todo=f"stop what listens at {urlsplit(target).netloc}, or give the portal another port",
        )
    mark = secrets.token_hex(8)
    process = _start(words, {**os.environ, "PYTHONUNBUFFERED": "1", **env, _MARK: mark}, cwd, shown)
    family = _Family(process, mark)
    try:
        served = Served(process, shown, redact)
        served._on_line = on_line
        served._reader.start()
        _wait(served, ready_url, portal_url, timeout)
        yield served
    finally:
        family.stop()


def _start(words: list[str], env: dict[str, str], cwd: Path, shown: str) -> subprocess.Popen[bytes]:
    if not cwd.is_dir():
        raise GatherError(
            "portal-not-started", f"there is no folder {cwd} to start the portal in", todo="correct [portal.serve] cwd"
        )
    try:
        return subprocess.Popen(
            words,
            cwd=cwd,
            env=env,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            start_new_session=True,  # so that Ctrl-C reaches us alone, and its children can be found
        )
    except (OSError, IndexError, ValueError) as error:
        name = words[0] if words else ""
        if isinstance(error, FileNotFoundError):
            why = f"there is no command {name!r}"
            todo = "correct [portal.serve] command; {python} stands for the Python that runs this program"
        else:
            why = f"{name!r} cannot be started: {getattr(error, 'strerror', None) or error}"
            todo = "correct [portal.serve] command"
        raise GatherError("portal-not-started", f"the portal ({shown}) did not start: {why}", todo=todo) from None


def _wait(served: Served, ready_url: str, portal_url: str, timeout: float) -> None:
    end = time.monotonic() + timeout
    saw = "nothing listened there"
    target = ready_url or portal_url
    with httpx.Client(verify=_verify(target), timeout=min(timeout, 5), trust_env=False) as client:
        while time.monotonic() < end:
            ready, saw = _asked(client, ready_url) if ready_url else (_accepts(portal_url), saw)
            served.check()
            if ready:
                return
            with suppress(subprocess.TimeoutExpired):
                served._process.wait(_PAUSE)
    raise GatherError(
        "portal-not-ready",
        f"the portal ({served._command}) was not ready after {timeout:g} seconds: asked {target}, {saw}"
        f"{served._said()}",
    )


def _asked(client: httpx.Client, url: str) -> tuple[bool, str]:
    try:
        with client.stream("GET", url) as answer:
            return answer.status_code < 500, f"it answered with status {answer.status_code}"
    except httpx.ConnectError as error:
        # A refused connection is the normal state of a portal that still starts; a TLS fault is news.
        return False, f"TLS failed: {error}" if "SSL" in str(error) else "nothing listened there"
    except httpx.TimeoutException:
        return False, "it took the connection and did not answer"
    except (httpx.HTTPError, httpx.InvalidURL) as error:
        return False, f"it answered with no proper HTTP: {error}"


def _accepts(url: str) -> bool:
    """Say whether anything takes a connection at a URL's port."""
    parts = urlsplit(url)
    if not parts.hostname:
        return False
    port = parts.port or (443 if parts.scheme == "https" else 80)
    try:
        socket.create_connection((parts.hostname, port), timeout=2).close()
    except OSError:
        return False
    return True


def _verify(url: str) -> bool:
    """A portal under test may sign its own certificate on loopback; that is noted elsewhere, not fatal."""
    parts = urlsplit(url)
    host = parts.hostname or ""
    loopback = host in {"localhost", "::1"} or host.endswith(".localhost") or host.startswith("127.")
    return parts.scheme == "https" and not loopback


class _Family:
    """A process and everything that it started, also what went its own way.

    A relative is in the session of the process, or carries the mark in its environment (which children inherit even
    when they leave the session), or descends from a relative, or was one when last looked at. Read from Linux's
    /proc; where there is none, the process group has to do.
    """

    def __init__(self, process: subprocess.Popen[bytes], mark: str) -> None:
        self._process = process
        self._mark = f"{_MARK}={mark}".encode()
        self._known: dict[int, str] = {}  # pid -> start time, which tells it from a later process with the same pid

    def stop(self) -> None:
        """Ask all to end, wait, and end those who did not."""
        try:
            self._signal(signal.SIGTERM)
            self._wait()
        finally:
            # Also after a second Ctrl-C: whoever presses it wants to leave, not to leave a portal behind.
            if self._alive():
                self._signal(signal.SIGKILL)
                self._wait()

    def _wait(self) -> None:
        end = time.monotonic() + _GRACE
        while self._alive() and time.monotonic() < end:
            time.sleep(_PAUSE / 2)

    def _alive(self) -> bool:
        if self._process.poll() is None or self._relatives():
            return True
        if _PROC.is_dir():
            return False  # a group of which only the dead are left is not alive
        with suppress(OSError):
            os.killpg(self._process.pid, 0)
            return True
        return False

    def _signal(self, number: signal.Signals) -> None:
        for pid in self._relatives():
            with suppress(OSError):
                os.kill(pid, number)
        with suppress(OSError):
            os.killpg(self._process.pid, number)

    def _relatives(self) -> set[int]:
        parents: dict[int, int] = {}
        started: dict[int, str] = {}
        found: set[int] = set()
        for folder in _PROC.glob("[0-9]*"):
            pid = int(folder.name)
            with suppress(OSError, ValueError, IndexError):
                # "pid (name) state ppid pgrp session ..."; the name may hold anything, also brackets.
                fields = (folder / "stat").read_text("utf-8", "replace").rpartition(")")[2].split()
                if fields[0] in "ZX":
                    continue
                parents[pid], started[pid] = int(fields[1]), fields[19]
                ours = int(fields[3]) == self._process.pid or self._known.get(pid) == started[pid]
                if ours or self._mark in (folder / "environ").read_bytes().split(b"\0"):
                    found.add(pid)
        while children := {pid for pid, parent in parents.items() if parent in found} - found:
            found |= children
        self._known |= {pid: started[pid] for pid in found}
        return found - {os.getpid()}


def _signal_name(number: int) -> str:
    try:
        return signal.Signals(number).name
    except ValueError:
        return f"signal {number}"

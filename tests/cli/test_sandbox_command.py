"""`orcid-review sandbox` as a program, and the commands of the page about tests without network."""

from __future__ import annotations

import errno
import json
import os
import re
import shutil
import signal
import socket
import ssl
import subprocess
import sys
import tomllib
from collections.abc import Iterator
from contextlib import contextmanager
from importlib.metadata import entry_points
from pathlib import Path

import httpx
import pytest
from click.testing import CliRunner, Result

from checker.cli import main
from checker.sandbox import DEFAULT_CLIENTS, DEFAULT_PERSON
from checker.sandbox.people import people_of

ROOT = Path(__file__).resolve().parents[2]
PAGE = (ROOT / "docs" / "test-without-network.md").read_text("utf-8")
EXAMPLE = ROOT / "examples" / "test-without-network"


@contextmanager
def running(*arguments: str | Path, code: int = 0) -> Iterator[dict[str, list[str]]]:
    """Run the command on a free port until the block ends; gives what its ready lines say."""
    command = [sys.executable, "-m", "checker", "sandbox", "--port", "0", *map(str, arguments)]
    with subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None
        told: dict[str, list[str]] = {}
        for line in process.stdout:
            name, _, value = line.strip().partition(": ")
            told.setdefault(name, []).append(value.strip())
            if name == "Look at it":
                break
        try:
            yield told
        finally:
            process.send_signal(signal.SIGTERM)
            _, said = process.communicate(timeout=30)
    assert process.returncode == code, said
    assert "Traceback" not in said


def call(*arguments: str | Path) -> Result:
    return CliRunner().invoke(main, ["sandbox", *map(str, arguments)])


def test_the_ready_lines_tell_all_that_is_needed():
    with running() as told:
        assert told["Client"] == [f"{client.id}  secret {client.secret}" for client in DEFAULT_CLIENTS]
        assert told["Researcher"] == [
            f"{DEFAULT_PERSON.orcid}  {DEFAULT_PERSON.login}  password {DEFAULT_PERSON.password}"
        ]
        (base,), (plain,), (ca_file,), (page,) = (
            told[name] for name in ("Base URL", "Plain http", "CA file", "Look at it")
        )
        assert base.startswith("https://localhost:")
        trust = ssl.create_default_context(cafile=ca_file)
        assert httpx.get(f"{base}/userStatus.json", verify=trust).json() == {"loggedIn": False}
        assert httpx.get(f"{plain}/userStatus.json").json() == {"loggedIn": False}
        assert DEFAULT_PERSON.password in httpx.get(page).text
        status = httpx.get(f"{page}status").json()
        assert (status["base"], status["ca_file"], status["rate_limit"]) == (base, ca_file, True)
    assert not Path(ca_file).exists()


def test_options(tmp_path: Path):
    people = tmp_path / "people.toml"
    people.write_text('[[people]]\nlogin = "a@b.test"\npassword = "p"\n')
    one = "APP-1:s3:https://portal.test/a"
    clients = ("--client", one, "--client", "APP-1:s3:https://portal.test/b:8", "--client", "APP-2:s:http://[::1]:80/")
    with running("--no-tls", "--no-rate-limit", "--people", people, *clients) as told:
        assert "CA file" not in told
        assert told["Base URL"] == told["Plain http"]
        desk = told["Look at it"][0]
        listed = httpx.get(f"{desk}clients").json()["clients"]
        assert [(c["id"], c["redirect_uris"]) for c in listed] == [
            ("APP-1", ["https://portal.test/a", "https://portal.test/b:8"]),
            ("APP-2", ["http://[::1]:80/"]),
        ]
        assert [p["login"] for p in httpx.get(f"{desk}people").json()["people"]] == ["a@b.test"]
        assert httpx.get(f"{desk}status").json()["rate_limit"] is False


def test_the_state_goes_on(tmp_path: Path):
    state = tmp_path / "state.json"
    with running("--state", state) as told:
        added = httpx.post(f"{told['Look at it'][0]}people", json={"login": "a@b.test", "password": "p"}).json()
        assert not state.exists()
    assert state.is_file()
    with running("--state", state) as told:
        assert any(line.startswith(added["orcid"]) for line in told["Researcher"])


@pytest.mark.parametrize(
    ("arguments", "told"),
    [
        (["--people", "{}/none.toml"], "none.toml: cannot be read: No such file"),
        (["--people", "{}/bad.toml"], "bad.toml: expected TOML: "),
        (["--state", "{}/none/state.json"], "there is no folder"),
        (["--state", "{}/bad.toml"], "bad.toml: expected a state file"),
        (["--client", "A:s:http://a.test", "--client", "A:t:http://a.test"], "A was given two secrets; expected one"),
        (["--client", "A:s:ftp://a.test"], "--client: expected ID:SECRET:REDIRECT"),
    ],
)
def test_what_cannot_be_used(tmp_path: Path, arguments: list[str], told: str):
    (tmp_path / "bad.toml").write_text("people = ")
    result = call("--port", "0", *(argument.format(tmp_path) for argument in arguments))
    assert result.exit_code == 2
    assert told in result.stderr
    assert result.stdout == ""


def test_a_port_in_use_leaves_the_state_alone(tmp_path: Path):
    with socket.create_server(("127.0.0.1", 0)) as taken:
        result = call("--port", str(taken.getsockname()[1]), "--state", tmp_path / "state.json")
    assert result.exit_code == 4
    assert "is in use by another program" in result.stderr
    assert not (tmp_path / "state.json").exists()


def test_a_port_for_administrators_is_not_said_to_be_in_use(monkeypatch: pytest.MonkeyPatch):
    def refuse(*_: object) -> None:
        raise PermissionError(errno.EACCES, "Permission denied")

    monkeypatch.setattr(socket.socket, "bind", refuse)
    result = call("--port", "443")
    assert result.exit_code == 4
    assert result.stderr == "Error: port 443 is kept for administrators by this machine: choose one from 1024 on\n"


def test_a_state_that_cannot_be_written_is_told(tmp_path: Path):
    folder = tmp_path / "folder"
    folder.mkdir()
    with running("--state", folder / "state.json", code=4):
        shutil.rmtree(folder)


# The page


def blocks(language: str) -> list[str]:
    return re.findall(rf"^```{language}\n(.*?)^```", PAGE, re.MULTILINE | re.DOTALL)


def test_the_commands_of_the_page(tmp_path: Path):
    start, *scripts = blocks("sh")
    assert start.strip() == "orcid-review sandbox --port 8765"
    assert len(scripts) == 4
    with running("--no-tls") as told:
        answers = []
        for script in scripts:
            moved = script.replace("http://localhost:8765", told["Base URL"][0])
            done = subprocess.run(["bash", "-e", "-c", moved], cwd=tmp_path, capture_output=True, text=True, timeout=60)
            assert done.returncode == 0, (moved, done.stdout, done.stderr)
            answers.append(done.stdout)
    assert '{"redirect":"http://127.0.0.1:5000/cb?code=' in answers[0].replace(" ", "")
    assert json.loads(answers[1])["left"] == 2
    assert json.loads(answers[2])["connect_uri"] == "http://127.0.0.1:5000/institutional"
    assert json.loads((tmp_path / "orcid.har").read_text())["log"]["version"] == "1.2"


def test_the_people_of_the_page(tmp_path: Path):
    (block,) = blocks("toml")
    (tmp_path / "people.toml").write_text(block)
    (person,) = people_of(tmp_path / "people.toml")
    assert person.display_name == "Josiah Carberry"


def test_the_options_of_the_page_are_those_of_the_command():
    told = call("--help").stdout
    assert set(re.findall(r"`(--[a-z-]+)", PAGE)) <= set(re.findall(r"--[a-z-]+", told))


def test_the_levers_of_the_page_are_there():
    desk = {path.rstrip("/") for path in re.findall(r"/_sandbox/[a-z/-]+", PAGE)}
    assert len(desk) == 8
    with running("--no-tls") as told:
        for path in desk:
            assert httpx.request("OPTIONS", told["Base URL"][0] + path).status_code == 405, path


def test_the_links_of_the_page():
    for target in re.findall(r"\]\((\.\./[^)]*)\)", PAGE):
        assert (ROOT / "docs" / target).resolve().exists(), target


# The pytest plugin and the action


def pytest_with_plugin(folder: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    known = any(point.value == "checker.pytest_plugin" for point in entry_points(group="pytest11"))
    plugin = [] if known else ["-p", "checker.pytest_plugin"]
    command = [sys.executable, "-m", "pytest", *plugin, "-q", "-p", "no:cacheprovider", *arguments, str(folder)]
    # Beside this suite, not in it: its settings must not matter.
    settings = {"PYTHONPATH": str(ROOT), "PATH": "/usr/bin:/bin"}
    return subprocess.run(command, cwd=folder, env=settings, capture_output=True, text=True, timeout=120)


def test_the_plugin_is_declared():
    project = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["project"]
    assert project["entry-points"]["pytest11"] == {"orcid_review": "checker.pytest_plugin"}


def test_the_plugin_loads_nothing_heavy():
    program = "import sys, checker.pytest_plugin; print([m for m in sys.modules if m.startswith('checker')])"
    done = subprocess.run([sys.executable, "-c", program], cwd=ROOT, capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "['checker', 'checker.pytest_plugin']"


def test_the_example_module_passes(tmp_path: Path):
    shutil.copy(EXAMPLE / "test_my_integration.py", tmp_path)
    (tmp_path / "test_page.py").write_text(blocks("python")[0])
    done = pytest_with_plugin(tmp_path)
    assert "5 passed" in done.stdout, done.stdout + done.stderr


MORE = """
import ssl, httpx, pytest
from checker.sandbox import SandboxError

URL = "{0.url}/oauth/authorize?client_id={1.id}&response_type=code&scope=/authenticate&redirect_uri={2}"
BACK = "http://127.0.0.1:9/cb"

def test_each_test_finds_it_as_new(orcid_sandbox):
    assert (orcid_sandbox.wire, orcid_sandbox.clock_offset, len(orcid_sandbox.people)) == ([], 0, 1)
    orcid_sandbox.add_person(login="a@b.test", password="p")
    orcid_sandbox.clock_offset, orcid_sandbox.rate_limited = 60, True
    orcid_sandbox.faults.order("500", count=None)

def test_each_test_finds_it_as_new_indeed(orcid_sandbox):
    assert (orcid_sandbox.wire, orcid_sandbox.clock_offset, len(orcid_sandbox.people)) == ([], 0, 1)
    trust = ssl.create_default_context(cafile=str(orcid_sandbox.ca_file))
    assert httpx.get(orcid_sandbox.url + "/userStatus.json", verify=trust).status_code == 200

def test_someone_else(orcid_sandbox):
    person = orcid_sandbox.add_person(login="a@b.test", password="p")
    client = orcid_sandbox.add_client(redirect_uris=["https://portal.test/cb"])
    with pytest.raises(SandboxError, match="error page: .*[Rr]edirect"):
        orcid_sandbox.authorize(URL.format(orcid_sandbox, client, BACK), person)
    back = orcid_sandbox.authorize(URL.format(orcid_sandbox, client, "https://portal.test/cb"), person)
    assert back.startswith("https://portal.test/cb?code=")

def test_an_interstitial_does_not_stop_them(orcid_sandbox):
    orcid_sandbox.faults.order("interstitial")
    assert orcid_sandbox.authorize(URL.format(orcid_sandbox, orcid_sandbox.client, BACK)).startswith(BACK + "?code=")

def test_no_authorization_url(orcid_sandbox):
    with pytest.raises(SandboxError, match="expected an authorization URL"):
        orcid_sandbox.authorize(orcid_sandbox.url + "/signin")

def test_mistakes_are_told(orcid_sandbox):
    with pytest.raises(SandboxError, match="pth: there is no such field"):
        orcid_sandbox.faults.order("503", pth="/")
    orcid_sandbox.revoke()
"""


def test_the_plugin_over_tls(tmp_path: Path):
    (tmp_path / "pytest.ini").write_text("[pytest]\norcid_sandbox_tls = true\nfilterwarnings = error\n")
    (tmp_path / "test_more.py").write_text(MORE)
    done = pytest_with_plugin(tmp_path)
    assert "6 passed" in done.stdout, done.stdout + done.stderr


@pytest.mark.parametrize("port", ["many", "70000", "-1"])
def test_a_setting_that_is_none(tmp_path: Path, port: str):
    (tmp_path / "test_one.py").write_text("def test_one(orcid_sandbox): pass\n")
    done = pytest_with_plugin(tmp_path, "-o", f"orcid_sandbox_port={port}")
    assert done.returncode != 0
    assert f"orcid_sandbox_port: expected a port number from 0 to 65535, got '{port}'" in done.stdout + done.stderr


def test_the_action_starts_a_sandbox_and_tells_where(tmp_path: Path):
    """Its start script, run as GitHub runs it; the action's other step installs the package."""
    script = (EXAMPLE / "action.yml").read_text("utf-8").rpartition("      run: |\n")[2]
    script = "\n".join(line.removeprefix("        ") for line in script.splitlines())
    program = tmp_path / "orcid-sandbox" / "bin" / "orcid-review"
    program.parent.mkdir(parents=True)
    program.write_text(f'#!/bin/sh\necho $$ > "{tmp_path}/pid"\ncd "{ROOT}"\nexec "{sys.executable}" -m checker "$@"\n')
    program.chmod(0o755)
    output = tmp_path / "output"
    known = {"RUNNER_TEMP": str(tmp_path), "GITHUB_OUTPUT": str(output), "PATH": "/usr/bin:/bin"}
    known |= {"PORT": "0", "ARGUMENTS": "--no-rate-limit"}
    try:
        subprocess.run(["bash", "-e", "-o", "pipefail", "-c", script], env=known, timeout=60, check=True)
        told = dict(line.split("=", 1) for line in output.read_text().splitlines())
        assert httpx.get(f"{told['url']}/_sandbox/status").json()["rate_limit"] is False
        assert Path(told["ca-file"]).is_file()
    finally:
        os.kill(int((tmp_path / "pid").read_text()), signal.SIGTERM)
    failing = subprocess.run(
        ["bash", "-e", "-c", script], env=known | {"ARGUMENTS": "--people none.toml"}, timeout=60, capture_output=True
    )
    assert failing.returncode == 1
    assert b"cannot be read" in failing.stdout

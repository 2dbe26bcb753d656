"""Every command: what it prints where, and what it ends with."""

from __future__ import annotations

import json
import os
import re
import signal
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result

import checker.gather.run
import checker.judge.judge
from checker import __version__
from checker.cli import main
from checker.evidence.model import Evidence
from checker.gather.errors import GatherError
from checker.plan import Plan, load
from checker.review import Verdict
from tests import builders

ROOT = Path(__file__).resolve().parents[2]
PLAN = '[portal]\nname = "P"\nurl = "https://127.0.0.1:8443/"\n[orcid]\nport = 8765\n'
HEAVY = ("pydantic", "playwright", "rich", "jinja2", "lxml", "sqlalchemy", "starlette", "httpx", "cryptography")


def call(*arguments: str | Path, env: dict[str, str] | None = None) -> Result:
    return CliRunner().invoke(main, [str(a) for a in arguments], env=env, prog_name="orcid-review")


def program(*arguments: str | Path, **more: Any) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-m", "checker", *map(str, arguments)]
    return subprocess.run(command, cwd=ROOT, capture_output=True, text=True, timeout=60, check=False, **more)


def imported(*arguments: str | Path) -> set[str]:
    """Top-level modules that a command has imported when it ends."""
    script = (
        "import sys, atexit\n"
        "atexit.register(lambda: print('\\nmodules', *{name.partition('.')[0] for name in sys.modules}))\n"
        f"from checker.cli import main\nmain({[str(a) for a in arguments]!r})"
    )
    done = subprocess.run([sys.executable, "-c", script], cwd=ROOT, capture_output=True, text=True, check=False)
    return set(done.stdout.rpartition("\nmodules ")[2].split())


# The face of the program


def test_help_lists_every_command_and_loads_nothing_heavy():
    told = call("--help")
    assert told.exit_code == 0
    for name in ("run", "judge", "display", "rules", "explain", "init", "sandbox"):
        assert f"\n  {name} " in told.stdout
    modules = imported("--help")
    assert "click" in modules
    assert not modules & set(HEAVY)


@pytest.mark.parametrize("command", ["run", "judge", "rules", "explain", "init", "sandbox"])
def test_the_short_help_is_the_first_line_of_the_long(command):
    told = call(command, "-h")
    assert told.exit_code == 0
    assert told.stdout.startswith(f"Usage: orcid-review {command} ")


def test_version():
    assert call("--version").stdout == f"orcid-review, version {__version__}\n"


def test_an_unknown_command_is_wrong_usage():
    told = call("rnu")
    assert told.exit_code == 2
    assert "there is no command 'rnu'. Did you mean run?" in told.stderr
    assert told.stdout == ""


def test_a_name_with_a_command_like_attribute_is_no_command():
    assert call("_common").exit_code == 2


# rules and explain


def test_rules_as_text_have_no_colour_when_piped():
    done = program("rules")
    assert done.returncode == 0
    assert "  redirect-uri-https " in done.stdout
    assert "\x1b" not in done.stdout
    assert done.stderr == ""


def test_rules_as_json():
    told = json.loads(call("rules", "--format", "json").stdout)
    rule = next(rule for rule in told["rules"] if rule["id"] == "redirect-uri-https")
    assert set(rule) == {
        "id", "title", "area", "levels", "clause", "sources", "evidence", "decider", "implies", "remedy", "why",
    }  # fmt: skip
    assert rule["levels"]["lyrasis-2022"] == "required"
    assert all(need["name"] and need["what"] for need in rule["evidence"])


def test_rules_of_a_profile_name_those_without_a_check():
    told = json.loads(call("rules", "--format", "json", "--profile", "lyrasis-2022").stdout)
    ids = [rule["id"] for rule in told["rules"]] + told["absent"]
    assert len(ids) == len(set(ids))
    assert all("lyrasis-2022" in rule["levels"] for rule in told["rules"])


def test_an_unknown_profile():
    told = call("rules", "--profile", "lyrasis-2202")
    assert told.exit_code == 2
    assert "Did you mean lyrasis-2022?" in told.stderr


def test_explain():
    told = call("explain", "redirect-uri-https")
    assert told.exit_code == 0
    for part in ("(redirect-uri-https)", "Clause:", "Level:", "required in lyrasis-2022", "What to do:", "Sources:"):
        assert part in told.stdout


def test_explain_an_unknown_rule():
    told = call("explain", "redirect-uri-htps")
    assert told.exit_code == 2
    assert told.stderr.startswith("Error: there is no rule 'redirect-uri-htps'; did you mean redirect-uri-https")


def test_checks_that_break_are_told_with_the_file(tmp_path):
    (tmp_path / "ours.py").write_text("from checker.api import nothing_such")
    done = program("rules", "--checks", tmp_path)
    assert done.returncode == 2
    assert f"Error: {tmp_path}/ours.py cannot be used: cannot import name 'nothing_such'" in done.stderr
    assert "Traceback" not in done.stderr
    done = program("rules", "--checks", tmp_path / "nowhere")
    assert (done.returncode, done.stderr) == (2, f"Error: --checks {tmp_path}/nowhere: there is no such folder\n")


# init


def test_init_writes_a_plan_that_can_be_read_and_never_writes_over_one(tmp_path):
    told = call("init", tmp_path / "new")
    path = tmp_path / "new" / "review.toml"
    assert (told.exit_code, told.stdout) == (0, f"{path}\n")
    assert load(path, {}, profiles=["lyrasis-2022"]).warnings == ()
    path.write_text("mine")
    told = call("init", tmp_path / "new")
    assert (told.exit_code, told.stderr) == (2, f"Error: {path} is there already and was left as it is\n")
    assert path.read_text() == "mine"


def test_every_key_that_the_starter_has_in_comments_is_one(tmp_path):
    starter = (ROOT / "checker" / "plan" / "starter.toml").read_text("utf-8")
    # As a person would uncomment them: the lines that are TOML, not the sentences.
    text = re.sub(r"^# (?=[a-z_]+ = |\[|  \{|\])", "", starter, flags=re.MULTILINE)
    text = re.sub(r"^files = .*", "", text, flags=re.MULTILINE)
    (tmp_path / "review.toml").write_text(text.replace('environment = "embedded" ', 'environment = "sandbox" '))
    environ = dict.fromkeys(
        ["ORCID_CLIENT_SECRET", "ORCID_USER", "ORCID_PASSWORD", "PORTAL_USER", "PORTAL_PASSWORD"], "x"
    )
    plan = load(tmp_path / "review.toml", environ)
    assert plan.portal.serve
    assert plan.store
    assert len(plan.steps.sign_in) == 4
    assert plan.answers


# run


@pytest.fixture
def plan(tmp_path: Path) -> Path:
    path = tmp_path / "review.toml"
    path.write_text(PLAN)
    return path


@pytest.fixture
def gather(monkeypatch: pytest.MonkeyPatch):
    """Put something in the place of gathering; returns what it was called with."""
    called: dict[str, Any] = {}

    def put(what: Evidence | BaseException, verdict: Verdict | None = None) -> dict[str, Any]:
        def stand_in(plan: Plan, *, out: Path, progress: Any, headed: bool, attended: bool) -> Evidence:
            called.update(plan=plan, out=out, headed=headed, attended=attended)
            progress.start("connect")
            progress.step("open the portal")
            progress.done("connect", "done")
            (out / "evidence").mkdir(exist_ok=True)
            (out / "evidence" / "evidence.json").write_text("{}")
            if isinstance(what, BaseException):
                raise what
            return what

        monkeypatch.setattr(checker.gather.run, "gather", stand_in)
        if verdict:
            judge = checker.judge.judge.judge
            monkeypatch.setattr(
                checker.judge.judge, "judge", lambda *a: judge(*a).model_copy(update={"verdict": verdict})
            )
        return called

    return put


@pytest.mark.parametrize(("verdict", "code"), [(Verdict.PASS, 0), (Verdict.FAIL, 1), (Verdict.INCOMPLETE, 3)])
def test_run_ends_with_the_verdict_and_writes_the_reports(plan, tmp_path, gather, verdict, code):
    gather(builders.evidence(), verdict)
    told = call("run", plan, "--out", tmp_path / "out")
    assert told.exit_code == code
    assert verdict.upper() in told.stdout
    assert "connect" in told.stderr
    assert "connect: done" not in told.stdout
    assert json.loads((tmp_path / "out" / "review.json").read_text())["verdict"] == verdict
    assert (tmp_path / "out" / "report.html").is_file()
    assert "\x1b" not in told.stdout


def test_run_hands_its_options_on(plan, tmp_path, gather):
    called = gather(builders.evidence())
    call("run", plan, "--out", tmp_path / "out", "--attended", "--timeout", "7", "--format", "json", "--quiet")
    assert (called["out"], called["headed"], called["attended"]) == (tmp_path / "out", True, True)
    assert called["plan"].run.timeout == 7
    assert called["plan"].profile == "lyrasis-2022"
    assert (tmp_path / "out" / "review.json").is_file()
    assert not (tmp_path / "out" / "report.html").exists()


def test_quiet_leaves_out_progress_and_warnings_alone(plan, tmp_path, gather):
    gather(builders.evidence())
    plan.write_text(PLAN + 'client_secret = "literal"\n')
    loud = call("run", plan, "--out", tmp_path / "out")
    assert f"Warning: {plan}: line 6: [orcid] client_secret: a secret stands in the file" in loud.stderr
    quiet = call("run", plan, "--out", tmp_path / "out", "--quiet")
    assert quiet.stderr == ""
    assert quiet.stdout == loud.stdout


def test_a_bad_plan_ends_with_2_before_anything_starts(plan, tmp_path, gather):
    called = gather(builders.evidence())
    plan.write_text(PLAN.replace("url", "ulr") + 'profile = "x"\n')
    told = call("run", plan, "--out", tmp_path / "out")
    assert told.exit_code == 2
    assert told.stderr == (
        f"Error: {plan}: 2 problems\n"
        "  line 3: [portal] ulr: not a key of [portal]; did you mean url?\n"
        "  line 6: [orcid] profile: not a key of [orcid]; it belongs at the top of the file, before the first [table]\n"
    )
    assert called == {}
    assert not (tmp_path / "out").exists()


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["--profile", "strickt-2022"], "there is no profile 'strickt-2022'"),
        (["--format", "htlm"], "--format htlm: there is no such report; did you mean html?"),
        (["--format", "terminal"], "--format terminal: there is no such report; there are "),
        (["--timeout", "0"], "'--timeout'"),
    ],
)
def test_wrong_usage_ends_with_2_before_anything_starts(plan, tmp_path, gather, arguments, message):
    called = gather(builders.evidence())
    told = call("run", plan, "--out", tmp_path / "out", *arguments)
    assert told.exit_code == 2
    assert message in told.stderr
    assert called == {}


def test_an_output_folder_that_is_a_file(plan, tmp_path, gather):
    called = gather(builders.evidence())
    told = call("run", plan, "--out", plan)
    assert told.exit_code == 2
    assert told.stderr == f"Error: --out {plan}: cannot be written: File exists\n"
    assert called == {}


def test_a_run_that_cannot_go_on_says_what_to_do_and_reports_what_it_saw(plan, tmp_path, gather):
    error = GatherError("portal-unreachable", "https://127.0.0.1:8443/ refused the connection")
    error.evidence = builders.evidence()
    gather(error, Verdict.PASS)
    told = call("run", plan, "--out", tmp_path / "out")
    assert told.exit_code == 4, "not 0, whatever the verdict of the part that was seen"
    assert "Error: https://127.0.0.1:8443/ refused the connection\n" in told.stderr
    assert "What to do (the member): check that the portal runs and that [portal] url is right\n" in told.stderr
    assert (tmp_path / "out" / "review.json").is_file()


def test_a_run_that_saw_nothing_leaves_no_report_of_an_earlier_one(plan, tmp_path, gather):
    out = tmp_path / "out"
    out.mkdir()
    for name in ("review.json", "report.html", "notes.txt"):
        (out / name).write_text("old")
    gather(GatherError("browser-missing", "no browser was found"))
    assert call("run", plan, "--out", out).exit_code == 4
    assert sorted(p.name for p in out.iterdir()) == ["evidence", "notes.txt"]


def test_ctrl_c_says_where_what_was_seen_is(plan, tmp_path, gather):
    gather(KeyboardInterrupt())
    told = call("run", plan, "--out", tmp_path / "out")
    assert told.exit_code == 130
    assert f"see it with: orcid-review judge {tmp_path}/out/evidence\nStopped.\n" in told.stderr


def test_a_fault_of_ours_is_one_line_without_the_words_of_the_error(plan, tmp_path, gather):
    gather(ZeroDivisionError("the secret is hush"))
    told = call("run", plan, "--out", tmp_path / "out")
    assert told.exit_code == 5
    assert "hush" not in told.output
    assert "Traceback" not in told.output
    assert "a fault of orcid-review" in told.stderr
    assert "(ZeroDivisionError at " in told.stderr
    debug = call("--debug", "run", plan, "--out", tmp_path / "out")
    assert isinstance(debug.exception, ZeroDivisionError)
    debug = call("run", plan, "--out", tmp_path / "out", env={"ORCID_REVIEW_DEBUG": "1"})
    assert isinstance(debug.exception, ZeroDivisionError)


# The whole program, for real


def serving(tmp_path: Path, script: str, port: int = 1) -> Path:
    """A plan that serves a portal."""
    (tmp_path / "portal.py").write_text(script)
    path = tmp_path / "review.toml"
    path.write_text(
        f'[portal]\nname = "P"\nurl = "http://127.0.0.1:{port}/"\n'
        '[portal.serve]\ncommand = "{python} portal.py {orcid} {client_secret}"\n'
        '[orcid]\nclient_secret = "${CANARY}"\n'
    )
    return path


def test_a_portal_that_does_not_start(tmp_path):
    plan = serving(tmp_path, "import sys; print('no database at', *sys.argv[1:]); raise SystemExit(3)")
    done = program("run", plan, "--out", tmp_path / "out", env=os.environ | {"CANARY": "c4nary-s3cret"})
    assert done.returncode == 4, done.stderr
    assert "ended with exit code 3. Its last words:\n    no database at https://localhost:" in done.stderr
    assert "Traceback" not in done.stderr
    everything = (
        done.stdout
        + done.stderr
        + "".join(p.read_text("utf-8") for p in (tmp_path / "out").rglob("*") if p.suffix in {".json", ".html"})
    )
    assert "c4nary-s3cret" not in everything
    assert (tmp_path / "out" / "evidence" / "evidence.json").is_file()


@pytest.mark.parametrize(("number", "code"), [(signal.SIGINT, 130), (signal.SIGTERM, 143)])
def test_a_signal_while_the_portal_starts_leaves_nothing_running(tmp_path, number, code):
    os.mkfifo(tmp_path / "pid")
    plan = serving(tmp_path, "import os, signal; open('pid', 'w').write(str(os.getpid())); signal.pause()")
    command = [sys.executable, "-m", "checker", "run", str(plan), "--out", str(tmp_path / "out")]
    env = os.environ | {"CANARY": "c4nary-s3cret"}
    with subprocess.Popen(command, cwd=ROOT, env=env, stderr=subprocess.PIPE, text=True) as running:
        portal = int((tmp_path / "pid").read_text())  # waits until the portal has opened the other end
        running.send_signal(number)
        _, said = running.communicate(timeout=30)
    assert running.returncode == code, said
    assert "Stopped." in said
    assert "Traceback" not in said
    with pytest.raises(ProcessLookupError):
        os.kill(portal, 0)
    assert (tmp_path / "out" / "evidence" / "evidence.json").is_file()


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_the_sandbox_says_when_it_is_ready_and_ends_when_told(number):
    command = [sys.executable, "-m", "checker", "sandbox", "--port", "0"]
    command += ["--client", "APP-1234567890ABCDEF:s3:https://127.0.0.1:8443/cb"]
    with subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True) as running:
        assert running.stdout is not None
        told = [running.stdout.readline() for _ in range(6)]
        running.send_signal(number)
        _, said = running.communicate(timeout=30)
    assert running.returncode == 0, said
    assert told[0].startswith("The embedded ORCID sandbox is ready at https://localhost:")
    assert "APP-1234567890ABCDEF  secret s3" in told[4]
    assert "0000-0002-1825-0097" in told[5]
    assert said.endswith("\nStopped.\n")


def test_the_sandbox_on_a_port_in_use():
    import socket

    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        told = call("sandbox", "--port", str(port))
    assert told.exit_code == 4
    assert told.stderr.startswith(f"Error: port {port} is in use by another program")


@pytest.mark.parametrize("client", ["APP-1", "APP-1:s", "APP-1:s:", "APP-1:s:nowhere"])
def test_a_client_that_is_not_whole(client):
    told = call("sandbox", "--client", client)
    assert told.exit_code == 2
    assert "--client: expected ID:SECRET:REDIRECT" in told.stderr


# judge


@pytest.fixture
def bundle(tmp_path: Path) -> Path:
    folder = tmp_path / "kept" / "evidence"
    folder.mkdir(parents=True)
    (folder / "evidence.json").write_text(builders.evidence().model_dump_json(), "utf-8")
    return folder


def test_judge_needs_neither_browser_nor_network(bundle, tmp_path):
    modules = imported("judge", bundle, "--out", tmp_path / "out")
    assert (tmp_path / "out" / "review.json").is_file()
    assert not modules & {"playwright", "httpx", "httpcore", "starlette", "uvicorn", "sqlalchemy"}


def test_judge_takes_the_folder_above_too_and_finds_the_same(bundle, tmp_path):
    assert call("judge", bundle, "--out", tmp_path / "a").exit_code == 3
    assert call("judge", bundle.parent, "--out", tmp_path / "b").exit_code == 3
    assert (tmp_path / "a" / "review.json").read_text() == (tmp_path / "b" / "review.json").read_text()


@pytest.mark.parametrize("content", [None, "", "{}", "no json"])
def test_what_is_no_evidence(tmp_path, content):
    folder = tmp_path / "evidence"
    if content is not None:
        folder.mkdir()
        (folder / "evidence.json").write_text(content)
    told = call("judge", folder, "--out", tmp_path / "out")
    assert told.exit_code == 2
    assert told.stderr.startswith("Error: ")
    assert str(folder) in told.stderr
    assert not (tmp_path / "out").exists()

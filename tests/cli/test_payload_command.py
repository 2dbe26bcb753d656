"""`orcid-review payload`, as it is called: what it prints where, and what it ends with."""

from __future__ import annotations

import io
import json
import os
import select
import signal
import subprocess
import sys
import time
import zipfile
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result
from lxml import etree

import checker.orcid.payloads
from checker.cli import main

from .payload_bodies import (
    BAD_LINE,
    KEYWORD_JSON,
    KEYWORD_XML,
    ORDER_XML,
    TYPO_XML,
    WORK_JSON,
    WORK_LINE,
    WORK_XML,
    work,
)

ROOT = Path(__file__).resolve().parents[2]


@pytest.fixture(autouse=True)
def here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    return tmp_path


def put(name: str, body: str | bytes) -> str:
    Path(name).parent.mkdir(parents=True, exist_ok=True)
    Path(name).write_bytes(body.encode() if isinstance(body, str) else body)
    return name


def call(*arguments: str, stdin: str | bytes | None = None) -> Result:
    return CliRunner().invoke(main, ["payload", *arguments], input=stdin, prog_name="orcid-review")


def program(*arguments: str, **more: Any) -> subprocess.CompletedProcess[bytes]:
    environment = {**os.environ, "PYTHONPATH": str(ROOT), **more.pop("env", {})}
    command = [sys.executable, "-m", "checker", *arguments]
    return subprocess.run(command, env=environment, capture_output=True, timeout=120, check=False, **more)


def results(*arguments: str, stdin: str | bytes | None = None) -> list[dict[str, Any]]:
    told = json.loads(call(*arguments, "--format", "json", stdin=stdin).stdout)
    assert list(told) == ["payloads"]
    return told["payloads"]  # type: ignore[no-any-return]


def problems(one: dict[str, Any], *layers: str) -> list[dict[str, Any]]:
    return [problem for problem in one["problems"] if problem["layer"] in (layers or ("schema", "rule", "input"))]


# Verdicts and exit codes


@pytest.mark.parametrize(("name", "body"), [("a.xml", WORK_XML), ("a.json", WORK_JSON), ("keyword.xml", KEYWORD_XML)])
def test_a_good_payload(name: str, body: str):
    told = call(put(name, body))
    assert told.exit_code == 0, told.output
    assert "1 of 1 payload accepted" in told.stdout
    assert told.stderr == ""


def test_a_typo_that_the_api_refuses():
    told = call(put("a.xml", TYPO_XML))
    assert told.exit_code == 1
    assert "a.xml:8:" in told.stdout
    assert "<common:external-id-type>DOI</common:external-id-type>" in told.stdout
    assert "ORCID would answer 400, error code 9023" in told.stdout
    assert "0 of 1 payload accepted, 1 refused" in told.stdout
    (one,) = results("a.xml")
    assert (one["file"], one["index"], one["kind"], one["accepted"]) == ("a.xml", None, "work", False)
    assert one["answer"] == {"status": 400, "code": 9023}
    (problem,) = problems(one)
    assert (problem["layer"], problem["code"], problem["line"]) == ("rule", 9023, 8)
    assert problem["path"].startswith("/work:work/common:external-ids/common:external-id")
    assert problem["allowed"].startswith("doi")


def test_an_order_that_the_schema_refuses():
    (one,) = results(put("a.xml", ORDER_XML))
    assert one["answer"] == {"status": 400, "code": 9012}
    assert {problem["layer"] for problem in problems(one)} == {"schema"}


def test_a_kind_that_cannot_be_told_is_no_verdict():
    told = call(put("a.json", '{"a": 1}'))
    assert told.exit_code == 3
    assert "No payload was judged" in told.stdout


@pytest.mark.parametrize("kind", ["keyword", "keywords", "other-name", "OTHER-NAMES"])
def test_a_kind_that_is_said(kind: str):
    (one,) = results(put("a.json", KEYWORD_JSON), "--kind", kind)
    assert (one["kind"], one["accepted"]) == (kind.lower().removesuffix("s"), True)


def test_a_kind_that_makes_no_difference_needs_not_be_said():
    (one,) = results(put("a.json", KEYWORD_JSON))
    assert (one["kind"], one["accepted"]) == (None, True)
    assert "Judged: 1 other-name or keyword." in call("a.json").stdout


def test_a_post_has_no_put_code_and_a_put_has_one():
    put("a.json", json.dumps(work(**{"put-code": 12})))
    (one,) = results("a.json")
    assert one["answer"] == {"status": 400, "code": 9024}
    assert call("a.json", "--method", "put").exit_code == 0


def test_advice_refuses_nothing_and_can_be_left_out():
    url = {"value": "http://doi.org/10.5555/12345678"}
    ids = {"external-id": [{**work()["external-ids"]["external-id"][0], "external-id-url": url}]}
    put("a.json", json.dumps(work(**{"external-ids": ids})))
    told = call("a.json")
    assert told.exit_code == 0
    assert "advice" in told.stdout
    assert "accepted, with advice" in told.stdout
    assert results("a.json")[0]["problems"][0]["code"] is None
    assert results("a.json", "--no-advice")[0]["problems"] == []


@pytest.mark.parametrize(
    ("names", "code"),
    [
        (["good.json"], 0),
        (["good.json", "bad.xml"], 1),
        (["good.json", "missing.json"], 2),
        (["bad.xml", "missing.json"], 1),
        (["good.json", "unclear.json"], 3),
        (["bad.xml", "unclear.json"], 1),
        (["empty"], 3),
        (["good.json", "broken.zip"], 4),
        (["broken.zip"], 4),
        (["unclear.json", "broken.zip"], 4),
        (["bad.xml", "broken.zip"], 1),
        ([], 2),
    ],
)
def test_exit_codes(names: list[str], code: int):
    put("good.json", WORK_JSON)
    put("bad.xml", TYPO_XML)
    put("unclear.json", '{"a": 1}')
    put("broken.zip", "PK")
    os.mkdir("empty")
    assert call(*names).exit_code == code
    for form in ("json", "junit", "sarif"):
        assert call(*names, "--format", form).exit_code == code


def test_without_files_an_example_is_given():
    told = call()
    assert told.exit_code == 2
    assert "for instance: orcid-review payload 'samples/**/*.xml'" in told.stderr


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (["--kind", "employmnt"], "Did you mean employment?"),
        (["--kind", "record"], "There are: work"),
        (["--format", "yaml"], "'yaml'"),
        (["--jobs", "0"], "--jobs"),
        (["--max-size", "lots"], "10M"),
        (["--max-size", "0"], "10M"),
        (["--out", "nowhere/deep/result.json"], "nowhere/deep/result.json"),
        (["--out", "a.json"], "one of the files to judge"),
        (["--method", "PATCH"], "PATCH"),
    ],
)
def test_wrong_usage(arguments: list[str], words: str):
    told = call(put("a.json", WORK_JSON), *arguments)
    assert told.exit_code == 2
    assert words in told.stderr
    assert told.stdout == ""
    assert Path("a.json").read_text() == WORK_JSON


def test_a_fault_of_ours_is_said_and_does_not_lose_the_others(monkeypatch: pytest.MonkeyPatch):
    right = checker.orcid.payloads.check

    def wrong(body: bytes, **how: Any) -> Any:
        if b"fault" in body:
            raise KeyError("secret")
        return right(body, **how)

    monkeypatch.setattr(checker.orcid.payloads, "check", wrong)
    put("a.ndjson", f'{{"fault": 1}}\n{WORK_LINE}\n')
    told = call("a.ndjson")
    assert told.exit_code == 5
    assert "1 of 2 payloads accepted" in told.stdout
    assert "KeyError" in told.stdout
    assert "secret" not in told.stdout


# Inputs


def test_lines_are_numbered_as_in_the_file():
    put("a.ndjson", f"{WORK_LINE}\n\n{BAD_LINE}\n{{\n")
    first, second, third = results("a.ndjson")
    assert [one["index"] for one in (first, second, third)] == [1, 3, 4]
    assert [one["accepted"] for one in (first, second, third)] == [True, False, False]
    assert [problems(one)[0]["line"] for one in (second, third)] == [3, 4]
    column = problems(second)[0]["column"]
    assert BAD_LINE[column - 1 :].startswith(('"novel"', '"type"'))
    assert "a.ndjson:3:" in call("a.ndjson").stdout


def test_an_archive_and_a_folder():
    os.mkdir("in")
    with zipfile.ZipFile("in/a.zip", "w") as archive:
        archive.writestr("works/b.json", WORK_JSON)
        archive.writestr("c.ndjson", WORK_LINE + "\n")
    put("in/d.xml", WORK_XML)
    assert [(one["file"], one["index"], one["accepted"]) for one in results("in/a.zip", "in")] == [
        ("in/a.zip!works/b.json", None, True),
        ("in/a.zip!c.ndjson", 1, True),
        ("in/d.xml", None, True),
    ]


def test_standard_input():
    (one,) = results("-", stdin=WORK_XML)
    assert (one["file"], one["accepted"], one["media_type"].endswith("xml")) == ("-", True, True)
    assert [one["index"] for one in results("-", "--ndjson", stdin=f"{WORK_LINE}\n{WORK_LINE}\n")] == [1, 2]


def test_a_file_named_twice_counts_once():
    put("a.json", WORK_JSON)
    assert len(results("a.json", "./a.json", "*.json", ".")) == 1


def _deep() -> bytes:
    return b"[" * 100_000 + b"]" * 100_000


def _deep_xml() -> bytes:
    return b"<a>" * 100_000 + b"</a>" * 100_000


BOMB = (
    '<?xml version="1.0"?><!DOCTYPE w [<!ENTITY a "xxxxxxxxxx">'
    + "".join(f'<!ENTITY {chr(98 + n)} "{f"&{chr(97 + n)};" * 10}">' for n in range(9))
    + ']><work:work xmlns:work="http://www.orcid.org/ns/work">&j;</work:work>'
)
OUTSIDE = (
    '<?xml version="1.0"?><!DOCTYPE w [<!ENTITY x SYSTEM "file:///etc/passwd">]>'
    '<work:work xmlns:work="http://www.orcid.org/ns/work">&x;</work:work>'
)
BAD: dict[str, tuple[str, bytes]] = {
    "an empty file": ("a.xml", b""),
    "an empty JSON file": ("a.json", b""),
    "blanks": ("a.json", b"  \n"),
    "null bytes": ("a.xml", b"\0" * 100),
    "a null byte within": ("a.json", b'{"content": "a\0b"}'),
    "an entity bomb": ("a.xml", BOMB.encode()),
    "an external entity": ("a.xml", OUTSIDE.encode()),
    "deep arrays": ("a.json", _deep()),
    "deep elements": ("a.xml", _deep_xml()),
    "a lying encoding": ("a.xml", WORK_XML.replace("On bird", "\u00d6n bird").encode("latin-1")),
    "an unknown encoding": ("a.xml", WORK_XML.replace("UTF-8", "x-none").encode()),
    "bytes that are no UTF-8": ("a.json", b'{"content": "\xff"}'),
    "a key twice": ("keyword.json", b'{"content": "a", "content": 1'),
    "no number": ("a.json", WORK_JSON.replace('"2021"', "NaN").encode()),
    "half a surrogate pair": ("a.json", b'{"title": {"title": {"value": "\\ud800"}}'),
    "text": ("a.txt", b"Dear ORCID,\n"),
    "a picture": ("a.png", b"\x89PNG\r\n\x1a\n\x00\x00\x00\rIHDR"),
    "an array": ("a.json", b"[]"),
    "a list of payloads": ("a.json", f"[{WORK_JSON}, {WORK_JSON}]".encode()),
    "null": ("a.json", b"null"),
    "a number": ("a.json", b"1e999"),
    "half a payload": ("a.xml", WORK_XML[:300].encode()),
    "a byte too many": ("a.xml", (WORK_XML + "x").encode()),
}


@pytest.mark.parametrize("name", BAD)
def test_bad_input_is_a_clear_problem_and_never_a_traceback(name: str):
    file, body = BAD[name]
    began = time.monotonic()
    told = call(put(file, body))
    assert time.monotonic() - began < 10
    assert told.exit_code in {1, 3}, (told.output, told.exception)
    assert not told.exception or isinstance(told.exception, SystemExit)
    assert "Traceback" not in told.output
    assert "root:" not in told.stdout, "an external entity was read"
    assert len(told.stdout) < 5_000
    (one,) = results(file)
    assert not one["accepted"]
    assert problems(one)[0]["message"]
    assert problems(one)[0]["remedy"]


# Output


def test_a_result_file_is_there_only_when_it_is_whole(monkeypatch: pytest.MonkeyPatch):
    put("in/a.json", WORK_JSON)
    told = call("in", "--format", "json", "--out", "in/result.json")
    assert told.exit_code == 0
    assert told.stdout == ""
    assert told.stderr == "1 of 1 payload accepted.\n"
    assert len(json.loads(Path("in/result.json").read_text())["payloads"]) == 1
    assert call("in", "--format", "json", "--out", "in/result.json", "--quiet").stderr == ""
    assert len(json.loads(Path("in/result.json").read_text())["payloads"]) == 1, "the last result is no payload"

    def stopped(*_: object, **__: object) -> None:
        raise KeyboardInterrupt

    before = Path("in/result.json").read_text()
    monkeypatch.setattr(checker.orcid.payloads, "check", stopped)
    assert call("in", "--out", "in/result.json").exit_code == 130
    assert Path("in/result.json").read_text() == before
    assert sorted(os.listdir("in")) == ["a.json", "result.json"]


def test_a_disk_that_is_full():
    if not Path("/dev/full").exists():
        pytest.skip("there is no /dev/full here")
    put("a.json", BAD_LINE)
    told = call("a.json", "--out", "/dev/full")
    assert told.exit_code == 4
    assert "No space left" in told.stderr
    with open("/dev/full", "wb") as full:
        command = [sys.executable, "-m", "checker", "payload", "a.json"]
        environment = {**os.environ, "PYTHONPATH": str(ROOT)}
        done = subprocess.run(command, stdout=full, stderr=subprocess.PIPE, env=environment, timeout=60, check=False)
    assert done.returncode == 4
    assert b"standard output: cannot be written: No space left" in done.stderr
    assert b"Traceback" not in done.stderr


def test_junit_and_sarif_of_a_whole_call():
    put("a.xml", TYPO_XML)
    put("b.ndjson", f"{WORK_LINE}\n{BAD_LINE}\n")
    suite = etree.fromstring(call("a.xml", "b.ndjson", "missing", "--format", "junit").stdout_bytes)
    assert [suite.get(name) for name in ("tests", "failures", "errors")] == ["4", "2", "1"]
    (run,) = json.loads(call("a.xml", "b.ndjson", "missing", "--format", "sarif").stdout)["runs"]
    rules = {rule["id"] for rule in run["tool"]["driver"]["rules"]}
    assert {result["ruleId"] for result in run["results"]} == rules
    lines = [result["locations"][0]["physicalLocation"].get("region", {}).get("startLine") for result in run["results"]]
    assert lines == [8, 2, None]


def test_results_come_while_standard_input_is_still_open():
    command = [sys.executable, "-u", "-m", "checker", "payload", "-", "--ndjson", "--format", "json"]
    environment = {**os.environ, "PYTHONPATH": str(ROOT)}
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, env=environment) as process:
        assert process.stdin
        assert process.stdout
        feeding = True
        read = b""
        os.set_blocking(process.stdout.fileno(), False)
        ends = time.monotonic() + 60
        while feeding and time.monotonic() < ends:
            process.stdin.write((WORK_LINE + "\n").encode())
            process.stdin.flush()
            read += process.stdout.read() or b""
            feeding = b'"index": 1,' not in read
        process.stdin.close()
        assert not feeding, "nothing came in a minute"
        os.set_blocking(process.stdout.fileno(), True)
        assert json.loads(read + process.stdout.read())["payloads"][0]["accepted"]


def test_a_reader_that_goes_away_is_no_fault():
    put("a.ndjson", f"{BAD_LINE}\n" * 3000)
    script = f"{sys.executable} -m checker payload a.ndjson 2>err | head -1"
    done = subprocess.run(
        script, shell=True, capture_output=True, env={**os.environ, "PYTHONPATH": str(ROOT)}, timeout=60, check=False
    )
    assert done.stdout.startswith(b"a.ndjson:1:")
    assert Path("err").read_bytes() == b""


def test_names_that_are_no_text():
    name = os.fsdecode(b"\xff.json")
    try:
        put(name, BAD_LINE)
    except OSError:
        pytest.skip("this file system takes text alone as names")
    for form in ("text", "json", "junit", "sarif"):
        done = program("payload", name, "--format", form)
        assert done.returncode == 1, done
        assert b"Traceback" not in done.stderr


def test_an_old_locale_gets_what_it_can_show():
    put("a.json", json.dumps(work(type="n\u00f6vel"), ensure_ascii=False))
    done = program("payload", "a.json", env={"PYTHONIOENCODING": "ascii"})
    assert done.returncode == 1
    assert b"n\\xf6vel" in done.stdout


# A commit hook's view


@pytest.fixture
def others() -> list[str]:
    return [
        put("package.json", '{"name": "x", "version": "1.0.0", "type": "module", "description": "y"}'),
        put("pom.xml", '<project xmlns="http://maven.apache.org/POM/4.0.0"><name>x</name></project>'),
        put("tsconfig.json", '{\n  // comments\n  "compilerOptions": {},\n}'),
        put("en.json", '{"content": "Hello", "title": "Title"}'),
        put("empty.json", ""),
        put("list.json", "[1, 2]"),
        put("draft.xml", "<a><b></a>"),
    ]


def test_files_that_are_no_payload_are_passed_over_and_counted(others: list[str]):
    told = call("--only-payloads", *others, put("work.json", WORK_JSON))
    assert told.exit_code == 0, told.output
    assert "1 of 1 payload accepted" in told.stdout
    assert f"{len(others)} passed over" in told.stdout
    assert "package.json" in told.stderr


def test_a_commit_without_payloads_is_well(others: list[str]):
    told = call("--only-payloads", *others)
    assert told.exit_code == 0
    assert "No payload was judged" in told.stdout
    assert call(*others).exit_code != 0, "without the option they are taken for payloads"


@pytest.mark.parametrize(
    ("name", "body"),
    [
        ("a.xml", TYPO_XML),
        ("a.xml", ORDER_XML),
        ("a.json", BAD_LINE),
        ("a.json", WORK_JSON[:-20]),
        ("a.xml", WORK_XML[:-20]),
        ("a.json", '{"country": {"value": "UK"}}'),
        ("a.json", json.dumps(work(type="novel", **{"short-description": "{{Braces}} as in BibTeX"}))),
        ("a.json", json.dumps(work(title="{{ title }}", type="novel"))),
    ],
)
def test_a_payload_that_is_refused_is_never_passed_over(name: str, body: str):
    assert call("--only-payloads", put(name, body)).exit_code == 1


@pytest.mark.parametrize(
    ("name", "body"),
    [
        ("a.json", WORK_JSON.replace('"journal-article"', "{{ type|tojson }}")),
        ("a.json", WORK_JSON.replace('"journal-article"', '"{{ type }}"')),
        ("a.json", WORK_JSON.replace('"journal-article"', '"${type}"')),
        ("a.json", WORK_JSON.replace('"type"', '{% if date %}"type"')),
        ("a.xml", WORK_XML.replace("journal-article", "{{ type }}")),
        ("a.xml", WORK_XML.replace("journal-article", "<%= type %>")),
    ],
)
def test_a_template_is_passed_over_and_said(name: str, body: str):
    told = call("--only-payloads", put(name, body))
    assert told.exit_code == 0, told.output
    assert "1 passed over" in told.stdout
    assert "template: a." in told.stderr


def test_the_hook_that_is_offered_calls_the_command_as_it_is():
    manifest = (ROOT / ".pre-commit-hooks.yaml").read_text()
    (entry,) = [line.partition(":")[2].split() for line in manifest.splitlines() if line.strip().startswith("entry:")]
    assert entry[:2] == ["orcid-review", "payload"]
    assert call(*entry[2:], put("a.xml", WORK_XML), put("package.json", "{}")).exit_code == 0
    assert call(*entry[2:], put("b.xml", TYPO_XML)).exit_code == 1


# Several processes


@pytest.fixture
def many() -> str:
    lines = [BAD_LINE if number % 97 == 0 else WORK_LINE for number in range(1, 1501)]
    return put("many.ndjson", "\n".join(lines) + "\n")


@pytest.mark.parametrize("form", ["json", "junit", "text"])
def test_workers_tell_the_same_in_the_same_order(many: str, form: str):
    one = program("payload", many, "--format", form)
    two = program("payload", many, "--format", form, "--jobs", "2")
    assert one.returncode == two.returncode == 1, two.stderr
    assert one.stdout == two.stdout
    assert len(one.stdout) > 1000


def test_few_payloads_start_no_workers(monkeypatch: pytest.MonkeyPatch):
    def none(*_: object, **__: object) -> None:
        raise AssertionError("workers were started")

    monkeypatch.setattr("concurrent.futures.ProcessPoolExecutor", none)
    assert call(put("a.json", WORK_JSON), "--jobs", "4").exit_code == 0


def _endless() -> subprocess.Popen[bytes]:
    """The command with two workers, on an input that does not end; returns when results come."""
    command = [sys.executable, "-m", "checker", "payload", "-", "--ndjson", "--format", "json", "--jobs", "2"]
    process = subprocess.Popen(
        command,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        env={**os.environ, "PYTHONPATH": str(ROOT)},
        start_new_session=True,
    )
    assert process.stdin
    assert process.stdout
    os.set_blocking(process.stdout.fileno(), False)
    seen, ends = b"", time.monotonic() + 60
    while b'"index": 1,' not in seen:
        assert time.monotonic() < ends, "nothing came in a minute"
        process.stdin.write((WORK_LINE + "\n").encode() * 50)
        process.stdin.flush()
        seen += process.stdout.read() or b""
    return process


def _of_session(session: int) -> list[int]:
    found = []
    for entry in Path("/proc").iterdir():
        try:
            fields = (entry / "stat").read_text().rpartition(")")[2].split()
        except (OSError, ValueError):
            continue
        if entry.name.isdigit() and int(fields[3]) == session and fields[0] not in "ZX":
            found.append(int(entry.name))
    return found


@pytest.fixture
def endless() -> Iterator[subprocess.Popen[bytes]]:
    if not Path("/proc/self/stat").exists() or not hasattr(os, "pidfd_open"):
        pytest.skip("processes are watched as on Linux")
    process = _endless()
    yield process
    for left in _of_session(process.pid):
        os.kill(left, signal.SIGKILL)
    for stream in (process.stdin, process.stdout, process.stderr):
        if stream:
            with suppress(BrokenPipeError):
                stream.close()
    process.wait(10)


def _all_gone(ends: list[int]) -> bool:
    """Whether all processes, given by their handles, end soon."""
    watch = select.poll()
    for end in ends:
        watch.register(end, select.POLLIN)
    left = set(ends)
    while left and (gone := watch.poll(20_000)):
        for end, _ in gone:
            watch.unregister(end)
            left.discard(end)
    for end in ends:
        os.close(end)
    return not left


def _handles(session: int) -> list[int]:
    processes = _of_session(session)
    assert len(processes) >= 4, "the command, a server of forks and two workers"
    return [os.pidfd_open(process) for process in processes]


def test_ctrl_c_ends_all_of_them_without_a_word_too_many(endless: subprocess.Popen[bytes]):
    handles = _handles(endless.pid)
    os.killpg(endless.pid, signal.SIGINT)
    assert _all_gone(handles)
    assert endless.wait(20) == 130
    assert endless.stderr
    assert endless.stderr.read() == b"Stopped.\n"


def test_workers_go_when_the_command_is_killed(endless: subprocess.Popen[bytes]):
    handles = _handles(endless.pid)
    endless.kill()
    assert _all_gone(handles)


# The bar


def test_a_bar_is_for_long_work_on_a_terminal_alone(monkeypatch: pytest.MonkeyPatch):
    from checker.cli import payload_output

    class Terminal(io.StringIO):
        def isatty(self) -> bool:
            return True

    screen = Terminal()
    monkeypatch.setattr(sys, "stderr", screen)
    monkeypatch.setenv("TERM", "xterm")
    now = [0.0]
    put("a.json", WORK_JSON)
    for quiet, seconds, some in ((False, 0.5, False), (True, 9.0, False), (False, 9.0, True)):
        with payload_output.Meter(["a.json"], quiet=quiet, clock=lambda: now[0]) as meter:
            now[0] += seconds
            meter.advance(1, 10)
        assert bool(screen.getvalue()) is some
    assert "1 payloads" in screen.getvalue()

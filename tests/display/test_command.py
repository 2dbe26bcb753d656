"""`orcid-review display`, as it is called."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import threading
from collections.abc import Iterator
from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest

from . import drawings
from .stage import ANA

pytestmark = pytest.mark.browser

RECORD = f"https://orcid.org/{ANA}"
# The stand-in drawing is no official file for the command: the icon alone keeps these pages from passing whole.
LATE = """<!doctype html><title>Ana Ruiz</title><h1>Ana Ruiz</h1><p id=here></p>
<script>fetch("person.json").then((a) => a.json()).then((person) => {
  here.innerHTML = `<a href="${person.id}"><img src="i/auth.svg" alt="ORCID iD" width="16"> ${person.id}</a>`;
});</script>"""


def run(*arguments: str | Path, cwd: Path, **environment: str) -> subprocess.CompletedProcess[str]:
    code = "from checker.cli import main; main()"
    return subprocess.run(
        [sys.executable, "-c", code, "display", *map(str, arguments)],
        cwd=cwd,
        env={**os.environ, "PYTHONPATH": str(Path(__file__).parents[2]), **environment},
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )


@pytest.fixture
def site(tmp_path: Path) -> Path:
    (tmp_path / "i").mkdir()
    (tmp_path / "i" / "auth.svg").write_bytes(drawings.FILES["auth.svg"])
    (tmp_path / "person.json").write_text(json.dumps({"id": RECORD}))
    (tmp_path / "late.html").write_text(LATE)
    bad = f'<h1>Ana Ruiz</h1><a href="https://www.orcid.org/{ANA}"><img src="i/auth.svg" alt="ORCID iD"> {ANA}</a>'
    (tmp_path / "bad.html").write_text(bad)
    (tmp_path / "none.html").write_text("<h1>Nobody</h1>")
    return tmp_path


def findings(result: subprocess.CompletedProcess[str], page: int = 0) -> dict[str, dict[str, str]]:
    return {finding["check"]: finding for finding in json.loads(result.stdout)["pages"][page]["findings"]}


def test_a_saved_page_with_scripts_and_assets(site: Path) -> None:
    result = run("late.html", "--authenticated", ANA, "--format", "json", cwd=site)
    assert result.returncode == 3, result
    found = findings(result)
    assert found["id-display-format-valid"]["outcome"] == "passed"
    assert found["id-icon-unaltered"]["outcome"] == "needs-person"
    assert found["id-publicly-displayed"]["outcome"] == "not-applicable"


def test_one_bad_page_does_not_lose_the_others(site: Path) -> None:
    result = run("missing.html", "bad.html", "late.html", "--authenticated", RECORD, "--format", "json", cwd=site)
    assert result.returncode == 1, result
    pages = json.loads(result.stdout)["pages"]
    assert [page["page"] for page in pages] == ["missing.html", "bad.html", "late.html"]
    assert "no file" in pages[0]["error"]
    failed = {check: f for check, f in findings(result, 1).items() if f["outcome"] == "failed"}
    assert "id-link-host-exact" in failed
    assert "www.orcid.org" in failed["id-link-host-exact"]["snippet"]
    assert not {f["level"] for f in failed.values() if f["check"] != "id-link-host-exact"} & {"required"}


def test_text_says_what_where_and_what_to_do(site: Path) -> None:
    result = run("bad.html", cwd=site)
    assert result.returncode == 1
    for words in ("bad.html", "failed", "id-link-host-exact", "expected:", "what to do:", "www.orcid.org"):
        assert words in result.stdout
    assert "\x1b" not in result.stdout, "colours only on a terminal"


def test_no_id_at_all_is_said_and_is_no_pass(site: Path) -> None:
    result = run("none.html", cwd=site)
    assert result.returncode == 3
    assert "no iD is shown" in result.stdout


@pytest.mark.parametrize(
    "arguments",
    [["missing.html"], ["none.html", "--authenticated", "0000-0000-0000-0000"], [],
     ["none.html", "--authenticated", ANA, "--unauthenticated", ANA]],
)  # fmt: skip
def test_wrong_usage(site: Path, arguments: list[str]) -> None:
    result = run(*arguments, cwd=site)
    assert result.returncode == 2
    assert "Traceback" not in result.stderr


def test_no_browser(site: Path) -> None:
    result = run("none.html", cwd=site, ORCID_REVIEW_BROWSER="/nowhere/chromium", PLAYWRIGHT_BROWSERS_PATH="/nowhere")
    assert result.returncode == 4
    assert "no browser could be started" in result.stderr


def test_a_saved_page_cannot_read_files_beside_its_folder(site: Path) -> None:
    folder = site / "inner"
    folder.mkdir()
    (folder / "page.html").write_text(
        "<p id=out></p><script>fetch('/../person.json').then((a) => a.text()).then((t) => {"
        f"if (t) out.innerHTML = 'ORCID: {ANA}' }})</script>"
    )
    result = run(folder / "page.html", "--format", "json", cwd=folder)
    assert json.loads(result.stdout)["pages"][0]["ids_shown"] == 0


@pytest.fixture
def served(site: Path) -> Iterator[str]:
    class Quiet(SimpleHTTPRequestHandler):
        def log_message(self, format: str, *args: object) -> None:
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), partial(Quiet, directory=str(site)))
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    yield f"http://127.0.0.1:{server.server_port}"
    server.shutdown()
    thread.join()
    server.server_close()


def test_an_address(site: Path, served: str) -> None:
    result = run(f"{served}/late.html", f"{served}/gone.html", "--authenticated", ANA, "--format", "json", cwd=site)
    assert findings(result)["id-publicly-displayed"]["outcome"] == "passed"
    assert json.loads(result.stdout)["pages"][1]["error"] == "the page answered 404"

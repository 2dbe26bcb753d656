from __future__ import annotations

import io
from pathlib import Path

import pytest
from checker.content.reports import terminal
from rich.console import Console

from checker.review import Outcome

from .sample import Sample, finding, review


def console(width: int = 80, **changes: bool) -> tuple[Console, io.StringIO]:
    page = io.StringIO()
    return Console(file=page, width=width, **changes), page  # type: ignore[arg-type]


def test_a_summary_without_colours() -> None:
    summed = review([
        finding("oauth-authorize-used"),
        finding("id-link-https", Outcome.FAILED, title="The link of a displayed iD does not use https",
                message="2 of 3 displayed iDs link to a plain http address.", expected="https", observed="http",
                remedy="Write the link with https.", whose="member"),
        finding("store-secure", Outcome.NEEDS_PERSON, title="Tokens are stored securely", whose="reviewer",
                message="Are access tokens encrypted at rest?", remedy="Answer in the plan."),
        finding("store-putcodes", Outcome.BLOCKED, message="The plan has no steps that make the portal write.",
                remedy="Add steps.", whose="operator"),
        finding("putcode-mapped", Outcome.BLOCKED, message="The plan has no steps that make the portal write.",
                remedy="Add steps.", whose="operator"),
    ])  # fmt: skip
    shown, page = console()
    terminal.render_summary(summed, console=shown, reports=[Path("reports/report.html"), Path("reports/review.json")])
    assert (
        page.getvalue()
        == """\
FAIL  2 of 5 required rules judged; 1 needs a person; 2 blocked.
1 required rule is not met.
Example University Library, profile lyrasis-2022, embedded

Required      1 failed, 1 needs a person, 2 blocked, 1 passed

To fix
  id-link-https  required
    The link of a displayed iD does not use https
    Seen: http
    Do: Write the link with https.

For a person to answer, in the plan under [answers.ID]
  store-secure  required
    Tokens are stored securely
    Are access tokens encrypted at rest?

Blocked: not seen, so not judged
  2 rules  turn of whoever runs the review
    The plan has no steps that make the portal write.
    Do: Add steps.

Reports
  reports/report.html
  reports/review.json
"""
    )


def test_every_sample_is_plain_text(sample: Sample) -> None:
    text = terminal.render(sample.review, sample.evidence, sample.folder)
    assert text.splitlines()[0].split()[0] == sample.review.verdict.value.upper()
    assert sample.review.summary in text
    assert "\x1b" not in text
    assert all(line == line.rstrip() for line in text.splitlines())


def test_colours_on_a_terminal_and_none_when_they_are_not_wanted(
    failing: Sample, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("NO_COLOR", raising=False)
    monkeypatch.setenv("TERM", "xterm-256color")
    shown, page = console(force_terminal=True)
    terminal.render_summary(failing.review, console=shown)
    assert "\x1b[1;31mFAIL" in page.getvalue()
    monkeypatch.setenv("NO_COLOR", "1")
    shown, page = console(force_terminal=True)
    terminal.render_summary(failing.review, console=shown)
    assert "\x1b[1;31m" not in page.getvalue()


@pytest.mark.parametrize("width", [24, 40])
def test_a_narrow_terminal_is_not_overrun(failing: Sample, width: int) -> None:
    shown, page = console(width)
    terminal.render_summary(failing.review, console=shown)
    assert max(map(len, page.getvalue().splitlines())) <= width


def test_what_a_portal_wrote_is_neither_markup_nor_an_escape_sequence() -> None:
    shown, page = console()
    hostile = finding("a", Outcome.FAILED, title="[bold]x[/bold] :smile: \x1b[2J\x07", observed="one\ntwo")
    terminal.render_summary(review([hostile]), console=shown)
    assert "[bold]x[/bold] :smile: �[2J�" in page.getvalue()
    assert "Seen: one two" in page.getvalue()


def test_an_old_terminal_gets_what_it_can_show() -> None:
    raw = io.BytesIO()
    page = io.TextIOWrapper(raw, encoding="ascii")
    terminal.render_summary(
        review([finding("a", Outcome.FAILED, title="大学 «x»")]), console=Console(file=page, width=80)
    )
    page.flush()
    assert b"?? ?x?" in raw.getvalue()


def ticking() -> float:
    ticking.now += 1.5  # type: ignore[attr-defined]
    return ticking.now  # type: ignore[attr-defined, no-any-return]


def test_progress_in_plain_lines_when_piped() -> None:
    ticking.now = 0.0  # type: ignore[attr-defined]
    shown, page = console()
    with terminal.Progress(shown, clock=ticking) as progress:
        progress.start("connect")
        progress.step("pressed [Connect]")
        progress.done("connect", "done")
    assert page.getvalue() == "connect ...\n  pressed [Connect]\nconnect: done  1.5 s\n"


def test_progress_is_silent_when_quiet() -> None:
    shown, page = console()
    with terminal.Progress(shown, quiet=True) as progress:
        progress.start("connect")
        progress.step("pressed")
        progress.done("connect", "done")
    assert page.getvalue() == ""


def test_the_live_line_is_gone_after_an_error(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TERM", "xterm-256color")
    shown, page = console(force_terminal=True)

    def interrupted() -> None:
        with terminal.Progress(shown) as progress:
            progress.start("connect")
            progress.step("x" * 500)
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        interrupted()
    hidden, again = page.getvalue().rfind("\x1b[?25l"), page.getvalue().rfind("\x1b[?25h")
    assert -1 < hidden < again, "the cursor is shown again"

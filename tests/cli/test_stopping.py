"""A request to end is never lost, and cuts nothing off that cannot bear it."""

from __future__ import annotations

import asyncio
import gc
import logging
import signal
import threading
from collections.abc import Callable, Iterable, Iterator

import pytest
from click.testing import CliRunner

from checker.cli import main
from checker.cli._bar import Bar, Row
from checker.cli.stopping import Stopped, stoppable

NUMBERS = [signal.SIGINT, signal.SIGTERM]


@pytest.fixture(autouse=True)
def _a_loud_asyncio() -> Iterator[None]:
    """A request to end makes asyncio silent for good; here other tests follow."""
    logger = logging.getLogger("asyncio")
    level = logger.level
    yield
    logger.setLevel(level)


def wait() -> None:
    """Wait for what does not come; a test that hangs here has lost the request."""
    threading.Event().wait(30)
    raise AssertionError("the request to end was lost")


def stopped_in_a_loop(callback: Callable[[], None]) -> None:
    """Run an event loop with one callback, which must end in a request to end."""
    loop = asyncio.new_event_loop()
    try:
        loop.call_soon(callback)
        with pytest.raises(Stopped), stoppable():
            loop.run_forever()
    finally:
        loop.close()


def work(number: int) -> None:
    """Work that ends by a request to end."""
    signal.raise_signal(number)
    wait()


@pytest.mark.parametrize("number", NUMBERS)
def test_it_unwinds_the_program(number):
    with pytest.raises(Stopped) as caught, stoppable():
        work(number)
    assert caught.value.number == number


@pytest.mark.parametrize("number", NUMBERS)
def test_what_the_interpreter_swallows_comes_again(number, capfd):
    class Last:
        def __del__(self) -> None:
            signal.raise_signal(number)

    def clean_up() -> None:
        Last()
        gc.collect()
        wait()

    with pytest.raises(Stopped), stoppable():
        clean_up()
    assert capfd.readouterr().err == ""


@pytest.mark.parametrize("number", NUMBERS)
def test_a_callback_of_a_loop_is_not_cut_off(number):
    done = []

    def callback() -> None:
        signal.raise_signal(number)
        done.append("to its end")

    stopped_in_a_loop(callback)
    assert done == ["to its end"]


def test_a_callback_that_never_ends_is_cut_off_all_the_same():
    def callback() -> None:
        signal.raise_signal(signal.SIGTERM)
        wait()

    stopped_in_a_loop(callback)


@pytest.mark.parametrize("number", NUMBERS)
def test_clean_up_that_fails_does_not_hide_it(tmp_path, monkeypatch, number):
    class Poor(Bar):
        def counted(self, rows: Iterable[Row], doing: str) -> Iterator[Row]:
            work(number)
            return super().counted(rows, doing)

        def __exit__(self, *_: object) -> None:
            raise RuntimeError("release unlocked lock")  # as a library does that is interrupted at a bad moment

    monkeypatch.setattr("checker.cli.stored.Bar", Poor)
    (tmp_path / "rows.csv").write_text("orcid,access_token\n", "utf-8")
    plan = tmp_path / "review.toml"
    plan.write_text('[portal]\nname = "P"\nurl = "https://127.0.0.1:1/"\n[store]\nfiles.connections = "rows.csv"\n')
    result = CliRunner().invoke(main, ["stored", str(plan)])
    assert (result.exit_code, result.output) == (128 + number, "Stopped.\n")


@pytest.mark.parametrize("stopped", [False, True])
def test_asyncio_does_not_complain_of_what_nobody_waits_for_any_more(caplog, stopped):
    async def fail() -> None:
        raise ValueError

    loop = asyncio.new_event_loop()
    if stopped:
        with pytest.raises(Stopped), stoppable():
            work(signal.SIGINT)
    task = loop.create_task(fail())
    loop.run_until_complete(asyncio.sleep(0))
    del task
    gc.collect()
    loop.close()
    assert ("Task exception was never retrieved" in caplog.text) is not stopped


def test_handlers_are_as_before_and_what_was_ignored_stays_so():
    before = signal.signal(signal.SIGHUP, signal.SIG_IGN)
    own = signal.getsignal(signal.SIGINT)
    try:
        with stoppable():
            assert signal.getsignal(signal.SIGHUP) == signal.SIG_IGN
            assert signal.getsignal(signal.SIGINT) != own
        assert signal.getsignal(signal.SIGINT) == own
    finally:
        signal.signal(signal.SIGHUP, before)

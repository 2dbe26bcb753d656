"""Ctrl-C, and the operating system's request to end, unwind the program wherever it is: nothing is left running.

Python raises in the middle of whatever runs just then. Two places do not bear that: an event loop that is not waiting,
because a callback would be lost or cut off halfway (Playwright then loses count of its messages), and clean-up by the
interpreter itself, which swallows what is raised in it. There the request is put off for a moment.
"""

from __future__ import annotations

import logging
import os
import signal
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from types import FrameType
from typing import Any, Final

_SIGNALS: Final = [getattr(signal, name) for name in ("SIGINT", "SIGTERM", "SIGHUP") if hasattr(signal, name)]
_MOMENT: Final = 0.02
"""Seconds until it is tried again."""
_MOST: Final = 100
"""Tries, after which it is raised wherever it is: a callback that never ends must not keep the program alive."""
_LOOP: Final = (os.path.join("asyncio", "base_events.py"), "_run_once")
_WAITING: Final = "selectors.py"


class Stopped(KeyboardInterrupt):
    """The program is to end; cleaned up after like any Ctrl-C."""

    def __init__(self, number: int) -> None:
        super().__init__(number)
        self.number = number


def behind(error: BaseException) -> Stopped | None:
    """Return the request to end that an error hides: it came up in what was to be cleaned up after it."""
    cause: BaseException | None = error
    while cause:
        if isinstance(cause, Stopped):
            return cause
        cause = cause.__context__
    return None


@contextmanager
def stoppable() -> Iterator[None]:
    """Raise :class:`Stopped` in a `with` block of the main thread when the program is to end."""
    if threading.current_thread() is not threading.main_thread():
        yield
        return
    tries = 0
    over = False

    def stop(number: int, frame: FrameType | None) -> None:
        nonlocal tries
        tries += 1
        if tries < _MOST and _in_loop_at_work(frame):
            again(number)
        else:
            # Of calls that nobody waits for any more, an event loop would complain with a traceback.
            logging.getLogger("asyncio").setLevel(logging.CRITICAL)
            raise Stopped(number)

    def again(number: int) -> None:
        timer = threading.Timer(_MOMENT, send, [number])
        timer.daemon = True
        timer.start()

    def send(number: int) -> None:
        main = threading.main_thread().ident
        if over or main is None:
            return
        if hasattr(signal, "pthread_kill"):
            signal.pthread_kill(main, number)  # so that it does not sleep on
        else:
            signal.raise_signal(number)

    def swallowed(found: Any) -> None:
        if isinstance(found.exc_value, Stopped):
            again(found.exc_value.number)
        else:
            hook(found)

    # What the caller ignores stays ignored: that is what nohup is for.
    wanted = [number for number in _SIGNALS if signal.getsignal(number) != signal.SIG_IGN]
    before = {number: signal.signal(number, stop) for number in wanted}
    hook, sys.unraisablehook = sys.unraisablehook, swallowed
    try:
        yield
    finally:
        over = True
        sys.unraisablehook = hook
        for number, handler in before.items():
            signal.signal(number, handler)


def _in_loop_at_work(frame: FrameType | None) -> bool:
    if frame and frame.f_code.co_filename.endswith(_WAITING):
        return False
    file, name = _LOOP
    while frame:
        if frame.f_code.co_name == name and frame.f_code.co_filename.endswith(file):
            return True
        frame = frame.f_back
    return False

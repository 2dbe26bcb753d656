"""What every test rests on."""

from __future__ import annotations

import signal

# A runner that starts the tests in the background has Ctrl-C ignored, and so would every command that they start.
if signal.getsignal(signal.SIGINT) is signal.SIG_IGN:
    signal.signal(signal.SIGINT, signal.default_int_handler)

"""Makes sure that a browser can be started: an installed one, else Playwright's own, else the system's package.

Run as `python -m checker.gather.install`; the Makefile does.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from typing import Final

from .browser import browser
from .errors import GatherError

PACKAGE: Final = (
    ["apt-get", "update", "-qq"],
    ["apt-get", "install", "-y", "-qq", "chromium-headless-shell"],
    ["apt-get", "install", "-y", "-qq", "chromium"],
)


def main() -> int:
    """Try in order, stop at the first browser that starts, and say which way it went."""
    ways = [("Playwright's own", [[sys.executable, "-m", "playwright", "install", "--with-deps", "chromium"]])]
    if shutil.which("apt-get") and hasattr(os, "geteuid") and os.geteuid() == 0:
        ways.append(("the system's package", list(PACKAGE)))
    if version := _works():
        print(f"browser: {version}")
        return 0
    for name, commands in ways:
        print(f"browser: none could be started; trying {name}", flush=True)
        for command in commands:
            subprocess.run(command, check=False)
        if version := _works():
            print(f"browser: {version}")
            return 0
    print(
        "browser: none could be started or installed. Install Chromium, Chrome or Edge, or name one in the"
        " environment variable ORCID_REVIEW_BROWSER.",
        file=sys.stderr,
    )
    return 4


def _works() -> str:
    try:
        with browser() as started:
            return f"{started.browser_type.name} {started.version}"
    except GatherError:
        return ""


if __name__ == "__main__":
    raise SystemExit(main())

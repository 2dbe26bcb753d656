"""Where the content folders (`checks`, `reports`, `fixtures`) are found.

In a wheel they lie inside this package. In a checkout they lie beside `checker/`; this package's search path is
extended to the checkout's root, so `checker.content.checks` is one name for both and `checks` never becomes a
top-level import name.
"""

from pathlib import Path

FOLDERS = ("checks", "reports", "fixtures")

_inside = Path(__file__).resolve().parent
_checkout = _inside.parent.parent

ROOT: Path = _inside if (_inside / "checks").is_dir() else _checkout
"""The folder that holds `checks`, `reports` and `fixtures`."""

if ROOT is _checkout:
    __path__.append(str(_checkout))

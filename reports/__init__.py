"""The reports: each module beside this file is one format, found by itself; a new format is one new module."""

from __future__ import annotations

import importlib
import pkgutil
from pathlib import Path
from typing import Protocol, cast

from checker.evidence.model import Evidence
from checker.review import Review


class Format(Protocol):
    """What a module must have to be a report format."""

    NAME: str
    """What a person calls it, e.g. `html`."""
    DESCRIPTION: str
    FILE: str | None
    """Name of the file in the output folder; None for a format that is only shown."""

    def render(self, review: Review, evidence: Evidence, folder: Path) -> str:
        """Return the report. `folder` is the evidence folder, which holds the screenshots."""


def formats() -> dict[str, Format]:
    """Return every report format by its name."""
    modules = (
        importlib.import_module(f"{__name__}.{found.name}")
        for found in pkgutil.iter_modules(__path__)
        if not found.ispkg and not found.name.startswith("_")
    )
    return {m.NAME: cast(Format, m) for m in modules if hasattr(m, "render")}

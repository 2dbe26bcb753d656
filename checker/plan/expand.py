"""`${NAME}` from the environment, and `{name}` that only the run can know."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from typing import Any

from .lines import Path

PLACEHOLDERS = ("orcid", "orcid_ca", "client_id", "client_secret", "python", "folder")
"""Filled in by the run, in `[portal] url` and `[portal.serve]` alone."""

_VARIABLE = re.compile(r"(?P<escape>\$\$\{)|\$\{(?P<name>[A-Za-z_][A-Za-z0-9_]*)\}|(?P<wrong>\$\{[^}]*\}?)")
_PLACEHOLDER = re.compile(r"\{(\w+)\}")


class Expansion:
    """A file's data with the environment put in.

    Attributes:
        data: the same shape as the file, every `${NAME}` replaced; where that failed the text is left alone.
        from_environment: paths of the texts in which a variable was replaced.
        used: variable -> value.
    """

    def __init__(self, data: Any, environ: Mapping[str, str], complain: Callable[[Path, str], None]) -> None:
        self.from_environment: set[Path] = set()
        self.used: dict[str, str] = {}
        self._environ = environ
        self._complain = complain
        self.data = self._walk(data, ())

    def _walk(self, value: Any, path: Path) -> Any:
        match value:
            case str():
                return self._text(value, path)
            case dict():
                return {key: self._walk(item, (*path, key)) for key, item in value.items()}
            case list():
                return [self._walk(item, (*path, number)) for number, item in enumerate(value)]
            case _:
                return value

    def _text(self, text: str, path: Path) -> str:
        failed = False

        def replace(match: re.Match[str]) -> str:
            nonlocal failed
            if match["escape"]:
                return "${"
            value = self._environ.get(match["name"]) if match["name"] else None
            if value or (value is not None and path[:3] == ("portal", "serve", "env")):
                self.from_environment.add(path)
                self.used[match["name"]] = value
                return value
            failed = True
            if match["wrong"]:
                self._complain(path, f"{match['wrong']} is not a variable; write ${{NAME}}, or $${{ for a plain ${{")
            elif value is None:
                self._complain(path, f"the environment variable {match['name']} is not set; set it, then run again")
            else:
                self._complain(path, f"the environment variable {match['name']} is set but empty; give it a value")
            return match[0]

        expanded = _VARIABLE.sub(replace, text)
        return text if failed else expanded


def fill(text: str, placeholders: Mapping[str, str]) -> str:
    """Replace `{name}` for every name given, and leave every other brace alone."""
    return _PLACEHOLDER.sub(lambda match: placeholders.get(match[1], match[0]), text)

"""Finds the rulebook and the profiles: the shipped ones and a consortium's own."""

from __future__ import annotations

import importlib
import importlib.util
import sys
import tomllib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from pathlib import Path

from ..content import ROOT
from ..review.model import Level
from .rule import RULES, Rule

_EXTRA = "orcid_review_extra_"
"""Prefix of the module names of a consortium's own rules."""


class ContentError(Exception):
    """The rulebook or a profile cannot be used; the message says which file and why."""


@dataclass(frozen=True)
class Profile:
    """A text to review against: which rules it asks for, and how much."""

    name: str
    title: str
    description: str
    levels: dict[str, Level]


def load_rules(extra: tuple[Path, ...] = ()) -> dict[str, Rule]:
    """Import every module under `checks/`, then those of the `extra` folders, and return all rules by id."""
    base = ROOT / "checks"
    for path in _modules(base):
        name = ".".join(path.relative_to(base).with_suffix("").parts)
        importlib.import_module(f"checker.content.checks.{name}")
    for number, folder in enumerate(extra):
        if not folder.is_dir():
            raise ContentError(f"--checks {folder}: there is no such folder")
        for path in _modules(folder):
            _load(path, f"{_EXTRA}{number}_{'_'.join(path.relative_to(folder).with_suffix('').parts)}")
    return dict(RULES)


def with_extra(profile: Profile, rules: Mapping[str, Rule], extra: tuple[Path, ...]) -> Profile:
    """Return the profile with the rules of the `extra` folders in it.

    A folder says how much its rules count in a `levels.toml` of its own (as in a profile's `[levels]`); a rule that
    it does not name is recommended.

    Raises:
        ContentError: a `levels.toml` cannot be used.
    """
    levels = dict(profile.levels)
    levels |= {id: Level.RECOMMENDED for id, rule in rules.items() if rule.module.startswith(_EXTRA)}
    for folder in extra:
        path = folder / "levels.toml"
        if path.is_file():
            try:
                levels |= _levels(tomllib.loads(path.read_text("utf-8"))["levels"])
            except (KeyError, ValueError, AttributeError, TypeError) as error:
                raise ContentError(f"{path} cannot be used: {error}") from error
    return replace(profile, levels=levels)


def _levels(table: Mapping[str, Iterable[str]]) -> dict[str, Level]:
    return {check: Level(level) for level, checks in table.items() for check in checks}


def _modules(folder: Path) -> list[Path]:
    return sorted(p for p in folder.rglob("*.py") if not any(part.startswith("_") for part in p.parts[-2:]))


def _load(path: Path, name: str) -> None:
    if name in sys.modules:
        return
    spec = importlib.util.spec_from_file_location(name, path)
    if spec is None or spec.loader is None:
        raise ContentError(f"{path} cannot be loaded as a Python module")
    module = importlib.util.module_from_spec(spec)
    sys.modules[name] = module
    try:
        spec.loader.exec_module(module)
    except Exception as error:
        del sys.modules[name]
        raise ContentError(f"{path} cannot be used: {error}") from error


def profile_names() -> list[str]:
    """Return the names of the shipped profiles."""
    return sorted(p.stem for p in (ROOT / "checks" / "profiles").glob("*.toml"))


def load_profile(name: str) -> Profile:
    """Return a shipped profile by its name; one that `extends` another has that one's rules as well.

    Raises:
        ContentError: there is no such profile.
    """
    path = ROOT / "checks" / "profiles" / f"{name}.toml"
    if not path.is_file():
        raise ContentError(f"there is no profile {name!r}; there are: {', '.join(profile_names())}")
    data = tomllib.loads(path.read_text("utf-8"))
    base = load_profile(data["extends"]).levels if "extends" in data else {}
    return Profile(name, data["title"], data["description"], base | _levels(data["levels"]))

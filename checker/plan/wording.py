"""Says what pydantic found in the words of the file."""

from __future__ import annotations

import difflib
from collections.abc import Iterable, Sequence
from datetime import date, time
from types import NoneType
from typing import Any, get_args

from pydantic import BaseModel
from pydantic_core import ErrorDetails

from .lines import Path
from .model import SECRET_NAME, Plan

_KINDS = {
    "string_type": "a text in quotes",
    "bool_type": "true or false",
    "int_type": "a whole number without quotes",
    "float_type": "a number without quotes",
    "list_type": "a list in square brackets",
    "dict_type": "a table",
    "model_type": "a table",
    "model_attributes_type": "a table",
    "date_type": "a date without quotes, such as 2026-11-20",
}

_LIMITS = {
    "greater_than": ("gt", "more than"),
    "greater_than_equal": ("ge", "at least"),
    "less_than": ("lt", "less than"),
    "less_than_equal": ("le", "at most"),
}


def say(error: ErrorDetails) -> tuple[Path, str]:
    """Return the path that an error is about and the sentence for it."""
    path: Path = tuple(error["loc"])
    kind, context = error["type"], error.get("ctx", {})
    match kind:
        case "missing":
            return path, _missing(path)
        case "extra_forbidden":
            return path, _unknown_key(path)
        case "value_error":
            return path, str(context["error"])
        case "literal_error":
            return path, _not_one_of(path, error["input"])
        case "string_too_short":
            return path, "is empty" + _proposal(path)
        case "too_short" | "too_long":
            wanted = context.get("min_length") or context.get("max_length")
            return path, f"expected {wanted} values, saw {len(error['input'])}"
    if kind in _LIMITS:
        key, words = _LIMITS[kind]
        expected = f"{words} {context[key]:g}"
    else:
        expected = _KINDS.get(kind) or error["msg"].removeprefix("Input should be ")
    return path, f"expected {expected}, saw {shown(error['input'], path)}"


def shown(value: Any, path: Path) -> str:
    """Return a value as a message may show it: its kind, and itself where it is short and no secret."""
    secret = any(isinstance(part, str) and (SECRET_NAME.search(part) or part in {"value", "env"}) for part in path)
    match value:
        case bool():
            return str(value).lower()
        case str():
            kind, itself = "the text", f'"{_short(value)}"'
        case int() | float():
            kind, itself = "the number", _short(str(value))
        case list():
            return "a list"
        case dict():
            return "a table"
        case date() | time():
            kind, itself = "the date" if isinstance(value, date) else "the time", value.isoformat()
        case _:
            return "something else"
    return kind if secret else f"{kind} {itself}"


def nearest(word: str, words: Iterable[str]) -> str:
    """Return the closest of some words, or nothing when none is close."""
    close = difflib.get_close_matches(word.lower(), list(words), n=1, cutoff=0.6)
    return close[0] if close else ""


def one_of(words: Sequence[str]) -> str:
    """Return `a, b or c`."""
    return words[0] if len(words) == 1 else f"{', '.join(words[:-1])} or {words[-1]}"


def meant_key(path: Path) -> str:
    """Return the key that an unknown one was probably meant to be, or nothing."""
    model = _model(path[:-1])
    return nearest(str(path[-1]), model.model_fields) if model else ""


def _short(text: str) -> str:
    flat = "".join(c if c.isprintable() else "?" for c in text)
    return flat if len(flat) <= 60 else f"{flat[:57]}…"


def _missing(path: Path) -> str:
    field = _field(path)
    return f"is missing: {field.description}{_proposal(path)}" if field and field.description else "is missing"


def _proposal(path: Path) -> str:
    field = _field(path)
    return f', e.g. {path[-1]} = "{field.examples[0]}"' if field and field.examples else ""


def _unknown_key(path: Path) -> str:
    model = _model(path[:-1])
    table = "the plan" if len(path) == 1 else "this step" if isinstance(path[-2], int) else f"[{_names(path[:-1])}]"
    if model is None:
        return f"not a key of {table}"
    key = str(path[-1])
    if meant := meant_key(path):
        return f"not a key of {table}; did you mean {meant}?"
    homes = [home for home, other in _tables() if key in other.model_fields and other is not model]
    if homes:
        return f"not a key of {table}; it belongs {one_of(homes)}"
    return (
        f"not a key of {table}; there {'is' if len(model.model_fields) == 1 else 'are'} {', '.join(model.model_fields)}"
    )


def _not_one_of(path: Path, value: Any) -> str:
    if path == ("orcid", "environment") and isinstance(value, str) and value.lower().startswith(("prod", "live")):
        return (
            "production is refused: a review connects, writes and disconnects, and must not do so on real people's "
            "records; expected embedded or sandbox"
        )
    field = _field(path)
    words = [str(word) for word in get_args(field.annotation)] if field else []
    close = nearest(value, words) if isinstance(value, str) else ""
    hint = f"; did you mean {close}?" if close else ""
    return f"expected {one_of(words)}, in quotes, saw {shown(value, path)}{hint}"


def _names(path: Path) -> str:
    return ".".join(part for part in path if isinstance(part, str))


def _field(path: Path) -> Any:
    model = _model(path[:-1])
    return model.model_fields.get(str(path[-1])) if model else None


def _model(path: Path) -> type[BaseModel] | None:
    """Return the model that a table of the file is read as; None where any key may stand."""
    annotation: Any = Plan
    for part in path:
        if model := _as_model(annotation):
            field = model.model_fields.get(str(part))
            annotation = field.annotation if field else None
        else:
            annotation = next(reversed(get_args(annotation)), None)  # what a list or a dict holds
    return _as_model(annotation)


def _as_model(annotation: Any) -> type[BaseModel] | None:
    options = (annotation, *get_args(annotation)) if NoneType in get_args(annotation) else (annotation,)
    return next((o for o in options if isinstance(o, type) and issubclass(o, BaseModel)), None)


def _tables() -> list[tuple[str, type[BaseModel]]]:
    tables: list[tuple[str, type[BaseModel]]] = [("at the top of the file, before the first [table]", Plan)]
    paths: list[Path] = [("portal",), ("portal", "serve"), ("orcid",), ("steps",), ("store",), ("payloads",), ("run",)]
    tables += [(f"in [{_names(path)}]", model) for path in paths if (model := _model(path))]
    return tables

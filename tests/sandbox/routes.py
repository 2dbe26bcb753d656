"""The sandbox's whole table of routes, as its application has it."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from starlette.applications import Starlette
from starlette.routing import Route

from checker.sandbox.app import build
from checker.sandbox.clock import Clock
from checker.sandbox.controls import Controls
from checker.sandbox.model import DEFAULT_CLIENTS, DEFAULT_PERSON
from checker.sandbox.state import State
from checker.sandbox.wire import Wire


@dataclass(frozen=True)
class Endpoint:
    path: str
    """As in the table: `/oauth/token`, `/v3.0/{path:path}`."""
    methods: frozenset[str]

    @property
    def levers(self) -> bool:
        """Whether it is one of the admin endpoints."""
        return self.path.startswith("/_sandbox")


def endpoints() -> list[Endpoint]:
    """Return every route that a sandbox with levers has, sorted by path."""
    clock, wire = Clock(), Wire(None)
    controls = Controls(State(DEFAULT_CLIENTS, (DEFAULT_PERSON,), clock), wire, clock, limited=False)
    app, _ = build(controls, "http://localhost:1", admin=True)
    found: dict[str, set[str]] = {}
    for starlette in _applications(app, set()):
        for route in starlette.routes:
            assert isinstance(route, Route), f"{route} is no plain route: this helper must learn about it"
            found.setdefault(route.path, set()).update(route.methods or ())
    return [Endpoint(path, frozenset(methods)) for path, methods in sorted(found.items())]


def _applications(layer: Any, seen: set[int]) -> Iterator[Starlette]:
    """Find the Starlette applications behind the layers around them."""
    if id(layer) in seen:
        return
    seen.add(id(layer))
    if isinstance(layer, Starlette):
        yield layer
    elif type(layer).__module__.startswith("checker.sandbox"):
        for part in vars(layer).values():
            yield from _applications(part, seen)

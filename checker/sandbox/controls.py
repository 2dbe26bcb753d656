"""The levers on a running sandbox, for whoever pulls them: the admin endpoints, or a program that started it.

Everything here is touched in the sandbox's thread alone.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from . import people, saved
from .clock import Clock
from .faults import Faults, Orders
from .har import archive
from .model import Client, Person
from .rate import RateLimit
from .state import State
from .webhooks import Webhooks
from .wire import Wire


@dataclass
class Controls:
    """What can be done to a sandbox while it runs."""

    state: State
    wire: Wire
    clock: Clock
    orders: Orders = field(default_factory=Orders)
    faults: Faults | None = None
    """The middleware; there is one when it runs."""
    limited: bool = False
    webhooks: Webhooks = field(init=False)
    """Who hears of changed records."""

    def __post_init__(self) -> None:
        self.webhooks = Webhooks(self.state)

    def reset(self) -> None:
        """Go back to how it was started: people, applications, empty records, the machine's time, an empty wire.

        Sessions, codes, tokens, links to institutions and ordered faults are gone.
        """
        self.clock.set(0)
        self.orders.withdraw()
        self.state.reset()
        self.webhooks.deliveries.clear()
        self.wire.clear()
        self.limit(self.limited)

    def limit(self, limited: bool) -> None:
        """Keep ORCID's rate limit, or none; the count begins anew."""
        self.limited = limited
        if self.faults:
            self.faults.rate_limit = RateLimit() if limited else None

    def add_person(self, data: object) -> Person:
        """Add the person that an object describes.

        Raises:
            Misfit: the object does not describe a person, or the iD or e-mail address is taken.
        """
        person = people.person(data, known=self.state.people.values())
        self.state.add_person(person)
        return person

    def add_client(self, data: object) -> Client:
        """Register the application that an object describes.

        Raises:
            Misfit: the object does not describe an application, or its ID is taken.
        """
        client = people.client(data, known=self.state.clients.values())
        self.state.clients[client.id] = client
        return client

    def har(self, host: str, after: int = 0) -> dict[str, Any]:
        """Return the wire as HAR 1.2, from the exchange after the given number on."""
        return archive((entry for entry in self.wire.entries if entry.number > after), host)

    def save(self, path: Path) -> None:
        """Write the state file.

        Raises:
            SandboxError: it cannot be written.
        """
        saved.write(path, self.state.keep(), self.clock.offset)

    def restore(self, path: Path) -> bool:
        """Take what a state file holds, if there is one; say whether there was.

        Raises:
            SandboxError: it cannot be read, or holds something else.
        """
        found = saved.read(path)
        if found is None:
            return False
        kept, offset = found
        self.clock.set(offset)
        self.state.take(kept)
        return True

"""Permission notifications: an application asks a person for a permission (facts on the API, sections 2 and 16).

Observed in ORCID's code: another client may neither read nor archive one, each with an error of its own.
"""

from __future__ import annotations

from ..orcid.payloads import Record
from ..orcid.payloads.model import Method
from .api_errors import ApiError
from .documents import NOTIFICATIONS
from .model import Person
from .record import Registry
from .shape import Tree
from .state import Notification, State
from .submissions import Submission

SCOPE = "/premium-notification"


class Notifications:
    """All notifications."""

    def __init__(self, state: State, registry: Registry) -> None:
        self._state = state
        self._registry = registry

    shape = NOTIFICATIONS

    def listing(self, orcid: str, client_id: str) -> Tree:
        """Return what a client sent a person."""
        found = [n for n in self._state.notifications.values() if (n.orcid, n.client_id) == (orcid, client_id)]
        return {"notification": [self._registry.notification(one) for one in found]}

    def get(self, orcid: str, number: int, client_id: str) -> Notification:
        """Return a notification.

        Raises:
            ApiError: there is none, or it is another client's.
        """
        found = self._find(orcid, number)
        if found.client_id != client_id:
            raise ApiError(403, 9004, f"{found.client_id} sent the notification, {client_id} asks")
        return found

    def post(self, person: Person, sent: Submission, client_id: str) -> Notification:
        """Send a notification.

        Raises:
            ApiError: a rule is broken, or the person takes none.
        """
        sent.judge(Method.POST, None, Record())
        if not person.takes_notifications:
            raise ApiError(409, 9032, f"{person.orcid} does not take notifications")
        number = self._state.next_put_code()
        made = Notification(number, person.orcid, client_id, self._state.now(), sent.own)
        self._state.notifications[number] = made
        return made

    def archive(self, orcid: str, number: int, client_id: str) -> Notification:
        """Archive a notification.

        Raises:
            ApiError: there is none, it is another client's, or the person has read it.
        """
        found = self._find(orcid, number)
        if found.client_id != client_id:
            raise ApiError(403, 9010, f"{found.client_id} is the source, {client_id} asks")
        if found.read:
            raise ApiError(403, 9009, f"{orcid} has read the notification {number}")
        found.archived = found.archived or self._state.now()
        return found

    def _find(self, orcid: str, number: int) -> Notification:
        found = self._state.notifications.get(number)
        if found is None or found.orcid != orcid:
            raise ApiError(404, 9029, f"there is no notification {number} for {orcid}")
        return found

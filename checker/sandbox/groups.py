"""Groups of peer reviews: `/group-id-record` (facts on the API, sections 2, 9 and 16).

Our choice: the registry knows every ISSN whose check digit fits; a group that it makes of one is named after it.
"""

from __future__ import annotations

from ..orcid.payloads import Record, Stored
from ..orcid.payloads.model import Method
from ..orcid.payloads.rules.normalise import issn
from .api_errors import ApiError
from .documents import GROUPS
from .record import Registry
from .shape import Tree
from .state import Group, State, source
from .submissions import ISSN_GROUP_IS_MADE, Refusal, Submission

PAGE_SIZE = 100


class Groups:
    """All groups; they belong to no record."""

    def __init__(self, state: State, registry: Registry) -> None:
        self._state = state
        self._registry = registry

    shape = GROUPS

    def names(self) -> frozenset[str]:
        """Return the group ids that there are."""
        return frozenset(group.content["group-id"] for group in self._state.groups.values())

    def get(self, put_code: int) -> Group:
        """Return a group.

        Raises:
            ApiError: there is none with the put-code.
        """
        group = self._state.groups.get(put_code)
        if group is None:
            raise ApiError(400, 9026, f"there is no group with put-code {put_code}")
        return group

    def listing(self, page: int, size: int) -> Tree:
        """Return one page of all groups, the first page is 1."""
        groups = sorted(self._state.groups.values(), key=lambda group: group.put_code)
        shown = groups[(page - 1) * size : page * size]
        return {
            "last-modified-date": max((group.modified for group in shown), default=None),
            "total": len(groups),
            "page": page,
            "page-size": size,
            "group-id-record": [self._registry.group(group) for group in shown],
        }

    def find(self, part: str, value: str) -> Group | None:
        """Return the group with a `name` or a `group-id`; one of an ISSN is made where there is none."""
        wanted = value.strip().lower()
        for group in self._state.groups.values():
            if group.content[part].strip().lower() == wanted:
                return group
        return self.of_issn(value) if part == "group-id" and value.startswith("issn:") else None

    def of_issn(self, name: str) -> Group | None:
        """Make the group of an ISSN, unless it is there."""
        number = issn(name)
        if not number:
            return None
        name = f"issn:{number}"
        for group in self._state.groups.values():
            if group.content["group-id"] == name:
                return group
        content = {
            "name": f"ISSN {number}",
            "group-id": name,
            "description": f"Journal with the ISSN {number}",
            "type": "journal",
        }
        return self._add(content, "")

    def post(self, sent: Submission, client_id: str) -> Group:
        """Add a group.

        Raises:
            ApiError: a rule is broken, or it is there.
        """
        try:
            sent.judge(Method.POST, None, self._record(client_id))
        except Refusal as refusal:
            if refusal.clause == ISSN_GROUP_IS_MADE:
                self.of_issn(sent.content["group-id"])
            raise
        return self._add(sent.own, client_id)

    def put(self, sent: Submission, put_code: int, client_id: str) -> Group:
        """Change a group.

        Raises:
            ApiError: a rule is broken, or it is another client's.
        """
        sent.judge(Method.PUT, put_code, self._record(client_id))
        group = self.get(put_code)
        if sent.own != group.content:
            group.content, group.modified = sent.own, self._state.now()
        return group

    def delete(self, put_code: int, client_id: str) -> None:
        """Remove a group.

        Raises:
            ApiError: it is not there, in use, or another client's.
        """
        group = self.get(put_code)
        name = group.content["group-id"]
        for orcid in self._state.people:
            if any(item.content.get("review-group-id") == name for item in self._state.items(orcid, "peer-review")):
                raise ApiError(409, 9040, f"there are peer reviews in the group {name}")
        if group.client_id != client_id:
            raise ApiError(403, 9010, f"{group.client_id or 'ORCID'} is the source, {client_id} asks")
        del self._state.groups[put_code]

    def _record(self, client_id: str) -> Record:
        stored = [
            Stored(group.put_code, "group-id", group.content, source(group.client_id or "ORCID", ""), "public")
            for group in self._state.groups.values()
        ]
        return Record(stored=stored, source=client_id, groups=self.names())

    def _add(self, content: Tree, client_id: str) -> Group:
        moment = self._state.now()
        group = Group(self._state.next_put_code(), client_id, moment, moment, content)
        self._state.groups[group.put_code] = group
        return group

"""Keeps the record's side of one run: looks at it, writes the journal, and takes back what was written if asked to."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, Final

from ..evidence.model import Exchange, RecordLook, Written
from ..orcid.answers import json_object
from .record import MARK, OrcidReader, Place
from .write_journal import Undo, journal

if TYPE_CHECKING:
    from ..evidence.vault import Vault
    from .wire import Recording

MOMENTS: Final = frozenset({"start", "connect", "write", "update", "delete", "disconnect", "reconnect", "end"})
"""When the record is looked at."""


class RecordKeeper:
    """The record's side of one run.

    Args:
        place: where ORCID is.
        client_id, client_secret: of the client under review.
        vault: learns the run's own tokens.
        recording: the wire, whose tokens may take back what was written; None when it is not heard.
        researcher: iD whose record is looked at; empty: those of the people who connect.
        undo: whether what was written is to be taken back.
    """

    def __init__(
        self,
        place: Place,
        client_id: str,
        client_secret: str,
        vault: Vault,
        recording: Recording | None,
        researcher: str,
        *,
        undo: bool,
    ) -> None:
        self._reader = OrcidReader(place, client_id, client_secret, vault.learn)
        self._recording = recording
        self._researcher = researcher
        self._wants_undo = undo
        self._undo = Undo(self._reader, self._tokens_for)
        self._taken_back: list[Written] | None = None
        self.looks: list[RecordLook] = []
        if recording:
            recording.is_own = lambda entry: entry.request_headers.get(MARK) == self._reader.mark

    @property
    def place(self) -> Place:
        """Where ORCID is."""
        return self._reader.place

    def look(self, when: str) -> None:
        """Look at the record, if this is a moment for it."""
        if when not in MOMENTS:
            return
        for orcid in self._people():
            look = self._reader.look(when, orcid)
            self.looks.append(look)
            if self._wants_undo and when in {"start", "connect"}:
                self._undo.remember(look)

    def written(self, wire: Sequence[Exchange] | None) -> list[Written]:
        """Return the write journal, with what became of each line."""
        if self._taken_back is not None:
            return self._taken_back
        return journal(wire or [], self.looks, self._reader.client_id)

    def take_back(self, wire: Sequence[Exchange] | None, fresh_token: Callable[[str, OrcidReader], str]) -> None:
        """Undo what the journal names, if the plan asks for it.

        Args:
            wire: what ORCID was told.
            fresh_token: asked for a new permission of a person (iD) once all others are ended; "" for none.
        """
        if not self._wants_undo:
            return
        lines = self.written(wire)
        self._undo.fresh_token = lambda orcid: fresh_token(orcid, self._reader)
        self._taken_back = lines  # should it be interrupted, the journal still says what is on the record
        self._taken_back = self._undo.take_back(lines)

    def _people(self) -> list[str]:
        if self._researcher:
            return [self._researcher]
        entries = self._recording.entries if self._recording else []
        return list(dict.fromkeys(e.orcid for e in entries if e.kind == "token" and e.status == 200 and e.orcid))

    def _tokens_for(self, orcid: str) -> Sequence[str]:
        """Return the tokens that this person's consent gave the client in this run, the newest first."""
        given: dict[str, str] = {}
        ended: set[str] = set()
        for entry in self._recording.entries if self._recording else []:
            if entry.kind == "token" and entry.status == 200 and entry.orcid == orcid:
                answer = json_object(entry.response_body)
                token = str(answer.get("access_token") or "")
                given.pop(token, None)
                given[token] = str(answer.get("refresh_token") or "")
                ended -= {token}
            elif entry.kind == "revoke" and entry.status == 200:
                ended.add(entry.token)
        return [t for t, refresh in reversed(given.items()) if t and t not in ended and refresh not in ended]

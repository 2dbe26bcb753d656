"""What is known about the run that displays are judged against: the environment, and who authenticated their iD."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal
from urllib.parse import urlsplit

from checker.api import Evidence
from checker.orcid import hosts, ids
from checker.orcid.answers import json_object
from checker.orcid.hosts import Environment

Status = Literal["authenticated", "unauthenticated", "unknown"]

_YES = frozenset({"1", "true", "t", "yes", "y", "authenticated", "verified"})
_NO = frozenset({"0", "false", "f", "no", "n", "unauthenticated", "unverified", "unconfirmed"})


@dataclass(frozen=True)
class Case:
    """The run, as far as displays go."""

    environment: Environment
    tls: bool
    researcher: str
    """iD of the person who connected in this run; empty when nobody did or it is not known."""
    researcher_name: str
    owned: frozenset[str]
    """iDs that ORCID gave to the portal in this run."""
    flags: dict[str, bool]
    """iD -> authenticated, where the portal's store says so."""

    def status(self, orcid_id: str) -> Status:
        """Say whether the owner of an iD authenticated it, as far as evidence goes."""
        if orcid_id in self.owned:
            return "authenticated"
        if orcid_id in self.flags:
            return "authenticated" if self.flags[orcid_id] else "unauthenticated"
        return "unknown"

    def exempt_from_https(self, address: str) -> bool:
        """An ORCID that cannot be reached over https at all cannot be linked with it."""
        return not self.tls and bool(urlsplit(address).netloc) and self.environment.owns(address)


def case_of(evidence: Evidence) -> Case:
    """Gather it from the evidence."""
    run = evidence.run
    tokens = {orcid_id for exchange in evidence.wire or [] if (orcid_id := _granted(exchange))}
    visited = any(a.answer in {"allowed", "silent"} for j in evidence.journeys for a in j.authorizations)
    known = {run.researcher} if run.researcher and (visited or tokens) else set()
    return Case(
        environment=environment_of(run.environment, run.orcid),
        tls=run.tls,
        researcher=run.researcher,
        researcher_name=run.researcher_name,
        owned=frozenset(tokens | known),
        flags=_flags(evidence),
    )


def environment_of(name: str, orcid: str) -> Environment:
    """Return the environment of a run."""
    match name:
        case "production":
            return hosts.PRODUCTION
        case "sandbox":
            return hosts.SANDBOX
        case _:
            return hosts.embedded(orcid)


def _granted(exchange: object) -> str:
    kind, status = getattr(exchange, "kind", ""), getattr(exchange, "status", 0)
    if kind != "token" or status != 200:
        return ""
    found = json_object(getattr(exchange, "response_body", "")).get("orcid")
    return found if isinstance(found, str) and ids.is_well_formed(found) else ""


def _flags(evidence: Evidence) -> dict[str, bool]:
    flags: dict[str, bool] = {}
    for look in evidence.store.looks:
        for row in look.connections:
            orcid_id = row.orcid.strip().rpartition("/")[2].upper()
            said = row.authenticated.strip().lower()
            if not ids.is_well_formed(orcid_id) or look.when in {"start", "deny"}:
                continue
            if said in _YES or said in _NO:
                flags[orcid_id] = said in _YES
    return flags

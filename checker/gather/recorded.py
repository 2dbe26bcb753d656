"""An HTTP archive that somebody recorded, as evidence: the wire alone, and of everything else why it is not there."""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Final, get_args

from .. import __version__
from ..evidence import bundle, model
from ..evidence.vault import Vault
from ..orcid import hosts
from ..orcid.answers import json_object
from ..plan.model import EMBEDDED_CLIENT_ID
from .errors import GatherError
from .relay import har
from .relay.places import place_of
from .wire import Recording

if TYPE_CHECKING:
    from ..plan import Plan
    from ..sandbox import WireEntry

_UNREAD: Final = re.compile(r"redact|remov|hidden|masked|sanitiz|filter|omitted|\*{3}|x{6}|…|\.{3}", re.IGNORECASE)
"""What others put where a secret stood; a token of ORCID has hexadecimal digits or three parts of base64."""

_CALLS: Final = frozenset({"token", "revoke", "api"})


def read(archive: Path) -> har.Archive:
    """Return what was asked of ORCID in an archive that a relay, a proxy or a browser made.

    Raises:
        har.HarError: it is no archive, or nothing in it was asked of ORCID.
    """
    found = har.read(archive)
    if not found.entries:
        raise har.HarError(
            f"{archive} holds no request to ORCID. Expected calls of a portal to {', '.join(_KNOWN)}; record where they"
            " go by, e.g. with orcid-review relay"
        )
    return found


def gather(name: str, archive: har.Archive, profile: str, *, out: Path, plan: Plan | None = None) -> model.Evidence:
    """Return a recording as evidence, as written to `out`, every secret replaced by a tag.

    Args:
        name: of its file.
        archive: as read, with one entry at least.
        profile: name of the one that is asked for.
        out: folder of the evidence; is made.
        plan: says what an archive cannot: name, client, redirect URIs, declared scopes, answers.
    """
    entries = archive.entries
    vault = Vault()
    for kind, value in plan.secrets() if plan else ():
        vault.learn(kind, value)
    har.learn_all([entry for entry in entries if not _UNREAD.search(entry.token)], vault)
    evidence = model.Evidence(
        run=_run(name, profile, archive, plan),
        started=entries[0].at,
        ended=entries[-1].at,
        journeys=[_not_walked(name, entries[0]) for name in _JOURNEYS],
        wire=_wire(entries, vault),
        store=model.Store(block=_block("where the portal stores connections was not looked at")),
        record=[model.RecordLook(when="end", at=entries[-1].at, orcid="", block=_block("no ORCID record was read"))],
        answers=plan.answers if plan else {},
    )
    return bundle.write(out, evidence, {}, vault)


_KNOWN: Final = tuple(
    host.removeprefix("https://") for one in (hosts.SANDBOX, hosts.PRODUCTION) for host in (one.site, one.member_api)
)
_JOURNEYS: Final = tuple(name for name in get_args(model.JourneyName) if name != "display")


def _block(what: str) -> model.Block:
    return GatherError("only-recorded", f"Only a recording of what was said to ORCID was judged: {what}.").block()


def _not_walked(name: model.JourneyName, first: WireEntry) -> model.Journey:
    block = _block("nobody used the portal, and no page of it was seen")
    return model.Journey(name=name, started=first.at, ended=first.at, state="skipped", block=block)


# What the run was about


def _run(name: str, profile: str, archive: har.Archive, plan: Plan | None) -> model.Run:
    site = _site(archive.entries)
    client = plan.orcid.client_id if plan else ""
    return model.Run(
        tool=f"orcid-review {__version__}",
        portal_name=plan.portal.name if plan else name,
        portal_url=plan.portal.url if plan else "",
        environment=_environment(site, archive),
        orcid=site,
        relayed=site in _SITES.values(),
        # It stands in a plan that names no client, and is nobody's.
        client_id="" if client == EMBEDDED_CLIENT_ID else client,
        redirect_uris=plan.orcid.redirect_uris if plan else [],
        scopes=plan.orcid.scopes if plan else None,
        profile=profile,
        recording=name,
    )


def _environment(site: str, archive: har.Archive) -> hosts.EnvironmentName:
    if not archive.real:
        return "embedded"
    return "production" if site == hosts.PRODUCTION.site else "sandbox"


def _site(entries: Sequence[WireEntry]) -> str:
    """Return the Registry that most of the requests went to, those of a server before all others."""
    asked = [e for e in entries if e.side == "server"] or entries
    counted = Counter(_SITES.get(place_of(h := e.request_headers["host"]), f"{e.scheme}://{h}") for e in asked)
    return counted.most_common(1)[0][0]


_SITES: Final = {"sandbox": hosts.SANDBOX.site, "production": hosts.PRODUCTION.site}


# The wire


def _wire(entries: Sequence[WireEntry], vault: Vault) -> list[model.Exchange]:
    recording = Recording(vault, lambda: "")
    for entry in _with_hidden_tokens(entries, vault):
        # What a person did on ORCID's own pages is nobody's business, and holds passwords and cookies.
        own_page = entry.side == "browser" and entry.kind not in _CALLS
        recording.take(replace(entry, request_body="", response_body="") if own_page else entry)
    return [
        one.model_copy(update={"request_cut": True}) if _lost_its_body(one, entry) else one
        for one, entry in zip(recording.exchanges(), recording.entries, strict=True)
    ]


def _lost_its_body(exchange: model.Exchange, entry: WireEntry) -> bool:
    """Say whether a payload was not recorded, or not as text: it is no empty one, and no broken one."""
    if exchange.kind != "api" or exchange.method not in {"POST", "PUT"}:
        return exchange.request_cut
    body = exchange.request_body.lstrip("\ufeff \t\r\n")
    if not body:
        return exchange.request_headers.get("content-length") != "0"
    return exchange.request_cut or ("content-encoding" in entry.request_headers and body[0] not in "<{[")


def _with_hidden_tokens(entries: Sequence[WireEntry], vault: Vault) -> Iterator[WireEntry]:
    """Yield the entries, with a tag of its own kind in place of tokens that whoever recorded them took out.

    Without one it would be held that the portal sent none, or the same one for different people.
    """
    calls = [e for e in entries if e.kind == "api" and not _is_open(e)]
    taken_out = not any(e.token for e in calls) or any(_had_one(e) for e in calls if not e.token)
    people = defaultdict(set)
    for entry in entries:
        if entry.kind == "token" and entry.orcid:
            people[str(json_object(entry.response_body).get("access_token"))].add(entry.orcid)
    hidden = vault.new_tag("hidden-token")
    for entry in entries:
        unread = _UNREAD.search(entry.token) or len(people[entry.token]) > 1
        if entry.kind == "api" and (unread or (taken_out and not entry.token and not _is_open(entry))):
            kept = {name: value for name, value in entry.request_headers.items() if name != "authorization"}
            yield replace(entry, token=hidden, request_headers=kept)
        else:
            yield entry


def _is_open(entry: WireEntry) -> bool:
    """Say whether ORCID answers such a call without a token."""
    return entry.method not in {"POST", "PUT", "DELETE"} and entry.request_headers["host"] in _PUBLIC


def _had_one(entry: WireEntry) -> bool:
    """Say whether ORCID's answer shows that a token was there: without one, it looks at nothing else."""
    return 200 <= entry.status < 300 or entry.status in {400, 409}


_PUBLIC: Final = frozenset(
    origin.removeprefix("https://")
    for one in (hosts.SANDBOX, hosts.PRODUCTION)
    for origin in (one.site, one.public_api)
)

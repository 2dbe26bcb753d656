"""A whole run: start the ORCID in use and the portal, go on the journeys, write the evidence down.

Whatever happens - a portal that dies, a browser that crashes, Ctrl-C - what was seen is kept and nothing is left
running.
"""

from __future__ import annotations

import sys
from collections.abc import Sequence
from contextlib import ExitStack
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final, Protocol
from urllib.parse import parse_qs, urljoin, urlsplit

from .. import __version__
from ..evidence import bundle, model
from ..evidence.model import Evidence
from ..evidence.vault import Vault
from ..orcid import hosts, ids
from ..plan import Plan
from . import journeys, trust, wire
from .browser import browser
from .errors import GatherError
from .journeys import EmbeddedOrcid, Expedition
from .own_grant import own_grant
from .plan_payloads import look_at_files
from .record import OrcidReader, Place
from .record_keeper import RecordKeeper
from .serve import Served, serve
from .store import StoreReader
from .transport import look_at_tls
from .watchdog import Watchdog

if TYPE_CHECKING:
    from ..sandbox import Client, Person, Sandbox
    from .relay import Relay, Upstream

FOLDER: Final = "evidence"
"""Name of the evidence folder inside the run's output folder."""

_UNANSWERED: Final = 45.0
"""Seconds beyond `[run] timeout` after which a page that answers nothing is ended."""

_HOPELESS: Final = frozenset(
    {"portal-unreachable", "portal-hangs", "portal-redirects-forever", "portal-error", "browser-crashed"}
)
"""What keeps a journey from its first page will keep all others from theirs."""

_TITLES: Final[dict[str, str]] = {
    "deny": "deny",
    "connect": "connect",
    "return": "come back",
    "stranger": "look as a stranger",
    "write": "write, change, remove",
    "certificate": "bad certificate",
    "disconnect": "disconnect",
    "reconnect": "connect again",
}


class Progress(Protocol):
    """Told what is going on; see `reports/terminal.py` for the one that a person sees."""

    def start(self, label: str) -> None:
        """Begin a part."""

    def step(self, text: str) -> None:
        """Do something within the part."""

    def done(self, label: str, state: str) -> None:
        """End a part: `done`, `blocked` or `skipped`."""


class Silence:
    """Progress that says nothing."""

    def start(self, label: str) -> None:
        """Say nothing."""

    def step(self, text: str) -> None:
        """Say nothing."""

    def done(self, label: str, state: str) -> None:
        """Say nothing."""


def gather(
    plan: Plan,
    *,
    out: Path,
    progress: Progress | None = None,
    headed: bool = False,
    attended: bool = False,
) -> Evidence:
    """Go on all journeys of a plan and return the evidence as written to `out/evidence`.

    Args:
        plan: validated, its environment variables filled in.
        out: folder of the run; is made.
        progress: told what is going on.
        headed: show the browser's window.
        attended: a person signs in to ORCID by hand (implies a window).

    Raises:
        GatherError: the run could not go on; `.evidence` is what was seen and written.
        KeyboardInterrupt: as pressed, after the evidence so far was written.
    """
    gathering = _Gathering(plan, progress or Silence(), headed or attended, attended)
    try:
        gathering.go()
    except GatherError as error:
        error.evidence = gathering.write(out)
        raise
    except BaseException:
        gathering.write(out)
        raise
    return gathering.write(out)


class _Gathering:
    def __init__(self, plan: Plan, progress: Progress, headed: bool, attended: bool) -> None:
        self.plan = plan
        self.progress = progress
        self.headed = headed
        self.attended = attended
        self.started = datetime.now(UTC)
        self.vault = Vault()
        for kind, value in plan.secrets():
            self.vault.learn(kind, value)
        self.environment = hosts.SANDBOX
        self.recording: wire.Recording | None = None
        self.expedition: Expedition | None = None
        self.store = model.Store()
        self.reader: StoreReader | None = None
        self.deliveries: list[model.Delivery] = []
        self.tls: list[model.TlsLook] = []
        self.served: Served | None = None
        self.relay: Relay | None = None
        self.box: Sandbox | None = None
        self.record: RecordKeeper | None = None
        self.ca_file: Path | None = None
        self.researcher = ""
        self.researcher_name = ""
        self._running = ""

    def go(self) -> None:
        with ExitStack() as stack:
            embedded = self._start_orcid(stack)
            self._start_portal(stack)
            self._open_store()
            self._open_record()
            started = stack.enter_context(browser(self.headed, self.relay.browser_arguments if self.relay else ()))
            watchdog = stack.enter_context(Watchdog(self.plan.run.timeout + _UNANSWERED))

            def look_around(when: Any) -> None:
                with watchdog.held():  # a long table is no page that hangs
                    self._look_around(when)

            names = tuple(name for name in [self.researcher_name] if name)
            self.expedition = Expedition(
                plan=self.plan,
                browser=started,
                environment=self.environment,
                vault=self.vault,
                embedded=embedded,
                researcher=self.researcher,
                names=names,
                attended=self.attended,
                on_start=self._on_start,
                on_step=self.progress.step,
                on_life=watchdog.feed,
                on_look_at_store=look_around,
            )
            try:
                self._journeys(self.expedition)
            finally:
                self._finish_running()
                self._leave_record(self.expedition)
                self.deliveries = self._told_to_webhooks()
                self.tls = look_at_tls(self._https_addresses())

    def _journeys(self, expedition: Expedition) -> None:
        expedition.on_look_at_store("start")
        journeys.deny(expedition)
        self._stop_if_hopeless(expedition)
        connected = journeys.connect(expedition)
        self._stop_if_hopeless(expedition)
        self._stop_if_unheard(expedition)
        if not connected:
            self._name_production(expedition)
            # A stranger's look says nothing about an iD that the portal never got.
            for name in ("stranger", "return", "disconnect", "certificate", "reconnect"):
                self._skip_unconnected(expedition, name)
            return
        journeys.stranger(expedition)
        journeys.come_back(expedition)
        if self.plan.steps.write:
            journeys.write(expedition)
        hooks = self._tell_webhooks()
        disconnected = journeys.disconnect(expedition)
        if disconnected:
            self._tell_webhooks(hooks)  # now about somebody whom the portal does not know any more
        journeys.certificate(expedition, disconnected)
        if disconnected or expedition.signs_in_with_orcid:
            journeys.reconnect(expedition)
        else:
            self._skip_unconnected(expedition, "reconnect", "the portal was not disconnected before")

    def _stop_if_hopeless(self, expedition: Expedition) -> None:
        """End the run when the portal itself cannot be used: every other journey would say the same."""
        journey = expedition.journeys[-1]
        block = journey.block
        if block is None or journey.authorizations or block.code not in _HOPELESS:
            return
        if self.served:
            self.served.check()
        raise GatherError(block.code, block.message, whose=block.whose, todo=block.todo)

    def _stop_if_unheard(self, expedition: Expedition) -> None:
        """End the run when the portal's server does not speak through the relay: its calls would be held to be none."""
        if self.relay is None or any(entry.side == "server" for entry in self.relay.wire):
            return
        refused = [h for h in self.relay.failed_handshakes if (h.certificate, h.side) == ("trusted", "server")]
        if refused:
            raise GatherError(
                "relay-refused",
                "the portal's server refused the certificate that the relay showed it in ORCID's place"
                f" ({refused[-1].error}), {len(refused)} time{'s' if len(refused) > 1 else ''} until now",
            )
        journey = expedition.journeys[-1]
        if any(_brought_code(authorization.returned) for authorization in journey.authorizations):
            raise GatherError(
                "relay-not-used", "the portal got a code from ORCID, and no call of its server came through the relay"
            )

    def _name_production(self, expedition: Expedition) -> None:
        """Say it when what kept the portal from connecting was that it asked the wrong Registry."""
        called = dict.fromkeys(
            entry.request_headers["host"]
            for entry in (self.relay.wire if self.relay else ())
            if entry.side == "server" and hosts.PRODUCTION.owns(f"//{entry.request_headers.get('host', '')}")
        )
        if called and (block := expedition.journeys[-1].block):
            error = GatherError(
                "orcid-elsewhere",
                f"the portal's server called {' and '.join(called)}, but the ORCID of this review is"
                f" {self.environment.site}; the call was not let through, and {block.message}",
            )
            expedition.journeys[-1] = expedition.journeys[-1].model_copy(update={"block": error.block()})

    def _skip_unconnected(self, expedition: Expedition, name: Any, why: str = "") -> None:
        connect = next((j for j in expedition.journeys if j.name == "connect"), None)
        cause = why or (connect.block.message if connect and connect.block else "connecting did not succeed")
        journeys.skip(expedition, name, GatherError("not-connected", f"not begun, because {cause}"))

    # Parts of the world

    def _start_orcid(self, stack: ExitStack) -> EmbeddedOrcid | None:
        """Start what has to stand in for ORCID; return what the journeys may play tricks on, if anything."""
        if self.plan.orcid.environment != "embedded":
            user = self.plan.orcid.user
            if user and ids.is_well_formed(user.login):
                self.researcher = user.login
            if not self.plan.orcid.relay:
                return None
            from .relay import Upstream

            return self._start_relay(stack, Upstream())
        box = self._start_sandbox(stack)
        if self.plan.orcid.relay:
            from .relay import Upstream

            self.environment = hosts.embedded(hosts.SANDBOX.site)
            return self._start_relay(stack, Upstream(box.base, box.plain_base, box.ca_file))
        self.environment = hosts.embedded(box.base)
        self._hear(box)
        return box

    def _start_sandbox(self, stack: ExitStack) -> Sandbox:
        from ..sandbox import PortInUse, Sandbox

        orcid = self.plan.orcid
        client, person = self._client(), self._person()
        if orcid.relay:
            box = Sandbox(clients=(client,), people=(person,), public=hosts.SANDBOX.site)
        else:
            box = Sandbox(port=orcid.port, tls=orcid.tls, clients=(client,), people=(person,))
        try:
            stack.enter_context(box)
        except PortInUse as error:
            raise GatherError("port-in-use", str(error)) from error
        self.researcher, self.researcher_name = person.orcid, person.name
        self.box = box
        return box

    def _client(self) -> Client:
        from ..sandbox import Client

        orcid = self.plan.orcid
        return Client(
            id=orcid.client_id,
            secret=orcid.client_secret,
            name=self.plan.portal.name,
            description="A portal under review.",
            redirect_uris=tuple(orcid.redirect_uris),
            any_loopback_redirect=True,
        )

    def _person(self) -> Person:
        from ..sandbox import DEFAULT_PERSON

        person = DEFAULT_PERSON
        if user := self.plan.orcid.user:
            person = replace(DEFAULT_PERSON, login=user.login, password=user.password)
            if ids.is_valid(user.login):
                person = replace(person, orcid=user.login)
        return person

    def _start_relay(self, stack: ExitStack, upstream: Upstream) -> Relay:
        from ..sandbox import PortInUse
        from .relay import Relay

        try:
            self.relay = stack.enter_context(Relay(upstream, port=self.plan.orcid.port))
        except PortInUse as error:
            raise GatherError("port-in-use", str(error)) from error
        self._hear(self.relay)
        return self.relay

    def _hear(self, orcid: Sandbox | Relay) -> None:
        """Record what is said to whatever stands in for ORCID."""
        self.recording = wire.Recording(self.vault, lambda: self._running)
        orcid.on_exchange = self.recording.take
        self.recording.handshakes_of = lambda: orcid.failed_handshakes
        self.ca_file = orcid.ca_file

    def _start_portal(self, stack: ExitStack) -> None:
        orcid = self.plan.orcid
        places = {
            "orcid": self.environment.site,
            "client_id": orcid.client_id,
            "client_secret": orcid.client_secret,
            "python": sys.executable,
            "folder": str(self.plan.folder),
        }
        given = self.relay.portal_environment if self.relay else {}
        if orcid.environment == "embedded" or self.relay:
            places["orcid_ca"] = ""
        if self.ca_file:
            bundle_file = stack.enter_context(trust.trust_bundle(self.ca_file))
            places["orcid_ca"] = str(bundle_file)
            given |= dict.fromkeys(trust.VARIABLES, str(bundle_file))
        self.plan = self.plan.resolve(places)
        under_test = self.plan.portal.serve
        if under_test is None:
            return
        self.progress.start("start the portal")
        try:
            self.served = stack.enter_context(
                serve(
                    under_test.command,
                    given | under_test.env,
                    under_test.ready,
                    self.plan.path(under_test.cwd),
                    under_test.timeout,
                    portal_url=self.plan.portal.url,
                    redact=self.vault.redact,
                )
            )
        except GatherError:
            self.progress.done("start the portal", "blocked")
            raise
        self.progress.done("start the portal", "done")

    def _open_store(self) -> None:
        if self.plan.store is None:
            self.store = model.Store(
                block=model.Block(
                    code="not-in-plan",
                    message="the plan does not say where the portal stores connections",
                    whose="member",
                    todo="name the store in [store] of the plan",
                )
            )
        else:
            self.reader = StoreReader(self.plan.store, self.plan.folder, self._people, self.progress.step)

    def _people(self) -> set[str]:
        """Return the iDs of those who connected, as far as ORCID told; without a recording, of whoever signs in."""
        told = self.recording.exchanges() if self.recording else []
        connected = {e.orcid for e in told if e.kind == "token" and e.status == 200 and e.orcid}
        return connected | {self.researcher} if self.researcher else connected

    def _look_at_store(self, when: Any) -> None:
        if self.reader is None:
            return
        try:
            look = self.reader.look(when, self.vault)
        except GatherError as error:
            # At the start there may be no database yet: a portal makes it on first use.
            if when != "start":
                self.store = self.store.model_copy(update={"block": error.block()})
                self.progress.step(error.message)
            return
        self.store = model.Store(looks=[*self.store.looks, look], block=None)

    def _open_record(self) -> None:
        orcid = self.plan.orcid
        if self.box:
            place = Place(self.box.base, self.box.base, self.box.ca_file, near=True)
        else:
            place = Place(self.environment.site, self.environment.member_api)
        self.record = RecordKeeper(
            place, orcid.client_id, orcid.client_secret, self.vault, self.recording, self.researcher, undo=orcid.undo
        )

    def _look_around(self, when: Any) -> None:
        self._look_at_store(when)
        if self.record:
            self.record.look(when)

    def _leave_record(self, expedition: Expedition) -> None:
        """Look at the record for the last time and, if the plan says so, take back what the review caused."""
        if self.record is None:
            return
        self.record.look("end")
        if not self.plan.orcid.undo:
            return
        label = "take back what was written"
        self.progress.start(label)
        try:
            self.record.take_back(self._exchanges(), lambda orcid, reader: self._own_grant(expedition, orcid, reader))
        finally:
            left = any(line.state == "left" for line in self.record.written(self._exchanges()))
            self.progress.done(label, "blocked" if left else "done")

    def _own_grant(self, expedition: Expedition, orcid: str, reader: OrcidReader) -> str:
        return own_grant(expedition, reader, self.recording) if orcid == self.researcher else ""

    def _exchanges(self) -> list[model.Exchange] | None:
        return self.recording.exchanges() if self.recording else None

    def _tell_webhooks(self, addresses: Sequence[str] | None = None) -> Sequence[str]:
        """Tell the portal's webhooks of a change, by default all that are registered; return them."""
        if self.box is None:
            return ()
        told = self.box.webhooks(self.researcher) if addresses is None else addresses
        for address in told:
            self.box.tell_webhook(self.researcher, address)
        self.box.wait_for_webhooks()
        return told

    def _told_to_webhooks(self) -> list[model.Delivery]:
        if self.box is None:
            return []
        self.box.wait_for_webhooks()
        return [
            model.Delivery(
                at=d.at, orcid=d.orcid, address=self.vault.redact(d.uri), tries=d.tries, status=d.status, error=d.error
            )
            for d in self.box.webhook_deliveries
        ]

    # Writing it down

    def write(self, out: Path) -> Evidence:
        done = self.expedition.journeys if self.expedition else []
        evidence = Evidence(
            run=self._run(),
            started=self.started,
            ended=datetime.now(UTC),
            journeys=done,
            wire=self._exchanges(),
            handshakes=self.recording.handshakes() if self.recording else [],
            deliveries=self.deliveries,
            store=self.store,
            record=self.record.looks if self.record else [],
            written=self.record.written(self._exchanges()) if self.record else [],
            tls=self.tls,
            payload_files=look_at_files(self.plan, self.vault),
            answers=self.plan.answers,
        )
        files = self.expedition.files if self.expedition else {}
        return bundle.write(out / FOLDER, evidence, files, self.vault)

    def _run(self) -> model.Run:
        plan = self.plan
        return model.Run(
            tool=f"orcid-review {__version__}",
            portal_name=plan.portal.name,
            portal_url=plan.portal.url,
            public_pages=plan.portal.public_pages,
            environment=plan.orcid.environment,
            orcid=self.environment.site,
            tls=plan.orcid.tls or plan.orcid.relay or plan.orcid.environment != "embedded",
            relayed=self.relay is not None,
            served=plan.portal.serve is not None,
            client_id=plan.orcid.client_id,
            redirect_uris=plan.orcid.redirect_uris,
            scopes=plan.orcid.scopes,
            researcher=self.researcher,
            researcher_name=self.researcher_name,
            profile=plan.profile,
            writes=bool(plan.steps.write),
            has_sign_in=bool(plan.steps.sign_in),
        )

    def _https_addresses(self) -> list[str]:
        done = self.expedition.journeys if self.expedition else []
        returned = [a.returned for journey in done for a in journey.authorizations if a.returned]
        portal = self.plan.portal
        return [portal.url, *(urljoin(portal.url, page) for page in portal.public_pages), *returned]

    # Progress

    def _on_start(self, name: model.JourneyName) -> None:
        self._finish_running()
        self._running = name
        self.progress.start(_TITLES[name])

    def _finish_running(self) -> None:
        if self._running and self.expedition:
            last = next((j for j in reversed(self.expedition.journeys) if j.name == self._running), None)
            self.progress.done(_TITLES[self._running], last.state if last else "blocked")
        self._running = ""


def _brought_code(returned: str) -> bool:
    return bool(parse_qs(urlsplit(returned).query).get("code"))

"""A whole run: start the ORCID in use and the portal, go on the journeys, write the evidence down.

Whatever happens - a portal that dies, a browser that crashes, Ctrl-C - what was seen is kept and nothing is left
running.
"""

from __future__ import annotations

import sys
import tempfile
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final, Protocol
from urllib.parse import urljoin

from .. import __version__
from ..evidence import bundle, model
from ..evidence.model import Evidence
from ..evidence.vault import Vault
from ..orcid import hosts, ids
from ..plan import Plan
from . import journeys, wire
from .browser import browser
from .errors import GatherError
from .journeys import Expedition
from .serve import Served, serve
from .store import StoreReader
from .transport import look_at_tls
from .watchdog import Watchdog

if TYPE_CHECKING:
    from ..sandbox import Sandbox

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
        self.tls: list[model.TlsLook] = []
        self.served: Served | None = None
        self.researcher = ""
        self.researcher_name = ""
        self._running = ""

    def go(self) -> None:
        with ExitStack() as stack:
            embedded = self._start_orcid(stack)
            self._start_portal(stack, embedded)
            self._open_store()
            started = stack.enter_context(browser(self.headed))
            watchdog = stack.enter_context(Watchdog(self.plan.run.timeout + _UNANSWERED))
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
                on_look_at_store=self._look_at_store,
            )
            try:
                self._journeys(self.expedition)
            finally:
                self._finish_running()
                self.tls = look_at_tls(self._https_addresses())

    def _journeys(self, expedition: Expedition) -> None:
        self._look_at_store("start")
        journeys.deny(expedition)
        self._stop_if_hopeless(expedition)
        connected = journeys.connect(expedition)
        self._stop_if_hopeless(expedition)
        if not connected:
            # A stranger's look says nothing about an iD that the portal never got.
            for name in ("stranger", "return", "disconnect", "certificate", "reconnect"):
                self._skip_unconnected(expedition, name)
            return
        journeys.stranger(expedition)
        journeys.come_back(expedition)
        if self.plan.steps.write:
            journeys.write(expedition)
        disconnected = journeys.disconnect(expedition)
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

    def _skip_unconnected(self, expedition: Expedition, name: Any, why: str = "") -> None:
        connect = next((j for j in expedition.journeys if j.name == "connect"), None)
        cause = why or (connect.block.message if connect and connect.block else "connecting did not succeed")
        journeys.skip(expedition, name, GatherError("not-connected", f"not begun, because {cause}"))

    # Parts of the world

    def _start_orcid(self, stack: ExitStack) -> Sandbox | None:
        if self.plan.orcid.environment != "embedded":
            user = self.plan.orcid.user
            if user and ids.is_well_formed(user.login):
                self.researcher = user.login
            return None
        from ..sandbox import DEFAULT_PERSON, Client, PortInUse, Sandbox

        orcid = self.plan.orcid
        client = Client(
            id=orcid.client_id,
            secret=orcid.client_secret,
            name=self.plan.portal.name,
            description="A portal under review.",
            redirect_uris=tuple(orcid.redirect_uris),
            any_loopback_redirect=True,
        )
        person = DEFAULT_PERSON
        if user := orcid.user:
            person = replace(DEFAULT_PERSON, login=user.login, password=user.password)
            if ids.is_valid(user.login):
                person = replace(person, orcid=user.login)
        box = Sandbox(port=orcid.port, tls=orcid.tls, clients=(client,), people=(person,))
        try:
            stack.enter_context(box)
        except PortInUse as error:
            raise GatherError("port-in-use", str(error)) from error
        self.environment = hosts.embedded(box.base)
        self.recording = wire.Recording(self.vault, lambda: self._running)
        box.on_exchange = self.recording.take
        self.recording.handshakes_of = lambda: box.failed_handshakes
        self.researcher, self.researcher_name = person.orcid, person.name
        self.ca_file = box.ca_file
        return box

    def _start_portal(self, stack: ExitStack, embedded: Sandbox | None) -> None:

        orcid = self.plan.orcid
        places = {
            "orcid": self.environment.site,
            "client_id": orcid.client_id,
            "client_secret": orcid.client_secret,
            "python": sys.executable,
            "folder": str(self.plan.folder),
        }
        trust: dict[str, str] = {}
        if embedded:
            places["orcid_ca"] = ""
        if embedded and embedded.ca_file:
            bundle_file = stack.enter_context(_trust_bundle(embedded.ca_file))
            places["orcid_ca"] = str(bundle_file)
            trust = dict.fromkeys(
                ("SSL_CERT_FILE", "REQUESTS_CA_BUNDLE", "CURL_CA_BUNDLE", "NODE_EXTRA_CA_CERTS"), str(bundle_file)
            )
        self.plan = self.plan.resolve(places)
        under_test = self.plan.portal.serve
        if under_test is None:
            return
        self.progress.start("start the portal")
        try:
            self.served = stack.enter_context(
                serve(
                    under_test.command,
                    trust | under_test.env,
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
            self.reader = StoreReader(self.plan.store, self.plan.folder)

    def _look_at_store(self, when: Any) -> None:
        if self.reader is None:
            return
        try:
            look = self.reader.look(when, self.vault)
        except GatherError as error:
            # At the start there may be no database yet: a portal makes it on first use.
            if when != "start":
                self.store = self.store.model_copy(update={"block": error.block()})
            return
        self.store = model.Store(looks=[*self.store.looks, look], block=None)

    # Writing it down

    def write(self, out: Path) -> Evidence:
        done = self.expedition.journeys if self.expedition else []
        evidence = Evidence(
            run=self._run(),
            started=self.started,
            ended=datetime.now(UTC),
            journeys=done,
            wire=self.recording.exchanges() if self.recording else None,
            handshakes=self.recording.handshakes() if self.recording else [],
            store=self.store,
            tls=self.tls,
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
            tls=plan.orcid.tls or plan.orcid.environment != "embedded",
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


@contextmanager
def _trust_bundle(ca_file: Path) -> Iterator[Path]:
    """Make a bundle of the public roots and the embedded sandbox's own, for the portal under test.

    The variables that name it replace a program's roots rather than add to them, so the public ones must be in it.
    """
    import certifi

    with tempfile.TemporaryDirectory(prefix="orcid-review-trust-") as folder:
        path = Path(folder) / "roots.pem"
        path.write_text(Path(certifi.where()).read_text("utf-8") + "\n" + ca_file.read_text("utf-8"), "utf-8")
        yield path

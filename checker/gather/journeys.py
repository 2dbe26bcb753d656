"""The journeys of a review: what a consortium lead does over Zoom, one walk each, in the order of a review.

Each returns evidence and judges nothing. What keeps a journey from being finished becomes its `block`.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any, Final, Protocol
from urllib.parse import urlsplit

from playwright.sync_api import Browser
from playwright.sync_api import Error as PlaywrightError

from ..evidence import model
from ..evidence.page import Control
from ..evidence.page import Page as Look
from ..evidence.vault import Vault
from ..orcid.hosts import Environment
from ..plan import Plan, Step
from . import find
from .errors import GatherError
from .orcid_pages import Wish, pass_through
from .recorder import Trip
from .walk import Walk

DEPTH: Final = 3
"""Pages between the portal's page and ORCID: a confirm page, a choice of providers ..."""

MOST_PERSONAL: Final = 6
"""Pages behind personal links that are looked at: enough for profile, settings and a form or two."""

READING_TIME: Final = 5.0
"""Seconds for which a message has to stay to count as shown."""

LATER: Final = "the portal's answer to a denial, five seconds later"

RETURN_PATIENCE: Final = 15.0
"""Seconds in which the browser has to be back at the portal after ORCID let it go."""


class EmbeddedOrcid(Protocol):
    """What the journeys need of an ORCID, or of a relay in front of it, that they may play tricks on."""

    def present_certificate(self, trusted: bool) -> None:
        """Show a certificate that clients should (not) trust from now on."""


@dataclass
class Expedition:
    """What all journeys of one run share."""

    plan: Plan
    browser: Browser
    environment: Environment
    vault: Vault
    embedded: EmbeddedOrcid | None
    researcher: str
    names: tuple[str, ...] = ()
    attended: bool = False
    on_start: Callable[[model.JourneyName], None] = lambda _: None
    on_step: Callable[[str], None] = lambda _: None
    on_life: Callable[[], None] = lambda: None
    on_look_at_store: Callable[[str], None] = lambda _: None
    files: dict[str, tuple[str, bytes]] = field(default_factory=dict)
    """HTML and screenshot of every page looked at."""
    journeys: list[model.Journey] = field(default_factory=list)

    @property
    def login(self) -> tuple[str, str]:
        """Login and password of the researcher at ORCID; empty when a person signs in by hand."""
        user = self.plan.orcid.user
        return (user.login, user.password) if user else ("", "")

    @property
    def signs_in_with_orcid(self) -> bool:
        """The plan knows no other way into the portal, so connecting is also how to come back."""
        return not self.plan.steps.sign_in


class Ride:
    """A walk with the trips to ORCID made on it."""

    def __init__(self, expedition: Expedition, walk: Walk) -> None:
        self.expedition = expedition
        self.walk = walk
        self.authorizations: list[dict[str, Any]] = []

    # The portal

    def sign_in(self) -> None:
        """Sign in at the portal itself, where the plan says how."""
        steps = self.expedition.plan.steps.sign_in
        if not steps:
            return
        if steps[0].action != "goto":
            self.walk.goto(self.expedition.plan.portal.url)
        elif not self.expedition.journeys:
            # The sign-in page may ask for what it must not; it is looked at once, before anything is typed.
            self.walk.run(steps[:1], "sign_in")
            self.walk.look("the portal's sign-in page")
            steps = steps[1:]
        self.walk.run(steps, "sign_in")

    def enter(self, label: str) -> Look | None:
        """Open the portal's page and look at it; None when it sent the browser straight to ORCID.

        Raises:
            GatherError: it cannot be reached or answers with a server error.
        """
        url = self.expedition.plan.portal.url
        status = self.walk.goto(url)
        if self.at_orcid():
            return None
        look = self.walk.look(label, status=status)
        if status is not None and status >= 500:
            raise GatherError("portal-error", f"{url} answered {status}: «{look.text[:120]}»")
        return look

    def at_orcid(self) -> bool:
        """Whether some page of the walk is at ORCID or on its way there."""
        return any(self.walk.environment.owns(page.url) for page in self.walk.open_pages)

    # The way to ORCID

    def go_to_orcid(self, entered: Look | None, steps: list[Step]) -> Trip:
        """Find the way from the portal's page to ORCID and take it.

        Raises:
            GatherError: `no-way-to-orcid`.
        """
        before = len(self.walk.recorder.trips)
        if entered is None:
            if not self.walk.recorder.trips:
                raise GatherError(
                    "no-way-to-orcid", f"the portal sent the browser to {self.walk.page.url}, not to sign in at ORCID"
                )
            trip = self.walk.recorder.trips[-1]
            trip.how = "start"
            self._begin(trip, None, None)
            return trip
        if steps:
            self.walk.run(steps, "connect")
            if taken := self._new_trip(before):
                return self._begin(taken, *self._pressed_by_steps(entered, steps))
            self._check_strays(entered, None)
            raise GatherError(
                "no-way-to-orcid",
                f"[steps] connect was done, but the browser did not go to ORCID; it is at {self.walk.page.url}",
            )
        found = self._search(entered, before, depth=1)
        if found is None:
            raise GatherError(
                "no-way-to-orcid",
                f"no control on {entered.url} led to ORCID's authorization page"
                f" ({len(entered.snapshot.controls)} controls seen)",
            )
        return found

    def _search(self, look: Look, before: int, depth: int) -> Trip | None:
        for control in find.ways_to_orcid(look.snapshot, self.walk.environment, asked_before=depth > 1):
            opened = len(self.walk.open_pages)
            self.walk.press(control)
            self._await_effect(before, opened)
            if trip := self._new_trip(before):
                return self._begin(trip, look, control)
            page = self.walk.open_pages[-1] if len(self.walk.open_pages) > opened else self.walk.main_page()
            self.walk.settle(page)
            if trip := self._new_trip(before):
                return self._begin(trip, look, control)
            self._check_strays(look, control)
            if depth < DEPTH and not self.walk.environment.owns(page.url):
                self.walk.page = page
                next_look = self.walk.look("the page in between")
                if (found := self._search(next_look, before, depth + 1)) is not None:
                    return found
            if depth > 1:
                return None
            self.walk.page = self.walk.open_pages[0]
            self.walk.goto(look.url)
        return None

    def _check_strays(self, look: Look, control: Control | None) -> None:
        if not self.walk.recorder.strays:
            return
        trip = self._begin(self.walk.recorder.strays[-1], look, control)
        self._record(trip)
        raise GatherError(
            "orcid-elsewhere",
            f"the portal sent the browser to {trip.url.partition('?')[0]}, but the ORCID of this review is"
            f" {self.walk.environment.site}; the browser was not let through",
        )

    def _await_effect(self, before: int, opened: int) -> None:
        self.walk.wait_for(
            lambda: self._new_trip(before) is not None or len(self.walk.open_pages) != opened, seconds=0.4
        )
        self.walk.settle()

    def _new_trip(self, before: int) -> Trip | None:
        trips = self.walk.recorder.trips
        return trips[before] if len(trips) > before else None

    def _pressed_by_steps(self, look: Look, steps: list[Step]) -> tuple[Look, Control | None]:
        """Say which control of the look the plan's last click was, as far as that can be told."""
        clicks = [step for step in steps if step.action == "click"]
        wanted = clicks[-1].target.lower() if clicks else ""
        likely = find.ways_to_orcid(look.snapshot, self.walk.environment)
        exact = [c for c in likely if c.selector and c.selector.lower() == wanted]
        return look, next(iter(exact or likely), None)

    def _begin(self, trip: Trip, look: Look | None, control: Control | None) -> Trip:
        trip.fields["from_page"] = look.id if look else None
        trip.fields["control"] = control.index if control else None
        return trip

    # At ORCID and back

    def through_orcid(self, trip: Trip, wish: Wish) -> None:
        """Sign in, press allow or deny, and wait until the portal has taken the answer.

        Raises:
            GatherError: ORCID refused the request, or the browser did not come back.
        """
        expedition = self.expedition
        login, password = expedition.login
        record = self._record(trip)
        if trip.how == "frame":
            raise GatherError("orcid-refused", "the portal opened ORCID inside a frame, which ORCID does not allow")
        callbacks = len(self.walk.recorder.callbacks)
        trips = len(self.walk.recorder.trips)
        passage = pass_through(
            trip.page,
            self.walk.environment,
            wish,
            login,
            password,
            attended=expedition.attended,
            answered=lambda: len(self.walk.recorder.callbacks) > callbacks,
            on_consent=lambda: self._look_at_consent(trip),
            on_wait=self.walk.note,
            on_life=self.walk.on_life,
        )
        record |= {"consent": passage.consent, "client_name": passage.client_name, "error": passage.error}
        if passage.error:
            record["answer"] = "error"
            self.walk.look("ORCID's refusal", trip.page)
            raise GatherError("orcid-refused", f"ORCID refused the request: «{' '.join(passage.error.split())[:300]}»")
        self.walk.note("ORCID lets the browser go")
        self.walk.wait_for(lambda: len(self.walk.recorder.callbacks) > callbacks or trip.page.is_closed(), 3)
        self._await_portal(trip, lambda: len(self.walk.recorder.trips) > trips)
        answers = self.walk.recorder.callbacks[callbacks:] or self.walk.recorder.callbacks[-1:]
        record["returned"] = answers[0][1] if answers else ""
        record["answer"] = _answer(record["returned"], passage.consent, wish)

    def _record(self, trip: Trip) -> dict[str, Any]:
        record = {"url": trip.url, "how": trip.how, **trip.fields}
        self.authorizations.append(record)
        return record

    def note_trip(self, trip: Trip) -> None:
        """Write down a trip that is not followed any further."""
        self._record(trip)

    def _look_at_consent(self, trip: Trip) -> None:
        self.walk.look("ORCID's consent page", trip.page)

    def _await_portal(self, trip: Trip, sent_again: Callable[[], bool]) -> None:
        """Wait until the browser rests: at the portal, in the popup or, once that has closed, in its opener; or at
        ORCID once more, where the portal sent it straight back.
        """

        def back() -> bool:
            return trip.page.is_closed() or sent_again() or not self.walk.environment.owns(trip.page.url)

        self.walk.wait_for(back, RETURN_PATIENCE)
        if not trip.page.is_closed():
            self.walk.settle(trip.page)
        if not trip.page.is_closed() and trip.page is not self.walk.page and trip.how == "popup":
            # A popup that closes itself does so soon; one that stays is where the visitor is.
            self.walk.wait_for(trip.page.is_closed, 2)
        self.walk.page = self.walk.main_page() if trip.page.is_closed() else trip.page
        self.walk.settle()

    def land(self, label: str) -> Look:
        """Look at where the browser came to rest, and write that down with the last trip."""
        look = self.walk.look(label)
        self.authorizations[-1]["landed"] = look.id
        return look

    def connect(self, entered: Look | None, wish: Wish = "allow") -> None:
        """The whole way: to ORCID, through it, and back."""
        trip = self.go_to_orcid(entered, self.expedition.plan.steps.connect)
        self.through_orcid(trip, wish)

    def finished(self) -> list[model.Authorization]:
        """Return the trips as evidence."""
        return [model.Authorization(**record) for record in self.authorizations]


def _answer(returned: str, consent: str, wish: Wish) -> str:
    parts = urlsplit(returned)
    pairs = f"{parts.query}&{parts.fragment}"
    if "error=access_denied" in pairs:
        return "denied"
    if "error=" in pairs or pairs.endswith("login_required"):
        return "error"
    if "code=" in pairs or "access_token=" in pairs or "id_token=" in pairs:
        return "silent" if consent == "skipped" else "allowed"
    if consent == "shown":
        return "denied" if wish == "deny" else "none"
    return "none"


@contextmanager
def ride(expedition: Expedition, name: model.JourneyName) -> Iterator[Ride]:
    """Do one journey: what stops it becomes its block, what was seen is kept in any case."""
    expedition.on_start(name)
    plan = expedition.plan
    width, height = plan.run.viewport
    with Walk(
        name,
        expedition.browser,
        expedition.environment,
        expedition.vault,
        base=plan.portal.url,
        timeout=plan.run.timeout,
        viewport=(width, height),
        names=expedition.names,
        on_step=expedition.on_step,
        on_life=expedition.on_life,
    ) as walk:
        here = Ride(expedition, walk)
        block: model.Block | None = None
        try:
            yield here
        except GatherError as error:
            block = error.block()
            _last_look(walk)
        except PlaywrightError as error:
            block = _browser_error(walk, error).block()
        except KeyboardInterrupt:
            block = GatherError("interrupted", "the run was interrupted").block()
            raise
        finally:
            state = "blocked" if block else "done"
            journey = walk.finish(here.finished(), state, block)  # type: ignore[arg-type]
            expedition.files |= walk.files
            expedition.journeys.append(journey)
    if block and not expedition.browser.is_connected():
        raise GatherError("browser-crashed", "the browser went away in mid-journey")


def _last_look(walk: Walk) -> None:
    walk.stop_loading()
    try:
        walk.look("where the journey ended", walk.main_page())
    except (PlaywrightError, GatherError):
        walk.note("the last page could not be looked at")


def _browser_error(walk: Walk, error: PlaywrightError) -> GatherError:
    reason = str(error).splitlines()[0]
    if walk.recorder.crashed or "crash" in reason.lower() or "closed" in reason:
        return GatherError("browser-crashed", f"the browser's page went away in mid-journey ({reason})")
    return GatherError("step-failed", f"the browser could not go on: {reason}")


def skip(expedition: Expedition, name: model.JourneyName, error: GatherError) -> None:
    """Write down a journey that cannot be begun, and why."""
    now = datetime.now(UTC)
    expedition.journeys.append(model.Journey(name=name, started=now, ended=now, state="skipped", block=error.block()))


# The journeys


def deny(expedition: Expedition) -> None:
    """Go to ORCID, deny, see what the portal says, and see whether the way is still open."""
    with ride(expedition, "deny") as here:
        here.sign_in()
        entered = here.enter("the portal's page before connecting")
        trip = here.go_to_orcid(entered, expedition.plan.steps.connect)
        here.through_orcid(trip, "deny")
        if here.authorizations[-1]["consent"] == "skipped":
            raise GatherError("consent-skipped", "ORCID did not ask: the researcher has agreed before")
        if here.at_orcid():
            here.walk.loops = True
            here.land("where the portal sent the browser after the denial: back to ORCID")
            return
        landed = here.land("the portal's answer to a denial")
        here.walk.look_later(LATER, READING_TIME)
        expedition.on_look_at_store("deny")
        _retry(here, landed)


def _retry(here: Ride, landed: Look) -> None:
    """After a denial, press the way to ORCID once more, from the page at hand or else from the portal's page."""
    before = len(here.walk.recorder.trips)
    steps = here.expedition.plan.steps.connect
    if (trip := here._search(landed, before, depth=1)) is None and landed.url != here.expedition.plan.portal.url:
        entered = here.enter("the portal's page after a denial")
        try:
            trip = here.go_to_orcid(entered, steps)
        except GatherError:
            trip = None
    if trip is not None:
        here.note_trip(trip)


def connect(expedition: Expedition) -> bool:
    """Go to ORCID, allow, and see the portal's page afterwards; say whether a connection was made."""
    with ride(expedition, "connect") as here:
        here.sign_in()
        entered = here.enter("the portal's page before connecting")
        here.connect(entered)
        landed = here.land("the page after allowing")
        if here.at_orcid():
            raise GatherError("no-callback", f"the browser stayed at ORCID after allowing: {here.walk.page.url}")
        if landed.status is not None and landed.status >= 500:
            raise GatherError(
                "portal-error",
                f"{landed.url.partition('?')[0]} answered {landed.status} when ORCID sent the browser back",
            )
        if expedition.plan.steps.after_connect:
            here.walk.run(expedition.plan.steps.after_connect, "after_connect")
            here.walk.look("the page after [steps] after_connect")
        expedition.on_look_at_store("connect")
        answer = here.authorizations[-1]["answer"]
        if answer not in {"allowed", "silent"}:
            raise GatherError(
                "no-callback", f"ORCID's answer did not reach the portal; the browser is at {here.walk.page.url}"
            )
        return True
    return False


def come_back(expedition: Expedition) -> None:
    """Come back in a new session and look at the portal's page and at the person's own pages."""
    with ride(expedition, "return") as here:
        entered = _enter_connected(here, "the portal's page on coming back")
        expedition.on_look_at_store("return")
        if entered:
            _look_around(here, entered)


def _enter_connected(here: Ride, label: str) -> Look | None:
    """Enter the portal as the connected person; where ORCID is the way in, by way of ORCID."""
    here.sign_in()
    entered = here.enter(label)
    if not here.expedition.signs_in_with_orcid:
        return entered
    if entered and not find.ways_to_orcid(entered.snapshot, here.walk.environment):
        return entered  # the portal knows the visitor without asking ORCID again
    here.connect(entered)
    return here.land(label)


def _look_around(here: Ride, start: Look) -> None:
    """Look at the pages behind personal links, up to a bound."""
    seen = {start.url}
    waiting = find.personal_pages(start.snapshot, start.url)
    while waiting and len(seen) <= MOST_PERSONAL:
        url = waiting.pop(0)
        if url in seen:
            continue
        seen.add(url)
        here.walk.goto(url)
        if here.at_orcid():
            continue
        look = here.walk.look("a page behind a personal link")
        waiting += [u for u in find.personal_pages(look.snapshot, look.url) if u not in seen]


def stranger(expedition: Expedition) -> None:
    """Look at the public pages without any session."""
    with ride(expedition, "stranger") as here:
        pages = expedition.plan.portal.public_pages
        if not pages:
            raise GatherError("not-in-plan", "the plan names no public page", todo="name them in [portal] public_pages")
        for url in pages:
            here.walk.goto(url)
            here.walk.look("a public page, seen by a stranger")


def write(expedition: Expedition) -> None:
    """Make the portal write to the record, change what it wrote, and remove it again."""
    steps = expedition.plan.steps
    with ride(expedition, "write") as here:
        _enter_connected(here, "the portal's page before writing")
        phases = (("write", steps.write), ("update", steps.update), ("delete", steps.delete))
        for name, phase in phases:
            if phase:
                failed: Exception | None = None
                try:
                    here.walk.run(phase, name)
                except (GatherError, PlaywrightError) as error:
                    failed = error
                # Also when the portal did not do what the steps expect: what it did instead is the evidence. Not after
                # Ctrl-C, which a look that fails would hide.
                here.walk.look(f"the page after [steps] {name}")
                expedition.on_look_at_store(name)
                if failed:
                    raise failed


def disconnect(expedition: Expedition) -> bool:
    """Find the way to disconnect and take it; say whether a control was found and pressed."""
    with ride(expedition, "disconnect") as here:
        entered = _enter_connected(here, "the portal's page before disconnecting")
        steps = expedition.plan.steps.disconnect
        if steps:
            here.walk.pressed = str(steps[-1])
            here.walk.pressed_page = entered.id if entered else None
            here.walk.run(steps, "disconnect")
            here.walk.look("the page after disconnecting")
        elif not (entered and _press_disconnect(here, entered)):
            # Not offering it is a finding, not a reason to stop: what was looked at is the evidence.
            here.walk.note("no control that disconnects was found")
            expedition.on_look_at_store("disconnect")
            return False
        here.enter("the portal's page once disconnected")
        expedition.on_look_at_store("disconnect")
        for url in expedition.plan.portal.public_pages:
            here.walk.goto(url)
            here.walk.look("a public page after disconnecting")
        return True
    return False


def _press_disconnect(here: Ride, entered: Look) -> bool:
    seen = {entered.url}
    waiting = find.personal_pages(entered.snapshot, entered.url)
    look = entered
    while True:
        for control in find.ways_to_disconnect(look.snapshot):
            here.walk.pressed = control.text or control.name
            here.walk.pressed_page = look.id
            here.walk.press(control)
            here.walk.settle(here.walk.main_page())
            _confirm(here, look)
            return True
        address = next((u for u in waiting if u not in seen), None)
        if address is None or len(seen) > MOST_PERSONAL:
            return False
        seen.add(address)
        here.walk.goto(address)
        if here.at_orcid():
            continue
        look = here.walk.look("a page where disconnecting might be offered")
        waiting += find.personal_pages(look.snapshot, look.url)


def _confirm(here: Ride, before: Look) -> None:
    """Press through a confirm page or box, where one came up."""
    for _ in range(2):
        controls = {(c.text, c.selector) for c in before.snapshot.controls}
        look = here.walk.look("the page after pressing disconnect")
        fresh = [
            c
            for c in find.ways_to_disconnect(look.snapshot, asked_before=True)
            if look.url != before.url or (c.text, c.selector) not in controls
        ]
        if not fresh:
            return
        here.walk.press(fresh[0])
        here.walk.settle(here.walk.main_page())
        before = look


def certificate(expedition: Expedition, disconnected: bool) -> None:
    """Connect while ORCID shows a certificate that nobody should trust: does the portal talk to it?"""
    embedded = expedition.embedded
    over_tls = expedition.plan.orcid.tls or expedition.plan.orcid.relay
    if embedded is None or not over_tls:
        why = "only the embedded sandbox, over https, or a relay can show the portal a bad certificate"
        skip(expedition, "certificate", GatherError("not-in-plan", why, todo='run once with environment = "embedded"'))
        return
    can_write = bool(expedition.plan.steps.write)
    if not (disconnected or expedition.signs_in_with_orcid or can_write):
        why = "the portal offers no way to connect again, so no new call to ORCID could be caused"
        skip(expedition, "certificate", GatherError("not-connected", why))
        return
    with ride(expedition, "certificate") as here:
        here.sign_in()
        embedded.present_certificate(trusted=False)
        try:
            if disconnected or expedition.signs_in_with_orcid:
                here.connect(here.enter("the portal's page before the trial"))
                here.land("the portal's answer when ORCID shows a bad certificate")
            else:
                here.enter("the portal's page before the trial")
                here.walk.run(expedition.plan.steps.write, "write")
                here.walk.look("the page after writing, when ORCID shows a bad certificate")
        finally:
            embedded.present_certificate(trusted=True)
            expedition.on_look_at_store("certificate")


def reconnect(expedition: Expedition) -> None:
    """Connect once more after disconnecting."""
    with ride(expedition, "reconnect") as here:
        here.sign_in()
        here.connect(here.enter("the portal's page before connecting again"))
        here.land("the page after connecting again")
        if expedition.plan.steps.after_connect and here.expedition.signs_in_with_orcid:
            here.walk.note("forms that come after connecting are left as they are")
        expedition.on_look_at_store("reconnect")

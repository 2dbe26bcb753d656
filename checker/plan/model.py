"""The plan as the rest of the program sees it: every key of `review.toml`, with its default.

The descriptions are also what a message says when a key is missing; the examples are what it proposes.
"""

from __future__ import annotations

import re
import shlex
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Literal, Self
from urllib.parse import unquote, urlsplit

from pydantic import Field, PrivateAttr, model_validator

from ..review.model import Answer, Model
from .expand import fill
from .problems import Problem

DEFAULT_PROFILE = "lyrasis-2022"

EMBEDDED_CLIENT_ID = "APP-0000000000000001"
EMBEDDED_CLIENT_SECRET = "embedded-secret"
EMBEDDED_LOGIN = "josiah@mailinator.com"
EMBEDDED_PASSWORD = "embedded-password"

SECRET_NAME = re.compile(
    r"passw|passphrase|passcode|pass(?![a-z])|pwd|secret|token|api.?key|kennwort|contrase|mot.?de.?passe", re.IGNORECASE
)
"""A field, selector or variable with such a name holds a secret."""

ACTIONS = ("goto", "fill", "click", "press", "select", "check", "wait", "expect")
_COMPLEMENTS = {"fill": "value", "select": "value", "press": "key"}


class Serve(Model):
    """`[portal.serve]`: how to start the portal under test."""

    command: str = Field(
        min_length=1, description="what starts the portal and stays in the foreground", examples=["{python} portal.py"]
    )
    env: dict[str, str] = {}
    """Added to the environment of this program."""
    ready: str = ""
    """Address that answers once the portal is up; empty: the port of `[portal] url` is waited for."""
    cwd: str = "."
    timeout: float = Field(60.0, gt=0, le=3600)
    """Seconds to wait until it is ready."""


class Portal(Model):
    """`[portal]`: what is reviewed."""

    name: str = Field(min_length=1, description="what people call the portal", examples=["Example University Library"])
    url: str = Field(
        min_length=1, description="the page with the connect button", examples=["https://portal.example.edu/orcid"]
    )
    public_pages: list[str] = []
    """Pages where iDs are shown to everybody."""
    serve: Serve | None = None


class User(Model):
    """`[orcid] user`: the test researcher who signs in at ORCID."""

    login: str = Field(min_length=1, description="the e-mail address or iD that signs in", examples=["${ORCID_USER}"])
    password: str = Field(min_length=1, repr=False, description="its password", examples=["${ORCID_PASSWORD}"])


class Orcid(Model):
    """`[orcid]`: which ORCID, and who the portal is to it."""

    environment: Literal["embedded", "sandbox"] = "embedded"
    port: int = Field(0, ge=0, le=65535)
    """Port of the embedded sandbox; 0 for any free one."""
    tls: bool = True
    """Whether the embedded sandbox's base URL is https."""
    relay: bool = False
    """Whether a relay answers for ORCID's own hosts, for a portal that has them fixed in its code. `port` is then the
    relay's."""
    undo: bool = False
    """Whether what the review caused at ORCID is taken back at the end."""
    client_id: str = Field(
        min_length=1, description="the client ID that ORCID gave the portal", examples=["APP-XXXXXXXXXXXXXXXX"]
    )
    client_secret: str = Field(
        min_length=1, repr=False, description="the secret of that client", examples=["${ORCID_CLIENT_SECRET}"]
    )
    redirect_uris: list[str] = []
    scopes: list[str] | None = None
    """What the member says it asks for; None when the plan does not say."""
    user: User | None = None
    """None only for the real sandbox, where a person may sign in by hand."""


class Step(Model):
    """One thing to do in the portal; exactly one of the actions is set.

    `goto` takes an address (relative to `[portal] url`), `expect` a text that the page must show, the others a
    Playwright selector.
    """

    goto: str | None = None
    fill: str | None = None
    click: str | None = None
    press: str | None = None
    select: str | None = None
    check: str | None = None
    wait: str | None = None
    expect: str | None = None
    value: str | None = Field(None, repr=False)
    """What `fill` types or `select` chooses."""
    key: str | None = None
    """Which key `press` presses, e.g. `Enter`."""

    @model_validator(mode="after")
    def _one_action(self) -> Self:
        given = [action for action in ACTIONS if getattr(self, action) is not None]
        if len(given) != 1:
            saw = " and ".join(given) or "none"
            raise ValueError(f"a step is exactly one of {', '.join(ACTIONS)}; saw {saw}")
        action = given[0]
        if not getattr(self, action):
            raise ValueError(f"{action} is empty")
        needed = _COMPLEMENTS.get(action)
        if needed and getattr(self, needed) is None:
            raise ValueError(f'{action} needs a {needed}: {{ {action} = {_quoted(self.target)}, {needed} = "…" }}')
        for name in ("value", "key"):
            if getattr(self, name) is not None and name != needed:
                raise ValueError(f"{action} takes no {name}")
        return self

    @property
    def action(self) -> str:
        """Which of :data:`ACTIONS` it is."""
        return next(action for action in ACTIONS if getattr(self, action) is not None)

    @property
    def target(self) -> str:
        """The address, text or selector of the action."""
        return str(getattr(self, self.action))

    @property
    def is_secret(self) -> bool:
        """Whether it types something that must not be seen."""
        return self.fill is not None and SECRET_NAME.search(self.fill) is not None

    def __str__(self) -> str:
        """The step as the storyboard names it; what is typed into a password field is left out."""
        extra = self.key or ("…" if self.is_secret else self.value)
        return f"{self.action} {self.target}" + (f" = {extra}" if extra else "")


class Steps(Model):
    """`[steps]`: where the portal needs telling. Empty: the way is looked for, or that part is left out."""

    sign_in: list[Step] = []
    connect: list[Step] = []
    after_connect: list[Step] = []
    write: list[Step] = []
    update: list[Step] = []
    delete: list[Step] = []
    disconnect: list[Step] = []


class StoreFiles(Model):
    """`[store] files`: exported CSV, TSV, JSON or JSON lines files in place of a database."""

    connections: str = ""
    items: str = ""


class StoreColumns(Model):
    """`[store.columns]`: what the portal calls its columns, where that cannot be guessed: meaning -> column."""

    connections: dict[str, str] = {}
    items: dict[str, str] = {}


class Store(Model):
    """`[store]`: where to see what the portal stored. Either `url` with queries, or `files`."""

    url: str = Field("", repr=False)
    """A SQLAlchemy URL; a relative SQLite file is already resolved against the plan's folder."""
    connections: str = ""
    items: str = ""
    files: StoreFiles | None = None
    columns: StoreColumns = StoreColumns()


class Payloads(Model):
    """`[payloads]`: files with what the portal sends to ORCID."""

    files: list[str] = []
    """Paths and glob patterns, relative to the plan's folder."""


class RunOptions(Model):
    """`[run]`: how the browser works."""

    timeout: float = Field(15.0, gt=0, le=600)
    """Seconds that one page or one step may take."""
    viewport: list[int] = Field([1280, 900], min_length=2, max_length=2)
    """Width and height of the browser window in CSS pixels."""


class Plan(Model):
    """A whole `review.toml`."""

    profile: str = DEFAULT_PROFILE
    portal: Portal = Field(description="what is reviewed: a table with name and url")
    orcid: Orcid
    steps: Steps = Steps()
    store: Store | None = None
    payloads: Payloads = Payloads()
    answers: dict[str, Answer] = {}
    run: RunOptions = RunOptions()

    _folder: Path = PrivateAttr(default=Path("."))
    _warnings: tuple[Problem, ...] = PrivateAttr(default=())
    _environment_secrets: tuple[str, ...] = PrivateAttr(default=())

    @property
    def folder(self) -> Path:
        """The folder of the file, absolute; relative paths of the plan start here."""
        return self._folder

    @property
    def warnings(self) -> tuple[Problem, ...]:
        """What had better be changed, in the order of the file."""
        return self._warnings

    def path(self, relative: str) -> Path:
        """Resolve a path of the plan."""
        return self._folder / Path(relative).expanduser()

    def resolve(self, placeholders: Mapping[str, str]) -> Plan:
        """Return the plan with `{orcid}`, `{python}` and so on filled in.

        Args:
            placeholders: name without braces -> value. A name that is not given stays as it stands.
        """
        portal = self.portal.model_copy(update={"url": fill(self.portal.url, placeholders)})
        if serve := portal.serve:
            # Word by word, so that a value with a space in it stays one word.
            command = shlex.join(fill(word, placeholders) for word in shlex.split(serve.command))
            env = {name: fill(value, placeholders) for name, value in serve.env.items()}
            serve = serve.model_copy(update={"command": command, "env": env, "ready": fill(serve.ready, placeholders)})
            portal = portal.model_copy(update={"serve": serve})
        return self.model_copy(update={"portal": portal})

    def secrets(self) -> list[tuple[str, str]]:
        """Return what must never be written down, as (kind, value), for the vault to learn before anything starts."""
        found = [("client-secret", self.orcid.client_secret)]
        if self.orcid.user:
            found.append(("password", self.orcid.user.password))
        found += [("password", step.value) for step in self._all_steps() if step.is_secret and step.value]
        if self.store and (password := url_password(self.store.url)):
            found.append(("store-password", password))
        # What a variable's name only hints at is taken for a secret where it also looks like one: were a path or a
        # number learnt as a secret, it would vanish from the evidence everywhere.
        hinted = list(self._environment_secrets)
        if self.portal.serve:
            hinted += [value for name, value in self.portal.serve.env.items() if SECRET_NAME.search(name)]
        found += [("environment", value) for value in hinted if _looks_secret(value)]
        known: dict[str, str] = {}
        for kind, value in found:
            known.setdefault(value, kind)  # the first kind is the most telling one
        return [(kind, value) for value, kind in known.items()]

    def _all_steps(self) -> Iterator[Step]:
        for name in Steps.model_fields:
            yield from getattr(self.steps, name)


def url_password(url: str) -> str:
    """Return the password inside a URL, decoded; empty when there is none or it is no URL."""
    try:
        return unquote(urlsplit(url).password or "")
    except ValueError:
        return ""


def _looks_secret(value: str) -> bool:
    return len(value) >= 8 and not value.isdigit() and not value.startswith(("/", ".", "{")) and "://" not in value


def _quoted(text: str) -> str:
    return f'"{text}"'

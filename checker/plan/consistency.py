"""What the keys of a plan say together: contradictions, and what had better be changed."""

from __future__ import annotations

import re
import shlex
from collections.abc import Callable, Collection, Iterator
from datetime import date, timedelta
from urllib.parse import urlsplit

from ..evidence.columns import MEANINGS
from . import model as m
from .expand import PLACEHOLDERS
from .lines import Path
from .model import Plan
from .wording import nearest, shown

Complain = Callable[[Path, str], None]

_SHELL = frozenset({"&&", "||", "|", ";", "&", ">", ">>", "<", "2>&1"})
_SELECT = re.compile(r"(?:\s|\(|--[^\n]*\n|/\*.*?\*/)*(?:select|with)\b", re.IGNORECASE | re.DOTALL)
_LOOPBACK = frozenset({"localhost", "127.0.0.1", "::1"})


def check(
    plan: Plan,
    *,
    literal: Callable[[Path], bool],
    profiles: Collection[str] | None,
    rules: Collection[str] | None,
    today: date,
    attended: bool,
    problem: Complain,
    warn: Complain,
) -> None:
    """Look at a plan that is well-formed.

    Args:
        plan: each key of it is of the right kind.
        literal: says whether the text at a path stands in the file itself rather than coming from the environment.
        profiles, rules: the names that exist; None: not looked at.
        today: no answer may be from later.
        attended: a person will sign in at ORCID.
        problem, warn: told what is wrong, and what had better be changed.
    """
    if profiles is not None and plan.profile not in profiles:
        close = nearest(plan.profile, profiles)
        hint = f"did you mean {close}?" if close else f"there are: {', '.join(sorted(profiles))}"
        problem(("profile",), f'there is no profile "{plan.profile}"; {hint}')
    _addresses(plan, problem)
    _serve(plan, problem, warn)
    _orcid(plan, attended, problem, warn)
    _steps(plan, problem)
    _store(plan, problem)
    _answers(plan, rules, today, problem, warn)
    _secrets(plan, literal, warn)


def _addresses(plan: Plan, problem: Complain) -> None:
    addresses: list[tuple[Path, str]] = [(("portal", "url"), plan.portal.url)]
    addresses += [(("portal", "public_pages", n), page) for n, page in enumerate(plan.portal.public_pages)]
    addresses += [(("orcid", "redirect_uris", n), uri) for n, uri in enumerate(plan.orcid.redirect_uris)]
    if plan.portal.serve and plan.portal.serve.ready:
        addresses.append((("portal", "serve", "ready"), plan.portal.serve.ready))
    own = {"url": "the portal's page with the connect button", "public_pages": "a page of the portal that shows iDs"}
    seen: dict[str, Path] = {}
    for path, url in addresses:
        if "{" in url and path[-1] in {"url", "ready"}:
            continue  # a placeholder; the run will know
        if fault := _address_fault(url):
            problem(path, fault)
        elif path[1] in own and (host := _orcid_host(plan, url)):
            problem(path, f"{host}; expected {own[str(path[1])]}")
        elif path[1] == "public_pages" and seen.setdefault(url, path) != path:
            problem(path, f"the same page as #{int(seen[url][2]) + 1}; name each page once")


def _address_fault(url: str) -> str:
    saw = shown(url, ())
    if re.search(r"\s", url):
        return f"expected one address, saw {saw} with white space in it"
    try:
        parts = urlsplit(url)
        _ = parts.port
    except ValueError:
        return f"expected an address such as https://portal.example.edu/, saw {saw}"
    if parts.scheme in {"http", "https"} and "://" in url:
        return "" if parts.hostname else f"expected an address with a host, saw {saw}"
    fault = f"expected an address that begins with https:// or http://, saw {saw}"
    if url.startswith("/"):
        return f"{fault}; write it in full, with the host"
    return fault if "://" in url else f"{fault}; write https://{url}"


def _orcid_host(plan: Plan, url: str) -> str:
    parts = urlsplit(url)
    host = (parts.hostname or "").rstrip(".")
    if host == "orcid.org" or host.endswith(".orcid.org"):
        return f"{host} is ORCID itself"
    own = plan.orcid.environment == "embedded" and plan.orcid.port
    if own and host in _LOOPBACK and parts.port == own:
        return f"port {own} is where the embedded sandbox will listen ([orcid] port)"
    return ""


def _serve(plan: Plan, problem: Complain, warn: Complain) -> None:
    serve = plan.portal.serve
    embedded = plan.orcid.environment == "embedded"
    if serve is None:
        if plan.orcid.relay:
            problem(("orcid", "relay"), "needs [portal.serve]: the relay's authority is new in each run, and only a "
                    "portal that the run starts can be told of it; else see: orcid-review relay --help")  # fmt: skip
        elif embedded and not plan.orcid.port:
            warn(("orcid", "port"), "the embedded sandbox takes any free port, and without [portal.serve] nobody tells "
                 "the portal which; give it a fixed port, e.g. port = 8765, and set the portal's ORCID address to "
                 "https://localhost:8765")  # fmt: skip
        return
    here: Path = ("portal", "serve")
    try:
        words = shlex.split(serve.command)
    except ValueError:
        problem((*here, "command"), "a quotation mark is not closed")
        words = []
    if shell := [word for word in words if word in _SHELL]:
        problem((*here, "command"), f"no shell reads this, so {shell[0]} would be an argument; "
                "put the whole into sh -c '…' or into a script")  # fmt: skip
    texts = [((*here, "command"), serve.command), ((*here, "ready"), serve.ready), (("portal", "url"), plan.portal.url)]
    texts += [((*here, "env", name), value) for name, value in serve.env.items()]
    used = set()
    for path, text in texts:
        for name in re.findall(r"\{([a-z_]+)\}", text):
            used.add(name)
            if name not in PLACEHOLDERS and (close := nearest(name, PLACEHOLDERS)):
                warn(path, f"{{{name}}} is left as it stands; did you mean {{{close}}}?")
        if "{orcid_ca}" in text and not (embedded or plan.orcid.relay):
            problem(path, "{orcid_ca} is the certificate authority of the embedded sandbox, and [orcid] environment is "
                    "sandbox, whose certificate every system trusts; leave it out")  # fmt: skip
        if re.search(r"//(?:[a-z-]+\.)*(?<!sandbox\.)orcid\.org", text) and path[-1] not in {"url", "ready"}:
            warn(path, "points the portal at ORCID's production registry; a review must not touch it, use {orcid}")
    if embedded and not (plan.orcid.port or plan.orcid.relay) and "orcid" not in used:
        warn((*here, "command"), "nothing tells the portal where the embedded sandbox listens; hand it {orcid}, "
             "e.g. env = { ORCID_BASE_URL = \"{orcid}\" }, or give [orcid] a fixed port")  # fmt: skip


def _orcid(plan: Plan, attended: bool, problem: Complain, warn: Complain) -> None:
    orcid = plan.orcid
    if orcid.relay and "tls" in orcid.model_fields_set:
        warn(("orcid", "tls"), "has no effect with relay = true: ORCID's own hosts are there over https")
    for number, scope in enumerate(orcid.scopes or []):
        if len(scope.split()) != 1:
            problem(("orcid", "scopes", number), f"expected one scope in each text, saw {shown(scope, ())}")
    if orcid.environment == "embedded":
        return
    if not orcid.redirect_uris:
        problem(("orcid", "redirect_uris"), "is missing: the addresses that are registered at ORCID for this client, "
                "e.g. redirect_uris = [\"https://portal.example.edu/orcid/callback\"]")  # fmt: skip
    if orcid.client_id == m.EMBEDDED_CLIENT_ID:
        problem(("orcid", "client_id"), f"{m.EMBEDDED_CLIENT_ID} exists in the embedded sandbox alone; expected the "
                "client ID that ORCID gave the portal for its sandbox")  # fmt: skip
    if orcid.user is None and not attended:
        warn(("orcid", "user"), "is missing: nobody can sign in at ORCID but a person; run with --attended, or give "
             "user = { login = \"${ORCID_USER}\", password = \"${ORCID_PASSWORD}\" }")  # fmt: skip
    for key in ("port", "tls"):
        if key in orcid.model_fields_set and not orcid.relay:
            warn(("orcid", key), 'is about the embedded sandbox and has no effect on environment = "sandbox"')


def _steps(plan: Plan, problem: Complain) -> None:
    for name in ("update", "delete"):
        if getattr(plan.steps, name) and not plan.steps.write:
            problem(("steps", name), f"nothing is there to {name}: [steps] write is missing")


def _store(plan: Plan, problem: Complain) -> None:
    store = plan.store
    if store is None:
        return
    here: Path = ("store",)
    queries = [(name, query) for name, query in (("connections", store.connections), ("items", store.items)) if query]
    if store.url and store.files:
        problem((*here, "files"), "either url or files, not both")
    elif store.files:
        if not (store.files.connections or store.files.items):
            problem(
                (*here, "files"), 'names no file; expected { connections = "connections.csv", items = "items.csv" }'
            )
        for name, _ in queries:
            problem((*here, name), f'a query needs url; with files write files = {{ {name} = "{name}.csv" }}')
    elif not store.url:
        problem(
            here, 'expected url with a query, e.g. url = "sqlite:///portal.db" and connections = "select …", or files'
        )
    else:
        if "://" not in store.url:
            problem((*here, "url"), "expected a database URL such as sqlite:///portal.db or postgresql://host/name")
        elif re.match(r"sqlite(\+\w+)?://(/?$|/:memory:)", store.url):
            problem((*here, "url"), "a database in memory cannot be seen from outside the portal; expected a file")
        if not queries:
            problem((*here, "url"), 'nothing is asked of it; add connections = "select …"')
        for name, query in queries:
            if not _SELECT.match(query):
                problem((*here, name), f"expected a query that begins with select (the store is only read), "
                        f"saw {shown(query, ())}")  # fmt: skip
    for name, columns in (("connections", store.columns.connections), ("items", store.columns.items)):
        for meaning in columns:
            if meaning not in MEANINGS:
                close = nearest(meaning, MEANINGS)
                problem((*here, "columns", name, meaning), "is not a meaning that a column can have"
                        + (f"; did you mean {close}?" if close else f"; there are: {', '.join(MEANINGS)}"))  # fmt: skip


def _answers(plan: Plan, rules: Collection[str] | None, today: date, problem: Complain, warn: Complain) -> None:
    for rule, answer in plan.answers.items():
        here: Path = ("answers", rule)
        if rules is not None and rule not in rules:
            close = nearest(rule, rules)
            warn(here, "no rule has this id, so the answer counts for nothing"
                 + (f"; did you mean {close}?" if close else "; see orcid-review rules"))  # fmt: skip
        # A day of grace: the person may be ahead of this machine's time zone.
        if answer.on > today + timedelta(days=1):
            problem((*here, "on"), f"{answer.on.isoformat()} has not come yet; expected the day the answer was given")
        if not answer.by.strip():
            problem((*here, "by"), "is empty; expected the name of the person who answered")


def _secrets(plan: Plan, literal: Callable[[Path], bool], warn: Complain) -> None:
    for path, variable in _secret_places(plan):
        if literal(path):
            warn(path, f"a secret stands in the file; put it into the environment and write ${{{variable}}}")


def _secret_places(plan: Plan) -> Iterator[tuple[Path, str]]:
    if plan.orcid.client_secret != m.EMBEDDED_CLIENT_SECRET:
        yield ("orcid", "client_secret"), "ORCID_CLIENT_SECRET"
    if plan.orcid.user and plan.orcid.user.password != m.EMBEDDED_PASSWORD:
        yield ("orcid", "user", "password"), "ORCID_PASSWORD"
    for name in m.Steps.model_fields:
        for number, step in enumerate(getattr(plan.steps, name)):
            if step.is_secret and step.value:
                yield ("steps", name, number, "value"), "PORTAL_PASSWORD"
    if plan.store and m.url_password(plan.store.url):
        yield ("store", "url"), "STORE_URL"

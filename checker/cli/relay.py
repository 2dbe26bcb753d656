"""`orcid-review relay`: stands between a portal and ORCID, and records what they say to each other."""

from __future__ import annotations

import signal
import threading
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Final

import click

from ._common import Exit, stop

if TYPE_CHECKING:
    from ..gather.relay import Relay, Upstream
    from ..sandbox import FailedHandshake, WireEntry

_TRUST: Final = "whoever calls ORCID must trust the CA file"


@click.command()
@click.option(
    "--port", type=click.IntRange(0, 65535), default=8766, show_default=True, help="Port on loopback; 0: any free one."
)
@click.option(
    "--upstream",
    metavar="WHAT",
    default="embedded",
    show_default=True,
    help="The ORCID behind it: embedded (started with it), sandbox (ORCID's own), or a URL, e.g. of another sandbox.",
)
@click.option(
    "--upstream-ca",
    metavar="FILE",
    type=click.Path(path_type=Path, exists=True, dir_okay=False),
    help="Authority to trust behind it, for a URL.",
)
@click.option(
    "--fixed-hosts",
    is_flag=True,
    help="The portal uses the relay as its proxy: the embedded ORCID then calls itself https://sandbox.orcid.org.",
)
@click.option("--tls/--no-tls", default=True, show_default=True, help="Whether the base URL is https.")
@click.option(
    "--timeout",
    type=click.FloatRange(0, 3600, min_open=True),
    default=60.0,
    show_default=True,
    metavar="SECONDS",
    help="What ORCID gets for one answer; then the portal is answered 504.",
)
@click.option(
    "--out",
    metavar="FILE",
    type=click.Path(path_type=Path, dir_okay=False),
    help="HTTP archive (HAR 1.2) to write at the end, also after Ctrl-C.",
)
@click.option("--secrets", is_flag=True, help="Leave secrets in the archive; else tags stand in their place.")
@click.option(
    "--read",
    metavar="FILE",
    type=click.Path(path_type=Path, dir_okay=False),
    help="List what was asked of ORCID in an archive made elsewhere, and start nothing; --out writes it clean.",
)
@click.option("--quiet", "-q", is_flag=True, help="Do not list the requests.")
def relay(
    port: int,
    upstream: str,
    upstream_ca: Path | None,
    fixed_hosts: bool,
    tls: bool,
    timeout: float,
    out: Path | None,
    secrets: bool,
    read: Path | None,
    quiet: bool,
) -> None:
    """Stand between a portal and ORCID, and record, until Ctrl-C.

    \b
    A portal whose ORCID address can be set gets the relay as its base URL. One with
    ORCID's hosts fixed in it gets the relay as its proxy (HTTPS_PROXY, HTTP_PROXY)
    and the list of authorities that is named at the start (SSL_CERT_FILE,
    REQUESTS_CA_BUNDLE, CURL_CA_BUNDLE, NODE_EXTRA_CA_CERTS). Only ORCID's hosts are
    opened, all others pass untouched. Production is refused, and recorded.
    """
    if out and not out.parent.is_dir():
        raise click.UsageError(f"--out: there is no folder {out.parent}")
    if read:
        _read(read, out, secrets)
        return
    from ..gather.relay import Relay
    from ..gather.trust import trust_bundle
    from ..sandbox import SandboxError

    def tell(text: str) -> None:
        click.echo(text, err=True)

    def warn_once(failed: FailedHandshake) -> None:
        if len(here.failed_handshakes) == 1:
            tell(
                f"Warning: a TLS connection was given up before a request came, by the {failed.side} ({failed.error});"
                f" {_TRUST}. Any more of them are counted at the end."
            )

    with ExitStack() as stack:
        try:
            free = _port(port)
            behind = _upstream(stack, upstream, upstream_ca, base=_base(free, tls, fixed_hosts))
            here = Relay(
                behind, free, tls=tls, patience=timeout, on_trouble=lambda told: tell(f"Warning: {told}"),
                on_failed_handshake=warn_once,
            )  # fmt: skip
            if not quiet:
                here.on_exchange = lambda entry: tell(_line(entry))
            stack.callback(_write, here, out, secrets, behind.is_real)
            stack.enter_context(here)
            roots = stack.enter_context(trust_bundle(here.ca_file))
            click.echo(_ready(here, behind, roots, embedded=upstream == "embedded"))
            tell("Ctrl-C stops it.")
            threading.Event().wait()
        except KeyboardInterrupt:  # the way it is meant to end
            tell("\nStopped.")
        except SandboxError as error:
            stop(Exit.NOT_RUN, str(error))


def _port(port: int) -> int:
    """The embedded ORCID must know the relay's address before there is a relay, so a free port is chosen first."""
    from ..sandbox.server import listen

    listeners = listen(port)
    chosen: int = listeners[0].getsockname()[1]
    for listener in listeners:
        listener.close()
    return chosen


def _base(port: int, tls: bool, fixed_hosts: bool) -> str:
    from ..orcid.hosts import SANDBOX

    return SANDBOX.site if fixed_hosts else f"{'https' if tls else 'http'}://localhost:{port}"


def _upstream(stack: ExitStack, named: str, ca_file: Path | None, *, base: str) -> Upstream:
    from urllib.parse import urlsplit

    from ..gather.relay import Upstream
    from ..gather.relay.places import place_of
    from ..sandbox import Sandbox

    if named == "embedded":
        box = stack.enter_context(Sandbox(public=base))
        return Upstream(box.base, box.plain_base, box.ca_file)
    if named == "sandbox":
        return Upstream()
    parts = urlsplit(named)
    if parts.scheme not in {"http", "https"} or not parts.hostname or parts.path.strip("/") or parts.query:
        raise click.UsageError(
            f"--upstream {named}: expected embedded, sandbox, or an address without a path such as"
            " https://localhost:8765"
        )
    place = place_of(parts.netloc)
    if place == "production":
        raise click.UsageError(
            f"--upstream {named}: that is ORCID's production registry, which a review never touches; expected embedded"
            " or sandbox"
        )
    return Upstream() if place == "sandbox" else Upstream(f"{parts.scheme}://{parts.netloc}", ca_file=ca_file)


def _ready(here: Relay, behind: Upstream, roots: Path, *, embedded: bool) -> str:
    from ..sandbox import DEFAULT_CLIENTS, DEFAULT_PERSON

    facts = [
        ("Base URL", here.base),
        ("Proxy", here.proxy),
        ("CA file", str(here.ca_file)),
        ("All roots", str(roots)),
        ("Behind it", "an embedded sandbox" if embedded else behind.name),
    ]
    if embedded:
        person = DEFAULT_PERSON
        facts += [("Client", f"{client.id}  secret {client.secret}") for client in DEFAULT_CLIENTS]
        facts.append(("Researcher", f"{person.orcid}  {person.login}  password {person.password}"))
    return "\n".join([f"The relay is ready at {here.base}", *(f"  {name + ':':<12}{value}" for name, value in facts)])


def _line(entry: WireEntry) -> str:
    host = entry.request_headers.get("host", "")
    status = str(entry.status or "dropped")
    return f"{status:<8}{entry.seconds * 1000:6.0f} ms  {entry.method:<7}{entry.scheme}://{host}{entry.path}"


def _write(here: Relay, out: Path | None, secrets: bool, real: bool) -> None:
    from ..gather.relay import har

    failed = here.failed_handshakes
    if len(failed) > 1:
        click.echo(
            f"Warning: {len(failed)} TLS connections were given up before a request came, the last one by the"
            f" {failed[-1].side} ({failed[-1].error}); {_TRUST}.",
            err=True,
        )
    if out:
        with _uninterrupted():
            _save(out, har.document(here.wire, failed, secrets=secrets, real=real), len(here.wire))


@contextmanager
def _uninterrupted() -> Iterator[None]:
    """Let a second Ctrl-C wait: what was recorded is there once, and written in a moment."""
    numbers = (signal.SIGINT, signal.SIGTERM)
    before = {number: signal.signal(number, signal.SIG_IGN) for number in numbers}
    try:
        yield
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)


def _save(out: Path, document: dict[str, object], count: int) -> None:
    from ..gather.relay import har

    try:
        har.write(out, document)
    except OSError as error:
        stop(Exit.NOT_RUN, f"--out {out}: cannot be written: {error.strerror or error}")
    click.echo(f"{count} exchange{'' if count == 1 else 's'} written to {out}", err=True)


def _read(file: Path, out: Path | None, secrets: bool) -> None:
    from ..gather.relay import har

    try:
        archive = har.read(file)
    except har.HarError as error:
        stop(Exit.USAGE, str(error))
    for entry in archive.entries:
        click.echo(_line(entry))
    if not archive.entries:
        click.echo(f"{file} holds no request to ORCID.", err=True)
    if out:
        made = har.document(archive.entries, secrets=secrets, real=archive.real)
        _save(out, made, len(archive.entries))

"""`orcid-review sandbox`: the embedded ORCID sandbox by itself, for development and for other people's CI."""

from __future__ import annotations

import threading
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Final

import click

from ._common import Exit, stop

if TYPE_CHECKING:
    from ..sandbox import Client, Sandbox

KEPT: Final = 2_000
"""Exchanges that the wire keeps: a sandbox may run for weeks."""


@click.command()
@click.option(
    "--port", type=click.IntRange(0, 65535), default=8765, show_default=True, help="Port on loopback; 0: any free one."
)
@click.option(
    "--tls/--no-tls",
    default=True,
    show_default=True,
    help="Whether the base URL is https, with a throw-away authority. The port serves plain http in any case.",
)
@click.option(
    "--client",
    "clients",
    metavar="ID:SECRET:REDIRECT",
    multiple=True,
    help="Register a client. Can be repeated, also to give one client a further redirect URI. Without, there are"
    " clients to which any loopback redirect URI belongs.",
)
@click.option(
    "--people",
    "people_file",
    metavar="FILE",
    type=click.Path(path_type=Path),
    help="TOML or JSON file with the people who can sign in.",
)
@click.option(
    "--state",
    "state_file",
    metavar="FILE",
    type=click.Path(path_type=Path, dir_okay=False),
    help="Go on from this file if it is there, and write it at the end.",
)
@click.option(
    "--rate-limit/--no-rate-limit",
    default=True,
    show_default=True,
    help="Answer 503 to whoever asks the Member API faster than ORCID allows.",
)
def sandbox(
    port: int, tls: bool, clients: tuple[str, ...], people_file: Path | None, state_file: Path | None, rate_limit: bool
) -> None:
    """Run the embedded ORCID sandbox until Ctrl-C.

    Its page http://localhost:PORT/_sandbox/ shows people, clients and the last requests.
    """
    from ..sandbox import DEFAULT_CLIENTS, DEFAULT_PERSON, PortInUse, Sandbox, SandboxError
    from ..sandbox.people import people_of

    registered = _clients(clients) or DEFAULT_CLIENTS
    try:
        people = people_of(people_file) if people_file else (DEFAULT_PERSON,)
        box = Sandbox(port, tls, registered, people, admin=True, rate_limited=rate_limit, kept=KEPT)
        if state_file:
            box.restore(state_file)
    except SandboxError as error:
        stop(Exit.USAGE, str(error))
    try:
        with box:
            click.echo(_ready(box))
            click.echo("Ctrl-C stops it.", err=True)
            threading.Event().wait()
    except KeyboardInterrupt:  # the way it is meant to end
        if state_file:
            try:
                box.save(state_file)
            except SandboxError as error:
                stop(Exit.NOT_RUN, str(error))
        click.echo("\nStopped.", err=True)
    except PortInUse as error:
        stop(Exit.NOT_RUN, str(error))


def _ready(box: Sandbox) -> str:
    facts = [("Base URL", box.base), ("Plain http", box.plain_base)]
    if box.ca_file:
        facts.append(("CA file", str(box.ca_file)))
    facts += [("Client", f"{client.id}  secret {client.secret}") for client in box.clients]
    facts += [("Researcher", f"{p.orcid}  {p.login}  password {p.password}") for p in box.people]
    facts.append(("Look at it", f"{box.plain_base}/_sandbox/"))
    lines = [f"The embedded ORCID sandbox is ready at {box.base}"]
    return "\n".join(lines + [f"  {name + ':':<12}{value}" for name, value in facts])


def _clients(texts: tuple[str, ...]) -> tuple[Client, ...]:
    found: dict[str, Client] = {}
    for text in texts:
        client = _client(text)
        if known := found.get(client.id):
            if known.secret != client.secret:
                raise click.UsageError(f"--client: {client.id} was given two secrets; expected one")
            client = replace(known, redirect_uris=known.redirect_uris + client.redirect_uris)
        found[client.id] = client
    return tuple(found.values())


def _client(text: str) -> Client:
    from ..sandbox import Client
    from ..sandbox.people import Misfit, check_redirect

    identifier, secret, redirect = (*text.split(":", 2), "", "")[:3]
    try:
        check_redirect(redirect, "--client")
    except Misfit:
        redirect = ""
    if not (identifier and secret and redirect):
        raise click.UsageError(
            "--client: expected ID:SECRET:REDIRECT, e.g. APP-1:secret:https://127.0.0.1:8443/callback"
        )
    return Client(id=identifier, secret=secret, name="Portal", redirect_uris=(redirect,))

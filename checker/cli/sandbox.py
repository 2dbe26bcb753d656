"""`orcid-review sandbox`: the embedded ORCID sandbox by itself, for development."""

from __future__ import annotations

import threading
from typing import TYPE_CHECKING

import click

from ._common import Exit, stop

if TYPE_CHECKING:
    from ..sandbox import Client


@click.command()
@click.option(
    "--port", type=click.IntRange(0, 65535), default=8765, show_default=True, help="Port on loopback; 0: any free one."
)
@click.option("--no-tls", is_flag=True, help="Make the base URL plain http.")
@click.option(
    "--client",
    "clients",
    metavar="ID:SECRET:REDIRECT",
    multiple=True,
    help="Register a client. Can be repeated. Without, there is one to which any loopback redirect URI belongs.",
)
def sandbox(port: int, no_tls: bool, clients: tuple[str, ...]) -> None:
    """Run the embedded ORCID sandbox until Ctrl-C."""
    from ..sandbox import DEFAULT_CLIENT, DEFAULT_PERSON, PortInUse, Sandbox

    registered = tuple(_client(text) for text in clients) or (DEFAULT_CLIENT,)
    try:
        with Sandbox(port=port, tls=not no_tls, clients=registered) as box:
            facts = [("Base URL", box.base), ("Plain http", box.plain_base)]
            if box.ca_file:
                facts.append(("CA file", str(box.ca_file)))
            facts += [("Client", f"{client.id}  secret {client.secret}") for client in registered]
            person = DEFAULT_PERSON
            facts.append(("Researcher", f"{person.orcid}  {person.login}  password {person.password}"))
            lines = [f"The embedded ORCID sandbox is ready at {box.base}"]
            click.echo("\n".join(lines + [f"  {name + ':':<12}{value}" for name, value in facts]))
            click.echo("Ctrl-C stops it.", err=True)
            threading.Event().wait()
    except KeyboardInterrupt:  # the way it is meant to end
        click.echo("\nStopped.", err=True)
    except PortInUse as error:
        stop(Exit.NOT_RUN, str(error))


def _client(text: str) -> Client:
    from ..sandbox import Client

    parts = text.split(":", 2)
    if len(parts) != 3 or not all(parts) or "://" not in parts[2]:
        raise click.UsageError(
            "--client: expected ID:SECRET:REDIRECT, e.g. APP-1:secret:https://127.0.0.1:8443/callback"
        )
    identifier, secret, redirect = parts
    return Client(id=identifier, secret=secret, name="Portal", redirect_uris=(redirect,))

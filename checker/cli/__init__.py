"""The command line: one module per command, each loaded only when it is called."""

from __future__ import annotations

import click


@click.group()
def main() -> None:
    """Review an ORCID integration in a real browser, with proof."""

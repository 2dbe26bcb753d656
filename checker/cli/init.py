"""`orcid-review init`: a commented plan to begin with."""

from __future__ import annotations

from importlib.resources import files
from pathlib import Path

import click

from ._common import Exit, stop

NAME = "review.toml"


@click.command()
@click.argument("folder", metavar="[DIR]", default=".", type=click.Path(path_type=Path))
def init(folder: Path) -> None:
    """Write a commented review.toml into DIR (default: here). Never writes over one that is there."""
    path = folder / NAME
    text = files("checker.plan").joinpath("starter.toml").read_text("utf-8")
    try:
        folder.mkdir(parents=True, exist_ok=True)
        with path.open("x", encoding="utf-8") as file:
            file.write(text)
    except FileExistsError:
        there = path if path.exists() else folder
        stop(Exit.USAGE, f"{there} is there already and was left as it is")
    except OSError as error:
        stop(Exit.USAGE, f"{path} cannot be written: {error.strerror or error}")
    click.echo(str(path))
    click.echo(f"Fill in [portal], then: orcid-review run {path}", err=True)

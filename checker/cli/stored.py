"""`orcid-review stored`: what the portal's store holds, as the plan names it. Read-only; no token is ever shown."""

from __future__ import annotations

import os
import re
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Final

import click

from ._bar import Bar
from ._common import Exit, stop

if TYPE_CHECKING:
    from ..evidence.model import Connection, Item, StoredToken
    from ..evidence.vault import Vault
    from ..gather.store import StoreReader
    from ..plan import Plan

_TOKEN: Final = re.compile(r"[0-9A-Za-z_+/=-]{20,}")
"""What may be one; an iD has 19 characters."""
_NO_ID: Final = {
    "empty": "no iD",
    "number": "an iD as a number, without its leading zeros",
    "scientific": "an iD as a spreadsheet's number, digits are lost",
    "untidy": "an iD with something around it",
    "checksum": "an iD whose check character is wrong",
    "masked": "a masked iD",
    "encoded": "something encrypted or hashed for an iD",
    "malformed": "no iD but something else",
}
_NO_CODE: Final = {
    "empty": "no put-code",
    "zero": "0 for a put-code",
    "negative": "a negative put-code",
    "decimal": "a put-code with decimals",
    "scientific": "a put-code as a spreadsheet's number, digits are lost",
    "grouped": "a put-code with separators in it",
    "list": "several put-codes in one cell",
    "path": "an address for a put-code",
    "id": "an iD for a put-code",
    "too-large": "a number too large for a put-code",
    "text": "a text for a put-code",
}


@dataclass
class _Seen:
    connections: int = 0
    people: Counter[str] = field(default_factory=Counter)
    ids: Counter[str] = field(default_factory=Counter)
    tokens: dict[str, Counter[str]] = field(default_factory=lambda: {"access": Counter(), "refresh": Counter()})
    filled: Counter[str] = field(default_factory=Counter)
    items: int = 0
    types: Counter[str] = field(default_factory=Counter)
    codes: Counter[str] = field(default_factory=Counter)
    clashes: list[Item] = field(default_factory=list)


@click.command()
@click.argument("plan_file", metavar="[PLAN]", default="review.toml", type=click.Path(path_type=Path))
@click.option(
    "--rows", type=click.IntRange(0, 100_000), default=10, show_default=True, help="Rows of each table to show."
)
@click.pass_context
def stored(ctx: click.Context, plan_file: Path, rows: int) -> None:
    """Show what the store of PLAN (default: review.toml) holds: counts, put-codes at fault, tokens as fingerprints.

    \b
    Equal fingerprints within one call are equal tokens; elsewhere they mean nothing.
    Ends with 0 nothing at fault, 1 iDs or put-codes at fault, 2 wrong usage or plan,
    4 the store cannot be read.
    """
    from ..gather.errors import GatherError

    plan, reader, vault = _opened(plan_file)
    seen = _Seen()
    assert plan.store is not None
    files = plan.store.files
    try:
        if files.connections if files else plan.store.connections:
            _connections(reader.connections(vault), seen, rows)
        if files.items if files else plan.store.items:
            _items(reader.items(vault), seen, rows)
    except GatherError as error:
        stop(Exit.NOT_RUN, vault.redact(f"{error.message}{f'; {error.todo}' if error.todo else ''}"))
    ctx.exit(Exit.FAIL if seen.ids or seen.codes or seen.clashes else Exit.PASS)


def items_of(plan_file: Path) -> tuple[Plan, Iterable[Item]]:
    """Return a plan and what its store holds of items, row by row; stops the command when there is none."""
    plan, reader, vault = _opened(plan_file)
    assert plan.store is not None
    if not (plan.store.files.items if plan.store.files else plan.store.items):
        stop(Exit.USAGE, f"{plan_file}: [store] names no items; add a query or a file of them, or say --stored")
    return plan, reader.items(vault)


def _opened(plan_file: Path) -> tuple[Plan, StoreReader, Vault]:
    from ..evidence.vault import Vault
    from ..gather.store import StoreReader
    from ..plan import PlanError, load

    try:
        plan = load(plan_file, os.environ)
    except PlanError as error:
        stop(Exit.USAGE, str(error))
    if plan.store is None:
        stop(Exit.USAGE, f"{plan_file}: it names no store; add a table [store]")
    vault = Vault()
    for kind, value in plan.secrets():
        vault.learn(kind, value)
    return plan, StoreReader(plan.store, plan.folder), vault


def _connections(rows: Iterable[Connection], seen: _Seen, show: int) -> None:
    from ..orcid.cells import read_id

    shown: list[Connection] = []
    with Bar() as bar:
        for row in bar.counted(rows, "Reading connections"):
            if len(shown) < show:
                shown.append(row)
            cell = read_id(row.orcid)
            seen.connections += 1
            seen.people[cell.orcid] += 1 if cell.orcid else 0
            if not cell.valid:
                seen.ids[cell.form] += 1
            for name, token in (("access", row.access_token), ("refresh", row.refresh_token)):
                seen.tokens[name][token.form if token.present else "none"] += 1
            seen.filled.update(name for name in ("scope", "expires", "name") if getattr(row, name))
    people = len(+seen.people)
    click.echo(f"Connections: {_rows(seen.connections)}, {_people(people)}")
    for name, forms in seen.tokens.items():
        click.echo(f"  {name + ' token:':<15}" + ", ".join(f"{_FORMS.get(f, f)} {n:,}" for f, n in forms.most_common()))
    for name in ("scope", "expires", "name"):
        click.echo(f"  {name + ':':<15}in {seen.filled[name]:,}")
    if twice := sum(1 for count in seen.people.values() if count > 1):
        click.echo(f"  {twice:,} of the people have several rows")
    _faults(seen.ids, _NO_ID)
    for row in shown:
        told = [
            _safe(row.orcid) or "(no iD)",
            f"access {_token(row.access_token)}",
            f"refresh {_token(row.refresh_token)}",
        ]
        click.echo("    " + "  ".join([*told, row.scope[:60]]).rstrip())
    _rest(seen.connections, len(shown))


def _items(rows: Iterable[Item], seen: _Seen, show: int) -> None:
    from ..gather.store.clashes import Clashes
    from ..orcid.cells import read_id, read_put_code

    shown: list[Item] = []
    people: set[str] = set()
    with Clashes() as clashes, Bar() as bar:
        for row in bar.counted(rows, "Reading items"):
            if len(shown) < show:
                shown.append(row)
            seen.items += 1
            seen.types[row.type or "(no type)"] += 1
            person, code = read_id(row.orcid), read_put_code(row.put_code)
            people.add(person.orcid)
            if code.form != "good":
                seen.codes[code.form] += 1
            if code.code:
                clashes.add(person.orcid, code.code, row.type, row.local_id)
        seen.clashes = list(clashes.found())
    click.echo(f"Items: {_rows(seen.items)}, {_people(len(people - {''}))}")
    if seen.types:
        click.echo("  types:         " + ", ".join(f"{name[:40]} {n:,}" for name, n in seen.types.most_common(12)))
    _faults(seen.codes, _NO_CODE)
    for row in seen.clashes:
        click.echo(f"  ! one put-code for several items, or several for one: {_item(row)}")
    for row in shown:
        click.echo(f"    {_item(row)}")
    _rest(seen.items, len(shown))


_FORMS: Final = {"none": "none", "clear": "in clear text", "base64": "base64, which is clear text",
                 "encrypted": "looks encrypted", "hashed": "looks hashed", "opaque": "not to be told",
                 "masked": "masked in the export"}  # fmt: skip


def _faults(counts: Counter[str], words: dict[str, str]) -> None:
    for form, count in counts.most_common():
        click.echo(f"  ! {_rows(count)} with {words.get(form, form)}")


def _token(token: StoredToken) -> str:
    if not token.present:
        return "-"
    return f"#{token.fingerprint}" if token.fingerprint else token.form


def _item(row: Item) -> str:
    return f"{_safe(row.orcid)}  {row.type}  put-code {_safe(row.put_code) or '-'}  id {_safe(row.local_id) or '-'}"


def _safe(cell: str) -> str:
    """Return a cell, unless it may be a token in the wrong column."""
    whole = len(cell) <= 45 and not _TOKEN.search(cell)
    return cell if whole or not cell else f"({len(cell)} characters)"


def _rows(count: int) -> str:
    return f"{count:,} row{'' if count == 1 else 's'}"


def _people(count: int) -> str:
    return f"{count:,} {'person' if count == 1 else 'people'}"


def _rest(all_of_them: int, shown: int) -> None:
    if 0 < shown < all_of_them:
        click.echo(f"    … and {all_of_them - shown:,} more (--rows)")

"""Says in one plain sentence what a database or its driver complained of, and what to do."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from typing import Final

from ..errors import GatherError
from .table import hint, unreadable

_NO_TABLE: Final = re.compile(
    r"no such table: (?:\w+\.)?(\w+)|relation \"(?:\w+\.)?(\w+)\" does not exist|Table '(?:\w+\.)?(\w+)' doesn't exist"
)
_NO_COLUMN: Final = re.compile(
    r"no such column: (?:\w+\.)?(\w+)|column \"?(?:\w+\.)?(\w+)\"? does not exist|Unknown column '(?:\w+\.)?(\w+)'"
)

_GONE: Final = re.compile(
    r"server closed the connection|terminating connection|connection (?:was |is )?(?:lost|closed|reset|aborted)"
    r"|Lost connection|gone away|SSL SYSCALL|Connection reset|Broken pipe|network error|disk I/O error|consuming input",
    re.IGNORECASE,
)
_READ_ONLY: Final = re.compile(
    r"read-only transaction|READ ONLY transaction|readonly database|read only database", re.IGNORECASE
)
_FIRST: Final[tuple[tuple[str, str, str], ...]] = (
    (r"not a database|file is encrypted", "the file is not a SQLite database, or it is encrypted", ""),
    (r"malformed|corrupt", "the database is damaged", "restore it from a backup, or hand in an export"),
    (
        r"password authentication failed|Access denied for user .*using password|Login failed for user|no password",
        "the database refused the user name or password",
        "check user and password in [store] url; characters such as @ / : in a password are written %40 %2F %3A",
    ),
    (
        r"no pg_hba.conf entry|is not allowed to connect",
        "the database lets this machine or user not in",
        "allow a read-only user from this machine, or hand in an export under [store] files",
    ),
    (
        r"database \".*\" does not exist|Unknown database|Access denied .* to database",
        "the server has no such database, or its user may not open it",
        "check the name at the end of [store] url",
    ),
    (
        r"could not translate host|Name or service not known|getaddrinfo|nodename nor servname|failed to resolve"
        r"|Unknown (?:MySQL )?server host|Temporary failure in name resolution",
        "the database's host is not known",
        "check the host in [store] url",
    ),
    (
        r"Connection refused|Can't connect|could not connect|connection timeout|timed out.*connect|connection failed"
        r"|No route to host|Can't create a connection",
        "the database server does not answer",
        "check that it runs, and host and port in [store] url",
    ),
    (
        r"permission denied|command denied|not authorized|SELECT permission was denied",
        "the database's user may not read what is asked for",
        "let it select from the tables of the query",
    ),
    (
        r"statement timeout|max_statement_time|maximum statement execution time|interrupted",
        "the database took too long over the query",
        "narrow the query, or hand in an export under [store] files",
    ),
)


def complaint(
    said: str, what: str, *, read: int, tables: Callable[[], Iterable[str]], columns: Callable[[], Iterable[str]]
) -> GatherError:
    """Return the error for what a driver said.

    Args:
        said: its message.
        what: name of the query in the plan.
        read: number of rows that had come by then.
        tables, columns: asked for the names there are when one is missing.
    """
    if "locked" in said:
        return unreadable("the database is locked by another program, and stayed so")
    if _READ_ONLY.search(said):
        return unreadable(
            f"the query [store] {what} would write, and the database refused it: it is opened for reading only",
            "write a SELECT that calls nothing that writes",
        )
    if read and _GONE.search(said):
        return unreadable(
            f"the database went away while [store] {what} was read, after"
            f" {read:,} row{'' if read == 1 else 's'}; none of them counts",
            "see that it keeps running, then run again",
        )
    if match := _NO_TABLE.search(said):
        return unreadable(f"[store] {what}: there is no table {_first(match)}"
                          f"{hint(_first(match), tables(), 'the database has')}")  # fmt: skip
    if match := _NO_COLUMN.search(said):
        return unreadable(f"[store] {what}: there is no column {_first(match)}"
                          f"{hint(_first(match), columns(), 'there are')}")  # fmt: skip
    for pattern, message, todo in _FIRST:
        if re.search(pattern, said, re.IGNORECASE | re.DOTALL):
            return unreadable(message, todo)
    if _GONE.search(said):
        return unreadable(f"the database went away while [store] {what} was asked", "run again")
    lines = said.splitlines()
    return unreadable(f"the query [store] {what} cannot be answered: {lines[0] if lines else 'no reason was given'}")


def _first(match: re.Match[str]) -> str:
    return next(group for group in match.groups() if group)

"""Finds out, before anything is run, that a query would do more than read.

This is the first wall; the second is the database's own read-only mode, see :mod:`.sql`.
"""

from __future__ import annotations

import re
from typing import Final

from .table import unreadable

_WRITING: Final = re.compile(
    r"\b(insert|update|delete|merge|drop|alter|create|truncate|grant|revoke|attach|detach|vacuum|pragma|into|copy|call"
    r"|exec|execute|lock)\b",
    re.IGNORECASE,
)
_REACHING_OUT: Final = re.compile(
    r"\b(dblink\w*|lo_\w+|pg_(?:terminate|cancel)_backend|pg_(?:reload_conf|promote|rotate_logfile|switch_wal)"
    r"|pg_file_\w+|pg_logical_\w+|pg_(?:try_)?advisory_\w+|nextval|setval|set_config|load_extension|writefile|edit"
    r"|get_lock|release_lock|sys_exec|sys_eval|xp_\w+|sp_\w+|openrowset|openquery|utl_\w+|dbms_\w+)\s*\(",
    re.IGNORECASE,
)
"""Functions whose effect is outside of the transaction, so that a read-only one does not stop them."""

_IGNORED: Final = re.compile(
    r"""'(?:[^']|'')*' | "(?:[^"]|"")*" | `[^`]*` | \[[^\]]*\] | --[^\n]* | /\*(?!!).*?\*/""", re.DOTALL | re.VERBOSE
)


def refuse_writing(query: str, what: str) -> None:
    """Refuse a query that is not a single SELECT.

    Args:
        query: as the plan has it.
        what: its name in the plan, for messages.

    Raises:
        GatherError: `store-unreadable`, with the reason.
    """
    bare = _IGNORED.sub(" ", query).strip().rstrip(";").strip()
    reason = ""
    if not re.match(r"(select|with|values)\b|\(\s*select\b", bare, re.IGNORECASE):
        reason = f"begins with {bare.split()[0]!r}" if bare else "is empty"
    elif ";" in bare:
        reason = "holds more than one statement"
    elif word := _WRITING.search(bare):
        reason = f"holds {word.group(0)!r}, which writes"
    elif word := _REACHING_OUT.search(bare):
        reason = f"calls {word.group(1)}, which does more than read"
    elif "/*!" in bare:
        reason = "holds a comment that MySQL would run"
    if reason:
        raise unreadable(
            f"the query [store] {what} was not run: it {reason}",
            "write a single SELECT; put a column of that name in double quotes",
        )

"""Bulks of works (WorkManagerImpl.createWorks): each work is answered by itself, inside an answer with status 200."""

from __future__ import annotations

from typing import Final

from ..model import Case, Fault, Form, Method
from . import clauses, work
from .stored import Taken

_MOST: Final = 100
MOST_WORKS: Final = 10_000


def validate(case: Case, out: list[Fault]) -> None:
    """Add what ORCID refuses: of the request as a whole at `("bulk",)`, of a work at `("bulk", i, "work", …)`."""
    elements = case.content.get("bulk", ())
    if not elements:
        return
    check_room(case, len(elements), ("bulk",), out)
    if len(elements) > _MOST:
        message = f"There are {len(elements):,} works in the request."
        out.append(Fault(clauses.BULK_TOO_LARGE, ("bulk",), message, f"{len(elements):,}", f"at most {_MOST}"))
    taken = Taken(case)
    lenient = case.form is Form.XML
    for index, element in enumerate(elements):
        content = element.get("work")
        if content is None:
            continue
        at = ("bulk", index, "work")
        before = len(out)
        work.validate(content, at, form=case.form, method=Method.POST, visibility=None, out=out, lenient=lenient)
        taken.check(content, at, out)
        work.validate_roles(content, at, out)
        if len(out) == before:
            taken.add(content, None)


def check_room(case: Case, new: int, at: tuple[str, ...], out: list[Fault]) -> None:
    """Add that there is no room for more works on the record, where it is known how many there are."""
    works = case.record.works
    if works is not None and works + new > MOST_WORKS:
        message = f"The record has {works:,} works, {new:,} more are sent."
        out.append(Fault(clauses.TOO_MANY_WORKS, at, message, f"{works + new:,}", f"at most {MOST_WORKS:,}"))

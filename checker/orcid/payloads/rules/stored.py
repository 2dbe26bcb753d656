"""What a payload means for the items that are on the record already: put-codes, sources, duplicates."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, Final

from ..kinds import KINDS
from ..model import At, Case, Content, Fault, Stored
from . import clauses, identifiers, normalise
from .texts import shown
from .titles import text

_READ_ONLY: Final = frozenset({"created-date", "last-modified-date", "source", "path", "display-index", "visibility"})


def check_put_code(case: Case, out: list[Fault]) -> bool:
    """Add what is wrong with the put-codes of a PUT; return False if ORCID looks no further."""
    sent = case.content.get("put-code")
    if sent is None:
        expected = str(case.put_code) if case.put_code is not None else "the put-code of the address"
        out.append(Fault(clauses.PUT_CODE_MISSING, (), "The payload has no put-code.", allowed=expected))
    elif case.put_code is not None and sent != case.put_code:
        message = f"The payload has the put-code {sent}, the address has {case.put_code}."
        out.append(Fault(clauses.PUT_CODE_MISMATCH, ("put-code",), message, str(sent), str(case.put_code)))
    elif case.record.stored is not None and changed(case) is None:
        clause = clauses.GROUP_NOT_FOUND if case.kind == "group-id" else clauses.ITEM_NOT_FOUND
        message = f"There is no such item with the put-code {sent}."
        out.append(Fault(clause, ("put-code",), message, str(sent)))
    else:
        return True
    return False


def changed(case: Case) -> Stored | None:
    """Return the stored item that a PUT would change, or None when it is not known."""
    code = case.content.get("put-code")
    # The seven affiliations are one table: any of them is found, and becomes what it is sent as.
    is_affiliation = KINDS[case.kind].family == "affiliation"
    for one in case.record.stored or ():
        if one.put_code == code and (
            one.kind == case.kind or (is_affiliation and one.kind in KINDS and KINDS[one.kind].family == "affiliation")
        ):
            return one
    return None


def check_source(case: Case, existing: Stored | None, out: list[Fault]) -> None:
    """Add that an item belongs to another source."""
    if existing is not None and case.record.source and existing.source != case.record.source:
        message = f"The item {existing.put_code} was written by {shown(existing.source)}."
        out.append(Fault(clauses.WRONG_SOURCE, ("put-code",), message, case.record.source, existing.source))


def unchanged(case: Case, existing: Stored) -> bool:
    """Return whether a PUT sends just what is stored; ORCID checks nothing then."""
    sent = case.content.get("visibility")
    if sent is not None and sent != existing.visibility:
        return False
    return _own_parts(case.content) == _own_parts(existing.content)


def refuse_unchanged(existing: Stored, out: list[Fault]) -> None:
    """Add that a PUT sends what another source has stored."""
    message = f"The work {existing.put_code} is unchanged, and was written by {shown(existing.source)}."
    out.append(Fault(clauses.UNCHANGED_WRONG_SOURCE, ("put-code",), message))


def _own_parts(content: Content) -> dict[str, Any]:
    return {name: part for name, part in content.items() if name not in _READ_ONLY and name != "put-code"}


def _others(case: Case) -> Iterator[Stored]:
    """Give the stored items of the same kind and source, except the one that is changed."""
    code = case.content.get("put-code")
    for one in case.record.stored or ():
        if one.kind == case.kind and one.source == case.record.source and (code is None or one.put_code != code):
            yield one


def check_activity(case: Case, part: Content | None, at: At, out: list[Fault], *, list_of: str) -> None:
    """Add that the same source has written one of an activity's own identifiers before.

    Args:
        case: The payload.
        part: Its list of identifiers.
        at: The list's place.
        out: Gets the fault, for the first stored item that is met.
        list_of: Name of the list in what is stored; of a research resource, that of its proposal is meant.
    """
    if not case.record.stored:
        return
    raw = KINDS[case.kind].family == "funding"
    own = {
        _key(one, raw=raw): index
        for index, one in reversed(list(enumerate(identifiers.listed(part))))
        if one.get("external-id-relationship") in {"self", None}
        # A funding's normal form is never compared with one: sent along by hand, it makes the identifier unequal.
        and not (raw and text(one.get("external-id-normalized")))
    }
    relationships = {index: _relationship(identifiers.listed(part)[index]) for index in own.values()}
    if not own:
        return
    for stored in _others(case):
        content = stored.content.get("proposal", {}) if case.kind == "research-resource" else stored.content
        for theirs in identifiers.listed(content.get(list_of)):
            index = own.get(_key(theirs, raw=raw))
            if index is not None and _relationship(theirs) == relationships[index]:
                _duplicate(identifiers.listed(part)[index], (*at, "external-id", index), stored.put_code, out)
                return


def _relationship(external_id: Content) -> str | None:
    value: str | None = external_id.get("external-id-relationship")
    return value


def _key(external_id: Content, *, raw: bool) -> tuple[str | None, bool, str | None]:
    kind, value = external_id.get("external-id-type"), external_id.get("external-id-value")
    return (kind, False, value) if raw else normalise.key(kind, value)


def _duplicate(external_id: Content, at: At, put_code: int | None, out: list[Fault]) -> None:
    kind, value = external_id.get("external-id-type"), external_id.get("external-id-value")
    where = "an earlier work of the same request has" if put_code is None else f"your item {put_code} has"
    message = f"The {kind} {shown(str(value))} is taken: {where} it."
    allowed = f"PUT to {put_code}" if put_code is not None else None
    out.append(Fault(clauses.DUPLICATE_ACTIVITY, at, message, value, allowed))


def check_person_item(case: Case, out: list[Fault]) -> None:
    """Add that the same source has written a personal detail before; addresses are never taken for the same."""
    if case.kind == "address" or not case.record.stored:
        return
    own = _person_key(case.content)
    if own[0] is None:
        return
    for stored in _others(case):
        if _person_key(stored.content) == own:
            value = " ".join(filter(None, own))
            message = f"{shown(value)} is on the record already, as your item {stored.put_code}."
            out.append(Fault(clauses.DUPLICATE_ELEMENT, (), message, value))
            return


def _person_key(item: Content) -> tuple[str | None, str | None]:
    if "url" in item:
        return text(item["url"]), None
    if "external-id-value" in item:
        return item["external-id-value"], item.get("external-id-type")
    return item.get("content"), None


class Taken:
    """Identifiers that the works of one source have, for a bulk of works.

    Unlike for one work, an identifier that is version-of counts as taken.
    """

    def __init__(self, case: Case) -> None:
        self._codes: dict[tuple[str | None, bool, str | None], int | None] = {}
        for one in case.record.stored or ():
            if one.kind == "work" and one.source == case.record.source:
                self.add(one.content, one.put_code)

    def add(self, work: Content, put_code: int | None) -> None:
        """Remember the identifiers of a work."""
        for one in identifiers.listed(work.get("external-ids")):
            if _relationship(one) not in {"part-of", "funded-by"}:
                self._codes[_key(one, raw=False)] = put_code

    def check(self, work: Content, at: At, out: list[Fault]) -> None:
        """Add that an identifier of a work is taken."""
        if not self._codes:
            return
        for index, one in enumerate(identifiers.listed(work.get("external-ids"))):
            key = _key(one, raw=False)
            if _relationship(one) == "self" and key in self._codes:
                _duplicate(one, (*at, "external-ids", "external-id", index), self._codes[key], out)
                return

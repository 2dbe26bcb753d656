"""External identifiers of works, fundings, peer reviews, research resources and notifications (ExternalIDValidator)."""

from __future__ import annotations

from collections.abc import Sequence
from enum import Enum, auto

from .. import lists
from ..model import At, Content, Fault
from ..nearest import offer
from . import clauses
from .texts import filled, shown


class Needs(Enum):
    """What a list of identifiers must hold beyond correct identifiers."""

    SELF = auto()
    """One that is self."""
    SELF_FOR_VERSION = auto()
    """One that is self if another one is version-of."""
    NOTHING = auto()


def listed(part: Content | None) -> Sequence[Content]:
    """Return the identifiers of a list part such as `external-ids`, which may be missing."""
    ids: Sequence[Content] = part.get("external-id", ()) if part else ()
    return ids


def check(ids: Sequence[Content], at: At, needs: Needs, out: list[Fault], *, lenient: bool = False) -> None:
    """Add what is wrong with a list of identifiers.

    Args:
        ids: The identifiers.
        at: Place of their list.
        needs: What they must hold together.
        out: Gets the faults.
        lenient: An unknown relationship was read as none.
    """
    relationships = set()
    for index, one in enumerate(ids):
        relationship = one.get("external-id-relationship")
        if lenient and relationship not in lists.RELATIONSHIPS:
            relationship = None
        relationships.add(relationship)
        if one.get("external-id-type") not in lists.EXTERNAL_ID_TYPES or relationship is None:
            check_one(one, (*at, index), out, lenient=lenient)
        elif not filled(one.get("external-id-value")):
            check_one(one, (*at, index), out)
    if "self" in relationships or not relationships <= lists.RELATIONSHIPS | {None}:
        # An unknown relationship is refused before all this; it may have been meant as self.
        return
    if needs is Needs.SELF:
        message = "None of the identifiers is self."
        out.append(Fault(clauses.SELF_ID_MISSING, at, message, allowed="one external-id-relationship self at least"))
    elif needs is Needs.SELF_FOR_VERSION and "version-of" in relationships:
        message = "An identifier is version-of, but none is self."
        out.append(
            Fault(clauses.VERSION_OF_NEEDS_SELF, at, message, "version-of", "one external-id-relationship self as well")
        )


def check_one(external_id: Content, at: At, out: list[Fault], *, lenient: bool = False) -> None:
    """Add what is wrong with one identifier."""
    kind = external_id.get("external-id-type")
    if kind is None:
        out.append(Fault(clauses.EXTERNAL_ID_TYPE_MISSING, at, "The identifier has no external-id-type."))
    elif kind not in lists.EXTERNAL_ID_TYPES:
        allowed = offer(kind, lists.EXTERNAL_ID_TYPES, lists.EXTERNAL_ID_TYPE_SYNONYMS)
        message = f"external-id-type {shown(kind)} is not in ORCID's list of {lists.EXTERNAL_ID_TYPES_AS_OF}."
        out.append(Fault(clauses.EXTERNAL_ID_TYPE_UNKNOWN, (*at, "external-id-type"), message, kind, allowed))
    value = external_id.get("external-id-value")
    if not filled(value):
        place = at if value is None else (*at, "external-id-value")
        out.append(Fault(clauses.EXTERNAL_ID_VALUE_MISSING, place, "The identifier has no value.", value))
    relationship = external_id.get("external-id-relationship")
    if relationship is None or (lenient and relationship not in lists.RELATIONSHIPS):
        message = f"The identifier {shown(str(value or ''))} has no relationship that ORCID knows."
        allowed = offer(relationship or "", lists.RELATIONSHIPS, lists.RELATIONSHIP_SYNONYMS)
        out.append(Fault(clauses.EXTERNAL_ID_RELATIONSHIP_MISSING, at, message, relationship, allowed))

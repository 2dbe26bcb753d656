"""Contributors of works and fundings."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Final

from .. import lists
from ..model import At, Content, Fault
from ..nearest import offer
from . import clauses
from .texts import filled, shown
from .titles import text

_URI: Final = re.compile(r"https://(?:[^/]*orcid\.org|localhost.*/orcid-web)/(?:[0-9]{4}-){3,}[0-9]{3}[0-9X]", re.ASCII)
_PATH: Final = re.compile(r"(?:[0-9]{4}-){3}[0-9]{3}[0-9X]")


def _with_java_names(roles: frozenset[str]) -> frozenset[str]:
    # The name of the Java constant is taken as well as the value, nothing in between: AUTHOR and author, not Author.
    return roles | {role.upper().replace("-", "_") for role in roles}


_TAKEN: Final = {
    "work": _with_java_names(lists.WORK_ROLES) | lists.CREDIT_ROLES,
    "funding": _with_java_names(lists.FUNDING_ROLES) | lists.CREDIT_ROLES,
}
_OFFERED: Final = {"work": lists.WORK_ROLES, "funding": lists.FUNDING_ROLES}
_CREDIT: Final = lists.CREDIT_ROLES


def listed(item: Content) -> Sequence[Content]:
    """Return the contributors of an item."""
    part = item.get("contributors")
    contributors: Sequence[Content] = part.get("contributor", ()) if part else ()
    return contributors


def check(contributors: Sequence[Content], at: At, out: list[Fault]) -> None:
    """Add what is wrong with the contributors of a work, their roles excepted, which are tested much later."""
    for index, one in enumerate(contributors):
        if orcid := one.get("contributor-orcid"):
            uri, path = orcid.get("uri"), orcid.get("path")
            if filled(uri) and not _URI.fullmatch(uri):
                place = (*at, index, "contributor-orcid", "uri")
                message = f"{shown(uri)} is not the URI of an iD."
                out.append(Fault(clauses.CONTRIBUTOR_URI, place, message, uri, "https://orcid.org/0000-0000-0000-0000"))
            if filled(path) and not _PATH.fullmatch(path):
                place = (*at, index, "contributor-orcid", "path")
                message = f"{shown(path)} is not an iD."
                out.append(Fault(clauses.CONTRIBUTOR_PATH, place, message, path, "0000-0000-0000-0000"))
        name = one.get("credit-name")
        if name is not None and not filled(text(name)):
            place = (*at, index, "credit-name")
            out.append(Fault(clauses.CONTRIBUTOR_NAME_EMPTY, place, "The contributor's name is empty.", text(name)))
        email = one.get("contributor-email")
        if email is not None and not filled(text(email)):
            place = (*at, index, "contributor-email")
            out.append(Fault(clauses.CONTRIBUTOR_EMAIL_EMPTY, place, "The contributor's e-mail is empty.", text(email)))


def check_roles(contributors: Sequence[Content], family: str, at: At, out: list[Fault]) -> None:
    """Add the roles that ORCID does not know; `family` is `work` or `funding`."""
    taken = _TAKEN[family]
    for index, one in enumerate(contributors):
        role = (one.get("contributor-attributes") or {}).get("contributor-role")
        if role is None or role in taken or role.lower() in _CREDIT:
            continue
        place = (*at, index, "contributor-attributes", "contributor-role")
        own = _OFFERED[family]
        allowed = offer(role, own | _CREDIT, lists.ROLE_SYNONYMS)
        message = f"contributor-role {shown(role)} is not a role that ORCID knows for a {family}."
        out.append(Fault(clauses.CONTRIBUTOR_ROLE_UNKNOWN, place, message, role, allowed))

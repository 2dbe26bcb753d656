"""Groups of peer reviews (ActivityValidator.validateGroupIdRecord, GroupIdRecordManagerImpl)."""

from __future__ import annotations

import re
from typing import Final

from .. import lists
from ..check_digits import issn_fits
from ..model import Content, Fault, Method, Record
from . import clauses, shared
from .texts import shown

_GROUP: Final = re.compile(
    f"(?:{'|'.join(sorted(lists.GROUP_PREFIXES))})" + r"[0-9a-zA-Z^._~:/?#\[\]@!$&'()*+,;=-]{2,}"
)
_ISSN: Final = re.compile(r"(?:^|[^0-9])([0-9]{4}) ?[-–] ?([0-9]{3}[0-9xX])(?:$|[^0-9-])")
_FORM: Final = "one of " + " ".join(sorted(lists.GROUP_PREFIXES)) + " and at least two characters"
_AT: Final = ("group-id",)


def validate(group: Content, *, method: Method, record: Record, out: list[Fault]) -> None:
    """Add what ORCID refuses in a group, the put-code of a PUT excepted, in the order of its checks."""
    name = group.get("group-id")
    if name is None:
        return
    is_post = method is Method.POST
    makes_it = is_post and name.startswith("issn:") and not known_group(name, record)
    if makes_it:
        number = _issn(name)
        if number is None or not issn_fits(number):
            message = f"{shown(name)} is not the group of a valid ISSN."
            out.append(Fault(clauses.ISSN_INVALID, _AT, message, name, "issn: and 1234-5678"))
        else:
            message = f"ORCID makes the group {shown(name)} itself and answers that it exists."
            out.append(Fault(clauses.ISSN_GROUP_IS_MADE, _AT, message, name))
    if is_post and group.get("put-code") is not None:
        shared.put_code(group, (), out)
    if not _GROUP.fullmatch(name):
        out.append(Fault(clauses.GROUP_ID_MALFORMED, _AT, f"{shown(name)} is not a group id.", name, _FORM))
    if not makes_it and _taken(group, name, method, record):
        out.append(Fault(clauses.DUPLICATE_GROUP, _AT, f"There is a group {shown(name)} already.", name))


def known_group(name: str, record: Record) -> bool:
    """Return whether a group is known to exist; capital letters and outer spaces do not count."""
    if record.groups is None:
        return False
    wanted = name.lower().strip(" ")
    return name in record.groups or any(wanted == one.lower().strip(" ") for one in record.groups)


def _issn(name: str) -> str | None:
    found = _ISSN.search(name.removeprefix("issn:"))
    return f"{found[1]}-{found[2].upper()}" if found else None


def _taken(group: Content, name: str, method: Method, record: Record) -> bool:
    if method is Method.POST:
        return known_group(name, record)
    wanted = name.lower().strip(" ")
    others = (one for one in record.stored or () if one.kind == "group-id" and one.put_code != group.get("put-code"))
    return any(wanted == str(one.content.get("group-id", "")).lower().strip(" ") for one in others)

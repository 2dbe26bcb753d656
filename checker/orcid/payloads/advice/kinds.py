"""Which advice is given on which kind of payload."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Final, TypeAlias

from ..lists import WORK_TYPE_ALIASES
from ..model import At, Case, Content, Fault, Method
from . import clauses
from .contributors import check_contributors
from .dates import check_ahead, check_order
from .identifiers import check_identifier, check_identifiers
from .links import check_address, check_link
from .organizations import check_organization
from .texts import check_text, check_titles, check_value, shown

Check: TypeAlias = Callable[[Content, At, Case, list[Fault]], None]

_READ_ONLY: Final = ("source", "created-date", "last-modified-date", "path")
_WITH_POSITION: Final = frozenset({"employment", "education"})
_BIBTEX: Final = re.compile(r"@\s*[A-Za-z]+\s*[{(]")
_RIS: Final = re.compile(r"TY\s{0,2}-")
_ENOUGH: Final = 5
"""Works of one bulk from which on `other` for all of them is no accident."""


def check_sending(content: Content, at: At, case: Case, out: list[Fault]) -> None:
    """Add parts that ORCID sets by itself; after a reading, an update carries them rightly."""
    if case.method is not Method.POST:
        return
    if "visibility" in content:
        message = f"visibility={shown(content['visibility'])} is sent with a new item; ORCID does not look at it."
        fault = Fault(clauses.VISIBILITY_ON_POST, (*at, "visibility"), message, content["visibility"], "no visibility")
        out.append(fault)
    for part in _READ_ONLY:
        if part in content:
            message = f"{part} is sent with a new item; ORCID sets it by itself."
            out.append(Fault(clauses.READ_ONLY_PART, (*at, part), message, part, f"no {part}"))


def work(content: Content, at: At, case: Case, out: list[Fault]) -> None:
    """Advise on a work."""
    check_sending(content, at, case, out)
    check_titles(content.get("title"), (*at, "title"), out)
    if "journal-title" in content:
        check_value(content["journal-title"], (*at, "journal-title"), out, title=True)
    if "short-description" in content:
        check_text(content["short-description"], (*at, "short-description"), out)
    citation = content.get("citation")
    if citation:
        _citation(citation, (*at, "citation"), out)
    kind = content.get("type")
    _work_type(kind, (*at, "type"), out)
    check_ahead(content, "publication-date", at, out)
    check_identifiers(content.get("external-ids"), (*at, "external-ids"), out, kind)
    check_link(content.get("url"), (*at, "url"), out)
    check_contributors(content.get("contributors"), (*at, "contributors"), out)


def bulk(content: Content, at: At, case: Case, out: list[Fault]) -> None:
    """Advise on each work of a bulk, and on what they have in common."""
    works = content.get("bulk", ())
    others = 0
    for index, element in enumerate(works):
        one = element.get("work")
        if one:
            work(one, (*at, "bulk", index, "work"), case, out)
            others += one.get("type") == "other"
    if others == len(works) >= _ENOUGH:
        message = f"All {others} works are of the type other."
        out.append(Fault(clauses.TYPES_ALL_OTHER, (*at, "bulk"), message, "other", "the nearest type of each"))


def _citation(citation: Content, at: At, out: list[Fault]) -> None:
    kind, value = citation.get("citation-type"), citation.get("citation-value")
    if not value or value.isspace():
        return
    if (kind == "bibtex" and not _BIBTEX.search(value)) or (kind == "ris" and not _RIS.search(value)):
        name, start = ("BibTeX", "@article{ or another entry") if kind == "bibtex" else ("RIS", "TY  -")
        message = f"The citation is said to be {name}, but no entry of {name} is in {shown(value.strip())}."
        out.append(Fault(clauses.CITATION_NOT_OF_TYPE, (*at, "citation-value"), message, value[:80], start))


def _work_type(kind: str | None, at: At, out: list[Fault]) -> None:
    if kind == "undefined":
        message = "The work's type is undefined, which readers see as no type."
        out.append(Fault(clauses.TYPE_UNDEFINED, at, message, kind, "the nearest type"))
    elif kind in WORK_TYPE_ALIASES:
        meant = WORK_TYPE_ALIASES[kind]
        message = f"{shown(kind)} is another name that ORCID takes for {meant}."
        out.append(Fault(clauses.TYPE_ALIAS, at, message, kind, meant))


def affiliation(content: Content, at: At, case: Case, out: list[Fault]) -> None:
    """Advise on any of the seven affiliations."""
    check_sending(content, at, case, out)
    for part in ("department-name", "role-title"):
        check_text(content.get(part), (*at, part), out, title=True)
    if not content.get("start-date"):
        if content.get("end-date"):
            message = "There is an end date but no start date."
            out.append(Fault(clauses.END_WITHOUT_START, (*at, "end-date"), message, allowed="a start date too"))
        elif case.kind in _WITH_POSITION:
            message = f"The {case.kind} has no start date."
            out.append(Fault(clauses.START_MISSING, at, message, allowed="start-date"))
    if case.kind in _WITH_POSITION and not content.get("role-title"):
        message = f"The {case.kind} does not say as what."
        out.append(Fault(clauses.ROLE_MISSING, at, message, allowed="role-title"))
    check_ahead(content, "start-date", at, out)
    check_organization(content.get("organization"), (*at, "organization"), out)
    check_link(content.get("url"), (*at, "url"), out)
    check_identifiers(content.get("external-ids"), (*at, "external-ids"), out)


def funding(content: Content, at: At, case: Case, out: list[Fault]) -> None:
    """Advise on a funding."""
    check_sending(content, at, case, out)
    check_titles(content.get("title"), (*at, "title"), out)
    check_value(content.get("organization-defined-type"), (*at, "organization-defined-type"), out)
    check_text(content.get("short-description"), (*at, "short-description"), out)
    check_order(content, at, out)
    check_ahead(content, "start-date", at, out)
    check_link(content.get("url"), (*at, "url"), out)
    identifiers = content.get("external-ids")
    check_identifiers(identifiers, (*at, "external-ids"), out)
    if identifiers:
        found = [one.get("external-id-relationship") for one in identifiers.get("external-id", ())]
        # A relationship that is missing or unknown is refused; nothing more is to be said then.
        if found and all(one == "part-of" for one in found):
            message = "No identifier is that of the funding itself: all are part-of."
            out.append(Fault(clauses.FUNDING_WITHOUT_SELF, (*at, "external-ids"), message, "part-of", "self"))
    check_contributors(content.get("contributors"), (*at, "contributors"), out)
    check_organization(content.get("organization"), (*at, "organization"), out)


def peer_review(content: Content, at: At, case: Case, out: list[Fault]) -> None:
    """Advise on a peer review."""
    check_sending(content, at, case, out)
    check_identifiers(content.get("review-identifiers"), (*at, "review-identifiers"), out)
    check_link(content.get("review-url"), (*at, "review-url"), out)
    check_ahead(content, "review-completion-date", at, out)
    subject = content.get("subject-external-identifier")
    if subject:
        check_identifier(subject, (*at, "subject-external-identifier"), out)
    check_value(content.get("subject-container-name"), (*at, "subject-container-name"), out, title=True)
    check_titles(content.get("subject-name"), (*at, "subject-name"), out)
    check_link(content.get("subject-url"), (*at, "subject-url"), out)
    check_organization(content.get("convening-organization"), (*at, "convening-organization"), out)


def research_resource(content: Content, at: At, case: Case, out: list[Fault]) -> None:
    """Advise on a research resource: its proposal and each of its items."""
    check_sending(content, at, case, out)
    proposal = content.get("proposal")
    if proposal:
        place = (*at, "proposal")
        check_titles(proposal.get("title"), (*place, "title"), out)
        check_order(proposal, place, out)
        check_ahead(proposal, "start-date", place, out)
        _resource(proposal, place, out)
    for index, item in enumerate(content.get("resource-item", ())):
        place = (*at, "resource-item", index)
        check_text(item.get("resource-name"), (*place, "resource-name"), out, title=True)
        _resource(item, place, out)


def _resource(holder: Content, at: At, out: list[Fault]) -> None:
    hosts = holder.get("hosts")
    if hosts:
        for index, host in enumerate(hosts.get("organization", ())):
            check_organization(host, (*at, "hosts", "organization", index), out)
    check_identifiers(holder.get("external-ids"), (*at, "external-ids"), out)
    check_link(holder.get("url"), (*at, "url"), out)


def person(content: Content, at: At, case: Case, out: list[Fault]) -> None:
    """Advise on an item of the person: name, keyword, country, website, identifier."""
    check_sending(content, at, case, out)
    for part in ("content", "url-name"):
        if part in content:
            check_text(content[part], (*at, part), out)
    for part in ("url", "external-id-url"):
        if part in content:
            check_link(content[part], (*at, part), out)


def group(content: Content, at: At, case: Case, out: list[Fault]) -> None:
    """Advise on a group of peer reviews."""
    check_sending(content, at, case, out)
    check_text(content.get("name"), (*at, "name"), out, title=True)
    check_text(content.get("description"), (*at, "description"), out)


def notification(content: Content, at: At, case: Case, out: list[Fault]) -> None:
    """Advise on a permission notification."""
    check_sending(content, at, case, out)
    for part in ("notification-subject", "notification-intro"):
        check_text(content.get(part), (*at, part), out)
    authorization = content.get("authorization-url")
    if authorization:
        check_address(authorization.get("uri"), (*at, "authorization-url", "uri"), out)
    items = content.get("items")
    for index, item in enumerate(items.get("item", ()) if items else ()):
        place = (*at, "items", "item", index)
        check_text(item.get("item-name"), (*place, "item-name"), out, title=True)
        identifier = item.get("external-id")
        if identifier:
            check_identifier(identifier, (*place, "external-id"), out)


BY_FAMILY: Final[dict[str, Check]] = {
    "work": work,
    "bulk": bulk,
    "affiliation": affiliation,
    "funding": funding,
    "peer-review": peer_review,
    "research-resource": research_resource,
    "person": person,
    "group": group,
    "notification": notification,
}

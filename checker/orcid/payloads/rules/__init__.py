"""What the Member API refuses beyond its schema, in the order in which it checks (facts on the API, sections 4 to 11).

The order was read in ORCID's source; it decides which of several faults ORCID answers with. Rules that need to know
the record are silent where the case does not tell.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Final

from ..kinds import KINDS
from ..model import Case, Fault, Method, Stored
from . import (
    affiliation,
    bulk,
    funding,
    group,
    notification,
    organizations,
    peer_review,
    person,
    research_resource,
    stored,
    work,
)
from .clauses import CLAUSES
from .enums import enum_faults

__all__ = ["CLAUSES", "enum_faults", "faults"]


def faults(case: Case) -> list[Fault]:
    """Return what ORCID refuses once it has read a payload, in the order of its checks: the first one is its answer.

    Of a bulk of works, faults at `("bulk",)` refuse the whole request; those of a work are answered in its place.
    """
    out: list[Fault] = []
    _BY_FAMILY[KINDS[case.kind].family](case, out)
    return out


def _found(case: Case, out: list[Fault]) -> Stored | None:
    """Check the put-codes of a PUT and return the item that it changes, if it is known."""
    if case.method is Method.POST or not stored.check_put_code(case, out):
        return None
    return stored.changed(case)


def _visibility(existing: Stored | None) -> str | None:
    return existing.visibility if existing else None


def _work(case: Case, out: list[Fault]) -> None:
    existing = _found(case, out)
    if existing is not None and stored.unchanged(case, existing):
        if case.record.source and existing.source != case.record.source:
            stored.refuse_unchanged(existing, out)
        return
    work.validate(
        case.content,
        (),
        form=case.form,
        method=case.method,
        visibility=_visibility(existing),
        out=out,
        lenient=False,
    )
    if case.method is Method.POST:
        bulk.check_room(case, 1, (), out)
    stored.check_activity(case, case.content.get("external-ids"), ("external-ids",), out, list_of="external-ids")
    stored.check_source(case, existing, out)
    work.validate_roles(case.content, (), out)


def _funding(case: Case, out: list[Fault]) -> None:
    existing = _found(case, out)
    content = case.content
    funding.validate(content, form=case.form, method=case.method, visibility=_visibility(existing), out=out)
    stored.check_activity(case, content.get("external-ids"), ("external-ids",), out, list_of="external-ids")
    stored.check_source(case, existing, out)
    funding.validate_roles(content, (), out)
    organizations.check_known(content.get("organization"), ("organization",), case.record, out)


def _affiliation(case: Case, out: list[Fault]) -> None:
    existing = _found(case, out)
    content = case.content
    stored.check_source(case, existing, out)
    visibility = _visibility(existing)
    affiliation.validate(content, case.kind, form=case.form, method=case.method, visibility=visibility, out=out)
    stored.check_activity(case, content.get("external-ids"), ("external-ids",), out, list_of="external-ids")
    organizations.check_known(content.get("organization"), ("organization",), case.record, out)


def _peer_review(case: Case, out: list[Fault]) -> None:
    existing = _found(case, out)
    content, record = case.content, case.record
    peer_review.validate(content, form=case.form, method=case.method, visibility=_visibility(existing), out=out)
    ids, name = content.get("review-identifiers"), "review-identifiers"
    if case.method is Method.PUT:
        peer_review.find_group(content, record, case.method, out)
    stored.check_activity(case, ids, (name,), out, list_of=name)
    stored.check_source(case, existing, out)
    if case.method is Method.POST:
        peer_review.make_group(content, record, out)
        peer_review.find_group(content, record, case.method, out)
    organization = content.get("convening-organization")
    organizations.check_known(organization, ("convening-organization",), record, out)


def _research_resource(case: Case, out: list[Fault]) -> None:
    existing = _found(case, out)
    content = case.content
    research_resource.validate(content, method=case.method, visibility=_visibility(existing), out=out)
    if case.method is Method.POST:
        ids = (content.get("proposal") or {}).get("external-ids")
        stored.check_activity(case, ids, ("proposal", "external-ids"), out, list_of="external-ids")
    stored.check_source(case, existing, out)
    for at, host in research_resource.all_hosts(content):
        organizations.check_known(host, at, case.record, out)


def _person(case: Case, out: list[Fault]) -> None:
    existing = _found(case, out)
    source_first = case.kind == "address"
    if source_first:
        stored.check_source(case, existing, out)
    person.validate(case.content, case.kind, method=case.method, visibility=_visibility(existing), out=out)
    stored.check_person_item(case, out)
    if not source_first:
        stored.check_source(case, existing, out)


def _group(case: Case, out: list[Fault]) -> None:
    existing = _found(case, out)
    group.validate(case.content, method=case.method, record=case.record, out=out)
    stored.check_source(case, existing, out)


def _notification(case: Case, out: list[Fault]) -> None:
    notification.validate(case.content, out)


_BY_FAMILY: Final[dict[str, Callable[[Case, list[Fault]], None]]] = {
    "work": _work,
    "bulk": bulk.validate,
    "affiliation": _affiliation,
    "funding": _funding,
    "peer-review": _peer_review,
    "research-resource": _research_resource,
    "person": _person,
    "group": _group,
    "notification": _notification,
}

"""Values outside a closed list, which ORCID refuses while it reads a payload, before any other rule.

Bulk works in XML are read without a schema and without this check: what is not in a list is taken as if it had not
been sent, and the rules for works then speak about what is missing.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping
from typing import Final, TypeAlias

from .. import lists
from ..kinds import KINDS
from ..model import Answer, At, Case, Clause, Content, Fault, Form
from ..nearest import offer
from . import clauses
from .texts import shown

_IN_JSON: Final = Answer(400, 9047)
_WORK_TYPES: Final = lists.WORK_TYPES | lists.WORK_TYPE_ALIASES.keys()
_SUBJECT_TYPES: Final = lists.SUBJECT_TYPES | lists.WORK_TYPE_ALIASES.keys()

_Reader: TypeAlias = Callable[[Content, At, "_Found"], None]


class _Found:
    """Collects the faults of one payload."""

    def __init__(self, form: Form) -> None:
        self.faults: list[Fault] = []
        self._answer = _IN_JSON if form is Form.JSON else None
        self.xml = form is Form.XML

    def add(
        self,
        clause: Clause,
        at: At,
        value: str,
        allowed: Collection[str],
        synonyms: Mapping[str, str] | None = None,
    ) -> None:
        message = f"{at[-1]} {shown(value)} is not a value that ORCID knows."
        if at[-1] == "value":
            message = f"{at[-2]} {shown(value)} is not a value that ORCID knows."
        self.faults.append(Fault(clause, at, message, value, offer(value, allowed, synonyms), self._answer))

    def country(self, value: str | None, at: At) -> None:
        if value is not None and value not in lists.COUNTRIES:
            self.add(clauses.COUNTRY_UNKNOWN, at, value, lists.COUNTRIES, lists.COUNTRY_SYNONYMS)

    def language(self, value: str | None, at: At) -> None:
        if value is not None and value not in lists.LANGUAGES:
            self.add(clauses.LANGUAGE_UNKNOWN, at, value, lists.LANGUAGES, lists.LANGUAGE_SYNONYMS)

    def title(self, title: Content | None, at: At) -> None:
        """A title that may have a translated one."""
        if title and (translated := title.get("translated-title")):
            self.language(translated.get("language-code"), (*at, "translated-title", "language-code"))

    def relationship(self, external_id: Content | None, at: At) -> None:
        if external_id is None:
            return
        value = external_id.get("external-id-relationship")
        if value is not None and value not in lists.RELATIONSHIPS:
            at = (*at, "external-id-relationship")
            self.add(clauses.RELATIONSHIP_UNKNOWN, at, value, lists.RELATIONSHIPS, lists.RELATIONSHIP_SYNONYMS)

    def relationships(self, ids: Content | None, at: At) -> None:
        if ids:
            for index, one in enumerate(ids.get("external-id", ())):
                if one.get("external-id-relationship") not in lists.RELATIONSHIPS:
                    self.relationship(one, (*at, "external-id", index))

    def organization(self, organization: Content | None, at: At) -> None:
        if organization and (address := organization.get("address")):
            self.country(address.get("country"), (*at, "address", "country"))

    def hosts(self, hosts: Content | None, at: At) -> None:
        if hosts:
            for index, one in enumerate(hosts.get("organization", ())):
                self.organization(one, (*at, "organization", index))


# Each function below goes through a kind in the order of its XML: the first value that is unknown is ORCID's answer.


def _work(work: Content, at: At, found: _Found) -> None:
    found.title(work.get("title"), (*at, "title"))
    if citation := work.get("citation"):
        value = citation.get("citation-type")
        # The schema gives an empty element a default; JSON has none.
        if value is not None and value not in lists.CITATION_TYPES and not (found.xml and value == ""):
            place = (*at, "citation", "citation-type")
            allowed = lists.CITATION_TYPES
            found.add(clauses.CITATION_TYPE_UNKNOWN, place, value, allowed, lists.CITATION_TYPE_SYNONYMS)
    value = work.get("type")
    if value is not None and value not in _WORK_TYPES:
        place = (*at, "type")
        found.add(clauses.WORK_TYPE_UNKNOWN, place, value, lists.WORK_TYPES, lists.WORK_TYPE_SYNONYMS)
    found.relationships(work.get("external-ids"), (*at, "external-ids"))
    if contributors := work.get("contributors"):
        for index, one in enumerate(contributors.get("contributor", ())):
            value = (one.get("contributor-attributes") or {}).get("contributor-sequence")
            if value is not None and value not in lists.SEQUENCES:
                place = (*at, "contributors", "contributor", index, "contributor-attributes", "contributor-sequence")
                found.add(clauses.SEQUENCE_UNKNOWN, place, value, lists.SEQUENCES)
    found.language(work.get("language-code"), (*at, "language-code"))
    if country := work.get("country"):
        found.country(country.get("value"), (*at, "country", "value"))


def _bulk(bulk: Content, at: At, found: _Found) -> None:
    if found.xml:
        return
    for index, element in enumerate(bulk.get("bulk", ())):
        if work := element.get("work"):
            _work(work, (*at, "bulk", index, "work"), found)


def _affiliation(affiliation: Content, at: At, found: _Found) -> None:
    found.organization(affiliation.get("organization"), (*at, "organization"))
    found.relationships(affiliation.get("external-ids"), (*at, "external-ids"))


def _funding(funding: Content, at: At, found: _Found) -> None:
    value = funding.get("type")
    if value is not None and value not in lists.FUNDING_TYPES:
        found.add(clauses.FUNDING_TYPE_UNKNOWN, (*at, "type"), value, lists.FUNDING_TYPES)
    found.title(funding.get("title"), (*at, "title"))
    if amount := funding.get("amount"):
        value = amount.get("currency-code")
        if value is not None and value not in lists.CURRENCIES:
            place = (*at, "amount", "currency-code")
            found.add(clauses.CURRENCY_UNKNOWN, place, value, lists.CURRENCIES, lists.CURRENCY_SYNONYMS)
    found.relationships(funding.get("external-ids"), (*at, "external-ids"))
    found.organization(funding.get("organization"), (*at, "organization"))


def _peer_review(review: Content, at: At, found: _Found) -> None:
    value = review.get("reviewer-role")
    if value is not None and value not in lists.REVIEW_ROLES:
        found.add(clauses.REVIEW_ROLE_UNKNOWN, (*at, "reviewer-role"), value, lists.REVIEW_ROLES)
    found.relationships(review.get("review-identifiers"), (*at, "review-identifiers"))
    value = review.get("review-type")
    if value is not None and value not in lists.REVIEW_TYPES:
        found.add(clauses.REVIEW_TYPE_UNKNOWN, (*at, "review-type"), value, lists.REVIEW_TYPES)
    found.relationship(review.get("subject-external-identifier"), (*at, "subject-external-identifier"))
    value = review.get("subject-type")
    if value is not None and value not in _SUBJECT_TYPES:
        place = (*at, "subject-type")
        found.add(clauses.SUBJECT_TYPE_UNKNOWN, place, value, lists.SUBJECT_TYPES, lists.WORK_TYPE_SYNONYMS)
    found.title(review.get("subject-name"), (*at, "subject-name"))
    found.organization(review.get("convening-organization"), (*at, "convening-organization"))


def _research_resource(resource: Content, at: At, found: _Found) -> None:
    if proposal := resource.get("proposal"):
        at_proposal = (*at, "proposal")
        found.title(proposal.get("title"), (*at_proposal, "title"))
        found.hosts(proposal.get("hosts"), (*at_proposal, "hosts"))
        found.relationships(proposal.get("external-ids"), (*at_proposal, "external-ids"))
    for index, item in enumerate(resource.get("resource-item", ())):
        at_item = (*at, "resource-item", index)
        value = item.get("resource-type")
        if value is not None and value not in lists.RESOURCE_TYPES:
            found.add(clauses.RESOURCE_TYPE_UNKNOWN, (*at_item, "resource-type"), value, lists.RESOURCE_TYPES)
        found.hosts(item.get("hosts"), (*at_item, "hosts"))
        found.relationships(item.get("external-ids"), (*at_item, "external-ids"))


def _address(address: Content, at: At, found: _Found) -> None:
    if country := address.get("country"):
        found.country(country.get("value"), (*at, "country", "value"))


def _notification(notification: Content, at: At, found: _Found) -> None:
    for index, item in enumerate((notification.get("items") or {}).get("item", ())):
        found.relationship(item.get("external-id"), (*at, "items", "item", index, "external-id"))


_BY_FAMILY: Final[dict[str, _Reader]] = {
    "work": _work,
    "bulk": _bulk,
    "affiliation": _affiliation,
    "funding": _funding,
    "peer-review": _peer_review,
    "research-resource": _research_resource,
    "notification": _notification,
}
_BY_KIND: Final[dict[str, _Reader]] = {
    name: reader for name, kind in KINDS.items() if (reader := _BY_FAMILY.get(kind.family)) is not None
} | {"address": _address, "external-identifier": lambda content, at, found: found.relationship(content, at)}


def enum_faults(case: Case) -> list[Fault]:
    """Return the values that ORCID does not know, in the order in which it reads them.

    Answered 400 with code 9051 (XML) or 9047 (JSON; a bulk of works is then refused as a whole).
    """
    reader = _BY_KIND.get(case.kind)
    if reader is None:
        return []
    found = _Found(case.form)
    reader(case.content, (), found)
    return found.faults

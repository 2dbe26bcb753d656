"""Peer reviews (ActivityValidator.validatePeerReview, PeerReviewManagerImpl)."""

from __future__ import annotations

from ..check_digits import issn_fits
from ..model import Content, Fault, Form, Method, Record
from . import clauses, dates, identifiers, organizations, shared
from .group import known_group
from .normalise import issn
from .texts import filled, shown

_GROUP = ("review-group-id",)


def validate(review: Content, *, form: Form, method: Method, visibility: str | None, out: list[Fault]) -> None:
    """Add what ORCID refuses in a peer review, whatever else is on the record, in the order of its checks.

    The parameters are those of :func:`.work.validate`.
    """
    ids = identifiers.listed(review.get("review-identifiers"))
    if not ids:
        at = ("review-identifiers",) if "review-identifiers" in review else ()
        out.append(Fault(clauses.EXTERNAL_ID_MISSING, at, "The review has no identifier."))
    if method is Method.POST and review.get("put-code") is not None:
        shared.put_code(review, (), out)
    if review.get("review-type") is None:
        out.append(Fault(clauses.REVIEW_TYPE_MISSING, (), "The review has no type.", allowed="review, evaluation"))
    needs = identifiers.Needs.SELF_FOR_VERSION
    identifiers.check(ids, ("review-identifiers", "external-id"), needs, out)
    if (subject := review.get("subject-external-identifier")) is not None:
        identifiers.check_one(subject, ("subject-external-identifier",), out)
    if method is Method.PUT:
        shared.visibility(review, visibility, (), out)
    organization = review.get("convening-organization")
    if organization and organization.get("disambiguated-organization") is not None:
        organizations.check_identified(organization, ("convening-organization",), out)
    if (date := review.get("review-completion-date")) is not None:
        dates.check(date, ("review-completion-date",), form, out)


def make_group(review: Content, record: Record, out: list[Fault]) -> None:
    """Add that no group can be made of the ISSN of a new review: `issn:` groups are made when they are missing."""
    group = review.get("review-group-id")
    if not filled(group) or not group.startswith("issn:"):
        return
    number = issn(group)
    if not number:
        message = f"There is no ISSN in the group {shown(group)}."
        out.append(Fault(clauses.ISSN_INVALID, _GROUP, message, group, "issn: and 1234-5678"))
    elif not issn_fits(number) and not known_group(f"issn:{number}", record):
        message = f"The check digit of the ISSN {number} is wrong."
        out.append(Fault(clauses.ISSN_INVALID, _GROUP, message, group, "a registered ISSN"))


def find_group(review: Content, record: Record, method: Method, out: list[Fault]) -> None:
    """Add that a group does not exist, where it is known which ones do."""
    group = review.get("review-group-id")
    if not filled(group) or record.groups is None or known_group(group, record):
        return
    if method is Method.POST and group.startswith("issn:"):
        return
    message = f"There is no group {shown(group)}."
    out.append(Fault(clauses.REVIEW_GROUP_UNKNOWN, _GROUP, message, group))

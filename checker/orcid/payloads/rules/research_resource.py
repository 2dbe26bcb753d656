"""Research resources (ActivityValidator.validateResearchResource)."""

from __future__ import annotations

from ..model import At, Content, Fault, Method
from . import clauses, identifiers, organizations, shared


def validate(resource: Content, *, method: Method, visibility: str | None, out: list[Fault]) -> None:
    """Add what ORCID refuses in a research resource, whatever else is on the record, in the order of its checks.

    The dates are not looked up in the calendar. The parameters are those of :func:`.work.validate`.
    """
    proposal = resource.get("proposal")
    if proposal is not None:
        _identified(proposal, ("proposal",), "proposal", out)
        if proposal.get("end-date") is not None and proposal.get("start-date") is None:
            message = "The end date of the proposal has no start date."
            out.append(Fault(clauses.START_DATE_MISSING, ("proposal", "end-date"), message))
    for index, item in enumerate(resource.get("resource-item", ())):
        _identified(item, ("resource-item", index), "resource", out)
    if method is Method.POST and resource.get("put-code") is not None:
        shared.put_code(resource, (), out)
    if method is Method.PUT:
        shared.visibility(resource, visibility, (), out)


def _identified(part: Content, at: At, name: str, out: list[Fault]) -> None:
    ids = identifiers.listed(part.get("external-ids"))
    if not ids:
        place = (*at, "external-ids") if "external-ids" in part else at
        out.append(Fault(clauses.EXTERNAL_ID_MISSING, place, f"The {name} has no external identifier."))
    identifiers.check(ids, (*at, "external-ids", "external-id"), identifiers.Needs.SELF_FOR_VERSION, out)
    for place, host in hosts(part, at):
        organizations.check_identified(host, place, out)


def hosts(part: Content, at: At) -> list[tuple[At, Content]]:
    """Return the organizations of a proposal or a resource, with their places."""
    listed = (part.get("hosts") or {}).get("organization", ())
    return [((*at, "hosts", "organization", index), host) for index, host in enumerate(listed)]


def all_hosts(resource: Content) -> list[tuple[At, Content]]:
    """Return the organizations of the proposal and all resources, with their places."""
    found = hosts(resource.get("proposal") or {}, ("proposal",))
    for index, item in enumerate(resource.get("resource-item", ())):
        found += hosts(item, ("resource-item", index))
    return found

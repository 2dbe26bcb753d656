"""What a research resource needs."""

from __future__ import annotations

from checker.api import Evidence, Payload, Ruling, rule

from ._checked import RESOURCES
from ._rule import API, SCHEMAS, Clauses, Concern, decide

_PARTS = frozenset(
    {
        "external-id", "external-ids", "hosts", "organization", "proposal", "resource-item", "resource-items",
        "resource-name", "resource-type", "title", "value",
    }
)  # fmt: skip

_RESOURCE = Concern(
    what="research resources",
    expected="a proposal with title, 1 to 10 hosts and an identifier; one resource at least, each with name, type,"
    " hosts and an identifier; every host identified",
    kinds=RESOURCES,
    breaks=[
        Clauses({"external-id-missing", "organization-id-missing", "organization-missing", "resource-type-unknown"}),
        Clauses({"list-too-long", "list-too-short", "required-part-missing", "text-empty"}, at=_PARTS),
    ],
)


@rule(
    "research-resource-fields",
    area="Connect",
    clause="Component 3.3",
    title="Research resources are complete",
    title_failed="A research resource lacks a part",
    remedy="Send the proposal with its title, hosts and identifier, and each resource with name, type, hosts and"
    " identifier.",
    sources=["ORCID, research resources tutorial", SCHEMAS, API],
    decider="auto+ev",
)
def research_resource_fields(payloads: list[Payload], evidence: Evidence) -> Ruling:
    """Who gave what to whom: without one of the three an award of telescope time says nothing."""
    return decide(_RESOURCE, payloads, evidence)

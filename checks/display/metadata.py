"""iDs in machine-readable metadata, whose readers see no icon and no mark."""

from __future__ import annotations

import unicodedata

from checker.api import Evidence, Metadata, Page, Ruling, Spot, failed, needs_person, not_applicable, passed, rule
from checker.orcid import ids

from ._case import case_of


@rule(
    "id-unauth-metadata-flagged",
    area="Display",
    clause="Required 3",
    title="Metadata does not pass off unauthenticated iDs as authenticated",
    title_failed="Metadata passes off an unauthenticated iD as authenticated",
    remedy="Set the format's flag from your stored status; leave unauthenticated iDs out where it has none.",
    sources=["ORCID, collecting and sharing ORCID iDs", "pkp/pkp-lib #10796", "Crossref, attribute authenticated"],
    decider="auto+ev",
)
def metadata_flagged(pages: list[Page], evidence: Evidence) -> Ruling:
    """Others harvest metadata and take what is not flagged for true."""
    case = case_of(evidence)
    found = [(page, item, orcid_id) for page in pages for item in page.snapshot.metadata for orcid_id in _ids(item)]
    if not found:
        return not_applicable("the pages that were seen carry no iD in their metadata")
    open_ones = [(page, item, one) for page, item, one in found if case.status(one) != "authenticated"]
    if not open_ones:
        return passed("Every iD in the pages' metadata was authenticated", at=[_spot(p, i) for p, i, _ in found[:3]])
    known = [(page, item, one) for page, item, one in open_ones if case.status(one) == "unauthenticated"]
    if wrong := [(page, item, one) for page, item, one in known if item.name == "authenticated=true"]:
        return failed(
            f"{wrong[0][2]} is flagged authenticated in metadata, but it was not",
            expected='authenticated="false", or the iD left out',
            observed=wrong[0][1].snippet,
            at=[_spot(page, item) for page, item, _ in wrong],
        )
    if all(item.name == "authenticated=false" for _, item, _ in open_ones):
        return passed("Unauthenticated iDs are flagged so in metadata", at=[_spot(p, i) for p, i, _ in open_ones[:3]])
    one = (known or open_ones)[0][2]
    how = "was not authenticated" if known else "may not be authenticated"
    return needs_person(
        f"{one} {how} and stands in metadata without a flag. Is that right (its owner did sign in, or the format "
        "has no flag and it is meant to be there)?",
        observed="; ".join(item.snippet for _, item, _ in open_ones[:3]),
        at=[_spot(page, item) for page, item, _ in open_ones[:5]],
    )


def _ids(item: Metadata) -> list[str]:
    found = (ids.normalise(unicodedata.normalize("NFKC", loose)) for loose in ids.find_loose(item.value))
    return [one for one in found if ids.is_valid(one)]


def _spot(page: Page, item: Metadata) -> Spot:
    return Spot(page=page.id, url=page.url, snippet=item.snippet)

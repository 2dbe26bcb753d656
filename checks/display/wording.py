"""ORCID's name in the portal's texts."""

from __future__ import annotations

import re

from checker.api import Page, Ruling, Spot, failed, not_applicable, passed, rule

_RIGHT_NAME = "ORCID"
_WRONG_WORD = re.compile(r"[\s-](id|ids|ID|IDs|Id|Ids|ID's|numbers?|profiles?|accounts?)$", re.IGNORECASE)
_RIGHT_WORD = re.compile(r"[\s-](iD|iDs)$")


@rule(
    "orcid-name-usage",
    area="Display",
    clause="Display",
    title="ORCID's name is written as ORCID writes it",
    title_failed="ORCID's name is not written as ORCID writes it",
    remedy='Write "ORCID" in capitals, "ORCID iD" for the identifier and "ORCID record" for the page.',
    sources=["ORCID brand guidelines"],
)
def name_usage(pages: list[Page]) -> Ruling:
    """A name that is written in five ways is not recognised as one. Labels of controls have their own rule."""
    mentions = [(page, m) for page in pages for m in page.snapshot.mentions if m.inside != "control"]
    if not mentions:
        return not_applicable("the texts of the pages that were seen do not speak of ORCID")
    wrong = [(page, m) for page, m in mentions if is_wrong(m.text) and not (m.capitals and m.text == m.text.upper())]
    if wrong:
        seen = list(dict.fromkeys(m.text for _, m in wrong))
        return failed(
            f"ORCID's name is written {', '.join(f'«{text}»' for text in seen[:4])}",
            expected="ORCID, ORCID iD, ORCID record",
            observed=", ".join(seen),
            at=[Spot(page=page.id, box=m.box, url=page.url, snippet=m.snippet) for page, m in wrong[:8]],
        )
    return passed("ORCID's name is written as ORCID writes it wherever the texts speak of it")


def is_wrong(mention: str) -> bool:
    """Say whether a mention ("ORCID", "Orcid", "ORCID ID") is not as ORCID writes it."""
    if not mention.startswith(_RIGHT_NAME):
        return True
    return _WRONG_WORD.search(mention) is not None and _RIGHT_WORD.search(mention) is None

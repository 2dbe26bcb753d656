"""Payloads to call the command with: small, and one thing wrong where something is."""

from __future__ import annotations

import json
from typing import Any, Final

KEYWORD_XML: Final = (
    '<?xml version="1.0" encoding="UTF-8"?>\n'
    '<keyword:keyword xmlns:keyword="http://www.orcid.org/ns/keyword">\n'
    "  <keyword:content>bird song</keyword:content>\n"
    "</keyword:keyword>\n"
)
KEYWORD_JSON: Final = '{"content": "bird song"}'
"""A keyword, or another name: the same shape."""


def work(title: str = "On bird song", **changes: Any) -> dict[str, Any]:
    """Return a work that ORCID accepts, but for the changes."""
    return {
        "title": {"title": {"value": title}},
        "type": "journal-article",
        "publication-date": {"year": {"value": "2021"}},
        "external-ids": {
            "external-id": [
                {
                    "external-id-type": "doi",
                    "external-id-value": "10.5555/12345678",
                    "external-id-url": {"value": "https://doi.org/10.5555/12345678"},
                    "external-id-relationship": "self",
                }
            ]
        },
        **changes,
    }


WORK_JSON: Final = json.dumps(work(), indent=2)
WORK_LINE: Final = json.dumps(work())
BAD_LINE: Final = json.dumps(work(type="novel"))
WORK_XML: Final = """\
<?xml version="1.0" encoding="UTF-8"?>
<work:work xmlns:work="http://www.orcid.org/ns/work" xmlns:common="http://www.orcid.org/ns/common">
  <work:title><common:title>On bird song</common:title></work:title>
  <work:type>journal-article</work:type>
  <common:publication-date><common:year>2021</common:year></common:publication-date>
  <common:external-ids>
    <common:external-id>
      <common:external-id-type>doi</common:external-id-type>
      <common:external-id-value>10.5555/12345678</common:external-id-value>
      <common:external-id-url>https://doi.org/10.5555/12345678</common:external-id-url>
      <common:external-id-relationship>self</common:external-id-relationship>
    </common:external-id>
  </common:external-ids>
</work:work>
"""
TYPO_XML: Final = WORK_XML.replace(">doi<", ">DOI<")
"""ORCID's API refuses it, 9023; its schema does not."""
ORDER_XML: Final = WORK_XML.replace("  <work:type>journal-article</work:type>\n", "").replace(
    "</work:work>", "  <work:type>journal-article</work:type>\n</work:work>"
)
"""ORCID's schema refuses it, 9012."""

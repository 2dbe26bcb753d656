"""Good payloads in both forms, made of parts that a test replaces, and the evidence around them."""

from __future__ import annotations

import copy
import json
from typing import Any

from checker.evidence.model import Evidence, Exchange, PayloadFile
from checker.judge.content import load_rules
from checker.judge.judge import rule_on
from checker.judge.rule import Ruling
from tests.builders import ORCID, RESEARCHER, api_call, authorization, evidence, journey

ROR = "https://ror.org/05dxps055"
SPACES = " ".join(
    f'xmlns:{name}="http://www.orcid.org/ns/{name}"'
    for name in ("work", "employment", "funding", "peer-review", "external-identifier", "common", "bulk")
)

ORGANIZATION = f"""
  <common:organization>
    <common:name>Example University</common:name>
    <common:address><common:city>Exampleville</common:city><common:country>GB</common:country></common:address>
    <common:disambiguated-organization>
      <common:disambiguated-organization-identifier>{ROR}</common:disambiguated-organization-identifier>
      <common:disambiguation-source>ROR</common:disambiguation-source>
    </common:disambiguated-organization>
  </common:organization>"""

EXTERNAL_ID = """
    <common:external-id>
      <common:external-id-type>doi</common:external-id-type>
      <common:external-id-value>10.5555/12345678</common:external-id-value>
      <common:external-id-url>https://doi.org/10.5555/12345678</common:external-id-url>
      <common:external-id-relationship>self</common:external-id-relationship>
    </common:external-id>"""

EMPLOYMENT = f"""<?xml version="1.0" encoding="UTF-8"?>
<employment:employment {SPACES}>
  <common:department-name>Archive</common:department-name>
  <common:role-title>Curator</common:role-title>
  <common:start-date><common:year>2019</common:year><common:month>09</common:month></common:start-date>{ORGANIZATION}
</employment:employment>
"""

WORK = f"""<?xml version="1.0" encoding="UTF-8"?>
<work:work {SPACES}>
  <work:title><common:title>On cracked pots</common:title></work:title>
  <work:type>journal-article</work:type>
  <common:publication-date><common:year>2020</common:year><common:month>05</common:month></common:publication-date>
  <common:external-ids>{EXTERNAL_ID}
  </common:external-ids>
</work:work>
"""

FUNDING = f"""<?xml version="1.0" encoding="UTF-8"?>
<funding:funding {SPACES}>
  <funding:type>grant</funding:type>
  <funding:title><common:title>Pots and their cracks</common:title></funding:title>
  <funding:amount currency-code="EUR">120000</funding:amount>
  <common:start-date><common:year>2020</common:year></common:start-date>
  <common:end-date><common:year>2023</common:year></common:end-date>
  <common:external-ids>
    <common:external-id>
      <common:external-id-type>grant_number</common:external-id-type>
      <common:external-id-value>G-77</common:external-id-value>
      <common:external-id-url>https://funder.example.org/G-77</common:external-id-url>
      <common:external-id-relationship>self</common:external-id-relationship>
    </common:external-id>
  </common:external-ids>{ORGANIZATION}
</funding:funding>
"""

WORK_JSON: dict[str, Any] = {
    "title": {"title": {"value": "On cracked pots"}},
    "type": "journal-article",
    "publication-date": {"year": {"value": "2020"}, "month": {"value": "05"}},
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
}

_ORGANIZATION_JSON: dict[str, Any] = {
    "name": "Example University",
    "address": {"city": "Exampleville", "country": "GB"},
    "disambiguated-organization": {
        "disambiguated-organization-identifier": ROR,
        "disambiguation-source": "ROR",
    },
}

EMPLOYMENT_JSON: dict[str, Any] = {
    "role-title": "Curator",
    "start-date": {"year": {"value": "2019"}, "month": {"value": "09"}},
    "organization": _ORGANIZATION_JSON,
}

REVIEW_JSON: dict[str, Any] = {
    "reviewer-role": "reviewer",
    "review-identifiers": {
        "external-id": [
            {
                "external-id-type": "source-work-id",
                "external-id-value": "review-9",
                "external-id-url": {"value": "https://journal.example.org/reviews/9"},
                "external-id-relationship": "self",
            }
        ]
    },
    "review-type": "review",
    "review-completion-date": {"year": {"value": "2021"}},
    "review-group-id": "issn:0028-0836",
    "convening-organization": _ORGANIZATION_JSON,
}

PERSON_ID_JSON: dict[str, Any] = {
    "external-id-type": "Example ID",
    "external-id-value": "ana.ruiz",
    "external-id-url": {"value": "https://people.example.org/ana.ruiz"},
    "external-id-relationship": "self",
}

FUNDING_JSON: dict[str, Any] = {
    "type": "grant",
    "title": {"title": {"value": "Pots and their cracks"}},
    "amount": {"value": "120000", "currency-code": "EUR"},
    "start-date": {"year": {"value": "2020"}},
    "end-date": {"year": {"value": "2023"}},
    "external-ids": {
        "external-id": [
            {
                "external-id-type": "grant_number",
                "external-id-value": "G-77",
                "external-id-url": {"value": "https://funder.example.org/G-77"},
                "external-id-relationship": "self",
            }
        ]
    },
    "organization": _ORGANIZATION_JSON,
}

_GONE = object()


def but(document: dict[str, Any], path: str, value: Any = _GONE) -> str:
    """Return a document as JSON with the part at a path (`a/0/b`) replaced, or taken out."""
    changed: Any = copy.deepcopy(document)
    *way, last = (int(step) if step.isdigit() else step for step in path.split("/"))
    holder = changed
    for step in way:
        holder = holder[step]
    if value is _GONE:
        del holder[last]
    else:
        holder[last] = value
    return json.dumps(changed, indent=1)


def without(xml: str, part: str) -> str:
    """Return a payload in XML with a part of it, which must be there, taken out."""
    assert part in xml
    return xml.replace(part, "")


def instead(xml: str, part: str, other: str) -> str:
    """Return a payload in XML with a part of it, which must be there, replaced."""
    assert part in xml
    return xml.replace(part, other)


def sent(section: str, body: str, number: int = 2, method: str = "POST", code: str = "", **changes: Any) -> Exchange:
    """Return the exchange in which a payload went to a section, taken unless the test says otherwise."""
    form = "xml" if body.lstrip().startswith("<") else "json"
    values: dict[str, Any] = {
        "method": method,
        "request_headers": {"content-type": f"application/vnd.orcid+{form}"},
        "request_body": body,
        "status": 201 if method == "POST" else 200,
    }
    path = changes.pop("path", f"/v3.0/{RESEARCHER}/{section}" + (f"/{code}" if code else ""))
    return api_call(number, path, **(values | changes))


def refused(status: int, code: int) -> dict[str, Any]:
    """Return what an exchange has to say when ORCID refused."""
    return {"status": status, "response_body": json.dumps({"response-code": status, "error-code": code})}


def read(section: str, code: int, visibility: str, number: int = 1) -> Exchange:
    """Return the exchange in which ORCID showed an item."""
    body = json.dumps({"put-code": code, "visibility": visibility, "source": None})
    return api_call(number, f"/v3.0/{RESEARCHER}/{section}/{code}", response_body=body)


def reviewed(*wire: Exchange, files: dict[str, str] | None = None, **changes: Any) -> Evidence:
    """Return the evidence of a portal that asked for permission to write and sent this."""
    trip = authorization(url=f"{ORCID}/oauth/authorize?client_id=APP-1&scope=%2Factivities%2Fupdate")
    given = [PayloadFile(file=name, body=body) for name, body in (files or {}).items()]
    return evidence(journey(authorizations=[trip]), wire=list(wire), payload_files=given, **changes)


RULES = load_rules()


def ruling(check: str, seen: Evidence) -> Ruling:
    """Hand a rule its evidence. Many rules are asked of each piece here, so the rulebook is loaded once."""
    return rule_on(RULES[check], seen)


def judged(check: str, section: str, body: str, **changes: Any) -> Ruling:
    """Hand a rule one payload on the wire."""
    return ruling(check, reviewed(sent(section, body, **changes)))

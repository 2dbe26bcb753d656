"""Works to judge: as many as one asks for, each different, the same each time."""

from __future__ import annotations

import json
import random
from collections.abc import Iterator
from pathlib import Path
from typing import Any, Final
from xml.sax.saxutils import escape

_WORDS: Final = (
    "river delta sediment carbon yield model survey archive protein lattice market grammar choir glacier enzyme "
    "harbour census orbit fungus lexicon treaty mineral vaccine shoreline"
)
_TYPES: Final = ("journal-article", "book-chapter", "data-set", "conference-paper", "report", "preprint")
_XML: Final = """<?xml version="1.0" encoding="UTF-8"?>
<work:work xmlns:work="http://www.orcid.org/ns/work" xmlns:common="http://www.orcid.org/ns/common">
  <work:title>
    <common:title>{title}</common:title>
    <common:subtitle>{subtitle}</common:subtitle>
  </work:title>
  <work:journal-title>{journal}</work:journal-title>
  <work:short-description>{description}</work:short-description>
  <work:type>{type}</work:type>
  <common:publication-date>
    <common:year>{year}</common:year>
    <common:month>{month:02}</common:month>
    <common:day>{day:02}</common:day>
  </common:publication-date>
  <common:external-ids>
    <common:external-id>
      <common:external-id-type>doi</common:external-id-type>
      <common:external-id-value>{doi}</common:external-id-value>
      <common:external-id-url>https://doi.org/{doi}</common:external-id-url>
      <common:external-id-relationship>self</common:external-id-relationship>
    </common:external-id>
    <common:external-id>
      <common:external-id-type>source-work-id</common:external-id-type>
      <common:external-id-value>{number}</common:external-id-value>
      <common:external-id-url>https://portal.example.edu/items/{number}</common:external-id-url>
      <common:external-id-relationship>self</common:external-id-relationship>
    </common:external-id>
  </common:external-ids>
  <common:url>https://portal.example.edu/items/{number}</common:url>
  <work:contributors>
{contributors}  </work:contributors>
  <common:language-code>en</common:language-code>
  <common:country>{country}</common:country>
</work:work>
"""
_CONTRIBUTOR: Final = """    <work:contributor>
      <work:credit-name>{name}</work:credit-name>
      <work:contributor-attributes>
        <work:contributor-sequence>{sequence}</work:contributor-sequence>
        <work:contributor-role>author</work:contributor-role>
      </work:contributor-attributes>
    </work:contributor>
"""


def works(count: int) -> Iterator[dict[str, Any]]:
    """Yield the facts of that many works."""
    chance, vocabulary = random.Random(3), _WORDS.split()

    def phrase(least: int, most: int) -> str:
        return " ".join(chance.choices(vocabulary, k=chance.randint(least, most)))

    for number in range(1, count + 1):
        yield {
            "number": number,
            "title": phrase(4, 10).capitalize(),
            "subtitle": phrase(3, 6),
            "journal": f"Journal of {phrase(1, 3)}",
            "description": phrase(20, 60),
            "type": chance.choice(_TYPES),
            "year": chance.randint(1980, 2025),
            "month": chance.randint(1, 12),
            "day": chance.randint(1, 28),
            "doi": f"10.5555/{chance.choice(vocabulary)}.{number}",
            "country": chance.choice(("GB", "DE", "US", "BR")),
            "names": [phrase(2, 3).title() for _ in range(chance.randint(1, 6))],
        }


def as_xml(work: dict[str, Any]) -> str:
    """Return the work as a portal would send it in XML."""
    contributors = "".join(
        _CONTRIBUTOR.format(name=escape(name), sequence="additional" if place else "first")
        for place, name in enumerate(work["names"])
    )
    return _XML.format(**(work | {"contributors": contributors}))


def as_json(work: dict[str, Any]) -> str:
    """Return the work as a portal would send it in JSON, on one line."""

    def value(text: object) -> dict[str, str]:
        return {"value": str(text)}

    def identifier(kind: str, name: str, url: str) -> dict[str, Any]:
        return {
            "external-id-type": kind,
            "external-id-value": name,
            "external-id-url": value(url),
            "external-id-relationship": "self",
        }

    own = f"https://portal.example.edu/items/{work['number']}"
    return json.dumps(
        {
            "title": {"title": value(work["title"]), "subtitle": value(work["subtitle"])},
            "journal-title": value(work["journal"]),
            "short-description": work["description"],
            "type": work["type"],
            "publication-date": {
                "year": value(work["year"]),
                "month": value(f"{work['month']:02}"),
                "day": value(f"{work['day']:02}"),
            },
            "external-ids": {
                "external-id": [
                    identifier("doi", work["doi"], f"https://doi.org/{work['doi']}"),
                    identifier("source-work-id", str(work["number"]), own),
                ]
            },
            "url": value(own),
            "contributors": {
                "contributor": [
                    {
                        "credit-name": value(name),
                        "contributor-attributes": {
                            "contributor-sequence": "additional" if place else "first",
                            "contributor-role": "author",
                        },
                    }
                    for place, name in enumerate(work["names"])
                ]
            },
            "language-code": "en",
            "country": value(work["country"]),
        }
    )


def write_files(folder: Path, count: int) -> tuple[Path, Path]:
    """Write the works as XML and as JSON, one file each; return the two folders."""
    xml, plain = folder / "xml", folder / "json"
    xml.mkdir()
    plain.mkdir()
    for work in works(count):
        (xml / f"work-{work['number']}.xml").write_text(as_xml(work), encoding="utf-8")
        (plain / f"work-{work['number']}.json").write_text(as_json(work), encoding="utf-8")
    return xml, plain


def write_lines(path: Path, count: int) -> None:
    """Write the works as NDJSON, one on a line."""
    with path.open("w", encoding="utf-8") as file:
        for work in works(count):
            file.write(as_json(work) + "\n")

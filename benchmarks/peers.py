"""`python -m benchmarks.peers lxml|xmlschema|jsonschema FOLDER [XSD]`: validators as they come, on a folder of works.

Each prints how many it accepted, so that nobody is fast by not looking.
"""

from __future__ import annotations

import sys
from collections.abc import Callable
from pathlib import Path


def with_lxml(xsd: str) -> Callable[[Path], bool]:
    """libxml2, with ORCID's own XSD."""
    from lxml import etree

    schema = etree.XMLSchema(etree.parse(xsd, etree.XMLParser(no_network=True)))
    return lambda path: bool(schema.validate(etree.parse(str(path))))


def with_xmlschema(xsd: str) -> Callable[[Path], bool]:
    """The `xmlschema` package, with ORCID's own XSD."""
    import xmlschema

    schema = xmlschema.XMLSchema(xsd)
    return lambda path: bool(schema.is_valid(str(path)))


def with_jsonschema(_xsd: str) -> Callable[[Path], bool]:
    """The `jsonschema` package, with our description of a work."""
    import json

    import jsonschema

    from checker.orcid.payloads.description import schema_of

    validator = jsonschema.Draft202012Validator(schema_of("work"))
    return lambda path: bool(validator.is_valid(json.loads(path.read_bytes())))


def main(peer: str, folder: str, xsd: str = "") -> int:
    """Judge every file of the folder."""
    accepts = {"lxml": with_lxml, "xmlschema": with_xmlschema, "jsonschema": with_jsonschema}[peer](xsd)
    print(sum(accepts(path) for path in sorted(Path(folder).iterdir())))
    return 0


if __name__ == "__main__":
    raise SystemExit(main(*sys.argv[1:]))

"""ORCID's own XML schemas and samples, where they are at hand: the oracle. Never copied from, only compared with."""

from __future__ import annotations

import os
from functools import cache
from io import BytesIO
from pathlib import Path
from typing import Any
from xml.etree.ElementTree import ParseError

import xmlschema

from checker.orcid.payloads.kinds import KINDS

SHARED = Path(os.environ.get("ORCID_REVIEW_SHARED") or Path(__file__).resolve().parents[3] / "shared")
SCHEMAS = SHARED / "orcid-schemas"
SAMPLES = SHARED / "orcid-samples"

_ELSEWHERE = {
    "external-identifier": "record_3.0/person-external-identifier-3.0.xsd",
    "group-id": "group-id-3.0/group-id-3.0.xsd",
    "notification": "notification_3.0/notification-permission-3.0.xsd",
}


def missing() -> str | None:
    """Say what of the oracle's data is not there."""
    return next((f"{path.name} is not in {SHARED}" for path in (SCHEMAS, SAMPLES) if not path.is_dir()), None)


@cache
def schema_of(kind: str) -> Any:
    """Return the official schema of a kind. That of notifications calls itself one of XML Schema 1.1."""
    make = xmlschema.XMLSchema11 if kind == "notification" else xmlschema.XMLSchema
    return make(str(SCHEMAS / _ELSEWHERE.get(kind, f"record_3.0/{kind}-3.0.xsd")), allow="local")


def refusal(kind: str, body: bytes) -> str | None:
    """Return why the official schema refuses a document; None: it takes it."""
    schema = schema_of(kind)
    try:
        resource = xmlschema.XMLResource(BytesIO(body), allow="none", defuse="never")
        if resource.root.tag != KINDS[kind].tag:
            return f"the root is {resource.root.tag}"
        error = next(schema.iter_errors(resource), None)
    except (ParseError, xmlschema.XMLSchemaException, UnicodeDecodeError) as problem:
        return f"not read: {problem}"
    return None if error is None else f"{error.path}: {error.reason}"


def samples() -> list[tuple[str, str, bytes]]:
    """Return ORCID's XML samples of our kinds, as (file name, kind, text without comments on top)."""
    found = []
    by_tag = {kind.tag: name for name, kind in KINDS.items()}
    for path in sorted(SAMPLES.rglob("*.xml")):
        if path.parent.name not in ("write_samples", "read_samples", "group-id-3.0", "notification_3.0"):
            continue
        body = path.read_bytes()
        root = xmlschema.XMLResource(str(path), defuse="never").root
        if root.tag in by_tag and not path.name.startswith("notification-custom"):
            found.append((f"{path.parent.name}/{path.name}", by_tag[root.tag], body))
    return found

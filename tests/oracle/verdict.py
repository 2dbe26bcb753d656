"""Our verdict on a document, of the schema layer alone."""

from __future__ import annotations

from checker.orcid.payloads.model import Content, Form, Layer
from checker.orcid.payloads.validity import faults_of
from checker.orcid.payloads.xml_form import read_xml


def content_refusal(kind: str, content: Content) -> str | None:
    """Return why the schema layer refuses content; None: it takes it."""
    faults = [fault for fault in faults_of(kind, content, Form.XML) if fault.clause.layer is Layer.SCHEMA]
    return f"/{'/'.join(str(step) for step in faults[0].at)}: {faults[0].message}" if faults else None


def refusal(kind: str, body: bytes | str) -> str | None:
    """Return why the schema layer refuses an XML document; None: it takes it."""
    reading = read_xml(body, kind)
    if fault := next((fault for fault in reading.faults if fault.clause.layer is not Layer.ADVICE), None):
        return f"{reading.place(fault.at).path}: {fault.message}"
    assert reading.content is not None
    return content_refusal(kind, reading.content)

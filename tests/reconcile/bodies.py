"""Exports and records for the tests of `reconcile`, small enough to be read."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Iterable, Mapping
from typing import Any

ANN, BEN, EVA = "0000-0002-1825-0097", "0000-0001-5109-3700", "0000-0002-1694-233X"
OURS, THEIRS = "APP-0000000000000001", "APP-9999999999999999"
THEN, LATER = "2026-01-02T10:00:00Z", "2026-03-02T10:00:00Z"
WORK_PATH = "work"


def rows(*cells: Mapping[str, object] | Iterable[object], head: str = "orcid,put_code,type,local_id") -> str:
    """A CSV export."""
    target = io.StringIO()
    writer = csv.writer(target, lineterminator="\n")
    names = head.split(",")
    writer.writerow(names)
    for row in cells:
        writer.writerow([row.get(name, "") for name in names] if isinstance(row, Mapping) else row)
    return target.getvalue()


def ms(text: str) -> int:
    from datetime import datetime

    return int(datetime.fromisoformat(text).timestamp() * 1000)


def item(orcid: str, code: int, kind: str = WORK_PATH, **more: Any) -> dict[str, Any]:
    """An item's summary as ORCID's JSON gives it."""
    client, person = more.get("client", OURS), more.get("person")
    ids = more.get("ids", [("doi", f"10.5555/{code}", "self")] if kind == WORK_PATH else [])
    end = more.get("end")
    parts = dict(zip(("year", "month", "day"), end.split("-"), strict=False)) if end else {}
    return {
        "put-code": code,
        "created-date": {"value": ms(THEN)},
        "last-modified-date": {"value": ms(more.get("modified", THEN))},
        "source": {
            "source-orcid": {"path": person} if person else None,
            "source-client-id": {"path": client} if client and not person else None,
            "assertion-origin-client-id": {"path": more["origin"]} if "origin" in more else None,
        },
        "external-ids": {
            "external-id": [
                {"external-id-type": t, "external-id-value": v, "external-id-relationship": r, "external-id-url": None}
                for t, v, r in ids
            ]
        },
        "end-date": {name: {"value": value} for name, value in parts.items()} if end else None,
        "visibility": more.get("visibility", "limited"),
        "path": f"/{orcid}/{kind}/{code}",
    }


def works(orcid: str, *items: dict[str, Any]) -> dict[str, Any]:
    """What `/works` answers."""
    return {"group": [{"external-ids": {}, "work-summary": [one]} for one in items], "path": f"/{orcid}/{WORK_PATH}s"}


def affiliations(orcid: str, *items: dict[str, Any], kind: str = "employment") -> dict[str, Any]:
    """What `/employments` and the like answer."""
    groups = [{"summaries": [{f"{kind}-summary": one}]} for one in items]
    return {"affiliation-group": groups, "path": f"/{orcid}/{kind}s"}


def record(orcid: str, *items: dict[str, Any]) -> dict[str, Any]:
    """What `/record` answers, with all of its sections."""
    from checker.reconcile.kinds import SECTIONS

    def of(kind: str) -> list[dict[str, Any]]:
        return [one for one in items if f"/{kind}/" in one["path"]]

    activities: dict[str, Any] = {}
    for section, kind in SECTIONS.items():
        if kind == WORK_PATH:
            activities[section] = works(orcid, *of(kind))
        elif section.endswith("s") and kind in {"employment", "education", "service", "membership", "qualification",
                                                "distinction", "invited-position"}:  # fmt: skip
            activities[section] = affiliations(orcid, *of(kind), kind=kind)
        elif kind in {"funding", "peer-review", "research-resource"}:
            activities[section] = {"group": [], "path": f"/{orcid}/{section}"}
    return {
        "orcid-identifier": {"path": orcid, "host": "orcid.org"},
        "person": {"keywords": {"keyword": [], "path": f"/{orcid}/keywords"}, "path": f"/{orcid}/person"},
        "activities-summary": {**activities, "path": f"/{orcid}/activities"},
    }


def dumps(*documents: Any) -> str:
    """NDJSON."""
    return "".join(json.dumps(one) + "\n" for one in documents)

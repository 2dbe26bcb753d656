"""The plan snippet with which a person answers what only a person can."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable
from datetime import date

from checker.review import Finding

from .text import one_line


def snippet(findings: Iterable[Finding], on: date) -> str:
    """Return `[answers.ID]` tables, one per question, to paste into the plan.

    The answer and the name are left empty on purpose: a snippet that came filled in with "yes" would be signed unread.
    """
    return "\n\n".join(_table(finding, on) for finding in findings)


def _table(finding: Finding, on: date) -> str:
    key = finding.check if re.fullmatch(r"[A-Za-z0-9_-]+", finding.check) else json.dumps(finding.check)
    return "\n".join(
        [
            f"# {one_line(finding.message)}",
            f"[answers.{key}]",
            'answer = ""         # "yes" (the rule is met), "no" or "not-applicable"',
            'by = ""             # your name and role',
            f"on = {on.isoformat()}     # the day of your answer",
            'note = ""           # what it rests on',
        ]
    )

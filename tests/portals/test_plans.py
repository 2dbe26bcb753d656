"""Each sample portal has a plan, and the plan fits the portal."""

from __future__ import annotations

import re
from datetime import date

import pytest

from checker.judge.content import load_profile
from checker.plan.load import load

from .running import PORTALS


@pytest.mark.parametrize("portal", ["library", "careless", "atelier", "ways"])
def test_plan_is_sound(portal):
    profile = load_profile("lyrasis-2022")
    plan = load(
        PORTALS / portal / "review.toml", {"WAY": "link"},
        profiles=["lyrasis-2022"], rules=list(profile.levels), today=date(2026, 11, 20),
    )  # fmt: skip
    port = re.search(r"--port (\d+)", plan.portal.serve.command)[1]
    for address in (plan.portal.url, plan.portal.serve.ready, *plan.portal.public_pages, *plan.orcid.redirect_uris):
        assert f":{port}/" in address
    assert plan.portal.serve.env["ORCID_BASE_URL"] == "{orcid}"


def test_ports_differ():
    plans = [(PORTALS / p / "review.toml").read_text("utf-8") for p in ("library", "careless", "atelier", "ways")]
    assert len({re.search(r"--port (\d+)", plan)[1] for plan in plans}) == 4

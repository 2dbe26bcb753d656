"""The main job on the sample portals: the good ones pass, the careless one's sins are found, and nothing else."""

from __future__ import annotations

import json
import tomllib
from base64 import b64encode
from pathlib import Path

import pytest
from jsonschema import Draft202012Validator

from tests.matrix.portals import PORTALS

pytestmark = pytest.mark.browser


def test_the_good_library_passes_and_is_judged_the_same_again(command, sample):
    done = command.run(sample("library"))
    assert done.code == 0, done.out + done.err
    review = done.review
    assert review["verdict"] == "pass"
    assert done.failed() == set()
    assert "40 of 40 required rules judged" in review["summary"]
    assert review["summary"] in done.out
    assert (done.folder / "report.html").is_file()
    # The journeys all took place, in the order of a review, and the wire was heard.
    assert [(j["name"], j["state"]) for j in done.evidence["journeys"]] == [
        (name, "done")
        for name in ("deny", "connect", "stranger", "return", "write", "disconnect", "certificate", "reconnect")
    ]
    assert {e["kind"] for e in done.evidence["wire"]} >= {"authorize", "token", "api", "revoke"}

    again = command("judge", str(done.folder / "evidence"), "--out", str(done.folder / "again"))
    assert again.code == 0, again.err
    second = json.loads((done.folder / "again" / "review.json").read_text("utf-8"))
    assert second == review


def test_a_canary_is_in_no_output_file(command, sample, monkeypatch):
    """Every kind of secret, looked for in every file in raw, URL-encoded and base64 form."""
    plan = sample("library")
    canaries = {
        "client": "canary-client/secret+1",
        "portal": "canary-portal&password=2",
        "orcid": "canary-orcid password%3",
    }
    text = plan.read_text("utf-8")
    text = text.replace('value = "reader-password"', 'value = "${PORTAL_PASSWORD}"')
    text = text.replace("[orcid]\n", '[orcid]\nclient_id = "APP-CANARY0000000001"\nclient_secret = "${CANARY_CLIENT}"\n'
                        'user = { login = "josiah@mailinator.com", password = "${CANARY_ORCID}" }\n')  # fmt: skip
    text = text.replace("[portal.serve.env]\n", '[portal.serve.env]\nPORTAL_PASSWORD = "${PORTAL_PASSWORD}"\n')
    plan.write_text(text, "utf-8")
    env = {
        "CANARY_CLIENT": canaries["client"],
        "PORTAL_PASSWORD": canaries["portal"],
        "CANARY_ORCID": canaries["orcid"],
    }
    done = command.run(plan, env=env)
    assert done.code == 0, done.out + done.err
    assert "‹client-secret:1›" in json.dumps(done.evidence, ensure_ascii=False)

    issued = _issued_tokens(plan.parent / "portal.db")
    assert issued, "the sample keeps its tokens, so that this test can look for them"
    for secret in [*canaries.values(), *issued]:
        _assert_nowhere(secret, done.folder)
        assert secret not in done.out + done.err


def _issued_tokens(database: Path) -> list[str]:
    import sqlite3
    from contextlib import closing

    with closing(sqlite3.connect(database)) as connection:
        rows = connection.execute("select access_token, refresh_token from orcid_tokens").fetchall()
    return [token for row in rows for token in row if token]


def _assert_nowhere(secret: str, folder: Path) -> None:
    from urllib.parse import quote, quote_plus

    forms = {secret, quote(secret, safe=""), quote(secret), quote_plus(secret), json.dumps(secret)[1:-1]}
    # The letters of base64 that do not depend on what stands before and after.
    forms |= {b64encode(b"\0" * n + secret.encode()).decode()[4 : -5 or None] for n in range(3)}
    for file in folder.rglob("*"):
        if file.is_file():
            data = file.read_bytes()
            for form in forms:
                assert form.encode() not in data, f"{file.name} holds a secret as {form!r}"


def test_every_sin_of_the_careless_press_is_found_and_nothing_else(command, sample):
    sins = tomllib.loads((PORTALS / "careless" / "sins.toml").read_text("utf-8"))["sin"]
    assert len(sins) >= 10
    done = command.run(sample("careless"))
    assert done.code == 1, done.out + done.err
    failed = done.failed()
    for sin in sins:
        assert set(sin["rules"]) <= failed, f"not found: {sin['what']}"
    allowed = {rule for sin in sins for rule in (*sin["rules"], *sin.get("also", ()))}
    assert failed <= allowed, f"false claims: {failed - allowed}"
    for finding in done.review["findings"]:
        if finding["outcome"] == "failed":
            for part in ("expected", "observed", "remedy", "sources", "evidence"):
                assert finding[part], f"{finding['check']} has no {part}"


def test_a_good_portal_in_another_style_and_language_fails_nothing(command, sample):
    done = command.run(sample("atelier"))
    assert done.failed() == set(), [f for f in done.review["findings"] if f["outcome"] == "failed"]
    assert done.code in {0, 3}
    assert {j["state"] for j in done.evidence["journeys"]} == {"done"}


def test_the_review_holds_to_its_published_schema(command, sample):
    from checker.content.reports.review_json import schema

    done = command.run(sample("careless"), "--format", "json")
    Draft202012Validator(schema()).validate(done.review)
    assert not (done.folder / "report.html").exists()

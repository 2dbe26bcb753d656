"""A realistic review with its evidence and screenshots, for tests and for looking at: fail, incomplete, pass, empty.

`python -m tests.reports.sample DIR` writes every report of every sample into DIR.
"""

from __future__ import annotations

import sys
from dataclasses import dataclass
from datetime import date, timedelta
from pathlib import Path
from typing import Any

from checker.content.reports import formats
from PIL import Image, ImageDraw, ImageFont

from checker.evidence.model import Block, Dialog, Evidence, Step
from checker.evidence.page import Page
from checker.review import (
    Answer,
    Count,
    Coverage,
    Finding,
    Level,
    Outcome,
    Review,
    ScopeUse,
    Spot,
    Subject,
    Unchecked,
    Verdict,
    Written,
)
from tests.builders import NOW, ORCID, PORTAL, RESEARCHER, authorization, evidence, exchange, journey, page, run

LONG_URL = f"{PORTAL}/people/1?" + "&".join(f"returning-visitor-parameter-{n}=value-{n}" for n in range(6))
HOSTILE = """<script>alert(1)</script><img src="http://evil.example/x.png" onerror=alert(2)>"""
HOSTILE_URL = "javascript:alert(document.domain)//https://orcid.org/"
GUIDE = "Consortium custom integration guide, February 2022"
TUTORIAL = "ORCID, displaying iDs: https://info.orcid.org/documentation/integration-guide/orcid-id-display/"


@dataclass(frozen=True)
class Sample:
    """One review, its evidence, and the folder that holds the screenshots."""

    review: Review
    evidence: Evidence
    folder: Path


def finding(check: str, outcome: Outcome = Outcome.PASSED, **changes: Any) -> Finding:
    values: dict[str, Any] = {
        "check": check,
        "title": check.replace("-", " ").capitalize(),
        "level": Level.REQUIRED,
        "area": "Display",
        "clause": "Required 3",
        "outcome": outcome,
        "message": "It was seen on every page.",
        "sources": [GUIDE],
    }
    return Finding(**(values | changes))


def review(findings: list[Finding], **changes: Any) -> Review:
    """Return a review whose counts and verdict fit its findings."""
    coverage = Coverage(
        required=_count(findings, Level.REQUIRED),
        recommended=_count(findings, Level.RECOMMENDED),
        best_practice=_count(findings, Level.BEST_PRACTICE),
    )
    r = coverage.required
    is_open = r.needs_person or r.blocked or not r.judged
    values: dict[str, Any] = {
        "tool": "orcid-review test",
        "profile": "lyrasis-2022",
        "verdict": Verdict.FAIL if r.failed else Verdict.INCOMPLETE if is_open else Verdict.PASS,
        "summary": coverage.line(),
        "coverage": coverage,
        "subject": Subject(
            portal="Example University Library",
            url=f"{PORTAL}/profile",
            environment="embedded",
            orcid=ORCID,
            client_id="APP-0000000000000001",
            researcher=RESEARCHER,
            redirect_uris=[f"{PORTAL}/callback"],
        ),
        "started": NOW,
        "ended": NOW + timedelta(seconds=74),
        "findings": findings,
    }
    return Review(**(values | changes))


def _count(findings: list[Finding], level: Level) -> Count:
    n = {o: sum(f.level is level and f.outcome is o for f in findings) for o in Outcome}
    judged = n[Outcome.PASSED] + n[Outcome.FAILED]
    return Count(
        total=judged + n[Outcome.NEEDS_PERSON] + n[Outcome.BLOCKED],
        judged=judged,
        passed=n[Outcome.PASSED],
        failed=n[Outcome.FAILED],
        needs_person=n[Outcome.NEEDS_PERSON],
        blocked=n[Outcome.BLOCKED],
        not_applicable=n[Outcome.NOT_APPLICABLE],
    )


def screenshot(path: Path, heading: str, lines: list[str], *, button: str = "", height: int = 900) -> None:
    """Draw something that looks like a page: header, heading, paragraphs, perhaps a button."""
    image = Image.new("RGB", (1280, height), "#ffffff")
    draw = ImageDraw.Draw(image)
    draw.rectangle((0, 0, 1280, 72), fill="#23395b")
    draw.text((64, 36), "Example University Library", fill="white", font=ImageFont.load_default(22), anchor="lm")
    draw.text((64, 130), heading, fill="#1b1f24", font=ImageFont.load_default(34))
    for n, line in enumerate(lines):
        draw.text((64, 200 + 40 * n), line, fill="#3a4149", font=ImageFont.load_default(20))
    if button:
        draw.rounded_rectangle((64, 420, 420, 474), 6, fill="#2f5d8a")
        draw.text((242, 447), button, fill="white", font=ImageFont.load_default(20), anchor="mm")
    for y in range(560, height - 60, 46):
        draw.rectangle((64, y, 1216 - (y * 7) % 300, y + 12), fill="#e3e6e9")
    path.parent.mkdir(parents=True, exist_ok=True)
    image.save(path)


def _pages(folder: Path) -> dict[str, Page]:
    about = ["Connect your iD so that we can add your theses to your record.", "You can disconnect at any time."]
    shown = ["Josiah Carberry", "orcid.org/0000-0002-1825-0097", "Professor of psychoceramics"]
    looks: list[tuple[str, str, str, list[str], str, int]] = [
        ("deny-01", "the portal's page with the way to ORCID", "Your profile", about, "Link my ORCID number", 1100),
        ("deny-02", "ORCID's consent page", "Authorize access", ["Example University Library asks for:"], "Allow", 800),
        ("deny-03", "where the researcher landed after saying no", "Something went wrong", ["Error 500"], "", 900),
        ("connect-01", "the portal's page with the way to ORCID", "Your profile", about, "Link my ORCID number", 1100),
        ("connect-02", "the page after connecting", "Your profile", shown, "Edit", 2400),
        ("stranger-01", "a public page, seen by a stranger", "Josiah Carberry", shown, "", 3600),
        ("disconnect-01", "the page after disconnecting", "你的个人资料", about, "Link my ORCID number", 900),
    ]
    pages = {}
    for id, label, heading, lines, button, height in looks:
        name = f"screenshots/{id}.png"
        screenshot(folder / name, heading, lines, button=button, height=height)
        pages[id] = page(
            id,
            label=label,
            title=f"{heading} - Example University Library",
            side="orcid" if id == "deny-02" else "portal",
            url=LONG_URL if id == "stranger-01" else f"{ORCID}/oauth/authorize" if id == "deny-02" else f"{PORTAL}/me",
            screenshot_file=name,
            width=1280,
            height=height,
        )
    pages["connect-03"] = page("connect-03", label="a page that was not photographed", lang="ar", title="صفحة الباحث")
    return pages


def _evidence(folder: Path, *, writes: bool = False) -> Evidence:
    pages = _pages(folder)

    def walk(name: str, ids: list[str], **changes: Any) -> Any:
        steps = [
            Step(at=NOW + timedelta(seconds=1.4 * n), label=f"Opened {pages[id].label}", page=id)
            for n, id in enumerate(ids, 1)
        ]
        values: dict[str, Any] = {
            "pages": [pages[id] for id in ids], "steps": steps, "ended": NOW + timedelta(seconds=9.3)
        }  # fmt: skip
        return journey(name, **(values | changes))

    denied = authorization(answer="denied", returned=f"{PORTAL}/callback?error=access_denied", landed="deny-03")
    nowhere = Block(
        code="no-way-to-write",
        message="The plan has no steps that make the portal write to the record.",
        whose="operator",
        todo="Add `write`, `update` and `delete` under [steps], or say that the portal does not write.",
    )
    return evidence(
        walk("disconnect", ["disconnect-01"], pressed="Disconnect my iD",
             dialogs=[Dialog(kind="confirm", message="هل أنت متأكد؟ Really disconnect?")]),
        walk("deny", ["deny-01", "deny-02", "deny-03"], authorizations=[denied]),
        walk("connect", ["connect-01", "connect-02", "connect-03"], authorizations=[authorization()]),
        walk("stranger", ["stranger-01"]),
        *([] if writes else [journey("write", state="blocked", block=nowhere)]),
        run=run(),
        wire=[
            exchange(1, side="browser", method="GET", path="/oauth/authorize", kind="authorize", grant="", status=302),
            exchange(2, side="browser", method="GET", path="/assets/style.css", kind="other", grant=""),
            exchange(
                3,
                scheme="http",
                certificate="none",
                request_headers={"content-type": "application/x-www-form-urlencoded", "x-noise": "1"},
                request_body="grant_type=authorization_code&code=‹code:1›&client_secret=‹client-secret:1›",
                response_headers={"content-type": "application/json"},
                response_body='{"access_token":"‹access-token:1›","orcid":"0000-0002-1825-0097","scope":"/read-limited"}',
            ),
            exchange(4, method="GET", path=f"/v3.0/{RESEARCHER}/record", kind="api", grant="", certificate="untrusted"),
        ],
    )  # fmt: skip


def failing(folder: Path) -> Sample:
    """Every outcome, every kind of place, hostile and long texts."""
    text_spot = Spot(
        page="connect-02", box=(62, 236, 300, 30), url=f"{PORTAL}/me",
        snippet='<a href="http://orcid.org/0000-0002-1825-0097">orcid.org/0000-0002-1825-0097</a>',
        note="the link as written",
    )  # fmt: skip
    findings = [
        finding("oauth-authorize-used", clause="Required 1", area="Collect",
                message="Every connect control led to ORCID's authorization page."),
        finding("oauth-scopes-declared", Outcome.FAILED, clause="Required 1", area="Collect",
                title="The portal asks for scopes that were not declared",
                message="The authorization address asks for a scope that the plan does not declare.",
                expected="/read-limited /activities/update",
                observed="/read-limited /activities/update /person/update",
                remedy="Declare every scope that the portal asks for, or stop asking for /person/update.",
                whose="member", evidence=[Spot(url=LONG_URL, snippet="scope=%2Fread-limited%20%2Fperson%2Fupdate")],
                sources=[GUIDE, TUTORIAL]),
        finding("id-not-typable", clause="Required 2", area="Collect"),
        finding("id-link-https", Outcome.FAILED, title="The link of a displayed iD does not use https",
                message="2 of 3 displayed iDs link to a plain http address.",
                expected="https://orcid.org/0000-0002-1825-0097", observed="http://orcid.org/0000-0002-1825-0097",
                remedy="Write the link with https, on every page that shows an iD.", whose="member",
                evidence=[text_spot,
                          text_spot.model_copy(update={"box": (60, 196, 180, 30), "note": "the name beside it"}),
                          Spot(page="stranger-01", box=(62, 236, 300, 30), url=LONG_URL, note="the same to a stranger"),
                          Spot(page="stranger-01", box=(64, 3300, 800, 60), url=LONG_URL, note="far down the page")],
                sources=[GUIDE, TUTORIAL]),
        finding("id-icon-present", evidence=[text_spot]),
        finding("id-display-format-valid", Outcome.FAILED, title=f"A display is in no known format {HOSTILE}",
                message=f"This was shown: {HOSTILE}", expected="Full, Compact or Inline", observed=HOSTILE * 2,
                remedy="Show the icon, then the whole address.", whose="member",
                evidence=[Spot(page="connect-02", url=HOSTILE_URL, snippet=HOSTILE * 20, note=HOSTILE)]),
        finding("store-secure", Outcome.NEEDS_PERSON, clause="Required 4", area="Store",
                title="Tokens are stored so that only the portal can use them",
                message="Are access tokens encrypted at rest, with the key kept apart from the database?",
                observed="40 columns; access_token holds text that none of the run's secrets decodes to",
                whose="reviewer", remedy="Look at the store with the member and answer in the plan."),
        finding("store-id", clause="Required 4", area="Store", message="A person confirmed it.",
                answer=Answer(answer="yes", by="Josiah Carberry", on=date(2026, 11, 20), role="reviewer",
                              note="seen in the live database")),
        finding("api-calls-https", Outcome.FAILED, clause="Required 5", area="Security",
                title="The portal calls ORCID without https",
                message="A token request came over plain http.", expected="https for every call to ORCID",
                observed="http on 1 of 2 calls", remedy="Set ORCID's base address to https in the portal.",
                whose="member", evidence=[Spot(exchange=3, url=f"{ORCID}/oauth/token", note="the token request")]),
        *[finding(check, Outcome.BLOCKED, clause="Required 6", area="Synchronize", whose="operator",
                  message="The plan has no steps that make the portal write to the record.",
                  remedy="Add `write`, `update` and `delete` under [steps], or say that the portal does not write.")
          for check in ("store-putcodes", "putcode-mapped", "putcode-used-on-update")],
        finding("state-present", level=Level.RECOMMENDED, clause="Recommended 5", area="Security"),
        finding("button-text-approved", Outcome.FAILED, level=Level.RECOMMENDED, clause="Recommended 1",
                area="User experience", title="The connect button does not say what ORCID asks it to say",
                message="The button reads «Link my ORCID number».", expected="Create or connect your ORCID iD",
                observed="Link my ORCID number", remedy="Use one of the approved texts.", whose="member",
                evidence=[Spot(page="connect-01", box=(64, 420, 356, 54), url=f"{PORTAL}/me", snippet="<button>…")]),
        finding("deny-message-shown", Outcome.FAILED, level=Level.RECOMMENDED, clause="Recommended 2",
                area="User experience", title="After saying no, the researcher sees an error",
                message="The page after denying answers with status 500.", expected="a friendly page",
                observed="Error 500", remedy="Handle error=access_denied at the callback.", whose="member",
                evidence=[Spot(page="deny-03", url=f"{PORTAL}/callback?error=access_denied")]),
        finding("id-unauth-metadata-flagged", Outcome.NOT_APPLICABLE, message="No unauthenticated iD is shown."),
        finding("id-print-formats", level=Level.BEST_PRACTICE, clause="Display 10"),
        finding("id-icon-dark-background", level=Level.BEST_PRACTICE, clause="Display 9"),
    ]  # fmt: skip
    return Sample(
        review(
            findings,
            scopes=[
                ScopeUse(scope="/read-limited", declared=True, asked=True, granted=True, used=True),
                ScopeUse(scope="/activities/update", declared=True, asked=True, granted=True, used=False),
                ScopeUse(scope="/person/update", declared=False, asked=True, granted=False, used=None),
            ],
            written=[
                Written(
                    at=NOW,
                    journey="write",
                    exchange=3,
                    action="added",
                    orcid=RESEARCHER,
                    section="employment",
                    put_code="1001",
                    title="<script>alert(1)</script>",
                    state="undone",
                ),
                Written(
                    at=NOW,
                    action="changed",
                    orcid=RESEARCHER,
                    section="funding",
                    put_code="1002",
                    state="left",
                    note="ORCID answered 403",
                ),
            ],
            unchecked=[
                Unchecked(
                    what="journey «write»",
                    why="The plan has no steps that make the portal write to the record.",
                    whose="operator",
                )
            ],
        ),
        _evidence(folder),
        folder,
    )


def incomplete(folder: Path) -> Sample:
    """Nothing failed, but a person has not answered; names and words in other scripts; no wire."""
    findings = [
        finding("oauth-authorize-used", clause="Required 1"),
        finding(
            "store-secure",
            Outcome.NEEDS_PERSON,
            clause="Required 4",
            message="هل الرموز مخزنة بأمان؟ 令牌是否安全存储? Are tokens stored securely?",
            whose="reviewer",
        ),
    ]
    subject = review([]).subject.model_copy(update={"portal": "مكتبة الجامعة 大学图书馆", "url": HOSTILE_URL})
    seen = _evidence(folder).model_copy(update={"wire": None})
    return Sample(review(findings, subject=subject), seen, folder)


def passing(folder: Path) -> Sample:
    """Everything is met."""
    checks = [
        "oauth-authorize-used",
        "id-not-typable",
        "id-link-https",
        "store-id",
        "api-calls-https",
        "store-putcodes",
    ]
    findings = [finding(check, clause=f"Required {n}") for n, check in enumerate(checks, 1)]
    return Sample(review(findings), _evidence(folder, writes=True), folder)


def empty(folder: Path) -> Sample:
    """A profile without rules, evidence without journeys."""
    return Sample(review([]), evidence(), folder)


SAMPLES = {"failing": failing, "incomplete": incomplete, "passing": passing, "empty": empty}


def main(out: Path) -> None:
    """Write every report of every sample below `out`."""
    for name, build in SAMPLES.items():
        sample = build(out / name / "evidence")
        for format in formats().values():
            text = format.render(sample.review, sample.evidence, sample.folder)
            (out / name).mkdir(parents=True, exist_ok=True)
            (out / name / (format.FILE or f"{format.NAME}.txt")).write_text(text, "utf-8")


if __name__ == "__main__":
    main(Path(sys.argv[1]))

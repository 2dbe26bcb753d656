"""What the report says and how it is built, read from its markup."""

from __future__ import annotations

import base64
import hashlib
import itertools
import re
from pathlib import Path

import pytest
from bs4 import BeautifulSoup, Tag
from checker.content.reports import html
from PIL import Image

from checker.evidence.model import Evidence, Step
from checker.review import Level, Outcome, Review, Spot
from tests.builders import NOW, ORCID, authorization, evidence, journey, page

from .sample import HOSTILE_URL, Sample, finding, review

HEADINGS = ["h1", "h2", "h3", "h4", "h5", "h6"]


def soup(sample: Sample) -> BeautifulSoup:
    return read(sample.review, sample.evidence, sample.folder)


def read(shown: Review, seen: Evidence, folder: Path) -> BeautifulSoup:
    return BeautifulSoup(html.render(shown, seen, folder), "lxml")


def one(tree: BeautifulSoup | Tag, selector: str) -> Tag:
    found = tree.select(selector)
    assert len(found) == 1, f"{len(found)} of {selector}"
    return found[0]


def words(tag: Tag) -> str:
    return " ".join(tag.get_text(" ").split())


# ── Structure ──────────────────────────────────────────────────────────────────────────────────────────────────────


def test_it_is_one_document_with_landmarks(sample: Sample) -> None:
    tree = soup(sample)
    assert one(tree, "html")["lang"] == "en"
    for landmark in ("body > header", "main", "nav[aria-label]", "body > footer", "h1", "title"):
        one(tree, landmark)
    first = one(tree, "body").find("a")
    assert isinstance(first, Tag)
    assert "skip" in first["class"]
    assert tree.select(str(first["href"]))


def test_headings_never_skip_a_level(sample: Sample) -> None:
    levels = [int(h.name[1]) for h in soup(sample).find_all(HEADINGS)]
    assert levels[0] == 1
    assert all(b <= a + 1 for a, b in itertools.pairwise(levels))


def test_ids_are_unique_and_every_inner_link_has_its_target(sample: Sample) -> None:
    tree = soup(sample)
    ids = [str(tag["id"]) for tag in tree.find_all(id=True)]
    assert len(ids) == len(set(ids))
    assert {str(a["href"])[1:] for a in tree.select('a[href^="#"]')} <= set(ids)
    named = {name for tag in tree.select("[aria-labelledby]") for name in str(tag["aria-labelledby"]).split()}
    assert named <= set(ids)


def test_every_picture_has_words(sample: Sample) -> None:
    for image in soup(sample).find_all("img"):
        assert len(str(image["alt"])) > 10
        assert str(image["src"]).startswith("data:image/webp;base64,")


def test_tables_have_captions_and_scopes(sample: Sample) -> None:
    for table in soup(sample).find_all("table"):
        assert table.caption
        assert words(table.caption)
        assert all(th.get("scope") in {"row", "col"} for th in table.find_all("th"))


def test_it_is_self_contained(sample: Sample) -> None:
    tree = soup(sample)
    assert not tree.select("script, link, iframe, object, embed, form, base, video, audio")
    assert not tree.select("[style], [srcset], [background], [onclick], [onload], [onerror]")
    policy = str(one(tree, 'meta[http-equiv="Content-Security-Policy"]')["content"])
    digest = base64.b64encode(hashlib.sha256(one(tree, "style").get_text().encode()).digest()).decode()
    assert policy.split("; ") == [
        "default-src 'none'", "img-src data:", f"style-src 'sha256-{digest}'", "base-uri 'none'", "form-action 'none'",
    ]  # fmt: skip


# ── What it says ───────────────────────────────────────────────────────────────────────────────────────────────────


def test_verdict_and_denominator_come_first(sample: Sample) -> None:
    tree = soup(sample)
    header = one(tree, "body > header")
    assert words(one(header, "h1 .verdict")).lower() == sample.review.verdict.value
    assert words(header).index(sample.review.summary) < words(header).index("Client")
    assert one(tree, "main").find("section")["id"] == "next"  # type: ignore[index]


def test_sections_stand_in_the_order_of_a_review(sample: Sample) -> None:
    order = [section["id"] for section in one(soup(sample), "main").find_all("section", recursive=False)]
    assert order == ["next", "findings", "story", "scopes", "written", "wire", "unchecked", "again"]


def test_every_finding_is_told_with_its_outcome_in_words(sample: Sample) -> None:
    tree = soup(sample)
    assert len(tree.select("article")) == len(sample.review.findings)
    said = {"failed": "Failed", "needs-person": "Needs a person", "blocked": "Blocked", "passed": "Passed",
            "not-applicable": "Not applicable"}  # fmt: skip
    for found in sample.review.findings:
        article = one(tree, f"#check-{found.check}")
        assert said[found.outcome.value] in words(article)
        assert words(BeautifulSoup(found.message[:20].split("<")[0], "lxml")) in words(article)


def test_a_failed_finding_says_all_there_is_to_say(failing: Sample) -> None:
    article = one(soup(failing), "#check-id-link-https")
    told = words(article)
    for part in ("Expected https://orcid.org/0000-0002-1825-0097", "Observed http://orcid.org/0000-0002-1825-0097",
                 "the link as written", "Write the link with https", "turn of the member", "Required", "id-link-https",
                 "Consortium custom integration guide"):  # fmt: skip
        assert part in told, part
    assert '<a href="http://orcid.org/0000-0002-1825-0097">' in one(article, "li:first-child code").get_text()
    alts = [str(image["alt"]) for image in article.find_all("img")]
    assert len(alts) == 3, "two near places share a picture, the distant one has its own, the other page too"
    assert "2 places marked" in alts[0]
    assert "the link as written" in alts[0]


def test_passed_findings_are_folded_and_failed_ones_are_not(failing: Sample) -> None:
    tree = soup(failing)
    assert one(tree, "#check-id-not-typable").find("details")
    assert not one(tree, "#check-id-link-https").find("details")


def test_the_wire_is_quoted(failing: Sample) -> None:
    quoted = one(soup(failing), "#check-api-calls-https .exchange").get_text()
    assert "POST /oauth/token\ncontent-type: application/x-www-form-urlencoded\n\ngrant_type=author" in quoted
    assert "‹access-token:1›" in quoted
    assert "x-noise" not in quoted


def test_whose_turn_it_is(failing: Sample) -> None:
    tree = soup(failing)
    tasks = [words(p) for p in tree.select("#next .task")]
    assert "The portal asks for scopes that were not declared" in tasks[0]
    assert tasks.index(next(t for t in tasks if t.endswith("Recommended"))) > 3, "required ones come first"
    assert "[answers.store-secure]" in one(tree, "#next pre").get_text()
    held = words(tree.select("#next section")[-1])
    assert "Holds up 3 rules: store-putcodes , putcode-mapped , putcode-used-on-update" in held
    assert "Turn of whoever runs the review" in held


def test_the_storyboard_goes_in_the_order_of_a_review(failing: Sample) -> None:
    tree = soup(failing)
    titles = [words(h) for h in tree.select("#story h3")]
    assert titles == [
        "The researcher says no Done", "The researcher connects Done", "A stranger looks at the public pages Done",
        "The portal writes to the record Blocked", "The researcher disconnects Done",
    ]  # fmt: skip
    story = words(one(tree, "#story"))
    for part in ("the researcher denied it", "state yes, 24 characters", "scope /read-limited /activities/update",
                 "no picture was kept", "Really disconnect?", "Pressed to disconnect: « Disconnect my iD »",
                 "It stopped here."):  # fmt: skip
        assert part in story, part


def test_a_missing_state_is_said(tmp_path: Path) -> None:
    bare = authorization(url=f"{ORCID}/oauth/authorize?client_id=APP-1&scope=openid")
    tree = read(review([]), evidence(journey(authorizations=[bare])), tmp_path)
    rows = {words(tr.th): words(tr.td) for tr in tree.select(".trip tr") if tr.th and tr.td}
    assert rows["state"] == "no"
    assert rows["redirect_uri"] == "missing"


def test_scopes_and_wire_are_told(failing: Sample) -> None:
    tree = soup(failing)
    rows = [words(tr) for tr in tree.select("#scopes tbody tr")]
    assert rows == ["/read-limited yes yes yes yes", "/activities/update yes yes yes no",
                    "/person/update no yes no not seen"]  # fmt: skip
    wire = [words(tr) for tr in tree.select("#wire tbody tr")]
    assert wire[1] == "3 server connect POST /oauth/token authorization_code http 200"
    assert wire[2].endswith("https, with an untrusted certificate 200")
    assert "1 request of the browser" in words(one(tree, "#wire"))


def test_the_write_journal_is_told(failing: Sample) -> None:
    section = one(soup(failing), "#written")
    rows = [words(row) for row in section.select("tbody tr")]
    assert "added employment 1001 <script>alert(1)</script> taken back" in rows[0]
    assert rows[1].endswith("could not be taken back: ORCID answered 403")
    assert "--undo" in words(section)


def test_a_wire_that_was_not_recorded_is_not_called_empty(tmp_path: Path) -> None:
    assert "not recorded" in words(one(read(review([]), evidence(wire=None), tmp_path), "#wire"))
    assert "no request came" in words(one(read(review([]), evidence(wire=[]), tmp_path), "#wire"))


def test_nothing_to_do_is_said_only_when_rules_were_met(tmp_path: Path) -> None:
    met = words(one(read(review([finding("a")]), evidence(), tmp_path), "#next"))
    assert "every rule of the profile that applies was judged and is met" in met
    for findings in ([], [finding("a", Outcome.NOT_APPLICABLE)]):
        assert "says nothing about the portal" in words(one(read(review(findings), evidence(), tmp_path), "#next"))


def test_failed_recommendations_do_not_change_the_verdict_but_are_to_fix(tmp_path: Path) -> None:
    tree = read(review([finding("a"), finding("b", Outcome.FAILED, level=Level.RECOMMENDED)]), evidence(), tmp_path)
    assert words(one(tree, "h1 .verdict")) == "Pass"
    assert "To fix 1" in words(one(tree, "#next"))


# ── Hostile and odd input ──────────────────────────────────────────────────────────────────────────────────────────


def test_nothing_that_a_portal_wrote_becomes_markup(failing: Sample) -> None:
    text = html.render(failing.review, failing.evidence, failing.folder)
    tree = BeautifulSoup(text, "lxml")
    assert "<script" not in text.lower()
    assert not tree.find_all("img", src=re.compile("^http"))
    assert "<script>alert(1)</script>" in words(one(tree, "#check-id-display-format-valid"))
    for link in tree.select("a[href]"):
        assert str(link["href"]).startswith(("#", "http://", "https://"))
    assert HOSTILE_URL in tree.get_text()


def test_only_the_rulebook_and_the_places_make_links(tmp_path: Path) -> None:
    odd = finding("a", Outcome.FAILED, message="see https://evil.example/1", observed="https://evil.example/2",
                  remedy="see https://info.orcid.org/", evidence=[Spot(url="https://portal.example/")])  # fmt: skip
    article = one(read(review([odd]), evidence(), tmp_path), "article")
    assert [a["href"] for a in article.select("a")] == ["https://portal.example/", "https://info.orcid.org/"]


def test_a_writing_direction_cannot_hide_an_address(tmp_path: Path) -> None:
    odd = finding("a", Outcome.FAILED, evidence=[Spot(url="https://orcid.org/\u202e7900", snippet="a\u202eb\x00")])
    text = html.render(review([odd]), evidence(), tmp_path)
    assert "\u202e" not in text
    assert "\x00" not in text
    assert "[U+202E]" in text


def test_two_pages_with_odd_ids_and_a_page_seen_twice(tmp_path: Path) -> None:
    steps = [Step(at=NOW, label="once", page="connect-01"), Step(at=NOW, label="twice", page="connect-01")]
    tree = read(review([]), evidence(journey(pages=[page("connect-01")], steps=steps)), tmp_path)
    assert len(tree.select("#page-connect-01")) == 1
    assert "the same page as before" in words(one(tree, "#story"))


@pytest.mark.parametrize("spot", [
    Spot(page="no-such-page", box=(1, 2, 3, 4), url="https://portal.example/"),
    Spot(exchange=99),
    Spot(),
    Spot(page="connect-01", box=(0, 0, 0, 0)),
])  # fmt: skip
def test_a_place_that_the_evidence_does_not_hold(tmp_path: Path, spot: Spot) -> None:
    odd = finding("a", Outcome.FAILED, evidence=[spot])
    assert read(review([odd]), evidence(journey(pages=[page("connect-01")])), tmp_path).find("article")


def test_many_places_are_cut_and_counted(tmp_path: Path) -> None:
    odd = finding("a", Outcome.FAILED, evidence=[Spot(url=f"https://portal.example/{n}") for n in range(25)])
    article = one(read(review([odd]), evidence(), tmp_path), "article")
    assert "and 15 more places" in words(article)


def test_a_report_of_thirty_dense_screenshots_stays_small(tmp_path: Path) -> None:
    Image.effect_noise((1280, 2400), 90).convert("RGB").save(tmp_path / "noise.png")
    pages = [page(f"connect-{n:02d}", screenshot_file="noise.png", width=1280, height=2400) for n in range(30)]
    findings = [
        finding(f"rule-{n}", Outcome.FAILED, evidence=[Spot(page=p.id, box=(100, 400, 900, 700)) for p in pages[:3]])
        for n in range(40)
    ]
    # Noise is the worst there is to compress; a report of real pages is far below this.
    text = html.render(review(findings), evidence(journey(pages=pages)), tmp_path)
    assert len(text) < 7_000_000

"""A new researcher registers on the way to a portal (facts on OAuth, sections 3 and 14; ids from ORCID's pages)."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from urllib.parse import urlencode

import httpx
import pytest
from playwright.sync_api import expect, sync_playwright

from checker.orcid import ids
from checker.sandbox import DEFAULT_CLIENT, DEFAULT_PERSON, Sandbox

from .conftest import CALLBACK, Visitor, query

CHROMIUM = shutil.which("chromium")
FILLED = {
    "givenNames": "Ada",
    "familyNames": "Byron",
    "email": "ada@mailinator.com",
    "confirmEmail": "Ada@mailinator.com",
    "password": "analytical1",
    "passwordConfirm": "analytical1",
    "activitiesVisibilityDefault": "limited",
    "termsOfUse": "true",
    "dataProcessed": "true",
}


def register(visitor: Visitor, asked: dict[str, str] | None = None, **changes: str | None) -> httpx.Response:
    form = {name: value for name, value in (FILLED | changes).items() if value is not None}
    return visitor.browser.post("/registerConfirm.json", data=form | {"oauth": "?" + urlencode(asked or {})})


def test_a_new_researcher_goes_on_to_consent_and_back(visitor: Visitor) -> None:
    answer = register(visitor, query()).json()
    assert answer["title"] == f"Authorize access {DEFAULT_CLIENT.name} - ORCID"
    assert "Ada Byron" in answer["html"]
    body = visitor.exchange(code=visitor.decide(query()).params["code"]).json()
    assert body["name"] == "Ada Byron"
    assert ids.is_valid(body["orcid"])
    person = visitor.box._state.people[body["orcid"]]
    assert (person.login, person.default_visibility) == ("ada@mailinator.com", "limited")
    visitor.headers = {"Authorization": f"Bearer {body['access_token']}"}
    assert visitor.api("GET", "/record", body["orcid"]).status_code == 200
    visitor.browser.cookies.clear()
    assert "redirect" in visitor.sign_in(person=person)


def test_without_a_portal_it_ends_at_the_new_record(visitor: Visitor) -> None:
    where = register(visitor).json()["redirect"]
    assert ids.is_valid(where.removeprefix("/"))
    assert "Ada Byron" in visitor.browser.get(where).text


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"givenNames": " "}, "givenNames"),
        ({"givenNames": "x" * 100}, "givenNames"),
        ({"familyNames": "x" * 100}, "familyNames"),
        ({"email": "ada"}, "email"),
        ({"email": None}, "email"),
        ({"email": DEFAULT_PERSON.login.upper()}, "email"),
        ({"confirmEmail": "eve@mailinator.com"}, "confirmEmail"),
        ({"password": "short1"}, "password"),
        ({"password": "x1" * 129}, "password"),
        ({"password": "no number here"}, "password"),
        ({"password": "1234567890"}, "password"),
        ({"email": "ada1@b.org", "password": "ADA1@b.org"}, "password"),
        ({"passwordConfirm": "another1"}, "passwordConfirm"),
        ({"activitiesVisibilityDefault": None}, "activitiesVisibilityDefault"),
        ({"termsOfUse": None}, "termsOfUse"),
        ({"dataProcessed": "false"}, "dataProcessed"),
    ],
)
def test_what_is_wrong_is_told_by_field_and_nobody_is_made(
    visitor: Visitor, changes: dict[str, str | None], field: str
) -> None:
    people = len(visitor.box._state.people)
    answer = register(visitor, query(), **changes)
    assert field in answer.json()["errors"]
    assert not answer.cookies
    assert len(visitor.box._state.people) == people


def test_no_family_name_is_needed(visitor: Visitor) -> None:
    assert "errors" not in register(visitor, familyNames=None).json()


def test_the_page_refuses_what_the_authorization_page_refuses(visitor: Visitor) -> None:
    get = visitor.browser.get
    assert "invalid_client" in get("/register", params=query(client_id="APP-XXXXXXXXXXXXXXXX")).text
    assert get("/register", params=query(scope="/nope")).headers["location"] == f"{CALLBACK}#error=invalid_scope"
    visitor.sign_in()
    assert get("/register", params=query()).headers["location"].startswith("/oauth/authorize?")
    assert 'id="given-names-input"' in get("/register").text


def test_markup_in_the_address_stays_text(visitor: Visitor) -> None:
    page = visitor.browser.get("/register", params={"given_names": '"><script>x</script>', "lang": "<b>"}).text
    assert "<script>x" not in page
    assert '<html lang="en">' in page


@pytest.fixture
def box() -> Iterator[Sandbox]:
    with Sandbox(tls=False) as box:
        yield box
    assert box.faults == []


@pytest.mark.browser
@pytest.mark.skipif(CHROMIUM is None, reason="there is no chromium on this machine")
def test_the_five_steps_in_a_browser(box: Sandbox) -> None:
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox", "--disable-gpu"])
        page = browser.new_page()
        back = f"{box.base}/stand-in-portal"
        asked = query(redirect_uri=back, show_login="false", given_names="Ada", email="ada@mailinator.com")
        page.goto(f"{box.base}/oauth/authorize?{urlencode(asked)}")
        expect(page.locator("#given-names-input")).to_have_value("Ada")
        page.locator("#family-names-input").fill("Byron")
        page.locator("#step-a-next-button").click()
        expect(page.locator("#confirm-email-input")).to_be_visible()  # it is empty still
        page.locator("#confirm-email-input").fill("ada@mailinator.com")
        page.locator("#step-a-next-button").click()
        page.locator("#password-input").fill("analytical1")
        page.locator("#password-confirm-input").fill("another1")
        page.locator("#step-b-register-button").click()
        page.locator("#step-c2-skip-button").click()
        page.locator("#visibility-everyone-input").click()
        page.locator("#step-c-register-button").click()
        page.locator("#privacy-input").click()
        page.locator("#data-processed-input-input").check()
        page.locator("#step-d-register-button").click()
        expect(page.locator("app-print-errors")).to_contain_text("not the same")
        page.locator("#password-confirm-input").fill("analytical1")
        page.locator("#password-confirm-input").press("Enter")
        for step in ("c2", "c"):
            page.locator(f"#step-{step}-register-button").click()
        page.locator("#step-d-register-button").click()
        expect(page.locator("#user-name")).to_have_text("Ada Byron")
        page.locator("app-form-authorize #authorize-button").click()
        page.wait_for_url(f"{back}?code=*")
        page.context.clear_cookies()
        page.goto(f"{box.base}/oauth/authorize?{urlencode(asked)}")
        page.locator("#step-a-back-button").click()
        expect(page.locator("#signin-button")).to_be_enabled()
        expect(page.locator("#username-input")).to_have_value("ada@mailinator.com")
        browser.close()

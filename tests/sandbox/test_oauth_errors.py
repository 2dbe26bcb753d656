"""Errors of the authorization page in every form that it can be given (facts on OAuth, section 4)."""

from __future__ import annotations

import pytest

from checker.sandbox.model import ErrorForm
from checker.sandbox.state import State

from .conftest import CALLBACK, Visitor, query

SCOPE: dict[str, str | None] = {"scope": "/nope"}
SILENT: dict[str, str | None] = {"scope": "openid", "prompt": "none"}
TYPE: dict[str, str | None] = {"response_type": "code token"}


@pytest.mark.parametrize(
    ("form", "changes", "signed_in", "end"),
    [
        ("fragment", SCOPE, True, "#error=invalid_scope"),
        ("fragment", SILENT, False, "#login_required"),
        ("fragment", SILENT, True, "#error=interaction_required"),
        ("legacy-fragment", SCOPE, True, "#error=invalid_scope"),
        ("legacy-fragment", TYPE, True, "#error=unsupported_response_type"),
        ("legacy-fragment", SILENT, False, "#error=login_required"),
        ("legacy-fragment", SILENT, True, "#error=interaction_required"),
        ("query", SCOPE, True, "?error=invalid_scope&error_description=Invalid%20scope%3A%20%2Fnope&state=st4te"),
        ("query", SILENT, False, "?error=login_required&error_description=Nobody%20is%20signed%20in&state=st4te"),
        ("page", SCOPE, True, None),
        ("page", TYPE, True, None),
        ("page", SILENT, False, "#login_required"),
        ("page", SILENT, True, "#error=interaction_required"),
    ],
)
def test_the_form_of_errors_can_be_switched(
    visitor: Visitor, form: ErrorForm, changes: dict[str, str | None], signed_in: bool, end: str | None
) -> None:
    visitor.box.error_form = form
    assert visitor.box.error_form == form
    if signed_in:
        visitor.sign_in()
    answer = visitor.browser.get("/oauth/authorize", params=query(**changes))
    if end is None:
        assert answer.status_code == 200
        assert 'id="error-message"' in answer.text
    else:
        assert answer.headers["location"] == CALLBACK + end


def test_a_reset_takes_the_form_of_errors_back(visitor: Visitor) -> None:
    state = visitor.box._state
    state.error_form = "page"
    state.reset()
    assert visitor.box.error_form == State((), ()).error_form


def test_no_form_of_errors_goes_to_an_address_that_is_not_registered(visitor: Visitor) -> None:
    """Section 4: a mismatch never redirects, whatever else is wrong with the request."""
    forms: tuple[ErrorForm, ...] = ("fragment", "legacy-fragment", "query", "page")
    for form in forms:
        visitor.box.error_form = form
        for changes in (SCOPE, SILENT, TYPE):
            page = visitor.browser.get("/oauth/authorize", params=query(redirect_uri="https://evil.test/", **changes))
            assert page.status_code == 200
            assert "location" not in page.headers


def test_prompt_none_counts_without_openid_only_for_who_is_not_signed_in(visitor: Visitor) -> None:
    """Observed in ORCID's decision service: the check for `openid` comes after that for the session."""
    get = visitor.browser.get
    assert get("/oauth/authorize", params=query(prompt="none")).headers["location"] == f"{CALLBACK}#login_required"
    visitor.sign_in()
    assert "app-form-authorize" in get("/oauth/authorize", params=query(prompt="none")).text


def test_only_the_exact_word_is_a_prompt(visitor: Visitor) -> None:
    visitor.connect("openid")
    answer = visitor.browser.get("/oauth/authorize", params=query(scope="openid", prompt="login consent"))
    assert answer.status_code == 302


@pytest.mark.parametrize(("max_age", "asked_again"), [("0", True), ("3600", False), ("soon", False), ("", False)])
def test_max_age_is_a_number_of_seconds_since_sign_in(visitor: Visitor, max_age: str, asked_again: bool) -> None:
    visitor.connect("openid")
    answer = visitor.browser.get("/oauth/authorize", params=query(scope="openid", max_age=max_age))
    assert ("signin-button" in answer.text) is asked_again


def test_decisions_and_sign_ins_meet_the_same_errors(visitor: Visitor) -> None:
    assert visitor.sign_in(query(scope="/nope")) == {"redirect": f"{CALLBACK}#error=invalid_scope"}
    assert str(visitor.decide(query(scope="/nope"))) == f"{CALLBACK}#error=invalid_scope"
    assert "error-message" in visitor.sign_in(query(client_id="APP-XXXXXXXXXXXXXXXX"))["html"]

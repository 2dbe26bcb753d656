"""A permission of the run's own: the researcher agrees once more, and the answer never reaches the portal.

Needed only to take back what was written once the portal's own permission has ended.
"""

from __future__ import annotations

import secrets
from contextlib import suppress
from typing import TYPE_CHECKING, Final
from urllib.parse import parse_qs, urlencode, urlsplit

from playwright.sync_api import Error as PlaywrightError
from playwright.sync_api import Route

from ..orcid import scopes
from .errors import GatherError
from .orcid_pages import pass_through

if TYPE_CHECKING:
    from .journeys import Expedition
    from .record import OrcidReader
    from .wire import Recording

_ANSWER_PATIENCE: Final = 5_000
"""Milliseconds for ORCID's answer after the consent page has gone."""


def own_grant(expedition: Expedition, reader: OrcidReader, recording: Recording | None) -> str:
    """Let the researcher agree to the run's own request and return the access token; "" when that is not to be had.

    The wire does not hear of it: it is nothing that the portal did.

    Args:
        expedition: its browser, its ORCID, its researcher.
        reader: exchanges the code.
        recording: is deaf while this lasts; None: there is none.
    """
    redirect = _redirect(expedition)
    wanted = _scopes(expedition)
    if not (redirect and wanted and expedition.login[0]):
        return ""
    heard = recording.is_own if recording else None
    if recording:
        recording.is_own = lambda _: True
    try:
        code = _code(expedition, reader.client_id, redirect, wanted)
        return (
            reader.token({"grant_type": "authorization_code", "code": code, "redirect_uri": redirect}) if code else ""
        )
    except (PlaywrightError, GatherError):
        return ""
    finally:
        if recording and heard:
            recording.is_own = heard


def _redirect(expedition: Expedition) -> str:
    seen = [_parameter(a.url, "redirect_uri") for j in expedition.journeys for a in j.authorizations]
    return next((uri for uri in [*reversed(seen), *expedition.plan.orcid.redirect_uris] if uri), "")


def _scopes(expedition: Expedition) -> str:
    asked = [_parameter(a.url, "scope") for j in expedition.journeys for a in j.authorizations]
    given = {scope for value in asked for scope in scopes.split(value)}.union(expedition.plan.orcid.scopes or [])
    return " ".join(sorted(given & scopes.WRITING))


def _parameter(url: str, name: str) -> str:
    return next(iter(parse_qs(urlsplit(url).query).get(name, [])), "")


def _code(expedition: Expedition, client_id: str, redirect: str, wanted: str) -> str:
    state = secrets.token_urlsafe(24)
    query = {
        "client_id": client_id, "response_type": "code", "scope": wanted, "redirect_uri": redirect, "state": state,
    }  # fmt: skip
    answers: list[str] = []

    def keep(route: Route) -> None:
        answers.append(route.request.url)
        route.fulfill(status=200, content_type="text/plain", body="This answer was the review's own.")

    context = expedition.browser.new_context(ignore_https_errors=True, locale="en-GB")
    try:
        context.route(lambda url: url.startswith(redirect), keep)
        page = context.new_page()
        page.goto(f"{expedition.environment.site}/oauth/authorize?{urlencode(query)}", wait_until="domcontentloaded")
        login, password = expedition.login
        pass_through(
            page, expedition.environment, "allow", login, password,
            attended=expedition.attended, answered=lambda: bool(answers), on_life=expedition.on_life,
        )  # fmt: skip
        if not answers:
            page.wait_for_event("request", lambda request: request.url.startswith(redirect), timeout=_ANSWER_PATIENCE)
        given = answers[0] if answers else page.url
        return _parameter(given, "code") if _parameter(given, "state") == state else ""
    finally:
        with suppress(PlaywrightError):
            context.close()

"""Connecting an account in Slack: to Slack and back, and ending it. For everybody: who it is, Slack says."""

from __future__ import annotations

import secrets

from starlette.responses import RedirectResponse, Response

from leakguard.model.errors import NotFound
from leakguard.service.consents import Consents
from leakguard.web.doorkeeper import cookie_name, take
from leakguard.web.entrances import client_of
from leakguard.web.visit import Page, Visit

_ABOUT = "-slack"
_SECONDS = 600
_LONGEST = 2_000
_SMALL = 16 * 1024


async def connect(visit: Visit) -> Response:
    """Changes nothing: it only sends the browser to Slack, with something to bring back."""
    browser = secrets.token_urlsafe(32)
    there = _consents(visit).begin(browser, _given(visit, "for"))
    answer = RedirectResponse(there, status_code=303)
    is_https = visit.house.is_https
    name = cookie_name(is_https=is_https, about=_ABOUT)
    answer.set_cookie(name, browser, _SECONDS, path="/", secure=is_https, httponly=True, samesite="lax")
    return answer


async def back(visit: Visit) -> Response:
    """A GET that keeps an agreement: it carries what only this browser was given, and a code that works once."""
    consents = _consents(visit)
    if visit.request.query_params.get("error"):
        return visit.page("slack_ended.html", heading="Nothing was connected", was_connected=False)
    browser = visit.request.cookies.get(cookie_name(is_https=visit.house.is_https, about=_ABOUT), "")
    client = client_of(visit.request, visit.house.entrances.proxy)
    consent = await consents.finish(browser, _given(visit, "state"), _given(visit, "code"), client)
    answer = visit.page("slack_connected.html", farewell=consents.farewell(consent))
    take(answer, is_https=visit.house.is_https, about=_ABOUT)
    return answer


async def disconnect(visit: Visit) -> Response:
    was = await _consents(visit).end_by(visit.text("farewell")[:_LONGEST])
    return visit.page("slack_ended.html", heading="Your account is not connected any more", was_connected=was)


def _consents(visit: Visit) -> Consents:
    if visit.house.consents is None:
        raise NotFound("Connecting an account in Slack is not turned on here.")
    return visit.house.consents


def _given(visit: Visit, name: str) -> str:
    return visit.request.query_params.get(name, "")[:_LONGEST]


PAGES = (
    Page(path="/slack/connect", name="slack_connect", handler=connect, is_open=True),
    Page(path="/slack/oauth_redirect", name="slack_back", handler=back, is_open=True),
    Page(
        path="/slack/disconnect",
        name="slack_disconnect",
        handler=disconnect,
        is_open=True,
        is_post=True,
        largest=_SMALL,
    ),
)

"""The pages as one ASGI application: each route with its permission, and nothing that is not in a list of them.

Rule of this file: a request reaches its page only after `_admitted` said so.
"""

from __future__ import annotations

import sys
from collections.abc import Awaitable, Callable, Sequence
from urllib.parse import quote

import structlog
from starlette.applications import Starlette
from starlette.datastructures import FormData
from starlette.exceptions import HTTPException
from starlette.formparsers import MultiPartParser
from starlette.middleware import Middleware
from starlette.requests import ClientDisconnect, Request
from starlette.responses import RedirectResponse, Response
from starlette.routing import BaseRoute, Mount, Route
from starlette.staticfiles import StaticFiles

from leakguard.model.errors import Forbidden, NotFound, Refused, Stale, StoreUnavailable
from leakguard.service.authority import require
from leakguard.web.house import House
from leakguard.web.pages import all_pages
from leakguard.web.security import OwnHost, SafeHeaders, TooLarge, at_most, comes_from_us, has_token, headers_for
from leakguard.web.visit import Page, Visit

log = structlog.get_logger("leakguard.web")

_MOST_FIELDS = 2_000

MultiPartParser.spool_max_size = sys.maxsize  # what is uploaded may be embargoed: it never touches a disk


def site(house: House, pages: Sequence[Page] | None = None, mounts: Sequence[BaseRoute] = ()) -> Starlette:
    """mounts: further applications under the same headers, such as the HTTP API."""
    chosen = all_pages() if pages is None else pages
    routes: list[BaseRoute] = [_route(house, each) for each in chosen]
    routes += [*mounts, Mount("/static", _Assets(packages=[("leakguard.web", "static")]), name="static")]
    made = Starlette(
        routes=routes,
        middleware=[Middleware(SafeHeaders, is_https=house.is_https), Middleware(OwnHost, origin=house.origin)],
        exception_handlers={HTTPException: _told_by(house), 500: _crashed(house)},
    )
    made.router.redirect_slashes = False  # it would send people to the host that a request names
    made.state.pages = {each.name: each for each in routes if isinstance(each, Route)}  # links look them up by name
    return made


class _Assets(StaticFiles):
    """Named by their content, so that a browser may keep them."""

    def file_response(self, *given: object, **named: object) -> Response:
        response = super().file_response(*given, **named)  # type: ignore[arg-type]
        response.headers["cache-control"] = "public, max-age=31536000, immutable"
        return response


def _route(house: House, page: Page) -> Route:
    async def answer(request: Request) -> Response:
        visit = Visit(request=request, house=house, visitor=None)
        try:
            visit = await _admitted(house, page, request)
            return await page.handler(visit)
        except _SignInFirst:
            return _to_sign_in(request)
        except Exception as problem:  # noqa: BLE001 - the door boundary: every failure is a page that says what to do
            return _failed(visit, problem)

    return Route(page.path, answer, methods=["POST"] if page.is_post else ["GET"], name=page.name)


class _SignInFirst(Exception):
    """Nobody is signed in, and the page is not for everybody."""


async def _admitted(house: House, page: Page, request: Request) -> Visit:
    """Raises _SignInFirst, Forbidden, TooLarge."""
    is_live = page.is_live or "x-live" in request.headers
    visitor = await house.doorkeeper.visitor(request, touch=not is_live)
    if visitor is None and not page.is_open:
        raise _SignInFirst
    if page.permission is not None:
        assert visitor is not None, "an open page asks for no permission"
        require(visitor.actor, page.permission)
    form = FormData()
    if page.is_post:
        if not comes_from_us(request, house.origin):
            raise Forbidden("this request did not come from a page of ours")
        largest = page.largest + (house.checking.largest if page.takes_message else 0)
        request._receive = at_most(request.receive, largest)
        form = await request.form(max_files=1, max_fields=_MOST_FIELDS, max_part_size=largest)
        if visitor is not None and not has_token(form.get("csrf"), visitor.csrf):
            raise Forbidden("the form was not made for this session; open the page again")
    return Visit(request=request, house=house, visitor=visitor, form=form)


def _to_sign_in(request: Request) -> Response:
    """Back to this page afterwards, if it is one that can be opened again."""
    there = request.scope["path"] if request.method in ("GET", "HEAD") else "/"
    return RedirectResponse(f"/sign-in?next={quote(there)}", status_code=303)


def _failed(visit: Visit, problem: Exception) -> Response:
    status, heading, sentence = _sentence_for(problem)
    if status == 500:
        log.error("web.crashed", problem=type(problem).__name__, place=visit.request.scope["route"].name, alarm=True)
    return visit.page("problem.html", status, heading=heading, sentence=sentence)


def _sentence_for(problem: Exception) -> tuple[int, str, str]:
    for kind, status, heading, sentence in _SENTENCES:
        if isinstance(problem, kind):
            return status, heading, sentence or str(problem)
    if isinstance(problem, HTTPException):
        return problem.status_code, "That did not work", "Check the address, or go back to the list."
    return 500, "Something went wrong", "The failure is in the log. Nothing was recorded; held mail stays held."


# What is said of each; "" for what the problem itself says.
_SENTENCES: tuple[tuple[type[Exception], int, str, str], ...] = (
    (Forbidden, 403, "You may not do this", ""),
    (NotFound, 404, "There is nothing here", ""),
    (
        Stale,
        409,
        "Somebody else was faster",
        "Open the page again to see what they did. Nothing was recorded.",
    ),
    (Refused, 422, "That was not done", ""),
    (
        StoreUnavailable,
        503,
        "Not now",
        "The store does not answer. Nothing was recorded; held mail stays held. Try again in a minute.",
    ),
    (TooLarge, 413, "That is too large", "This page does not take so much at once."),
    (ClientDisconnect, 400, "That did not arrive", "The request ended before all of it was here."),
)


def _told_by(house: House) -> Callable[[Request, Exception], Awaitable[Response]]:
    async def told(request: Request, problem: Exception) -> Response:
        visitor = await house.doorkeeper.visitor(request, touch=False)
        visit = Visit(request=request, house=house, visitor=visitor)
        status = problem.status_code if isinstance(problem, HTTPException) else 500
        return visit.page("problem.html", status, heading="There is nothing here", sentence="Check the address.")

    return told


def _crashed(house: House) -> Callable[[Request, Exception], Awaitable[Response]]:
    async def crashed(_request: Request, problem: Exception) -> Response:
        log.error("web.crashed", problem=type(problem).__name__, alarm=True)
        said = "Something went wrong. Nothing was recorded."
        return Response(said, 500, headers_for(is_https=house.is_https), "text/plain")  # outside of all middleware

    return crashed

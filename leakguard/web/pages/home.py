"""The first page: on to the list."""

from __future__ import annotations

from starlette.responses import Response

from leakguard.web.visit import Page, Visit


async def home(visit: Visit) -> Response:
    return visit.page("home.html")


PAGES = (Page(path="/", name="home", handler=home),)

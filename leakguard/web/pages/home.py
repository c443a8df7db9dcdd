"""The first page: on to what the visitor's roles are for."""

from __future__ import annotations

from starlette.responses import Response

from leakguard.service.authority import Permission
from leakguard.web.visit import Page, Visit


async def home(visit: Visit) -> Response:
    return visit.go("triage" if visit.may(Permission.SEE_QUEUE) else "board")


PAGES = (Page(path="/", name="home", handler=home),)

"""The API as one application, made of a list of endpoints; nothing else is served, and no page that loads scripts."""

from __future__ import annotations

import re
from typing import Any, cast

from fastapi import Depends, FastAPI
from fastapi.exceptions import RequestValidationError
from fastapi.security import HTTPBearer
from starlette.exceptions import HTTPException
from starlette.middleware import Middleware
from starlette.routing import Mount

from leakguard.model.errors import LeakGuardError
from leakguard.web.api import audit, checks, items, releases
from leakguard.web.api.admission import DESCRIPTION, Admission
from leakguard.web.api.endpoint import Endpoint, guard
from leakguard.web.api.problems import MEDIA_TYPE, told
from leakguard.web.api.shapes import ProblemShape
from leakguard.web.house import House

PREFIX = "/api/v1"
ENDPOINTS: tuple[Endpoint, ...] = (*items.ENDPOINTS, *checks.ENDPOINTS, *releases.ENDPOINTS, *audit.ENDPOINTS)

_ABOUT = (
    "What is held and why, decisions, checks, releases and the audit. The pages call the same use cases. "
    "Each operation needs a token with its scope, of somebody whose roles allow it."
)


class _Api(FastAPI):
    def openapi(self) -> dict[str, Any]:
        made = super().openapi()
        for path in made["paths"].values():
            for operation in path.values():
                content = operation["responses"]["default"]["content"]
                content[MEDIA_TYPE] = content.pop("application/json", None) or content[MEDIA_TYPE]
        return made


def api(house: House | None) -> FastAPI:
    """house: None for its description only."""
    described = _Api(
        title="LeakGuard",
        version="1",
        description=_ABOUT,
        openapi_url=DESCRIPTION,
        docs_url=None,
        redoc_url=None,
        servers=[{"url": PREFIX}],
        root_path_in_servers=False,
        redirect_slashes=False,
        exception_handlers={HTTPException: told, RequestValidationError: told, LeakGuardError: told},
        middleware=[Middleware(Admission, house=cast(House, house), message_paths=_message_paths())],
        separate_input_output_schemas=False,
    )
    described.state.house = house
    for each in ENDPOINTS:
        _add(described, each)
    return described


def mounted(house: House) -> Mount:
    """For `site(house, mounts=[mounted(house)])`."""
    return Mount(PREFIX, api(house), name="api")


def _message_paths() -> frozenset[str]:
    return frozenset(each.path for each in ENDPOINTS if each.takes_message)


def _add(to: FastAPI, endpoint: Endpoint) -> None:
    to.add_api_route(
        endpoint.path.replace("{release}", "{release:path}"),  # their ids may hold slashes
        endpoint.handler,
        methods=[endpoint.method],
        name=endpoint.name,
        operation_id=endpoint.name,
        summary=_CAPITAL.sub(lambda found: f" {found[0].lower()}", endpoint.name),
        dependencies=[Depends(_TOKEN), Depends(guard(endpoint))],
        responses={"default": {"description": _OTHERWISE, "model": ProblemShape}},
        openapi_extra={"x-scope": endpoint.scope.value},
    )


_CAPITAL = re.compile("[A-Z]")
_OTHERWISE = "Anything else is a problem with a code of the list in docs/api.md."
_TOKEN = HTTPBearer(auto_error=False, scheme_name="token", description="An API token of an account, with scopes.")


def description() -> dict[str, Any]:
    """The OpenAPI document, as it is served and as docs/schema/openapi.json has it."""
    return api(None).openapi()

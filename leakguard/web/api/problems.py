"""What went wrong, as programs read it. Never the words of a request: they may be what is embargoed.

ref: RFC 9457
"""

from __future__ import annotations

from collections.abc import Iterator
from enum import StrEnum
from typing import Any

from fastapi import Request
from fastapi.exceptions import RequestValidationError
from starlette.exceptions import HTTPException
from starlette.responses import JSONResponse, Response

from leakguard.model.errors import (
    Forbidden,
    IllegalMove,
    NotFound,
    NotSignedIn,
    Refused,
    Stale,
    StoreUnavailable,
    TooManyTries,
)
from leakguard.web.api.shapes import FIELDS

MEDIA_TYPE = "application/problem+json"
_MOST_ERRORS = 20


class Code(StrEnum):
    """A closed list: each has its row in docs/api.md."""

    MALFORMED = "malformed"
    UNAUTHENTICATED = "unauthenticated"
    SCOPE_MISSING = "scope_missing"
    FORBIDDEN = "forbidden"
    NOT_FOUND = "not_found"
    METHOD_NOT_ALLOWED = "method_not_allowed"
    STALE = "stale"
    TOO_LARGE = "too_large"
    INVALID = "invalid"
    REFUSED = "refused"
    TOO_MANY = "too_many"
    FAILED = "failed"
    STORE_UNAVAILABLE = "store_unavailable"


_TITLES = {
    Code.MALFORMED: (400, "The body is not JSON"),
    Code.UNAUTHENTICATED: (401, "A token is needed"),
    Code.SCOPE_MISSING: (403, "The token has not this scope"),
    Code.FORBIDDEN: (403, "You may not do this"),
    Code.NOT_FOUND: (404, "There is nothing here"),
    Code.METHOD_NOT_ALLOWED: (405, "That cannot be done with this address"),
    Code.STALE: (409, "Somebody else was faster"),
    Code.TOO_LARGE: (413, "That is too large"),
    Code.INVALID: (422, "The request is not as documented"),
    Code.REFUSED: (422, "That was not done"),
    Code.TOO_MANY: (429, "Not so fast"),
    Code.FAILED: (500, "Something went wrong"),
    Code.STORE_UNAVAILABLE: (503, "Not now"),
}


class Problem(HTTPException):
    """detail: for people, without a word of the request."""

    def __init__(self, code: Code, detail: str, headers: dict[str, str] | None = None, **more: Any) -> None:
        self.code = code
        self.more = more
        super().__init__(_TITLES[code][0], detail, headers)

    @property
    def response(self) -> Response:
        status, title = _TITLES[self.code]
        body = {
            "type": f"urn:leakguard:problem:{self.code}",
            "title": title,
            "status": status,
            "code": self.code.value,
            "detail": self.detail,
            **self.more,
        }
        return JSONResponse(body, status, self.headers, MEDIA_TYPE)


def problem_of(error: Exception) -> Problem:
    match error:
        case Problem():
            return error
        case RequestValidationError():
            return _invalid(error)
        case HTTPException():
            return _of_status(error.status_code)
        case NotSignedIn():
            return Problem(Code.UNAUTHENTICATED, str(error), {"www-authenticate": "Bearer"})
        case TooManyTries(seconds=seconds):
            return Problem(Code.TOO_MANY, str(error), {"retry-after": str(seconds)})
    return _of_the_house(error)


def _of_the_house(error: Exception) -> Problem:
    match error:
        case Forbidden():
            return Problem(Code.FORBIDDEN, str(error))
        case NotFound():
            return Problem(Code.NOT_FOUND, "there is no record of that name")
        case Refused():
            return Problem(Code.REFUSED, str(error))
        case Stale() | IllegalMove():
            return Problem(Code.STALE, "read it again; nothing was recorded")
        case StoreUnavailable():
            return Problem(Code.STORE_UNAVAILABLE, "the store does not answer; nothing was recorded")
    return Problem(Code.FAILED, "the failure is in the log; nothing was recorded")


def _of_status(status: int) -> Problem:
    for code, (other, title) in _TITLES.items():
        if status == other:
            return Problem(code, title.lower())
    return Problem(Code.FAILED, "the request could not be read")


def _invalid(error: RequestValidationError) -> Problem:
    found = error.errors()
    if any(each["type"] == "json_invalid" for each in found):
        return Problem(Code.MALFORMED, "the body is not JSON")
    errors = [{"at": _place(each["loc"]), "problem": each["type"]} for each in found[:_MOST_ERRORS]]
    return Problem(Code.INVALID, "see errors, and the documentation of this address", errors=errors)


def _place(location: tuple[int | str, ...]) -> str:
    """Where it is wrong. The name of a field that there is not is the asker's own word, so it is not said again."""
    return ".".join(_steps(location))


def _steps(location: tuple[int | str, ...]) -> Iterator[str]:
    for step in location:
        yield str(step) if isinstance(step, int) or step in FIELDS else "?"


async def told(_request: Request, error: Exception) -> Response:
    return problem_of(error).response

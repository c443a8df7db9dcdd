"""Before anything of a request is read: whose token it carries, and how large it may be. No cookie counts here.

Rule of this file: only the description of the API is for everybody.
"""

from __future__ import annotations

from typing import cast

import structlog
from fastapi import Request
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from leakguard.model.account import Actor
from leakguard.model.errors import LeakGuardError, NotSignedIn
from leakguard.web.api.problems import Code, Problem, problem_of
from leakguard.web.house import House
from leakguard.web.security import TooLarge, at_most

log = structlog.get_logger("leakguard.api")

DESCRIPTION = "/openapi.json"
LARGEST = 256 * 1024
_ACTOR = "leakguard.actor"


def actor_of(request: Request) -> Actor:
    return cast(Actor, request.scope[_ACTOR])


class Admission:
    """largest_of: octets that the body of a path may have, where that is more than usual; base64 takes a third more."""

    def __init__(self, app: ASGIApp, house: House, message_paths: frozenset[str]) -> None:
        self._app = app
        self._house = house
        self._message_paths = message_paths

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            return
        has_begun = False

        async def sending(message: Message) -> None:
            nonlocal has_begun
            has_begun = True
            await send(message)

        try:
            await self._app(*await self._admitted(scope, receive), sending)
        except Exception as error:  # noqa: BLE001 - the door boundary: every failure is a problem that says no content
            if has_begun or not isinstance(error, Problem | LeakGuardError):
                log.error("api.crashed", problem=type(error).__name__, alarm=True)
            if not has_begun:
                await problem_of(error).response(scope, receive, send)

    async def _admitted(self, scope: Scope, receive: Receive) -> tuple[Scope, Receive]:
        """Raises Problem, NotSignedIn, StoreUnavailable."""
        request = Request(scope)
        path = scope["path"].removeprefix(scope.get("root_path", ""))
        largest = LARGEST + (self._house.checking.largest * 3 // 2 if path in self._message_paths else 0)
        if path != DESCRIPTION:
            scope = {**scope, _ACTOR: await self._house.accounts.bearer(_token(request))}
        stated = request.headers.get("content-length", "0")
        if not (stated.isascii() and stated.isdigit()) or int(stated) > largest:
            raise _too_large()
        return scope, _limited(receive, largest)


def _token(request: Request) -> str:
    kind, _, token = request.headers.get("authorization", "").partition(" ")
    if kind.lower() != "bearer" or not token.strip():
        raise NotSignedIn("send `Authorization: Bearer` with a token of your account")
    return token.strip()


def _limited(receive: Receive, largest: int) -> Receive:
    counted = at_most(receive, largest)

    async def limited() -> Message:
        try:
            return await counted()
        except TooLarge:
            raise _too_large() from None

    return limited


def _too_large() -> Problem:
    return Problem(Code.TOO_LARGE, "this address does not take so much at once")

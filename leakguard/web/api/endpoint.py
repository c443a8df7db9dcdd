"""An operation of the API with the rule that guards it. What has no rule cannot be made."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import Annotated, Any

from fastapi import Depends, Request

from leakguard.model.account import Actor, Scope
from leakguard.service.authority import Permission, require
from leakguard.web.api.admission import actor_of
from leakguard.web.api.problems import Code, Problem
from leakguard.web.house import House


@dataclass(frozen=True, slots=True, kw_only=True)
class Endpoint:
    """takes_message: its body may be as large as a message that the relay takes."""

    method: str
    path: str
    name: str
    handler: Callable[..., Awaitable[Any]]
    scope: Scope
    permission: Permission
    takes_message: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Asker:
    """Whoever asks, and the use cases they may use."""

    actor: Actor
    house: House


async def _asker(request: Request) -> Asker:
    return Asker(actor=actor_of(request), house=request.app.state.house)


By = Annotated[Asker, Depends(_asker)]


def guard(endpoint: Endpoint) -> Callable[[Request], Awaitable[None]]:
    """Raises Forbidden, Problem."""

    async def guarded(request: Request) -> None:
        actor = actor_of(request)
        if endpoint.scope not in (actor.scopes or frozenset()):
            raise Problem(Code.SCOPE_MISSING, f"this takes a token with the scope {endpoint.scope}")
        require(actor, endpoint.permission)

    return guarded

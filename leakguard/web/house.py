"""What the pages stand on: the use cases, and who is at the door. Made by app, once."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Protocol

from starlette.requests import Request

from leakguard.model.account import Actor
from leakguard.service.current import Current
from leakguard.service.ports import Clock, Store


@dataclass(frozen=True, slots=True, kw_only=True)
class Visitor:
    """Somebody who is signed in. csrf: the token that every form of theirs carries. session: for signing out.

    is_fresh: they gave their password a short while ago, as sending early asks for.
    """

    actor: Actor
    csrf: str
    session: str = ""
    is_fresh: bool = True


class Doorkeeper(Protocol):
    async def visitor(self, request: Request, *, touch: bool) -> Visitor | None:
        """Who sent this request, or None when nobody is signed in. touch: it counts as being at work."""
        ...


@dataclass(frozen=True, slots=True, kw_only=True)
class House:
    """origin: scheme and host that browsers know us by, such as https://review.stats.example.

    organisation: shown in the page's head. zone: for times that belong to no release.
    """

    current: Current
    store: Store
    clock: Clock
    doorkeeper: Doorkeeper
    origin: str
    organisation: str = ""
    zone: str = "Europe/London"

    @property
    def is_https(self) -> bool:
        return self.origin.startswith("https://")

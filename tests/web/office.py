"""The pages over the small office of the service's tests, asked without a browser."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

import httpx
from starlette.requests import Request

from leakguard.extract import Limits
from leakguard.model.account import Actor, Role
from leakguard.service.accounts import Accounts
from leakguard.service.queue import Queue
from leakguard.service.throttle import Throttle
from leakguard.web import House, Visitor, site
from leakguard.web.visit import Page
from leakguard.workers import Workers, WorkerSettings
from tests.fakes.passwords import PlainPasswords
from tests.unit.service.world import World

ORIGIN = "https://review.stats.example"
_TOKEN = re.compile(r'name="csrf" value="([^"]+)"')


@dataclass
class Door:
    """Lets in whoever the test put there. asked: for each request, whether it counted as work."""

    visitor_now: Visitor | None = None
    asked: list[bool] = field(default_factory=list)

    async def visitor(self, request: Request, *, touch: bool) -> Visitor | None:
        self.asked.append(touch)
        return self.visitor_now


def visitor(*roles: Role, handle: str = "rae@stats.example", name: str = "Rae Viewer") -> Visitor:
    actor = Actor(handle=handle, name=name, roles=frozenset(roles))
    return Visitor(actor=actor, csrf="token-of-this-session", session="s1")


@dataclass(kw_only=True)
class Office:
    world: World = field(default_factory=World)
    door: Door = field(default_factory=Door)
    pages: Sequence[Page] | None = None

    def __post_init__(self) -> None:
        self.house = House(
            current=self.world.current,
            store=self.world.store,
            clock=self.world.clock,
            notices=self.world.notices,
            queue=Queue(store=self.world.store, clock=self.world.clock),
            previewer=Workers(WorkerSettings(count=0), Limits()),
            checking=self.world.checking(),
            doorkeeper=self.door,
            accounts=accounts_of(self.world),
            origin=ORIGIN,
            organisation="Office for Example Statistics",
        )
        self.app = site(self.house, self.pages)

    def sign_in(self, *roles: Role, **who: str) -> None:
        self.door.visitor_now = visitor(*roles, **who)

    def client(self) -> httpx.AsyncClient:
        transport = httpx.ASGITransport(app=self.app, raise_app_exceptions=False)
        return httpx.AsyncClient(transport=transport, base_url=ORIGIN)

    async def get(self, path: str, **headers: str) -> httpx.Response:
        async with self.client() as client:
            return await client.get(path, headers=headers)

    async def post(self, path: str, headers: dict[str, str] | None = None, **fields: Any) -> httpx.Response:
        """As a browser posts a form of ours, unless the headers say otherwise."""
        data = {"csrf": self.door.visitor_now.csrf if self.door.visitor_now else "", **fields}
        sent = {"origin": ORIGIN, "sec-fetch-site": "same-origin"} if headers is None else headers
        async with self.client() as client:
            return await client.post(path, data=data, headers=sent)


def accounts_of(world: World, *, is_local: bool = True) -> Accounts:
    return Accounts(
        store=world.store.accounts,
        clock=world.clock,
        passwords=PlainPasswords(),
        throttle=Throttle(world.clock.seconds),
        is_local=is_local,
    )


def token_in(html: str) -> str:
    found = _TOKEN.search(html)
    assert found, "the page has no form of its session"
    return found[1]

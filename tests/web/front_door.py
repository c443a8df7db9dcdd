"""The pages behind the real front door: sessions, cookies and forms as a browser has them."""

from __future__ import annotations

import re
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import Any

import httpx
from starlette.applications import Starlette

from leakguard.extract import Limits
from leakguard.model.account import Role
from leakguard.service.account_desk import AccountDesk
from leakguard.service.consents import Consents
from leakguard.service.own_account import OwnAccount
from leakguard.service.queue import Queue
from leakguard.web import House, site
from leakguard.web.doorkeeper import SessionDoorkeeper
from leakguard.web.entrances import Entrances
from leakguard.workers import Workers, WorkerSettings
from tests.unit.accounts.people import CONSOLE, PASSWORD, RAE
from tests.unit.service.world import World
from tests.web.office import ORIGIN, accounts_of

_TOKEN = re.compile(r'name="csrf" value="([^"]+)"')


@dataclass
class Browser:
    """Keeps cookies, follows nothing by itself, and sends forms as browsers do."""

    client: httpx.AsyncClient
    origin: str

    async def get(self, path: str, **headers: str) -> httpx.Response:
        return await self.client.get(path, headers=headers)

    async def post(self, path: str, page: str = "", **fields: Any) -> httpx.Response:
        """page: where the form stands, for its token."""
        if page:
            found = _TOKEN.search((await self.get(page)).text)
            assert found, f"{page} has no form"
            fields["csrf"] = found[1]
        sent = {"origin": self.origin, "sec-fetch-site": "same-origin"}
        return await self.client.post(path, data=fields, headers=sent)

    async def sign_in(self, handle: str = RAE, password: str = PASSWORD, **fields: str) -> httpx.Response:
        return await self.post("/sign-in", handle=handle, password=password, **fields)


@dataclass(kw_only=True)
class FrontDoor:
    world: World = field(default_factory=World)
    entrances: Entrances = field(default_factory=Entrances)
    origin: str = ORIGIN
    is_local: bool = True
    consents: Consents | None = None

    def __post_init__(self) -> None:
        self.accounts = accounts_of(self.world, is_local=self.is_local)
        self.app: Starlette = site(self.house())

    def house(self) -> House:
        is_https = self.origin.startswith("https")
        return House(
            current=self.world.current,
            store=self.world.store,
            clock=self.world.clock,
            notices=self.world.notices,
            queue=Queue(store=self.world.store, clock=self.world.clock),
            previewer=Workers(WorkerSettings(count=0), Limits()),
            checking=self.world.checking(),
            doorkeeper=SessionDoorkeeper(accounts=self.accounts, entrances=self.entrances, is_https=is_https),
            accounts=self.accounts,
            entrances=self.entrances,
            origin=self.origin,
            consents=self.consents,
        )

    @asynccontextmanager
    async def browser(self, client: str = "192.0.2.7", **headers: str) -> AsyncIterator[Browser]:
        transport = httpx.ASGITransport(app=self.app, raise_app_exceptions=False, client=(client, 4711))
        async with httpx.AsyncClient(transport=transport, base_url=self.origin, headers=headers) as made:
            yield Browser(made, self.origin)

    async def add(self, handle: str = RAE, *roles: Role) -> None:
        desk = AccountDesk(store=self.accounts.store, clock=self.world.clock, actor=CONSOLE)
        _, code = await desk.create(handle, handle.partition("@")[0].title(), frozenset(roles or (Role.REVIEWER,)))
        await OwnAccount(accounts=self.accounts).welcome(code, PASSWORD)

"""The small office with its API, and programs that carry tokens of people."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any

import httpx

from leakguard.model.account import Account, ApiToken, Role, Scope
from leakguard.service.account_ports import AddAccount, AddToken
from leakguard.service.accounts import digest_of
from leakguard.web import site
from leakguard.web.api import mounted
from tests.unit.service.world import JOE, World
from tests.web.office import ORIGIN, Office
from tests.web.reader import Reader

RAE = "rae@stats.example"


@dataclass
class Program:
    """A client of the API; token: what it carries."""

    app: Any
    token: str = ""
    headers: dict[str, str] = field(default_factory=dict)

    async def ask(self, method: str, path: str, **given: Any) -> httpx.Response:
        headers = {**({"authorization": f"Bearer {self.token}"} if self.token else {}), **self.headers}
        transport = httpx.ASGITransport(app=self.app, raise_app_exceptions=False)
        async with httpx.AsyncClient(transport=transport, base_url=ORIGIN, headers=headers) as client:
            return await client.request(method, f"/api/v1{path}", **given)

    async def get(self, path: str, **given: Any) -> httpx.Response:
        return await self.ask("GET", path, **given)

    async def post(self, path: str, given: Any = None, **more: Any) -> httpx.Response:
        return await self.ask("POST", path, json={} if given is None else given, **more)


@dataclass(kw_only=True)
class ApiOffice:
    world: World = field(default_factory=lambda: World(inspector=Reader()))

    def __post_init__(self) -> None:
        self.office = Office(world=self.world)
        self.house = self.office.house
        self.app = site(self.house, mounts=[mounted(self.house)])

    async def program(self, *scopes: Scope, roles: set[Role] | None = None, handle: str = RAE) -> Program:
        """One that carries a token of this person; the account is made when it is not there."""
        store, now = self.house.accounts.store, self.world.clock.now()
        if await store.account(handle) is None:
            wanted = frozenset(roles if roles is not None else {Role.REVIEWER})
            await store.commit([AddAccount(account=Account(handle=handle, roles=wanted, created_at=now))], [])
        text = f"token of {handle} {'-'.join(sorted(scopes))}"
        token = ApiToken(
            digest=digest_of(text),
            handle=handle,
            name="test",
            scopes=frozenset(scopes),
            created_at=now,
            expires_at=now + timedelta(days=30),
        )
        await store.commit([AddToken(token=token)], [])
        return Program(self.app, text)

    async def hold(self, text: str = "LMS rose", **more: Any) -> str:
        await self.world.submit(text, sender=more.pop("sender", JOE), **more)
        return str((await self.world.all_held())[-1].id)

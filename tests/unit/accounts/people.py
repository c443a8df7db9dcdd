"""Accounts for tests: an administrator, a reviewer, and everything around them but the work of hashing."""

from __future__ import annotations

import itertools
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta

from leakguard.clock import SetClock
from leakguard.model.account import Actor, Role, Session, SessionTimes
from leakguard.service.account_desk import AccountDesk
from leakguard.service.accounts import Accounts
from leakguard.service.own_account import OwnAccount
from leakguard.service.throttle import Throttle
from leakguard.store.memory import MemoryStore
from tests.fakes.passwords import PlainPasswords

START = datetime(2031, 3, 18, 9, 0, tzinfo=UTC)
RAE, ADA, EVE = "rae@stats.example", "ada@stats.example", "eve@stats.example"
PASSWORD, OTHER = "correct horse battery", "staple battery horse"
CLIENT, ELSEWHERE = "192.0.2.7", "198.51.100.9"
SECRET = bytes(range(20))
CONSOLE = Actor(handle="root", is_console=True)


@dataclass(kw_only=True)
class People:
    clock: SetClock = field(default_factory=lambda: SetClock(START))
    store: MemoryStore = field(default_factory=MemoryStore)
    passwords: PlainPasswords = field(default_factory=PlainPasswords)
    times: SessionTimes = field(default_factory=SessionTimes)
    is_local: bool = True

    def __post_init__(self) -> None:
        counter = itertools.count(1)
        self.new_token = lambda: f"token-{next(counter)}"
        self.throttle = Throttle(self.clock.seconds)
        self.accounts = Accounts(
            store=self.store.accounts,
            clock=self.clock,
            passwords=self.passwords,
            throttle=self.throttle,
            new_token=self.new_token,
            times=self.times,
            is_local=self.is_local,
        )
        self.own = OwnAccount(accounts=self.accounts)

    def desk(self, *roles: Role, handle: str = ADA, is_console: bool = False) -> AccountDesk:
        actor = Actor(handle=handle, roles=frozenset(roles), is_console=is_console)
        return AccountDesk(store=self.store.accounts, clock=self.clock, actor=actor, new_token=self.new_token)

    async def add(self, handle: str = RAE, *roles: Role, password: str = PASSWORD) -> None:
        """As it goes: the console makes the account, and its owner follows the link."""
        wanted = frozenset(roles or (Role.REVIEWER,))
        _, code = await self.desk(is_console=True, handle="root").create(handle, handle.partition("@")[0], wanted)
        await self.own.welcome(code, password)

    async def signed_in(self, handle: str = RAE, *roles: Role) -> Session:
        await self.add(handle, *roles)
        session, _ = await self.accounts.sign_in(handle, PASSWORD, client=CLIENT)
        return session

    def later(self, **by: float) -> None:
        self.clock.set(self.clock.now() + timedelta(**by))

    async def events(self, after: int = 0) -> list[str]:
        return [each.kind for each in await self.store.audit(after=after)]

    async def last_event(self) -> dict[str, object]:
        last = (await self.store.audit())[-1]
        return {
            "event": last.kind,
            "actor": last.actor,
            **{k: v for k, v in last.body.items() if k not in ("at", "actor")},
        }

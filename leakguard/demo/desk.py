"""The people who sit before the demo's pages, and their one password: made for this run, and gone with it."""

from __future__ import annotations

import secrets

from leakguard.clock import GuardedClock
from leakguard.model.account import Actor, Role
from leakguard.service.account_desk import AccountDesk
from leakguard.service.accounts import Accounts
from leakguard.service.own_account import OwnAccount
from leakguard.service.passwords import Argon2Passwords
from leakguard.service.ports import Store
from leakguard.service.throttle import Throttle

PEOPLE = (
    (
        "producer@stats.example",
        "Pat Producer",
        frozenset({Role.REVIEWER, Role.APPROVER, Role.PRA_OFFICER, Role.AUDITOR}),
    ),
    ("cleared@dept.example", "Chris Cleared", frozenset({Role.REVIEWER, Role.APPROVER})),
    ("outsider@dept.example", "Oli Outsider", frozenset({Role.REVIEWER})),
)


async def seat(store: Store, clock: GuardedClock) -> str:
    """Make their accounts; returns the password. The last of them has no access: they see metadata only."""
    password = "-".join(secrets.token_hex(2) for _ in range(4))
    console = Actor(handle="demo", is_console=True)
    desk = AccountDesk(store=store.accounts, clock=clock, actor=console)
    passwords = Argon2Passwords()
    accounts = Accounts(store=store.accounts, clock=clock, passwords=passwords, throttle=Throttle(clock.seconds))
    for handle, name, roles in PEOPLE:
        _, code = await desk.create(handle, name, roles)
        await OwnAccount(accounts=accounts).welcome(code, password)
    return password

"""What an administrator does about accounts. Passwords are no business of theirs: they hand on one-time links."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from leakguard.model.account import Account, Actor, Link, Role
from leakguard.model.account_events import AccountChanged, AccountCreated
from leakguard.model.address import canonical
from leakguard.model.errors import Forbidden, NotFound, Refused, Stale
from leakguard.service.account_ports import (
    AccountStore,
    AddAccount,
    AddLink,
    Change,
    DropLink,
    DropTokens,
    EndSessions,
    SaveAccount,
)
from leakguard.service.accounts import digest_of, new_token
from leakguard.service.authority import Permission, require
from leakguard.service.ports import Clock

LINK_COUNTS_FOR = timedelta(hours=24)
_ADDRESS = re.compile(r"[^@\s<>]+@[^@\s<>]+")
_LONGEST_HANDLE, _LONGEST_NAME = 254, 100


@dataclass(frozen=True, slots=True, kw_only=True)
class AccountDesk:
    """actor: who acts. Every method raises Forbidden; those that change an account raise NotFound, Refused, Stale."""

    store: AccountStore
    clock: Clock
    actor: Actor
    new_token: Callable[[], str] = new_token

    async def listing(self) -> tuple[Account, ...]:
        require(self.actor, Permission.KEEP_ACCOUNTS)
        return await self.store.accounts()

    async def account(self, handle: str) -> Account:
        require(self.actor, Permission.KEEP_ACCOUNTS)
        return await self._found(handle)

    async def create(self, handle: str, name: str, roles: frozenset[Role]) -> tuple[Account, str]:
        """The account, and the code of the link by which its owner sets a password: once, within 24 hours."""
        require(self.actor, Permission.KEEP_ACCOUNTS)
        now = self.clock.now()
        account = Account(handle=_handle(handle), name=_name(name), roles=_some(roles), created_at=now)
        event = AccountCreated(at=now, actor=self.actor.handle, handle=account.handle, roles=_sorted(roles))
        link, code = self._link(account.handle, now)
        try:
            await self.store.commit([AddAccount(account=account), AddLink(link=link)], [event])
        except Stale:
            raise Refused(f"there is an account of {account.handle} already") from None
        return account, code

    async def disable(self, handle: str) -> Account:
        """Nobody signs in with it any more, and whoever is signed in is out. Its tokens are void."""
        account = await self._others(handle)
        if account.is_disabled:
            raise Refused(f"{account.handle} is disabled already")
        changed = replace(account, is_disabled=True)
        return await self._save(changed, "disabled", *_out(account.handle), DropLink(handle=account.handle))

    async def enable(self, handle: str) -> Account:
        account = await self._others(handle)
        if not account.is_disabled:
            raise Refused(f"{account.handle} is not disabled")
        return await self._save(replace(account, is_disabled=False), "enabled")

    async def set_roles(self, handle: str, roles: frozenset[Role]) -> Account:
        """These and no others, from the next request on."""
        account = await self._others(handle)
        return await self._save(replace(account, roles=_some(roles)), "roles")

    async def reset(self, handle: str) -> tuple[Account, str]:
        """A new link instead of the password, the codes, the sessions and the tokens of this account."""
        account = await self._others(handle)
        if account.is_disabled:
            raise Refused(f"{account.handle} is disabled; enable it first")
        link, code = self._link(account.handle, self.clock.now())
        emptied = replace(account, password=None, totp_secret=None)
        return await self._save(emptied, "reset", *_out(account.handle), AddLink(link=link)), code

    def _link(self, handle: str, now: datetime) -> tuple[Link, str]:
        code = self.new_token()
        return Link(digest=digest_of(code), handle=handle, expires_at=now + LINK_COUNTS_FOR), code

    async def _found(self, handle: str) -> Account:
        account = await self.store.account(canonical(handle))
        if account is None:
            raise NotFound("there is no account of that address")
        return account

    async def _others(self, handle: str) -> Account:
        """Somebody else's account: nobody gives rights to themselves, and nobody locks themselves out."""
        require(self.actor, Permission.KEEP_ACCOUNTS)
        account = await self._found(handle)
        if account.handle == canonical(self.actor.handle) and not self.actor.is_console:
            raise Forbidden("nobody changes their own account here; ask another administrator")
        return account

    async def _save(self, account: Account, change: str, *changes: Change) -> Account:
        event = AccountChanged(
            at=self.clock.now(),
            actor=self.actor.handle,
            handle=account.handle,
            change=change,
            roles=_sorted(account.roles),
        )
        await self.store.commit([SaveAccount(account=account), *changes], [event])
        return replace(account, revision=account.revision + 1)


def _out(handle: str) -> tuple[Change, ...]:
    return EndSessions(handle=handle), DropTokens(handle=handle)


def _handle(handle: str) -> str:
    handle = canonical(handle)
    if not _ADDRESS.fullmatch(handle) or len(handle) > _LONGEST_HANDLE or not handle.isprintable():
        raise Refused("the handle of an account is an e-mail address, such as rae@stats.example")
    return handle


def _name(name: str) -> str:
    name = " ".join(name.split())
    if len(name) > _LONGEST_NAME or not name.isprintable():
        raise Refused(f"a name is at most {_LONGEST_NAME} letters")
    return name


def _some(roles: frozenset[Role]) -> frozenset[Role]:
    if not roles:
        raise Refused("give at least one role; to take away all of them, disable the account")
    return roles


def _sorted(roles: frozenset[Role]) -> tuple[Role, ...]:
    return tuple(each for each in Role if each in roles)

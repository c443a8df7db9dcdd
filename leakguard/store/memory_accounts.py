"""The accounts of the store for tests."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from typing import assert_never

from leakguard.model.account import Account, ApiToken, Link, Session
from leakguard.model.errors import NotFound, Refused, Stale
from leakguard.model.events import Event
from leakguard.service.account_ports import (
    AddAccount,
    AddLink,
    AddToken,
    Change,
    DropLink,
    DropToken,
    DropTokens,
    EndSession,
    EndSessions,
    SaveAccount,
    StartSession,
    SweepSessions,
    TakeLink,
    TouchSession,
)


class MemoryAccounts:
    """check: raises when the store is away. record: appends to its audit."""

    def __init__(self, check: Callable[[], None], record: Callable[[Sequence[Event]], None]) -> None:
        self._check, self._record = check, record
        self._accounts: dict[str, Account] = {}
        self._sessions: dict[str, Session] = {}
        self._tokens: dict[str, ApiToken] = {}
        self._links: dict[str, Link] = {}

    async def account(self, handle: str) -> Account | None:
        self._check()
        return self._accounts.get(handle)

    async def accounts(self) -> tuple[Account, ...]:
        self._check()
        return tuple(self._accounts[each] for each in sorted(self._accounts))

    async def session(self, digest: str) -> Session | None:
        self._check()
        return self._sessions.get(digest)

    async def sessions_of(self, handle: str) -> tuple[Session, ...]:
        self._check()
        found = (each for each in self._sessions.values() if each.handle == handle)
        return tuple(sorted(found, key=lambda each: (each.created_at, each.digest)))

    async def token(self, digest: str) -> ApiToken | None:
        self._check()
        return self._tokens.get(digest)

    async def tokens_of(self, handle: str) -> tuple[ApiToken, ...]:
        self._check()
        found = (each for each in self._tokens.values() if each.handle == handle)
        return tuple(sorted(found, key=lambda each: (each.created_at, each.digest)))

    async def link(self, digest: str) -> Link | None:
        self._check()
        return next((each for each in self._links.values() if each.digest == digest), None)

    async def commit(self, changes: Sequence[Change], events: Sequence[Event] = ()) -> None:
        self._check()
        before = self._accounts, self._sessions, self._tokens, self._links
        self._accounts, self._sessions, self._tokens, self._links = (  # worked on as copies: all of it or nothing
            dict(self._accounts),
            dict(self._sessions),
            dict(self._tokens),
            dict(self._links),
        )
        try:
            for each in changes:
                self._make(each)
        except BaseException:
            self._accounts, self._sessions, self._tokens, self._links = before
            raise
        self._record(events)

    def _make(self, change: Change) -> None:  # noqa: C901, PLR0912 - a row for each kind of change
        match change:
            case AddAccount(account=account):
                _must(account.handle not in self._accounts)
                self._accounts[account.handle] = account
            case SaveAccount(account=account):
                self._save(account)
            case StartSession(session=session):
                self._sessions[session.digest] = session
            case TouchSession(digest=digest, seen_at=seen_at):
                if found := self._sessions.get(digest):
                    self._sessions[digest] = replace(found, seen_at=max(found.seen_at, seen_at))
            case EndSession(digest=digest, must_be_there=must):
                _must(digest in self._sessions or not must)
                self._sessions.pop(digest, None)
            case EndSessions(handle=handle):
                self._sessions = {key: each for key, each in self._sessions.items() if each.handle != handle}
            case SweepSessions(created_until=until):
                self._sessions = {key: each for key, each in self._sessions.items() if each.created_at > until}
            case AddToken(token=token):
                self._tokens[token.digest] = token
            case DropToken(digest=digest):
                self._tokens.pop(digest, None)
            case DropTokens(handle=handle):
                self._tokens = {key: each for key, each in self._tokens.items() if each.handle != handle}
            case AddLink(link=link):
                self._links[link.handle] = link
            case TakeLink(digest=digest):
                left = {key: each for key, each in self._links.items() if each.digest != digest}
                _must(len(left) < len(self._links))
                self._links = left
            case DropLink(handle=handle):
                self._links.pop(handle, None)
            case _:
                assert_never(change)

    def _save(self, account: Account) -> None:
        stored = self._accounts.get(account.handle)
        if stored is None:
            raise NotFound("there is no account of that handle")
        _must(stored.revision == account.revision)
        self._accounts[account.handle] = replace(account, created_at=stored.created_at, revision=account.revision + 1)
        if stored.keeps_accounts and not any(each.keeps_accounts for each in self._accounts.values()):
            raise Refused("this is the last account that may keep accounts; make another administrator first")


def _must(done: bool) -> None:
    if not done:
        raise Stale("somebody else changed this account first")

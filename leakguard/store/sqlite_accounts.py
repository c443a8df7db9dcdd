"""The accounts of one node, in the file of its held messages and through the same writing thread."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any, TypeVar, assert_never

import apsw

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
from leakguard.store import account_rows, rows
from leakguard.store.codec import column, time_text
from leakguard.store.queries import QUERIES
from leakguard.store.writer import Writer

T = TypeVar("T")


class SqliteAccounts:
    """Reached as `SqliteStore.accounts`, which opens and closes the file."""

    def __init__(self, writer: Writer) -> None:
        self._writer = writer

    async def account(self, handle: str) -> Account | None:
        return await self._first("account", {"handle": column(handle)}, account_rows.account_of)

    async def accounts(self) -> tuple[Account, ...]:
        return await self._every("accounts", {}, account_rows.account_of)

    async def session(self, digest: str) -> Session | None:
        return await self._first("session", {"digest": digest}, account_rows.session_of)

    async def sessions_of(self, handle: str) -> tuple[Session, ...]:
        return await self._every("sessions_of", {"handle": column(handle)}, account_rows.session_of)

    async def token(self, digest: str) -> ApiToken | None:
        return await self._first("token", {"digest": digest}, account_rows.token_of)

    async def tokens_of(self, handle: str) -> tuple[ApiToken, ...]:
        return await self._every("tokens_of", {"handle": column(handle)}, account_rows.token_of)

    async def link(self, digest: str) -> Link | None:
        return await self._first("link", {"digest": digest}, account_rows.link_of)

    async def commit(self, changes: Sequence[Change], events: Sequence[Event] = ()) -> None:
        def work(db: apsw.Connection) -> None:
            for each in changes:
                _make(db, each)
            db.executemany(QUERIES["add_audit"], (rows.audit_values(each) for each in events))

        await self._writer.write(work)

    async def _every(self, name: str, values: rows.Values, of: Callable[[rows.Row], T]) -> tuple[T, ...]:
        found = await self._writer.read(lambda db: list(db.execute(QUERIES[name], values)))
        return tuple(of(each) for each in found)

    async def _first(self, name: str, values: rows.Values, of: Callable[[rows.Row], T]) -> T | None:
        return next(iter(await self._every(name, values, of)), None)


def _make(db: apsw.Connection, change: Change) -> None:  # noqa: C901, PLR0912 - a row for each kind of change
    match change:
        case AddAccount(account=account):
            _must(_do(db, "add_account", account_rows.account_values(account)))
        case SaveAccount(account=account):
            _save_account(db, account)
        case StartSession(session=session):
            _do(db, "start_session", account_rows.session_values(session))
        case TouchSession(digest=digest, seen_at=seen_at):
            _do(db, "touch_session", {"digest": digest, "seen_at": time_text(seen_at)})
        case EndSession(digest=digest, must_be_there=must):
            ended = _do(db, "end_session", {"digest": digest})
            _must(ended or not must)
        case EndSessions(handle=handle):
            _do(db, "end_sessions", {"handle": column(handle)})
        case SweepSessions(created_until=until):
            _do(db, "sweep_sessions", {"created_until": time_text(until)})
        case AddToken(token=token):
            _do(db, "add_token", account_rows.token_values(token))
        case DropToken(digest=digest):
            _do(db, "drop_token", {"digest": digest})
        case DropTokens(handle=handle):
            _do(db, "drop_tokens", {"handle": column(handle)})
        case AddLink(link=link):
            _do(db, "add_link", account_rows.link_values(link))
        case TakeLink(digest=digest):
            _must(_do(db, "take_link", {"digest": digest}))
        case DropLink(handle=handle):
            _do(db, "drop_link", {"handle": column(handle)})
        case _:
            assert_never(change)


def _do(db: apsw.Connection, name: str, values: rows.Values) -> list[Any]:
    """The rows that came back: of a statement with RETURNING, those it changed."""
    return list(db.execute(QUERIES[name], values))


def _must(done: object) -> None:
    if not done:
        raise Stale("somebody else changed this account first")


def _save_account(db: apsw.Connection, account: Account) -> None:
    found = _do(db, "account", {"handle": column(account.handle)})
    if not found:
        raise NotFound("there is no account of that handle")
    _must(_do(db, "save_account", account_rows.account_values(account)))
    kept_accounts = account_rows.account_of(found[0]).keeps_accounts
    if kept_accounts and _do(db, "count_keepers", {}) == [(0,)]:
        raise Refused("this is the last account that may keep accounts; make another administrator first")

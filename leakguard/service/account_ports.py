"""What the use cases about accounts need from the outside world: a store, and somebody who hashes passwords."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Protocol, TypeAlias

from leakguard.model.account import Account, ApiToken, Link, Session
from leakguard.model.events import Event


@dataclass(frozen=True, slots=True, kw_only=True)
class AddAccount:
    """Stale when there is one of that handle."""

    account: Account


@dataclass(frozen=True, slots=True, kw_only=True)
class SaveAccount:
    """Stale unless `account.revision` is still the stored one; Refused when nobody would be left to keep accounts."""

    account: Account


@dataclass(frozen=True, slots=True, kw_only=True)
class StartSession:
    session: Session


@dataclass(frozen=True, slots=True, kw_only=True)
class TouchSession:
    digest: str = field(repr=False)
    seen_at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class EndSession:
    """must_be_there: Stale when somebody else ended it."""

    digest: str = field(repr=False)
    must_be_there: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class EndSessions:
    handle: str


@dataclass(frozen=True, slots=True, kw_only=True)
class SweepSessions:
    """Forget those that were created then or before."""

    created_until: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class AddToken:
    token: ApiToken


@dataclass(frozen=True, slots=True, kw_only=True)
class DropToken:
    digest: str = field(repr=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class DropTokens:
    handle: str


@dataclass(frozen=True, slots=True, kw_only=True)
class AddLink:
    """The only one of its account from now on."""

    link: Link


@dataclass(frozen=True, slots=True, kw_only=True)
class TakeLink:
    """Stale when it is not there: each works once."""

    digest: str = field(repr=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class DropLink:
    handle: str


Change: TypeAlias = (
    AddAccount
    | SaveAccount
    | StartSession
    | TouchSession
    | EndSession
    | EndSessions
    | SweepSessions
    | AddToken
    | DropToken
    | DropTokens
    | AddLink
    | TakeLink
    | DropLink
)


class AccountStore(Protocol):
    """Accounts and what hangs on them, beside the audit. Every method raises StoreUnavailable, as those of Store do."""

    async def account(self, handle: str) -> Account | None: ...

    async def accounts(self) -> tuple[Account, ...]:
        """By handle."""
        ...

    async def session(self, digest: str) -> Session | None: ...

    async def sessions_of(self, handle: str) -> tuple[Session, ...]:
        """Oldest first."""
        ...

    async def token(self, digest: str) -> ApiToken | None: ...

    async def tokens_of(self, handle: str) -> tuple[ApiToken, ...]:
        """Oldest first."""
        ...

    async def link(self, digest: str) -> Link | None: ...

    async def commit(self, changes: Sequence[Change], events: Sequence[Event] = ()) -> None:
        """All of it in this order with its events, or nothing; durable on return. Raises Stale, NotFound, Refused."""
        ...


class Passwords(Protocol):
    async def hashed(self, password: str) -> str:
        """A PHC string. Raises TooManyTries when too many wait."""
        ...

    async def fits(self, password: str, phc: str | None) -> bool:
        """False for None, and as late as for a password that is wrong. Raises TooManyTries when too many wait."""
        ...

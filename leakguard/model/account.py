"""Who acts at the desk, and as what. A role is what somebody may do; a grant is what they may see before its lift."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime, timedelta
from enum import StrEnum


class Role(StrEnum):
    """REVIEWER decides on held messages. APPROVER is the second person. PRA_OFFICER acts on releases and access.

    AUDITOR reads the record. ADMINISTRATOR keeps accounts, and sees no message. ref: CoP T3.3, T3.4
    """

    REVIEWER = "reviewer"
    APPROVER = "approver"
    PRA_OFFICER = "pra_officer"
    AUDITOR = "auditor"
    ADMINISTRATOR = "administrator"


class Scope(StrEnum):
    """What an API token may be used for, within the roles of its owner. None of them reads content."""

    READ = "read"
    DECIDE = "decide"
    CHECK = "check"
    RELEASES = "releases"
    AUDIT = "audit"


class SignedInBy(StrEnum):
    LOCAL = "local"  # a password, and a code where the account has one
    OIDC = "oidc"
    PROXY = "proxy"


@dataclass(frozen=True, slots=True, kw_only=True)
class Actor:
    """Somebody who is signed in, as the use cases know them.

    handle: canonical e-mail address; the access lists know them by it, and the audit names them so.
    is_console: whoever can read the store and the key of this machine: the command line. Every role, no page.
    scopes: what their API token is limited to; None for a person before a page.
    """

    handle: str
    name: str = ""
    roles: frozenset[Role] = frozenset()
    is_console: bool = False
    scopes: frozenset[Scope] | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Account:
    """handle: canonical e-mail address. password: a PHC string; None until somebody sets one.

    totp_step: the last time step whose code was used; a code counts once.
    """

    handle: str
    name: str = ""
    roles: frozenset[Role] = frozenset()
    password: str | None = field(default=None, repr=False)
    totp_secret: bytes | None = field(default=None, repr=False)
    totp_step: int = 0
    is_disabled: bool = False
    created_at: datetime
    signed_in_at: datetime | None = None
    revision: int = 0

    def actor(self, scopes: frozenset[Scope] | None = None) -> Actor:
        """Its owner, at work. scopes: of the API token that they come with."""
        return Actor(handle=self.handle, name=self.name, roles=self.roles, scopes=scopes)

    @property
    def keeps_accounts(self) -> bool:
        return Role.ADMINISTRATOR in self.roles and not self.is_disabled


@dataclass(frozen=True, slots=True, kw_only=True)
class SessionTimes:
    """fresh: how long after a password a sensitive act needs no other one."""

    idle: timedelta = timedelta(minutes=30)
    in_all: timedelta = timedelta(hours=12)
    fresh: timedelta = timedelta(minutes=5)


@dataclass(frozen=True, slots=True, kw_only=True)
class Session:
    """digest: SHA-256 of the token, which only the browser has.

    signed_in_at: when they last proved who they are; created_at stays when they prove it again.
    """

    digest: str = field(repr=False)
    handle: str
    csrf: str = field(repr=False)
    created_at: datetime
    seen_at: datetime
    signed_in_at: datetime
    signed_in_by: SignedInBy = SignedInBy.LOCAL
    client: str = ""

    def ends_at(self, times: SessionTimes) -> datetime:
        """If nothing is done until then."""
        return min(self.seen_at + times.idle, self.created_at + times.in_all)

    def is_over(self, now: datetime, times: SessionTimes) -> bool:
        return now >= self.ends_at(times)

    def is_fresh(self, now: datetime, times: SessionTimes) -> bool:
        """Whether a sensitive act may be done. A proxy signs people in by itself and cannot be asked again."""
        return self.signed_in_by is SignedInBy.PROXY or now < self.signed_in_at + times.fresh


@dataclass(frozen=True, slots=True, kw_only=True)
class ApiToken:
    """digest: SHA-256 of the token, which was shown once."""

    digest: str = field(repr=False)
    handle: str
    name: str
    scopes: frozenset[Scope]
    created_at: datetime
    expires_at: datetime

    @property
    def id(self) -> str:
        """Names the token in lists and in the audit; of no use to sign in."""
        return self.digest[:12]


@dataclass(frozen=True, slots=True, kw_only=True)
class Link:
    """A way to set a password once. digest: SHA-256 of the code in it."""

    digest: str = field(repr=False)
    handle: str
    expires_at: datetime

"""Sign-in and sessions: who is at the door, by what proof, and for how long.

Rule of this file: whoever is refused learns nothing but that; and takes as long to learn it.
ref: OWASP ASVS 5.0 V6 (authentication), V7 (sessions)
"""

from __future__ import annotations

import hashlib
import secrets
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta

from leakguard.model.account import Account, Actor, Role, Session, SessionTimes, SignedInBy
from leakguard.model.account_events import AccountChanged, AccountCreated, SignedIn, SignedOut, SignInFailed
from leakguard.model.address import canonical
from leakguard.model.errors import NotSignedIn, Refused, Stale
from leakguard.model.events import Event
from leakguard.service.account_ports import (
    AccountStore,
    AddAccount,
    Change,
    EndSession,
    EndSessions,
    Passwords,
    SaveAccount,
    StartSession,
    SweepSessions,
    TouchSession,
)
from leakguard.service.ports import Clock
from leakguard.service.throttle import Throttle
from leakguard.service.totp import step_of

WRONG = "The address, the password or the code is not right."
SEEN_EVERY = timedelta(minutes=1)  # a session's last use is written no more often: each write is an fsync
_TRIES = 3


def new_token() -> str:
    return secrets.token_urlsafe(32)


def digest_of(token: str) -> str:
    """What the store keeps of a token of 256 random bits."""
    return hashlib.sha256(token.encode("utf-8", "surrogatepass")).hexdigest()


@dataclass(frozen=True, slots=True, kw_only=True)
class Accounts:
    """is_local: whether passwords count here. A token is returned once and kept by its digest."""

    store: AccountStore
    clock: Clock
    passwords: Passwords
    throttle: Throttle
    new_token: Callable[[], str] = new_token
    times: SessionTimes = field(default_factory=SessionTimes)
    is_local: bool = True

    async def sign_in(
        self, handle: str, password: str, code: str = "", client: str = "", replaces: str = ""
    ) -> tuple[Session, str]:
        """The session and its token. replaces: the token of the browser's session until now, which ends.

        Raises NotSignedIn, TooManyTries.
        """
        handle = canonical(handle)
        account = await self._proved(handle, password, client)
        for _ in range(_TRIES):
            if account is None or (ready := _with_code(account, code, self.clock.now())) is None:
                break
            try:
                made = await self._start(ready, SignedInBy.LOCAL, client, replaces)
            except Stale:  # somebody changed the account meanwhile, or signed in to it
                account = await self._unchanged(account)
                continue
            self.throttle.succeeded(handle, client)
            return made
        raise await self._failed(handle, client)

    async def admit(
        self, handle: str, by: SignedInBy, name: str = "", roles: frozenset[Role] | None = None, client: str = ""
    ) -> tuple[Session, str]:
        """A session for somebody whom another service vouches for.

        roles: what that service says they may do, made so here; None leaves that to the account, which must be there.
        Raises NotSignedIn, TooManyTries, Refused.
        """
        handle = canonical(handle)
        for _ in range(_TRIES):
            account = await self.store.account(handle)
            try:
                if account is None and roles is not None:
                    account = await self._add(handle, by, name, roles)
                if account is None or account.is_disabled or not (account.roles if roles is None else roles):
                    break
                return await self._start(account, by, client, roles=roles)
            except Stale:
                continue
        self.throttle.count(handle, client)  # how often a failure is written down
        raise await self._failed(handle, client)

    async def re_authenticate(self, session: Session, password: str, client: str = "") -> tuple[Session, str]:
        """Prove once more who they are: the same session under a new token. Raises NotSignedIn, TooManyTries."""
        account = await self._proved(session.handle, password, client)
        if account is None:
            raise await self._failed(session.handle, client)
        now, token = self.clock.now(), self.new_token()
        again = replace(session, digest=digest_of(token), csrf=self.new_token(), seen_at=now, signed_in_at=now)
        changes: list[Change] = [EndSession(digest=session.digest, must_be_there=True), StartSession(session=again)]
        event = SignedIn(at=now, actor=session.handle, by=SignedInBy.LOCAL, client=client, again=True)
        try:
            await self.store.commit([SaveAccount(account=account), *changes], [event])
        except Stale:
            raise NotSignedIn("your session or account changed meanwhile; sign in again") from None
        self.throttle.succeeded(session.handle, client)
        return again, token

    async def session_of(self, token: str, *, touch: bool = True) -> Session | None:
        """The session of a browser, if it is not over. touch: somebody is at work, and its idle time starts anew."""
        now = self.clock.now()
        session = await self.store.session(digest_of(token)) if token else None
        if session is None or session.is_over(now, self.times):
            return None
        if touch and now - session.seen_at >= SEEN_EVERY:
            await self.store.commit([TouchSession(digest=session.digest, seen_at=now)])
            return replace(session, seen_at=now)
        return session

    async def actor_of(self, session: Session) -> Actor:
        """With the roles of this moment. Raises NotSignedIn."""
        account = await self.store.account(session.handle)
        if account is None or account.is_disabled:
            raise NotSignedIn("this account is disabled")
        return account.actor()

    async def bearer(self, token: str) -> Actor:
        """Who uses this API token, and for what. Raises NotSignedIn."""
        found = await self.store.token(digest_of(token))
        account = await self.store.account(found.handle) if found else None
        if found is None or account is None or account.is_disabled or found.expires_at <= self.clock.now():
            raise NotSignedIn("this token is unknown, expired or revoked")
        return account.actor(found.scopes)

    async def sign_out(self, session: Session) -> None:
        event = SignedOut(at=self.clock.now(), actor=session.handle)
        await self.store.commit([EndSession(digest=session.digest)], [event])

    async def sign_out_everywhere(self, session: Session) -> None:
        """Every browser of this account, this one too."""
        event = SignedOut(at=self.clock.now(), actor=session.handle, everywhere=True)
        await self.store.commit([EndSessions(handle=session.handle)], [event])

    async def proved(self, session: Session, password: str, client: str = "") -> Account:
        """The account, if this is its password: for changing what guards it. Raises NotSignedIn, TooManyTries."""
        account = await self._proved(session.handle, password, client)
        if account is None:
            raise await self._failed(session.handle, client)
        self.throttle.succeeded(session.handle, client)
        return account

    async def _proved(self, handle: str, password: str, client: str) -> Account | None:
        """The account whose password this is. One hash is compared, whatever there is. Raises TooManyTries, Refused."""
        if not self.is_local:
            raise Refused("passwords are not used here")
        self.throttle.count(handle, client)
        account = await self.store.account(handle)
        usable = account if account is not None and not account.is_disabled else None
        fits = await self.passwords.fits(password, usable.password if usable else None)
        return usable if fits else None

    async def _unchanged(self, account: Account) -> Account | None:
        """The account as it is now, if its password is still the one that was proved."""
        now = await self.store.account(account.handle)
        if now is None or now.is_disabled or now.password != account.password:
            return None
        return now

    async def _failed(self, handle: str, client: str) -> NotSignedIn:
        known = await self.store.account(handle)
        event = SignInFailed(at=self.clock.now(), handle=known.handle if known else "", client=client)
        await self.store.commit([], [event])
        return NotSignedIn(WRONG)

    async def _add(self, handle: str, by: SignedInBy, name: str, roles: frozenset[Role]) -> Account | None:
        if not roles or "@" not in handle:
            return None
        account = Account(handle=handle, name=name, roles=roles, created_at=self.clock.now())
        event = AccountCreated(at=account.created_at, actor=by.value, handle=handle, roles=_sorted(roles))
        await self.store.commit([AddAccount(account=account)], [event])
        return account

    async def _start(
        self,
        account: Account,
        by: SignedInBy,
        client: str,
        replaces: str = "",
        roles: frozenset[Role] | None = None,
    ) -> tuple[Session, str]:
        """Raises Stale when the account changed since it was read."""
        now, token = self.clock.now(), self.new_token()
        session = Session(
            digest=digest_of(token),
            handle=account.handle,
            csrf=self.new_token(),
            created_at=now,
            seen_at=now,
            signed_in_at=now,
            signed_in_by=by,
            client=client,
        )
        events: list[Event] = [SignedIn(at=now, actor=account.handle, by=by, client=client)]
        if roles is not None and roles != account.roles:
            account = replace(account, roles=roles)
            events.insert(0, _roles_by(by, account, now))
        changes: list[Change] = [SaveAccount(account=replace(account, signed_in_at=now)), StartSession(session=session)]
        changes += [EndSession(digest=digest_of(replaces))] if replaces else []
        await self.store.commit([*changes, SweepSessions(created_until=now - self.times.in_all)], events)
        return session, token


def _with_code(account: Account, code: str, now: datetime) -> Account | None:
    """The account after this code was used; None when it needs one and this is none."""
    if account.totp_secret is None:
        return account
    step = step_of(account.totp_secret, code, now, account.totp_step)
    return None if step is None else replace(account, totp_step=step)


def _roles_by(by: SignedInBy, account: Account, now: datetime) -> AccountChanged:
    roles = _sorted(account.roles)
    return AccountChanged(at=now, actor=by.value, handle=account.handle, change="roles", roles=roles)


def _sorted(roles: frozenset[Role]) -> tuple[Role, ...]:
    return tuple(each for each in Role if each in roles)

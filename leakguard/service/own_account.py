"""What everybody does about their own account: its password, its second factor, its API tokens."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import timedelta

from leakguard.model.account import Account, ApiToken, Scope, Session
from leakguard.model.account_events import AccountChanged, TokenMade, TokenRevoked
from leakguard.model.errors import Forbidden, NotFound, Refused, Stale
from leakguard.service.account_ports import (
    AddToken,
    Change,
    DropLink,
    DropToken,
    EndSession,
    EndSessions,
    SaveAccount,
    StartSession,
    TakeLink,
)
from leakguard.service.accounts import Accounts, digest_of
from leakguard.service.authority import scopes_of
from leakguard.service.passwords import weakness
from leakguard.service.totp import step_of

TOKEN_PREFIX = "lgt_"  # so that those who look for lost secrets can find it
LONGEST_TOKEN_DAYS = 365
MOST_TOKENS = 20
VOID = "This link was used, or is older than a day, or there is a newer one. Ask an administrator for another."


@dataclass(frozen=True, slots=True, kw_only=True)
class OwnAccount:
    accounts: Accounts

    async def welcome(self, code: str, password: str) -> Account:
        """Set a password by a one-time link. Raises Refused: the link then still works, unless it was void."""
        store, now = self.accounts.store, self.accounts.clock.now()
        if not self.accounts.is_local:
            raise Refused("passwords are not used here")
        link = await store.link(digest_of(code.strip()))
        account = await store.account(link.handle) if link else None
        if link is None or account is None or account.is_disabled or link.expires_at <= now:
            raise Refused(VOID)
        changed = replace(account, password=await self._hashed(password, account))
        try:
            await self._save(changed, "password", TakeLink(digest=link.digest), EndSessions(handle=account.handle))
        except Stale:
            raise Refused(VOID) from None
        return changed

    async def change_password(self, session: Session, old: str, new: str, client: str = "") -> None:
        """Every other session ends. Raises NotSignedIn, TooManyTries, Refused, Stale."""
        account = await self.accounts.proved(session, old, client)
        changed = replace(account, password=await self._hashed(new, account))
        this_one = EndSession(digest=session.digest, must_be_there=True), StartSession(session=session)
        others = EndSessions(handle=account.handle), DropLink(handle=account.handle)
        await self._save(changed, "password", this_one[0], *others, this_one[1])

    async def start_codes(self, session: Session, password: str, secret: bytes, code: str, client: str = "") -> None:
        """From now on a code is asked at sign-in. code: of this secret, to see that it arrived; it is used then.

        Raises NotSignedIn, TooManyTries, Refused, Stale.
        """
        account = await self.accounts.proved(session, password, client)
        if account.totp_secret is not None:
            raise Refused("codes are asked already; stop them first")
        step = step_of(secret, code, self.accounts.clock.now(), after=0)
        if step is None:
            raise Refused(
                "That code does not fit. Look at the clock of your telephone, and give the code it shows now."
            )
        await self._save(replace(account, totp_secret=secret, totp_step=step), "second_factor_on")

    async def stop_codes(self, session: Session, password: str, client: str = "") -> None:
        """Raises NotSignedIn, TooManyTries, Refused, Stale."""
        account = await self.accounts.proved(session, password, client)
        if account.totp_secret is None:
            raise Refused("no codes are asked")
        await self._save(replace(account, totp_secret=None), "second_factor_off")

    async def issue_token(
        self, session: Session, name: str, scopes: Iterable[Scope], days: int
    ) -> tuple[ApiToken, str]:
        """The token, and its text, which is not kept. Raises Forbidden, Refused."""
        store, now, name = self.accounts.store, self.accounts.clock.now(), " ".join(name.split())
        actor, wanted = await self.accounts.actor_of(session), frozenset(scopes)
        if not name or len(name) > 60 or not name.isprintable():
            raise Refused("give the token a name of at most 60 letters")
        if not wanted or not 1 <= days <= LONGEST_TOKEN_DAYS:
            raise Refused(f"choose at least one scope, and 1 to {LONGEST_TOKEN_DAYS} days")
        if not wanted <= set(scopes_of(actor.roles)):
            raise Forbidden("a token may do no more than you may")
        if not session.is_fresh(now, self.accounts.times):
            raise Forbidden("give your password again before you make a token")
        if len(await store.tokens_of(actor.handle)) >= MOST_TOKENS:
            raise Refused(f"you have {MOST_TOKENS} tokens; revoke one first")
        text = TOKEN_PREFIX + self.accounts.new_token()
        token = ApiToken(
            digest=digest_of(text),
            handle=actor.handle,
            name=name,
            scopes=wanted,
            created_at=now,
            expires_at=now + timedelta(days=days),
        )
        event = TokenMade(
            at=now,
            actor=actor.handle,
            handle=actor.handle,
            token=token.id,
            scopes=tuple(each for each in Scope if each in wanted),
        )
        await store.commit([AddToken(token=token)], [event])
        return token, text

    async def revoke_token(self, session: Session, token_id: str) -> None:
        """Raises NotFound."""
        store, handle = self.accounts.store, session.handle
        found = [each for each in await store.tokens_of(handle) if each.id == token_id]
        if not found:
            raise NotFound("you have no such token")
        event = TokenRevoked(at=self.accounts.clock.now(), actor=handle, handle=handle, token=token_id)
        await store.commit([DropToken(digest=found[0].digest)], [event])

    async def _hashed(self, password: str, account: Account) -> str:
        if sentence := weakness(password, account.handle, account.name):
            raise Refused(sentence)
        return await self.accounts.passwords.hashed(password)

    async def _save(self, account: Account, change: str, *changes: Change) -> None:
        roles = tuple(sorted(account.roles))
        event = AccountChanged(
            at=self.accounts.clock.now(), actor=account.handle, handle=account.handle, change=change, roles=roles
        )
        await self.accounts.store.commit([SaveAccount(account=account), *changes], [event])

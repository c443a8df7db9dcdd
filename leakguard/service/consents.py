"""Connecting an account in Slack: a person agrees that what they wrote is withdrawn, with a token that only we read.

Rule of this file: a token is in clear only while it is used; what is kept is sealed, bound to team and person.
"""

from __future__ import annotations

import hashlib
import json
import secrets
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from typing import Protocol

import structlog

from leakguard.model.consent import Consent, ConsentEnded, ConsentGiven
from leakguard.model.errors import LeakGuardError, Refused, Stale
from leakguard.service.pace import Pace
from leakguard.service.ports import Clock
from leakguard.service.seal import Seal, Unsealable, as_word, of_word
from leakguard.service.throttle import network
from leakguard.service.vault_ports import VaultStore

log = structlog.get_logger("leakguard.consents")

STATE_LASTS = timedelta(minutes=10)
INVITATION_LASTS = timedelta(days=1)
RENEWED_BEFORE = timedelta(hours=2)  # of twelve, as Slack's own SDK does
RENEWING_LASTS = timedelta(minutes=1)
TOO_LATE = "That took too long, or began in another browser. Nothing was connected; begin again."


@dataclass(frozen=True, slots=True, kw_only=True)
class Granted:
    """What Slack gave for an agreement. expires_in: seconds; None: never."""

    team: str
    person: str
    token: str = field(repr=False)
    renewal: str = field(default="", repr=False)
    expires_in: int | None = None
    scopes: frozenset[str] = frozenset()


class ExchangeRefused(LeakGuardError):
    """Slack understood and said no. is_over: there will never be a token for this again."""

    def __init__(self, code: str, *, is_over: bool) -> None:
        super().__init__(code)
        self.code, self.is_over = code, is_over


class ExchangeUnavailable(LeakGuardError):
    """No answer. It may or may not have been done."""


class Exchange(Protocol):
    """Every method that waits raises ExchangeRefused, ExchangeUnavailable."""

    def address(self, state: str, team: str) -> str:
        """Where a person is asked whether they agree."""
        ...

    async def redeem(self, code: str) -> Granted: ...

    async def renew(self, renewal: str) -> Granted: ...

    async def revoke(self, token: str) -> None: ...


class TokenNotReady(LeakGuardError):
    """A person agreed, and their token is being renewed, or could not be now. Ask again."""


@dataclass(frozen=True, slots=True, kw_only=True)
class _Kept:
    token: str = field(repr=False)
    renewal: str = field(default="", repr=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class Consents:
    """team: of the workspace; "" until Slack has told it. needed: scopes without which an agreement is of no use.

    pace: how often one client may come back from Slack; each time is a question to Slack and a line in the store.
    """

    store: VaultStore
    seal: Seal = field(repr=False)
    exchange: Exchange
    clock: Clock
    team: Callable[[], str]
    pace: Pace
    needed: frozenset[str] = frozenset({"chat:write", "files:write"})

    def invitation(self, person: str) -> str:
        """For a link that only this person is shown: who follows it can connect nobody else's account."""
        return self._passing("invitation", person, self.clock.now() + INVITATION_LASTS)

    def begin(self, browser: str, invitation: str = "") -> str:
        """Where to send the browser, which has to come back with the same `browser`. Raises Refused."""
        person = ""
        if invitation:
            try:
                person = self._passed("invitation", invitation)
            except Unsealable:
                raise Refused("This link is too old. Open LeakGuard in Slack again, and use the one there.") from None
        state = self._passing(f"state {_digest(browser.encode())}", person, self.clock.now() + STATE_LASTS)
        return self.exchange.address(state, self._team())

    async def finish(self, browser: str, state: str, code: str, client: str = "") -> Consent:
        """The agreement, kept. client: the address that it comes from. Raises Refused; then nothing was connected."""
        try:
            person = self._passed(f"state {_digest(browser.encode())}", state)
        except Unsealable:
            raise Refused(TOO_LATE) from None
        self.pace.count(network(client))
        now = self.clock.now()
        if not await self.store.spend(_digest(of_word(state)), now + STATE_LASTS, now):
            raise Refused(TOO_LATE)
        try:
            granted = await self.exchange.redeem(code)
        except ExchangeRefused as refused:
            log.warning("consent.refused", code=refused.code)
            raise Refused("Slack did not confirm the agreement. Nothing was connected; begin again.") from None
        except ExchangeUnavailable as problem:
            log.warning("consent.refused", problem=type(problem).__name__)
            raise Refused("Slack did not answer. Nothing was connected; begin again in a minute.") from None
        await self._suits(granted, person)
        return await self._keep(granted)

    async def token(self, team: str, person: str) -> str:
        """Theirs, in clear; "" when they did not agree. Raises TokenNotReady."""
        consent = await self.store.consent(team, person)
        kept = self._opened(consent)
        if consent is None or kept is None:
            return ""
        if consent.expires_at is None or self.clock.now() < consent.expires_at - RENEWED_BEFORE:
            return kept.token
        return await self._renewed(consent, kept)

    async def refused(self, team: str, person: str, token: str) -> None:
        """Slack does not take this token any more. A newer one stays."""
        kept = self._opened(await self.store.consent(team, person))
        if kept is not None and kept.token == token:
            await self._drop(team, person, "refused")

    async def revoked(self, team: str, person: str) -> bool:
        """It was taken back in Slack. False when there was none."""
        return await self._drop(team, person, "revoked")

    async def end(self, team: str, person: str) -> bool:
        """The person's own wish: deleted here first, then revoked in Slack. False when there was none."""
        kept = self._opened(await self.store.consent(team, person))
        is_ended = await self._drop(team, person, "person")
        if kept is not None and is_ended:
            await self._revoke(kept.token)
        return is_ended

    def farewell(self, consent: Consent) -> str:
        """What lets the one who has just agreed end it on the same page."""
        return self._passing("farewell", consent.person, self.clock.now() + STATE_LASTS)

    async def end_by(self, farewell: str) -> bool:
        """Raises Refused when that page is too old."""
        try:
            person = self._passed("farewell", farewell)
        except Unsealable:
            raise Refused("This page is too old. Connect once more to end it, or end it in Slack.") from None
        return await self.end(self._team(), person)

    async def _suits(self, granted: Granted, person: str) -> None:
        """Raises Refused, and gives back to Slack what does not suit."""
        if granted.team == self._team() and person in ("", granted.person) and self.needed <= granted.scopes:
            return
        await self._revoke(granted.token)
        if granted.team != self._team():
            raise Refused("That account is of another workspace. Nothing was connected.")
        if person not in ("", granted.person):
            raise Refused("This link is for somebody else's account. Nothing was connected.")
        raise Refused("Slack gave less than what was asked for. Nothing was connected; begin again.")

    async def _keep(self, granted: Granted) -> Consent:
        now = self.clock.now()
        before = await self.store.consent(granted.team, granted.person)
        made = self._sealed(Consent(team=granted.team, person=granted.person, sealed=b"", agreed_at=now), granted, now)
        event = ConsentGiven(at=now, actor=made.handle, person=made.handle, again=before is not None)
        return await self.store.keep(made, [event])

    async def _renewed(self, consent: Consent, kept: _Kept) -> str:
        """One asks at a time: of two new tokens for one renewal, Slack lets nobody know which one counts."""
        now = self.clock.now()
        usable = kept.token if consent.expires_at is not None and now < consent.expires_at else ""
        if consent.renewing_until is not None and now < consent.renewing_until:
            return self._usable(usable)
        try:
            claimed = await self.store.save(replace(consent, renewing_until=now + RENEWING_LASTS))
            granted = await self.exchange.renew(kept.renewal)
        except Stale:
            return self._usable(usable)
        except ExchangeUnavailable:
            log.warning("consent.not_renewed", problem="ExchangeUnavailable")
            return self._usable(usable)
        except ExchangeRefused as refused:
            return await self._not_renewed(consent, kept, refused, usable)
        try:
            await self.store.save(self._sealed(claimed, granted, now))
        except Stale:  # ended, or given again meanwhile
            if await self.store.consent(consent.team, consent.person) is None:
                await self._revoke(granted.token)
            raise TokenNotReady("the agreement changed while its token was renewed") from None
        return granted.token

    async def _not_renewed(self, consent: Consent, kept: _Kept, refused: ExchangeRefused, usable: str) -> str:
        log.error("consent.not_renewed", code=refused.code, alarm=True)
        if not refused.is_over:
            return self._usable(usable)
        await self.refused(consent.team, consent.person, kept.token)
        if await self.store.consent(consent.team, consent.person) is not None:
            raise TokenNotReady("the agreement was given again while its token was renewed")
        return ""

    def _usable(self, token: str) -> str:
        if not token:
            raise TokenNotReady("the token is being renewed")
        return token

    async def _drop(self, team: str, person: str, why: str) -> bool:
        handle = f"slack:{team}/{person}"
        actor = handle if why == "person" else "leakguard"
        return await self.store.drop(
            team, person, [ConsentEnded(at=self.clock.now(), actor=actor, person=handle, why=why)]
        )

    async def _revoke(self, token: str) -> None:
        try:
            await self.exchange.revoke(token)
        except (ExchangeRefused, ExchangeUnavailable) as problem:
            log.warning("consent.not_revoked", problem=type(problem).__name__)

    def _opened(self, consent: Consent | None) -> _Kept | None:
        if consent is None:
            return None
        try:
            text = self.seal.open(consent.sealed, "consent", consent.team, consent.person)
        except Unsealable:
            log.error("consent.unreadable", alarm=True)
            return None
        return _Kept(**json.loads(text))

    def _sealed(self, consent: Consent, granted: Granted, now: datetime) -> Consent:
        text = json.dumps({"token": granted.token, "renewal": granted.renewal})
        lasts = granted.expires_in
        return replace(
            consent,
            sealed=self.seal.close(text, "consent", consent.team, consent.person),
            expires_at=None if lasts is None else now + timedelta(seconds=lasts),
            renewing_until=None,
        )

    def _passing(self, about: str, person: str, until: datetime) -> str:
        """What somebody brings back: nobody else can read or make it."""
        text = json.dumps({"person": person, "until": until.isoformat(), "salt": secrets.token_hex(8)})
        return as_word(self.seal.close(text, about, self._team()))

    def _passed(self, about: str, word: str) -> str:
        """The person of it. Raises Unsealable, also when it is over."""
        told = json.loads(self.seal.open(of_word(word), about, self._team()))
        if self.clock.now() >= datetime.fromisoformat(told["until"]):
            raise Unsealable("it is over")
        return str(told["person"])

    def _team(self) -> str:
        team = self.team()
        if not team:
            raise Refused("LeakGuard is not connected to Slack yet. Try again in a minute.")
        return team


def _digest(octets: bytes) -> str:
    return hashlib.sha256(octets).hexdigest()

"""Reviewing is access: who may see what is in a held message, and the record of everybody who did.

ref: CoP T3.4 (restricted circulation, recorded)
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from enum import StrEnum

import structlog

from leakguard.model.account import Actor
from leakguard.model.embargo import Book, Release
from leakguard.model.errors import Forbidden
from leakguard.model.events import BrokeGlass, ContentViewed
from leakguard.model.held import HeldMessage
from leakguard.model.ids import HeldId, ReleaseId
from leakguard.policy import lacks_access, releases_in_play
from leakguard.service.authority import Permission, may, require
from leakguard.service.notices import Notices
from leakguard.service.persons import mailboxes_of, reached_by
from leakguard.service.ports import Clock, Store
from leakguard.service.reasons import needed
from leakguard.service.story import story_of

log = structlog.get_logger("leakguard.viewing")

GLASS_STAYS_BROKEN = timedelta(minutes=15)
_SHORTEST_REASON = 10


class Sight(StrEnum):
    """By what right content is seen. NONE: metadata only."""

    NONE = "none"
    PUBLIC = "public"
    GRANT = "grant"
    BREAK_GLASS = "break_glass"


def shown_by(held: HeldMessage, book: Book, now: datetime) -> tuple[Release, ...]:
    """The embargoed releases that somebody who sees this message would see: those found in it, and those it waits for.

    A part that could not be read may hold anything that is embargoed at all: it counts for the reasons it is held for.
    """
    found = {each.id: each for finding in held.verdict.findings for each in releases_in_play(book, finding.scope, now)}
    found |= {each: book.releases[each] for each in sorted(_held_for(held)) if each in book.releases}
    return tuple(each for each in found.values() if not each.is_public(now))


def _held_for(held: HeldMessage) -> frozenset[ReleaseId]:
    return frozenset(release for copy in held.recipients for release in copy.releases())


def sight(actor: Actor, held: HeldMessage, book: Book, now: datetime) -> Sight:
    """Whether this person may see the content by their own access."""
    if not may(actor, Permission.READ_CONTENT) or _held_for(held) - book.releases.keys():
        return Sight.NONE  # nobody has access to a release that is in no calendar any more
    releases = shown_by(held, book, now)
    if not releases:
        return Sight.PUBLIC
    has_all = all(lacks_access(actor.handle, each, book, now) is None for each in releases)
    return Sight.GRANT if has_all else Sight.NONE


def as_told(held: HeldMessage) -> HeldMessage:
    """The message as far as people without access may know it: with no finding that depends on a true value."""
    return replace(held, verdict=replace(held.verdict, findings=held.verdict.for_everybody))


def is_own(actor: Actor, held: HeldMessage, book: Book) -> bool:
    """Whether this person sent it, is named as its author, or waits for it: under any address, or on a list."""
    mine = mailboxes_of(actor.handle, book)
    concerned = (held.mail_from, *held.verdict.authors, *(each.recipient.address for each in held.recipients))
    return any(not mine.isdisjoint(reached_by(each, book)) for each in concerned if each)


@dataclass(frozen=True, slots=True, kw_only=True)
class Viewing:
    """actor: who looks."""

    store: Store
    book: Book
    clock: Clock
    notices: Notices
    actor: Actor

    async def sight_of(self, held: HeldMessage) -> Sight:
        """With what they opened by breaking the glass. Raises Forbidden when they may not even see the queue."""
        require(self.actor, Permission.SEE_QUEUE)
        now = self.clock.now()
        by_access = sight(self.actor, held, self.book, now)
        if by_access is not Sight.NONE or not may(self.actor, Permission.BREAK_GLASS):
            return by_access
        since = now - GLASS_STAYS_BROKEN
        broken = [
            each
            for each in await story_of(self.store, held.id)
            if each.kind == "BrokeGlass" and each.actor == self.actor.handle and each.at > since
        ]
        return Sight.BREAK_GLASS if broken else Sight.NONE

    async def open(self, held_id: HeldId, part: str = "") -> tuple[HeldMessage, Sight]:
        """The message with its content, after it was recorded that this person sees it. Raises Forbidden, NotFound.

        part: what of it is opened, in words of our own ("html", "original").
        """
        held = await self.store.get(held_id)
        how = await self.sight_of(held)
        if how is Sight.NONE:
            raise Forbidden("you have no access to what this message is about; you see who, when and why only")
        event = ContentViewed(
            at=self.clock.now(),
            actor=self.actor.handle,
            held=held.id,
            sender=held.mail_from,
            releases=self._releases(held),
            how=how.value,
            part=part,
        )
        await self.store.record([event])
        return held, how

    async def original(self, held_id: HeldId) -> HeldMessage:
        """The exact bytes, for those who may take them away. Raises Forbidden, NotFound."""
        require(self.actor, Permission.DOWNLOAD)
        held, _ = await self.open(held_id, "original")
        return held

    async def break_glass(self, held_id: HeldId, reason: str) -> None:
        """Let this person see this message for a quarter of an hour. Everybody on call is told. Raises Refused."""
        require(self.actor, Permission.BREAK_GLASS)
        reason = needed(reason, at_least=_SHORTEST_REASON)
        held = await self.store.get(held_id)
        now = self.clock.now()
        event = BrokeGlass(
            at=now,
            actor=self.actor.handle,
            held=held.id,
            sender=held.mail_from,
            releases=self._releases(held),
            reason=reason,
        )
        told = self.notices.on_alarm("glass", held, f"{self.actor.handle} opened it without access", now)
        await self.store.save(held, [event], told)
        log.warning("review.glass_broken", held=held.id, alarm=True)

    def _releases(self, held: HeldMessage) -> tuple[ReleaseId, ...]:
        return tuple(each.id for each in shown_by(held, self.book, self.clock.now()))

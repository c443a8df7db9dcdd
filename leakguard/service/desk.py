"""Operation: what a named person does about releases and access. Every act has a reason."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta

from leakguard.model.account import Actor
from leakguard.model.address import canonical
from leakguard.model.embargo import Book, Release, ReleaseStatus
from leakguard.model.errors import NotFound, Refused
from leakguard.model.events import AccessSuspended, Act, LiftConfirmed, ReleaseCancelled, ReleasePostponed
from leakguard.model.ids import ReleaseId
from leakguard.model.overlay import lay_over
from leakguard.service.authority import Permission, require
from leakguard.service.ports import Clock, Store
from leakguard.service.reasons import needed

_FARTHEST = timedelta(days=3653)


@dataclass(frozen=True, slots=True, kw_only=True)
class Desk:
    """book: as it stands, with the acts laid over it. actor: who acts; the audit names them.

    poke: called after an act, so that every door of this process holds by it at once.
    """

    store: Store
    book: Book
    clock: Clock
    actor: Actor
    poke: Callable[[], None] = lambda: None

    async def postpone(self, release_id: str, reason: str, until: datetime | None) -> Release:
        """Put a release off, to a later instant or to one not known yet. Raises Refused, NotFound."""
        release = self._embargoed(release_id)
        if until is not None and until <= max(release.release_at, self.clock.now()):
            raise Refused("a release can only be postponed to a later instant; an earlier date belongs in the calendar")
        if until is not None and until > self.clock.now() + _FARTHEST:
            raise Refused("that is more than ten years ahead; leave the time open while none is known")
        if release.status is ReleaseStatus.CANCELLED:
            raise Refused(f"{release.id} is cancelled; it stays embargoed until its publication is confirmed")
        act = ReleasePostponed(
            at=self.clock.now(), actor=self.actor.handle, reason=needed(reason), release=release.id, until=until
        )
        return await self._act(act, release)

    async def cancel(self, release_id: str, reason: str) -> Release:
        """Call a release off. It stays embargoed. Raises Refused, NotFound."""
        release = self._embargoed(release_id)
        act = ReleaseCancelled(at=self.clock.now(), actor=self.actor.handle, reason=needed(reason), release=release.id)
        return await self._act(act, release)

    async def confirm(self, release_id: str, reason: str) -> Release:
        """Confirm that a release is published. It lifts now, never before its own instant. Raises Refused, NotFound."""
        release = self._embargoed(release_id)
        act = LiftConfirmed(
            at=self.clock.now(),
            actor=self.actor.handle,
            reason=needed(reason),
            release=release.id,
            release_at=release.release_at,
            status=release.status.value,
        )
        return await self._act(act, release)

    async def suspend(self, handle: str, reason: str, release_id: str | None = None) -> tuple[ReleaseId, ...]:
        """Take early access from a person at once: to one release, or to all that are not public yet.

        Raises Refused when they have none, NotFound.
        """
        require(self.actor, Permission.ACT_ON_RELEASES)
        now = self.clock.now()
        wanted = [self._embargoed(release_id)] if release_id else list(self.book.releases.values())
        concerned = [each.id for each in wanted if not each.is_public(now) and self.book.grants_of(handle, each.id)]
        if not concerned:
            raise Refused(f"{handle} has no access to suspend")
        owner = self.book.handles[canonical(handle)]
        acts = [
            AccessSuspended(
                at=now,
                actor=self.actor.handle,
                reason=needed(reason),
                handle=canonical(handle),
                person=owner,
                release=release,
            )
            for release in concerned
        ]
        await self.store.record(acts)
        self.poke()
        return tuple(concerned)

    def _embargoed(self, release_id: str) -> Release:
        require(self.actor, Permission.ACT_ON_RELEASES)
        release = self.book.releases.get(ReleaseId(release_id))
        if release is None:
            known = ", ".join(sorted(self.book.releases)) or "none"
            raise NotFound(f"there is no release {release_id}; known are {known}")
        if release.is_public(self.clock.now()):
            raise Refused(f"{release.id} is public already")
        return release

    async def _act(self, act: Act, release: Release) -> Release:
        await self.store.record([act])
        self.poke()
        return lay_over(self.book, [act]).releases[release.id]

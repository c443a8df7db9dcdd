"""Review and operation: what a named person does about held messages, releases and access. Every act has a reason."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import datetime

from leakguard.model.address import canonical
from leakguard.model.embargo import Book, Release, ReleaseStatus
from leakguard.model.errors import NotFound, Refused
from leakguard.model.events import (
    AccessSuspended,
    Act,
    Approved,
    LiftConfirmed,
    Rejected,
    ReleaseCancelled,
    ReleasePostponed,
    Withdrawn,
)
from leakguard.model.held import HeldMessage, HeldRecipient, State, Verb
from leakguard.model.ids import HeldId, ReleaseId
from leakguard.model.overlay import lay_over
from leakguard.service.measures import SILENT, Measures
from leakguard.service.notices import Notices
from leakguard.service.ports import Clock, Store


@dataclass(frozen=True, slots=True, kw_only=True)
class Desk:
    """book: as it stands, with the acts laid over it. actor: who acts; the audit names them."""

    store: Store
    book: Book
    clock: Clock
    notices: Notices
    actor: str
    measures: Measures = SILENT

    async def send(self, held_id: HeldId, reason: str, to: Iterable[str] = ()) -> HeldMessage:
        """Let copies go for the releases that hold them now. They are decided once more before they leave, so that
        another embargo still holds. Raises Refused, NotFound, Stale.
        """
        held = await self.store.get(held_id)
        chosen, now = _chosen(held, to), self.clock.now()
        copies = tuple(_approved(each, now) if each in chosen else each for each in held.recipients)
        event = Approved(
            at=now,
            actor=self.actor,
            held=held.id,
            sender=held.mail_from,
            recipients=_addresses(chosen),
            releases=held.releases(),
            reason=_needed(reason),
        )
        saved = await self.store.save(replace(held, recipients=copies), [event], [])
        self.measures.decided(now - held.received_at)
        return saved

    async def reject(self, held_id: HeldId, reason: str, to: Iterable[str] = ()) -> HeldMessage:
        """Refuse copies for good; the sender is told. Raises Refused, NotFound, Stale."""
        return await self._close(held_id, Verb.REJECT, reason, to)

    async def withdraw(self, held_id: HeldId, reason: str, to: Iterable[str] = ()) -> HeldMessage:
        """Take copies back for their sender. Raises Refused, NotFound, Stale."""
        return await self._close(held_id, Verb.WITHDRAW, reason, to)

    async def _close(self, held_id: HeldId, verb: Verb, reason: str, to: Iterable[str]) -> HeldMessage:
        held = await self.store.get(held_id)
        chosen, now = _chosen(held, to), self.clock.now()
        closed = {each.recipient.address: replace(each.move(verb), closed_at=now) for each in chosen}
        copies = tuple(closed.get(each.recipient.address, each) for each in held.recipients)
        after = replace(held, recipients=copies)
        kind = Rejected if verb is Verb.REJECT else Withdrawn
        event = kind(
            at=now,
            actor=self.actor,
            held=held.id,
            sender=held.mail_from,
            recipients=tuple(closed),
            releases=held.releases(),
            reason=_needed(reason),
        )
        state = next(iter(closed.values())).state
        saved = await self.store.save(after, [event], self.notices.on_end(after, state, closed.values(), now))
        self.measures.decided(now - held.received_at)
        return saved

    async def postpone(self, release_id: str, reason: str, until: datetime | None) -> Release:
        """Put a release off, to a later instant or to one not known yet. Raises Refused, NotFound."""
        release = self._embargoed(release_id)
        if until is not None and until <= max(release.release_at, self.clock.now()):
            raise Refused("a release can only be postponed to a later instant; an earlier date belongs in the calendar")
        if release.status is ReleaseStatus.CANCELLED:
            raise Refused(f"{release.id} is cancelled; it stays embargoed until its publication is confirmed")
        act = ReleasePostponed(
            at=self.clock.now(), actor=self.actor, reason=_needed(reason), release=release.id, until=until
        )
        return await self._act(act, release)

    async def cancel(self, release_id: str, reason: str) -> Release:
        """Call a release off. It stays embargoed. Raises Refused, NotFound."""
        release = self._embargoed(release_id)
        act = ReleaseCancelled(at=self.clock.now(), actor=self.actor, reason=_needed(reason), release=release.id)
        return await self._act(act, release)

    async def confirm(self, release_id: str, reason: str) -> Release:
        """Confirm that a release is published. It lifts now, never before its own instant. Raises Refused, NotFound."""
        release = self._embargoed(release_id)
        act = LiftConfirmed(
            at=self.clock.now(),
            actor=self.actor,
            reason=_needed(reason),
            release=release.id,
            release_at=release.release_at,
            status=release.status.value,
        )
        return await self._act(act, release)

    async def suspend(self, handle: str, reason: str, release_id: str | None = None) -> tuple[ReleaseId, ...]:
        """Take early access from a person at once: to one release, or to all that are not public yet.

        Raises Refused when they have none, NotFound.
        """
        now = self.clock.now()
        wanted = [self._embargoed(release_id)] if release_id else list(self.book.releases.values())
        concerned = [each.id for each in wanted if not each.is_public(now) and self.book.grants_of(handle, each.id)]
        if not concerned:
            raise Refused(f"{handle} has no access to suspend")
        owner = self.book.handles[canonical(handle)]
        acts = [
            AccessSuspended(
                at=now,
                actor=self.actor,
                reason=_needed(reason),
                handle=canonical(handle),
                person=owner,
                release=release,
            )
            for release in concerned
        ]
        await self.store.record(acts)
        return tuple(concerned)

    def _embargoed(self, release_id: str) -> Release:
        release = self.book.releases.get(ReleaseId(release_id))
        if release is None:
            known = ", ".join(sorted(self.book.releases)) or "none"
            raise NotFound(f"there is no release {release_id}; known are {known}")
        if release.is_public(self.clock.now()):
            raise Refused(f"{release.id} is public already")
        return release

    async def _act(self, act: Act, release: Release) -> Release:
        await self.store.record([act])
        return lay_over(self.book, [act]).releases[release.id]


def _needed(reason: str) -> str:
    if not reason.strip():
        raise Refused("give a reason")
    return reason.strip()


def _chosen(held: HeldMessage, to: Iterable[str]) -> tuple[HeldRecipient, ...]:
    """The held copies for these addresses, or all of them. Raises Refused when one is not held any more."""
    wanted = {canonical(address) for address in to}
    copies = held.in_state(State.HELD)
    if wanted:
        copies = tuple(each for each in copies if canonical(each.recipient.address) in wanted)
    if not copies or (wanted and {canonical(each.recipient.address) for each in copies} != wanted):
        states = ", ".join(f"{each.recipient.address} {each.state}" for each in held.recipients[:10])
        raise Refused(f"{held.id} is not held for that any more: {states}")
    return copies


def _approved(copy: HeldRecipient, now: datetime) -> HeldRecipient:
    releases = frozenset(reason.release for reason in copy.reasons if reason.release is not None)
    return replace(copy, approved=copy.approved | releases, next_try_at=now)


def _addresses(copies: Iterable[HeldRecipient]) -> tuple[str, ...]:
    return tuple(each.recipient.address for each in copies)

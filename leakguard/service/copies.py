"""What happens to the copies of a held message: claimed, answered, held again. Pure; the clerk obeys."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta

from leakguard.model.content import GapKind, Verdict
from leakguard.model.decision import Action, Decision, Outcome, Reason, ReasonCode
from leakguard.model.embargo import Book, Release
from leakguard.model.events import Delivered, DeliveryDelayed, Event, Undeliverable
from leakguard.model.held import HeldMessage, HeldRecipient, State, Verb
from leakguard.model.ids import ReleaseId
from leakguard.model.review import Review
from leakguard.service.ports import Reply

_BACK_OFF = (5, 15, 60, 300, 900)  # seconds after the 1st, 2nd, ... failed try; then the last for ever
_FAILED = frozenset({GapKind.CRASHED, GapKind.TIMED_OUT})


def interrupted(held: HeldMessage) -> HeldMessage:
    """What a crash left SENDING is held again; it was claimed with a time that is past, so it is due."""
    copies = (each.move(Verb.RETRY) if each.state is State.SENDING else each for each in held.recipients)
    return replace(held, recipients=tuple(copies))


def not_weaker(old: Verdict, new: Verdict) -> Verdict:
    """The new verdict; when that inspection failed, with all that the old one knew: a crash must not free anything."""
    if not any(gap.kind in _FAILED for gap in new.gaps):
        return new
    findings = tuple(dict.fromkeys((*old.findings, *new.findings)))
    gaps = tuple(dict.fromkeys((*old.gaps, *new.gaps)))
    return replace(new, findings=findings, gaps=gaps, authors=new.authors or old.authors)


def claimed(copy: HeldRecipient, outcome: Outcome | None, book: Book, now: datetime) -> HeldRecipient:
    """The copy with what was decided: claimed for sending, or held on with the reasons and the time of now."""
    if outcome is None or copy.state is not State.HELD:
        return copy
    outcome = not_freed_by_files(copy, outcome, book, now)
    if not outcome.action.lets_through:
        return replace(copy.decided(outcome), next_try_at=None)
    if copy.next_try_at is not None and copy.next_try_at > now:
        return copy
    return replace(copy.move(Verb.CLAIM), next_try_at=now)  # so that a crash leaves it due when its lease ends


_FREE = frozenset(
    {
        ReasonCode.ALL_HAVE_ACCESS,
        ReasonCode.PART_NOT_READ_ALL_HAVE_ACCESS,
        ReasonCode.RESTATES_OUTSIDE_WINDOW,
        ReasonCode.APPROVED,
    }
)


def not_freed_by_files(copy: HeldRecipient, outcome: Outcome, book: Book, now: datetime) -> Outcome:
    """The outcome, unless nothing but a changed rulebook would let the copy go: a rule that was retired, a release that
    fell out of the calendar. Then it waits for its lift, or for a person where there is none.
    """
    held_for = tuple(dict.fromkeys(each.release for each in copy.reasons if each.release is not None))
    freed = {each.release for each in outcome.reasons if each.code in _FREE} | copy.approved
    left = [each for each in held_for if each not in freed and not _is_public(each, book, now)]
    if not outcome.action.lets_through or not left:
        return outcome
    lifts = [book.releases[each].lift_at() for each in left if each in book.releases]
    waits = len(lifts) < len(left) or None in lifts
    return Outcome(
        recipient=outcome.recipient,
        action=Action.HOLD,
        reasons=tuple(Reason(code=ReasonCode.RULEBOOK_CHANGED, release=each) for each in left),
        decide_again_at=None if waits else max(each for each in lifts if each is not None),
    )


def freed_by_lift(copy: HeldRecipient, outcome: Outcome, book: Book) -> tuple[Release, ...]:
    """The releases that held this copy and are taken for public now; none when a person let it go."""
    if copy.approved:
        return ()
    held_for = {each.release for each in copy.reasons}
    public = {each.release for each in outcome.reasons if each.code is ReasonCode.RELEASE_PUBLIC}
    return tuple(book.releases[each] for each in public & held_for if each is not None and each in book.releases)


def _is_public(release: ReleaseId, book: Book, now: datetime) -> bool:
    return release in book.releases and book.releases[release].is_public(now)


def changes(copy: HeldRecipient, outcome: Outcome, book: Book, now: datetime) -> bool:
    """Whether a new decision about a held copy is worth acting upon."""
    outcome = not_freed_by_files(copy, outcome, book, now)
    return outcome.action.lets_through or moved(copy, copy.decided(outcome))


def moved(before: HeldRecipient, after: HeldRecipient) -> bool:
    return before.decide_again_at != after.decide_again_at or set(before.reasons) != set(after.reasons)


def looked_at(held: HeldMessage, copies: tuple[HeldRecipient, ...], now: datetime) -> Review:
    """What people said, without what they said about a time that has been put off since."""
    pairs = zip(held.recipients, copies, strict=True)
    if any(_is_put_off(before, after, now) for before, after in pairs):
        return replace(held.review, kept=None, proposal=None)
    return held.review


def _is_put_off(before: HeldRecipient, after: HeldRecipient, now: datetime) -> bool:
    if after.state is not State.HELD or before.decide_again_at is None or before.decide_again_at <= now:
        return False
    return before.decide_again_at != after.decide_again_at


def answered(copy: HeldRecipient, reply: Reply, now: datetime) -> HeldRecipient:
    """The claimed copy after the next hop's final reply."""
    copy = replace(copy, attempts=copy.attempts + 1, last_reply=reply.summary, next_try_at=None)
    if reply.is_positive:
        return replace(copy.move(Verb.TAKEN), closed_at=now)
    if reply.is_permanent:
        return replace(copy.move(Verb.REFUSED), closed_at=now)
    wait = _BACK_OFF[min(copy.attempts, len(_BACK_OFF)) - 1]
    return replace(copy.move(Verb.RETRY), next_try_at=now + timedelta(seconds=wait))


def unleased(held: HeldMessage) -> HeldMessage:
    return replace(held, lease_until=None, lease_by="")


def event_of(
    held: HeldMessage, state: State, copies: tuple[HeldRecipient, ...], decision: Decision, now: datetime
) -> Event:
    """What the audit hears of copies that were tried and are in this state now."""
    recipients = tuple(each.recipient.address for each in copies)
    releases = tuple(dict.fromkeys(reason.release for each in copies for reason in each.reasons if reason.release))
    reply = copies[0].last_reply
    match state:
        case State.SENT:
            return Delivered(
                at=now,
                held=held.id,
                sender=held.mail_from,
                recipients=recipients,
                releases=releases,
                reply=reply,
                rulebook=decision.rulebook,
            )
        case State.UNDELIVERABLE:
            return Undeliverable(
                at=now, held=held.id, sender=held.mail_from, recipients=recipients, releases=releases, reply=reply
            )
        case _:
            return DeliveryDelayed(
                at=now,
                held=held.id,
                sender=held.mail_from,
                recipients=recipients,
                releases=releases,
                reply=reply,
                next_try_at=copies[0].next_try_at,
            )

"""What happens to the copies of a held message: claimed, answered, held again. Pure; the clerk obeys."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta

from leakguard.model.content import GapKind, Verdict
from leakguard.model.decision import Decision, Outcome
from leakguard.model.events import Delivered, DeliveryDelayed, Event, Undeliverable
from leakguard.model.held import HeldMessage, HeldRecipient, State, Verb
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


def claimed(copy: HeldRecipient, outcome: Outcome | None, now: datetime) -> HeldRecipient:
    """The copy with what was decided: claimed for sending, or held on with the reasons and the time of now."""
    if outcome is None or copy.state is not State.HELD:
        return copy
    if not outcome.action.lets_through:
        return replace(copy.decided(outcome), next_try_at=None)
    if copy.next_try_at is not None and copy.next_try_at > now:
        return copy
    return replace(copy.move(Verb.CLAIM), next_try_at=now)  # so that a crash leaves it due when its lease ends


def changes(copy: HeldRecipient, outcome: Outcome) -> bool:
    """Whether a new decision about a held copy is worth acting upon."""
    return outcome.action.lets_through or moved(copy, copy.decided(outcome))


def moved(before: HeldRecipient, after: HeldRecipient) -> bool:
    return before.decide_again_at != after.decide_again_at or set(before.reasons) != set(after.reasons)


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

"""When a held post is posted again: as a whole, once nothing holds it, and only where somebody wants it. Pure.

Somebody wants it: its author asked for it, or a reviewer approved it for every one of its readers.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime

from leakguard.model.decision import Action, Outcome, Reason, ReasonCode
from leakguard.model.embargo import Book
from leakguard.model.held import HeldMessage, HeldRecipient, State, Verb
from leakguard.service.copies import not_freed_by_files


def posts_decided(
    held: HeldMessage, outcomes: Mapping[str, Outcome], book: Book, now: datetime, *, can_post: bool
) -> tuple[HeldRecipient, ...]:
    """The copies with what was decided; all of those held are claimed, or none."""
    stay = held.in_state(State.HELD)
    final = {
        each.recipient.address: weighed(held, each, outcomes[each.recipient.address], book, now)
        for each in stay
        if each.recipient.address in outcomes
    }
    is_free = len(final) == len(stay) and all(each.action.lets_through for each in final.values())
    is_due = all(each.next_try_at is None or each.next_try_at <= now for each in stay)
    if can_post and is_free and is_wanted(held):
        if not is_due:
            return held.recipients
        claimed = (replace(each.move(Verb.CLAIM), next_try_at=now) for each in stay)
        return held.with_copies(claimed).recipients
    decided = (
        replace(each.decided(final[each.recipient.address]), next_try_at=None)
        for each in stay
        if each.recipient.address in final
    )
    return held.with_copies(decided).recipients


def weighed(held: HeldMessage, copy: HeldRecipient, outcome: Outcome, book: Book, now: datetime) -> Outcome:
    """The outcome of a held post, which waits for the release that its author chose, too."""
    posting = held.review.posting
    chosen = posting.release if posting is not None else None
    if chosen is None or chosen in copy.approved or not outcome.action.lets_through:
        return not_freed_by_files(copy, outcome, book, now)
    release = book.releases.get(chosen)
    if release is not None and release.is_public(now):
        return not_freed_by_files(copy, outcome, book, now)
    return Outcome(
        recipient=copy.recipient.address,
        action=Action.HOLD,
        reasons=(Reason(code=ReasonCode.POSTED_AFTER_RELEASE, release=chosen),),
        decide_again_at=release.lift_at() if release is not None else None,
    )


def is_wanted(held: HeldMessage) -> bool:
    """Whether it is posted when nothing holds it. A few approved readers are not enough: a post has no envelope."""
    stay = held.in_state(State.HELD)
    return held.review.posting is not None or (bool(stay) and all(each.approved for each in stay))

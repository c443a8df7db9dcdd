"""Undo: a person's own last decision about a message, for as long as nothing of it has left.

Rule of this file: copies that come back are due at once, so that the clerk decides about them by the book of now.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime, timedelta

from leakguard.model.errors import Refused
from leakguard.model.held import HeldMessage, HeldRecipient, State, Verb
from leakguard.service.notices import Notices
from leakguard.service.ports import AuditEntry

UNDOABLE = frozenset({"SendProposed", "Approved", "Rejected", "Kept", "MarkedFalseAlarm"})

_DECISIONS = UNDOABLE | {"Undone", "Withdrawn"}

Undo = tuple[HeldMessage, tuple[str, ...]]  # the message as it was, and the notices that shall not be sent


def last_of(actor: str, entries: Sequence[AuditEntry]) -> AuditEntry:
    """The decision to undo. Raises Refused when the last word about this message is somebody else's."""
    said = [each for each in entries if each.kind in UNDOABLE or each.kind == "Undone"]
    if not said or said[-1].kind == "Undone" or said[-1].actor != actor:
        raise Refused("there is nothing of yours to undo here")
    return said[-1]


def others_since(seen: datetime, actor: str, entries: Sequence[AuditEntry]) -> bool:
    """Whether somebody else decided after this instant."""
    return any(each.kind in _DECISIONS and each.at > seen and each.actor != actor for each in entries)


def undone(held: HeldMessage, entry: AuditEntry, notices: Notices, now: datetime, window: timedelta) -> Undo:
    """Raises Refused when it is too late."""
    review = held.review
    match entry.kind:
        case "Kept":
            return replace(held, review=replace(review, kept=None)), ()
        case "SendProposed":
            return replace(held, review=replace(review, proposal=None)), ()
        case "MarkedFalseAlarm":
            return replace(held, review=replace(review, false_alarm=None)), ()
        case "Approved":
            return _still_here(held, entry, now, window), ()
        case _:
            return _reopened(held, entry, notices, now, window)


def _of(entry: AuditEntry, held: HeldMessage, state: State) -> tuple[HeldRecipient, ...]:
    wanted = set(entry.texts("recipients"))
    copies = tuple(each for each in held.in_state(state) if each.recipient.address in wanted)
    if not wanted or len(copies) != len(wanted):
        raise Refused("it is too late: some of it has gone")
    return copies


def _still_here(held: HeldMessage, entry: AuditEntry, now: datetime, window: timedelta) -> HeldMessage:
    copies = _of(entry, held, State.HELD)
    if entry.at + window <= now:
        raise Refused("it is too late: it is on its way")
    back = (replace(each, approved=each.approved - set(entry.texts("releases")), next_try_at=now) for each in copies)
    return held.with_copies(back)


def _reopened(held: HeldMessage, entry: AuditEntry, notices: Notices, now: datetime, window: timedelta) -> Undo:
    copies = _of(entry, held, State.REJECTED)
    if entry.at + window <= now:
        raise Refused("it is too late: the sender has been told")
    told = notices.on_end(held, State.REJECTED, copies, now)
    back = tuple(
        replace(each.move(Verb.REOPEN), closed_at=None, next_try_at=each.next_try_at or now) for each in copies
    )
    return held.with_copies(back), tuple(each.dedupe for each in told)

"""Copies of one message are one item for the person who decides: what it is about, how much it needs somebody. Pure.

Rule of this file: an item is made of metadata only; nothing that it says is in the message.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from enum import IntEnum
from typing import TypeVar

from leakguard.model.address import canonical
from leakguard.model.content import Confidence, GapKind
from leakguard.model.decision import ReasonCode
from leakguard.model.held import HeldMessage, HeldRecipient, State
from leakguard.model.ids import HeldId, ReleaseId
from leakguard.model.message import Channel, Direction

T = TypeVar("T")

_SURENESS = (Confidence.HIGH, Confidence.MEDIUM, Confidence.LOW)


class Need(IntEnum):
    """How much an item needs a person; the smallest first in the list."""

    ESCALATED = 0
    SECOND_PERSON = 1
    NO_TIME = 2  # the clock will never free it
    LOOK = 3  # goes by itself at its lift; nobody has looked yet
    NONE = 4  # somebody has: it goes by itself
    CLOSED = 5


@dataclass(frozen=True, slots=True, kw_only=True)
class Item:
    """One message, however many transactions brought it. ids: oldest first; the first names it in addresses.

    held: addresses whose copies are held, in order. lacking: how many of them may not have it for want of access.
    states: how many copies are in each state. wake_at: when the first copy goes by itself, or could.
    goes_by_itself: False of posts that nobody wants posted again.
    alike: equal for messages that a reader reads alike, whoever sent them.
    rules: without which of their findings it was, as that differs between what moved and what did not.
    """

    ids: tuple[HeldId, ...]
    sender: str
    direction: Direction
    channel: Channel
    first_at: datetime
    last_at: datetime
    releases: tuple[ReleaseId, ...]
    held: tuple[str, ...]
    states: tuple[tuple[State, int], ...]
    lacking: int
    codes: tuple[ReasonCode, ...]
    rules: tuple[str, ...]
    gaps: tuple[GapKind, ...]
    confidence: Confidence | None
    wake_at: datetime | None
    need: Need
    goes_by_itself: bool = True
    proposed_by: str = ""
    alike: str = field(default="", repr=False)

    @property
    def id(self) -> HeldId:
        return self.ids[0]

    @property
    def is_open(self) -> bool:
        return self.need is not Need.CLOSED

    @property
    def copies(self) -> int:
        return sum(count for _, count in self.states)


def key_of(held: HeldMessage) -> tuple[str, ...]:
    """What makes messages copies of one: the sender, the channel, and what a reader reads in them."""
    return canonical(held.mail_from), held.channel.value, held.verdict.likeness or held.digest


def item_of(messages: Sequence[HeldMessage]) -> Item:
    """The item of messages with one key. There must be one."""
    messages = sorted(messages, key=lambda each: (each.received_at, each.id))
    first = messages[0]
    copies = [copy for each in messages for copy in each.recipients]
    held = [copy for copy in copies if copy.state is State.HELD]
    shown = held or copies
    reasons = [reason for copy in shown for reason in copy.reasons]
    findings = [finding for each in messages for finding in each.verdict.for_everybody if not finding.shadow]
    wakes = [copy.wake_at for copy in held if copy.wake_at is not None]
    proposals = [each.review.proposal for each in messages if each.review.proposal is not None]
    return Item(
        ids=tuple(each.id for each in messages),
        sender=first.mail_from,
        direction=first.direction,
        channel=first.channel,
        first_at=first.received_at,
        last_at=messages[-1].received_at,
        releases=_once(reason.release for reason in reasons if reason.release is not None),
        held=_once(copy.recipient.address for copy in held),
        states=tuple(_counted(copy.state for copy in copies).items()),
        lacking=sum(any(reason.code in _LACKS for reason in copy.reasons) for copy in held),
        codes=_once(reason.code for reason in reasons),
        rules=_once(each.rule for each in findings),
        gaps=_once(gap.kind for each in messages for gap in each.verdict.gaps),
        confidence=min((each.confidence for each in findings), key=_SURENESS.index, default=None),
        wake_at=min(wakes, default=None),
        need=_need(messages),
        goes_by_itself=first.channel.is_mail or all(each.review.posting is not None for each in messages),
        proposed_by=proposals[0].by if proposals else "",
        alike=key_of(first)[-1],
    )


def by_release(items: Iterable[Item]) -> dict[ReleaseId, list[Item]]:
    """An item of several releases is in the list of each."""
    found: dict[ReleaseId, list[Item]] = {}
    for item in items:
        for release in item.releases:
            found.setdefault(release, []).append(item)
    return found


_LACKS = frozenset(
    {
        ReasonCode.RECIPIENT_NOT_LISTED,
        ReasonCode.RECIPIENT_ACCESS_NOT_OPEN,
        ReasonCode.RECIPIENT_ACCESS_ENDED,
        ReasonCode.RECIPIENT_DECLARATION_MISSING,
        ReasonCode.RECIPIENT_SUSPENDED,
        ReasonCode.LIST_NOT_EXPANDED,
        ReasonCode.LIST_MEMBER_WITHOUT_ACCESS,
    }
)


def _need(messages: Sequence[HeldMessage]) -> Need:
    if not any(each.is_open for each in messages):
        return Need.CLOSED
    waiting = [(each.review, copy) for each in messages for copy in each.in_state(State.HELD) if _waits(copy)]
    if any(review.is_escalated for review, _ in waiting):
        return Need.ESCALATED
    if any(review.proposal for review, _ in waiting):
        return Need.SECOND_PERSON
    if any(copy.wake_at is None for _, copy in waiting):
        return Need.NO_TIME
    return Need.LOOK if any(review.kept is None for review, _ in waiting) else Need.NONE


def _waits(copy: HeldRecipient) -> bool:
    """Nobody has let it go for all that holds it now."""
    return not copy.releases() or not copy.releases() <= copy.approved


Rank = tuple[int, float, int, int]


def rank(item: Item) -> Rank:
    """Where it stands in the list: what needs a person first, then what goes first, then what reaches most, surest."""
    when = item.wake_at.timestamp() if item.wake_at is not None else 0.0
    if item.need in (Need.NONE, Need.CLOSED):
        return item.need, -item.last_at.timestamp(), 0, 0
    sureness = _SURENESS.index(item.confidence) if item.confidence is not None else len(_SURENESS)
    return item.need, when, -item.lacking, sureness


def _once(values: Iterable[T]) -> tuple[T, ...]:
    return tuple(dict.fromkeys(values))


def _counted(values: Iterable[T]) -> dict[T, int]:
    counts: dict[T, int] = {}
    for each in values:
        counts[each] = counts.get(each, 0) + 1
    return counts

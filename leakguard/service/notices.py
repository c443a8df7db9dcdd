"""What people are told about a held message: which release, from whom it is held, when it goes, what they can do.

Rule of this file: nothing of a message is in a notice but its reference, the time it came and the addresses it was for.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from leakguard.model.address import domain_of
from leakguard.model.embargo import Book, Release
from leakguard.model.held import HeldMessage, HeldRecipient, State
from leakguard.model.leak_report import PostReported
from leakguard.model.message import Channel, Direction
from leakguard.model.notice import Notice
from leakguard.model.time_text import full_time, with_countdown
from leakguard.service.stamp import Stamp
from leakguard.service.words import REASONS

_MOST_NAMED = 25
_AUTOMATIC = re.compile(rb"^(auto-submitted:\s*(?!no\b|\s)|precedence:\s*(bulk|list|junk))", re.I | re.M)


@dataclass(frozen=True, slots=True, kw_only=True)
class NoticeSettings:
    """contact: where people write to take a message back or ask for a review. reviewers: who hears of new holds.

    on_call: who hears of escalations and of broken glass; the reviewers where nobody is named.
    review_url: address of the pages without a slash at its end, or "". A link opens a page that asks who you are.

    own_domains: senders of these domains are told; empty means every sender of outbound and internal mail.
    """

    contact: str
    reviewers: tuple[str, ...] = ()
    on_call: tuple[str, ...] = ()
    review_url: str = ""
    own_domains: frozenset[str] = frozenset()


class Question(StrEnum):
    """What a sender may be asked. A closed list: free text could carry a message's words out."""

    RECIPIENTS = "recipients"
    ALREADY_PUBLIC = "already_public"
    WHICH_EDITION = "which_edition"
    WHAT_IS_LOCKED = "what_is_locked"
    STILL_WANTED = "still_wanted"

    @property
    def sentence(self) -> str:
        return _QUESTIONS[self]


_QUESTIONS = {
    Question.RECIPIENTS: "Did you mean to send it to every one of these recipients?",
    Question.ALREADY_PUBLIC: "Has what it says been published already? If so, where and when?",
    Question.WHICH_EDITION: "Which edition of the release, and which period, does it tell of?",
    Question.WHAT_IS_LOCKED: "What is in the part that could not be opened?",
    Question.STILL_WANTED: "Shall it still be sent at the moment of release, or do you take it back?",
}


class Notices:
    """Writes notices; sending them is the postman's."""

    def __init__(self, settings: NoticeSettings, stamp: Stamp | None = None) -> None:
        self._settings = settings
        self._stamp = stamp

    def on_hold(self, held: HeldMessage, book: Book, now: datetime) -> tuple[Notice, ...]:
        """To the sender, where that is safe, and to the reviewers."""
        found: list[Notice] = []
        if self._is_our_own(held):
            return ()
        kept = held.in_state(State.HELD)
        if kept and self._may_tell_sender(held):
            found.append(self._notice("held", held, (held.mail_from,), _held_text(held, kept, book, now), now))
        if kept and self._settings.reviewers:
            text = f"{_review_text(held, kept, book, now)}\n\n{self._to_decide(held)}"
            found.append(self._notice("review", held, self._settings.reviewers, text, now))
        return tuple(found)

    def on_alarm(self, kind: str, held: HeldMessage, sentence: str, now: datetime) -> tuple[Notice, ...]:
        """To those on call: something about a held message wants a person. sentence: without content."""
        to = self._settings.on_call or self._settings.reviewers
        if not to:
            return ()
        text = f"About the held message {held.id}: {sentence}.\n\n{self._to_decide(held)}"
        return (self._notice(f"{kind} {now.isoformat()}", held, to, text, now),)

    def on_blind(self, kind: str, place: str, sentence: str, now: datetime) -> tuple[Notice, ...]:
        """To those on call: a door may miss messages, or hears again. place: its channel's id, or "".

        Of one kind and place once an hour: what stays wrong is in the log. sentence: our own words.
        """
        to = self._settings.on_call or self._settings.reviewers
        if not to:
            return ()
        where = f" Channel: {place}." if place else ""
        closing = f"With questions, write to {self._settings.contact}.\nThis notice was written by LeakGuard."
        return (
            Notice(
                id=f"door-{kind}-{now:%Y%m%d%H%M%S%f}",
                dedupe="|".join(("door", kind, place, ",".join(to), now.strftime("%Y-%m-%dT%H"))),
                to=to,
                subject=f"LeakGuard in Slack: {kind.replace('_', ' ')}",
                text=f"{sentence}{where}\n\nWhat to do: docs/slack.md, the kinds of blindness.\n\n{closing}\n",
                created_at=now,
                next_try_at=now,
            ),
        )

    def on_report(self, report: PostReported, where: str) -> tuple[Notice, ...]:
        """To those on call: somebody holds a post in Slack for a leak. where: an address of it, or ""."""
        to = self._settings.on_call or self._settings.reviewers
        if not to:
            return ()
        reference = report.held or report.message
        text = (
            f"{report.actor} reported a post in Slack as a leak.\n\n"
            f"  Where: {where or 'Slack did not say'}\n"
            f"  From: {report.sender or _NOBODY[Channel.SLACK]}\n\n{self._of_report(report)}\n\n"
            f"With questions, write to {self._settings.contact} and quote reference {reference}.\n"
            "This notice was written by LeakGuard. It shows nothing of the message itself on purpose.\n"
        )
        return (
            Notice(
                id=f"{report.message}-report",
                dedupe=f"report|{report.message}",
                to=to,
                subject=f"A post in Slack was reported as a leak (reference {reference})",
                text=text,
                held=report.held,
                created_at=report.at,
                next_try_at=report.at,
            ),
        )

    def _of_report(self, report: PostReported) -> str:
        if report.held is not None:
            where = f"{self._settings.review_url}/items/{report.held}" if self._settings.review_url else report.held
            return f"The rules find a release in it: it is held as {report.held}.\nTo decide: {where}"
        return (
            "The rules find nothing in it that is under embargo: nothing of it was kept. Please look at it in Slack.\n"
            f"To open an incident about it, give the reference {report.message}."
        )

    def on_question(self, held: HeldMessage, question: Question, book: Book, now: datetime) -> tuple[Notice, ...]:
        """To the sender, one of our own questions; () where the sender is not written to."""
        if not self._may_tell_sender(held):
            return ()
        text = (
            f"A reviewer has a question about the message that you sent on {_received(held, book)}, which is held:\n\n"
            f"  {question.sentence}\n\nPlease do not quote the message in your answer."
        )
        return (self._notice(f"question {question}", held, (held.mail_from,), text, now),)

    def _to_decide(self, held: HeldMessage) -> str:
        if self._settings.review_url:
            return f"To decide: {self._settings.review_url}/items/{held.id}"
        return f"To decide: leakguard held show {held.id}"

    def _is_our_own(self, held: HeldMessage) -> bool:
        return not held.mail_from and self._stamp is not None and self._stamp.is_ours(held.content)

    def on_longer(self, held: HeldMessage, book: Book, now: datetime) -> tuple[Notice, ...]:
        """A held message will go at another time than the sender was told."""
        kept = held.in_state(State.HELD)
        if not kept or not self._may_tell_sender(held):
            return ()
        when = held.wake_at.isoformat() if held.wake_at else "open"
        return (self._notice(f"longer {when}", held, (held.mail_from,), _held_text(held, kept, book, now), now),)

    def on_end(
        self, held: HeldMessage, state: State, copies: Iterable[HeldRecipient], now: datetime
    ) -> tuple[Notice, ...]:
        """Copies were sent, rejected, withdrawn or refused by the next hop."""
        if not self._may_tell_sender(held):
            return ()
        told = tuple(copies)
        names = ",".join(sorted(each.recipient.address for each in told))
        return (self._notice(f"{state} {names}", held, (held.mail_from,), _end_text(held, state, told), now),)

    def _may_tell_sender(self, held: HeldMessage) -> bool:
        return held.channel.is_mail and self.may_tell(held.mail_from, held.content, held.direction)

    def may_tell(self, sender: str, content: bytes, direction: Direction) -> bool:
        """Never an automaton, never a stranger: a notice to a forged sender would be a leak and back-scatter.

        ref: RFC 3834 section 2
        """
        if not sender or _is_automatic(content):
            return False
        if self._settings.own_domains:
            return domain_of(sender) in self._settings.own_domains
        return direction is not Direction.INBOUND

    @property
    def contact(self) -> str:
        return self._settings.contact

    def _notice(self, kind: str, held: HeldMessage, to: tuple[str, ...], text: str, now: datetime) -> Notice:
        sort = kind.partition(" ")[0]
        group = held.digest if kind == "held" else held.id
        hour = now.strftime("%Y-%m-%dT%H") if kind == "held" else ""
        return Notice(
            id=f"{held.id}-{sort}-{now:%H%M%S%f}",
            dedupe="|".join((kind, ",".join(to), group, hour)),
            to=to,
            subject=f"{_SUBJECTS[sort]} (reference {held.id})",
            text=f"{text}\n\n{self._closing(held, sort)}\n",
            held=held.id,
            created_at=now,
            next_try_at=now,
        )

    def _closing(self, held: HeldMessage, sort: str) -> str:
        wish = "To take the message back, or to ask for a review," if sort in ("held", "longer") else "With questions,"
        return (
            f"{wish} reply to this notice or write to {self._settings.contact} and quote reference {held.id}.\n"
            f"This notice was written by LeakGuard. It shows nothing of the message itself on purpose."
        )


_NOBODY = {Channel.EMAIL: "the null sender", Channel.SLACK: "nobody who is named"}

_SUBJECTS = {
    "held": "Your message is held back",
    "longer": "Your held message goes at another time",
    "review": "A message is held",
    "sent": "Your held message has gone",
    "rejected": "Your held message was rejected",
    "withdrawn": "Your held message was taken back",
    "undeliverable": "Your held message could not be delivered",
    "question": "A question about your held message",
    "second": "A second person is asked for",
    "escalated": "A held message was escalated",
    "asked": "A held post should be looked at",
    "glass": "A held message was opened without access",
}


def _is_automatic(content: bytes) -> bool:
    header, _, _ = content[:65_536].partition(b"\r\n\r\n")
    return _AUTOMATIC.search(header) is not None


def _held_text(held: HeldMessage, kept: tuple[HeldRecipient, ...], book: Book, now: datetime) -> str:
    return "\n\n".join(
        (
            f"The message that you sent on {_received(held, book)} is held back from\n{_names(kept)}",
            _about(held, book, now),
            _next_step(held, kept, book, now),
        )
    )


def _review_text(held: HeldMessage, kept: tuple[HeldRecipient, ...], book: Book, now: datetime) -> str:
    rules = ", ".join(sorted({finding.rule for finding in held.verdict.findings})) or "none"
    gaps = ", ".join(sorted({gap.kind.value for gap in held.verdict.gaps})) or "none"
    return "\n\n".join(
        (
            f"A message from {held.mail_from or _NOBODY[held.channel]} of {_received(held, book)} is held back from\n"
            + "\n".join(f"  {each.recipient.address}: {_codes(each)}" for each in kept[:_MOST_NAMED])
            + _more(kept),
            f"Rules: {rules}. Parts that could not be read: {gaps}.",
            _about(held, book, now),
            _next_step(held, kept, book, now),
        )
    )


def _end_text(held: HeldMessage, state: State, copies: tuple[HeldRecipient, ...]) -> str:
    what = {
        State.SENT: "has been delivered to",
        State.REJECTED: "was rejected and will not be sent to",
        State.WITHDRAWN: "was taken back and will not be sent to",
        State.UNDELIVERABLE: "was refused by the receiving mail server and could not be delivered to",
    }[state]
    return f"The held message that you sent on {full_time(held.received_at, 'UTC')} {what}\n{_names(copies)}"


def _received(held: HeldMessage, book: Book) -> str:
    return full_time(held.received_at, _zone(_releases(held, book)))


def _names(copies: tuple[HeldRecipient, ...]) -> str:
    lines = [f"  {each.recipient.address}" for each in copies[:_MOST_NAMED]]
    return "\n".join(lines) + _more(copies)


def _more(copies: tuple[HeldRecipient, ...]) -> str:
    return f"\n  and {len(copies) - _MOST_NAMED} more" if len(copies) > _MOST_NAMED else ""


def _codes(copy: HeldRecipient) -> str:
    return ", ".join(dict.fromkeys(REASONS[reason.code] for reason in copy.reasons))


def _releases(held: HeldMessage, book: Book) -> list[Release]:
    return [book.releases[each] for each in held.releases() if each in book.releases]


def _zone(releases: list[Release]) -> str:
    return releases[0].zone if releases else "UTC"


def _about(held: HeldMessage, book: Book, now: datetime) -> str:
    lines = []
    for release in _releases(held, book):
        lift_at = release.lift_at()
        when = with_countdown(lift_at, release.zone, now) if lift_at else "a time that is not fixed"
        lines.append(f"It concerns {release.title} ({release.id}), which is not public until {when}.")
    return "\n".join(lines) or "It could not be read completely."


def _next_step(held: HeldMessage, kept: tuple[HeldRecipient, ...], book: Book, now: datetime) -> str:
    times = {each.decide_again_at for each in kept if each.decide_again_at is not None}
    if not held.channel.is_mail:
        return "It was posted in Slack. It is posted again only if its author, or a reviewer, wants that."
    if not times:
        return "It does not go by itself: somebody has to confirm the publication, or let it go."
    when = with_countdown(min(times), _zone(_releases(held, book)), now)
    copies = "It" if len(times) == 1 else "The first copy"
    return f"{copies} goes by itself at {when}, unless something else holds it then. You need not send it again."

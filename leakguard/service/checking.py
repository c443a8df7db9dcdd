"""Check: what would happen to a message, and from when it would not. Nothing of it is kept, sent or written down.

Rule of this file: all that a check can reach is in its constructor, and there is no store, outbox, next hop or log.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from datetime import datetime

from leakguard.model.account import Actor
from leakguard.model.address import canonical
from leakguard.model.content import Verdict
from leakguard.model.decision import Decision
from leakguard.model.embargo import Book
from leakguard.model.errors import Forbidden, Refused
from leakguard.model.message import Channel, Direction, Facts
from leakguard.policy import Policy, decide
from leakguard.service.answers import (
    ANYONE,
    Answer,
    copies_of,
    details_of,
    has_access,
    has_some_access,
    known_to,
    shown_by,
    without_values,
)
from leakguard.service.authority import Permission, require
from leakguard.service.current import Current
from leakguard.service.pace import Pace
from leakguard.service.ports import Clock, Inspector

MOST_RECIPIENTS = 100

_ADDRESS = re.compile(r"[^\s@<>]{1,64}@[^\s@<>]{1,255}")
_HANDLE = re.compile(r"slack:[\w.-]{1,64}/[\w.-]{1,64}")  # who has no address there: slack:TEAM/USER


@dataclass(frozen=True, slots=True, kw_only=True)
class Question:
    """recipients: none stands for anyone without access; of a post, who could see it. content: a whole message.

    mail_from, at: as if somebody else sent it, as if it were then; for those with access only.
    """

    recipients: tuple[str, ...] = ()
    content: bytes = field(repr=False)
    direction: Direction = Direction.OUTBOUND
    channel: Channel = Channel.EMAIL
    mail_from: str = ""
    at: datetime | None = None


@dataclass(slots=True, kw_only=True)
class Checking:
    """largest: octets of a message. answered: how many checks there were; all that is left of them."""

    inspector: Inspector
    current: Current
    clock: Clock
    policy: Policy
    pace: Pace
    largest: int = 50 * 1024 * 1024
    answered: int = 0

    async def answer(self, actor: Actor, question: Question) -> Answer:
        """In full for whoever has access now to all that it could tell of; else what tells no direction and no number,
        for their own address and for now. Raises Refused, Forbidden, TooManyTries.
        """
        require(actor, Permission.CHECK)
        own = canonical(actor.handle)
        recipients = self._recipients(question)
        self._may_suppose(own, question)
        self.pace.count(own)
        verdict = await self._verdict(question)
        now, book = self.clock.now(), self.current.book
        at = question.at or now
        known = known_to(own, verdict, book, (at, now), now)
        sender = question.mail_from or own
        full = self._decision(sender, recipients, known, book, at)
        shown = shown_by(known, full, book, now)
        if shown and all(has_access(own, each, book, now) for each in shown):
            details = details_of(known, full, book)
            return Answer(sender=sender, at=at, copies=copies_of(full, book), details=details)
        return self._safe(own, recipients, verdict)

    async def answer_safely(self, sender: str, question: Question) -> Answer:
        """The answer that tells no direction and no number, whoever asks: a mail's sender can be forged, and in Slack
        nothing of a message may stand. Raises Refused, TooManyTries.
        """
        recipients = self._recipients(question)
        self.pace.count(canonical(sender))
        return self._safe(canonical(sender), recipients, await self._verdict(question))

    def _may_suppose(self, own: str, question: Question) -> None:
        supposes = question.at is not None or canonical(question.mail_from or own) != own
        if supposes and not has_some_access(own, self.current.book, self.clock.now()):
            raise Forbidden("checking as somebody else, or as at another time, is for people with access to a release")

    def _recipients(self, question: Question) -> tuple[str, ...]:
        """Raises Refused. What was given may be content, so it is not said again."""
        if len(question.content) > self.largest:
            raise Refused(f"that is larger than the {self.largest // (1024 * 1024)} MiB that this relay takes")
        is_mail = question.channel.is_mail
        if is_mail and len(question.recipients) > MOST_RECIPIENTS:
            raise Refused(f"that is more than {MOST_RECIPIENTS} recipients")
        for number, each in enumerate((*question.recipients, question.mail_from or ANYONE), start=1):
            if each != ANYONE and not _ADDRESS.fullmatch(each) and (is_mail or not _HANDLE.fullmatch(each)):
                raise Refused(f"address {number} is not one such as amy@news.example")
        return tuple(dict.fromkeys(question.recipients)) or (ANYONE,)

    async def _verdict(self, question: Question) -> Verdict:
        self.answered += 1
        return await self.current.inspected(self.inspector, question.content, question.direction, question.channel)

    def _safe(self, own: str, recipients: tuple[str, ...], verdict: Verdict) -> Answer:
        now, book = self.clock.now(), self.current.book
        decision = self._decision(own, recipients, without_values(verdict), book, now)
        return Answer(sender=own, at=now, copies=copies_of(decision, book))

    def _decision(
        self, mail_from: str, recipients: tuple[str, ...], verdict: Verdict, book: Book, at: datetime
    ) -> Decision:
        return decide(Facts(mail_from=mail_from, recipients=recipients), verdict, book, self.policy, at)

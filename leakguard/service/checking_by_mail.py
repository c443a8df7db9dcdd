"""One address of the relay that answers instead of delivering: the sender hears what would happen to such a message.

Rule of this file: nothing is kept of what was asked but the notice, which has no word of it; and 250 means that the
notice is on disk.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Protocol

import structlog

from leakguard.extract import Limits
from leakguard.extract.mail.headers import read_header
from leakguard.extract.mail.people import recipients_named
from leakguard.model.address import canonical
from leakguard.model.errors import Refused, StoreUnavailable, TooManyTries
from leakguard.model.message import Message
from leakguard.model.notice import Notice
from leakguard.model.time_text import full_time
from leakguard.service.answers import Answer, sentence_for
from leakguard.service.checking import MOST_RECIPIENTS, Checking, Question
from leakguard.service.notices import Notices
from leakguard.service.ports import Outbox, Reply, Transaction

log = structlog.get_logger("leakguard.check")


class Gate(Protocol):
    async def submit(self, message: Message, transaction: Transaction) -> Reply: ...


@dataclass(frozen=True, slots=True, kw_only=True)
class CheckingByMail:
    """In front of the gate. address: canonical; the door never offered it to the next hop. zone: for times in notices.

    Named beside others, it gets its answer first and the others are decided as usual, whatever came of the answer.
    """

    gate: Gate
    checking: Checking
    outbox: Outbox
    notices: Notices
    address: str
    zone: str = "Europe/London"
    poke: Callable[[], None] = lambda: None

    async def submit(self, message: Message, transaction: Transaction) -> Reply:
        """As the gate does. Never raises."""
        recipients = message.envelope.recipients
        others = tuple(each for each in recipients if canonical(each.address) != self.address)
        if len(others) == len(recipients):
            return await self.gate.submit(message, transaction)
        reply = await self._reply(message)
        if not others:
            await transaction.abandon()
            return reply
        rest = replace(message, envelope=replace(message.envelope, recipients=others))
        return await self.gate.submit(rest, transaction)

    async def _reply(self, message: Message) -> Reply:
        sender = message.envelope.mail_from
        is_own = canonical(sender) == self.address
        if is_own or not self.notices.may_tell(sender, message.content, message.direction):
            return Reply.of(550, f"5.7.1 this address answers people of this organisation only, reference {message.id}")
        try:
            answer = await self.checking.answer_safely(sender, self._question(message))
            await self.outbox.tell([_notice(message, answer, self.notices.contact, self.zone)])
        except TooManyTries as problem:
            return Reply.of(451, f"4.7.1 too many checks, wait {problem.seconds} s, reference {message.id}")
        except Refused:
            return Reply.of(550, f"5.7.1 this cannot be checked, reference {message.id}")
        except StoreUnavailable:
            return Reply.of(451, f"4.3.0 LeakGuard cannot answer now, reference {message.id}")
        except Exception as problem:  # noqa: BLE001 - the door boundary: a defect delays a check, and leaks nothing of it
            log.error("check.crashed", message=message.id, problem=type(problem).__name__, alarm=True)
            return Reply.of(451, f"4.3.0 LeakGuard could not check now, reference {message.id}")
        self.poke()
        return Reply.of(250, f"2.0.0 checked, the answer comes by mail, reference {message.id}")

    def _question(self, message: Message) -> Question:
        header = read_header(message.content, 0, len(message.content), Limits())
        named = [each for each in recipients_named(header) if canonical(each) != self.address]
        return Question(recipients=tuple(named[:MOST_RECIPIENTS]), content=message.content, direction=message.direction)


def _notice(message: Message, answer: Answer, contact: str, zone: str) -> Notice:
    lines = "\n".join(f"  {each.recipient}: {sentence_for(each, answer.at)}" for each in answer.copies)
    text = (
        f"You asked on {full_time(message.received_at, zone)} what would happen to a message.\n\n{lines}\n\n"
        "Asking sent nothing on, and nothing of the message was kept for it. The answer is for your own address, as\n"
        "things stand now: the message is decided anew when you send it.\n\n"
        f"With questions, write to {contact} and quote reference {message.id}.\n"
        "This notice was written by LeakGuard. It shows nothing of the message itself on purpose.\n"
    )
    return Notice(
        id=f"{message.id}-check",
        dedupe=f"check|{message.id}",
        to=(message.envelope.mail_from,),
        subject=f"What would happen to your message (reference {message.id})",
        text=text,
        created_at=answer.at,
        next_try_at=answer.at,
    )

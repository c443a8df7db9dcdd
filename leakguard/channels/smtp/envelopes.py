"""MAIL, RCPT and RSET: each forwarded to the next hop within a transaction that lives as long as the client's.

ref: RFC 5321 section 4.1.1.2, section 4.1.1.3; RFC 2920 (pipelining)
"""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Sequence
from typing import TypeVar

import structlog

from leakguard.channels.smtp import reading, replies
from leakguard.channels.smtp.connection import MAX_LINE, Connection
from leakguard.channels.smtp.grammar import Path, parse_mail, parse_rcpt
from leakguard.channels.smtp.lobby import Lobby
from leakguard.model.address import canonical
from leakguard.model.errors import NextHopUnavailable
from leakguard.model.message import Envelope, Recipient
from leakguard.service.ports import Reply, Transaction

log = structlog.get_logger(__name__)
T = TypeVar("T")

_RCPT = b"RCPT "
_AT_ONCE = 500  # recipients offered in one go


class LiveMail:
    """What the client said since MAIL, and the same transaction open with the next hop.

    reference: for logs and replies, later the id of the message. began: Clock.seconds() at MAIL.
    accepted: recipients the next hop took. refused: how many it, or we, did not. chunks: of BDAT so far.
    is_broken: the next hop was lost after MAIL, so nothing more can come of it.
    """

    __slots__ = ("accepted", "began", "chunks", "is_broken", "reference", "refused", "sender", "size", "transaction")

    def __init__(self, *, reference: str, sender: Path, transaction: Transaction, began: float) -> None:
        self.reference = reference
        self.sender = sender
        self.transaction = transaction
        self.began = began
        self.accepted: list[Recipient] = []
        self.refused = 0
        self.chunks: list[bytes] = []
        self.size = 0
        self.is_broken = False

    @property
    def envelope(self) -> Envelope:
        sender = self.sender
        return Envelope(mail_from=sender.address, mail_params=sender.params, recipients=tuple(self.accepted))


class Envelopes(Connection):
    """A connection that can open a transaction."""

    def __init__(self, lobby: Lobby) -> None:
        super().__init__(lobby)
        self._offer = lobby.no_offer
        self._helo = ""
        self._behind: dict[str, str] = {}  # what XFORWARD said of this transaction
        self._mail: LiveMail | None = None

    async def _abandon(self) -> None:
        mail = self._let_go()
        if mail is not None:
            await mail.transaction.abandon()

    def _let_go(self) -> LiveMail | None:
        """The transaction, which is from here on the caller's to end."""
        mail, self._mail, self._behind = self._mail, None, {}
        return mail

    async def _ask(self, question: Awaitable[T], reference: str) -> T | Reply:
        """The next hop's answer; ours when it has none. Its own connection errors must not look like the client's."""
        try:
            async with asyncio.timeout(self._settings.next_hop_seconds):
                return await question
        except Exception as error:  # noqa: BLE001 - door boundary
            log.warning("smtp.next_hop_failed", message=reference, error=type(error).__name__)
            is_down = isinstance(error, NextHopUnavailable | TimeoutError)
            return replies.unavailable(reference) if is_down else replies.failed(reference)

    async def mail(self, argument: bytes) -> None:
        if not self._helo or self._mail is not None:
            return await self._say(replies.NESTED_MAIL if self._helo else replies.HELO_FIRST)
        sender = parse_mail(argument, self._offer.keywords, self._offer.max_size)
        if isinstance(sender, Reply):
            return await self._say(sender)
        began, reference = self._lobby.clock.seconds(), self._lobby.new_id()
        answer = await self._ask(self._lobby.next_hop.begin(sender.address, sender.params), reference)
        if isinstance(answer, Reply):
            return await self._say(answer)
        transaction, reply = answer
        if transaction is not None:
            self._mail = LiveMail(reference=reference, sender=sender, transaction=transaction, began=began)
        return await self._say(reply)

    async def rcpt(self, argument: bytes) -> None:
        """This recipient, together with those whose commands have arrived already."""
        mail = self._mail
        if mail is None:
            return await self._say(replies.MAIL_FIRST if self._helo else replies.HELO_FIRST)
        room = min(self._settings.max_recipients - len(mail.accepted), _AT_ONCE)
        if room <= 0:
            mail.refused += 1
            return await self._say(replies.TOO_MANY_RECIPIENTS)
        lines = reading.take_lines(self._reader, _RCPT, most=room - 1, longest=MAX_LINE)
        arguments = (argument, *(line[len(_RCPT) :].rstrip(b" \t") for line in lines))
        said = await self._offer_recipients(mail, arguments)
        await self._write(b"".join(reply.wire for reply in said))
        return self._hang_up() if any(reply.code == 421 for reply in said) else None

    async def _offer_recipients(self, mail: LiveMail, arguments: Sequence[bytes]) -> list[Reply]:
        """One reply for each argument; those in order go to the next hop, all at once."""
        paths = [parse_rcpt(each, self._offer.keywords, is_utf8=mail.sender.is_utf8) for each in arguments]
        recipients = [Recipient(address=p.address, params=p.params) for p in paths if not isinstance(p, Reply)]
        answers = await self._answers(mail, recipients)
        for recipient, answer in zip(recipients, answers, strict=True):
            if answer.is_positive:
                mail.accepted.append(recipient)
        remaining = iter(answers)
        said = [path if isinstance(path, Reply) else next(remaining) for path in paths]
        mail.refused += sum(1 for reply in said if not reply.is_positive)
        return said

    async def _answers(self, mail: LiveMail, recipients: Sequence[Recipient]) -> list[Reply]:
        """Ours for addresses that are kept here, the next hop's for the others."""
        further = [each for each in recipients if not self._is_kept_here(each)]
        answers = iter(await self._next_hops_answers(mail, further) if further else ())
        return [replies.RECIPIENT_OK if self._is_kept_here(each) else next(answers) for each in recipients]

    def _is_kept_here(self, recipient: Recipient) -> bool:
        kept = self._settings.kept_here
        return bool(kept) and canonical(recipient.address) in kept

    async def _next_hops_answers(self, mail: LiveMail, recipients: Sequence[Recipient]) -> Sequence[Reply]:
        if mail.is_broken:
            return [replies.unavailable(mail.reference)] * len(recipients)
        answer = await self._ask(mail.transaction.rcpts(recipients), mail.reference)
        if isinstance(answer, Reply):
            mail.is_broken = True
            return [answer] * len(recipients)
        return answer

    async def rset(self, argument: bytes) -> None:
        if argument:
            return await self._say(replies.NO_ARGUMENT)
        await self._abandon()
        return await self._say(replies.RESET)

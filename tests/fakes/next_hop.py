"""A next hop that takes what it is told to take and writes down what it was asked, as SMTP would show it."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass, field

from leakguard.model.errors import NextHopUnavailable
from leakguard.model.message import Envelope, Recipient
from leakguard.service.ports import Reply

EXTENSIONS = frozenset(
    {"PIPELINING", "SIZE 10485760", "8BITMIME", "ENHANCEDSTATUSCODES", "DSN", "SMTPUTF8", "CHUNKING"}
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Taken:
    """One message that was delivered."""

    envelope: Envelope
    head: bytes
    content: bytes


@dataclass(kw_only=True)
class RecordingNextHop:
    """replies: instead of 250, by "MAIL", "RCPT", "DATA" or by a recipient's address. is_down: nothing answers.

    fails: by "MAIL", "RCPT" or "DATA", what is raised. gate: while set and not open, DATA waits.
    transcript: what it was asked, in order. taken: what it delivered. batches: how many recipients came at once.
    """

    extensions_offered: frozenset[str] = EXTENSIONS
    replies: dict[str, Reply] = field(default_factory=dict)
    fails: dict[str, Exception] = field(default_factory=dict)
    is_down: bool = False
    gate: asyncio.Event | None = None
    transcript: list[str] = field(default_factory=list)
    taken: list[Taken] = field(default_factory=list)
    batches: list[int] = field(default_factory=list)

    async def begin(self, mail_from: str, mail_params: str) -> tuple[RecordingTransaction | None, Reply]:
        self._ask("MAIL")
        self.transcript.append(f"MAIL FROM:<{mail_from}> {mail_params}".rstrip())
        reply = self.replies.get("MAIL", Reply.of(250, "2.1.0 sender ok"))
        if not reply.is_positive:
            return None, reply
        return RecordingTransaction(self, mail_from, mail_params), reply

    async def extensions(self) -> frozenset[str]:
        self._ask("EHLO")
        return self.extensions_offered

    async def close(self) -> None:
        self.transcript.append("CLOSE")

    def _ask(self, verb: str) -> None:
        if self.is_down:
            raise NextHopUnavailable("the fake next hop is down")
        if verb in self.fails:
            raise self.fails[verb]

    def reply_to(self, recipient: Recipient) -> Reply:
        fallback = self.replies.get("RCPT", Reply.of(250, "2.1.5 recipient ok"))
        return self.replies.get(recipient.address, fallback)


class RecordingTransaction:
    def __init__(self, hop: RecordingNextHop, mail_from: str, mail_params: str) -> None:
        self._hop = hop
        self._mail = (mail_from, mail_params)
        self._recipients: list[Recipient] = []
        self._is_open = True

    async def rcpt(self, recipient: Recipient) -> Reply:
        (reply,) = await self.rcpts((recipient,))
        return reply

    async def rcpts(self, recipients: Sequence[Recipient]) -> tuple[Reply, ...]:
        assert self._is_open, "the transaction is over"
        self._hop._ask("RCPT")
        self._hop.batches.append(len(recipients))
        for each in recipients:
            self._hop.transcript.append(f"RCPT TO:<{each.address}> {each.params}".rstrip())
            if self._hop.reply_to(each).is_positive:
                self._recipients.append(each)
        return tuple(self._hop.reply_to(each) for each in recipients)

    async def data(self, head: bytes, content: bytes) -> Reply:
        assert self._is_open, "the transaction is over"
        assert self._recipients, "somebody must get it"
        self._hop._ask("DATA")
        if self._hop.gate is not None:
            await self._hop.gate.wait()
        self._is_open = False
        self._hop.transcript.append(f"DATA {content!r}")
        reply = self._hop.replies.get("DATA", Reply.of(250, "2.0.0 queued as 4XyZ"))
        if reply.is_positive:
            sender, params = self._mail
            envelope = Envelope(mail_from=sender, mail_params=params, recipients=tuple(self._recipients))
            self._hop.taken.append(Taken(envelope=envelope, head=head, content=content))
        return reply

    async def restart(self, envelope: Envelope) -> Reply:
        assert self._is_open, "the transaction is over"
        self._hop.transcript.append("RSET")
        self._recipients.clear()
        begun, reply = await self._hop.begin(envelope.mail_from, envelope.mail_params)
        if begun is None:
            return reply
        answers = await self.rcpts(envelope.recipients)
        return next((each for each in answers if not each.is_positive), answers[-1])

    async def abandon(self) -> None:
        if self._is_open:
            self._is_open = False
            self._hop.transcript.append("ABANDON")

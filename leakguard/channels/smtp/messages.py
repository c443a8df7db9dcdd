"""DATA and BDAT: a whole message off the wire, its form checked, handed to the gate; the gate's reply said as it is.

ref: RFC 5321 section 4.1.1.4 (DATA), RFC 3030 (BDAT)
"""

# Rule of this file: a client that goes away before the end has sent nothing; one that goes away later changes nothing.

from __future__ import annotations

import re

import structlog

from leakguard.channels.smtp import checks, reading, replies
from leakguard.channels.smtp.envelopes import Envelopes, LiveMail
from leakguard.channels.smtp.lobby import Lobby
from leakguard.channels.smtp.received import Client, received_line
from leakguard.model.message import Message
from leakguard.service.ports import Reply

log = structlog.get_logger(__name__)

_BDAT = re.compile(rb"([0-9]{1,18})(?: +((?i:LAST)))?\Z")


class Messages(Envelopes):
    """A connection that can take a message."""

    def __init__(self, lobby: Lobby) -> None:
        super().__init__(lobby)
        self._is_extended = False
        self._data_until = 0.0

    async def data(self, argument: bytes) -> None:
        problem = replies.NO_ARGUMENT if argument else self._why_no_data()
        if problem is None and self._mail is not None and self._mail.chunks:
            problem = replies.MIXED_DATA
        if problem is not None:
            return await self._say(problem)
        await self._say(replies.GO_AHEAD)
        self._begin_data()
        scanner = await reading.read_data(self._reader, self._offer.max_size, self._on_piece)
        if scanner is None:
            return self._note_break()
        if scanner.is_too_large:
            return await self._finish(replies.TOO_LARGE)
        return await self._finish(self._content(scanner.wire, is_stuffed=True))

    async def bdat(self, argument: bytes) -> None:
        """The octets are read even when they are refused, or they would be taken for commands."""
        found = _BDAT.match(argument)
        if found is None:
            await self._say(replies.BDAT_SYNTAX)
            return self._hang_up()
        size, is_last = int(found[1]), found[2] is not None
        mail, problem = self._mail, self._why_no_data()
        if problem is None and mail is not None and mail.size + size > self._offer.max_size:
            problem = replies.TOO_LARGE
        if mail is None or not mail.chunks:
            self._begin_data()
        octets = await reading.read_octets(self._reader, size, self._on_piece, keep=problem is None)
        if octets is None:
            return self._note_break()
        if mail is None or problem is not None:
            return await (
                self._finish(problem) if problem is replies.TOO_LARGE else self._say(problem or replies.MAIL_FIRST)
            )
        mail.chunks.append(octets)
        mail.size += size
        if not is_last:
            return await self._say(replies.chunk_taken(size))
        return await self._finish(self._content(b"".join(mail.chunks), is_stuffed=False))

    def _why_no_data(self) -> Reply | None:
        mail = self._mail
        if mail is None:
            return replies.MAIL_FIRST if self._helo else replies.HELO_FIRST
        if mail.is_broken:
            return replies.unavailable(mail.reference)
        if not mail.accepted:
            return replies.NO_VALID_RECIPIENTS if mail.refused else replies.RCPT_FIRST
        return None

    def _begin_data(self) -> None:
        self._data_until = self.loop.time() + self._settings.data_seconds
        self._on_piece()

    def _on_piece(self) -> None:
        """Something came: the client has time for the next piece, within the time for all of them."""
        left = self._data_until - self.loop.time()
        self._reset_timeout(max(0.001, min(self._settings.chunk_seconds, left)))

    def _note_break(self) -> None:
        if self._mail is not None:
            log.info("smtp.broken_off", message=self._mail.reference, client=str(self.address))

    def _content(self, octets: bytes, *, is_stuffed: bool) -> bytes | Reply:
        """The message in these octets, or why it cannot be one."""
        if checks.has_bare_newlines(octets):
            if not self._lobby.normalises(self.address):
                return replies.HAS_BARE_NEWLINES
            octets = checks.normalised(octets)
        content = reading.unstuff(octets) if is_stuffed else octets
        if content and content[-2:] != b"\r\n":
            content += b"\r\n"  # BDAT may end in the middle of a line, DATA at the next hop may not
        max_size, settings = self._offer.max_size, self._settings
        problem = checks.refusal(
            content, max_size=max_size, max_received=settings.max_received, hostname=settings.hostname
        )
        return content if problem is None else problem

    async def _finish(self, content: bytes | Reply) -> None:
        """End the transaction with a message, or with the reply that refuses it."""
        self._stop_timeout()
        behind, mail = self._behind, self._let_go()
        assert mail is not None, "data comes within a transaction"
        ended = self._lobby.clock.seconds()
        if isinstance(content, Reply):
            await mail.transaction.abandon()
            reply, size = content, 0
        else:
            message = self._message(mail, content, behind)
            reply, size = await self._lobby.deliver(message, mail.transaction), len(content)
        now = self._lobby.clock.seconds()
        log.info(
            "smtp.done",
            message=mail.reference,
            client=behind.get("ADDR") or str(self.address),
            upstream=behind.get("IDENT", ""),
            recipients=len(mail.accepted),
            refused=mail.refused,
            size=size,
            code=reply.summary,
            ms=round((now - mail.began) * 1000, 1),
            gate_ms=round((now - ended) * 1000, 1),
        )
        await self._say(reply)

    def _message(self, mail: LiveMail, content: bytes, behind: dict[str, str]) -> Message:
        peer, hostname, at = str(self.address), self._settings.hostname, self._lobby.clock.now()
        client = Client(
            address=behind.get("ADDR") or peer, helo=behind.get("HELO") or self._helo, name=behind.get("NAME", "")
        )
        protocol = "UTF8SMTP" if mail.sender.is_utf8 else "ESMTP" if self._is_extended else "SMTP"
        return Message(
            id=mail.reference,
            envelope=mail.envelope,
            content=content,
            head=received_line(client, hostname=hostname, protocol=protocol, reference=mail.reference, at=at),
            direction=self._settings.direction,
            received_at=at,
            client=peer,
        )

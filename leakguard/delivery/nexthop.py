"""The next hop by SMTP: one transaction of ours is one of theirs, with their replies word for word.

ref: RFC 5321 section 3.3 (transactions), section 4.2.5 (who owns the message after DATA); RFC 1047 (lost replies)
"""

from __future__ import annotations

import asyncio
from collections.abc import Sequence

import structlog

from leakguard.delivery.connection import Connection, ConnectionBroken, PeerClosed
from leakguard.delivery.pool import Pool
from leakguard.delivery.settings import NextHopSettings
from leakguard.delivery.wire import command
from leakguard.model.errors import LeakGuardError, NextHopUnavailable, ReplyUnknown
from leakguard.model.message import Envelope, Recipient
from leakguard.service.ports import Reply, Transaction

log = structlog.get_logger()

_TIDY_SECONDS = 5.0  # a client waits for the reply that comes after this
_NO_RECIPIENTS = Reply.of(554, "5.5.1 no valid recipients")


class SmtpNextHop:
    """ports.NextHop over a pool of SMTP connections."""

    def __init__(self, settings: NextHopSettings) -> None:
        self._settings = settings
        self._pool = Pool(settings)
        self._asking = asyncio.Lock()
        self._asked_in_vain = 0

    async def begin(self, mail_from: str, mail_params: str) -> tuple[Transaction | None, Reply]:
        """Raises UnsafeArgument beside what the port says."""
        line = command("MAIL FROM", mail_from, mail_params)
        transaction = SmtpTransaction(self._settings, self._pool, await self._pool.take())
        reply = await transaction.mail(line)
        if reply.is_positive:
            return transaction, reply
        await transaction.abandon()
        return None, reply

    async def extensions(self) -> frozenset[str]:
        """Whoever asks while another one is asking shares the answer, and the failure too."""
        asked_in_vain = self._asked_in_vain
        async with self._asking:
            if self._pool.keywords is not None:
                return self._pool.keywords
            if self._asked_in_vain != asked_in_vain:
                raise NextHopUnavailable("no next hop can be reached")
            try:
                connection = await self._pool.take(fresh=True)
            except NextHopUnavailable:
                self._asked_in_vain += 1
                raise
            self._pool.give_back(connection)
            return connection.keywords

    async def close(self) -> None:
        self._pool.close()


class SmtpTransaction:
    """ports.Transaction on one connection, which goes back to the pool exactly once, however this ends.

    Raises UnsafeArgument beside what the port says; nothing was sent then, and the transaction stays open.
    """

    def __init__(self, settings: NextHopSettings, pool: Pool, connection: Connection) -> None:
        self._settings = settings
        self._pool = pool
        self._connection = connection
        self._accepted: list[bytes] = []  # MAIL and RCPTs that were, to say them again on another connection
        self._has_recipients = False
        self._has_ended = False
        connection.transactions += 1

    async def mail(self, line: bytes) -> Reply:
        (reply,) = await self._say([line])
        return reply

    async def rcpt(self, recipient: Recipient) -> Reply:
        (reply,) = await self._say([_rcpt(recipient)])
        self._has_recipients = self._has_recipients or reply.is_positive
        return reply

    async def rcpts(self, recipients: Sequence[Recipient]) -> tuple[Reply, ...]:
        replies = await self._say([_rcpt(each) for each in recipients])
        self._has_recipients = self._has_recipients or any(reply.is_positive for reply in replies)
        return replies

    async def restart(self, envelope: Envelope) -> Reply:
        """After a reply that is not positive there is nobody to send to; the transaction can only be abandoned."""
        mail = command("MAIL FROM", envelope.mail_from, envelope.mail_params)
        lines = [b"RSET", mail, *map(_rcpt, envelope.recipients)]
        self._accepted.clear()
        self._has_recipients = False
        replies = await self._say(lines)
        self._has_recipients = all(reply.is_positive for reply in replies)
        return next((reply for reply in replies if not reply.is_positive), replies[-1])

    async def data(self, head: bytes, content: bytes) -> Reply:
        assert not head or head.endswith(b"\r\n"), "our header lines are whole lines"
        if not self._has_recipients:
            await self.abandon()
            return _NO_RECIPIENTS
        (reply,) = await self._say([b"DATA"])
        if reply.code == 354:
            reply = await self._content(head, content)
        await self._finish(is_clean=reply.is_positive)
        return reply

    async def abandon(self) -> None:
        await self._finish(is_clean=False)

    async def _say(self, lines: list[bytes]) -> tuple[Reply, ...]:
        """A group of commands and their replies; whatever is raised ends the transaction."""
        if self._has_ended:
            raise NextHopUnavailable("the transaction with the next hop has ended")
        if not lines:
            return ()
        try:
            replies = await self._say_once_more(lines) if self._connection.reused else await self._exchange(lines)
        except ConnectionBroken as error:
            self._drop()
            raise NextHopUnavailable(self._told("next_hop.unavailable", error)) from error
        except BaseException:
            self._drop()
            raise
        self._accepted += [line for line, reply in zip(lines, replies, strict=True) if reply.is_positive]
        return replies

    async def _say_once_more(self, lines: list[bytes]) -> tuple[Reply, ...]:
        """The same on a connection from the pool: if it turns out to be closed, once more on a fresh one.

        A server may close an idle connection at any time. ref: RFC 5321 section 3.8, section 4.5.3.2.7
        """
        try:
            replies = await self._exchange(lines)
            if replies[-1].code != 421:
                return replies
        except PeerClosed:
            pass
        await self._reconnect()
        if self._accepted and not all(reply.is_positive for reply in await self._exchange(self._accepted)):
            raise ConnectionBroken("a fresh connection did not accept the same envelope")
        return await self._exchange(lines)

    async def _reconnect(self) -> None:
        broken = self._connection
        try:
            self._connection = await self._pool.replace(broken)
        except BaseException:
            self._has_ended = True  # and the place is free
            raise
        self._connection.transactions += 1

    async def _exchange(self, lines: list[bytes]) -> tuple[Reply, ...]:
        return await self._connection.exchange(lines, self._settings.command_seconds)

    async def _content(self, head: bytes, content: bytes) -> Reply:
        settings = self._settings
        try:
            return await self._connection.send_content(head, content, settings.data_seconds, settings.reply_seconds)
        except ReplyUnknown as error:
            self._drop()
            raise ReplyUnknown(self._told("next_hop.reply_unknown", error)) from error
        except ConnectionBroken as error:
            self._drop()
            raise NextHopUnavailable(self._told("next_hop.unavailable", error)) from error
        except BaseException:
            self._drop()
            raise

    async def _finish(self, *, is_clean: bool) -> None:
        """Give the connection back, after RSET if need be; close it when that does not work at once."""
        if self._has_ended:
            return
        try:
            is_clean = is_clean or await self._is_reset()
        except ConnectionBroken:
            pass
        finally:
            if is_clean and not self._has_ended:
                self._has_ended = True
                self._pool.give_back(self._connection)
            self._drop()

    async def _is_reset(self) -> bool:
        seconds = min(_TIDY_SECONDS, self._settings.command_seconds)
        (reply,) = await self._connection.exchange([b"RSET"], seconds)
        return reply.is_positive

    def _drop(self) -> None:
        if not self._has_ended:
            self._has_ended = True
            self._pool.drop(self._connection)

    def _told(self, event: str, error: LeakGuardError) -> str:
        host, port = self._connection.host
        log.warning(event, host=host, port=port, cause=str(error))
        return f"next hop {host}:{port}: {error}"


def _rcpt(recipient: Recipient) -> bytes:
    return command("RCPT TO", recipient.address, recipient.params)

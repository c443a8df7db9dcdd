"""One SMTP connection to the next hop: commands out, replies in, never out of step.

ref: RFC 5321 section 3.3 (transactions), section 4.5.3.2 (timeouts); RFC 2920 (pipelining)
"""

# Rule of this file: whoever cannot know where in the dialogue the connection stands closes it, and says so.

from __future__ import annotations

import asyncio
from collections.abc import Iterator, Sequence
from ssl import SSLContext
from typing import cast

from leakguard.delivery.wire import END_OF_DATA, BadReply, stuff, take_reply
from leakguard.model.errors import LeakGuardError, ReplyUnknown
from leakguard.service.ports import Reply

_HIGH_WATER = 1024 * 1024
_MAX_UNREAD = 1024 * 1024
_PIECE = 256 * 1024
_SMALL = 64 * 1024


class ConnectionBroken(LeakGuardError):
    """The connection is closed, and nothing that was sent on it was a whole message."""


class PeerClosed(ConnectionBroken):
    """The other side closed the connection, or was about to, without answering."""


class Connection(asyncio.Protocol):
    """host: of whom. keywords: what EHLO answered. reused: whether it has been in the pool.

    Every method that waits closes the connection when it raises, and when it is cancelled.
    """

    def __init__(self, host: tuple[str, int]) -> None:
        self.host = host
        self.keywords: frozenset[str] = frozenset()
        self.reused = False
        self.transactions = 0
        self.idle_since = 0.0
        self._loop = asyncio.get_running_loop()
        self._transport: asyncio.Transport
        self._unread = bytearray()
        self._waiter: asyncio.Future[None] | None = None
        self._writing_paused = False
        self._lost = False

    # What the transport calls.

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self._transport = cast(asyncio.Transport, transport)
        self._transport.set_write_buffer_limits(high=_HIGH_WATER)

    def data_received(self, data: bytes) -> None:
        self._unread += data
        if len(self._unread) > _MAX_UNREAD:
            self.abort()
        self._wake()

    def eof_received(self) -> None:
        self._lost = True
        self._wake()

    def connection_lost(self, exc: Exception | None) -> None:
        self.eof_received()

    def pause_writing(self) -> None:
        self._writing_paused = True

    def resume_writing(self) -> None:
        self._writing_paused = False
        self._wake()

    # What the pool and a transaction call.

    @property
    def is_usable(self) -> bool:
        """Whether a new command may be sent: open, and nothing said out of turn."""
        return not self._lost and not self._unread

    async def reply(self, seconds: float) -> Reply:
        """The next reply, whole within `seconds`. A 421 is the last one. Raises ConnectionBroken."""
        deadline = 0.0
        while (reply := self._take()) is None:
            if self._lost:
                raise PeerClosed("closed by the next hop")
            deadline = deadline or self._loop.time() + seconds
            await self._something(deadline)
        if reply.code == 421:
            self.abort()
        return reply

    async def exchange(self, lines: Sequence[bytes], seconds: float) -> tuple[Reply, ...]:
        """One reply for each command, pipelined where offered. What comes after a 421 is answered by that 421.

        Raises ConnectionBroken. ref: RFC 2920 section 3.1; RFC 5321 section 3.8 (421)
        """
        if len(lines) == 1 or "PIPELINING" in self.keywords:
            return await self._group(lines, seconds)
        replies: tuple[Reply, ...] = ()
        for line in lines:
            replies += await self._group((line,), seconds)
            if replies[-1].code == 421:
                break
        return replies + replies[-1:] * (len(lines) - len(replies))

    async def send_content(self, head: bytes, content: bytes, data_seconds: float, reply_seconds: float) -> Reply:
        """What follows a 354, up to the final reply; an early refusal ends the writing and the connection.

        Raises ConnectionBroken when the final dot was surely not sent, ReplyUnknown when it may have been.
        """
        for piece in _pieces(stuff(head), stuff(content)):
            while self._writing_paused and self.is_usable:
                await self._something(self._loop.time() + data_seconds)
            if self._unread:
                return await self._early_reply(data_seconds)
            if self._lost or self._transport.is_closing():  # a failed write is told later than the next one is asked
                raise PeerClosed("closed by the next hop during the data")
            self._transport.write(piece)
        try:
            return await self._final_reply(reply_seconds)
        except ConnectionBroken as error:
            raise ReplyUnknown(f"no final reply: {error}") from error

    async def start_tls(self, context: SSLContext) -> None:
        """Go on under TLS. Whatever was said before the handshake is forgotten. Raises OSError (SSLError too).

        ref: RFC 3207 section 4.2
        """
        self._unread.clear()
        self.keywords = frozenset()
        transport = await self._loop.start_tls(self._transport, self, context, server_hostname=self.host[0])
        if transport is None or self._lost:
            raise PeerClosed("closed by the next hop during the TLS handshake")
        self.connection_made(transport)

    def quit(self) -> None:
        """Say goodbye and close, without waiting for an answer."""
        if not self._lost:
            self._lost = True
            self._transport.write(b"QUIT\r\n")
            self._transport.close()

    def abort(self) -> None:
        """Close at once, dropping what is not yet written."""
        self._lost = True
        self._transport.abort()

    # Inside.

    async def _group(self, lines: Sequence[bytes], seconds: float) -> tuple[Reply, ...]:
        if not self.is_usable:
            self.abort()
            raise PeerClosed("closed by the next hop between commands")
        self._transport.write(b"\r\n".join((*lines, b"")))
        replies: list[Reply] = []
        for line in lines:
            reply = await self.reply(seconds)
            if not _fits(line, reply.code):
                self.abort()
                raise ConnectionBroken(f"unexpected reply {reply.code}")
            replies.append(reply)
            if reply.code == 421:
                break
        return tuple(replies + replies[-1:] * (len(lines) - len(replies)))

    async def _final_reply(self, seconds: float) -> Reply:
        reply = await self.reply(seconds)
        is_written = self._transport.get_write_buffer_size() == 0
        if not is_written:
            self.abort()
        if reply.code < 400 and not (reply.is_positive and is_written):
            self.abort()
            raise ConnectionBroken(f"unexpected reply {reply.code}")
        return reply

    async def _early_reply(self, seconds: float) -> Reply:
        reply = await self.reply(seconds)
        self.abort()
        if reply.code < 400:
            raise ConnectionBroken(f"unexpected reply {reply.code} during the data")
        return reply

    def _take(self) -> Reply | None:
        try:
            return take_reply(self._unread) if self._unread else None
        except BadReply as error:
            self.abort()
            raise ConnectionBroken(str(error)) from error

    async def _something(self, deadline: float) -> None:
        """Wait until something was read, room was made for writing, or the connection was lost."""
        self._waiter = self._loop.create_future()
        timer = self._loop.call_at(deadline, self._expire)
        try:
            await self._waiter
        except BaseException:
            self.abort()
            raise
        finally:
            timer.cancel()
            self._waiter = None

    def _wake(self) -> None:
        if self._waiter is not None and not self._waiter.done():
            self._waiter.set_result(None)

    def _expire(self) -> None:
        if self._waiter is not None and not self._waiter.done():
            self._waiter.set_exception(ConnectionBroken("timed out"))


def _fits(line: bytes, code: int) -> bool:
    """Whether a reply can be one to this command: a refusal always, 354 to DATA only, success to all others only."""
    return code >= 400 or (code == 354 if line == b"DATA" else code < 300)


def _pieces(head: bytes, content: bytes) -> Iterator[bytes | memoryview]:
    """Head, content and final dot for writing: one piece when small, else slices; the dot is in the last one."""
    if len(head) + len(content) <= _SMALL:
        yield b"".join((head, content, END_OF_DATA))
        return
    if head:
        yield head
    view = memoryview(content)
    for start in range(0, len(view), _PIECE):
        yield view[start : start + _PIECE]
    yield END_OF_DATA

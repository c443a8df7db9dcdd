"""One client connection on the skeleton of aiosmtpd: lines in, replies out, timers, goodbye.

aiosmtpd gives the stream protocol, the session and (later) STARTTLS and AUTH. Its command loop is replaced, because
it cancels whoever delivers when the client closes, takes bare LF for a line end and answers 500 to our own failures.

ref: RFC 5321 section 3.1 (greeting), section 3.8 (421), section 4.5.3.2 (timeouts)
"""

from __future__ import annotations

import asyncio
from collections.abc import Iterable
from math import inf
from typing import cast

import structlog
from aiosmtpd.smtp import SMTP

from leakguard.channels.smtp import replies
from leakguard.channels.smtp.lobby import Lobby
from leakguard.channels.smtp.terms import peer_address
from leakguard.service.ports import Reply

log = structlog.get_logger(__name__)

MAX_LINE = 4096  # RFC 5321 asks for 512, DSN and SMTPUTF8 parameters add up to 1,100


class _NoHooks:
    """aiosmtpd's handler with nothing in it."""

    def __dir__(self) -> Iterable[str]:
        return ()


class Connection(SMTP):
    # The reader pauses the client above twice this; one read of the event loop is 256 KiB.
    line_length_limit = 128 * 1024

    def __init__(self, lobby: Lobby) -> None:
        self.command_size_limits = {}  # aiosmtpd's own is shared by all connections and cleared by each new one
        self._expires_at = self._fires_at = inf
        super().__init__(
            _NoHooks(),
            data_size_limit=None,
            enable_SMTPUTF8=True,
            hostname=lobby.settings.hostname,
            ident="ESMTP LeakGuard",
            timeout=lobby.settings.command_seconds,
            loop=asyncio.get_running_loop(),
        )
        self.address = peer_address(None)
        self._lobby = lobby
        self._settings = lobby.settings
        self._is_idle = False
        self._is_over = False
        self._is_refused = False
        self._bad_commands = 0

    def __dir__(self) -> Iterable[str]:
        """Nothing: aiosmtpd looks at each attribute of each new connection in search of commands; ours are a table."""
        return ()

    async def _obey(self, line: bytes) -> None:
        raise NotImplementedError

    async def _abandon(self) -> None:
        """Forget the transaction, here and at the next hop."""
        raise NotImplementedError

    # What the transport calls.

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self.address = peer_address(transport.get_extra_info("peername"))
        super().connection_made(transport)

    def eof_received(self) -> bool | None:
        """A client that closed its half has said all, and may wait for our reply."""
        return asyncio.StreamReaderProtocol.eof_received(self)

    def connection_lost(self, error: Exception | None) -> None:
        """The reader ends, and with it the conversation; what it waits for is not cancelled."""
        self._is_over = True
        if self._timeout_handle is not None:
            self._timeout_handle.cancel()
            self._timeout_handle = None
        asyncio.StreamReaderProtocol.connection_lost(self, error)

    # Time.

    def _reset_timeout(self, duration: float | None = None) -> None:
        """Give the client this many seconds. The timer itself is only touched when it would be late."""
        self._expires_at = self.loop.time() + (duration or self._settings.command_seconds)
        if self._expires_at < self._fires_at:
            if self._timeout_handle is not None:
                self._timeout_handle.cancel()
            self._fires_at = self._expires_at
            self._timeout_handle = self.loop.call_at(self._fires_at, self._timeout_cb)

    def _stop_timeout(self) -> None:
        """From here on it is not the client we wait for."""
        self._expires_at = inf

    def _timeout_cb(self) -> None:
        self._timeout_handle, self._fires_at = None, inf
        if self._is_over or self._expires_at == inf:
            return
        if (left := self._expires_at - self.loop.time()) > 0:
            self._reset_timeout(left)
        else:
            self.dismiss(replies.IDLE)

    # The conversation.

    async def _handle_client(self) -> None:
        try:
            await self._greet()
            await self._converse()
        except (OSError, asyncio.IncompleteReadError):
            pass  # the client went away
        except Exception as error:  # noqa: BLE001 - door boundary
            log.error("smtp.session_failed", error=type(error).__name__)
            self.dismiss(replies.BROKEN)
        finally:
            self._hang_up()
            await self._abandon()
            self._lobby.leave(self)

    async def _greet(self) -> None:
        refusal = self._lobby.enter(self)
        if refusal is None:
            await self._write(f"220 {self._settings.hostname} ESMTP LeakGuard\r\n".encode())
            return
        log.warning("smtp.refused", client=str(self.address), code=refusal.summary)
        self._is_refused = True
        await self._say(refusal)

    async def _converse(self) -> None:
        seconds = self._settings.refused_seconds if self._is_refused else self._settings.command_seconds
        while not self._is_over:
            if self._lobby.is_draining:
                self.dismiss(replies.CLOSING)
                return
            self._reset_timeout(seconds)
            self._is_idle = True
            line = await self._next_line()
            self._is_idle = False
            self._stop_timeout()
            if isinstance(line, Reply):
                await self._blame(line)
            else:
                await self._obey(line)

    async def _next_line(self) -> bytes | Reply:
        """A command without its <CR><LF>, or what is wrong with it."""
        try:
            line = await self._reader.readuntil()
        except asyncio.LimitOverrunError as error:
            await self._skip_line(error.consumed)
            return replies.LINE_TOO_LONG
        if len(line) > MAX_LINE:
            return replies.LINE_TOO_LONG
        if line[-2:] != b"\r\n" or line.find(b"\r") != len(line) - 2 or b"\0" in line:
            return replies.BAD_LINE
        return line[:-2]

    async def _skip_line(self, waiting: int) -> None:
        while True:
            await self._reader.read(waiting)
            try:
                await self._reader.readuntil()
            except asyncio.LimitOverrunError as error:
                waiting = error.consumed
            else:
                return

    async def _blame(self, reply: Reply) -> None:
        """Say what was wrong with a command, or that it was one too many."""
        self._bad_commands += 1
        is_last = self._bad_commands > self._settings.max_bad_commands
        await self._say(replies.TOO_MANY_ERRORS if is_last else reply)

    async def _say(self, reply: Reply) -> None:
        await self._write(reply.wire)
        if reply.code == 421:
            self._hang_up()

    async def _write(self, wire: bytes) -> None:
        """Raises ConnectionResetError when nobody is there to read it."""
        if self._writer.is_closing():
            raise ConnectionResetError
        self._writer.write(wire)
        if cast(asyncio.Transport, self._writer.transport).get_write_buffer_size():
            self._reset_timeout()
        await self._writer.drain()

    # The end.

    def dismiss_if_idle(self) -> None:
        if self._is_idle:
            self.dismiss(replies.CLOSING)

    def dismiss(self, reply: Reply) -> None:
        """Say goodbye whatever the client is doing. What it does not read now, it never will."""
        if not self._writer.is_closing():
            self._writer.write(reply.wire)
        transport = cast(asyncio.Transport, self._writer.transport)
        if transport.get_write_buffer_size():
            transport.abort()
        self._hang_up()

    def _hang_up(self) -> None:
        self._is_over = True
        self._writer.close()

    async def ended(self) -> None:
        """Returns when the conversation is over."""
        if self._handler_coroutine is not None:
            await asyncio.wait({self._handler_coroutine})

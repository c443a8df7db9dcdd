"""A listening socket with its sessions: start, and an orderly end.

ref: RFC 5321 section 3.8 (421 when shutting down)
"""

from __future__ import annotations

import asyncio
import logging
import socket
from collections.abc import Callable
from contextlib import suppress

import structlog

from leakguard.channels.smtp import replies
from leakguard.channels.smtp.lobby import Gate, Lobby
from leakguard.channels.smtp.session import Session
from leakguard.channels.smtp.terms import ListenerSettings
from leakguard.service.ports import Clock, NextHop

log = structlog.get_logger(__name__)

_BACKLOG = 512
_GOODBYE_SECONDS = 0.2  # for the next hop to hear of what was broken off


class Listener:
    """new_id: makes references; they stand in replies, logs and Received, so one word of letters, digits, dashes."""

    def __init__(
        self, settings: ListenerSettings, *, next_hop: NextHop, gate: Gate, clock: Clock, new_id: Callable[[], str]
    ) -> None:
        # aiosmtpd logs addresses at INFO and every line of every message at DEBUG.
        logging.getLogger("mail.log").setLevel(logging.WARNING)
        self._settings = settings
        self._lobby = Lobby(settings, next_hop=next_hop, gate=gate, clock=clock, new_id=new_id)
        self._server: asyncio.Server | None = None
        self.port = settings.port

    async def start(self) -> None:
        """Bind and serve; `port` is the real one from here on. Raises OSError when the address is not to be had."""
        bound = _bound(self._settings)
        self.port = bound.getsockname()[1]
        loop = asyncio.get_running_loop()
        self._server = await loop.create_server(lambda: Session(self._lobby), sock=bound, backlog=_BACKLOG)
        log.info("smtp.listening", host=str(self._settings.bind_address), port=self.port)

    async def drain(self, seconds: float) -> int:
        """Stop accepting, dismiss idle clients, let deliveries end; returns how many had not when time was up."""
        if self._server is not None:
            self._server.close()
        lobby = self._lobby
        lobby.is_draining = True
        for connection in tuple(lobby.connections):
            connection.dismiss_if_idle()
        try:
            async with asyncio.timeout(seconds):
                await _all_over(lobby)
        except TimeoutError:
            log.warning("smtp.drain_late", sessions=len(lobby.connections), deliveries=len(lobby.deliveries))
        left = len(lobby.deliveries)
        for connection in tuple(lobby.connections):
            connection.dismiss(replies.CLOSING)
        with suppress(TimeoutError):
            async with asyncio.timeout(_GOODBYE_SECONDS):
                await _all_over(lobby)
        log.info("smtp.closed", deliveries_left=left)
        return left


async def _all_over(lobby: Lobby) -> None:
    while lobby.connections or lobby.deliveries:
        for connection in tuple(lobby.connections):
            await connection.ended()
        if lobby.deliveries:
            await asyncio.wait(tuple(lobby.deliveries))
        await asyncio.sleep(0)


def _bound(settings: ListenerSettings) -> socket.socket:
    """With the protocol named: asyncio switches off Nagle's algorithm only on sockets that say TCP."""
    address = settings.bind_address
    family = socket.AF_INET if address.version == 4 else socket.AF_INET6
    bound = socket.socket(family, socket.SOCK_STREAM, socket.IPPROTO_TCP)
    try:
        bound.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        if settings.reuse_port:
            bound.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEPORT, 1)
        bound.bind((str(address), settings.port))
        bound.setblocking(False)
    except OSError as problem:
        bound.close()
        raise OSError(problem.errno, problem.strerror, f"listener {address}:{settings.port}") from problem
    return bound

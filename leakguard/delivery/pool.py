"""Connections to the next hop: how many, to which host, and which of them are used again.

ref: RFC 5321 section 5.1 (trying several hosts)
"""

from __future__ import annotations

import asyncio

import structlog

from leakguard.delivery.connection import Connection
from leakguard.delivery.opening import HostFailed, open_connection, tls_context
from leakguard.delivery.settings import NextHopSettings
from leakguard.model.errors import NextHopUnavailable

log = structlog.get_logger()

_KEYWORDS_SECONDS = 60.0


class Pool:
    """Whoever takes a connection owns it and one place of max_connections, until `give_back` or `drop`."""

    def __init__(self, settings: NextHopSettings) -> None:
        self._settings = settings
        self._context = tls_context(settings)
        self._places = asyncio.Semaphore(settings.max_connections)
        self._busy = 0
        self._idle: list[Connection] = []  # the longest idle first
        self._penalty_until: dict[tuple[str, int], float] = {}
        self._keywords: frozenset[str] | None = None
        self._keywords_until = 0.0
        self._sweep: asyncio.TimerHandle | None = None
        self._closed = False

    async def take(self, *, fresh: bool = False) -> Connection:
        """A connection, waiting for a place; an idle one unless `fresh`. Raises NextHopUnavailable."""
        await self._enter()
        try:
            return (None if fresh else self._take_idle()) or await self._open()
        except BaseException:
            self._leave()
            raise

    async def replace(self, broken: Connection) -> Connection:
        """A fresh connection in the place of a taken one, which is closed. When it raises, the place is free.

        Raises NextHopUnavailable.
        """
        broken.abort()
        try:
            return await self._open()
        except BaseException:
            self._leave()
            raise

    def give_back(self, connection: Connection) -> None:
        """Return a connection on which no transaction is open."""
        self._leave()
        if self._closed or not connection.is_usable or connection.transactions >= self._settings.max_transactions:
            connection.quit()
            return
        connection.reused = True
        connection.idle_since = asyncio.get_running_loop().time()
        self._idle.append(connection)
        self._plan_sweep()

    def drop(self, connection: Connection) -> None:
        """Return a connection that nobody can use any more."""
        self._leave()
        connection.abort()

    @property
    def keywords(self) -> frozenset[str] | None:
        """What the latest EHLO offered; None when that is too long ago, and there is a place to ask again."""
        is_recent = asyncio.get_running_loop().time() < self._keywords_until
        return self._keywords if is_recent or self._places.locked() else None

    def close(self) -> None:
        """Close what is idle; what is taken is closed when it comes back."""
        self._closed = True
        if self._sweep is not None:
            self._sweep.cancel()
        for connection in self._idle:
            connection.quit()
        self._idle.clear()

    async def _enter(self) -> None:
        if self._places.locked():
            try:
                async with asyncio.timeout(self._settings.wait_seconds):
                    await self._places.acquire()
            except TimeoutError:
                log.warning("next_hop.busy", connections=self._settings.max_connections)
                raise NextHopUnavailable("all connections to the next hop are in use") from None
        else:
            await self._places.acquire()
        self._busy += 1

    def _leave(self) -> None:
        self._busy -= 1
        self._places.release()

    def _take_idle(self) -> Connection | None:
        while self._idle:
            connection = self._idle.pop()
            if connection.is_usable:
                return connection
            connection.quit()
        return None

    async def _open(self) -> Connection:
        """Try the hosts in order, those in the penalty box last. ref: RFC 5321 section 5.1"""
        if self._closed:
            raise NextHopUnavailable("the next-hop client is closed")
        if self._idle and len(self._idle) + self._busy > self._settings.max_connections:
            self._idle.pop(0).quit()
        loop = asyncio.get_running_loop()
        now = loop.time()
        for host in sorted(self._settings.hosts, key=lambda host: self._penalty_until.get(host, 0.0) > now):
            try:
                connection = await open_connection(host, self._settings, self._context)
            except HostFailed as error:
                self._penalty_until[host] = loop.time() + self._settings.penalty_seconds
                log.warning("next_hop.unavailable", host=host[0], port=host[1], cause=str(error))
                continue
            self._penalty_until.pop(host, None)
            self._keywords = connection.keywords
            self._keywords_until = loop.time() + _KEYWORDS_SECONDS
            return connection
        raise NextHopUnavailable("no next hop can be reached")

    def _plan_sweep(self) -> None:
        if self._sweep is None:
            loop = asyncio.get_running_loop()
            self._sweep = loop.call_at(self._idle[0].idle_since + self._settings.idle_seconds, self._swept)

    def _swept(self) -> None:
        """Close what has been idle for too long."""
        self._sweep = None
        oldest = asyncio.get_running_loop().time() - self._settings.idle_seconds
        while self._idle and (self._idle[0].idle_since <= oldest or not self._idle[0].is_usable):
            self._idle.pop(0).quit()
        if self._idle:
            self._plan_sweep()

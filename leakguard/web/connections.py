"""Connections of the pages' server: so many at once, and each asks within its time.

Rule of this file: the relay lives in the same process. Nobody who is slow, or opens many, takes what it needs.
"""

from __future__ import annotations

import asyncio
from typing import Any

import h11
import structlog
from uvicorn.protocols.http.h11_impl import H11Protocol

log = structlog.get_logger("leakguard.web")

MOST = 500  # of everybody; a browser opens six
HEAD_SECONDS = 30.0  # from the connection, or the last answer, to the end of the next request's head
BODY_SECONDS = 300.0  # for the body of a request, which may be as large as a message


class BoundedConnection(H11Protocol):
    """Ends a client that does not finish its request. How long an answer takes is not limited here."""

    most = MOST
    head_seconds = HEAD_SECONDS
    body_seconds = BODY_SECONDS

    def __init__(self, *given: Any, **named: Any) -> None:
        super().__init__(*given, **named)
        self._waits_for: object = None
        self._timer: asyncio.TimerHandle | None = None

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]
        super().connection_made(transport)
        if len(self.connections) > self.most:
            log.warning("web.too_many_connections", connections=self.most)
            transport.abort()
            return
        self._watch()

    def data_received(self, data: bytes) -> None:
        super().data_received(data)
        self._watch()

    def on_response_complete(self) -> None:
        super().on_response_complete()
        self._watch()

    def connection_lost(self, exc: Exception | None) -> None:
        self._stop()
        super().connection_lost(exc)

    def _watch(self) -> None:
        """Start the time anew when something else is awaited of the client; not with each octet that comes."""
        state = self.conn.their_state
        if state is self._waits_for:
            return
        self._stop()
        self._waits_for = state
        seconds = {h11.IDLE: self.head_seconds, h11.SEND_BODY: self.body_seconds}.get(state)
        if seconds is not None and not self.transport.is_closing():
            self._timer = self.loop.call_later(seconds, self.transport.abort)

    def _stop(self) -> None:
        if self._timer is not None:
            self._timer.cancel()
            self._timer = None

"""Socket Mode: one-time addresses, up to ten connections, each payload to one of them, an ack for each."""

from __future__ import annotations

import asyncio
import contextlib
import itertools
from dataclasses import dataclass, field
from typing import Any

from aiohttp import WSMsgType, web

from tests.fakes.slack.state import Json, Refused
from tests.fakes.slack.transport import Outcome, Sort

MOST = 10


@dataclass(eq=False, kw_only=True)
class Connection:
    """frozen: half-open, neither end hears the other. leaving: told to go, and given nothing more."""

    socket: web.WebSocketResponse
    request: web.Request
    frozen: bool = False
    leaving: bool = False
    given: int = 0


@dataclass(kw_only=True)
class SocketTransport:
    """tickets: addresses handed out and not used yet."""

    app_id: str
    patience: float
    url: str = ""
    connections: list[Connection] = field(default_factory=list)
    refusing: bool = False
    _tickets: set[str] = field(default_factory=set)
    _waiting: dict[str, asyncio.Future[Any]] = field(default_factory=dict)
    _numbers: itertools.count[int] = field(default_factory=lambda: itertools.count(1))

    def ticket(self) -> str:
        if len(self.connections) >= MOST:
            raise Refused("too_many_websockets")
        ticket = f"ticket-{next(self._numbers)}"
        self._tickets.add(ticket)
        return f"{self.url.replace('http', 'ws', 1)}/link/?ticket={ticket}&app_id={self.app_id}"

    async def serve(self, request: web.Request) -> web.StreamResponse:
        ticket = request.query.get("ticket", "")
        if self.refusing or ticket not in self._tickets:
            return web.Response(status=403)
        self._tickets.remove(ticket)
        socket = web.WebSocketResponse(autoping=False)
        await socket.prepare(request)
        connection = Connection(socket=socket, request=request)
        self.connections.append(connection)
        try:
            await socket.send_json(self._hello())
            await self._listen(connection)
        finally:
            with contextlib.suppress(ValueError):
                self.connections.remove(connection)
        return socket

    async def send(self, sort: Sort, payload: Json, *, retry: int = 0, reason: str = "") -> Outcome:
        connection = self._next()
        if connection is None:
            return Outcome(ok=False, reason="connection_failed")
        id = f"envelope-{next(self._numbers)}"
        envelope: Json = {
            "envelope_id": id,
            "payload": payload,
            "type": sort.value,
            "accepts_response_payload": sort is not Sort.EVENT,
        }
        if sort is Sort.EVENT:
            envelope |= {"retry_attempt": retry, "retry_reason": reason}
        self._waiting[id] = asyncio.get_running_loop().create_future()
        try:
            connection.given += 1
            if not connection.frozen:
                await connection.socket.send_json(envelope)
            return Outcome(ok=True, body=await asyncio.wait_for(self._waiting[id], self.patience))
        except TimeoutError:
            return Outcome(ok=False, reason="timeout")
        except (ConnectionError, RuntimeError):
            return Outcome(ok=False, reason="connection_failed")
        finally:
            del self._waiting[id]

    async def refresh(self, reason: str = "refresh_requested") -> None:
        """Asks every connection to be replaced, as Slack does every few hours; then closes it."""
        for connection in list(self.connections):
            connection.leaving = True
            await connection.socket.send_json(
                {"type": "disconnect", "reason": reason, "debug_info": {"host": "fake-host"}}
            )
            await connection.socket.close()

    def drop(self, count: int = 1) -> None:
        """Connections that end without a word."""
        for connection in list(self.connections)[:count]:
            self.connections.remove(connection)
            if connection.request.transport is not None:
                connection.request.transport.abort()

    def freeze(self, count: int = 1) -> None:
        for connection in self.connections[:count]:
            connection.frozen = True

    def _hello(self) -> Json:
        return {
            "type": "hello",
            "num_connections": len(self.connections),
            "debug_info": {"host": "fake-host", "build_number": 1, "approximate_connection_time": 18060},
            "connection_info": {"app_id": self.app_id},
        }

    def _next(self) -> Connection | None:
        """The one that was given least: each payload goes to one connection only."""
        open_ones = [one for one in self.connections if not one.leaving and not one.socket.closed]
        return min(open_ones, key=lambda one: one.given, default=None)

    async def _listen(self, connection: Connection) -> None:
        while True:
            message = await connection.socket.receive()
            if connection.frozen:
                await asyncio.Event().wait()
            if message.type is WSMsgType.PING:
                await connection.socket.pong(message.data)
            elif message.type is WSMsgType.TEXT:
                with contextlib.suppress(ValueError):
                    self._acked(message.json())
            elif message.type is not WSMsgType.PONG:
                return

    def _acked(self, ack: Json) -> None:
        waiting = self._waiting.get(ack.get("envelope_id", ""))
        if waiting is not None and not waiting.done():
            waiting.set_result(ack.get("payload"))

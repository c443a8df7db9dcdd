"""What all sessions of one listener share: the next hop, the gate, who may come in, and deliveries under way."""

from __future__ import annotations

import asyncio
from collections import Counter
from collections.abc import Callable
from typing import TYPE_CHECKING, Protocol

import structlog

from leakguard.channels.smtp import offer, replies
from leakguard.channels.smtp.offer import Offer
from leakguard.channels.smtp.terms import Address, BareNewlines, ListenerSettings, is_in, networks
from leakguard.model.message import Message
from leakguard.service.ports import Clock, NextHop, Reply, Transaction

if TYPE_CHECKING:
    from leakguard.channels.smtp.connection import Connection

log = structlog.get_logger(__name__)


class Gate(Protocol):
    async def submit(self, message: Message, transaction: Transaction) -> Reply:
        """The final reply for this message. Ends the transaction (data or abandon), unless it raises."""
        ...


class Lobby:
    """new_id: makes the reference of a transaction, which is the id of its message."""

    def __init__(
        self, settings: ListenerSettings, *, next_hop: NextHop, gate: Gate, clock: Clock, new_id: Callable[[], str]
    ) -> None:
        self.settings = settings
        self.next_hop = next_hop
        self.clock = clock
        self.new_id = new_id
        self.is_draining = False
        self.connections: set[Connection] = set()
        self.deliveries: set[asyncio.Task[Reply]] = set()
        self.no_offer = offer.nothing(settings.hostname, settings.max_size)
        self._gate = gate
        self._offer = self.no_offer
        self._extensions: frozenset[str] = frozenset()
        self._by_address: Counter[Address | None] = Counter()
        self._allowed = networks(settings.allowed, "allowed")
        self._xforward_from = networks(settings.xforward_from, "xforward_from")
        self._normalise_from = networks(settings.normalise_from, "normalise_from")

    def enter(self, connection: Connection) -> Reply | None:
        """Count a new connection; the reply to send instead of 220, if it may not stay. `leave` it in any case."""
        self.connections.add(connection)
        self._by_address[connection.address] += 1
        if self.is_draining:
            return replies.CLOSING
        if self._allowed and not is_in(connection.address, self._allowed):
            return replies.PEER_REFUSED
        settings = self.settings
        if len(self.connections) > settings.max_connections:
            return replies.TOO_MANY_CONNECTIONS
        if self._by_address[connection.address] > settings.max_connections_per_address:
            return replies.TOO_MANY_CONNECTIONS
        return None

    def leave(self, connection: Connection) -> None:
        self.connections.discard(connection)
        self._by_address[connection.address] -= 1
        if self._by_address[connection.address] <= 0:
            del self._by_address[connection.address]

    def takes_xforward(self, address: Address | None) -> bool:
        return is_in(address, self._xforward_from)

    def normalises(self, address: Address | None) -> bool:
        return self.settings.bare_newlines is BareNewlines.NORMALISE or is_in(address, self._normalise_from)

    async def offer(self) -> Offer:
        """What EHLO says now; while the next hop is away, what it said last."""
        try:
            async with asyncio.timeout(self.settings.next_hop_seconds):
                extensions = await self.next_hop.extensions()
        except Exception as error:  # noqa: BLE001 - door boundary; MAIL will say 451
            log.warning("smtp.next_hop_failed", error=type(error).__name__)
            return self._offer
        if extensions != self._extensions:
            self._extensions = extensions
            self._offer = offer.common(self.settings.hostname, self.settings.max_size, extensions)
        return self._offer

    async def deliver(self, message: Message, transaction: Transaction) -> Reply:
        """The gate's reply, or 451 when it failed or took too long. Nothing a client does stops the gate."""
        task = asyncio.create_task(self._gate.submit(message, transaction))
        self.deliveries.add(task)
        task.add_done_callback(self.deliveries.discard)
        await asyncio.wait({task}, timeout=self.settings.gate_seconds)
        if not task.done():
            log.error("smtp.gate_late", message=message.id)
            task.add_done_callback(lambda late: _log_late(message.id, late))
            return replies.failed(message.id)
        error = asyncio.CancelledError() if task.cancelled() else task.exception()
        if error is None:
            return task.result()
        log.error("smtp.gate_failed", message=message.id, error=type(error).__name__)
        await transaction.abandon()
        return replies.failed(message.id)


def _log_late(reference: str, task: asyncio.Task[Reply]) -> None:
    if task.cancelled() or (error := task.exception()) is not None:
        kind = "CancelledError" if task.cancelled() else type(error).__name__
        log.error("smtp.gate_failed", message=reference, error=kind)
    else:
        log.warning("smtp.final_reply_unknown", message=reference, code=task.result().summary)

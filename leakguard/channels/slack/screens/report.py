"""Report as embargo leak: the message is kept to be inspected again, whatever was said of it before.

Rule of this file: acknowledged when it is on the disk; and what the reporter is told does not depend on what is found.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import structlog

from leakguard.channels.slack.reported import as_item
from leakguard.channels.slack.screens.turn import Turn
from leakguard.channels.slack.screens.visitors import Visitors
from leakguard.service.inbox_ports import InboxStore
from leakguard.service.ports import Clock

log = structlog.get_logger("leakguard.slack")

CALLBACK = "report_leak"
THANKS = "Thank you. The message was handed to the people who look into leaks. Please do not pass it on or quote it."


@dataclass(frozen=True, slots=True, kw_only=True)
class ReportScreen:
    """poke: called after something new was kept."""

    inbox: InboxStore
    clock: Clock
    visitors: Visitors
    poke: Callable[[], None] = lambda: None

    async def reported(self, turn: Turn) -> None:
        visitor = await self.visitors.named(turn.user)
        item = as_item(turn.body, visitor.handle, self.visitors.own.team, self.clock.now())
        await self.inbox.put(item)
        await turn.ack()
        self.poke()
        log.info("slack.reported", message=item.event_id)
        await turn.tell(THANKS)

"""When to look back, over what and from when on; and how far everything has been heard or looked for.

Rule of this file: the mark moves when a look back has ended whole, or by a proof that we heard, and by nothing else.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from leakguard.channels.slack.alarms import Alarms
from leakguard.channels.slack.api import ApiRefused, ApiUnavailable
from leakguard.channels.slack.listing import Listing
from leakguard.channels.slack.lookback import LookBack, Looked, since
from leakguard.service.inbox_ports import InboxStore
from leakguard.service.ports import Clock

ALL = ""  # every channel in which we are
MOST_NAMED = 5  # of more channels with one trouble, one alarm tells for all
AGAIN = timedelta(minutes=1)


@dataclass(slots=True, kw_only=True)
class CatchingUp:
    """name: of the mark in the store. look_back: at least so far, for edits and replies stand with older messages."""

    name: str
    looking: LookBack
    listing: Listing
    inbox: InboxStore
    alarms: Alarms
    clock: Clock
    look_back: timedelta
    _asked: dict[str, datetime] = field(default_factory=dict)
    _is_owed: bool = True  # a look over everything has still to end
    _marked: datetime | None = None
    _looked_at: float = -math.inf

    def ask(self, at: datetime, channel: str = ALL) -> None:
        """Look back at that time, and not before. What is asked for twice is done once, at the later time."""
        self._asked[channel] = max(at, self._asked.get(channel, at))
        self._is_owed = self._is_owed or channel == ALL

    def ask_every(self, seconds: float) -> None:
        """Look over everything if that has not been done for so long, and is not asked for."""
        if ALL not in self._asked and self.clock.seconds() - self._looked_at >= seconds:
            self.ask(self.clock.now())

    async def heard(self, until: datetime | None) -> None:
        """We surely heard at this instant. Raises StoreUnavailable."""
        if until is not None and not self._is_owed and until != self._marked:
            await self.inbox.mark(self.name, until)
            self._marked = until

    async def turn(self) -> None:
        """Do what is due. Raises StoreUnavailable; then it is still due, as it is after a crash."""
        now = self.clock.now()
        due = {channel: at for channel, at in self._asked.items() if at <= now}
        if not due:
            return
        looked = await self._look(due, now)
        self._looked_at = self.clock.seconds()
        if looked is None or not looked.is_finished:
            self._asked |= dict.fromkeys(due, now + AGAIN)
            return
        await self._tell_of(looked)
        for channel, at in due.items():
            if self._asked.get(channel) == at:
                del self._asked[channel]
        if ALL in due and ALL not in self._asked:
            await self.inbox.mark(self.name, now)
            self._is_owed = False

    async def _look(self, due: Mapping[str, datetime], now: datetime) -> Looked | None:
        """None where Slack did not even say which channels there are."""
        if ALL not in due:
            return await self.looking.over(due, now - self.look_back)
        oldest, is_cut = since(await self.inbox.marked(self.name), now, self.look_back)
        try:
            coverage = await self.listing.ask()
        except ApiRefused as refused:
            await self.alarms.record_blind("channel_not_read", code=refused.code)
            return None
        except ApiUnavailable:
            return None
        looked = await self.looking.over(coverage.watched, oldest)
        if is_cut:
            looked.cut.append(ALL)
        return looked

    async def _tell_of(self, looked: Looked) -> None:
        for kind, told in (("look_back_cut", dict.fromkeys(looked.cut, "")), ("channel_not_read", looked.unread)):
            several = dict.fromkeys([ALL], next(iter(told.values()), ""))
            for channel, code in (told if len(told) <= MOST_NAMED else several).items():
                await self.alarms.record_blind(kind, channel, code)

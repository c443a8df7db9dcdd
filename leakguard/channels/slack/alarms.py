"""What endangers hearing, told to all who must know: a line in the log, the audit, a mail to those on call.

Rule of this file: our own sentences, codes of Slack and ids of channels; no name of a channel and no word of a post.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

import structlog

from leakguard.model.events import DoorBlind, DoorSees, Event
from leakguard.service.notices import Notices
from leakguard.service.ports import Clock, Outbox

log = structlog.get_logger("leakguard.slack")

NO_PROOF, NOT_OPEN = "no_proof_of_life", "not_open"
SENTENCES = {
    NO_PROOF: "LeakGuard does not hear its own posts in Slack any more: it is blind, and posts are not inspected.",
    NOT_OPEN: "Slack does not let LeakGuard in: nothing there is inspected.",
    "app_rate_limited": "Slack dropped events, since there were too many. LeakGuard looks back for what it missed.",
    "app_uninstalled": "The app was taken out of the workspace. Nothing in Slack is inspected any more.",
    "tokens_revoked": "Somebody revoked a token of LeakGuard in Slack. It may not hear, or not remove, any more.",
    "scope_denied": "A right that LeakGuard needs was taken from it in Slack.",
    "left_channel": "LeakGuard was taken out of a channel. What is posted there is not inspected any more.",
    "channel_shared": "A channel is now shared with another organisation, and what stands there already with it.",
    "channel_not_read": "LeakGuard could not look back over a channel. What was posted there may have been missed.",
    "thread_not_read": "A post was taken out. LeakGuard could not read the replies under it, which may say the same.",
    "look_back_cut": "There was too much to look back over. What is older than the limit was not looked at.",
    "slack_event_unknown": "Slack told something that LeakGuard did not understand. A post may have been missed.",
}
ENDINGS = {
    NO_PROOF: "LeakGuard hears its own posts in Slack again, and looks back over what was posted meanwhile.",
    NOT_OPEN: "Slack lets LeakGuard in again. It looks back over what was posted meanwhile.",
}


class Record(Outbox, Protocol):
    async def record(self, events: tuple[Event, ...]) -> None: ...


@dataclass(frozen=True, slots=True, kw_only=True)
class Alarms:
    """poke: called after a notice was kept, so that whoever sends them need not wait."""

    store: Record
    notices: Notices
    clock: Clock
    poke: Callable[[], None] = lambda: None

    async def blind(self, kind: str, channel: str = "", code: str = "") -> DoorBlind:
        """To be recorded by the caller, with whatever ends this. Raises StoreUnavailable."""
        log.error("slack.blind", kind=kind, place=channel, code=code, alarm=True)
        now = self.clock.now()
        await self._tell(kind, channel, SENTENCES[kind], now)
        return DoorBlind(at=now, kind=kind, channel=channel, code=code)

    async def record_blind(self, kind: str, channel: str = "", code: str = "") -> None:
        """Raises StoreUnavailable."""
        await self.store.record((await self.blind(kind, channel, code),))

    async def record_sight(self, kind: str, seconds: float) -> None:
        """Raises StoreUnavailable."""
        log.warning("slack.sees_again", kind=kind, seconds=round(seconds), alarm=True)
        now = self.clock.now()
        await self._tell(f"{kind}_ended", "", ENDINGS[kind], now)
        await self.store.record((DoorSees(at=now, kind=kind, seconds=round(seconds)),))

    async def _tell(self, kind: str, channel: str, sentence: str, now: datetime) -> None:
        await self.store.tell(self.notices.on_blind(kind, channel, sentence, now))
        self.poke()

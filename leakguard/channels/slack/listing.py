"""Keeps the list of channels fresh, and goes into the public ones where the settings say so."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field

import structlog

from leakguard.channels.slack.api import ApiRefused, ApiUnavailable, SlackApi
from leakguard.channels.slack.coverage import Coverage, ask_coverage
from leakguard.channels.slack.limiter import Limiter
from leakguard.service.ports import Clock

log = structlog.get_logger("leakguard.slack")

EVERY_SECONDS = 3600.0


@dataclass(slots=True, kw_only=True)
class Listing:
    """coverage: as Slack told it last. joined: called with each channel that we went into."""

    api: SlackApi
    limiter: Limiter
    token: str = field(repr=False)
    clock: Clock
    joins_public: bool
    joined: Callable[[str], None]
    coverage: Coverage = field(default_factory=Coverage)
    _new: list[str] = field(default_factory=list)
    _turned_at: float = -math.inf

    def appeared(self, channel: str) -> None:
        """A public channel is new in the workspace."""
        if self.joins_public:
            self._new.append(channel)

    async def ask(self) -> Coverage:
        """Raises ApiRefused, ApiUnavailable."""
        self.coverage = await ask_coverage(self.api, self.limiter, self.token)
        return self.coverage

    async def turn(self) -> None:
        """All of it every hour, and what is new at once."""
        is_due = self.clock.seconds() - self._turned_at >= EVERY_SECONDS
        channels, self._new = self._new, []
        try:
            if is_due:
                self._turned_at = self.clock.seconds()
                coverage = await self.ask()
                channels += coverage.joinable if self.joins_public else ()
            await self._join(dict.fromkeys(channels))
        except ApiRefused as refused:
            log.error("slack.coverage_unknown", code=refused.code, alarm=True)
        except ApiUnavailable as problem:
            log.error("slack.coverage_unknown", problem=type(problem).__name__, alarm=True)

    async def _join(self, channels: Iterable[str]) -> None:
        for channel in channels:
            try:
                await self._once(channel)
            except ApiRefused as refused:
                if refused.code == "missing_scope":
                    raise
                log.warning("slack.not_joined", place=channel, code=refused.code)
            else:
                log.info("slack.joined", place=channel)
                self.joined(channel)

    async def _once(self, channel: str) -> None:
        await self.limiter.run(
            "conversations.join", (), lambda: self.api.call("conversations.join", self.token, channel=channel)
        )

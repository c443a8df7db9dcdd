"""Events on their way to the app: Slack's retries, its ceiling, and when it gives up on an app."""

from __future__ import annotations

import asyncio
from collections import deque
from collections.abc import Callable
from dataclasses import dataclass, field

from tests.fakes.slack.state import Channel, Json
from tests.fakes.slack.subscriptions import envelope, reached
from tests.fakes.slack.transport import Outcome, Sort, Transport
from tests.fakes.slack.workspace import TEAM, Workspace

HOUR = 3600.0


@dataclass(kw_only=True)
class Policy:
    """waits: Slack's seconds before each retry. ceiling: events an hour. An app that took less than `least_taken`
    of what it was given in an hour is disabled, once that were `judged_from` or more."""

    waits: tuple[float, ...] = (0.0, 60.0, 300.0)
    ceiling: int = 30_000
    least_taken: float = 0.05
    judged_from: int = 1000


@dataclass(frozen=True, slots=True, kw_only=True)
class Delivery:
    """One attempt, as it ended. retry: 0 for the first. at: `passed()` when it set out."""

    event_id: str
    name: str
    retry: int
    at: float
    outcome: Outcome


@dataclass(kw_only=True)
class Courier:
    """published: every event the app was to be told of, in order. lost: those no attempt brought there."""

    workspace: Workspace
    transport: Transport | None = None
    policy: Policy = field(default_factory=Policy)
    disabled: bool = False
    published: list[Json] = field(default_factory=list)
    deliveries: list[Delivery] = field(default_factory=list)
    lost: list[str] = field(default_factory=list)
    over_ceiling: list[Json] = field(default_factory=list)
    _held: list[Json] | None = None
    _tasks: set[asyncio.Task[None]] = field(default_factory=set)
    _hour: deque[float] = field(default_factory=deque)
    _judged: deque[tuple[float, bool]] = field(default_factory=deque)
    _limited_minute: int = 0
    _count: int = 0

    def publish(self, name: str, event: Json, channel: Channel | None) -> None:
        token = reached(self.workspace, name, channel)
        if token is None or self.disabled:
            return
        self._count += 1
        id, now = f"Ev{self._count:08d}", int(self.workspace.time.wall())
        shared = bool(channel and channel.shared_with)
        body = envelope(self.workspace, event, token, id, now, shared=shared)
        if self._is_over_ceiling():
            self.over_ceiling.append(body)
            self._tell_limited(now)
            return
        self.published.append(body)
        self._start(body)

    def again(self, body: Json, times: int = 1) -> None:
        """The same event once more, as Slack does when an ack got lost."""
        for _ in range(times):
            self._start(body)

    def hold(self) -> None:
        """What is published from here on waits for `let_go`."""
        self._held = []

    async def let_go(self, order: Callable[[list[Json]], list[Json]] = lambda held: held[::-1]) -> None:
        """One after the other; backwards, unless told an order."""
        held, self._held = self._held or [], None
        for body in order(held):
            await self._deliver(body)

    async def quiet(self) -> None:
        """Until every event is taken or given up."""
        while self._tasks:
            await asyncio.gather(*self._tasks, return_exceptions=True)

    async def close(self) -> None:
        for task in self._tasks:
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)

    def attempts(self, name: str) -> list[Delivery]:
        return [one for one in self.deliveries if one.name == name]

    def _start(self, body: Json) -> None:
        if self._held is not None:
            self._held.append(body)
            return
        task = asyncio.get_running_loop().create_task(self._deliver(body))
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    async def _deliver(self, body: Json) -> None:
        reason = ""
        for retry in range(len(self.policy.waits) + 1):
            if retry:
                await self.workspace.time.sleep(self.policy.waits[retry - 1])
            if self.disabled or self.transport is None:
                break
            at = self.workspace.time.passed()
            outcome = await self.transport.send(Sort.EVENT, body, retry=retry, reason=reason)
            self.deliveries.append(
                Delivery(event_id=body.get("event_id", ""), name=name_of(body), retry=retry, at=at, outcome=outcome)
            )
            self._judge(taken=outcome.ok)
            if outcome.ok:
                return
            reason = outcome.reason
            if outcome.final:
                break
        self.lost.append(body.get("event_id", ""))

    def _is_over_ceiling(self) -> bool:
        now = self.workspace.time.passed()
        while self._hour and self._hour[0] <= now - HOUR:
            self._hour.popleft()
        if len(self._hour) >= self.policy.ceiling:
            return True
        self._hour.append(now)
        return False

    def _tell_limited(self, now: int) -> None:
        """Once a minute; this one has no inner event."""
        minute = now - now % 60
        if minute != self._limited_minute:
            self._limited_minute = minute
            app_id = self.workspace.app.id
            said = {"token": "verification-token-of-old", "type": "app_rate_limited", "team_id": TEAM}
            self._start(said | {"minute_rate_limited": minute, "api_app_id": app_id})

    def _judge(self, *, taken: bool) -> None:
        now = self.workspace.time.passed()
        self._judged.append((now, taken))
        while self._judged and self._judged[0][0] <= now - HOUR:
            self._judged.popleft()
        good = sum(taken for _, taken in self._judged)
        if len(self._judged) >= self.policy.judged_from and good < self.policy.least_taken * len(self._judged):
            self.disabled = True


def name_of(body: Json) -> str:
    """`message_changed` rather than `message`, where there is a subtype."""
    event = body.get("event", body)
    return str(event.get("subtype") or event["type"])

"""How often a method may be called: Slack's tiers, per method, app and workspace; and one post a second and channel."""

from __future__ import annotations

from collections import deque
from dataclasses import dataclass, field

from tests.fakes.slack.state import Json, Refused
from tests.fakes.slack.timing import SlackTime

MINUTE = 60.0


@dataclass(kw_only=True)
class Limits:
    """minute: calls a minute that replace a method's tier. A window slides: no burst beyond it is forgiven."""

    time: SlackTime
    on: bool = True
    minute: dict[str, int] = field(default_factory=dict)
    posts_a_second: int = 1
    _calls: dict[str, deque[float]] = field(default_factory=dict)

    def take(self, method: str, a_minute: int, arguments: Json) -> None:
        """One call, or 429 with the seconds until there is room."""
        if not self.on:
            return
        keys = [(method, self.minute.get(method, a_minute), MINUTE)]
        if method == "chat.postMessage":
            keys.append((f"posts in {arguments.get('channel')}", self.posts_a_second, 1.0))
        wait = max(self._wait(*key) for key in keys)
        if wait > 0:
            raise Refused("ratelimited", retry_after=self.time.told(wait))
        for key, _, _ in keys:
            self._calls[key].append(self.time.passed())

    def _wait(self, key: str, most: int, within: float) -> float:
        calls, now = self._calls.setdefault(key, deque()), self.time.passed()
        while calls and calls[0] <= now - within:
            calls.popleft()
        if len(calls) < most:
            return 0.0
        return calls[0] + within - now if calls else within

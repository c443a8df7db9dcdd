"""An application asked as no client would, and answers that have no end."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass, field
from typing import Any


@dataclass
class Raw:
    """An application asked without a client that corrects anything. messages: what comes in, then silence."""

    app: Any
    path: str
    headers: list[tuple[bytes, bytes]]
    method: str = "GET"
    messages: list[dict[str, Any]] = field(default_factory=list)
    sent: list[dict[str, Any]] = field(default_factory=list)

    async def __call__(self) -> None:
        scope = {"type": "http", "method": self.method, "path": self.path, "query_string": b"", "scheme": "https"}
        more = {"asgi": {"version": "3.0"}, "http_version": "1.1", "server": ("x", 443), "headers": self.headers}
        await self.app({**scope, **more}, self._receive, self._send)

    async def _receive(self) -> dict[str, Any]:
        if self.messages:
            return self.messages.pop(0)
        await asyncio.Event().wait()
        raise AssertionError

    async def _send(self, message: dict[str, Any]) -> None:
        self.sent.append(message)

    @property
    def text(self) -> str:
        return b"".join(each.get("body", b"") for each in self.sent).decode()

    async def until(self, word: str) -> None:
        async with asyncio.timeout(5):
            while word not in self.text:  # noqa: ASYNC110 - there is nothing to wait for but the words
                await asyncio.sleep(0.01)


HOST = (b"host", b"review.stats.example")

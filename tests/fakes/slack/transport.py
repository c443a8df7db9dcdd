"""How a payload reaches the app: what both ways have in common, and the signed HTTP request."""

from __future__ import annotations

import asyncio
import hashlib
import hmac
import json
import time
import urllib.parse
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any, Protocol

import aiohttp

from tests.fakes.slack.state import Json


class Sort(StrEnum):
    """The types of Socket Mode's envelopes."""

    EVENT = "events_api"
    INTERACTIVE = "interactive"
    COMMAND = "slash_commands"


@dataclass(frozen=True, slots=True, kw_only=True)
class Outcome:
    """reason: as X-Slack-Retry-Reason. body: what the app answered. final: it wants no retry."""

    ok: bool
    reason: str = ""
    status: int = 0
    body: Any = None
    final: bool = False


class Transport(Protocol):
    async def send(self, sort: Sort, payload: Json, *, retry: int = 0, reason: str = "") -> Outcome: ...


@dataclass(kw_only=True)
class HttpTransport:
    """Signs with the app's secret; `patience` is in our seconds, and begins when the request sets out."""

    url: str
    secret: str
    patience: float
    session: aiohttp.ClientSession
    at_once: asyncio.Semaphore = field(default_factory=lambda: asyncio.Semaphore(50))

    async def send(self, sort: Sort, payload: Json, *, retry: int = 0, reason: str = "") -> Outcome:
        headers, body = _written(sort, payload)
        if retry:
            headers |= {"X-Slack-Retry-Num": str(retry), "X-Slack-Retry-Reason": reason}
        return await self.send_raw(body, headers | self.signature(body))

    async def send_raw(self, body: bytes, headers: dict[str, str]) -> Outcome:
        """Whatever one wants to say to the app's address, Slack or not."""
        limit = aiohttp.ClientTimeout(total=self.patience)
        try:
            async with (
                self.at_once,
                self.session.post(self.url, data=body, headers=headers, timeout=limit) as response,
            ):
                text = await response.text()
                ok = 200 <= response.status < 300
                final = response.headers.get("X-Slack-No-Retry") == "1"
                answer = _read(text, response.content_type)
                return Outcome(
                    ok=ok, status=response.status, body=answer, reason="" if ok else "http_error", final=final
                )
        except TimeoutError:
            return Outcome(ok=False, reason="http_timeout")
        except aiohttp.ClientError:
            return Outcome(ok=False, reason="connection_failed")

    def signature(self, body: bytes, at: str | None = None) -> dict[str, str]:
        moment = at if at is not None else str(int(time.time()))
        signed = hmac.new(self.secret.encode(), f"v0:{moment}:".encode() + body, hashlib.sha256).hexdigest()
        return {"X-Slack-Request-Timestamp": moment, "X-Slack-Signature": f"v0={signed}"}


def _written(sort: Sort, payload: Json) -> tuple[dict[str, str], bytes]:
    """Events are JSON; interactions a form with JSON in it; commands a form."""
    if sort is Sort.EVENT:
        return {"Content-Type": "application/json"}, json.dumps(payload).encode()
    form = {"payload": json.dumps(payload)} if sort is Sort.INTERACTIVE else payload
    return {"Content-Type": "application/x-www-form-urlencoded"}, urllib.parse.urlencode(form).encode()


def _read(text: str, kind: str) -> Any:
    if kind == "application/json" and text:
        return json.loads(text)
    return text or None

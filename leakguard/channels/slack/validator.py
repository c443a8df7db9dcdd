"""What stands before bolt on HTTP: only what Slack signed just now reaches it, and of the rest no word is logged."""

from __future__ import annotations

import hashlib
import hmac
import json
import re
from collections.abc import Awaitable, Callable, Iterable, MutableMapping
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import parse_qs

import structlog

from leakguard.service.ports import Clock

log = structlog.get_logger("leakguard.slack")

LARGEST = 1024 * 1024
REPLAY_SECONDS = 300
_NUMBER = re.compile(r"[0-9]{1,12}")


Scope = MutableMapping[str, Any]
Receive = Callable[[], Awaitable[MutableMapping[str, Any]]]
Send = Callable[[MutableMapping[str, Any]], Awaitable[None]]
Asgi = Callable[[Scope, Receive, Send], Awaitable[None]]


class LateDoor:
    """An ASGI application that is mounted before it can be built: until then Slack hears 503, and tells it again."""

    def __init__(self) -> None:
        self._inner: Asgi | None = None

    def open(self, inner: Asgi) -> None:
        self._inner = inner

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if self._inner is not None:
            await self._inner(scope, receive, send)
        elif scope["type"] == "http":
            await _answer(send, 503)


class _Refused(Exception):
    """status, kind: for Slack, and for the log; of the request nothing is said."""

    def __init__(self, status: int, kind: str) -> None:
        super().__init__(kind)
        self.status, self.kind = status, kind


@dataclass(frozen=True, slots=True, kw_only=True)
class Validator:
    """An ASGI application in front of another."""

    inner: Asgi
    secret: str = field(repr=False)
    clock: Clock

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            return
        try:
            body = await self._body(scope, receive)
            self._is_signed(_headers(scope["headers"]), body)
            _is_understood(_headers(scope["headers"]).get("content-type", ""), body)
        except _Refused as refused:
            log.warning("slack.refused", kind=refused.kind, code=str(refused.status))
            await _answer(send, refused.status)
            return
        await self.inner(scope, _once(body), send)

    async def _body(self, scope: Scope, receive: Receive) -> bytes:
        if scope["method"] != "POST":
            raise _Refused(405, "method")
        declared = _headers(scope["headers"]).get("content-length", "0")
        if not _NUMBER.fullmatch(declared) or int(declared) > LARGEST:
            raise _Refused(413, "too_large")
        whole = bytearray()
        while True:
            piece = await receive()
            if piece["type"] != "http.request":
                raise _Refused(400, "broken_off")
            whole += piece.get("body", b"")
            if len(whole) > LARGEST:
                raise _Refused(413, "too_large")
            if not piece.get("more_body"):
                return bytes(whole)

    def _is_signed(self, headers: dict[str, str], body: bytes) -> None:
        stamp = headers.get("x-slack-request-timestamp", "")
        if not _NUMBER.fullmatch(stamp):
            raise _Refused(401, "timestamp")
        if abs(self.clock.now().timestamp() - int(stamp)) > REPLAY_SECONDS:
            raise _Refused(401, "replay")
        expected = signature(self.secret, stamp, body)
        if not hmac.compare_digest(expected.encode(), headers.get("x-slack-signature", "").encode()):
            raise _Refused(401, "signature")


def signature(secret: str, stamp: str, body: bytes) -> str:
    return "v0=" + hmac.new(secret.encode(), f"v0:{stamp}:".encode() + body, hashlib.sha256).hexdigest()


def _is_understood(kind: str, body: bytes) -> None:
    """JSON of an event, or a form of what somebody pressed."""
    try:
        text = body.decode("utf-8")
        if kind.startswith("application/x-www-form-urlencoded"):
            payload = parse_qs(text, strict_parsing=True).get("payload")
            found: Any = json.loads(payload[0]) if payload else {}
        else:
            found = json.loads(text)
    except (ValueError, RecursionError):
        raise _Refused(400, "not_understood") from None
    if not isinstance(found, dict):
        raise _Refused(400, "not_understood")


def _headers(raw: Iterable[tuple[bytes, bytes]]) -> dict[str, str]:
    return {name.decode("latin-1").lower(): value.decode("latin-1") for name, value in raw}


def _once(body: bytes) -> Receive:
    async def receive() -> MutableMapping[str, Any]:
        return {"type": "http.request", "body": body, "more_body": False}

    return receive


async def _answer(send: Send, status: int) -> None:
    headers = [(b"content-length", b"0"), (b"cache-control", b"no-store")]
    await send({"type": "http.response.start", "status": status, "headers": headers})
    await send({"type": "http.response.body", "body": b""})

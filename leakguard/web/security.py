"""Headers of every response, and what an unsafe request has to show: where it comes from, and its session's token.

ref: OWASP ASVS 5.0, V3
"""

from __future__ import annotations

import hmac
import ipaddress
import re
from collections.abc import MutableMapping
from typing import Any

from starlette.requests import Request
from starlette.responses import PlainTextResponse
from starlette.types import ASGIApp, Message, Receive, Scope, Send

POLICY = "; ".join(
    (
        "default-src 'none'",
        "script-src 'self'",
        "style-src 'self'",
        "img-src 'self' data:",
        "connect-src 'self'",
        "frame-src 'self'",
        "form-action 'self'",
        "base-uri 'none'",
        "frame-ancestors 'none'",
    )
)
_HEADERS = {
    "content-security-policy": POLICY,
    "x-content-type-options": "nosniff",
    "referrer-policy": "same-origin",
    "cross-origin-opener-policy": "same-origin",
    "cross-origin-resource-policy": "same-origin",
    "permissions-policy": "camera=(), microphone=(), geolocation=(), payment=(), usb=()",
    "x-dns-prefetch-control": "off",
    "cache-control": "no-store",
}
_HTTPS_ONLY = {"strict-transport-security": "max-age=63072000"}


def headers_for(*, is_https: bool) -> dict[str, str]:
    return {**_HEADERS, **(_HTTPS_ONLY if is_https else {})}


class TooLarge(Exception):
    """The body of a request is larger than its page takes."""


class SafeHeaders:
    """Puts the headers on every response that does not set them itself."""

    def __init__(self, app: ASGIApp, *, is_https: bool) -> None:
        self._app = app
        self._headers = headers_for(is_https=is_https)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return

        async def with_headers(message: Message) -> None:
            if message["type"] == "http.response.start":
                self._add(message)
            await send(message)

        await self._app(scope, receive, with_headers)

    def _add(self, message: MutableMapping[str, Any]) -> None:
        headers = list(message.get("headers", ()))
        there = {name.lower() for name, _ in headers}
        headers += [
            (name.encode(), value.encode()) for name, value in self._headers.items() if name.encode() not in there
        ]
        message["headers"] = headers


class OwnHost:
    """Answers only who asks for us: by the host of our origin, or, as proxies and tools do, by a number or localhost.

    So no name that somebody points at this machine makes a browser take its pages for ours.
    """

    def __init__(self, app: ASGIApp, *, origin: str) -> None:
        self._app = app
        self._own = origin.partition("://")[2].casefold()

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] == "http" and not self._is_ours(Request(scope).headers.getlist("host")):
            await PlainTextResponse("This is not the host that you asked for.", 421)(scope, receive, send)
            return
        await self._app(scope, receive, send)

    def _is_ours(self, hosts: list[str]) -> bool:
        if len(hosts) != 1:
            return False
        host = hosts[0].casefold()
        name = _PORT.sub("", host)
        return host == self._own or name == _PORT.sub("", self._own) or name == "localhost" or _is_number(name)


_PORT = re.compile(r":\d{1,5}$")


def _is_number(name: str) -> bool:
    try:
        ipaddress.ip_address(name.removeprefix("[").removesuffix("]"))
    except ValueError:
        return False
    return True


def comes_from_us(request: Request, origin: str) -> bool:
    """Whether a browser says that one of our own pages sent this. Both signs must agree where both are given."""
    signs = []
    site = request.headers.get("sec-fetch-site")
    if site is not None:
        signs.append(site == "same-origin")
    stated = request.headers.get("origin")
    if stated is not None:
        signs.append(stated == origin)
    return bool(signs) and all(signs)


def has_token(given: object, expected: str) -> bool:
    return isinstance(given, str) and bool(expected) and hmac.compare_digest(given.encode(), expected.encode())


def at_most(receive: Receive, largest: int) -> Receive:
    """The body in pieces, until it is too large: then TooLarge, before the rest is read."""
    seen = 0

    async def limited() -> Message:
        nonlocal seen
        message = await receive()
        seen += len(message.get("body", b""))
        if seen > largest:
            raise TooLarge
        return message

    return limited

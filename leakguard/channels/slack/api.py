"""Slack's Web API as the door needs it: an answer, or one of three ways in which there is none.

Rule of this file: an error has Slack's code and nothing of what was asked or answered.
"""

from __future__ import annotations

import asyncio
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Protocol
from urllib.parse import urlsplit

import aiohttp
from slack_sdk.errors import SlackApiError, SlackClientError
from slack_sdk.web.async_client import AsyncWebClient

from leakguard.channels.slack.quiet import quiet_logger
from leakguard.model.errors import LeakGuardError

SLACK = "https://slack.com/api/"
FILE_HOSTS = frozenset({"files.slack.com", "slack-files.com"})
SECONDS = 30
_MOST_REDIRECTS = 3


class ApiRefused(LeakGuardError):
    """Slack understood and said no. code: from Slack's closed list."""

    def __init__(self, code: str) -> None:
        super().__init__(code)
        self.code = code


class ApiLimited(LeakGuardError):
    """Too many calls of this method; ask again after so many seconds."""

    def __init__(self, seconds: float) -> None:
        super().__init__("ratelimited")
        self.seconds = seconds


class ApiUnavailable(LeakGuardError):
    """No answer, or none that can be understood. It may or may not have been done."""


@dataclass(frozen=True, slots=True)
class Fetched:
    content: bytes = field(repr=False)
    kind: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    """headers: by their names in small letters."""

    body: Mapping[str, Any] = field(repr=False)
    headers: Mapping[str, str] = field(default_factory=dict, repr=False)


class SlackApi(Protocol):
    async def call(self, method: str, token: str, **fields: str) -> Mapping[str, Any]:
        """Raises ApiRefused, ApiLimited, ApiUnavailable."""
        ...

    async def ask(self, method: str, token: str, **fields: str) -> Answer:
        """As `call`, with what Slack says in headers, such as the token's scopes. token: "" where none is asked."""
        ...

    async def upload(self, url: str, content: bytes) -> None:
        """The bytes of a file, to an address that Slack gave for it. Raises ApiRefused, ApiUnavailable."""
        ...

    async def fetch(self, url: str, token: str, most: int) -> Fetched:
        """A file. Raises ApiRefused when it is too large or elsewhere; ApiLimited, ApiUnavailable."""
        ...


class WebApi:
    """session: one for all calls, since a connection for each costs eight times as much. base: where Slack is."""

    def __init__(
        self, session: aiohttp.ClientSession, base: str = SLACK, file_hosts: frozenset[str] = FILE_HOSTS
    ) -> None:
        self._session, self._hosts = session, file_hosts
        self._schemes = {"https", urlsplit(base).scheme}
        self._client = AsyncWebClient(
            base_url=base, session=session, timeout=SECONDS, retry_handlers=[], logger=quiet_logger()
        )

    async def call(self, method: str, token: str, **fields: str) -> Mapping[str, Any]:
        return (await self.ask(method, token, **fields)).body

    async def ask(self, method: str, token: str, **fields: str) -> Answer:
        try:
            headers = {"Authorization": f"Bearer {token}"} if token else {}
            answer = await self._client.api_call(method, data=dict(fields), headers=headers)
            body = answer.data if isinstance(answer.data, dict) else {}
            return Answer(body=body, headers={str(name).lower(): str(each) for name, each in answer.headers.items()})
        except (aiohttp.ClientError, SlackClientError, OSError, TimeoutError, ValueError) as error:
            failed = _meant(error)
        raise failed  # outside the handler: no answer travels with the error

    async def upload(self, url: str, content: bytes) -> None:
        self._is_of_slack(url)
        failed: LeakGuardError
        try:
            async with asyncio.timeout(SECONDS), self._session.post(url, data=content) as answer:
                if answer.status == 200:
                    return
                failed = ApiUnavailable(str(answer.status))
        except (aiohttp.ClientError, OSError, TimeoutError) as error:
            failed = ApiUnavailable(type(error).__name__)
        raise failed

    def _is_of_slack(self, url: str) -> None:
        """Raises ApiRefused for an address that is not one of Slack's file hosts."""
        parts = urlsplit(url)
        if parts.scheme not in self._schemes or parts.netloc not in self._hosts:
            raise ApiRefused("file_elsewhere")

    async def fetch(self, url: str, token: str, most: int) -> Fetched:
        self._is_of_slack(url)  # the token is for Slack only
        failed: LeakGuardError
        try:
            async with asyncio.timeout(SECONDS):
                return await self._fetch(url, token, most)
        except (aiohttp.ClientError, OSError, TimeoutError) as error:
            failed = ApiUnavailable(type(error).__name__)
        raise failed

    async def _fetch(self, url: str, token: str, most: int) -> Fetched:
        headers = {"Authorization": f"Bearer {token}"}
        async with self._session.get(url, headers=headers, max_redirects=_MOST_REDIRECTS) as answer:
            if answer.status == 429:
                raise ApiLimited(_seconds(answer.headers))
            if answer.status >= 500:
                raise ApiUnavailable(str(answer.status))
            if answer.status != 200:
                raise ApiRefused(f"http_{answer.status}")
            whole = bytearray()
            async for piece in answer.content.iter_chunked(65536):
                whole += piece
                if len(whole) > most:
                    raise ApiRefused("file_too_large")
            return Fetched(bytes(whole), answer.content_type)


def text_in(told: object, key: str) -> str:
    """What an answer says under this key; "" where that is no text."""
    value = told.get(key) if isinstance(told, Mapping) else None
    return value if isinstance(value, str) else ""


def _meant(error: Exception) -> LeakGuardError:
    """What the SDK raised, as one of the three ways in which there is no answer."""
    if not isinstance(error, SlackApiError):
        return ApiUnavailable(type(error).__name__)
    answer: Any = error.response
    status = int(getattr(answer, "status_code", 0) or 0)
    told = getattr(answer, "data", answer)
    code = told.get("error") if isinstance(told, dict) else None
    if status == 429 or code == "ratelimited":
        return ApiLimited(_seconds(getattr(answer, "headers", {})))
    if status >= 500 or not isinstance(code, str) or code in ("internal_error", "fatal_error", "service_unavailable"):
        return ApiUnavailable(str(status))
    return ApiRefused(code)


def _seconds(headers: Mapping[str, Any]) -> float:
    named = {str(key).lower(): value for key, value in headers.items()}
    said = named.get("retry-after", "")
    said = said[0] if isinstance(said, list) and said else said
    return float(said) if isinstance(said, str) and said.isascii() and said.isdigit() else 1.0

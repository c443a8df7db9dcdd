"""The settings of the Slack door. Its tokens stand in files of their own, never in the settings."""

from __future__ import annotations

import re
from typing import Annotated
from urllib.parse import urlsplit

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, model_validator

from leakguard.sign_in_settings import AbsolutePath

SLACK = "https://slack.com/api/"
SHORTEST_TOKEN = 16
SLACK_TELLS_AGAIN = 300  # seconds for which an event that nobody takes comes again: a shorter blindness loses nothing
_LOCAL = {"localhost", "127.0.0.1", "::1"}


def _api(text: str) -> str:
    parts = urlsplit(text)
    is_local = parts.scheme == "http" and parts.hostname in _LOCAL
    if not parts.hostname or not (parts.scheme == "https" or is_local) or not text.endswith("/api/"):
        raise ValueError(f"must be an https address that ends in /api/, such as {SLACK}, not {text!r}")
    return text


def _channel(text: str) -> str:
    if not re.fullmatch(r"[CG][A-Z0-9]{2,}", text):
        raise ValueError(f"must be the id of a channel such as C0123ABCD, not {text!r}")
    return text


def _domain(text: str) -> str:
    if not re.fullmatch(r"[a-z0-9-]+(\.[a-z0-9-]+)+", text):
        raise ValueError(f"must be a domain in small letters such as stats.example, not {text!r}")
    return text


def _client_id(text: str) -> str:
    if not re.fullmatch(r"[0-9]+\.[0-9]+", text):
        raise ValueError(f"must be the Client ID of the app, such as 1234567890.1234567890, not {text!r}")
    return text


ApiAddress = Annotated[str, AfterValidator(_api)]
ClientId = Annotated[str, AfterValidator(_client_id)]
ChannelId = Annotated[str, AfterValidator(_channel)]
Domain = Annotated[str, AfterValidator(_domain)]


class ConsentSlice(BaseModel):
    """People may connect their own accounts; their tokens are kept under the key."""

    model_config = ConfigDict(extra="forbid", strict=True, frozen=True)

    client_id: ClientId
    client_secret_file: AbsolutePath
    key_file: AbsolutePath


class SlackSlice(BaseModel):
    """app_token_file: events over sockets; signing_secret_file: over HTTP, at the pages' own address."""

    model_config = ConfigDict(extra="forbid", strict=True, frozen=True)

    bot_token_file: AbsolutePath
    app_token_file: AbsolutePath | None = None
    signing_secret_file: AbsolutePath | None = None
    enforcer_token_file: AbsolutePath | None = None
    discovery_token_file: AbsolutePath | None = None
    consent: ConsentSlice | None = None
    domains: list[Domain] = []
    compliance_channel: ChannelId | None = None
    sockets: Annotated[int, Field(ge=2, le=10)] = 2
    canary_channel: ChannelId | None = None
    canary_seconds: Annotated[int | float, Field(ge=10, le=120)] = 60
    blind_after_seconds: Annotated[int | float, Field(ge=30, le=SLACK_TELLS_AGAIN)] = 180
    look_back_days: Annotated[int, Field(ge=1, le=30)] = 1
    join_public: bool = False
    api: ApiAddress = SLACK

    @model_validator(mode="after")
    def _something_is_heard(self) -> SlackSlice:
        if not (self.app_token_file or self.signing_secret_file):
            raise ValueError("give `app_token_file` (events over sockets), or `signing_secret_file` (over HTTP)")
        if self.blind_after_seconds < 2 * self.canary_seconds:
            raise ValueError("`blind_after_seconds` must be twice `canary_seconds` at least: one post may come late")
        return self

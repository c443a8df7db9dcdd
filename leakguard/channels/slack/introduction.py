"""Who we are in the workspace, as Slack tells it once at the start: asked until it answers, since mail goes on."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Mapping
from typing import Any, TypeVar

import structlog

from leakguard.channels.slack.api import ApiLimited, ApiRefused, ApiUnavailable, SlackApi
from leakguard.channels.slack.events import Own

log = structlog.get_logger("leakguard.slack")

T = TypeVar("T")
AGAIN_SECONDS = (1.0, 2.0, 5.0, 15.0, 60.0)


async def until_open(
    attempt: Callable[[], Awaitable[T]], sleep: Callable[[float], Awaitable[None]] = asyncio.sleep
) -> T:
    """What `attempt` gives, however long Slack does not let us in. Each failure is an alarm."""
    tries = 0
    while True:
        wait = AGAIN_SECONDS[min(tries, len(AGAIN_SECONDS) - 1)]
        try:
            return await attempt()
        except ApiLimited as limited:
            wait = max(wait, limited.seconds)
        except ApiRefused as refused:
            log.error("slack.not_open", code=refused.code, attempts=tries + 1, alarm=True)
        except ApiUnavailable as problem:
            log.error("slack.not_open", problem=type(problem).__name__, attempts=tries + 1, alarm=True)
        tries += 1
        await sleep(wait)


async def introduced(api: SlackApi, token: str) -> Own:
    """Raises ApiRefused, ApiLimited, ApiUnavailable."""
    told = await api.call("auth.test", token)
    bot = _text(told, "bot_id")
    app = await _app_of(api, token, bot) if bot else ""
    own = Own(team=_text(told, "team_id"), user=_text(told, "user_id"), bot=bot, app=app)
    if not (own.team and own.user):
        raise ApiUnavailable("auth.test names nobody")
    return own


async def _app_of(api: SlackApi, token: str, bot: str) -> str:
    """ "" where we may not ask: then our posts are known by user and bot alone."""
    try:
        about = (await api.call("bots.info", token, bot=bot)).get("bot")
    except ApiRefused:
        return ""
    return _text(about, "app_id") if isinstance(about, Mapping) else ""


def _text(told: Mapping[str, Any], key: str) -> str:
    value = told.get(key)
    return value if isinstance(value, str) else ""

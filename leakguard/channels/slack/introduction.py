"""Who we are in the workspace, as Slack tells it once at the start: asked until it answers, since mail goes on."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from typing import TypeVar

import structlog

from leakguard.channels.slack.api import ApiLimited, ApiRefused, ApiUnavailable, SlackApi, text_in
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
    bot = text_in(told, "bot_id")
    app = await app_of(api, token, bot) if bot else ""
    own = Own(team=text_in(told, "team_id"), user=text_in(told, "user_id"), bot=bot, app=app)
    if not (own.team and own.user):
        raise ApiUnavailable("auth.test names nobody")
    return own


async def app_of(api: SlackApi, token: str, bot: str) -> str:
    """ "" where we may not ask: then our posts are known by user and bot alone."""
    try:
        about = (await api.call("bots.info", token, bot=bot)).get("bot")
    except ApiRefused:
        return ""
    return text_in(about, "app_id")

"""Puts a held post up when the clerk says so: as its author, where they agreed to that, or else for them.

It bears the reference of what was held, by which a try whose answer was lost is known: rarely twice.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from typing import Any

import structlog

from leakguard.channels.slack.api import ApiRefused, ApiUnavailable, SlackApi
from leakguard.channels.slack.authors import DEAD, Authors
from leakguard.channels.slack.limiter import Limiter
from leakguard.channels.slack.screens.visitors import Visitors
from leakguard.channels.slack.wanted import Wanted, attached, wanted
from leakguard.model.errors import StoreUnavailable
from leakguard.model.held import HeldMessage
from leakguard.service.consents import TokenNotReady
from leakguard.service.ports import Reply

log = structlog.get_logger("leakguard.slack")

POSTED = Reply.of(250, "2.0.0 posted")
NOT_NOW = Reply.of(451, "4.4.1 Slack does not answer")
_OTHER_READERS = Reply.of(451, "4.7.1 somebody could see it now who may not yet")
_NO_CHANNEL = Reply.of(550, "5.1.1 where it was to be posted is not known")
_MARK = "leakguard_post"
_OF_CHANNEL, _OF_THREAD = "100", "1000"  # messages that are looked over; a thread is told from its beginning


@dataclass(frozen=True, slots=True, kw_only=True)
class Poster:
    """token: the bot's. authors: those who agreed to it are who posts.

    may_go_up: whether it may stand before these readers now. Of whoever is not in a channel nothing is posted there.
    """

    api: SlackApi
    limiter: Limiter
    visitors: Visitors
    token: str = field(repr=False)
    authors: Authors
    may_go_up: Callable[[HeldMessage, tuple[str, ...]], bool]

    async def post(self, held: HeldMessage) -> Reply:
        post = wanted(held.head)
        if post is None:
            return _NO_CHANNEL
        try:
            is_there, post = await self._looked_for(held, post)
            if is_there:
                return POSTED
            if not await self._may_stand(held, post):
                log.warning("post.readers_changed", held=held.id)
                return _OTHER_READERS
            return await self._as_somebody(held, post)
        except (ApiUnavailable, TokenNotReady, StoreUnavailable):
            return NOT_NOW

    async def _may_stand(self, held: HeldMessage, post: Wanted) -> bool:
        """Before those who could see it now: nothing that we post comes back to be inspected."""
        audience = await self.visitors.audience(post.author, post.channel)
        return audience is not None and self.may_go_up(held, audience.handles)

    async def _as_somebody(self, held: HeldMessage, post: Wanted) -> Reply:
        code = await self._as_author(held, post)
        if code:
            code = await self._as_bot(held, post)
        if not code:
            return POSTED
        log.warning("post.not_posted", held=held.id, code=code)
        return Reply.of(550, "5.7.1 Slack refuses it")

    async def _as_author(self, held: HeldMessage, post: Wanted) -> str:
        """ "" where it was posted; otherwise why not."""
        token = await self.authors.token(post.author) if post.author else ""
        if not token:
            return "not_agreed"
        try:
            await self._put(held, post, token)
        except ApiRefused as refused:
            if refused.code in DEAD:
                await self.authors.refused(post.author, token)
            return refused.code
        return ""

    async def _as_bot(self, held: HeldMessage, post: Wanted) -> str:
        """As for the author. Into public channels it goes by itself."""
        if not await self.visitors.can_post_for(post.author, post.channel):
            return "author_not_in_channel"
        try:
            try:
                await self._put(held, post.for_them(), self.token)
            except ApiRefused as refused:
                if refused.code != "not_in_channel":
                    raise
                await self._call("conversations.join", self.token, channel=post.channel)
                await self._put(held, post.for_them(), self.token)
        except ApiRefused as refused:
            return refused.code
        return ""

    async def _put(self, held: HeldMessage, post: Wanted, token: str) -> None:
        where = {"channel": post.channel, "thread_ts": post.thread} if post.thread else {"channel": post.channel}
        mark = json.dumps({"event_type": _MARK, "event_payload": {"held": held.id}})
        if post.has_files:
            await self._put_files(held, post, token)
        else:
            await self._call("chat.postMessage", token, text=post.text, metadata=mark, **where, **post.as_blocks)

    async def _put_files(self, held: HeldMessage, post: Wanted, token: str) -> None:
        """As one message, its text above them."""
        done = []
        for name, content in attached(held.content):
            told = await self._call(
                "files.getUploadURLExternal", token, filename=name or "file", length=str(len(content))
            )
            await self.api.upload(str(told.get("upload_url", "")), content)
            done.append({"id": told.get("file_id"), "title": name})
        if not done:
            raise ApiRefused("no_files")  # what could not be read when it was posted is not kept
        where = {"channel_id": post.channel, "thread_ts": post.thread} if post.thread else {"channel_id": post.channel}
        await self._call(
            "files.completeUploadExternal", token, files=json.dumps(done), initial_comment=post.text, **where
        )

    async def _looked_for(self, held: HeldMessage, post: Wanted) -> tuple[bool, Wanted]:
        """Whether an earlier try put it up after all, and where it belongs: what answers a post that is gone stands in
        the channel. Where we may not look, it is taken for not there.
        """
        method, where = ("conversations.replies", {"ts": post.thread}) if post.thread else ("conversations.history", {})
        where |= {"limit": _OF_THREAD if post.thread else _OF_CHANNEL}
        try:
            told = await self._call(method, self.token, channel=post.channel, include_all_metadata="true", **where)
        except ApiRefused as refused:
            if post.thread and refused.code == "thread_not_found":
                return await self._looked_for(held, replace(post, thread=""))
            return False, post
        return any(_held_of(each) == held.id for each in told.get("messages") or ()), post

    async def _call(self, method: str, token: str, **fields: str) -> Mapping[str, Any]:
        return await self.limiter.run(method, (), lambda: self.api.call(method, token, **fields))


def _held_of(message: object) -> str:
    metadata = message.get("metadata") if isinstance(message, Mapping) else None
    if not isinstance(metadata, Mapping) or metadata.get("event_type") != _MARK:
        return ""
    payload = metadata.get("event_payload")
    return str(payload.get("held", "")) if isinstance(payload, Mapping) else ""

"""What was said under a post that was taken out stays there: its replies come into the inbox as if told of just now.

Those that were judged when they were posted are left out.
"""

from __future__ import annotations

import json
from collections.abc import AsyncIterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from leakguard.channels.slack.api import ApiRefused, ApiUnavailable, SlackApi
from leakguard.channels.slack.events import THREAD_TO_READ, Own, Post, ReadThread, lane_of
from leakguard.channels.slack.limiter import Limiter
from leakguard.channels.slack.made_up import item_of, made_up, post_in
from leakguard.channels.slack.paging import pages
from leakguard.channels.slack.remembered import digest_in, known
from leakguard.channels.slack.scenes import NotYet
from leakguard.model.inbox import InboxItem
from leakguard.service.inbox_ports import InboxStore
from leakguard.service.ports import Clock

_PAGE = 200


@dataclass(frozen=True, slots=True, kw_only=True)
class Threads:
    api: SlackApi
    limiter: Limiter
    inbox: InboxStore
    clock: Clock
    own: Own
    token: str = field(repr=False)

    async def ask(self, item: InboxItem, post: Post) -> None:
        """Have the thread under this post read, once; also when we crash now. Nothing for what has no thread."""
        if not post.ts or str(post.content.get("thread_ts") or post.ts) != post.ts:
            return
        event = {"type": THREAD_TO_READ, "channel": post.channel, "ts": post.ts}
        envelope = {"type": THREAD_TO_READ, "team_id": post.team, "event": event}
        body, now = json.dumps(envelope).encode(), self.clock.now()
        name = f"{item.event_id} thread"
        await self.inbox.put(InboxItem(event_id=name, lane=lane_of(envelope), body=body, received_at=now))

    async def read(self, act: ReadThread) -> str:
        """Empty when every reply is in the inbox; else why Slack does not show them. Raises NotYet."""
        try:
            async for reply in self._replies(act):
                await self._put(act, reply)
        except ApiRefused as refused:
            return "" if refused.code == "thread_not_found" else refused.code
        except ApiUnavailable:
            raise NotYet from None
        return ""

    async def _put(self, act: ReadThread, reply: Mapping[str, Any]) -> None:
        envelope = made_up(act.team, act.channel, reply)
        post = post_in(envelope, self.own)
        if post is not None and not (await known(self.inbox, post, digest_in(post))).is_judged:
            await self.inbox.put(item_of(envelope, post, digest_in(post), self.clock.now()))

    async def _replies(self, act: ReadThread) -> AsyncIterator[Mapping[str, Any]]:
        asked = {"channel": act.channel, "ts": act.ts, "limit": str(_PAGE)}
        async for page in pages(self._page, asked):
            for each in page.get("messages") or ():
                if isinstance(each, Mapping) and each.get("ts") != act.ts:
                    yield each

    async def _page(self, asked: dict[str, str]) -> Mapping[str, Any]:
        method = "conversations.replies"
        return await self.limiter.run(method, (), lambda: self.api.call(method, self.token, **asked))

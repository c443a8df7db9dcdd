"""Takes a post out by the first right that may. Waits its turn by exposure, and never behind a notice."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Iterable
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from leakguard.channels.slack.api import ApiRefused, ApiUnavailable, SlackApi
from leakguard.channels.slack.audience import Audience
from leakguard.channels.slack.authors import DEAD, Authors
from leakguard.channels.slack.limiter import Limiter
from leakguard.channels.slack.removal import (
    Answer,
    By,
    Powers,
    Step,
    Target,
    answer_to,
    blanking,
    chain,
    revoking,
    urgency,
)
from leakguard.service.consents import TokenNotReady

_AGAIN_SECONDS = (0.5, 1.0, 2.0)  # for a right that got no answer, before the next one is tried
UNANSWERED = "unavailable"


class _LetStand(Exception):
    """While it waited for its turn its release became public."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Outcome:
    """by: whose right it was; None where the message is still there. files: how many went; files_left: how many not.

    codes: what Slack answered to the others. is_public: it was let stand. text_left: the channel is still told by it.
    dead: Slack's word for a token of ours that is worth nothing any more, or "".
    """

    by: By | None = None
    files: int = 0
    files_left: int = 0
    text_left: bool = False
    tried: tuple[str, ...] = ()
    codes: tuple[str, ...] = ()
    is_public: bool = False
    dead: str = ""

    @property
    def is_unanswered(self) -> bool:
        """Slack may be away; it is worth coming back."""
        return UNANSWERED in self.codes and (self.by is None or self.files_left > 0 or self.text_left)


@dataclass(frozen=True, slots=True, kw_only=True)
class _Turn:
    """One removal: whose post, how urgent it is, whether it must still be made, and what came of it so far."""

    author: str
    urgency: tuple[Any, ...]
    must_go: Callable[[], Awaitable[bool]]
    tried: list[str] = field(default_factory=list)
    codes: list[str] = field(default_factory=list)
    dead: list[str] = field(default_factory=list)


@dataclass(frozen=True, slots=True, kw_only=True)
class Remover:
    api: SlackApi
    limiter: Limiter
    powers: Powers
    authors: Authors
    sleep: Callable[[float], Awaitable[None]] = asyncio.sleep

    async def remove(
        self, target: Target, audience: Audience, seen_at: datetime, must_go: Callable[[], Awaitable[bool]]
    ) -> Outcome:
        """must_go: asked right before each call, since a turn may come after the lift."""
        turn = _Turn(author=target.author, urgency=urgency(audience, seen_at), must_go=must_go)
        heading = _Turn(author=target.author, urgency=turn.urgency, must_go=must_go)
        token = await self._token(turn)
        steps = chain(target, self.powers, token)
        by, files, text_left, is_public = None, 0, target.standing is not None, False
        try:
            for file in target.links:
                await self._first(heading, _files(revoking(self.powers, token)), {"file": file})
            if target.standing is not None:
                words = {"channel": target.place.channel, target.standing.value: ""}
                text_left = await self._first(heading, _messages(blanking(target, self.powers)), words) is None
            if target.ts:
                by = await self._first(turn, _messages(steps), {"channel": target.place.channel, "ts": target.ts})
            for file in target.files:
                whose = await self._first(turn, _files(steps), {"file": file})
                files += whose is not None
                by = whose if not target.ts else by
        except _LetStand:
            is_public = True
        return Outcome(
            by=by,
            files=files,
            files_left=len(target.files) - files,
            text_left=text_left,
            tried=tuple(dict.fromkeys(turn.tried)),
            codes=tuple(dict.fromkeys([*turn.codes, *heading.codes])),
            is_public=is_public,
            dead="".join([*turn.dead, *heading.dead][:1]),
        )

    async def revoke_link(self, file: str, author: str, audience: Audience, seen_at: datetime) -> Outcome:
        """So that nobody else opens it from now on, whatever is in it. by: None where nobody's right reached it."""

        async def always() -> bool:
            return True

        turn = _Turn(author=author, urgency=urgency(audience, seen_at), must_go=always)
        by = await self._first(turn, _files(revoking(self.powers, await self._token(turn))), {"file": file})
        return Outcome(by=by, tried=tuple(dict.fromkeys(turn.tried)), codes=tuple(dict.fromkeys(turn.codes)))

    async def _first(self, turn: _Turn, steps: Iterable[tuple[Step, str]], fields: dict[str, str]) -> By | None:
        """Whose right did it."""
        for step, method in steps:
            turn.tried.append(step.by.value)
            code = await self._call(method, step, turn, fields)
            answer = answer_to(code)
            if answer is Answer.ASK:
                answer = await self._asked(fields["file"])
            if answer is Answer.REMOVED:
                return step.by
            turn.codes.append(code)
            if code in DEAD:
                await self._died(step, turn, code)
        return None

    async def _died(self, step: Step, turn: _Turn, code: str) -> None:
        """Of an author it is the end of an agreement; of ours, a right that people have to give us again."""
        if step.by is By.AUTHOR:
            await self.authors.refused(turn.author, step.token)
        else:
            turn.dead.append(code)

    async def has_enforcer(self) -> bool:
        """Whether whom the settings name as one still is. Raises ApiUnavailable."""
        token = self.powers.enforcer
        try:
            if token:
                await self.limiter.run("auth.test", (), lambda: self.api.call("auth.test", token))
        except ApiRefused:
            return False
        return True

    async def _token(self, turn: _Turn) -> str:
        """Of the author. One that is not ready is a right that got no answer: others are tried, and it comes again."""
        if turn.author == self.powers.bot_user:
            return ""
        try:
            return await self.authors.token(turn.author)
        except TokenNotReady:
            turn.tried.append(By.AUTHOR.value)
            turn.codes.append(UNANSWERED)
            return ""

    async def _asked(self, file: str) -> Answer:
        """Whether a file is gone, or only out of the sight of whoever looked for it: we see it while it is there."""
        try:
            await self.limiter.run("files.info", (), lambda: self.api.call("files.info", self.powers.bot, file=file))
        except ApiRefused as refused:
            return Answer.REMOVED if refused.code in ("file_not_found", "file_deleted") else Answer.NEXT
        except ApiUnavailable:
            return Answer.NEXT
        return Answer.NEXT

    async def _call(self, method: str, step: Step, turn: _Turn, fields: dict[str, str]) -> str:
        """Slack's code; "" for success."""

        async def once() -> None:
            if not await turn.must_go():
                raise _LetStand
            await self.api.call(method, step.token, **fields)

        for wait in (*_AGAIN_SECONDS, None):
            try:
                await self.limiter.run(f"{method} {step.by}", turn.urgency, once)
                return ""
            except ApiRefused as refused:
                return refused.code
            except ApiUnavailable:
                if wait is not None:
                    await self.sleep(wait)
        return UNANSWERED


def _messages(steps: Iterable[Step]) -> list[tuple[Step, str]]:
    return [(each, each.message_method) for each in steps]


def _files(steps: Iterable[Step]) -> list[tuple[Step, str]]:
    return [(each, each.file_method) for each in steps]

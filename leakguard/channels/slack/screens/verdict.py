"""What would become of a post that is not posted: asked of the one check, answered in sentences that tell nothing.

Rule of this file: the text goes into the check and nowhere else; no answer has a word of it.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

import structlog

from leakguard.channels.slack.audience import Audience, direction_of
from leakguard.channels.slack.composing import compose
from leakguard.channels.slack.reading import read_message
from leakguard.channels.slack.screens.visitors import Visitor, Visitors
from leakguard.model.errors import Refused, TooManyTries
from leakguard.model.message import Channel
from leakguard.service.answers import sentence_for_post
from leakguard.service.checking import Checking, Question

log = structlog.get_logger("leakguard.slack")

NOTHING_YET = "Write something, and you see here what would happen to it as a post."
NOT_CHECKED = "It could not be checked just now. Please try again before you post it."


@dataclass(frozen=True, slots=True, kw_only=True)
class Draft:
    """message: as Slack would have it, or empty. channel, people: where it would stand, if that was chosen."""

    author: str
    message: Mapping[str, Any] = field(repr=False)
    channel: str = ""
    people: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Verdicts:
    checking: Checking
    visitors: Visitors

    async def sentence(self, draft: Draft) -> str:
        """For the one who asks. Never raises; what could not be checked is never said to be well."""
        reading = read_message(draft.message)
        if not reading.text.strip():
            return NOTHING_YET
        try:
            visitor = await self.visitors.named(draft.author)
            audience = await self.visitors.audience(draft.author, draft.channel, draft.people)
            question = _question(compose(visitor.handle, reading, ()), audience)
            return await self._answered(visitor, question, audience)
        except TooManyTries as problem:
            return f"You ask faster than a check is given. Wait {problem.seconds} s, then go on."
        except Refused:
            return "This cannot be checked: it is too large."
        except Exception as problem:  # noqa: BLE001 - a defect must not read like an answer
            log.error("slack.not_checked", problem=type(problem).__name__, alarm=True)
            return NOT_CHECKED

    async def _answered(self, visitor: Visitor, question: Question, audience: Audience | None) -> str:
        answer = await self.checking.answer_safely(visitor.handle, question)
        where = "there" if audience is not None else "where anyone without access sees it"
        return f"If you posted it now {where}: {sentence_for_post(answer.copies, answer.at)}"


def _question(content: bytes, audience: Audience | None) -> Question:
    if audience is None:
        return Question(content=content, channel=Channel.SLACK)
    return Question(
        recipients=audience.handles, content=content, direction=direction_of(audience), channel=Channel.SLACK
    )

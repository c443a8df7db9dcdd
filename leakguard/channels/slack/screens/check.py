"""Check before posting: a form that answers as one types, and a command that answers once. Nothing of it is kept."""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime

from leakguard.channels.slack.screens.as_typed import AsTyped
from leakguard.channels.slack.screens.blocks import Block, context, form_field, modal, section, shown_time
from leakguard.channels.slack.screens.calls import Calls
from leakguard.channels.slack.screens.turn import TEXT, Turn, chosen
from leakguard.channels.slack.screens.verdict import NOTHING_YET, Draft, Verdicts
from leakguard.service.answers import SAME_FOR_ALL
from leakguard.service.ports import Clock

CALLBACK = "check_text"
FIELDS = "check"  # of whose form the fields are
PLACE, PEOPLE, VERDICT = "place", "people", "verdict"
ANSWER_SECONDS = 2.0  # Slack waits three for an acknowledgement
TOO_SLOW = "It takes longer than usual to read this. Press Check once more."
_KEPT = "It holds as things stand: a post is decided anew when it is posted. Nothing of what you ask is posted or kept."
_TYPED = {"trigger_actions_on": ["on_character_entered"]}


@dataclass(slots=True, kw_only=True)
class CheckScreen:
    calls: Calls
    verdicts: Verdicts
    clock: Clock
    zone: str
    typing: AsTyped[Draft] = field(init=False)

    def __post_init__(self) -> None:
        self.typing = AsTyped(show=self._show)

    async def open(self, turn: Turn) -> None:
        await turn.ack()
        await self.calls.open(turn.trigger, form(NOTHING_YET))

    async def typed(self, turn: Turn) -> None:
        await turn.ack()
        await self.typing.typed(str(turn.view.get("id", "")), str(turn.view.get("hash", "")), draft_of(turn))

    async def submitted(self, turn: Turn) -> None:
        """Checks once more and leaves the form open. The answer is the acknowledgement: nothing overtakes it."""
        self.typing.forget(str(turn.view.get("id", "")))
        sentence = TOO_SLOW
        with contextlib.suppress(TimeoutError):
            async with asyncio.timeout(ANSWER_SECONDS):
                sentence = await self.verdicts.sentence(draft_of(turn))
        await turn.ack(response_action="update", view=form(sentence, self.clock.now(), self.zone))

    async def asked(self, turn: Turn, text: str) -> None:
        """By the command: about posting it where it was typed."""
        await turn.ack()
        draft = Draft(author=turn.user, message={"text": text}, channel=turn.channel)
        await turn.tell(f"{await self.verdicts.sentence(draft)}\n{SAME_FOR_ALL} {_KEPT}")

    async def _show(self, view: str, hash_: str, draft: Draft) -> str:
        sentence = await self.verdicts.sentence(draft)
        return await self.calls.update(view, form(sentence, self.clock.now(), self.zone), hash_)


def form(sentence: str, at: datetime | None = None, zone: str = "UTC") -> Block:
    """Without what was typed, which stays in its field as long as the field keeps its name."""
    return modal(
        CALLBACK,
        "Check before posting",
        [
            text_field(FIELDS),
            place_field(FIELDS, "Where you would post it", is_optional=True),
            form_field(
                PEOPLE,
                "Or whom you would write to",
                {"type": "multi_users_select", "action_id": f"{FIELDS}:{PEOPLE}", "max_selected_items": 20},
                is_optional=True,
                hint="Choose neither to ask about anyone without access.",
            ),
            *verdict_blocks(sentence, at, zone),
        ],
        submit="Check",
    )


def text_field(form_: str) -> Block:
    element = {"type": "rich_text_input", "action_id": f"{form_}:{TEXT}", "dispatch_action_config": _TYPED}
    return form_field(TEXT, "Text", element)


def place_field(form_: str, label: str, *, is_optional: bool = False) -> Block:
    element = {"type": "conversations_select", "action_id": f"{form_}:{PLACE}", "filter": {"exclude_bot_users": True}}
    return form_field(PLACE, label, element, is_optional=is_optional)


def verdict_blocks(sentence: str, at: datetime | None, zone: str) -> list[Block]:
    when = f"As of {shown_time(at, zone)}. " if at is not None else ""
    return [section(sentence, VERDICT), context(f"{when}{SAME_FOR_ALL} {_KEPT}")]


def draft_of(turn: Turn) -> Draft:
    """What stands in the fields now."""
    values = turn.values
    text = chosen(values, TEXT).get("rich_text_value")
    people = chosen(values, PEOPLE).get("selected_users")
    return Draft(
        author=turn.user,
        message={"blocks": [text]} if isinstance(text, Mapping) else {},
        channel=str(chosen(values, PLACE).get("selected_conversation") or ""),
        people=tuple(map(str, people)) if isinstance(people, list) else (),
    )

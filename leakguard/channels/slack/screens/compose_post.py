"""Post after a release: a form with a text, a place and a release, which answers as one types and is kept when sent.

When it is posted is decided by what decides about all that is held; this is only what people fill in.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime

from leakguard.channels.slack.api import ApiUnavailable
from leakguard.channels.slack.screens import embargoes
from leakguard.channels.slack.screens.as_typed import AsTyped
from leakguard.channels.slack.screens.blocks import MOST_BUTTON, Block, clipped, form_field, modal, options, section
from leakguard.channels.slack.screens.calls import Calls
from leakguard.channels.slack.screens.check import (
    PLACE,
    draft_of,
    place_field,
    text_field,
    verdict_blocks,
)
from leakguard.channels.slack.screens.planning import NOT_THERE, Planner
from leakguard.channels.slack.screens.turn import TEXT, Turn, chosen
from leakguard.channels.slack.screens.verdict import NOTHING_YET, Draft, Verdicts
from leakguard.model.embargo import Release
from leakguard.model.errors import Refused, StoreUnavailable
from leakguard.model.time_text import full_time
from leakguard.service.consents import TokenNotReady
from leakguard.service.current import Current
from leakguard.service.ports import Clock

CALLBACK = "compose_post"
FIELDS = "post"
RELEASE = "release"
TITLE = "Post after release"
_LONGEST_VALUE = 150


@dataclass(frozen=True, slots=True, kw_only=True)
class Planned:
    """release: None where none was chosen, or one that is public by now."""

    draft: Draft
    release: Release | None


@dataclass(slots=True, kw_only=True)
class ComposeScreen:
    calls: Calls
    verdicts: Verdicts
    current: Current
    clock: Clock
    zone: str
    planner: Planner
    typing: AsTyped[Planned] = field(init=False)

    def __post_init__(self) -> None:
        self.typing = AsTyped(show=self._show)

    async def open(self, turn: Turn) -> None:
        if not self._releases():
            await turn.tell("No release is under embargo now: you can post at once.")
        else:
            await turn.ack()
            await self.calls.open(turn.trigger, form(self._releases(), NOTHING_YET, self.zone))

    async def typed(self, turn: Turn) -> None:
        await turn.ack()
        await self.typing.typed(str(turn.view.get("id", "")), str(turn.view.get("hash", "")), self._planned(turn))

    async def submitted(self, turn: Turn) -> None:
        """Kept before the form closes; what is wrong with it is said beside its field."""
        planned = self._planned(turn)
        wrong = _wrong(planned)
        release = planned.release
        if wrong or release is None:
            await turn.ack(response_action="errors", errors=wrong)
            return
        try:
            reference = await self.planner.keep(str(turn.view.get("id", "")), planned.draft, release.id)
        except Refused as refused:
            await turn.ack(response_action="errors", errors={TEXT: clipped(str(refused), 2000)})
            return
        await turn.ack(response_action="update", view=kept(reference, release, self.clock.now()))

    async def _show(self, view: str, hash_: str, planned: Planned) -> str:
        now = self.clock.now()
        sentence = await self.verdicts.sentence(planned.draft)
        if planned.release is not None:
            sentence = f"{sentence}\n\nThe release you chose: {_plan(planned.release, now)}"
        if planned.draft.channel and not await self._can_post(planned.draft):
            sentence = f"{sentence}\n\n{NOT_THERE}"
        return await self.calls.update(view, form(self._releases(), sentence, self.zone, now), hash_)

    async def _can_post(self, draft: Draft) -> bool:
        """What Slack does not tell now it may tell when the form is sent."""
        try:
            return await self.planner.visitors.can_post(draft.author, draft.channel)
        except (ApiUnavailable, StoreUnavailable, TokenNotReady):
            return True

    def _releases(self) -> list[Release]:
        found = embargoes.embargoed(self.current.book, self.clock.now())
        return [each for each in found if len(each.id) <= _LONGEST_VALUE]

    def _planned(self, turn: Turn) -> Planned:
        option = chosen(turn.values, RELEASE).get("selected_option")
        name = str(option.get("value", "")) if isinstance(option, Mapping) else ""
        found = next((each for each in self._releases() if each.id == name), None)
        return Planned(draft=draft_of(turn), release=found)


def form(releases: Sequence[Release], sentence: str, zone: str, at: datetime | None = None) -> Block:
    labelled = [(str(each.id), _label(each)) for each in releases]
    return modal(
        CALLBACK,
        TITLE,
        [
            text_field(FIELDS),
            place_field(FIELDS, "Where it is to be posted"),
            form_field(
                RELEASE,
                "After which release",
                {"type": "static_select", "action_id": f"{FIELDS}:{RELEASE}", "options": options(labelled)},
            ),
            *verdict_blocks(sentence, at, zone),
        ],
        submit="Post at the lift",
    )


def kept(reference: str, release: Release, now: datetime) -> Block:
    text = (
        f"Your post is kept under the reference *{reference}*.\n{_plan(release, now)}. It is posted then, after it was "
        "decided about once more. Until then nobody sees it; should something hold it then, you are told."
    )
    return modal("", TITLE, [section(text)])


def _plan(release: Release, now: datetime) -> str:
    return f"*{embargoes.title(release)}*. {embargoes.when(release, now)}"


def _label(release: Release) -> str:
    when = f", {full_time(release.release_at, release.zone)}"
    return clipped(release.title, MOST_BUTTON - len(when)) + when


def _wrong(planned: Planned) -> dict[str, str]:
    """By field."""
    wrong: dict[str, str] = {}
    if "blocks" not in planned.draft.message:
        wrong[TEXT] = "Write something."
    if not planned.draft.channel:
        wrong[PLACE] = "Choose where it is to be posted."
    if planned.release is None:
        wrong[RELEASE] = "Choose a release that is not public yet."
    return wrong

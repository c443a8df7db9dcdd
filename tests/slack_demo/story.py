"""What happens in the demo's workspace, scene by scene, and what its people see of it."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass, field
from datetime import datetime

from leakguard.channels.slack.cards import wording
from leakguard.channels.slack.screens.check import FIELDS, VERDICT
from leakguard.channels.slack.screens.turn import TEXT
from leakguard.demo.stage import Stage
from leakguard.demo.world import workbook
from tests.fakes.slack import Person
from tests.fakes.slack.shapes import rich_text
from tests.fakes.slack.state import Channel, Message
from tests.slack_demo.drawing import framed, readable, wrapped
from tests.slack_demo.office import Office, Standing, happened

COLOURS = {
    "posts": "36",
    "checks": "36",
    "stands": "32",
    "gone": "33",
    "clicks": "35",
    "goes up": "32",
    "lift": "1",
    "remains": "31",
}
LONGEST_SECONDS = 10.0
LEAK = "The labour market statistics are out today. Get ready to share the news on record employment!"
DRAFTS = ("Record employment next week, folks!", "The labour market figures come out at half past nine.")
_AT_ONCE = 5.0


@dataclass
class Story:
    """stood: for how many seconds each post that had to go could be read; None where it still can.

    harmless: what has to stand. went_up: what LeakGuard put up again at the lift. checked: drafts that were answered.
    """

    office: Office
    stage: Stage
    lift_at: datetime
    pause: float
    stood: list[float | None] = field(default_factory=list)
    harmless: list[Standing] = field(default_factory=list)
    went_up: list[Message] = field(default_factory=list)
    wanted: int = 0
    checked: int = 0

    async def before_the_lift(self) -> None:
        await self._small_talk()
        await self._check()
        await self._leak()
        await self._among_those_who_may()
        await self._workbook_for_an_outsider()

    async def _small_talk(self) -> None:
        office = self.office
        await self._stands(await self._posts(office.joe, office.everybody, "Room 2.14 is ours at noon. Cake?"))

    async def _check(self) -> None:
        """A form that answers as one types; what is typed there is posted nowhere."""
        joe = self.office.joe
        self.stage.say("joe types /embargo, and a form opens", "checks")
        await joe.command(self.office.everybody, "/embargo")
        await happened(lambda: joe.modal is not None)
        for text in DRAFTS:
            before, view = self._answer(), joe.modal
            if view is None:
                return
            await joe.type_in(view, f"{FIELDS}:{TEXT}", rich_text(text)[0])
            if await happened(lambda before=before: self._answer() not in ("", before)):
                self.checked += 1
            self.stage.say(f'          joe writes: "{text}"')
            self._frame(wrapped(self._answer()))
            await self._rest()
        if (view := joe.modal) is not None:
            await joe.close(view)

    def _answer(self) -> str:
        """What the form says now."""
        view = self.office.joe.modal
        blocks = view.shape["blocks"] if view is not None else []
        said = [each["text"]["text"] for each in blocks if each.get("block_id") == VERDICT]
        return readable(said[0], self.office.named) if said else ""

    async def _leak(self) -> None:
        office = self.office
        post = await self._posts(office.dana, office.everybody, LEAK)
        await self._goes(post)
        await self._shows("compliance sees", office.compliance, "dana@dept.example")
        note = await self._shows("dana sees, and nobody else", office.conversation(office.dana), "Post at release")
        if note is None:
            return
        await self._rest()
        self.wanted += 1
        self.stage.say("dana: Post at release", "clicks")
        await office.dana.click(note, wording.POST)
        await self._shows("dana sees now", office.conversation(office.dana), "posted by itself")

    async def _among_those_who_may(self) -> None:
        office = self.office
        text = "Chris, for the briefing: employment is at a record high, and unemployment fell to 4.2%."
        await self._stands(await self._posts(office.pat, office.producing, text), "both may have it")

    async def _workbook_for_an_outsider(self) -> None:
        office = self.office
        self.stage.say('pat in #with-the-paper, where a newspaper reads too: tables.xlsx, "As promised"', "posts")
        post = await office.share(office.pat, office.press, "tables.xlsx", workbook(), "As promised")
        await self._goes(post)
        await self._shows("compliance sees", office.compliance, "producer@stats.example")
        note = await office.card(office.conversation(office.pat), "Withdraw")
        if note is not None:
            await self._rest()
            self.stage.say("pat: Withdraw (it was meant for somebody else)", "clicks")
            await office.pat.click(note, wording.WITHDRAW)
            await self._shows("compliance sees now", office.compliance, "taken back", "producer@stats.example")

    async def lift(self) -> None:
        office = self.office
        self.stage.say("the release is public: what its author wants goes up by itself", "lift")
        if self.wanted:
            await happened(lambda: len(self._put_up()) >= self.wanted)
        self.went_up = [each for each in self._put_up() if not self._is_early(each)]
        for each in self.went_up:
            late = float(each.ts) - self.lift_at.timestamp()
            self.stage.say(f"#all-staff, {late:.1f} s after the lift:", "goes up")
            self._frame(wrapped(readable(each.text, office.named)))
        await self._shows("compliance sees now", office.compliance, "It was posted.")

    async def posted_by_hand(self, text: str) -> None:
        office = self.office
        post = await self._posts(office.dana, office.everybody, text)
        if await happened(lambda: not office.stands(post), _AT_ONCE):
            await self._goes(post)
            await self._shows("dana sees, and nobody else", office.conversation(office.dana), "Post at release")
        else:
            self.stage.say("everybody reads it\n", "stands")

    def early(self) -> list[Message]:
        return [each for each in self._put_up() if self._is_early(each)]

    def harmless_left(self) -> int:
        return sum(self.office.stands(each) for each in self.harmless)

    def drafts_posted(self) -> int:
        """Anywhere, by anybody."""
        posts = (
            each for channel in self.office.slack.workspace.channels.values() for each in channel.messages.values()
        )
        return sum(any(draft in str((each.text, each.blocks)) for draft in DRAFTS) for each in posts)

    def _is_early(self, message: Message) -> bool:
        return float(message.ts) < self.lift_at.timestamp()

    def _put_up(self) -> list[Message]:
        """What the app posted where people talk."""
        return [each for each in self.office.everybody.messages.values() if each.user == self.office.slack.app.user]

    async def _posts(self, person: Person, channel: Channel, text: str) -> Standing:
        self.stage.say(f'{person.user.name} in #{channel.name}: "{text}"', "posts")
        return await self.office.post(person, channel, text)

    async def _stands(self, post: Standing, why: str = "everybody reads it") -> None:
        """Told once the relay has heard of it and had time to act; at the end it is looked at again."""
        self.harmless.append(post)
        await self.office.slack.quiet()
        await self._rest()
        stands = self.office.stands(post)
        self.stage.say(f"{why}\n" if stands else "it was taken out\n", "stands" if stands else "gone")

    async def _goes(self, post: Standing) -> None:
        seconds = await self.office.gone(post)
        self.stood.append(seconds)
        if seconds is None:
            self.stage.say("it can still be read", "remains")
            return
        channel = self.office.slack.workspace.channels[post.message.channel]
        left = [
            f'"{readable(each.text, self.office.named)}"' for each in channel.messages.values() if not each.tombstoned
        ]
        reads = f"what stands in #{channel.name}: {', '.join(left) or 'nothing'}"
        self.stage.say(f"after {seconds * 1000:.0f} ms; {reads}\n", "gone")

    async def _shows(self, who: str, channel: Channel, *words: str) -> Message | None:
        card = await self.office.card(channel, *words)
        if card is None:
            self.stage.say(f"          {who}: nothing came")
            return None
        self.stage.say(f"          {who}:")
        self._frame(framed(card.blocks, self.office.named))
        await self._rest()
        return card

    def _frame(self, lines: list[str]) -> None:
        for line in lines:
            self.stage.say(f"          {line}")
        self.stage.say()

    async def _rest(self) -> None:
        """So that it can be read."""
        await asyncio.sleep(self.pause)

"""`/embargo`: check, list, post, help. Whatever else is typed gets the help, and is never said again."""

from __future__ import annotations

from dataclasses import dataclass

from leakguard.channels.slack.screens import embargoes
from leakguard.channels.slack.screens.check import CheckScreen
from leakguard.channels.slack.screens.compose_post import ComposeScreen
from leakguard.channels.slack.screens.home import help_text
from leakguard.channels.slack.screens.turn import Turn
from leakguard.channels.slack.screens.visitors import Visitors
from leakguard.service.current import Current
from leakguard.service.ports import Clock

COMMAND = "/embargo"
_HELP = (
    "*/embargo* opens a form that says what would happen to a text as you write it\n"
    "*/embargo check* does the same; with a text after it, it answers at once, to you alone\n"
    "*/embargo list* shows what is under embargo, until when, and whether you have access\n"
    "*/embargo post* opens a form for a post that goes out after a release\n"
    "Mind the spelling: Slack posts a mistyped command where you are, for everybody to see. The form is safer."
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Command:
    check: CheckScreen
    compose: ComposeScreen
    visitors: Visitors
    current: Current
    clock: Clock
    contact: str

    async def asked(self, turn: Turn) -> None:
        word, _, rest = turn.text.partition(" ")
        match word.casefold():
            case "" | "check" if not rest.strip():
                await self.check.open(turn)
            case "check":
                await self.check.asked(turn, rest.strip())
            case "post" if not rest.strip():
                await self.compose.open(turn)
            case "list" if not rest.strip():
                visitor = await self.visitors.named(turn.user)
                await turn.tell(embargoes.listing(visitor.handle, self.current.book, self.clock.now()))
            case _:
                await turn.tell(f"{_HELP}\n\n{help_text(self.contact)}")

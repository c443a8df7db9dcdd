"""What the buttons of the cards do: each is one of the acts that pages and command line know, by the same rules.

Whoever clicks is known by Slack's word and the address that Slack confirmed; what they may do, by their account here.
"""

from __future__ import annotations

import json
import re
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from datetime import datetime

from slack_bolt.async_app import AsyncApp

from leakguard.channels.slack.cards import wording
from leakguard.channels.slack.screens.blocks import Block, form_field, modal, section
from leakguard.channels.slack.screens.calls import Calls
from leakguard.channels.slack.screens.turn import TEXT, Listener, Turn, chosen, guarded, only_acknowledged
from leakguard.channels.slack.screens.visitors import Visitors
from leakguard.channels.slack.wanted import wanted
from leakguard.model.account import Actor
from leakguard.model.address import canonical
from leakguard.model.errors import Forbidden, IllegalMove, NotFound, Refused, Stale
from leakguard.model.ids import HeldId
from leakguard.service.authoring import Authoring
from leakguard.service.authority import Permission, may
from leakguard.service.current import Current
from leakguard.service.measures import SILENT, Measures
from leakguard.service.notices import Notices
from leakguard.service.ports import Clock, Store
from leakguard.service.reviewing import Reviewing

CALLBACK = "held:reason"
REASON = "reason"
FASTER = "Somebody else was faster. The card shows what they did; nothing was done now."
_NO_ACCOUNT = "Only reviewers of LeakGuard decide here. You have no account there, or one that may not."
_ASKS = {wording.SEND: "Send it", wording.KEEP: "Keep it held", wording.ESCALATE: "Escalate it"}
_TELL_AUTHOR = (
    "Compliance asks you to delete your post in {where} now: it may concern figures that are not public yet, and "
    "LeakGuard cannot take it out. Please do not post it again before its release. Reference {ref}."
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Clicks:
    """poke: something was decided; look at once."""

    store: Store
    current: Current
    clock: Clock
    notices: Notices
    calls: Calls
    visitors: Visitors
    measures: Measures = SILENT
    poke: Callable[[], None] = lambda: None

    def attach(self, app: AsyncApp) -> None:
        for action, listener in (
            (wording.POST, self._as_author(lambda acting, held: acting.post_when_public(held))),
            (wording.LOOK, self._as_author(lambda acting, held: acting.ask_for_review(held))),
            (wording.WITHDRAW, self._as_author(lambda acting, held: acting.withdraw(held))),
            (wording.SEND, self._ask_reason),
            (wording.KEEP, self._ask_reason),
            (wording.ESCALATE, self._ask_reason),
            (wording.ASK_AUTHOR, self._ask_author),
            (wording.OPEN, only_acknowledged),
        ):
            app.action(re.compile(f"^{re.escape(action)}$"))(guarded("card", listener, self.calls))
        app.view(CALLBACK)(guarded("card", self._decided, self.calls))

    def _as_author(self, act: Callable[[Authoring, HeldId], Awaitable[object]]) -> Listener:
        async def listen(turn: Turn) -> None:
            await turn.ack()
            visitor = await self.visitors.named(turn.user)
            acting = Authoring(
                store=self.store,
                book=self.current.book,
                clock=self.clock,
                notices=self.notices,
                author=visitor.handle,
            )
            said = await _outcome(act(acting, HeldId(_value(turn))))
            if said:
                await turn.tell(said)
            self.poke()

        return listen

    async def _ask_reason(self, turn: Turn) -> None:
        """Every decision has one, here as on the pages."""
        await turn.ack()
        actor = await self._actor(turn)
        if actor is None:
            await turn.tell(_NO_ACCOUNT)
            return
        action = _action(turn)
        about = {"held": _value(turn), "act": action, "seen": self.clock.now().isoformat()}
        await self.calls.open(turn.trigger, _form(action, json.dumps(about)))

    async def _decided(self, turn: Turn) -> None:
        about = json.loads(str(turn.view.get("private_metadata", "")))
        actor = await self._actor(turn)
        if actor is None:
            await turn.ack(response_action="errors", errors={TEXT: _NO_ACCOUNT})
            return
        reviewing = Reviewing(
            store=self.store,
            book=self.current.book,
            clock=self.clock,
            notices=self.notices,
            actor=actor,
            seen=datetime.fromisoformat(about["seen"]),
            measures=self.measures,
        )
        reason = str(chosen(turn.values, TEXT).get("value") or "")
        said = await _outcome(self._decide(reviewing, about["act"], HeldId(about["held"]), reason))
        if said:
            await turn.ack(response_action="errors", errors={TEXT: said})
            return
        await turn.ack()
        self.poke()

    @staticmethod
    async def _decide(reviewing: Reviewing, act: str, held: HeldId, reason: str) -> None:
        match act:
            case wording.SEND:
                await reviewing.send(held, reason)
            case wording.KEEP:
                await reviewing.keep(held, reason)
            case wording.ESCALATE:
                await reviewing.escalate(held, reason)
            case _:
                raise Refused("this cannot be decided here")

    async def _ask_author(self, turn: Turn) -> None:
        await turn.ack()
        if await self._actor(turn) is None:
            await turn.tell(_NO_ACCOUNT)
            return
        held = await self.store.outline(HeldId(_value(turn)))
        post = wanted(held.head)
        if post is None or not post.author or not (await self.visitors.named(post.author)).is_member:
            await turn.tell("Its author is nobody whom LeakGuard may write to.")
            return
        await self.calls.tell(post.author, _TELL_AUTHOR.format(where=f"<#{post.channel}>", ref=held.id))
        await turn.tell("Its author was asked to delete it.")

    async def _actor(self, turn: Turn) -> Actor | None:
        """Somebody of this workspace, no guest, with an account here that may decide."""
        visitor = await self.visitors.named(turn.user)
        account = await self.store.accounts.account(canonical(visitor.handle)) if visitor.is_member else None
        if account is None or account.is_disabled:
            return None
        actor = account.actor()
        return actor if may(actor, Permission.DECIDE) else None


async def _outcome(acting: Awaitable[object]) -> str:
    """ "" where it was done; otherwise what to tell whoever clicked."""
    try:
        await acting
    except Stale:
        return FASTER
    except (Forbidden, Refused, NotFound) as problem:
        return f"That was not done: {problem}."
    except IllegalMove:
        return FASTER
    return ""


def _action(turn: Turn) -> str:
    return _clicked(turn, "action_id")


def _value(turn: Turn) -> str:
    return _clicked(turn, "value")


def _clicked(turn: Turn, key: str) -> str:
    actions = turn.body.get("actions")
    first = actions[0] if isinstance(actions, list) and actions else {}
    return str(first.get(key) or "")


def _form(action: str, about: str) -> Block:
    question = form_field(TEXT, "Why?", {"type": "plain_text_input", "action_id": REASON, "max_length": 500})
    question |= {"dispatch_action": False}
    note = section("It is recorded with your name. Please quote nothing of the post.")
    return modal(CALLBACK, _ASKS[action], [question, note], submit=_ASKS[action]) | {"private_metadata": about}

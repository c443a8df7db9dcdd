"""A small office in Slack: real parts over a Slack that only answers what it is told to answer."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from typing import Any

from leakguard.channels.slack.api import Answer, ApiRefused, Fetched
from leakguard.channels.slack.events import Own, lane_of
from leakguard.channels.slack.lanes import Lanes
from leakguard.channels.slack.opened import handler_of
from leakguard.channels.slack.terms import Behind, SlackSettings
from leakguard.extract import Limits
from leakguard.inspection import read
from leakguard.model.content import Verdict
from leakguard.model.inbox import InboxItem
from leakguard.model.message import Channel, Direction
from leakguard.service.consents import TokenNotReady
from leakguard.service.notices import NoticeSettings
from leakguard.service.posts import Posts
from leakguard.service.scheduling import Scheduling
from tests.unit.service import world
from tests.unit.slack.payloads import AMY, BOT, CHANNEL, CLEARED, JOE, PRODUCER, TEAM

OWN = Own(team=TEAM, user=BOT, bot="B0GUARD", app="A0GUARD")
PEOPLE = {PRODUCER: world.PRODUCER, CLEARED: world.CLEARED, JOE: world.JOE, AMY: world.AMY}


@dataclass
class CannedSlack:
    """Answers by method; an exception among them is raised, a list is answered in turn. calls: what it was asked."""

    answers: dict[str, Any] = field(default_factory=dict)
    files: dict[str, Fetched] = field(default_factory=dict)
    members: tuple[str, ...] = (JOE, AMY, BOT)
    channel: dict[str, Any] = field(default_factory=dict)
    calls: list[tuple[str, str, dict[str, str]]] = field(default_factory=list)
    before: Callable[[str], None] = lambda method: None

    async def ask(self, method: str, token: str, **fields: str) -> Answer:
        return Answer(body=await self.call(method, token, **fields))

    async def call(self, method: str, token: str, **fields: str) -> Mapping[str, Any]:
        self.before(method)
        self.calls.append((method, token, fields))
        answer = self.answers.get(method, self._usual(method, fields))
        if isinstance(answer, list):
            answer = answer.pop(0) if len(answer) > 1 else answer[0]
        if isinstance(answer, Exception):
            raise answer
        return answer

    async def fetch(self, url: str, token: str, most: int) -> Fetched:
        self.calls.append(("files", token, {"url": url, "most": str(most)}))
        if url not in self.files:
            raise ApiRefused("http_404")
        return self.files[url]

    def _usual(self, method: str, fields: dict[str, str]) -> dict[str, Any]:
        match method:
            case "users.info":
                name = fields["user"]
                return {"user": {"id": name, "team_id": TEAM, "profile": {"email": PEOPLE.get(name, "")}}}
            case "conversations.info":
                usual = {"id": fields["channel"], "is_channel": True, "is_private": True, "num_members": 3}
                return {"channel": usual | self.channel}
            case "conversations.members":
                return {"members": list(self.members)}
        return {"ok": True}

    def asked(self, method: str) -> list[tuple[str, dict[str, str]]]:
        return [(token, fields) for name, token, fields in self.calls if name == method]


class ReadingInspector(world.WordInspector):
    """Finds words where a reader would: in texts and in files that are packed."""

    async def inspect(self, content: bytes, direction: Direction, channel: Channel) -> Verdict:
        found = read(content, Limits())
        text = "\n".join(each.text for each in found.spans).encode("utf-8", "replace")
        verdict = await super().inspect(text, direction, channel)
        return replace(verdict, gaps=(*verdict.gaps, *found.gaps))


def scheduling_of(office: world.World) -> Scheduling:
    return Scheduling(
        inspector=office.inspector,
        current=office.current,
        store=office.store,
        clock=office.clock,
        policy=office.policy,
        new_id=lambda: f"plan{next(office._ids)}",
    )


@dataclass
class AuthorsOf:
    """tokens: by id; None is one that is not ready. gone: whose token is not taken any more, or was taken back."""

    tokens: Mapping[str, str | None]
    gone: list[str] = field(default_factory=list)

    async def token(self, person: str) -> str:
        token = self.tokens.get(person, "")
        if token is None:
            raise TokenNotReady
        return token

    async def refused(self, person: str, token: str) -> None:
        assert token == self.tokens[person]
        self.gone.append(person)

    async def revoked(self, person: str) -> None:
        self.gone.append(person)


class Office:
    """tokens: of the settings, such as enforcer_token. authors: tokens of who agreed, by id.

    Whoever is in the channel: slack.members.
    """

    def __init__(
        self, slack: Any = None, own: Own = OWN, authors: Mapping[str, str | None] | None = None, **tokens: Any
    ) -> None:
        reviewers = NoticeSettings(contact="desk@stats.example", reviewers=("desk@stats.example",))
        self.world = world.World(settings=reviewers, inspector=ReadingInspector())
        self.slack = slack or CannedSlack()
        posts = Posts(
            inspector=self.world.inspector,
            current=self.world.current,
            store=self.world.store,
            clock=self.world.clock,
            policy=self.world.policy,
            notices=self.world.notices,
            new_id=lambda: f"ref{next(self.world._ids)}",
        )
        settings = SlackSettings(**({"bot_token": "xoxb", "enforcer_token": "xoxp-boss"} | tokens))
        self.inbox = self.world.store.inbox
        self.authors = AuthorsOf(authors or {})
        behind = Behind(
            store=self.world.store,
            current=self.world.current,
            posts=posts,
            notices=self.world.notices,
            clock=self.world.clock,
            authors=lambda team: self.authors,
            checking=self.world.checking(),
            scheduling=scheduling_of(self.world),
        )
        self.handler = handler_of(settings, own, self.slack, behind)
        self.lanes = Lanes(inbox=self.inbox, clock=self.world.clock, handle=self.handler.handle)
        self._count = 0

    async def hear(self, *envelopes: dict[str, Any]) -> None:
        """They came, one after the other, and the lanes have done what they can do now."""
        for each in envelopes:
            self._count += 1
            item = InboxItem(
                event_id=f"Ev{self._count}",
                lane=lane_of(each),
                body=json.dumps(each).encode(),
                received_at=self.world.clock.now(),
            )
            await self.inbox.put(item)
        await self.lanes.round()

    async def told(self, kind: str) -> list[dict[str, Any]]:
        return [each.body for each in await self.world.store.audit() if each.kind == kind]

    def deletions(self) -> list[tuple[str, dict[str, str]]]:
        return self.slack.asked("chat.delete")


__all__ = ["AMY", "CHANNEL", "CLEARED", "JOE", "PRODUCER", "CannedSlack", "Office"]

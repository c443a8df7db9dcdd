"""The workspace of the demo: its people and channels, what the app is told of it, and how long posts stand there."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from time import monotonic

import yaml

from leakguard.demo.world import CLEARED, PRODUCER
from tests.fakes.slack import FakeSlack, Person
from tests.fakes.slack.state import Channel, Kind, Message

PATIENCE = 30.0  # seconds: this is a demo, and not a test of how slow a machine may be


@dataclass(frozen=True, slots=True, kw_only=True)
class Standing:
    """A post and the moment from which it could be read."""

    message: Message
    since: float


class Office:
    """dana and joe have no access, pat and chris have; news is of another organisation.

    boss is an administrator, whose right takes posts out; in a private channel only where boss is a member.
    """

    def __init__(self, slack: FakeSlack) -> None:
        self.slack = slack
        self.pat, self.chris = slack.person("pat", PRODUCER), slack.person("chris", CLEARED)
        self.dana, self.joe = slack.person("dana", "dana@dept.example"), slack.person("joe", "joe@dept.example")
        self.news = slack.outsider("news", "newsdesk@paper.example")
        self.boss = slack.person("boss", "boss@dept.example", admin=True)
        self.everybody = slack.channel("all-staff", self.pat, self.chris, self.dana, self.joe)
        self.producing = slack.channel("labour-market", self.pat, self.chris, kind=Kind.PRIVATE)
        self.press = slack.channel("with-the-paper", self.pat, self.news, self.boss, kind=Kind.PRIVATE)
        self.compliance = slack.channel("compliance", self.chris, kind=Kind.PRIVATE)
        self.canary = slack.channel("leakguard-canary", kind=Kind.PRIVATE)

    def settings(self, folder: Path) -> str:
        """As an administrator would write them; the tokens stand in files of their own."""
        tokens = {
            "bot": self.slack.bot_token.text,
            "app": self.slack.app_token.text,
            "enforcer": self.slack.consent(self.boss).text,
        }
        for name, token in tokens.items():
            (folder / name).write_text(token, encoding="utf-8")
            (folder / name).chmod(0o600)
        slack = {f"{name}_token_file": str(folder / name) for name in tokens}
        slack |= {"compliance_channel": self.compliance.id, "canary_channel": self.canary.id}
        slack |= {"api": self.slack.api_url}
        return yaml.safe_dump({"slack": slack | {"domains": ["stats.example", "dept.example"]}})

    def named(self, id_: str) -> str:
        workspace = self.slack.workspace
        known = workspace.channels.get(id_) or workspace.users.get(id_)
        return known.name if known is not None else id_

    async def post(self, person: Person, channel: Channel, text: str) -> Standing:
        since = monotonic()
        return Standing(message=await person.post(channel, text), since=since)

    async def share(self, person: Person, channel: Channel, name: str, content: bytes, text: str) -> Standing:
        since = monotonic()
        return Standing(message=await person.upload(channel, name, content, text=text), since=since)

    async def gone(self, post: Standing) -> float | None:
        """For how many seconds it stood there; None where it still does."""
        await happened(lambda: not self.stands(post))
        return self.stood(post)

    def stood(self, post: Standing) -> float | None:
        at = self._removed_at(post)
        return at - post.since if at is not None else None

    def stands(self, post: Standing) -> bool:
        return self._removed_at(post) is None

    async def card(self, channel: Channel, *words: str) -> Message | None:
        """The newest message there that has all of these words; None where none came."""
        await happened(lambda: _with(channel, words) is not None)
        return _with(channel, words)

    def conversation(self, person: Person) -> Channel:
        """Of this person with the app."""
        return self.slack.workspace.direct(self.slack.app.user, person.id)

    def _removed_at(self, post: Standing) -> float | None:
        wanted = {"channel": post.message.channel, "ts": post.message.ts}
        for call in self.slack.desk.called:
            if call.method == "chat.delete" and call.answer == "ok" and wanted.items() <= call.arguments.items():
                return call.at
        return None


async def happened(is_so: Callable[[], bool], seconds: float = PATIENCE) -> bool:
    """Whether it was so within that time."""
    until = monotonic() + seconds
    while not is_so():
        if monotonic() > until:
            return False
        await asyncio.sleep(0.02)  # there is nothing to wait for but the fact
    return True


def _with(channel: Channel, words: tuple[str, ...]) -> Message | None:
    messages = reversed(channel.messages.values())
    return next((each for each in messages if all(word in f"{each.text} {each.blocks}" for word in words)), None)

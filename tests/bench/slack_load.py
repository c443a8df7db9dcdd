"""A busy workspace before LeakGuard as a process of its own, and how long each of its leaks could be read."""

from __future__ import annotations

import asyncio
import itertools
from collections.abc import AsyncIterator, Iterator, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from time import monotonic

import yaml

from leakguard.demo.world import lay_out
from tests.bench.load import Server, paragraphs, server
from tests.fakes.relay import free_port
from tests.fakes.slack import FakeSlack, Person
from tests.fakes.slack.state import Channel, Kind, Message

LEAK = "Get ready to share the news on record employment!"
STARTS_WITHIN = 30.0


@dataclass(kw_only=True)
class Workspace:
    """Nobody has access. boss's right takes posts out. since: when each leak was posted, by its channel and ts."""

    slack: FakeSlack
    relay: Server
    people: list[Person]
    channels: list[Channel]
    since: dict[tuple[str, str], float] = field(default_factory=dict)

    async def warm(self) -> None:
        """Everybody has posted everywhere: who they are, and who is where, has been asked for. Raises TimeoutError."""
        for number, (person, channel) in enumerate(itertools.product(self.people, self.channels)):
            await person.post(channel, f"hello {number}")
            await asyncio.sleep(0.02)
        await self.slack.quiet()
        await self.leak(self.people[0], self.channels[0])
        await self.all_gone(STARTS_WITHIN)
        self.since.clear()
        self.slack.desk.called.clear()

    async def leak(self, person: Person, channel: Channel) -> None:
        began = monotonic()
        message = await person.post(channel, LEAK)
        self.since[_key(message)] = began

    async def all_gone(self, seconds: float) -> None:
        async with asyncio.timeout(seconds):
            while len(self.gone()) < len(self.since):  # noqa: ASYNC110 - there is nothing to wait for but the fact
                await asyncio.sleep(0.05)

    def gone(self) -> dict[tuple[str, str], float]:
        """When each was out of sight, in the order in which that came."""
        done = (each for each in self.slack.desk.called if each.method == "chat.delete" and each.answer == "ok")
        found = {(str(each.arguments["channel"]), str(each.arguments["ts"])): each.at for each in done}
        return {key: at for key, at in found.items() if key in self.since}

    def stood(self) -> list[float]:
        """Seconds for which each could be read, the shortest first."""
        return sorted(at - self.since[key] for key, at in self.gone().items())

    def asked(self) -> int:
        """Questions that a judgement waits for, beside the removal itself."""
        names = {"users.info", "conversations.info", "conversations.members", "files.info"}
        return sum(each.method in names for each in self.slack.desk.called)


@asynccontextmanager
async def busy(folder: Path, transport: str, people: int, channels: Mapping[str, Kind]) -> AsyncIterator[Workspace]:
    """folder: is empty. channels: by name; `shared` has a reader of another organisation. Slack's limits are off."""
    async with FakeSlack() as slack:
        slack.limits.on = False
        staff = [slack.person(f"p{number}", f"p{number}@dept.example") for number in range(people)]
        boss, guest = slack.person("boss", admin=True), slack.outsider("guest", "desk@paper.example")
        places = [
            slack.channel(name, *staff, boss, *([guest] if name == "shared" else ()), kind=kind)
            for name, kind in channels.items()
        ]
        sink = await _begun("sink")
        web_port = free_port()
        more = _settings(slack, boss, folder, transport)
        lay_out(folder, datetime.now(UTC) + timedelta(hours=2), free_port(), sink[1].port, web_port, more)
        if transport == "http":
            slack.deliver_to(f"http://127.0.0.1:{web_port}/slack/events")
        else:
            slack.use_sockets()
        relay = await _begun("slack", "--folder", str(folder))
        try:
            workspace = Workspace(slack=slack, relay=relay[1], people=staff, channels=places)
            await workspace.warm()
            yield workspace
        finally:
            for each in (relay, sink):
                await asyncio.to_thread(each[0].__exit__, None, None, None)


async def _begun(kind: str, *options: str):
    """In a thread, since it asks the fake things before it is ready."""
    running = server(kind, *options)
    return running, await asyncio.to_thread(running.__enter__)


def _settings(slack: FakeSlack, boss: Person, folder: Path, transport: str) -> str:
    secrets = {"bot_token": slack.bot_token.text, "enforcer_token": slack.consent(boss).text}
    secrets |= (
        {"signing_secret": slack.app.signing_secret} if transport == "http" else {"app_token": slack.app_token.text}
    )
    for name, text in secrets.items():
        (folder / name).write_text(text, encoding="utf-8")
        (folder / name).chmod(0o600)
    block: dict[str, object] = {f"{name}_file": str(folder / name) for name in secrets}
    block |= {
        "compliance_channel": slack.channel("compliance", kind=Kind.PRIVATE).id,
        "canary_channel": slack.channel("canary", kind=Kind.PRIVATE).id,
        "domains": ["dept.example"],
        "api": slack.api_url,
    }
    return yaml.safe_dump({"slack": block})


def small_talk() -> Iterator[str]:
    """Posts as any office writes them, without end, no two alike."""
    for number, text in enumerate(itertools.cycle(paragraphs())):
        yield f"{number}: {text}"


def _key(message: Message) -> tuple[str, str]:
    return message.channel, message.ts

"""SIGKILL at random moments while Slack tells of posts: what was acknowledged is inspected, every leak goes, once.

The process is the real one, from its settings file, before the fake that enforces Slack's rules.
"""

from __future__ import annotations

import asyncio
from collections import Counter
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from random import Random

import pytest

from leakguard.model.inbox import InboxItem
from leakguard.store.sqlite import SqliteStore
from tests.fakes.guard import guard, until_greeted
from tests.fakes.relay import Relay
from tests.fakes.slack import FakeSlack
from tests.fakes.slack.courier import Policy
from tests.fakes.slack.person import Person
from tests.fakes.slack.state import Channel, Message
from tests.fakes.slack.timing import SlackTime
from tests.unit.slack.rig import TRANSPORTS

PATIENCE_SECONDS = 80  # of a busy machine, for one start; nothing waits for it to pass
ONE_IN = 4  # of so many posts one is a leak


@dataclass(kw_only=True)
class Burst:
    """People who post, whatever becomes of the app, until they are told to stop."""

    slack: FakeSlack
    joe: Person
    channel: Channel
    random: Random
    leaks: list[Message] = field(default_factory=list)
    talk: list[Message] = field(default_factory=list)
    is_over: bool = False

    async def run(self, pace: float) -> None:
        while not self.is_over:
            number = len(self.leaks) + len(self.talk)
            is_leak = self.random.randrange(ONE_IN) == 0
            text = f"post {number}: {'unemployment rose' if is_leak else 'tea at four'}"
            (self.leaks if is_leak else self.talk).append(await self.joe.post(self.channel, text))
            await asyncio.sleep(self.random.uniform(0, 2 * pace))

    def acknowledged(self) -> set[str]:
        return {each.event_id for each in self.slack.courier.deliveries if each.outcome.ok}

    def standing(self) -> set[str]:
        return set(self.channel.messages)

    def left(self) -> set[str]:
        """Leaks that can still be read."""
        return self.standing() & {each.ts for each in self.leaks}


async def _kills(relay: Relay, burst: Burst, kills: int) -> None:
    """Each once the process has acknowledged some more, or looks around after its start."""
    while relay.kills < kills:
        wanted = len(burst.acknowledged()) + burst.random.randrange(0, 40)
        await until_greeted(relay, PATIENCE_SECONDS)
        async with asyncio.timeout(PATIENCE_SECONDS):
            while len(burst.acknowledged()) < wanted:  # noqa: ASYNC110
                await asyncio.sleep(0.001)
        await asyncio.sleep(burst.random.uniform(0.0, 0.1))
        await asyncio.to_thread(relay.kill)


async def _run(folder: Path, transport: str, *, kills: int, pace: float, seed: int) -> str:
    """Slack would disable an app that is killed all the time; here it does not, so that there is something to see."""
    print(f"seed {seed}")
    async with FakeSlack(time=SlackTime(scale=60), policy=Policy(least_taken=0.0)) as slack:
        joe, amy = slack.person("joe"), slack.person("amy")
        burst = Burst(slack=slack, joe=joe, channel=slack.channel("press", joe, amy), random=Random(seed))
        lift_at = datetime.now(UTC) + timedelta(hours=2)
        with guard(folder, slack, lift_at, by_http=transport == "http") as relay:
            await until_greeted(relay, PATIENCE_SECONDS)
            posting = asyncio.ensure_future(burst.run(pace))
            await _kills(relay, burst, kills)
            burst.is_over = True
            await posting
            await slack.quiet()
            async with asyncio.timeout(PATIENCE_SECONDS):
                while burst.left() or await asyncio.to_thread(_waiting, folder):  # noqa: ASYNC110
                    await asyncio.sleep(0.1)
            log = relay.log()
        return await _balance(burst, folder, log, kills)


def _waiting(folder: Path) -> int:
    """Events that are acknowledged and not dealt with, by the store's own word, beside the running process."""

    async def asked() -> int:
        store = await SqliteStore.open(folder / "store.db")
        try:
            return (await store.inbox.waiting())[0]
        finally:
            await store.close()

    return asyncio.run(asked())


async def _balance(burst: Burst, folder: Path, log: str, kills: int) -> str:
    store = await SqliteStore.open(folder / "store.db")
    try:
        acknowledged = burst.acknowledged()
        lost = [each for each in sorted(acknowledged) if await store.inbox.put(_item(each))]
        contents = [(await store.get(each.id)).content.decode() for each in await store.listing()]
    finally:
        await store.close()
    held = Counter(text for each in burst.leaks for text in contents if f"{each.text}\r\n" in text)
    assert "crashed" not in log, log
    assert not [each for each in ("tea at four", "unemployment") if each in log], "a word of a post is in the log"
    assert not lost, "acknowledged, and not in the inbox"
    assert {each.ts for each in burst.talk} == burst.standing(), "small talk stands, and nothing else"
    assert len(contents) == len(burst.leaks), "as many are held as there are leaks"
    assert sorted(held.values()) == [1] * len(burst.leaks), "each once"
    assert len(burst.leaks) >= kills, "there was something to hold"
    return (
        f"{len(burst.leaks)} leaks and {len(burst.talk)} others, {kills} kills, {len(acknowledged)} acknowledged,"
        f" {len(burst.slack.courier.lost)} given up by Slack: 0 lost, 0 left, 0 twice"
    )


def _item(event_id: str) -> InboxItem:
    return InboxItem(event_id=event_id, lane="asked", body=b"{}", received_at=datetime.now(UTC))


@pytest.mark.parametrize("transport", TRANSPORTS)
def test_every_leak_goes_once_when_the_process_is_killed_at_any_moment(tmp_path, transport):
    print(asyncio.run(_run(tmp_path, transport, kills=3, pace=0.08, seed=1)))


@pytest.mark.soak
@pytest.mark.parametrize("transport", TRANSPORTS)
def test_every_leak_goes_once_over_many_kills(tmp_path, transport):
    print(asyncio.run(_run(tmp_path, transport, kills=25, pace=0.03, seed=2)))

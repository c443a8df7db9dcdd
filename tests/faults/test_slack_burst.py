"""A thousand events at once, twice, backwards, while Slack limits and drops calls and our disk is full: all leaks go.

In one process, by the real door and the real store on a disk that fills up; a process of its own would add nothing.
"""

from __future__ import annotations

import asyncio
from collections import Counter
from datetime import UTC, datetime, timedelta
from random import Random

import pytest

from leakguard.clock import SetClock
from leakguard.store.sqlite import SqliteStore
from tests.contract.store_disks import SmallDisk, small_disk
from tests.fakes.slack import FakeSlack, faults
from tests.fakes.slack.state import Message
from tests.unit.service import world
from tests.unit.slack.office import ReadingInspector
from tests.unit.slack.rig import TRANSPORTS, Rig, guarded

EVENTS, LEAKS = 1000, 80
REFUSED = 20  # deliveries at least, before there is room again
PATIENCE_SECONDS = 120


def _trouble(slack: FakeSlack) -> None:
    """Each comes once, somewhere among the calls."""
    for method in ("chat.delete", "users.info", "conversations.info", "conversations.members"):
        for fault in (faults.limited(1), faults.status(503), faults.dropped(), faults.dropped(after=True)):
            slack.faults.once(method, fault, times=2)


def _office(store: SqliteStore) -> world.World:
    now = datetime.now(UTC)
    lift = now + timedelta(hours=2)
    return world.World(
        clock=SetClock(now),
        rulebook=world.rulebook(world.release("lms", lift)),
        inspector=ReadingInspector(),
        store=store,
    )


async def _posted(rig: Rig, random: Random, disk: SmallDisk) -> tuple[set[str], set[str]]:
    """Names of the leaks and of the others. A third of them come as they are posted, a third backwards, a third while
    the disk is full; each tenth comes again.
    """
    slack, joe = rig.slack, rig.slack.person("joe")
    channel = slack.channel("press", joe, slack.person("amy"))
    leaks = set(random.sample(range(EVENTS), LEAKS))
    posted: list[Message] = []

    async def post(numbers: range) -> None:
        for number in numbers:
            words = "LMS rose" if number in leaks else "tea at four"
            posted.append(await joe.post(channel, f"{words}, post {number}"))

    _trouble(slack)
    await post(range(EVENTS // 3))
    slack.courier.hold()
    await post(range(EVENTS // 3, 2 * EVENTS // 3))
    await slack.courier.let_go()
    disk.largest = 0
    await post(range(2 * EVENTS // 3, EVENTS))
    async with asyncio.timeout(PATIENCE_SECONDS):
        while sum(not each.outcome.ok for each in slack.courier.deliveries) < REFUSED:  # noqa: ASYNC110
            await asyncio.sleep(0.01)
    disk.largest = 1 << 40
    for body in slack.courier.published[::10]:
        slack.courier.again(body)
    await slack.quiet()
    return {posted[each].ts for each in leaks}, {each.ts for at, each in enumerate(posted) if at not in leaks}


async def _worked_off(rig: Rig) -> None:
    """What is tried later needs a clock that goes on."""
    async with asyncio.timeout(PATIENCE_SECONDS):
        while (await rig.world.store.inbox.waiting())[0]:
            rig.world.clock.set(max(datetime.now(UTC), rig.now()))
            await asyncio.sleep(0.05)


@pytest.mark.parametrize("transport", TRANSPORTS)
def test_of_a_thousand_events_in_all_kinds_of_trouble_every_leak_goes(transport, tmp_path):
    async def life(disk: SmallDisk) -> None:
        disk.largest = 1 << 40
        store = await SqliteStore.open(tmp_path / "leakguard.db")
        async with guarded(transport, _office(store)) as rig:
            leaks, talk = await _posted(rig, Random(11), disk)
            await _worked_off(rig)

            [channel] = [each for each in rig.slack.workspace.channels.values() if each.name == "press"]
            held = Counter([(await store.get(each.id)).content for each in await store.listing()])
            refused = Counter(each.outcome.reason for each in rig.slack.courier.deliveries if not each.outcome.ok)
            print(f"{refused} refused, {len(rig.slack.calls('chat.delete'))} removed")
            assert transport == "sockets" or any(each.outcome.status == 500 for each in rig.slack.courier.deliveries)
            assert rig.slack.courier.lost == []
            assert leaks.isdisjoint(channel.messages)
            assert set(channel.messages) == talk
            assert len(held) == held.total() == LEAKS
            assert len(await rig.told("PostRemoved")) == LEAKS
            assert await rig.told("PostNotRemovable") == []
        await store.close()

    with small_disk() as disk:
        asyncio.run(life(disk))

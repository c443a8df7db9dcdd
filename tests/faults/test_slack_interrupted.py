"""Between any two steps something happens: a crash, a door that is not open yet, a connection that went deaf, a second
node, an installation of another kind. Nothing is missed for it, and nothing is done or told twice.
"""

from __future__ import annotations

import asyncio
import json
from datetime import UTC, datetime, timedelta

import pytest

from leakguard.channels.slack import sockets
from leakguard.channels.slack.lanes import Lanes
from leakguard.model.inbox import InboxItem
from leakguard.store.sqlite import SqliteStore
from tests.fakes.guard import guard, until_greeted
from tests.fakes.slack import FakeSlack, Person, faults
from tests.fakes.slack.state import Channel, Kind
from tests.fakes.slack.timing import SlackTime
from tests.stories import story
from tests.unit.slack.office import Office
from tests.unit.slack.payloads import posted
from tests.unit.slack.rig import TRANSPORTS, guarded

PATIENCE_SECONDS = 80  # of a busy machine


@pytest.mark.parametrize("transport", TRANSPORTS)
def test_a_process_that_is_killed_between_a_removal_and_its_record_tells_it_once(transport, tmp_path):
    """Slack has taken the post out, and its answer is still on the way when the process ends."""

    @story
    async def told() -> None:
        async with FakeSlack(time=SlackTime(scale=60)) as slack:
            joe = slack.person("joe")
            channel = slack.channel("press", joe)
            with guard(tmp_path, slack, datetime.now(UTC) + timedelta(hours=2), by_http=transport == "http") as relay:
                await until_greeted(relay, PATIENCE_SECONDS)
                slack.faults.once("chat.delete", faults.slow(60, after=True))
                await joe.post(channel, "unemployment rose")
                async with asyncio.timeout(PATIENCE_SECONDS):
                    while channel.messages:  # noqa: ASYNC110 - there is nothing to wait for but the fact
                        await asyncio.sleep(0.01)
                before = await _told(tmp_path / "store.db")
                await asyncio.to_thread(relay.kill)
                async with asyncio.timeout(PATIENCE_SECONDS):
                    while (await _told(tmp_path / "store.db"))[0]:  # noqa: ASYNC110
                        await asyncio.sleep(0.1)

        assert before[0] >= 1, "it waits to be done, and so may what Slack told of its deletion"
        assert before[1:] == (1, 0)
        assert await _told(tmp_path / "store.db") == (0, 1, 1)

    told()


@story
async def test_a_process_that_is_killed_before_it_told_of_a_removal_tells_it_after_its_start(tmp_path):
    """The post is gone, and nobody knows yet: neither compliance nor its author."""
    async with FakeSlack(time=SlackTime(scale=60)) as slack:
        joe = slack.person("joe")
        channel, compliance = slack.channel("press", joe), slack.channel("compliance", kind=Kind.PRIVATE)
        lift_at = datetime.now(UTC) + timedelta(hours=2)
        with guard(tmp_path, slack, lift_at, by_http=False, channel=compliance.id) as relay:
            await until_greeted(relay, PATIENCE_SECONDS)
            slack.faults.once("chat.postMessage", faults.slow(60), times=2)
            await joe.post(channel, "unemployment rose")
            async with asyncio.timeout(PATIENCE_SECONDS):
                while channel.messages or (await _told(tmp_path / "store.db"))[2] == 0:  # noqa: ASYNC110
                    await asyncio.sleep(0.01)
            before = len(compliance.messages) + len(joe.inbox())
            slack.faults.clear()
            await asyncio.to_thread(relay.kill)
            async with asyncio.timeout(PATIENCE_SECONDS):
                while not (compliance.messages and joe.inbox()):  # noqa: ASYNC110
                    await asyncio.sleep(0.1)

    assert before == 0
    assert await _told(tmp_path / "store.db") == (0, 1, 1)


async def _told(path) -> tuple[int, int, int]:
    """Events that are not done, messages that are held, and removals on record; beside the running process."""
    store = await SqliteStore.open(path)
    try:
        kinds = [each.kind for each in await store.audit(limit=10_000)]
        return (await store.inbox.waiting())[0], len(await store.listing()), kinds.count("PostRemoved")
    finally:
        await store.close()


@story
async def test_what_is_posted_before_slack_has_let_us_in_is_told_again_and_taken_out():
    """Its first deliveries are answered 503."""
    people: list[tuple[Person, Channel]] = []
    posting: list[asyncio.Task[None]] = []

    def shut(slack: FakeSlack) -> None:
        joe = slack.person("joe")
        people.append((joe, slack.channel("press", joe)))
        slack.faults.once("auth.test", faults.status(503))

        async def post() -> None:
            async with asyncio.timeout(PATIENCE_SECONDS):
                while slack.courier.transport is None or slack.faults.has("auth.test"):  # noqa: ASYNC110
                    await asyncio.sleep(0)
            await joe.post(people[0][1], "LMS rose")

        posting.append(asyncio.ensure_future(post()))

    async with guarded("http", before=shut) as rig:
        await posting[0]
        await rig.settled()

        assert rig.slack.courier.deliveries[0].outcome.status == 503
        assert rig.slack.courier.lost == []
        assert people[0][0].reads(people[0][1]) == []
        assert len(await rig.told("PostRemoved")) == 1


@story
async def test_what_a_half_open_connection_was_given_comes_again_by_another(monkeypatch):
    """Slack tells an event again for six minutes, and a connection is noticed to be deaf in some twenty seconds."""
    monkeypatch.setattr(sockets, "PING_SECONDS", 0.25)
    async with guarded("sockets") as rig:
        joe = rig.slack.person("joe")
        channel = rig.slack.channel("press", joe)
        rig.slack.sockets.patience = 1.0
        rig.slack.sockets.freeze(1)

        for number in range(10):
            await joe.post(channel, f"LMS rose {number}")
        await rig.settled()

        assert any(each.outcome.reason == "timeout" for each in rig.slack.courier.deliveries)
        assert joe.reads(channel) == []
        assert len(await rig.told("PostRemoved")) == 10


@story
async def test_two_who_work_off_one_inbox_hold_and_tell_a_post_once():
    """No more is promised of two nodes: they share the store of one machine."""
    office = Office()
    both = [Lanes(inbox=office.inbox, clock=office.world.clock, handle=office.handler.handle) for _ in range(2)]
    for number in range(20):
        item = posted(f"LMS rose {number}", ts=f"1931592118.0000{number:02d}")
        await office.inbox.put(_item(number, item))

    await asyncio.gather(*(each.round() for each in both))

    assert len(await office.world.all_held()) == 20
    assert (await office.world.events()).count("PostRemoved") == 20
    assert await office.inbox.waiting() == (0, None)


def test_the_same_event_that_reaches_two_doors_is_kept_by_one(tmp_path):
    @story
    async def told() -> None:
        doors = [await SqliteStore.open(tmp_path / "leakguard.db") for _ in range(2)]
        new = await asyncio.gather(*(door.inbox.put(_item(1, posted())) for door in doors for _ in range(5)))
        for door in doors:
            await door.close()

        assert new.count(True) == 1

    told()


def _item(number: int, told: dict) -> InboxItem:
    at = datetime(2031, 3, 18, 9, 22, tzinfo=UTC)
    return InboxItem(event_id=f"Ev{number}", lane=f"lane {number}", body=json.dumps(told).encode(), received_at=at)


@story
async def test_of_an_installation_in_a_whole_organisation_everything_is_held_for_nobody_there_is_known():
    """It is not supported, and doctor says so; what comes of it all the same is not let through."""
    office = Office()
    office.slack.members = ("W1", "W2", "U0GUARD")
    event = posted(user="W1", team="T0ELSE") | {"team_id": None, "enterprise_id": "E1", "is_enterprise_install": True}

    await office.hear(event)

    [held] = await office.world.all_held()
    assert "slack:" in held.mail_from
    assert len(office.deletions()) + len(await office.told("PostNotRemovable")) == 1

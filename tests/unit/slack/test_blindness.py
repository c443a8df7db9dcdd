"""Whatever keeps events from us, by either transport, ends in one alarm; and what was posted meanwhile is found."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest

from leakguard.channels.slack import watch as watching
from leakguard.channels.slack.alive import WORDS
from leakguard.channels.slack.watch import WatchSettings
from tests.fakes.slack import FakeSlack, acts
from tests.fakes.slack.state import Channel, Kind
from tests.stories import story
from tests.unit.service.world import until
from tests.unit.slack.rig import TRANSPORTS, Rig, guarded

BLIND_AFTER = 30


@pytest.fixture(autouse=True)
def quickly(monkeypatch):
    monkeypatch.setattr(watching, "CHECK_SECONDS", 0.01)


def with_canary(slack: FakeSlack) -> dict[str, Any]:
    channel = slack.channel("canary", kind=Kind.PRIVATE)
    return {"watch": WatchSettings(canary_channel=channel.id, every=0.1, blind_after=BLIND_AFTER)}


def canary(rig: Rig) -> Channel:
    return next(each for each in rig.slack.workspace.channels.values() if each.name == "canary")


async def proved(rig: Rig) -> None:
    """By a post that set out after now."""
    rig.world.clock.set(rig.now() + timedelta(milliseconds=1))
    await until(lambda: rig.door.blind_seconds == 0)


async def blind(rig: Rig, after: float = BLIND_AFTER + 1) -> list[tuple[str, str]]:
    """Seconds pass; then whatever is told of it."""
    rig.world.clock.set(rig.now() + timedelta(seconds=after))
    await until(lambda: rig.door.warnings == ("slack_blind",))
    return [(each["kind"], each["code"]) for each in await rig.told("DoorBlind")]


@pytest.mark.parametrize("transport", TRANSPORTS)
def test_our_own_posts_come_back_the_whole_way_and_nothing_is_left_of_them(transport):
    @story
    async def told() -> None:
        async with guarded(transport, before=with_canary) as rig:
            for _ in range(3):
                await proved(rig)
            left = [each.text for each in canary(rig).messages.values()]
            assert len(rig.slack.calls("chat.delete")) >= 1
            assert len(left) <= 2
            assert all(each.startswith(WORDS) for each in left)
            assert await rig.world.store.audit() == ()
            assert rig.door.warnings == ()

    told()


def nobody_calls(rig: Rig) -> None:
    rig.slack.deliver_to("http://127.0.0.1:9/slack/events")


def half_open(rig: Rig) -> None:
    rig.slack.sockets.freeze(len(rig.slack.sockets.connections))


def gone(rig: Rig) -> None:
    rig.slack.sockets.refusing = True
    rig.slack.sockets.drop(len(rig.slack.sockets.connections))


def revoked(rig: Rig) -> None:
    rig.slack.bot_token.refused = "token_revoked"


def uninstalled(rig: Rig) -> None:
    rig.slack.uninstall()


def not_subscribed(rig: Rig) -> None:
    rig.slack.app.bot_events -= {"message.groups"}


def not_granted(rig: Rig) -> None:
    rig.slack.bot_token.scopes.discard("chat:write")


def taken_out(rig: Rig) -> None:
    acts.leave(rig.slack.workspace, canary(rig), rig.slack.workspace.users[rig.slack.app.user])


def lanes_stand_still(rig: Rig) -> None:
    async def never(_item):
        raise RuntimeError("a defect")

    rig.door._opened.lanes.handle = never


@pytest.mark.parametrize(
    ("transport", "fails", "code"),
    [
        pytest.param("http", nobody_calls, "", id="an address that nobody answers"),
        pytest.param("sockets", half_open, "", id="half-open sockets"),
        pytest.param("sockets", gone, "", id="sockets that cannot be renewed"),
        *(
            pytest.param(transport, fails, code, id=f"{what} ({transport})")
            for transport in TRANSPORTS
            for fails, code, what in [
                (revoked, "token_revoked", "a revoked token"),
                (uninstalled, "account_inactive", "an app that was taken out"),
                (not_subscribed, "", "events that Slack does not tell"),
                (not_granted, "missing_scope", "a scope that is missing"),
                (taken_out, "channel_not_found", "a channel without us"),
                (lanes_stand_still, "", "lanes that stand still"),
            ]
        ),
    ],
)
def test_every_way_of_going_blind_ends_in_the_same_alarm(transport: str, fails: Callable[[Rig], None], code: str):
    @story
    async def told() -> None:
        async with guarded(transport, before=with_canary) as rig:
            await proved(rig)
            fails(rig)
            alarms = await blind(rig, after=0 if code else BLIND_AFTER + 1)  # for Slack's own word nobody waits
            assert ("no_proof_of_life", code) in alarms

    told()


@pytest.mark.parametrize("transport", TRANSPORTS)
def test_what_was_posted_while_we_were_blind_is_found_and_the_end_is_told(transport):
    @story
    async def told() -> None:
        async with guarded(transport, before=with_canary) as rig:
            joe, amy = rig.slack.person("joe"), rig.slack.person("amy")
            channel = rig.slack.channel("press", joe, amy)
            await proved(rig)
            ways, rig.slack.courier.transport = rig.slack.courier.transport, None
            await joe.post(channel, "LMS rose")
            await blind(rig)
            await until(lambda: amy.reads(channel) == [])
            await joe.post(channel, "LMS fell")
            rig.slack.courier.transport = ways
            await until(lambda: rig.door.warnings == ())
            await until(lambda: amy.reads(channel) == [])

            [sees] = await rig.told("DoorSees")
            assert sees["kind"] == "no_proof_of_life"
            assert [each["by"] for each in await rig.told("PostRemoved")] == ["enforcer"] * 2

    told()


@pytest.mark.parametrize("transport", TRANSPORTS)
def test_what_was_posted_while_the_relay_was_down_is_found_at_its_start(transport):
    @story
    async def told() -> None:
        def before(slack: FakeSlack) -> dict[str, Any]:
            joe, amy = slack.person("joe"), slack.person("amy")
            channel = slack.channel("press", joe, amy)
            acts.post(slack.workspace, channel, joe.user, "LMS rose")
            acts.post(slack.workspace, channel, joe.user, "tea?")
            return with_canary(slack)

        async with guarded(transport, before=before) as rig:
            channel = next(each for each in rig.slack.workspace.channels.values() if each.name == "press")
            await until(lambda: [each.text for each in channel.messages.values()] == ["tea?"])
            await until(lambda: bool(rig.world.store.inbox._marks))

    told()


@story
async def test_a_door_that_slack_does_not_let_in_is_blind_too():
    def before(slack: FakeSlack) -> dict[str, Any]:
        slack.bot_token.refused = "invalid_auth"
        return {"watch": WatchSettings(blind_after=0.05)}

    async with guarded("sockets", before=before, opens=False) as rig:
        await until(lambda: bool(rig.world.store._events))
        assert [each["kind"] for each in await rig.told("DoorBlind")] == ["not_open"]
        assert rig.door.warnings == ("slack_not_open",)

        rig.slack.bot_token.refused = ""
        await until(lambda: len(rig.world.store._events) == 2)
        assert [each["kind"] for each in await rig.told("DoorSees")] == ["not_open"]

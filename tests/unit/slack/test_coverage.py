"""Where we are and where we are not is known, counted and, where the settings say so, mended."""

from __future__ import annotations

import structlog

from leakguard.channels.slack import coverage
from leakguard.channels.slack.coverage import Coverage, coverage_of
from leakguard.channels.slack.listing import EVERY_SECONDS
from tests.fakes.slack.state import Kind
from tests.stories import story
from tests.unit.service.world import EARLY, MINUTE
from tests.unit.slack.downtime import Downtime


def rooms(down: Downtime) -> None:
    outsider = down.slack.outsider("olga", "olga@elsewhere.example")
    down.slack.channel("open", down.joe, with_app=False)
    down.slack.channel("shared", down.joe, outsider)
    down.slack.channel("old", down.joe).archived = True
    down.slack.channel("secret", down.joe, kind=Kind.PRIVATE, with_app=False)
    down.slack.workspace.direct(down.own.user, down.joe.id)


@story
async def test_what_is_watched_what_is_not_and_what_others_see():
    down = Downtime()
    rooms(down)

    found = await down.watch.listing.ask()

    assert [(each.name, each.is_member, each.is_shared) for each in found.channels] == [
        ("shared", True, True),
        ("press", True, False),
        ("open", False, False),
        ("", True, False),
        ("canary", True, False),
    ]
    assert found.counts == {"watched": 4, "unwatched": 1, "shared": 1}
    assert down.watch.channels == found.counts


@story
async def test_every_page_of_the_list_is_asked_for(monkeypatch):
    monkeypatch.setattr(coverage, "_PAGE", 2)
    down = Downtime()
    rooms(down)

    assert len((await down.watch.listing.ask()).channels) == 5


def test_a_channel_of_which_nothing_is_said_is_one_where_we_are_not():
    assert coverage_of([{"id": "C1"}]).counts == {"watched": 0, "unwatched": 1, "shared": 0}
    assert coverage_of([{"id": "C1"}]).joinable == ()
    assert Coverage().counts == {"watched": 0, "unwatched": 0, "shared": 0}


@story
async def test_public_channels_are_joined_and_looked_over_where_the_settings_say_so():
    down = Downtime(joins_public=True)
    rooms(down)
    quiet = down.slack.channel("quiet", down.boss, down.joe, with_app=False)
    await down.joe.post(quiet, "LMS rose")

    await down.watch.listing.turn()
    found = await down.turn()

    assert {each.name for each in down.slack.workspace.channels.values() if down.own.user not in each.members} == {
        "secret"
    }
    assert found == 1
    assert "LMS rose" not in down.joe.reads(quiet)


@story
async def test_without_the_setting_nothing_is_joined():
    down = Downtime()
    rooms(down)
    await down.joe.create_channel("new")
    await down.hear(1)

    await down.watch.listing.turn()

    assert down.api.asked("conversations.join") == []


@story
async def test_a_new_public_channel_is_joined_at_once_and_everything_else_after_an_hour():
    down = Downtime(joins_public=True)
    await down.watch.listing.turn()
    down.slack.channel("unheard", down.joe, with_app=False)
    new = await down.joe.create_channel("new")
    await down.hear(1)

    await down.watch.listing.turn()
    at_once = [each["channel"] for each in down.api.asked("conversations.join")]
    down.clock.set(EARLY + EVERY_SECONDS / 60 * MINUTE)
    await down.watch.listing.turn()

    assert at_once == [new.id]
    assert len(down.api.asked("conversations.join")) == 2


@story
async def test_that_we_may_not_join_is_an_alarm_without_a_name_of_a_channel():
    down = Downtime(joins_public=True)
    rooms(down)
    down.slack.bot_token.scopes.discard("channels:join")

    with structlog.testing.capture_logs() as lines:
        await down.watch.listing.turn()

    assert [(each["event"], each["code"], each["alarm"]) for each in lines] == [
        ("slack.coverage_unknown", "missing_scope", True)
    ]
    assert "open" not in repr(lines)

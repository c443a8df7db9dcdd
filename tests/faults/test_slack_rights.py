"""A right of ours ends, or Slack lets us wait: the next right does it, people hear of it, and what is public stays."""

from __future__ import annotations

from typing import Any

import pytest

from tests.fakes.slack import FakeSlack, faults
from tests.stories import story
from tests.unit.service.world import until
from tests.unit.slack.office import AuthorsOf
from tests.unit.slack.rig import TO_LIFT, TRANSPORTS, Rig, guarded


def with_discovery(slack: FakeSlack) -> dict[str, Any]:
    return {"discovery_token": slack.discovery_token().text}


def enforcers(rig: Rig) -> Any:
    [boss] = [each for each in rig.slack.workspace.users.values() if each.is_admin]
    return next(each for each in rig.slack.workspace.tokens.values() if each.user == boss.id)


@pytest.mark.parametrize("transport", TRANSPORTS)
@pytest.mark.parametrize("is_told", [True, False], ids=["slack tells it", "slack does not tell it"])
def test_an_enforcer_whose_token_is_revoked_gives_discovery_its_turn_and_people_are_woken(transport, is_told):
    @story
    async def told() -> None:
        async with guarded(transport, before=with_discovery) as rig:
            joe, amy = rig.slack.person("joe"), rig.slack.person("amy")
            channel = rig.slack.channel("press", joe, amy)
            if is_told:
                rig.slack.revoke(enforcers(rig))
                await rig.settled()
                assert [each["kind"] for each in await rig.told("DoorBlind")] == ["tokens_revoked"]
            else:
                enforcers(rig).refused = "account_inactive"

            await joe.post(channel, "LMS rose")
            await rig.settled()

            assert amy.reads(channel) == []
            assert [each["by"] for each in await rig.told("PostRemoved")] == ["discovery"]
            last = (await rig.told("DoorBlind"))[-1]
            assert (last["kind"], last["code"]) == ("tokens_revoked", enforcers(rig).refused)

    told()


@story
async def test_without_a_right_that_is_left_the_post_stays_and_that_is_the_louder_alarm():
    async with guarded("http") as rig:
        joe = rig.slack.person("joe")
        channel = rig.slack.channel("press", joe)
        enforcers(rig).refused = "token_revoked"

        await joe.post(channel, "LMS rose")
        await rig.settled()

        [left] = await rig.told("PostNotRemovable")
        assert (left["why"], joe.reads(channel)) == ("refused", ["LMS rose"])
        assert [each["kind"] for each in await rig.told("DoorBlind")] == ["tokens_revoked"]


@story
async def test_where_only_administrators_may_delete_an_author_who_agreed_is_no_help_and_the_enforcer_is():
    tokens: dict[str, str] = {}
    async with guarded("http", authors=lambda *_: AuthorsOf(tokens)) as rig:
        joe, amy = rig.slack.person("joe"), rig.slack.person("amy")
        channel = rig.slack.channel("press", joe, amy)
        tokens[joe.id] = rig.slack.consent(joe).text
        rig.slack.workspace.settings.only_admins_delete = True

        await joe.post(channel, "LMS rose")
        await rig.settled()

        assert amy.reads(channel) == []
        assert [each["by"] for each in await rig.told("PostRemoved")] == ["enforcer"]
        assert await rig.told("DoorBlind") == []


@pytest.mark.parametrize("transport", TRANSPORTS)
def test_what_becomes_public_while_its_removal_waits_for_slack_is_let_stand(transport):
    @story
    async def told() -> None:
        async with guarded(transport) as rig:
            joe, amy = rig.slack.person("joe"), rig.slack.person("amy")
            channel = rig.slack.channel("press", joe, amy)
            rig.slack.faults.once("chat.delete", faults.limited(1), times=3)

            for number in range(3):
                await joe.post(channel, f"LMS rose {number}")
            await until(lambda: not rig.slack.faults.has("chat.delete"))
            rig.world.clock.set(rig.now() + TO_LIFT)
            await rig.settled()

            assert len(amy.reads(channel)) == 3
            assert [each["why"] for each in await rig.told("PostNotRemovable")] == ["public"] * 3
            assert rig.slack.calls("chat.delete") == []

    told()

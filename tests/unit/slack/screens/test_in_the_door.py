"""The screens within the whole door, by both transports: what people press there reaches them."""

from __future__ import annotations

from urllib.parse import parse_qs, urlsplit

import pytest

from leakguard import workspace
from leakguard.model.errors import Refused
from tests.fakes.slack.state import Guest, Kind
from tests.stories import story
from tests.unit.slack.consenting import agreeing
from tests.unit.slack.rig import TO_LIFT, TRANSPORTS, guarded
from tests.unit.slack.screens.stage import rich, said, until

by_each_transport = pytest.mark.parametrize("transport", TRANSPORTS)


@by_each_transport
def test_the_form_the_command_and_the_home_are_there(transport: str) -> None:
    @story
    async def told() -> None:
        async with guarded(transport) as rig:
            joe = rig.slack.person("joe")
            channel = rig.slack.channel("press", joe)
            await joe.shortcut("check_text")
            await until(lambda: joe.modal is not None)
            assert joe.modal is not None
            await joe.type_in(joe.modal, "check:text", rich("LMS rose"))
            await until(lambda: joe.modal is not None and "would be taken out" in said(joe.modal))
            await joe.command(channel, "/embargo", "list")
            await until(lambda: bool(joe.told_privately()))
            await joe.open_home()
            await until(lambda: joe.home is not None)

            assert "LMS, March 2031" in joe.told_privately()[0]["text"]
            assert await rig.told("DoorBlind") == []

    told()


@by_each_transport
def test_a_report_has_a_message_taken_out_that_was_let_through_before(transport: str) -> None:
    @story
    async def told() -> None:
        async with guarded(transport) as rig:
            joe, amy = rig.slack.person("joe"), rig.slack.person("amy")
            channel = rig.slack.channel("press", joe, amy, kind=Kind.PUBLIC)
            rig.world.inspector.blind = frozenset({"lms"})
            message = await joe.post(channel, "LMS rose")
            await rig.settled()
            assert amy.reads(channel) == ["LMS rose"]
            rig.world.inspector.blind = frozenset()

            await amy.message_shortcut("report_leak", message)
            await until(lambda: amy.reads(channel) == [])
            await rig.settled()

            [reported] = await rig.told("PostReported")
            [removed] = await rig.told("PostRemoved")
            assert (reported["actor"], reported["held"]) == ("amy@stats.example", removed["held"])
            assert len(amy.told_privately()) == 1

    told()


@by_each_transport
def test_a_planned_post_is_seen_by_nobody_before_its_release_and_stands_after_it(transport: str) -> None:
    @story
    async def told() -> None:
        async with guarded(transport) as rig:
            joe, amy = rig.slack.person("joe"), rig.slack.person("amy")
            channel = rig.slack.channel("press", joe, amy)
            await joe.shortcut("compose_post")
            await until(lambda: joe.modal is not None)
            assert joe.modal is not None
            await joe.type_in(joe.modal, "post:text", rich("LMS rose"))
            await joe.type_in(joe.modal, "post:place", channel.id)
            await joe.type_in(joe.modal, "post:release", {"value": "LMS-2031-03"})
            await joe.submit(joe.modal)
            assert amy.reads(channel) == []

            await rig.world.at(rig.now() + TO_LIFT)
            await rig.settled()

            [said_there] = amy.reads(channel)
            assert said_there.endswith("LMS rose")

    told()


@by_each_transport
def test_whoever_became_a_guest_is_one_on_the_screens_at_once(transport: str) -> None:
    @story
    async def told() -> None:
        async with guarded(transport) as rig:
            joe = rig.slack.person("joe")
            channel = rig.slack.channel("press", joe)
            await joe.command(channel, "/embargo", "list")
            await until(lambda: len(joe.told_privately()) == 1)
            joe.user.guest = Guest.MULTI_CHANNEL
            rig.slack.user_changed(joe)
            await rig.settled()
            await joe.command(channel, "/embargo", "list")
            await until(lambda: len(joe.told_privately()) == 2)

            assert "LMS" in joe.told_privately()[0]["text"]
            assert "LMS" not in joe.told_privately()[1]["text"]

    told()


@story
async def test_the_home_has_a_link_by_which_its_viewer_connects_their_account_and_nobody_else_theirs() -> None:
    async with agreeing() as agreed:
        joe, eve = agreed.slack.person("joe"), agreed.slack.person("eve")
        link = urlsplit(workspace.connecting(agreed.consents, "https://guard.example")(joe.id))
        invitation = parse_qs(link.query)["for"][0]

        assert (link.netloc, link.path) == ("guard.example", "/slack/connect")
        assert (await agreed.connect(joe, invitation)).person == joe.id
        with pytest.raises(Refused):
            await agreed.connect(eve, invitation)
        assert workspace.connecting(None, "https://guard.example")(joe.id) == ""

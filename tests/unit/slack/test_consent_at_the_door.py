"""Who connected their account has their own posts taken back where nobody else's right reaches, until they end it."""

from __future__ import annotations

from contextlib import asynccontextmanager

import pytest

from leakguard.channels.slack.authors import Agreed
from leakguard.channels.slack.manifest import Transport, manifest
from leakguard.store.memory import MemoryStore
from tests.fakes.slack import FakeSlack
from tests.stories import story
from tests.unit.service import world
from tests.unit.slack.consenting import ORIGIN, TEAM, Agreeing
from tests.unit.slack.rig import TRANSPORTS, guarded


@asynccontextmanager
async def connecting(transport: str = "http"):
    """The door, and the ways of its people to agree, over one store."""
    shape = dict(manifest(Transport.SOCKET, ORIGIN, consent=True))
    agreeing: list[Agreeing] = []

    def authors(slack: FakeSlack, office: world.World) -> Agreed:
        assert isinstance(office.store, MemoryStore)
        agreeing.append(Agreeing(slack=slack, store=office.store, clock=office.clock))
        return Agreed(agreeing[0].consents, TEAM)

    async with guarded(transport, authors=authors, manifest=shape) as rig:
        yield rig, agreeing[0]


@pytest.mark.parametrize("transport", TRANSPORTS)
def test_what_they_wrote_in_a_direct_message_is_taken_back_by_their_own_right(transport):
    @story
    async def whole() -> None:
        async with connecting(transport) as (rig, agreeing):
            joe, amy = rig.slack.person("joe"), rig.slack.person("amy")
            await agreeing.connect(joe)
            leak = await joe.write_to(amy, "LMS rose")
            await rig.settled()

            assert amy.reads(rig.slack.workspace.channels[leak.channel]) == []
            [removed] = await rig.told("PostRemoved")
            assert removed["by"] == "author"

    whole()


@story
async def test_what_others_wrote_to_them_is_seen_and_told_as_what_nobody_may_take_back():
    async with connecting() as (rig, agreeing):
        joe, amy = rig.slack.person("joe"), rig.slack.person("amy")
        await agreeing.connect(joe)
        await amy.write_to(joe, "LMS rose")
        await rig.settled()

        assert [each["why"] for each in await rig.told("PostNotRemovable")] == ["no_right"]


@story
async def test_who_took_it_back_in_slack_is_forgotten_and_nobody_is_woken():
    async with connecting() as (rig, agreeing):
        joe = rig.slack.person("joe")
        await agreeing.connect(joe)
        token = rig.slack.workspace.tokens[await agreeing.consents.token(TEAM, joe.id)]
        rig.slack.revoke(token)
        await rig.settled()

        assert await rig.world.store.vault.agreed("") == 0
        assert [each["why"] for each in await rig.told("ConsentEnded")] == ["revoked"]
        assert await rig.told("DoorBlind") == []


@story
async def test_an_enforcer_who_is_none_any_more_is_told():
    async with connecting() as (rig, _):
        [enforcer] = [each for each in rig.slack.workspace.tokens.values() if each.kind.value == "xoxp"]
        rig.slack.revoke(enforcer)
        await rig.settled()

        assert [each["kind"] for each in await rig.told("DoorBlind")] == ["tokens_revoked"]


@story
async def test_who_is_in_a_direct_message_is_known_so_that_those_who_may_can_talk():
    async with connecting() as (rig, agreeing):
        producer = rig.slack.person("producer", world.PRODUCER)
        cleared = rig.slack.person("cleared", world.CLEARED)
        await agreeing.connect(producer)
        said = await producer.write_to(cleared, "LMS rose")
        await rig.settled()

        assert cleared.reads(rig.slack.workspace.channels[said.channel]) == ["LMS rose"]
        assert await rig.told("Held") == []


@story
async def test_a_file_in_a_direct_message_is_read_with_the_token_of_who_agreed():
    async with connecting() as (rig, agreeing):
        joe, amy = rig.slack.person("joe"), rig.slack.person("amy")
        await agreeing.connect(joe)
        direct = rig.slack.workspace.channels[(await joe.write_to(amy, "see the file")).channel]
        await joe.upload(direct, "tea.txt", b"milk and sugar", mimetype="text/plain")
        await joe.upload(direct, "x.txt", b"LMS rose", mimetype="text/plain")
        await rig.settled()

        [removed] = await rig.told("PostRemoved")
        assert (removed["by"], removed["files"]) == ("author", 1)
        assert amy.reads(direct) == ["see the file", ""]


@story
async def test_whoever_did_not_agree_lends_us_nothing():
    async with connecting() as (rig, agreeing):
        joe, amy, eve = (rig.slack.person(each) for each in ("joe", "amy", "eve"))
        await agreeing.connect(joe)
        await amy.write_to(eve, "LMS rose")
        await rig.settled()

        assert await rig.told("Held") == []

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

        assert len(await rig.told("PostNotRemovable")) == 1
        assert await rig.told("PostRemoved") == []


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

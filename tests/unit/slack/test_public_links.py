"""A public link to a file goes first; then its file is judged as if all the earth had read it."""

from __future__ import annotations

from leakguard.channels.slack.removal import By, Powers, revoking
from tests.fakes.slack import faults
from tests.fakes.slack.state import File
from tests.stories import story
from tests.unit.slack.workspace import Watched, watched


async def uploaded(at: Watched, text: bytes) -> File:
    message = await at.joe.upload(at.channel, "x.txt", text, mimetype="text/plain")
    await at.settled()
    return message.files[0]


def order_of(at: Watched, *methods: str) -> list[str]:
    return [each.method for each in at.slack.desk.called if each.method in methods]


@story
async def test_the_link_goes_before_the_file_is_read_and_the_file_after():
    async with watched() as at:
        at.office.world.inspector.blind = frozenset({"lms"})
        file = await uploaded(at, b"LMS rose")
        at.office.world.inspector.blind = frozenset()
        at.pass_time(1)
        await at.joe.make_public(file)
        await at.settled()

        assert order_of(at, "files.revokePublicURL", "files.delete") == ["files.revokePublicURL", "files.delete"]
        assert not file.public_url
        [found] = await at.told("PublicLinkFound")
        assert (found["file"], found["revoked_by"]) == (file.id, "enforcer")
        held = await at.office.world.held()
        assert "slack:T00000001/public-link" in [each.recipient.address for each in held.recipients]


@story
async def test_the_link_to_an_innocent_file_goes_once_and_stays_when_it_is_made_again():
    async with watched() as at:
        file = await uploaded(at, b"tea at four")
        await at.joe.make_public(file)
        await at.settled()
        first = file.public_url
        await at.joe.make_public(file)
        await at.settled()

        assert (first, file.public_url) == (False, True)
        assert len(await at.told("PublicLinkFound")) == 1


@story
async def test_a_link_made_again_to_other_content_goes_again():
    async with watched() as at:
        file = await uploaded(at, b"tea at four")
        await at.joe.make_public(file)
        await at.settled()
        at.pass_time(1)
        await at.joe.change_file(file, b"LMS rose")
        await at.joe.make_public(file)
        await at.settled()

        assert not file.public_url
        assert at.slack.calls("files.delete") == [{"file": file.id}]


@story
async def test_a_link_that_nobody_may_take_back_is_on_record_and_the_file_is_judged_all_the_same():
    async with watched() as at:
        file = await uploaded(at, b"tea at four")
        at.slack.workspace.users[at.boss.id].is_admin = False
        await at.joe.make_public(file)
        await at.settled()

        [found] = await at.told("PublicLinkFound")
        assert (found["revoked_by"], found["codes"]) == ("", ["not_allowed", "missing_scope"])


@story
async def test_a_leak_with_an_older_link_loses_the_link_though_the_file_cannot_be_deleted():
    """The link was made before we were there: the file's own words say that it has one."""
    async with watched() as at:
        message = await at.joe.upload(at.channel, "x.txt", b"LMS rose", mimetype="text/plain")
        message.files[0].public_url = True
        at.slack.faults.once("files.delete", faults.answer("cant_delete_file"), times=20)
        await at.settled()

        assert not message.files[0].public_url
        assert "files_left" in [each["why"] for each in await at.told("PostNotRemovable")]


@story
async def test_a_file_that_the_enforcer_does_not_see_is_not_taken_for_gone():
    async with watched() as at:
        at.channel.members.remove(at.boss.id)
        await at.joe.upload(at.channel, "x.txt", b"LMS rose", mimetype="text/plain")
        await at.settled()

        left = await at.told("PostNotRemovable")
        assert left
        assert {each["why"] for each in left} == {"refused"}
        assert await at.told("PostRemoved") == []


def test_the_author_takes_a_link_back_first_then_the_enforcer_then_we():
    powers = Powers(bot="xoxb", enforcer="xoxp-boss")

    assert [each.by for each in revoking(powers, "xoxp-1")] == [By.AUTHOR, By.ENFORCER, By.OWN]
    assert [each.by for each in revoking(Powers(bot="xoxb"))] == [By.OWN]
    assert {each.file_method for each in revoking(powers, "xoxp-1")} == {"files.revokePublicURL"}

"""What goes up again in Slack: as its author or for them, whole, and rarely twice."""

from __future__ import annotations

import json
from datetime import UTC, datetime

import pytest

from leakguard.channels.slack.composing import File, compose
from leakguard.channels.slack.reading import Reading, read_message
from leakguard.channels.slack.wanted import as_event, attached, wanted
from leakguard.model.message import Channel, Direction, Envelope, Message, Recipient
from leakguard.service.authoring import Authoring
from tests.fakes.slack import faults
from tests.fakes.slack.state import Kind
from tests.stories import story
from tests.unit.service.world import CLEARED, PRODUCER
from tests.unit.slack.office import AuthorsOf, scheduling_of
from tests.unit.slack.rig import TO_LIFT, Rig, guarded


async def taken_out(rig: Rig, text: str = "LMS rose", *, file: bytes = b""):
    """Joe's post in a channel with Amy, held and gone."""
    joe, amy = rig.slack.person("joe"), rig.slack.person("amy")
    channel = rig.slack.channel("press", joe, amy)
    await (joe.upload(channel, "tables.txt", file, text=text) if file else joe.post(channel, text))
    await rig.settled()
    assert amy.reads(channel) == []
    return joe, amy, channel


async def wanted_by(rig: Rig, person) -> None:
    kept = [await rig.world.store.get(each.id) for each in await rig.world.store.listing()]
    held = next(each for each in kept if wanted(each.head) is not None)
    await Authoring(
        store=rig.world.store,
        book=rig.world.current.book,
        clock=rig.world.clock,
        notices=rig.world.notices,
        author=person.user.email,
    ).post_when_public(held.id)


async def at_the_lift(rig: Rig) -> None:
    await rig.world.at(rig.now() + TO_LIFT)
    await rig.settled()


@story
async def test_it_goes_up_for_its_author_who_is_named():
    async with guarded("http") as rig:
        joe, amy, channel = await taken_out(rig)
        await wanted_by(rig, joe)

        await at_the_lift(rig)

        [said] = amy.reads(channel)
        assert said.endswith("LMS rose")
        assert f"<@{joe.id}>" in said


@story
async def test_it_goes_up_as_its_author_where_they_agreed():
    tokens: dict[str, str] = {}
    async with guarded("http", authors=lambda *_: AuthorsOf(tokens)) as rig:
        joe, amy, channel = await taken_out(rig)
        tokens[joe.id] = rig.slack.consent(joe).text
        await wanted_by(rig, joe)

        await at_the_lift(rig)

        assert amy.reads(channel) == ["LMS rose"]
        [message] = [each for each in channel.messages.values() if not each.tombstoned]
        assert message.user == joe.id


@story
async def test_an_author_who_took_back_their_consent_is_named_instead():
    tokens: dict[str, str] = {}
    async with guarded("http", authors=lambda *_: AuthorsOf(tokens)) as rig:
        joe, amy, channel = await taken_out(rig)
        token = rig.slack.consent(joe)
        tokens[joe.id] = token.text
        token.refused = "token_revoked"
        await wanted_by(rig, joe)

        await at_the_lift(rig)

        [said] = amy.reads(channel)
        assert f"<@{joe.id}>" in said


@story
async def test_whoever_was_taken_out_of_a_private_channel_gets_nothing_posted_there():
    """Our own bot may be where they are not."""
    async with guarded("http") as rig:
        joe, amy = rig.slack.person("joe"), rig.slack.person("amy")
        boss = next(each for each in rig.slack.workspace.users.values() if each.is_admin)
        channel = rig.slack.channel("closed", joe, amy, kind=Kind.PRIVATE)
        channel.members.append(boss.id)
        await joe.post(channel, "LMS rose")
        await rig.settled()
        await wanted_by(rig, joe)
        await amy.remove_from(channel, joe.id)
        await rig.settled()

        await at_the_lift(rig)

        assert not [each for each in amy.reads(channel) if "LMS" in each]
        assert await rig.told("Undeliverable")


@story
async def test_whoever_came_into_the_channel_meanwhile_is_decided_about_too():
    """Kept for two releases of which its readers may have the later one early; somebody joins who may not."""
    async with guarded("http") as rig:
        producer, cleared = rig.slack.person("producer", PRODUCER), rig.slack.person("cleared", CLEARED)
        amy = rig.slack.person("amy")
        channel = rig.slack.channel("closed", producer, cleared, kind=Kind.PRIVATE)
        [lms, cpi] = rig.world.current.book.releases.values()
        held = await scheduling_of(rig.world).schedule(planned(channel.id, producer.id, (CLEARED,)), lms.id)
        await producer.invite(channel, amy.id)
        await rig.settled()

        await at_the_lift(rig)
        assert not [each for each in amy.reads(channel) if "CPI" in each]
        assert (await rig.world.store.get(held.id)).is_open
        await rig.world.at(cpi.release_at)

        assert [each for each in amy.reads(channel) if "CPI" in each]


@story
async def test_before_readers_who_may_have_it_a_planned_post_goes_up_at_its_release():
    async with guarded("http") as rig:
        producer, cleared = rig.slack.person("producer", PRODUCER), rig.slack.person("cleared", CLEARED)
        channel = rig.slack.channel("closed", producer, cleared, kind=Kind.PRIVATE)
        [lms, _] = rig.world.current.book.releases.values()
        await scheduling_of(rig.world).schedule(planned(channel.id, producer.id, (CLEARED,)), lms.id)

        await at_the_lift(rig)

        assert [each for each in cleared.reads(channel) if "CPI" in each]


def planned(channel: str, author: str, readers: tuple[str, ...]) -> Message:
    return Message(
        id="planned-1",
        envelope=Envelope(mail_from=PRODUCER, recipients=tuple(Recipient(address=each) for each in readers)),
        content=compose(PRODUCER, read_message({"text": "CPI next"}), ()),
        head=as_event(channel, author, "CPI next", []),
        direction=Direction.INTERNAL,
        channel=Channel.SLACK,
        received_at=datetime.now(UTC),
    )


@story
async def test_into_a_public_channel_the_app_goes_by_itself():
    async with guarded("http") as rig:
        joe, amy, channel = await taken_out(rig)
        await wanted_by(rig, joe)
        channel.members.remove(rig.slack.app.user)

        await at_the_lift(rig)

        assert [each for each in amy.reads(channel) if each.endswith("LMS rose")]


@story
async def test_what_its_author_writes_over_a_post_that_we_put_up_for_them_is_read():
    """As their own they can edit it."""
    tokens: dict[str, str] = {}
    async with guarded("http", authors=lambda *_: AuthorsOf(tokens)) as rig:
        joe, amy, channel = await taken_out(rig)
        tokens[joe.id] = rig.slack.consent(joe).text
        await wanted_by(rig, joe)
        await at_the_lift(rig)
        [message] = [each for each in channel.messages.values() if not each.tombstoned]

        await joe.edit(message, "CPI fell")
        await rig.settled()

        assert amy.reads(channel) == []


@story
async def test_an_answer_that_was_lost_is_not_a_second_post():
    async with guarded("http") as rig:
        joe, amy, channel = await taken_out(rig)
        await wanted_by(rig, joe)
        rig.slack.faults.once("chat.postMessage", faults.dropped(after=True))

        await at_the_lift(rig)
        assert len(amy.reads(channel)) == 1
        await rig.world.at(rig.now() + TO_LIFT)

        assert len(amy.reads(channel)) == 1
        assert [each["held"] for each in await rig.told("Delivered")]


@story
async def test_files_go_up_with_it():
    tokens: dict[str, str] = {}
    async with guarded("http", authors=lambda *_: AuthorsOf(tokens)) as rig:
        joe, _, channel = await taken_out(rig, "see here", file=b"LMS")
        tokens[joe.id] = rig.slack.consent(joe).text
        assert len(await rig.world.store.listing()) == 1, "a message and its file are one hold"
        await wanted_by(rig, joe)

        await at_the_lift(rig)

        [message] = [each for each in channel.messages.values() if not each.tombstoned]
        assert [each.content for each in message.files] == [b"LMS"]


@story
async def test_an_answer_in_a_thread_goes_up_in_its_thread():
    async with guarded("http") as rig:
        joe, amy = rig.slack.person("joe"), rig.slack.person("amy")
        channel = rig.slack.channel("press", joe, amy)
        parent = await amy.post(channel, "news?")
        await joe.reply(parent, "LMS rose")
        await rig.settled()
        await wanted_by(rig, joe)

        await at_the_lift(rig)

        threads = [each.thread_ts for each in channel.messages.values() if each.text.endswith("LMS rose")]
        assert parent.ts in threads


@story
async def test_in_a_long_thread_an_answer_that_was_lost_is_found_too():
    async with guarded("http") as rig:
        joe, amy = rig.slack.person("joe"), rig.slack.person("amy")
        channel = rig.slack.channel("press", joe, amy)
        parent = await amy.post(channel, "news?")
        for number in range(120):
            await amy.reply(parent, f"tea {number}")
        await rig.settled()
        await joe.reply(parent, "LMS rose")
        await rig.settled()
        await wanted_by(rig, joe)
        rig.slack.faults.once("chat.postMessage", faults.dropped(after=True))

        await at_the_lift(rig)
        await rig.world.at(rig.now() + TO_LIFT)

        assert len([each for each in channel.messages.values() if each.text.endswith("LMS rose")]) == 1


@story
async def test_an_answer_to_a_post_that_is_gone_goes_up_in_the_channel_and_once():
    async with guarded("http") as rig:
        joe, amy = rig.slack.person("joe"), rig.slack.person("amy")
        channel = rig.slack.channel("press", joe, amy)
        parent = await amy.post(channel, "news?")
        await joe.reply(parent, "LMS rose")
        await rig.settled()
        await amy.delete(parent)
        await rig.settled()
        await wanted_by(rig, joe)
        rig.slack.faults.once("chat.postMessage", faults.dropped(after=True))

        await at_the_lift(rig)
        await rig.world.at(rig.now() + TO_LIFT)

        [message] = channel.messages.values()
        assert (message.text.endswith("LMS rose"), message.thread_ts) == (True, "")


@pytest.mark.parametrize("head", [b"", b"[]", b"{}", b'{"event": {"channel": 7}}', b"\xff", b"[" * 100_000])
def test_what_names_no_channel_is_not_posted(head):
    assert wanted(head) is None


def test_what_was_written_to_be_posted_later_reads_back():
    blocks = [{"type": "section"}]

    found = wanted(as_event("C1", "U1", "a & b", blocks))

    assert found is not None
    assert (found.channel, found.author, found.text, list(found.blocks)) == ("C1", "U1", "a & b", blocks)


def test_of_an_edit_it_is_what_it_said_then():
    event = {"subtype": "message_changed", "channel": "C1", "message": {"user": "U1", "text": "new", "ts": "1.1"}}

    found = wanted(json.dumps({"event": event}).encode())

    assert found is not None
    assert (found.author, found.text, found.thread) == ("U1", "new", "")


def test_files_come_out_of_a_composed_post_as_they_went_in():
    composed = compose(
        "", Reading(), [File(id="F1", name="ä.csv", kind="text/csv", content=b"1,2\r\n"), File(id="F2", content=None)]
    )

    assert list(attached(composed)) == [("ä.csv", b"1,2\r\n")]


@pytest.mark.parametrize("count", [1, 49, 50, 51])
def test_of_a_post_with_many_blocks_none_is_lost(count):
    blocks = [{"type": "divider", "block_id": str(each)} for each in range(count)]
    found = wanted(as_event("C1", "U1", "x", blocks))
    assert found is not None

    said = found.for_them().as_blocks

    shown = json.loads(said["blocks"])
    below = [each for one in json.loads(said.get("attachments", "[]")) for each in one["blocks"]]
    assert len(shown) <= 50
    assert [each["block_id"] for each in (*shown, *below) if "block_id" in each] == [str(each) for each in range(count)]

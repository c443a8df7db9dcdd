"""A phrase in any place of any event is found, and is in no log. The exceptions are named here, with their reasons."""

from __future__ import annotations

import copy
import re
from collections.abc import Iterator
from functools import partial
from typing import Any

import pytest
import slack_sdk.models.blocks.block_elements as sdk_elements
import slack_sdk.models.blocks.blocks as sdk_blocks
import structlog
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from leakguard.channels.slack import reading
from leakguard.channels.slack.reading import read_message
from tests.fakes.slack.state import Json
from tests.stories import story
from tests.unit.slack.block_samples import MESSAGE
from tests.unit.slack.office import Office
from tests.unit.slack.payloads import full_message, posted
from tests.unit.slack.workspace import Watched, watched

Path = tuple[str | int, ...]

# Keys under which one word is not read: nobody writes it there to be read, and nobody reads it. Two words are read.
NOT_READ = {
    "what kind of thing it is, from a list of Slack's": """type subtype channel_type filetype mimetype mode file_access
        style theme external_type media_display_type""",
    "a colour, a sign by its number, a check sum, the shape of a list": "color unicode hash token indent border",
    "which person, place or message, by its id": """user users team channel channels groups ims inviter reply_users
        latest_reply last_read ts old_name_hash""",
    "an address from which programs fetch what is shown, or which opens what is read anyhow": """url_private
        url_private_download permalink permalink_public edit_link request_url deanimate_gif converted_pdf mp4 mp4_low
        hls hls_embed vtt service_icon footer_icon author_icon image_24 image_32 image_36 image_48 image_64 image_72
        image_192 image_512""",
}
KEYS = {key: why for why, keys in NOT_READ.items() for key in keys.split()}
# By their endings: ids, times that are names, pictures' addresses, which workspace, and yes or no.
SHAPES = re.compile(r"(?:\w+_)?(?:id|ids|ts)|thumb_\w+|\w+_team|team_\w+|is_\w+|has_\w+")
# Parts of a message that are posts of their own, or no part of it: previous_message and root, edited, reactions.
ELSEWHERE = {"previous_message", "root", "edited", "reactions"}
NUMBERS_NOT_READ = """created updated timestamp size width height rotation lines lines_more index offset border indent
    priority image_exif_rotation reply_count reply_users_count unread_count comments_count num_stars
    channel_actions_count last_set date_created date_updated date_create start end bytes""".split()


def leaves(value: Any, kind: type | tuple[type, ...], path: Path = ()) -> Iterator[Path]:
    inner = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    for key, each in inner:
        if key in ELSEWHERE:
            continue
        yield from leaves(each, kind, (*path, key))
    if isinstance(value, kind) and not isinstance(value, bool):
        yield path


def planted(message: Json, path: Path, phrase: object) -> Json:
    changed = copy.deepcopy(message)
    at: Any = changed
    for step in path[:-1]:
        at = at[step]
    at[path[-1]] = phrase
    return changed


def key_of(path: Path) -> str:
    return next(step for step in reversed(path) if isinstance(step, str))


def is_named(path: Path) -> bool:
    return key_of(path) in KEYS or SHAPES.fullmatch(key_of(path)) is not None


def pieces(message: Json) -> Iterator[Json]:
    """One block, card or file at a time, and the rest of the message: planting in each is a small thing to read."""
    lists = {key: value for key, value in message.items() if key in ("blocks", "attachments", "files")}
    yield {key: value for key, value in message.items() if key not in lists}
    for key, value in lists.items():
        yield from ({key: [each]} for each in value)


def missed(message: Json, phrase: object, kind: Any = str) -> list[Path]:
    return [
        path
        for piece in pieces(message)
        for path in leaves(piece, kind)
        if str(phrase) not in read_message(planted(piece, path, phrase)).text
    ]


SAMPLES = {"every block": MESSAGE, "a full message": full_message()}


@pytest.mark.parametrize("message", SAMPLES.values(), ids=SAMPLES)
def test_a_phrase_in_any_string_is_found_whatever_its_key(message):
    assert len(list(leaves(message, str))) > 100
    assert missed(message, "quokka employment") == []


@pytest.mark.parametrize("message", SAMPLES.values(), ids=SAMPLES)
def test_a_single_word_is_found_but_where_no_reader_looks(message):
    assert [path for path in missed(message, "quokka") if not is_named(path)] == []


@pytest.mark.parametrize("message", SAMPLES.values(), ids=SAMPLES)
def test_a_number_is_found_but_where_slack_itself_counts_and_measures(message):
    paths = missed(message, 4.731, (int, float))
    keys = {key_of(path) for path in paths}

    assert {each for each in keys if each not in NUMBERS_NOT_READ and not reading._MEASURE_KEY.fullmatch(each)} == set()
    assert not keys & {"value", "any", "figure", "number"}


def test_every_exception_has_its_reason_here_and_there_is_no_other():
    assert set(KEYS) == set(reading._IDENTIFIERS)
    assert SHAPES.pattern == reading._IDENTIFIER_KEY.pattern
    assert reading._ELSEWHERE == ELSEWHERE
    assert set(NUMBERS_NOT_READ) == set(reading._MEASURES)


def test_every_block_and_element_that_the_sdk_knows_is_among_the_samples():
    """`auth_provider` is for pages of Slack's own. An element of many kinds names each of them."""
    found = {each for path in leaves(MESSAGE, str) if path[-1] == "type" for each in [at(MESSAGE, path)]}
    known = {
        each.type
        for module in (sdk_blocks, sdk_elements)
        for each in vars(module).values()
        if isinstance(each, type)
        and each.__module__ == module.__name__
        and isinstance(getattr(each, "type", None), str)
    }

    assert known - found == {"auth_provider"}


def at(message: Any, path: Path) -> Any:
    for step in path:
        message = message[step]
    return message


def test_the_label_of_a_point_in_a_chart_stands_beside_its_figure():
    point = {"type": "data_visualization", "chart": {"segments": [{"label": "Unemployment rate", "value": 4.1}]}}

    assert "Unemployment rate: 4.1" in read_message({"blocks": [point]}).text


async def lively(at: Watched) -> None:
    """Everything that people do in the fake, with innocent words."""
    other = at.slack.channel("other", at.joe, at.amy, at.boss)
    message = await at.joe.post(at.channel, "words <b> & more")
    await at.joe.edit(message, "words again")
    await at.amy.reply(message, "words")
    await at.amy.reply(message, "words", broadcast=True)
    await at.joe.say_me(at.channel, "words")
    await at.slack.webhook(
        other, "words", attachments=[{"text": "words", "fields": [{"title": "a", "value": "words"}]}]
    )
    await at.slack.unfurl(message, {"title": "words", "text": "words"})
    await at.joe.upload(at.channel, "words.txt", b"words", text="words", title="words", mimetype="text/plain")
    await at.joe.upload(at.channel, "words.txt", b"words", late=True)
    await at.joe.write_canvas(at.channel, "words", "<p>words</p>")
    await at.joe.write_list(at.channel, "words", [[{"key": "name", "text": "words"}]])
    await at.joe.set_topic(at.channel, "words")
    await at.joe.set_purpose(other, "words")
    await at.joe.rename(other, "words")
    await at.joe.delete(message)
    await at.joe.delete(await at.joe.post(at.channel, "words"))
    await at.slack.quiet()


def said_in(event: Json) -> Json:
    """The message of a message event."""
    return event["message"] if event.get("subtype") == "message_changed" else event


@story
async def test_a_phrase_in_any_string_of_any_message_of_the_fake_is_found():
    async with watched() as at:
        await lively(at)
        events = [each["event"] for each in at.slack.courier.published]

    messages = [
        said_in(each) for each in events if each["type"] == "message" and each.get("subtype") != "message_deleted"
    ]
    kinds = {each.get("subtype") for each in events if each["type"] == "message"}
    assert {None, "message_changed", "message_deleted", "me_message", "bot_message", "file_share"} <= kinds
    assert {"thread_broadcast", "group_topic", "channel_purpose", "channel_name"} <= kinds
    assert [path for each in messages for path in missed(each, "quokka employment")] == []
    assert [path for each in messages for path in missed(each, "quokka") if not is_named(path)] == []


PATHS = [path for path in leaves(MESSAGE, str) if not is_named(path)]


@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(st.sampled_from(PATHS), st.sampled_from(["LMS quokka", "see: LMS quokka!", "<https://x.example|LMS> quokka"]))
def test_a_leak_anywhere_in_a_message_is_held_and_no_word_of_it_is_in_a_log(path, phrase):
    office, lines = Office(), list[Any]()
    message = planted(MESSAGE, path, phrase)

    @partial(story)
    async def told() -> None:
        with structlog.testing.capture_logs() as caught:
            await office.hear(posted(**{key: value for key, value in message.items() if key not in ("ts", "event_ts")}))
            lines.extend(caught)
        assert len(await office.world.all_held()) == 1
        assert len(office.deletions()) == 1
        audit = [each.body for each in await office.world.store.audit()]
        assert "quokka" not in repr(audit) + repr(lines) + repr(await office.world.texts())

    told()
    assert lines

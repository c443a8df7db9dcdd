"""What people of Slack can read is read, wherever in a message it stands; names of things for machines are not."""

from __future__ import annotations

import itertools

import pytest
from hypothesis import given
from hypothesis import strategies as st

from leakguard.channels.slack.mrkdwn import shown
from leakguard.channels.slack.reading import digest_of, files_of, read_message
from tests.unit.slack.payloads import event, full_message, rich, run

WORD = "words"


def planted(value, names, path=()):
    """The message with a canary of its own in the place of every `words`."""
    if isinstance(value, dict):
        return {key: planted(each, names, (*path, key)) for key, each in value.items()}
    if isinstance(value, list):
        return [planted(each, names, (*path, number)) for number, each in enumerate(value)]
    if isinstance(value, str) and WORD in value:
        canary = f"canary{len(names)}bird"
        names[canary] = path
        return value.replace(WORD, canary)
    return value


def test_a_canary_in_every_string_that_people_see_is_found():
    names: dict[str, tuple] = {}
    text = read_message(planted(full_message(), names)).text

    assert len(names) > 45
    assert {canary: path for canary, path in names.items() if canary not in text} == {}


KEYS = st.text("abcdefghijklmnopqrstuvwxyz_", min_size=1, max_size=12)


@given(st.lists(st.one_of(KEYS, st.integers(0, 2)), min_size=1, max_size=6), st.text(min_size=1, max_size=30))
def test_words_are_found_under_any_key_at_any_depth(path, words):
    """A sentence is no identifier, whatever its key is called; what other posts show is read with them."""
    value: object = f"quokka {words} bird"
    for step in reversed(path):
        value = {step: value} if isinstance(step, str) else [value] * (step + 1)
    if {"previous_message", "root", "edited"} & set(path):
        return

    assert "quokka" in read_message({"somewhere": value}).text


@pytest.mark.parametrize(
    ("key", "value"),
    [
        ("user", "U012345"),
        ("client_msg_id", "9f1d-44"),
        ("ts", "1931592519.900000"),
        ("type", "section"),
        ("url_private", "https://files.slack.com/files-pri/T1-F1/x.csv"),
        ("thumb_64", "https://files.slack.com/thumb"),
        ("block_id", "Xy1"),
    ],
)
def test_identifiers_are_not_read(key, value):
    assert value not in read_message({"text": "hello", key: value, "blocks": [{key: value}]}).text


def test_a_sentence_under_the_key_of_an_identifier_is_read():
    assert "record employment" in read_message({"block_id": "record employment"}).text


def test_runs_of_one_paragraph_are_one_text():
    message = {"blocks": rich(run("ready for rec"), run("ord", bold=True), run(" employment?"))}

    assert read_message(message).text == "ready for record employment?"


def test_what_a_text_and_its_blocks_both_say_is_read_once():
    message = {"text": "hello there", "blocks": rich(run("hello there"))}

    assert read_message(message).text == "hello there"


def test_the_rows_of_a_table_stay_together():
    cells = [[{"type": "raw_text", "text": "rate"}, {"type": "rich_text", "elements": rich(run("4.1"))[0]["elements"]}]]

    assert "rate\t4.1" in read_message({"blocks": [{"type": "table", "rows": cells}]}).text


def test_a_field_of_a_card_says_what_its_value_is_of():
    card = {"fields": [{"title": "Unemployment rate", "value": "4.1%", "short": True}]}

    assert read_message({"attachments": [card]}).text == "Unemployment rate: 4.1%"


@pytest.mark.parametrize(
    ("text", "seen"),
    [
        ("a &lt;b&gt; &amp; c", "a <b> & c"),
        ("&amp;lt;", "&lt;"),
        ("<https://x.example|rec>ord", "record"),
        ("<https://x.example/record>", "https://x.example/record"),
        ("<@U012|joe> and <@U013>", "@joe and @"),
        ("in <#C012|general>", "in #general"),
        ("<!here> at <!date^1^{date}|09:30>", "@here at 09:30"),
        ("rec\u200bo\u2060rd", "record"),
    ],
)
def test_marked_up_text_is_read_as_it_is_shown(text, seen):
    assert shown(text)[0] == seen


def test_a_word_with_marks_in_it_is_read_without_them_too():
    assert "record high" in shown("*rec*ord _high_")


def test_the_address_behind_a_label_is_read_too():
    assert "https://x.example/record-employment" in shown("<https://x.example/record-employment|here>")


def test_what_is_nested_too_deep_is_not_taken_for_nothing():
    deep: object = "words"
    for _ in range(100_000):
        deep = [deep]

    assert not read_message({"blocks": deep}).is_whole
    assert read_message(event()["event"]).is_whole


def test_files_of_forwarded_messages_are_found_and_each_once():
    shared = {"attachments": [{"files": [{"id": "F2"}, {"id": "F1"}]}], "files": [{"id": "F1"}], "file": {"id": "F3"}}

    assert {each["id"] for each in files_of(shared)} == {"F1", "F2", "F3"}
    assert len(list(files_of(shared))) == 3


def test_the_digest_changes_with_what_is_read_and_with_the_files():
    def digest(message):
        return digest_of(read_message(message), list(files_of(message)))

    base = {"text": "hello", "ts": "1.1", "files": [{"id": "F1", "size": 3}]}
    same = base | {"ts": "2.2", "client_msg_id": "other"}
    others = [base | {"text": "other"}, base | {"files": []}, base | {"files": [{"id": "F1", "size": 4}]}]

    assert digest(base) == digest(same)
    assert len({digest(base), *map(digest, others)}) == 4


def test_pieces_cannot_be_pushed_from_one_unit_into_the_next():
    one = {"attachments": [{"text": "a"}, {"text": "b"}]}
    other = {"attachments": [{"text": "a\nb"}]}

    assert digest_of(read_message(one), []) != digest_of(read_message(other), [])
    assert list(itertools.chain(each.place for each in read_message(one).units)) == ["card 1", "card 2"]

"""A post becomes a message that is read as any other: the same words, the same files, the same gaps."""

from __future__ import annotations

import io
import zipfile

from hypothesis import given
from hypothesis import strategies as st

from leakguard.channels.slack.composing import File, compose
from leakguard.channels.slack.reading import Reading, Unit, read_message
from leakguard.extract import Limits
from leakguard.inspection import read
from leakguard.model.content import GapKind, Role


def reading(*texts: str) -> Reading:
    return Reading(units=tuple(Unit(place="message", text=each) for each in texts))


def words_of(content: bytes) -> str:
    return "\n".join(each.text for each in read(content, Limits()).spans)


@given(st.text(st.characters(codec="utf-8", exclude_categories=["C", "Z"]), max_size=40))
def test_no_words_are_lost_on_the_way(text):
    content = compose("joe@dept.example", reading(f"ibex {text} okapi"), [])

    assert f"ibex {text} okapi" in words_of(content)


def test_text_with_half_characters_and_headers_in_it_stays_a_text():
    content = compose("x", reading("half \ud83d done\n\nContent-Type: text/html\n\n--post-0\n\nlast words"), [])
    found = read(content, Limits())

    assert found.gaps == ()
    assert found.authors == ()
    assert all(word in words_of(content) for word in ("half", "done", "--post-0", "last words"))


def test_files_are_read_with_their_names():
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w") as archive:
        archive.writestr("inside.txt", "quokka in a zip")
    name = 'caf\u00e9 "okapi"\r\nBcc: x.zip'
    files = [File(id="F1", name=name, kind="application/zip", content=packed.getvalue())]

    found = read(compose("joe@dept.example", reading("hello"), files), Limits())

    assert found.gaps == ()
    assert any("quokka in a zip" in each.text and each.role is Role.ATTACHMENT for each in found.spans)
    assert any("okapi" in each.text and each.role is Role.NAME for each in found.spans)


def test_what_could_not_be_fetched_is_a_gap():
    found = read(compose("joe@dept.example", reading("hello"), [File(id="F1", name="x.csv", content=None)]), Limits())

    assert [each.kind for each in found.gaps] == [GapKind.UNSUPPORTED]
    assert any("hello" in each.text for each in found.spans)


def test_a_message_that_could_not_be_read_whole_is_a_gap():
    assert read(compose("", Reading(is_whole=False), []), Limits()).gaps != ()


def test_a_file_cannot_pose_as_a_part_of_another_kind():
    files = [File(id="F1", name="x", kind="multipart/mixed; boundary=a", content=b"--a\r\n\r\nokapi\r\n--a--\r\n")]

    assert "okapi" in words_of(compose("", reading("hello"), files))


def test_an_address_is_the_claimed_author_and_another_handle_is_none():
    assert read(compose("joe@dept.example", reading("a"), []), Limits()).authors == ("joe@dept.example",)
    assert read(compose("slack:T1/U1", reading("a"), []), Limits()).authors == ()


def test_the_same_post_is_the_same_bytes_and_another_is_not():
    one = compose("a@b.example", read_message({"text": "x"}), [File(id="F", content=b"1")])

    assert one == compose("a@b.example", read_message({"text": "x"}), [File(id="F", content=b"1")])
    assert one != compose("a@b.example", read_message({"text": "x"}), [File(id="F", content=b"2")])

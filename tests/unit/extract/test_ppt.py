"""PowerPoint presentations of before 2007."""

from __future__ import annotations

from leakguard.extract.old_office.compound import written
from leakguard.model.content import GapKind, Role
from tests.unit.extract.make import gap_kinds, pdf, place_of, png, read_file, shown, texts, words
from tests.unit.extract.make_old import atom, chars, container, embedded, ppt


def test_slides_are_read_each_with_its_place() -> None:
    found = read_file(ppt(chars("Title\rFirst words"), atom(0xFA8, b"Second words")))

    assert texts(found, Role.ATTACHMENT)[:2] == ["Title\n\nFirst words", "Second words"]
    assert place_of(found, "Second words") == "attachment, slide 2"
    assert found.gaps == ()


def test_notes_say_of_which_slide_they_are() -> None:
    found = read_file(ppt(chars("Title"), notes=chars("Words of notes")))

    assert place_of(found, "Words of notes") == "attachment, slide 1, notes"


def test_comments_and_footers_are_read() -> None:
    comment = container(0x2EE0, atom(0xFBA, "Ann".encode("utf-16-le")), atom(0xFBA, "Remark".encode("utf-16-le"), 1))
    footer = container(0xFD9, atom(0xFBA, "Foot words".encode("utf-16-le"), 2))
    found = read_file(ppt(chars("Title") + comment + footer))

    assert place_of(found, "Remark") == "attachment, slide 1, comment"
    assert place_of(found, "Foot words") == "attachment, slide 1, header or footer"


def test_an_earlier_version_of_a_slide_is_hidden_text() -> None:
    whole = ppt(chars("Title"))
    earlier = container(0x3EE, chars("Deleted words"))
    from leakguard.extract.ole import open_ole

    stream = open_ole(whole).openstream("PowerPoint Document").read()
    found = read_file(written({("PowerPoint Document",): stream + earlier}))

    assert "Deleted words" in words(found, Role.HIDDEN)


def test_embedded_objects_are_opened() -> None:
    found = read_file(ppt(chars("Title"), more=embedded(pdf(shown("words of an object")))))

    assert "words of an object" in words(found)


def test_a_damaged_object_is_a_gap() -> None:
    assert gap_kinds(read_file(ppt(chars("Title"), more=atom(0x1011, b"\1\0\0\0nothing", 1)))) == [GapKind.DAMAGED]


def test_pictures_are_handed_on() -> None:
    blip = png(300, 200)
    stream = atom(0xF01E, bytes(17) + blip, 0x6E0)
    found = read_file(written({("PowerPoint Document",): container(0x3EE, chars("Title")), ("Pictures",): stream}))

    assert found.gaps
    assert found.gaps[0].part == "2!9001"


def test_descriptions_of_shapes_are_read_and_names_that_programs_give_are_not() -> None:
    def shape(identifier: int, text: str) -> bytes:
        raw = (text + "\0").encode("utf-16-le")
        head = (0x8000 | identifier).to_bytes(2, "little") + len(raw).to_bytes(4, "little")
        body = head + raw
        return (0x13).to_bytes(2, "little") + b"\x0b\xf0" + len(body).to_bytes(4, "little") + body

    found = words(read_file(ppt(chars("Title") + shape(0x381, "Alternative words") + shape(0x380, "Text Box 2"))))

    assert "Alternative words" in found
    assert "Text Box" not in found


def test_a_stream_without_records_is_a_gap() -> None:
    assert gap_kinds(read_file(written({("PowerPoint Document",): b"short"}))) == [GapKind.DAMAGED]

"""Rich text: the words as Word shows them, and every place beside the page."""

from __future__ import annotations

import struct

import pytest

from leakguard.model.content import GapKind, Role
from tests.cost import assert_linear
from tests.unit.extract.make import gap_kinds, place_of, png, read_file, texts, words


def rtf(body: bytes, head: bytes = rb"\ansi\ansicpg1252") -> bytes:
    return rb"{\rtf1" + head + b" " + body + b"}"


def body(content: bytes, head: bytes = rb"\ansi\ansicpg1252") -> str:
    return next(iter(texts(read_file(rtf(content, head)))), "")


@pytest.mark.parametrize(
    ("content", "expected"),
    [
        (rb"re{\b cord} high", "record high"),
        (b"rec\r\nord", "record"),
        (rb"one\par two\line three\tab four", "one\n\ntwo\nthree\tfour"),
        (rb"\trowd a\cell b\cell\row\trowd c\cell d\cell\row", "a\tb\nc\td"),
        (rb"a \'e9 \'80", "a é €"),
        (rb"\u8217?s \u-10179?\u-8704? \uc2\u233ee.\uc0\u233.", "’s 😀 é.é."),
        (rb"a\~b\_c\-d\emdash e\{\}\\", "a\u00a0b-cd—e{}\\"),
        (rb"{\listtext 1.\tab}first", "1.\tfirst"),
        (rb"{\field{\*\fldinst PAGE}{\fldrslt 42}} pages", "42 pages"),
        (rb"{\*\shppict{\pict\pngblip 89}}after", "after"),
        (rb"a{\footnote note}b", "ab"),
        (rb"a{\v hidden}b{\deleted gone}c", "abc"),
        (rb"{\*\moMath{\mr x}}y", "xy"),
        (b"\\bin3 }}}seen", "seen"),
    ],
)
def test_text_runs_as_it_is_shown(content: bytes, expected: str) -> None:
    assert body(content) == expected


@pytest.mark.parametrize(
    ("charset", "content", "expected"),
    [
        (128, b"\\'83\\'8c\\'83R", "レコ"),
        (128, b"\x83\x5c\x83\x7b", "ソボ"),
        (128, rb"\'83\\", "ソ"),
        (134, b"\\'bc\\'c7", "记"),
        (136, b"\\'b0\\'4f", "記"),
        (129, b"\\'b1\\'ed", "깊"),
        (204, b"\\'f0\\'e5", "ре"),
        (238, b"\\'9e", "ž"),
        (161, b"\\'e1", "α"),
    ],
)
def test_the_code_page_belongs_to_the_font(charset: int, content: bytes, expected: str) -> None:
    fonts = rb"\ansi\deff0{\fonttbl{\f0\fcharset0 Arial;}{\f3\fcharset%d Other;}}" % charset

    assert body(rb"\f3 " + content, fonts) == expected


def test_the_default_font_has_a_code_page_too() -> None:
    assert body(rb"\'f0\'e5", rb"\ansi\deff1{\fonttbl{\f1\fcharset204 Arial;}}") == "ре"


def test_bytes_of_the_system_in_a_western_font_have_a_second_reading() -> None:
    found = read_file(rtf(rb"\f0 \'f0\'e5", rb"\ansi\ansicpg1251{\fonttbl{\f0\fcharset0 Arial;}}"))

    assert "ре" in words(found)


def test_utf_8_that_nobody_escaped_has_a_second_reading() -> None:
    assert "élevé" in words(read_file(rtf("élevé".encode())))


@pytest.mark.parametrize(
    ("content", "place", "role"),
    [
        (rb"{\header planted}", "header 1", Role.ATTACHMENT),
        (rb"{\footerf planted}", "footer 1", Role.ATTACHMENT),
        (rb"x{\footnote \pard planted}", "footnote 1", Role.ATTACHMENT),
        (rb"{\*\annotation{\*\atndate 1}planted}", "comment 1", Role.ATTACHMENT),
        (rb"{\*\atnauthor planted}", "author of a comment 1", Role.NAME),
        (rb"{\shp{\*\shpinst{\shptxt planted}}}", "text box 1", Role.ATTACHMENT),
        (rb"{\*\do{\dptxbxtext planted}}", "text box 1", Role.ATTACHMENT),
        (rb"{\shp{\*\shpinst{\sp{\sn wzDescription}{\sv planted}}}}", "alternative text 1", Role.ATTACHMENT),
        (rb"{\pict{\*\picprop{\sp{\sn wzDescription}{\sv planted}}}}", "alternative text 1", Role.ATTACHMENT),
        (rb"{\info{\title planted}}", "property title 1", Role.ATTACHMENT),
        (rb"{\info{\author planted}}", "property author 1", Role.NAME),
        (rb"{\*\userprops{\propname a}\proptype30{\staticval planted}}", "property 1", Role.ATTACHMENT),
        (rb"{\upr{\title ?}{\*\ud{\title \u112?lanted}}}", "property title 2", Role.ATTACHMENT),
        (rb"{\field{\*\fldinst HYPERLINK {planted}}{\fldrslt x}}", "field code 1", Role.HIDDEN),
        (rb"{\field{\*\fldinst QUOTE planted}}", "field 1", Role.ATTACHMENT),
        (rb"{\*\docvar {a}{planted}}", "document variable 1", Role.HIDDEN),
        (rb"{\*\bkmkstart planted}", "bookmark 1", Role.HIDDEN),
        (rb"{\v planted}", "hidden text 1", Role.HIDDEN),
        (rb"{\deleted plan{\b ted}}", "deleted text 1", Role.HIDDEN),
        (rb"{\*\unheardof{\x planted}}", "other text 1", Role.HIDDEN),
        (rb"{\*\formfield{\*\ffdeftext planted}}", "form field 1", Role.ATTACHMENT),
        (rb"a\par b\par planted", "paragraph 3", Role.ATTACHMENT),
    ],
)
def test_each_place_is_read_and_named(content: bytes, place: str, role: Role) -> None:
    found = read_file(rtf(content))

    wanted = "planted"
    assert any(wanted in text for text in texts(found, role))
    assert place_of(found, wanted) == f"attachment, {place}"


def test_fonts_and_colours_are_no_text() -> None:
    found = read_file(rtf(rb"{\fonttbl{\f0 Arial;}}{\colortbl;\red0;}{\*\rsidtbl\rsid1}{\*\generator Word;}x"))

    assert texts(found) == ["x"]


def test_a_page_of_html_within_is_read_as_such() -> None:
    content = (
        rb"{\rtf1\ansi\fromhtml1{\*\htmltag64 <p>}\htmlrtf {\htmlrtf0 re{\*\htmltag <b>}\htmlrtf\b\htmlrtf0 cord"
        rb"{\*\htmltag </b>}{\*\htmltag &eacute;}\htmlrtf only rich\htmlrtf0{\*\htmltag <!--planted-->}}}"
    )
    found = read_file(content)

    assert "recordé" in texts(found)
    assert "planted" in words(found, Role.HIDDEN)
    assert "only rich" in words(found)


def package(name: bytes, content: bytes) -> bytes:
    native = b"\2\0" + name + b"\0C:\\" + name + b"\0" + struct.pack("<II", 0x30000, 3) + b"C:\0"
    native += struct.pack("<I", len(content)) + content
    native += b"".join(
        struct.pack("<I", len(each)) + each.encode("utf-16-le") for each in ("C:\\t", "é.txt", "C:\\é.txt")
    )
    return (
        struct.pack("<II", 0x501, 2) + struct.pack("<I", 8) + b"Package\0" + bytes(8) + struct.pack("<I", len(native))
    ) + native


def test_a_packed_file_is_opened_and_named() -> None:
    digits = package(b"draft.txt", b"record high").hex().encode()
    found = read_file(rtf(rb"{\object\objemb{\*\objclass Package}{\*\objdata " + digits + rb"}{\result shown}}"))

    assert "record high" in words(found, Role.ATTACHMENT)
    assert {"draft.txt", "é.txt"} <= set(texts(found, Role.NAME))
    assert place_of(found, "shown") == "attachment, paragraph 1"
    assert not found.gaps


@pytest.mark.parametrize("binary", [False, True])
def test_pictures_are_looked_at(binary: bool) -> None:
    picture = png(600, 400)
    content = rb"\bin%d " % len(picture) + picture if binary else picture.hex().encode()
    found = read_file(
        rtf(rb"{\pict\pngblip\bliptag1{\*\blipuid 0123456789abcdef}" + (b"" if binary else b" ") + content + b"}")
    )

    assert [gap.part for gap in found.gaps] == ["2!1"]
    assert "unknown" not in found.gaps[0].detail


def test_what_is_cut_off_gives_its_start_and_a_gap() -> None:
    found = read_file(rtf(rb"record high {\b and")[:-1])

    assert "record high and" in words(found)
    assert gap_kinds(found) == [GapKind.DAMAGED]


def test_text_behind_the_last_brace_is_read() -> None:
    assert "recordé high" in words(read_file(rtf(b"x") + rb"{\b rec}ord\'e9 high"))


def test_spaces_before_the_text_do_not_hide_it() -> None:
    assert texts(read_file(b"\xef\xbb\xbf \r\n" + rtf(b"record"))) == ["record"]


def test_rich_text_without_words_is_not_silent() -> None:
    assert read_file(rtf(rb"\unheardofword")).spans


@pytest.mark.parametrize("unit", [b"{", rb"{\*\x a}", rb"{\v a}b", rb"\'e9\f1 ", rb"{\sp{\sn a}{\sv b}}", b"a}"])
def test_twice_the_text_takes_about_twice_the_time(unit: bytes) -> None:
    assert_linear(lambda size: read_file(rtf(unit * (size // len(unit)))), 25_000)

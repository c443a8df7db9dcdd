"""Pictures without a look at their pixels: what is written beside them, what is appended, what is a gap."""

from __future__ import annotations

import zlib
from contextlib import suppress

import pytest
from hypothesis import given
from hypothesis import strategies as st
from PIL import Image

from leakguard.extract.limits import Budget, CannotRead, Limits
from leakguard.extract.pictures.frames import frames
from leakguard.extract.pictures.kinds import DECODED_AS, kind_of
from leakguard.model.content import GapKind, Role
from tests.unit.extract.make import gap_kinds, place_of, png, read_file, texts, words, zipped
from tests.unit.extract.make_pictures import iptc, jpeg_with, picture, png_with, saved

UNREAD = Limits(ocr_pictures=0)
_KINDS = {
    "png": "PNG", "gif": "GIF", "jpeg": "JPEG", "tiff": "TIFF", "bmp": "BMP", "webp": "WEBP", "ico": "ICO",
    "icns": "ICNS", "jpeg2000": "JPEG2000", "avif": "AVIF", "pcx": "PCX", "ppm": "PPM", "tga": "TGA", "qoi": "QOI",
}  # fmt: skip


@pytest.mark.parametrize("kind", _KINDS)
def test_a_picture_that_is_not_looked_at_is_a_gap_that_says_why(kind: str) -> None:
    content = saved(picture("words", size=(256, 256)), _KINDS[kind])

    found = read_file(content, UNREAD)

    assert kind_of(content) == kind
    assert gap_kinds(found) == [GapKind.UNSUPPORTED]
    assert found.gaps[0].detail == "picture not read: OCR is switched off"


@pytest.mark.parametrize("kind", ["PNG", "GIF", "JPEG", "TIFF", "BMP", "WEBP"])
def test_a_picture_too_small_for_words_is_no_gap(kind: str) -> None:
    assert read_file(saved(Image.new("RGB", (40, 40), "blue"), kind), UNREAD).gaps == ()


def test_captions_in_a_png_are_read() -> None:
    found = read_file(
        png_with(
            (b"tEXt", b"Description\0plain words"),
            (b"zTXt", b"Comment\0\0" + zlib.compress(b"packed words")),
            (b"iTXt", b"Title\0\1\0cy\0Teitl\0" + zlib.compress("geiriau ŵ".encode())),
            (b"tEXt", b"Software\0Paint 1.0"),
        ),
        UNREAD,
    )

    assert texts(found) == ["plain words", "packed words", "geiriau ŵ"]
    assert place_of(found, "plain").endswith("picture Description")


def test_packed_captions_count_towards_the_unpacked_size() -> None:
    bomb = png_with((b"zTXt", b"Comment\0\0" + zlib.compress(b"x" * 3_000_000)))

    found = read_file(bomb, Limits(ocr_pictures=0, expanded_bytes=1_000_000))

    assert GapKind.TOO_LARGE in gap_kinds(found)


def test_captions_in_a_jpeg_are_read() -> None:
    tags = Image.Exif()
    tags[270] = "described words"
    tags[315] = "Ann Author"
    tags[40092] = "noted words".encode("utf-16-le") + b"\0\0"
    found = read_file(
        jpeg_with(
            (0xE1, b"Exif\0\0" + tags.tobytes()[6:]), (0xFE, b"comment words"), (0xED, iptc(caption_120="press"))
        ),
        UNREAD,
    )

    assert {"described words", "noted words", "comment words", "press"} <= set(texts(found, Role.ATTACHMENT))
    assert texts(found, Role.NAME) == ["Ann Author"]
    assert place_of(found, "press").endswith("property description")


def test_a_description_in_xml_is_read() -> None:
    xml = b"<x:xmpmeta xmlns:x='adobe:ns:meta/'><dc:title xmlns:dc='d'>titled words</dc:title></x:xmpmeta>"

    assert "titled words" in words(read_file(jpeg_with((0xE1, b"http://ns.adobe.com/xap/1.0/\0" + xml)), UNREAD))
    assert "titled words" in words(read_file(png_with((b"iTXt", b"XML:com.adobe.xmp\0\0\0\0\0" + xml)), UNREAD))


def test_tags_of_a_tiff_are_read() -> None:
    content = saved(Image.new("L", (100, 100)), "TIFF", tiffinfo={270: "scanned words"})

    assert "scanned words" in texts(read_file(content, UNREAD))


def test_comments_in_a_gif_are_read() -> None:
    content = saved(Image.new("L", (100, 100)), "GIF", comment=b"gif words")

    assert "gif words" in texts(read_file(content, UNREAD))


@pytest.mark.parametrize("kind", ["PNG", "JPEG", "GIF", "WEBP", "BMP"])
def test_what_is_appended_to_a_picture_is_read(kind: str) -> None:
    plain = saved(Image.new("RGB", (100, 100), "white"), kind)

    assert "smuggled words" in words(read_file(plain + b"smuggled words", UNREAD))
    assert "zipped words" in words(read_file(plain + zipped({"a.txt": b"zipped words"}), UNREAD))


def test_some_zeros_behind_a_picture_are_nothing() -> None:
    assert len(read_file(saved(Image.new("RGB", (40, 40)), "PNG") + bytes(64), UNREAD).gaps) == 0


def test_unknown_chunks_of_words_are_read() -> None:
    assert texts(read_file(png_with((b"prIv", b"words in a chunk")), UNREAD), Role.HIDDEN) == ["words in a chunk"]


def test_pages_of_postscript_are_swept_and_named_as_a_gap() -> None:
    found = read_file(
        b"%!PS-Adobe-3.0\n/Helvetica findfont 12 scalefont setfont (fell to 4.1%) show showpage\n", UNREAD
    )

    assert "fell to 4.1%" in words(found, Role.HIDDEN)
    assert gap_kinds(found) == [GapKind.UNSUPPORTED]


def test_a_camera_format_nobody_decodes_is_a_gap() -> None:
    found = read_file(b"\0\0\0\x18ftypheic\0\0\0\0mif1heic" + bytes(200), UNREAD)

    assert [gap.detail for gap in found.gaps] == ["heif picture"]


def test_a_picture_that_claims_too_many_pixels_is_not_decoded() -> None:
    content = png(8_000, 8_000) + saved(Image.new("L", (100, 100)))[33:]

    with pytest.raises(CannotRead) as refusal:
        list(frames(content, "png", Budget(Limits())))

    assert refusal.value.kind is GapKind.TOO_LARGE


def test_frames_that_look_alike_count_once() -> None:
    one, other = picture("first"), picture("other")
    content = saved(one, "GIF", save_all=True, append_images=[one, other, other], duration=[100, 110, 120, 130])

    assert len(list(frames(content, "gif", Budget(Limits())))) == 2


def test_half_a_picture_is_shown_and_named_as_damaged() -> None:
    content = saved(picture("words"), "JPEG")
    reading = frames(content[: len(content) // 2], "jpeg", Budget(Limits()))

    ordinal, shown = next(reading)

    assert (ordinal, shown.size) == (1, (900, 260))
    with pytest.raises(CannotRead) as refusal:
        next(reading)
    assert refusal.value.kind is GapKind.DAMAGED


@given(st.data())
def test_any_bytes_are_frames_or_a_refusal(data: st.DataObject) -> None:
    kind = data.draw(st.sampled_from(sorted(_KINDS)))
    raw = bytearray(saved(Image.new("RGB", (64, 64), "white"), _KINDS[kind]))
    for _ in range(data.draw(st.integers(1, 6))):
        at = data.draw(st.integers(0, len(raw) - 1))
        raw[at : at + data.draw(st.integers(0, 4))] = data.draw(st.binary(max_size=4))
    if kind_of(bytes(raw)) not in DECODED_AS:
        return

    with suppress(CannotRead):
        assert all(frame.size for _, frame in frames(bytes(raw), kind_of(bytes(raw)), Budget(Limits())))

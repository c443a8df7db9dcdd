"""Words in pixels, read by the real engine. Pictures are drawn here; what they say is what must come back."""

from __future__ import annotations

from typing import Any

import pytest
from PIL import Image, ImageDraw, ImageFont

from leakguard.extract import Limits
from leakguard.extract.pictures import ocr
from leakguard.model.content import GapKind
from tests.unit.extract.make import attachment, gap_kinds, multipart, part, read, read_file, texts, words
from tests.unit.extract.make_pictures import emf, picture, record, saved

pytestmark = pytest.mark.skipif(
    not ocr.is_available(), reason="no tesserocr, or no tesseract-ocr-eng: run scripts/readers"
)
LOOKING = Limits()
PHRASE = "Unemployment fell to 4.1% in March"
LINES = ("Labour market overview", PHRASE, "Employment rose by 52,000 people", "Not for release before noon")
_PICTURES: dict[str, Image.Image] = {
    "plain": picture(*LINES),
    "light on dark": picture(*LINES, ink="white", paper="#102030"),
    "faint": picture(*LINES, ink="#a0a0a0", paper="#e8e8e8"),
    "small print": picture(*LINES, letters=13, size=(400, 110)),
    "on its side": picture(*LINES).rotate(90, expand=True),
    "on its other side": picture(*LINES).rotate(270, expand=True),
    "upside down": picture(*LINES).rotate(180),
    "tilted": picture(*LINES).rotate(4, expand=True, fillcolor="white", resample=Image.Resampling.BICUBIC),
    "on nothing": picture(*LINES, mode="RGBA", paper=(0, 0, 0, 0), ink=(0, 0, 0, 255)),
    "white on nothing": picture(*LINES, mode="RGBA", paper=(0, 0, 0, 0), ink=(255, 255, 255, 255)),
    "bits": picture(*LINES, letters=32, size=(1000, 300)).convert("1"),
    "palette": picture(*LINES).convert("P"),
    "one line": picture("fell to 4.1%", PHRASE, size=(600, 60), letters=14),
}


@pytest.mark.parametrize("name", _PICTURES)
def test_words_are_found(name: str) -> None:
    found = read_file(saved(_PICTURES[name]), LOOKING)

    assert PHRASE in words(found)
    assert found.gaps == ()


@pytest.mark.parametrize(
    ("kind", "mode", "options"),
    [
        ("JPEG", "RGB", {"quality": 30}),
        ("JPEG", "CMYK", {}),
        ("TIFF", "1", {"compression": "group4"}),
        ("GIF", "P", {}),
        ("WEBP", "RGB", {}),
        ("AVIF", "RGB", {}),
        ("BMP", "RGB", {}),
        ("JPEG2000", "RGB", {}),
        ("PNG", "I;16", {}),
    ],
)
def test_words_are_found_in_every_format(kind: str, mode: str, options: dict[str, Any]) -> None:
    drawn = picture(*LINES)
    drawn = drawn.convert("L").convert("I").point(lambda value: value * 257).convert(mode) if mode == "I;16" else drawn

    assert PHRASE in words(read_file(saved(drawn.convert(mode), kind, **options), LOOKING))


def test_a_table_gives_its_rows() -> None:
    drawn = Image.new("RGB", (900, 300), "white")
    pen = ImageDraw.Draw(drawn)
    for row, cells in enumerate(
        [("Region", "Rate", "Change"), ("North West", "74.1", "+0.6"), ("Wales", "72.9", "-0.2")]
    ):
        for column, cell in enumerate(cells):
            pen.text((30 + column * 290, 30 + row * 70), cell, fill="black", font=ImageFont.load_default(28))

    found = read_file(saved(drawn), LOOKING)

    assert any("North West\t74.1\t+0.6\nWales\t72.9\t-0.2" in text for text in texts(found))


def test_every_page_is_read_and_has_its_place() -> None:
    content = saved(
        picture("First page of the scan"), "TIFF", save_all=True, append_images=[picture("Second page here")]
    )

    found = read_file(content, LOOKING)

    assert [(span.text, span.place_at(0).rpartition(", ")[2]) for span in found.spans] == [
        ("First page of the scan", "picture"),
        ("Second page here", "page 2"),
    ]


def test_a_picture_without_words_is_read_and_nothing_is_found() -> None:
    drawn = Image.new("RGB", (400, 300), "#87b0e0")
    pen = ImageDraw.Draw(drawn)
    for step in range(12):
        pen.ellipse((step * 30, 100 + step * 9, step * 30 + 80, 180 + step * 9), fill=(40 + step * 15, 120, 60))

    found = read_file(saved(drawn), LOOKING)

    assert (texts(found), found.gaps) == ([], ())


def test_a_logo_in_a_mail_is_no_gap() -> None:
    logo = part(saved(Image.new("RGB", (200, 90), "#206095")), "Content-Type: image/png", "Content-ID: <a>")

    assert read(multipart(part(b"words"), logo), LOOKING).gaps == ()


def test_a_chart_in_a_mail_is_read() -> None:
    found = read(
        multipart(part(b"see chart"), attachment(saved(_PICTURES["plain"]), "image/png", "chart.png")), LOOKING
    )

    assert PHRASE in words(found)


def test_a_bitmap_in_a_drawing_is_read() -> None:
    bitmap = saved(_PICTURES["plain"], "BMP")
    places = b"".join(number.to_bytes(4, "little") for number in (80, 40, 120, len(bitmap) - 54))

    assert PHRASE in words(read_file(emf(record(81, b"\0" * 40 + places + b"\0" * 16 + bitmap[14:])), LOOKING))


def test_beyond_the_number_of_pictures_the_rest_is_a_gap() -> None:
    parts = [attachment(saved(picture(f"Picture number {index}")), "image/png") for index in range(3)]

    found = read(multipart(*parts), Limits(ocr_pictures=2))

    assert gap_kinds(found) == [GapKind.TOO_MANY]
    assert "Picture number 1" in words(found)
    assert "Picture number 2" not in words(found)


def test_beyond_the_work_for_pictures_the_rest_is_a_gap() -> None:
    parts = [attachment(saved(picture(f"Picture number {index}")), "image/png") for index in range(2)]

    assert gap_kinds(read(multipart(*parts), Limits(ocr_work=1))) == [GapKind.TOO_MANY]


def test_what_is_read_is_the_same_every_time() -> None:
    content = saved(_PICTURES["faint"])

    assert len({read_file(content, LOOKING).spans for _ in range(3)}) == 1

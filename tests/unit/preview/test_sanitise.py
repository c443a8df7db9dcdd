"""Whatever a page tries, what is left of it is an allow-list of elements that neither act nor load."""

from __future__ import annotations

import base64
import time
from email.message import EmailMessage
from html.parser import HTMLParser
from io import BytesIO

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import Image

from leakguard.extract import Limits
from leakguard.preview import frame, is_harmless
from leakguard.preview.sanitise import CUT, LONGEST, sanitised, shallow
from leakguard.preview.styles import style
from tests.fakes.hostile import DEEP, FORMATS, LARGE, VECTORS, filled

OUT = "http://out.example/x"
# Written down here once more, so that the list in the code cannot grow unseen.
ELEMENTS = set(
    "abbr address b big blockquote br caption center cite code col colgroup dd del div dl dt em font h1 h2 h3 h4 h5 h6"
    " hr i img ins kbd li ol p pre q s samp small span strike strong sub sup table tbody td tfoot th thead tr tt u ul"
    " var".split()
)
ATTRIBUTES = set(
    "align alt bgcolor border cellpadding cellspacing color colspan face height rowspan size span src start style type"
    " valign width".split()
)
PROPERTIES = set(
    "background background-color border border-bottom border-collapse border-color border-left border-right"
    " border-style border-top border-width color font-size font-style font-weight list-style-type padding"
    " padding-bottom padding-left padding-right padding-top text-align text-decoration vertical-align"
    " white-space".split()
)


class Reader(HTMLParser):
    """Reads a page strictly, and notes everything that is not on the lists above."""

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.wrong: list[str] = []
        self.words: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag not in ELEMENTS:
            self.wrong.append(tag)
        for name, value in attrs:
            if name not in ATTRIBUTES:
                self.wrong.append(f"{tag} {name}")
            if name == "src" and not str(value).startswith("data:image/png;base64,"):
                self.wrong.append(f"src {value}")
            if name == "style":
                self._style(str(value))

    def _style(self, value: str) -> None:
        for each in filter(None, value.split(";")):
            name, _, written = each.partition(":")
            if name not in PROPERTIES or "url" in written or "/" in written or "\\" in written:
                self.wrong.append(f"style {each}")

    def handle_comment(self, data: str) -> None:
        self.wrong.append(f"comment {data}")

    def handle_decl(self, decl: str) -> None:
        self.wrong.append(decl)

    def handle_pi(self, data: str) -> None:
        self.wrong.append(data)

    def handle_data(self, data: str) -> None:
        self.words.append(data)


def read(html: str) -> Reader:
    reader = Reader()
    reader.feed(html)
    reader.close()
    return reader


def clean(source: str) -> str:
    return sanitised(source, lambda name: None)[0]


def mail(html: str, *pictures: tuple[str, bytes]) -> bytes:
    made = EmailMessage()
    made["Subject"] = "x"
    made.set_content(html, subtype="html", cte="base64")
    for name, octets in pictures:
        made.add_related(octets, maintype="image", subtype="png", cid=f"<{name}>")
    return made.as_bytes()


def png(width: int = 3, height: int = 2) -> bytes:
    file = BytesIO()
    Image.new("RGB", (width, height), "red").save(file, "PNG")
    return file.getvalue()


@pytest.mark.parametrize("name", VECTORS)
def test_a_hostile_page_keeps_nothing_that_acts_or_loads(name: str) -> None:
    html = clean("<p>before</p>" + filled(VECTORS[name], OUT))

    assert read(html).wrong == []
    assert is_harmless(html)
    assert "before" in html


def test_there_are_enough_hostile_pages() -> None:
    assert len(VECTORS) >= 60


def test_the_reader_of_these_tests_notices_each_hostile_page_as_it_came() -> None:
    harmless_by_themselves = {"text as entities", "comment that never ends", "attribute that is never closed"}
    quiet = [name for name, source in VECTORS.items() if not read(filled(source, OUT)).wrong]

    assert set(quiet) <= harmless_by_themselves


@pytest.mark.parametrize("name", VECTORS)
def test_the_check_of_the_main_process_refuses_each_hostile_page_as_it_came(name: str) -> None:
    assert not is_harmless(filled(VECTORS[name], OUT)) or name == "text as entities"


@settings(max_examples=200, deadline=None)
@given(st.lists(st.sampled_from(sorted(VECTORS)), min_size=2, max_size=4), st.data())
def test_pieces_of_hostile_pages_in_any_order_are_as_harmless(names: list[str], data: st.DataObject) -> None:
    pieces = [filled(VECTORS[name], OUT) for name in names]
    cuts = [data.draw(st.integers(0, len(each))) for each in pieces]

    html = clean("".join(each[:cut] for each, cut in zip(pieces, cuts, strict=True)))

    assert read(html).wrong == []
    assert is_harmless(html)


def test_a_link_is_text_with_its_target_behind_it() -> None:
    html = clean('<a href="https://bank.example/?a=1&amp;b=2">Your <b>account</b></a>')

    assert "".join(read(html).words) == "Your account [link to https://bank.example/?a=1&b=2]"


def test_a_picture_from_elsewhere_is_named_and_not_loaded() -> None:
    assert "".join(read(clean(f"<img src={OUT} alt='Chart of the rate'>")).words) == (
        "[picture not loaded: Chart of the rate]"
    )


def test_a_picture_that_came_with_the_mail_is_shown() -> None:
    shown = frame(mail("<p>See</p><img src='cid:logo'>", ("logo", png())), 1, limits=Limits())

    assert f'src="data:image/png;base64,{base64.b64encode(png()).decode()}"' in shown.html
    assert is_harmless(shown.html)


@pytest.mark.parametrize(
    "octets",
    [b"<svg xmlns='http://www.w3.org/2000/svg'/>", b"\x89PNG\r\n\x1a\nbroken", png() + b"x" * 1_000_001],
    ids=["drawing", "broken", "too large"],
)
def test_what_is_no_small_raster_picture_is_not_shown(octets: bytes) -> None:
    shown = frame(mail("<img src='cid:logo'>", ("logo", octets)), 1, limits=Limits())

    assert "data:" not in shown.html
    assert "picture not loaded" in shown.html


def test_one_picture_shown_ten_thousand_times_does_not_fill_the_page() -> None:
    noise = BytesIO()
    Image.effect_noise((300, 300), 90).save(noise, "PNG")

    shown = frame(mail("<img src='cid:logo'>" * 10_000, ("logo", noise.getvalue())), 1, limits=Limits())

    assert len(shown.html) < 7_000_000
    assert shown.html.count("data:image/png") >= 1


def test_looks_are_kept_where_they_are_harmless() -> None:
    html = clean(
        "<table><tr><td style='COLOR: Red !important; position:fixed; padding:4px 2px; background:url(//x)' colspan=2>x"
    )

    assert '<td style="color:red;padding:4px 2px;" colspan="2">x</td>' in html
    assert style("color:rgb(1, 2, 3);margin:-9px;font-size:0;") == "color:rgb(1, 2, 3);font-size:0;"


def test_characters_that_turn_text_round_are_named() -> None:
    assert "[U+202E right-to-left override]moc" in clean("<p>&#x202e;moc</p>")


def test_five_megabytes_are_cut_and_say_so() -> None:
    began = time.monotonic()
    shown = frame(mail(filled(LARGE, OUT)), 1, limits=Limits())

    assert shown.problem == CUT
    assert 0 < len(shown.html) <= LONGEST * 1.1
    assert is_harmless(shown.html)
    assert time.monotonic() - began < 30


@pytest.mark.parametrize("source", [DEEP, FORMATS], ids=["deep", "formats"])
def test_deep_pages_cost_seconds_at_most(source: str) -> None:
    began = time.monotonic()
    html = clean(filled(source, OUT))

    assert read(html).wrong == []
    assert time.monotonic() - began < 20


def test_a_page_of_ordinary_depth_is_not_changed() -> None:
    source = "<div><table><tr><td><p>a<p>b<ul><li>c</ul></td></tr></table></div>" * 50

    assert shallow(source) == source


@pytest.mark.parametrize(
    "html",
    [
        '<p onclick="x">',
        '<p style="background:url(//x)">',
        '<img src="http://x">',
        '<img src="data:image/svg+xml;base64,AAAA">',
        "<script>",
        "<p",
        "<!-- x -->",
        '<p style="color:red" title="x">',
        "a < b",
    ],
)
def test_the_check_refuses(html: str) -> None:
    assert not is_harmless(html)

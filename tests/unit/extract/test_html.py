"""HTML as rendered, and what it hides."""

from __future__ import annotations

import time

import pytest

from leakguard.model.content import GapKind, Role
from tests.unit.extract.make import gap_kinds, mail, png, read, texts, words


def _html(source: str, charset: str = "utf-8") -> bytes:
    return mail(source.encode(charset), f"Content-Type: text/html; charset={charset}")


def _shown(source: str) -> str:
    return "".join(texts(read(_html(source)), Role.BODY))


def _hidden(source: str) -> str:
    return words(read(_html(source)), Role.HIDDEN)


@pytest.mark.parametrize(
    ("source", "expected"),
    [
        pytest.param("rec<b>ord</b> <i>emp</i>loyment", "record employment", id="inline tags join"),
        pytest.param("<p>one</p><p>two</p>", "one\n\ntwo", id="paragraphs"),
        pytest.param("<h1>one</h1>two<div>three</div>", "one\n\ntwo\n\nthree", id="headings"),
        pytest.param("<ul><li>one</li><li>two</li></ul>", "one\n\ntwo", id="list"),
        pytest.param("one<br>two<br/><br/>three", "one\ntwo\n\nthree", id="line breaks"),
        pytest.param("one\n\n  two\r\n three", "one two three", id="white space"),
        pytest.param("<table><tr><td>a</td><td>b</td></tr><tr><td>c<td>d</table>", "a\tb\nc\td", id="table"),
        pytest.param("<table><tr> <td><p>a</p></td> <td><p>b</p></td> </tr></table>", "a\tb", id="office table"),
        pytest.param("4&#46;1&percnt; &amp; caf&eacute;", "4.1% & café", id="entities"),
        pytest.param("a < b and c > d", "a < b and c > d", id="bare signs"),
        pytest.param("<pre>a\n\nb</pre>", "a\n\nb", id="preformatted"),
        pytest.param('<a title="x>y" href=z>word</a>', "word", id="angle in quotes"),
        pytest.param("one <!-- unclosed record", "one unclosed record", id="unclosed comment"),
        pytest.param("<![if !mso]>shown<![endif]>", "shown", id="conditional for others"),
    ],
)
def test_what_is_on_the_screen_is_the_body(source: str, expected: str) -> None:
    assert _shown(source) == expected


@pytest.mark.parametrize(
    "source",
    [
        pytest.param('<div style="display:none">secret words</div>', id="display none"),
        pytest.param("<span style='font-size:0px'>secret words</span>", id="zero size"),
        pytest.param("<p hidden>secret <b>words</b></p>", id="hidden attribute"),
        pytest.param("<!-- secret words -->", id="comment"),
        pytest.param("<!--[if mso]><p>secret words</p><![endif]-->", id="conditional comment"),
        pytest.param('<img src="x" alt="secret words">', id="alt"),
        pytest.param("<input value='secret words'>", id="form value"),
        pytest.param('<a href="x" title="secret words"></a>', id="title"),
        pytest.param("<script>var x = 'secret words';</script>", id="script"),
        pytest.param('<a href="mailto:x@y.example?body=secret%20words">.</a>', id="mail link"),
        pytest.param('<iframe srcdoc="&lt;p&gt;secret words&lt;/p&gt;"></iframe>', id="frame"),
    ],
)
def test_what_is_not_on_the_screen_is_hidden_text(source: str) -> None:
    assert "secret words" in _hidden("visible " + source)
    assert "secret words" not in _shown("visible " + source)


def test_a_font_size_that_only_starts_with_zero_hides_nothing() -> None:
    assert "words" in _shown('<p style="font-size:0.9em">words</p>')


def test_what_follows_a_hidden_element_is_shown() -> None:
    assert _shown('<div style="display:none">a<div>b</div>c</div><p>after</p>') == "after"


def test_style_sheets_are_not_text() -> None:
    assert "margin" not in words(read(_html("<style>p { margin: 0 }</style><p>word</p>")))


def test_an_inline_picture_is_judged_like_any_other() -> None:
    import base64

    large, small = (base64.b64encode(png(size, size)).decode() for size in (300, 20))

    assert gap_kinds(read(_html(f'<img src="data:image/png;base64,{large}">'))) == [GapKind.UNSUPPORTED]
    assert gap_kinds(read(_html(f'<img src="data:image/png;base64,{small}">'))) == []


def test_a_page_in_another_charset_is_decoded() -> None:
    assert "".join(texts(read(_html("<p>naïve</p>", "iso-8859-1")), Role.BODY)) == "naïve"


@pytest.mark.parametrize(
    "piece",
    ["<!--", '<a title="', "<b>", "<p title='x' ", "&#99999999999;", "<td>", "</div", "<br>", "&", "<!", "<script>"],
)
def test_reading_hostile_pages_takes_time_in_proportion_to_their_size(piece: str) -> None:
    content = _html(piece * (400_000 // len(piece)) + "end")

    started = time.process_time()
    read(content)

    assert time.process_time() - started < 6

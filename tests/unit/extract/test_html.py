"""HTML as rendered, and what it hides."""

from __future__ import annotations

import pytest

from leakguard.model.content import GapKind, Role
from tests.cost import assert_linear
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
    ],
)
def test_what_is_not_on_the_screen_is_hidden_text(source: str) -> None:
    assert "secret words" in _hidden("visible " + source)
    assert "secret words" not in _shown("visible " + source)


@pytest.mark.parametrize(
    "source",
    [
        pytest.param('<iframe srcdoc="&lt;p&gt;secret &lt;b&gt;wo&lt;/b&gt;rds&lt;/p&gt;"></iframe>', id="srcdoc"),
        pytest.param('<iframe src="data:text/html,%3Cp%3Esecret%20w%3Cb%3Eords"></iframe>', id="data, percent"),
        pytest.param("<object data='data:text/html;base64,PHA+c2VjcmV0IDxiPndvPC9iPnJkczwvcD4='></object>", id="data"),
        pytest.param("<style>a{background:url(data:text/plain,secret%20words)}</style>", id="data in a style sheet"),
        pytest.param('<meta http-equiv="refresh" content="0;url=data:text/html,secret%20words">', id="refresh"),
        pytest.param("<!--[if mso]><p>secret <b>wo</b>rds</p><![endif]-->", id="tags in a conditional comment"),
        pytest.param("<!-- <p>secret <b>wo</b>rds</p> -->", id="tags in a comment"),
        pytest.param("<!secret words>", id="bogus comment"),
        pytest.param("<?php secret words ?>", id="instruction"),
        pytest.param("<svg><desc>secret words</desc></svg>", id="svg description"),
        pytest.param("<svg><text>secret <tspan>wo</tspan>rds</text></svg>", id="svg text"),
        pytest.param("<svg><![CDATA[secret words]]></svg>", id="cdata"),
        pytest.param("<noscript>secret words</noscript>", id="noscript"),
        pytest.param("<template>secret words</template>", id="template"),
        pytest.param('<meta property="og:title" content="secret words">', id="open graph"),
        pytest.param('<p aria-label="secret words">', id="aria"),
        pytest.param('<p data-note="secret words">', id="data attribute"),
        pytest.param("<p onclick=\"alert('secret words')\">", id="handler"),
        pytest.param('<input placeholder="secret words">', id="placeholder"),
        pytest.param('<a href="https://x.example/?q=secret%20words">x</a>', id="link"),
        pytest.param("secret&nbsp;w&#111rds", id="entity without a semicolon"),
        pytest.param("secret &amp;#119;ords", id="encoded twice"),
        pytest.param('<style>p:after{content:"secret words"}</style>', id="style sheet"),
        pytest.param('<style>p:after{content:"secret \\77 ords"}</style>', id="escaped in a style sheet"),
        pytest.param("<style>/* secret words */</style>", id="comment in a style sheet"),
        pytest.param("secret wo<wbr>rds", id="possible break"),
        pytest.param("secret wo<span style='display:none'>zz</span>rds", id="hidden within a word"),
        pytest.param("secret wo<i style='color:#fff'>zz</i>rds", id="white within a word"),
        pytest.param("secret wo<i style='font-size:1px'>zz</i>rds", id="tiny within a word"),
        pytest.param("secret wo<i style='position:absolute;left:-999px'>z<i>z</i></i>rds", id="off the screen"),
        pytest.param("<style>b, .h{display:none}</style>secret wo<i class='x h'>zz</i>rds", id="hidden by a class"),
        pytest.param("a<br>secret <input value='words'><br>b", id="half in a form"),
        pytest.param('<bdo dir="rtl">sdrow terces</bdo>', id="right to left"),
        pytest.param("<p title='secret words", id="unclosed tag"),
        pytest.param("<textarea>secret words", id="unclosed field"),
        pytest.param("<script>secret words", id="unclosed script"),
        pytest.param("<p title='a>b secret words", id="unclosed quote"),
    ],
)
def test_words_are_found_wherever_a_page_has_them(source: str) -> None:
    assert "secret words" in words(read(_html("visible " + source)))


@pytest.mark.parametrize(
    ("raw", "kind"),
    [
        pytest.param(b"<meta charset=koi8-r><p>" + "слово".encode("koi8-r"), "text/html", id="meta"),
        pytest.param("<p>слово</p>".encode("utf-16"), "text/html", id="utf-16"),
        pytest.param("<html><p>слово</p>".encode("utf-16-le"), "text/html; charset=utf-16le", id="without a mark"),
        pytest.param(
            b'<meta http-equiv=Content-Type content="text/html; charset=koi8-r"><p>' + "слово".encode("koi8-r"),
            "text/html; charset=iso-8859-1",
            id="meta against header",
        ),
    ],
)
def test_the_charset_of_a_page_is_found(raw: bytes, kind: str) -> None:
    assert "слово" in words(read(mail(raw, f"Content-Type: {kind}")))


def test_a_font_size_that_only_starts_with_zero_hides_nothing() -> None:
    assert "words" in _shown('<p style="font-size:0.9em">words</p>')


def test_what_follows_a_hidden_element_is_shown() -> None:
    assert _shown('<div style="display:none">a<div>b</div>c</div><p>after</p>') == "after"


def test_style_sheets_are_not_text() -> None:
    assert "margin" not in words(read(_html("<style>p { margin: 0 }</style><p>word</p>")))


def test_an_inline_picture_is_judged_like_any_other() -> None:
    import base64

    large, small = (base64.b64encode(png(size, size)).decode() for size in (300, 20))

    assert gap_kinds(read(_html(f'<img src="data:image/png;base64,{large}">')))
    assert gap_kinds(read(_html(f'<img src="data:image/png;base64,{small}">'))) == []


@pytest.mark.parametrize(
    ("source", "quoted"),
    [
        pytest.param("<p>New</p><blockquote><p>Old</p></blockquote><p>New</p>", ["Old"], id="between"),
        pytest.param(
            "<div>On 3 May Jo wrote:<br></div><blockquote type=cite>Old<br>Old</blockquote>", ["Old\nOld"], id="Apple"
        ),
        pytest.param(
            "New<blockquote>Old<blockquote>Older</blockquote>Old", ["Old\n\nOlder\n\nOld"], id="nested, left open"
        ),
        pytest.param(
            "<blockquote>Old</blockquote>New<blockquote>Old</blockquote>", ["Old", "Old"], id="inline replies"
        ),
        pytest.param("</blockquote>New<blockquote></blockquote>New", [], id="nothing quoted"),
        pytest.param("<blockquote style='display:none'>Old</blockquote>New", [], id="hidden"),
    ],
)
def test_a_page_shows_what_it_quotes(source: str, quoted: list[str]) -> None:
    span = next(each for each in read(_html(source)).spans if each.role is Role.BODY)

    assert [span.text[start:end].strip() for start, end in span.quoted] == quoted


def test_a_page_in_another_charset_is_decoded() -> None:
    assert "".join(texts(read(_html("<p>naïve</p>", "iso-8859-1")), Role.BODY)) == "naïve"


@pytest.mark.parametrize(
    "piece",
    ["<!--", '<a title="', "<b>", "<p title='x' ", "&#99999999999;", "<td>", "</div", "<br>", "&", "<!", "<script>"],
)
def test_reading_hostile_pages_takes_time_in_proportion_to_their_size(piece: str) -> None:
    assert_linear(lambda size: read(_html(piece * (size // len(piece)) + "end")), 25_000)


def test_white_words_stay_where_they_are() -> None:
    assert _shown("one <b style='color:#fff'>two</b> three") == "one two three"
    assert not _hidden("one <b style='color:#fff'>two</b> three")


@pytest.mark.parametrize("unit", ["<i style='color:#fff'>z</i>", "<input value=z>", "<style>.cN{opacity:0}</style>"])
def test_more_that_a_style_may_hide_than_is_looked_at_is_a_gap(unit: str) -> None:
    few, many = (read(_html("".join(unit.replace("N", str(n)) for n in range(count)))) for count in (5_000, 5_001))

    assert gap_kinds(few) == []
    assert gap_kinds(many) == [GapKind.TOO_MANY]

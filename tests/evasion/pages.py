"""Disguises in HTML: the reader sees the words, the source has them in pieces or among what is not shown."""

from __future__ import annotations

from html import escape

from tests.evasion.technique import Disguise, Given, add, disguise

JUNK = "qz"


def shown_as_given(text: str) -> str:
    return text


def each_letter(left: str, right: str = "", *, gap: str = " ") -> Disguise:
    """Every letter between two pieces of source; `gap` stands between words."""
    return lambda text: gap.join("".join(f"{left}{escape(letter)}{right}" for letter in word) for word in text.split())


def inside_words(left: str, right: str = "") -> Disguise:
    """The middle of every long word between two pieces of source."""
    return lambda text: " ".join(
        f"{word[:2]}{left}{word[2:-2]}{right}{word[-2:]}" if len(word) > 4 else word for word in text.split()
    )


for _name, _left, _right in (
    ("spans", "<span>", "</span>"),
    ("bold", "<b>", "</b>"),
    ("font colours", '<font color="#010101">', "</font>"),
    ("links", '<a href="https://x.example/">', "</a>"),
    ("comments", "", "<!-- x -->"),
    ("word break opportunities", "", "<wbr>"),
    ("soft hyphens", "", "&shy;"),
    ("zero-width joiner entities", "", "&zwj;"),
    ("zero-width space entities", "", "&#8203;"),
    ("no-break spaces", "", "&nbsp;"),
    ("thin spaces", "", "&thinsp;"),
    ("superscript tags", "<sup>", "</sup>"),
    ("blocks that float", '<div style="float:left">', "</div>"),
    ("blocks in a line", '<div style="display:inline-block">', "</div>"),
    ("blocks", "<div>", "</div>"),
    ("paragraphs", "<p>", "</p>"),
    ("line breaks", "", "<br>"),
    ("list items", "<li>", "</li>"),
    ("empty spans", "", "<span></span>"),
    ("unknown tags", "<x-y>", "</x-y>"),
    ("empty pictures", "", '<img src="https://x.example/p.gif" width="1" height="1">'),
    ("bidi tags", "<bdi>", "</bdi>"),
    ("inserted and deleted", "<ins>", "</ins>"),
    ("ruby", "<ruby>", "<rt></rt></ruby>"),
):
    add("html letters", f"{_name} at every letter", "Source between the letters of a page", Given.HTML,
        each_letter(_left, _right), shown=shown_as_given)  # fmt: skip

for _name, _style in {
    "not displayed": "display:none",
    "of no size": "font-size:0",
    "of one pixel": "font-size:1px;color:#fff",
    "white on white": "color:#ffffff",
    "invisible": "visibility:hidden",
    "of no opacity": "opacity:0",
    "hidden from Outlook": "mso-hide:all;display:none",
    "of no height": "max-height:0;max-width:0;overflow:hidden;display:inline-block",
    "off the screen": "position:absolute;left:-9999px",
    "transparent": "color:transparent;font-size:0.1px",
    "clipped": "position:absolute;clip:rect(0,0,0,0)",
}.items():
    add("html decoys", f"letters {_name} in a word", "Letters that nobody sees in the middle of words", Given.HTML,
        inside_words("", f'<span style="{_style}">{JUNK}</span>'), shown=shown_as_given)  # fmt: skip
    if _name in ("not displayed", "of no size", "invisible"):
        add("html decoys", f"letters {_name} at every letter", "Letters that nobody sees after each letter", Given.HTML,
            each_letter("", f'<span style="{_style}">{JUNK}</span>'), shown=shown_as_given)  # fmt: skip

add("html decoys", "hidden attribute in a word", "The hidden attribute", Given.HTML,
    inside_words("", f"<span hidden>{JUNK}</span>"), shown=shown_as_given)  # fmt: skip
add("html decoys", "script in a word", "A script, a style sheet", Given.HTML,
    inside_words("", "<script>var qz</script><style>.q{}</style>"), shown=shown_as_given)  # fmt: skip
for _name, _left, _right in (
    ("bold", "<b>", "</b>"),
    ("a link", '<a href="https://x.example/">', "</a>"),
    ("a line break", "<br>", ""),
    ("a hyphen and a line break", "-<br>", ""),
    ("a soft hyphen and a line break", "&shy;<br>", ""),
    ("a marked piece", "<mark>", "</mark>"),
    ("a deleted piece", "<del>", "</del>"),
    ("a nested table of tags", "<span><b><i>", "</i></b></span>"),
    ("an empty block", "<div></div>", ""),
    ("a newline in a tag", "<span\n>", "</span\n>"),
):
    add("html pieces", f"{_name} inside words", "The middle of long words in another element", Given.HTML,
        inside_words(_left, _right), shown=shown_as_given)  # fmt: skip


@disguise("html decoys", Given.HTML, shown=shown_as_given)
def hidden_by_a_style_sheet(text: str) -> str:
    """A class that a style element hides"""
    return "<style>.h{display:none}</style>" + inside_words("", f"<i class=h>{JUNK}</i>")(text)


@disguise("html entities", Given.HTML, shown=shown_as_given)
def decimal_entities(text: str) -> str:
    """Every letter by its number"""
    return "".join(f"&#{ord(letter)};" for letter in text)


@disguise("html entities", Given.HTML, shown=shown_as_given)
def hexadecimal_entities_with_zeros(text: str) -> str:
    """Every letter by its number, with zeros before it"""
    return "".join(f"&#x000{ord(letter):x};" for letter in text)


@disguise("html entities", Given.HTML, shown=shown_as_given)
def entities_without_semicolons(text: str) -> str:
    """As browsers forgive it"""
    return " ".join(f"&#{ord(word[0])}{word[1:]}" for word in text.split())


@disguise("html entities", Given.HTML)
def entities_of_styled_letters(text: str) -> str:
    """Named entities of double-struck letters"""
    return " ".join(
        "".join(f"&{letter.lower()}opf;" if letter.isalpha() else letter for letter in word) for word in text.split()
    )


@disguise("html entities", Given.HTML)
def entities_of_look_alikes(text: str) -> str:
    """Named entities of Cyrillic letters"""
    names = {"a": "&acy;", "e": "&iecy;", "o": "&ocy;", "c": "&scy;", "p": "&rcy;"}
    return "".join(names.get(letter, letter) for letter in text)


@disguise("html layout", Given.HTML, shown=shown_as_given)
def a_cell_for_every_letter(text: str) -> str:
    """One row of a table, a letter in each cell, an empty cell between words"""
    return "<table><tr>" + "".join(f"<td>{letter.strip()}</td>" for letter in text) + "</tr></table>"


@disguise("html layout", Given.HTML, shown=shown_as_given)
def a_cell_for_every_word(text: str) -> str:
    """One row of a table, a word in each cell"""
    return "<table><tr>" + "".join(f"<td>{word}</td>" for word in text.split()) + "</tr></table>"


@disguise("html layout", Given.HTML, shown=shown_as_given)
def words_cut_over_two_cells(text: str) -> str:
    """Cells without border: long words begin in one and end in the next"""
    cut = [f"<td>{word[: len(word) // 2]}</td><td>{word[len(word) // 2 :]}</td>" for word in text.split()]
    return '<table cellspacing="0" cellpadding="0"><tr>' + "<td> </td>".join(cut) + "</tr></table>"


@disguise("html layout", Given.HTML, shown=shown_as_given)
def words_below_one_another(text: str) -> str:
    """A word in each row of a table"""
    return "<table>" + "".join(f"<tr><td>{word}</td></tr>" for word in text.split()) + "</table>"


@disguise("html layout", Given.HTML, shown=shown_as_given)
def turned_by_a_tag(text: str) -> str:
    """Stored backwards, shown forwards by <bdo>"""
    return f'<bdo dir="rtl">{escape(text[::-1])}</bdo>'


@disguise("html layout", Given.HTML, shown=shown_as_given)
def turned_by_a_style(text: str) -> str:
    """Stored backwards, shown forwards by a style"""
    return f'<span style="unicode-bidi:bidi-override;direction:rtl">{escape(text[::-1])}</span>'


@disguise("html layout", Given.HTML, shown=shown_as_given)
def in_preformatted_columns(text: str) -> str:
    """Preformatted, two spaces between words"""
    return f"<pre>{text.replace(' ', '  ')}</pre>"


@disguise("html layout", Given.HTML, shown=shown_as_given)
def as_a_form(text: str) -> str:
    """The words as the value of a field"""
    return f'<input type="text" value="{escape(text)}">'


@disguise("html layout", Given.HTML, shown=shown_as_given)
def as_a_drawing(text: str) -> str:
    """Text in an inline SVG"""
    return f'<svg xmlns="http://www.w3.org/2000/svg"><text x="0" y="9">{escape(text)}</text></svg>'


@disguise("html layout", Given.HTML, shown=shown_as_given)
def a_drawing_of_single_letters(text: str) -> str:
    """Each letter its own element in an SVG text"""
    return "<svg><text>" + "".join(f"<tspan>{letter}</tspan>" for letter in text) + "</text></svg>"


@disguise(
    "html layout",
    Given.HTML,
    not_asked="needs a layout engine: the words are only in the style sheet",
    shown=shown_as_given,
)
def by_a_style_sheet_only(text: str) -> str:
    """The words are generated content"""
    return f'<style>.g::after{{content:"{text}"}}</style><span class="g"></span>'


@disguise(
    "html layout",
    Given.HTML,
    not_asked="needs a layout engine: the order of the letters is in the style only",
    shown=shown_as_given,
)
def order_by_style(text: str) -> str:
    """Flexible boxes in another order than the source"""
    pieces = [f'<i style="order:{place}">{letter}</i>' for place, letter in enumerate(text)]
    return '<div style="display:flex">' + "".join([*pieces[1::2], *pieces[0::2]]) + "</div>"

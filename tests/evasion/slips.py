"""Disguises by spelling: repeats, slips of the hand, vowels left out, letters masked; and figures in other clothes."""

from __future__ import annotations

import re

from tests.evasion.plain import NEIGHBOURS, VOWELS, around_each, between, in_middle, long_words
from tests.evasion.technique import Given, add, disguise


def _inner(word: str) -> int:
    """The place in the middle of a word."""
    return len(word) // 2


@disguise("repeats")
def every_letter_twice(word: str) -> str:
    """lliikkee tthhiiss"""
    return "".join(letter * 2 for letter in word)


@disguise("repeats")
def one_vowel_drawn_out(word: str) -> str:
    """The first vowel after the first letter, five times"""
    return re.sub(f"(?<=.)([{VOWELS}])", lambda found: found[1] * 5, word, count=1)


@disguise("repeats")
def last_letter_drawn_out(word: str) -> str:
    """The last letter, five times"""
    return word + word[-1] * 4


@disguise("repeats")
def every_vowel_drawn_out(word: str) -> str:
    """Each vowel three times"""
    return re.sub(f"[{VOWELS}]", lambda found: found[0] * 3, word)


@disguise("repeats")
def a_consonant_doubled(word: str) -> str:
    """A slip: the middle letter twice"""
    return long_words(lambda text: text[: _inner(text)] + text[_inner(text)] + text[_inner(text) :])(word)


@disguise("slips")
def two_letters_swapped(word: str) -> str:
    """A slip: two neighbours in the middle change places"""
    return long_words(
        lambda text: text[: _inner(text) - 1] + text[_inner(text)] + text[_inner(text) - 1] + text[_inner(text) + 1 :]
    )(word)


@disguise("slips")
def a_letter_left_out(word: str) -> str:
    """A slip: the middle letter is not there"""
    return long_words(lambda text: text[: _inner(text)] + text[_inner(text) + 1 :], 6)(word)


@disguise("slips")
def a_neighbouring_key(word: str) -> str:
    """A slip: the key beside the right one"""
    return long_words(
        lambda text: text[: _inner(text)] + NEIGHBOURS.get(text[_inner(text)].lower(), "x") + text[_inner(text) + 1 :],
        6,
    )(word)


@disguise("slips")
def a_letter_too_many(word: str) -> str:
    """A slip: the neighbouring key as well"""
    return long_words(
        lambda text: text[: _inner(text)] + NEIGHBOURS.get(text[_inner(text)].lower(), "x") + text[_inner(text) :], 6
    )(word)


@disguise("slips")
def inner_letters_scrambled(word: str) -> str:
    """First and last letters right, the rest in another order"""
    return long_words(lambda text: text[0] + text[1:-1][1::2] + text[1:-1][0::2] + text[-1])(word)


@disguise("slips")
def inner_letters_backwards(word: str) -> str:
    """First and last letters right, the rest backwards"""
    return long_words(lambda text: text[0] + text[1:-1][::-1] + text[-1])(word)


@disguise("slips")
def first_two_letters_swapped(word: str) -> str:
    """A slip at the beginning"""
    return long_words(lambda text: text[1] + text[0] + text[2:], 6)(word)


@disguise("slips")
def vowels_left_out(word: str) -> str:
    """Only the first letter and the consonants, in long words"""
    return long_words(lambda text: text[0] + re.sub(f"[{VOWELS}]", "", text[1:]), 6)(word)


@disguise("slips")
def another_vowel(word: str) -> str:
    """Written as it may sound: the second vowel is another one"""
    vowel = {"a": "e", "e": "i", "i": "e", "o": "u", "u": "o"}
    return long_words(lambda text: re.sub(f"(?<=.)[{VOWELS}]", lambda found: vowel[found[0]], text, count=1), 6)(word)


@disguise("slips", not_asked="respelling by sound is a dictionary of its own; each such word is its own rule")
def respelled_by_sound(word: str) -> str:
    """yoo-nem"""
    return re.sub("un", "yoon", re.sub("tion", "shun", word.replace("ai", "ay").replace("c", "k")))


@disguise("slips", not_asked="the beginning of a word is the beginning of many words")
def cut_short(word: str) -> str:
    """Half of the word and three dots"""
    return word[: max(3, _inner(word))] + "..."


@disguise("slips", Given.TEXT, not_asked="first letters alone say nothing to a reader who does not know already")
def first_letters_only(text: str) -> str:
    """U. R."""
    return " ".join(f"{word[0].upper()}." for word in text.split())


for _name, _mask in {
    "star": "*",
    "hash": "#",
    "dash": "-",
    "underscore": "_",
    "question mark": "?",
    "emoji": "🙊",
    "box": "█",
}.items():
    add(
        "masks",
        f"one vowel masked by a {_name}",
        "A vowel in the middle is covered",
        Given.WORD,
        long_words(lambda text, mask=_mask: re.sub(f"(?<=..)[{VOWELS}]", mask, text, count=1)),
    )
    if _mask in "*#_":
        add(
            "masks",
            f"all vowels masked by a {_name}",
            "Every vowel after the first letter is covered",
            Given.WORD,
            long_words(lambda text, mask=_mask: re.sub(f"(?<=.)[{VOWELS}]", mask, text)),
        )

for _left, _right, _name in (
    ("**", "**", "bold markdown"),
    ("*", "*", "emphasised markdown"),
    ("_", "_", "underlined markdown"),
    ("~~", "~~", "struck markdown"),
    ("`", "`", "code markdown"),
    ("||", "||", "spoiler markdown"),
    ("[b]", "[/b]", "BBCode"),
    ("[color=red]", "[/color]", "coloured BBCode"),
    ("(", ")", "round brackets"),
    ("[", "]", "square brackets"),
    ("<b>", "</b>", "written tags"),
    ('"', '"', "quotes"),
    ("<i></i>", "", "empty written tags"),
    ("\\textbf{", "}", "LaTeX"),
    ("{{", "}}", "template braces"),
    ("<!-- x -->", "", "written comments"),
):
    add(
        "markup",
        f"{_name} inside a word",
        "The middle of a long word is marked up",
        Given.WORD,
        long_words(lambda text, left=_left, right=_right: f"{text[:2]}{left}{text[2:-2]}{right}{text[-2:]}"),
    )
for _left, _right, _name in (
    ("[b]", "[/b]", "BBCode"),
    ("**", "**", "bold markdown"),
    ("<u>", "</u>", "written tags"),
    ("||", "||", "spoilers"),
    ("~", "~", "tildes"),
):
    add("markup", f"{_name} around every letter", "Each letter is marked up", Given.WORD, around_each(_left, _right))
add("markup", "written soft hyphens", "An entity that was not meant to be read", Given.WORD, in_middle("&shy;"))
add("markup", "written zero-width entities", "Entities left as text", Given.WORD, between("&#8203;"))
add(
    "markup",
    "a written entity for a letter",
    "One letter as its entity, left as text",
    Given.WORD,
    long_words(lambda text: f"{text[:2]}&#{ord(text[2])};{text[3:]}"),
)
add(
    "markup",
    "every letter a written entity",
    "Source of a page pasted as text",
    Given.WORD,
    lambda word: "".join(f"&#{ord(letter)};" for letter in word),
    not_asked="numbers only; a reader has to decode it",
)
add(
    "markup",
    "backslash escapes",
    "Source of a program pasted as text",
    Given.WORD,
    lambda word: "".join(f"\\u{ord(letter):04x}" for letter in word),
    not_asked="numbers only; a reader has to decode it",
)
add(
    "markup",
    "one percent escape",
    "A letter as in an address",
    Given.WORD,
    long_words(lambda text: f"%{ord(text[0]):02X}{text[1:]}"),
)
add(
    "markup",
    "a link in the middle of a word",
    "The middle of a word is a markdown link",
    Given.WORD,
    long_words(lambda text: f"{text[:3]}[{text[3:]}](https://x.example/a)"),
)

DIGITS = "0123456789"
for _name, _digits in {
    "fullwidth digits": "０１２３４５６７８９",
    "maths digits": "𝟎𝟏𝟐𝟑𝟒𝟓𝟔𝟕𝟖𝟗",
    "circled digits": "⓪①②③④⑤⑥⑦⑧⑨",
    "black circled digits": "⓿❶❷❸❹❺❻❼❽❾",
    "superscript digits": "⁰¹²³⁴⁵⁶⁷⁸⁹",
    "subscript digits": "₀₁₂₃₄₅₆₇₈₉",
    "arabic digits": "٠١٢٣٤٥٦٧٨٩",
    "devanagari digits": "०१२३४५६७८९",
    "persian digits": "۰۱۲۳۴۵۶۷۸۹",
    "segmented digits": "🯰🯱🯲🯳🯴🯵🯶🯷🯸🯹",
}.items():
    add(
        "figures",
        _name,
        "Other digits",
        Given.FIGURE,
        lambda figure, to=_digits: figure.translate(str.maketrans(DIGITS, to)),
    )
add(
    "figures",
    "keycap digits",
    "Digits as emoji",
    Given.FIGURE,
    lambda figure: re.sub(r"\d", "\\g<0>\ufe0f\u20e3", figure),
)
add("figures", "zero-width spaces in figures", "Nothing shows between the digits", Given.FIGURE, between("\u200b"))
add("figures", "spaced figures", "Spaces between the digits", Given.FIGURE, between(" "))
add("figures", "decimal comma", "As abroad", Given.FIGURE, lambda figure: figure.replace(".", ","))
add("figures", "raised decimal point", "A middle dot", Given.FIGURE, lambda figure: figure.replace(".", "·"))
add(
    "figures",
    "point as a word",
    "Digits with the point in words",
    Given.FIGURE,
    lambda figure: figure.replace(".", " point "),
)
add(
    "figures",
    "dot as a word",
    "Digits with the dot in words",
    Given.FIGURE,
    lambda figure: figure.replace(".", " dot "),
)
add("figures", "figures in words", "All in words", Given.FIGURE, lambda figure: _in_words(figure, " per cent"))
add(
    "figures", "figures in words with a sign", "Words and the sign", Given.FIGURE, lambda figure: _in_words(figure, "%")
)
add("figures", "pc for the sign", "A short form", Given.FIGURE, lambda figure: figure.replace("%", "pc"))
add("figures", "fullwidth percent", "Another sign", Given.FIGURE, lambda figure: figure.replace("%", "％"))
add("figures", "arabic percent", "Another sign", Given.FIGURE, lambda figure: figure.replace("%", "٪"))
add("figures", "c/o as in care of", "The sign as letters", Given.FIGURE, lambda figure: figure.replace("%", " o/o"))
add(
    "figures",
    "letters for digits",
    "l for one, O for zero, S for five",
    Given.FIGURE,
    lambda figure: figure.translate(str.maketrans("105", "lOS")),
)


def _in_words(figure: str, sign: str) -> str:
    names = ["nought", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine"]
    return " ".join(names[int(each)] if each.isdigit() else "point" for each in figure.rstrip("%")) + sign

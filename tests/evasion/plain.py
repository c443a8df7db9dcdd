"""Disguises of plain text: invisible characters, gaps, marks, joins, turns, repeats and slips."""

from __future__ import annotations

import re
from collections.abc import Callable
from itertools import cycle

from tests.evasion.alphabets import TABLES
from tests.evasion.technique import Disguise, Given, add, disguise

VOWELS = "aeiou"
NEIGHBOURS = dict(zip("qwertyuiopasdfghjklzxcvbnm", "wertyuiopasdfghjklkxcvbnmn", strict=True))


def between(what: str) -> Disguise:
    return what.join


def after_each(mark: str) -> Disguise:
    return lambda word: "".join(letter + mark for letter in word)


def around_each(left: str, right: str) -> Disguise:
    return lambda word: "".join(f"{left}{letter}{right}" for letter in word)


def in_middle(what: str) -> Disguise:
    return lambda word: f"{word[: len(word) // 2]}{what}{word[len(word) // 2 :]}" if len(word) > 4 else word


def words(change: Disguise, joined: str = " ") -> Disguise:
    """A change of single words as a change of a text, with something else between the words."""
    return lambda text: joined.join(change(word) for word in text.split())


def long_words(change: Callable[[str], str], least: int = 5) -> Disguise:
    """Only words of that many letters: in shorter ones nobody could tell what was meant."""
    return lambda word: change(word) if len(word) >= least and word.isalpha() else word


for _name, _table in TABLES.items():
    add("alphabet", _name, "Letters of another alphabet or style", Given.WORD, lambda word, t=_table: word.translate(t))

for _name, _sign in {
    "zero-width spaces": "\u200b",
    "zero-width joiners": "\u200d",
    "zero-width non-joiners": "\u200c",
    "word joiners": "\u2060",
    "byte-order marks": "\ufeff",
    "soft hyphens": "\u00ad",
    "combining grapheme joiners": "\u034f",
    "variation selectors": "\ufe0f",
    "late variation selectors": "\U000e0101",
    "tag characters": "\U000e0041",
    "invisible plus and times": "\u2062\u2064",
    "mongolian vowel separators": "\u180e",
    "hangul fillers": "\u3164",
    "halfwidth hangul fillers": "\uffa0",
    "direction marks": "\u200e\u200f",
    "braille blanks": "\u2800",
    "old format characters": "\u206a\u206f",
    "khmer inherent vowels": "\u17b4",
    "musical format characters": "\U0001d173",
    "shorthand format controls": "\U0001bca0",
    "annotation anchors": "\ufff9\ufffb",
    "control characters": "\x01\x7f",
    "object replacement characters": "\ufffc",
}.items():
    add(
        "invisible", f"{_name} between", "Characters that show nothing, between the letters", Given.WORD, between(_sign)
    )

for _name, _sign in {
    "no-break spaces": "\u00a0",
    "thin spaces": "\u2009",
    "hair spaces": "\u200a",
    "ideographic spaces": "\u3000",
    "tabs": "\t",
    "dots": ".",
    "middle dots": "·",
    "hyphens": "-",
    "en dashes": "–",
    "underscores": "_",
    "slashes": "/",
    "backslashes": "\\",
    "bars": "|",
    "stars": "*",
    "commas": ",",
    "plus signs": "+",
    "tildes": "~",
    "bullets": "•",
    "colons": ":",
    "apostrophes": "'",
    "equals signs": "=",
    "carets": "^",
    "arrows": "→",
    "hashes": "#",
    "double hyphens": "--",
    "dots and spaces": ". ",
    "spaced hyphens": " - ",
    "emoji": "👏",
    "hearts": "♥",
    "underscore and dot": "_.",
}.items():
    add("gaps", f"{_name} between letters", "A sign between the letters", Given.WORD, between(_sign))

for _name, _pair in {
    "round brackets": "()",
    "square brackets": "[]",
    "braces": "{}",
    "double quotes": '""',
    "single quotes": "''",
    "angle quotes": "«»",
    "stars on both sides": "**",
    "backticks": "``",
    "angle brackets": "<>",
}.items():
    add("gaps", f"{_name} around letters", "Each letter in its own signs", Given.WORD, around_each(*_pair))

for _name, _mark in {
    "acute accents": "\u0301",
    "strikethrough": "\u0336",
    "underline": "\u0332",
    "slash overlay": "\u0338",
    "enclosing circles": "\u20dd",
    "enclosing keycaps": "\ufe0f\u20e3",
    "dots below": "\u0323",
    "double ties": "\u035c",
    "wiggly overlay": "\u0334",
    "zalgo": "\u0315\u031b\u0340\u0358\u0321\u0327\u0489\u035e\u0300\u0317",
}.items():
    add("marks", f"combining {_name}", "Combining marks on every letter", Given.WORD, after_each(_mark))

for _name, _sign in {
    "dot": ".",
    "hyphen": "-",
    "space": " ",
    "slash": "/",
    "underscore": "_",
    "star": "*",
    "line end": "\n",
    "hyphen and line end": "-\n",
    "quoted line end": "\n> ",
    "tab": "\t",
    "zero-width space and space": "\u200b ",
    "apostrophe": "'",
    "emoji": "🙂",
    "ellipsis": "…",
    "three dots": "...",
    "double bars": "||",
}.items():
    add("cuts", f"cut in two by {_name}", "A long word in two pieces", Given.WORD, in_middle(_sign))

for _name, _join in {
    "nothing": "",
    "dots": ".",
    "hyphens": "-",
    "underscores": "_",
    "slashes": "/",
    "plus signs": "+",
    "percent-twenty": "%20",
    "zero-width spaces": "\u200b",
    "emoji": "👏",
    "many spaces": "     ",
    "no-break spaces": "\u00a0",
    "line ends": "\n",
    "bars": "|",
    "commas": ",",
}.items():
    add("joins", f"words joined by {_name}", "No plain space between the words", Given.TEXT, words(str, _join))


@disguise("gaps")
def spaced_letters(word: str) -> str:
    """S p a c e d, with one space between words too: nothing tells where words end"""
    return " ".join(word)


@disguise("gaps", Given.TEXT)
def spaced_letters_with_wide_gaps(text: str) -> str:
    """S p a c e d, with three spaces between the words"""
    return "   ".join(" ".join(word) for word in text.split())


@disguise("gaps", Given.TEXT)
def one_letter_a_line(text: str) -> str:
    """Written downwards"""
    return "\n".join(text.replace(" ", ""))


@disguise("gaps", Given.TEXT)
def one_letter_a_line_with_empty_lines(text: str) -> str:
    """Written downwards, an empty line between the words"""
    return "\n".join("\n".join([*word, ""]) for word in text.split())


@disguise("gaps", Given.TEXT)
def one_dash_for_every_gap(text: str) -> str:
    """The same sign between letters and between words"""
    return "-".join(text.replace(" ", ""))


@disguise("gaps")
def letters_in_pairs(word: str) -> str:
    """Pairs of letters with a space between"""
    return " ".join(re.findall("..?", word))


@disguise("gaps")
def many_kinds_of_gap(word: str) -> str:
    """Another sign in every gap"""
    return "".join(letter + sign for letter, sign in zip(word, cycle(".-_*/"), strict=False))[:-1]


@disguise("gaps")
def uneven_spaces(word: str) -> str:
    """One or two spaces between letters"""
    return "".join(letter + sign for letter, sign in zip(word, cycle([" ", "  "]), strict=False)).rstrip()


@disguise("alphabet")
def one_cyrillic_letter(word: str) -> str:
    """A single look-alike in an English word"""
    place = next((place for place, letter in enumerate(word) if letter in "aeocp"), None)
    return (
        word
        if place is None
        else word[:place] + word[place].translate(TABLES["cyrillic look-alikes"]) + word[place + 1 :]
    )


@disguise("alphabet")
def a_mixture_of_scripts(word: str) -> str:
    """Every letter from another alphabet"""
    kinds = cycle(["cyrillic look-alikes", "maths bold", "fullwidth", "greek look-alikes", "circled", "small capitals"])
    return "".join(letter.translate(TABLES[kind]) for letter, kind in zip(word, kinds, strict=False))


@disguise("alphabet")
def ligatures(word: str) -> str:
    """Two letters in one sign, as typesetters do"""
    for pair, sign in {
        "ffi": "ﬃ",
        "fi": "ﬁ",
        "fl": "ﬂ",
        "ff": "ﬀ",
        "st": "ﬆ",
        "ae": "æ",
        "oe": "œ",
        "ij": "ĳ",
        "nj": "ǌ",
        "lj": "ǉ",
    }.items():
        word = word.replace(pair, sign)
    return word


@disguise("alphabet")
def squared_units(word: str) -> str:
    """Pairs of letters as one sign of measurement"""
    for pair, sign in {
        "cm": "㎝",
        "mm": "㎜",
        "lm": "㏐",
        "in": "㏌",
        "pm": "㏘",
        "cd": "㏅",
        "pa": "㎩",
        "na": "㎁",
        "ms": "㎳",
        "ps": "㎰",
        "ha": "㏊",
    }.items():
        word = word.replace(pair, sign)
    return word


@disguise("alphabet", Given.TEXT)
def emoji_names(text: str) -> str:
    """Letters as Slack and Discord emoji names"""
    return "  ".join(" ".join(f":regional_indicator_{letter.lower()}:" for letter in word) for word in text.split())


@disguise("alphabet", Given.TEXT)
def white_letter_emoji_names(text: str) -> str:
    """Letters as Slack's alphabet emoji names"""
    return "  ".join("".join(f":alphabet-white-{letter.lower()}:" for letter in word) for word in text.split())


@disguise("alphabet", not_asked="strokes that only a picture of the text holds together; many readers give up too")
def leet_of_strokes(word: str) -> str:
    """|_| |\\| and the like"""
    strokes = {
        "u": "|_|",
        "n": "|\\|",
        "m": "|\\/|",
        "p": "|>",
        "l": "|_",
        "y": "`/",
        "t": "7",
        "e": "3",
        "o": "()",
        "w": "\\/\\/",
    }
    return "".join(strokes.get(letter, letter) for letter in word)


@disguise("alphabet", not_asked="a spelling alphabet is heard, not read, and is a language of its own")
def spelling_alphabet(word: str) -> str:
    """Uniform November Echo"""
    return " ".join(f"{letter.upper()} for {letter.upper()}nn" for letter in word)

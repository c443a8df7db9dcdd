"""Disguises of plain text: capitals, words joined to one, turned round."""

from __future__ import annotations

import re

from tests.evasion.alphabets import TABLES
from tests.evasion.technique import Given, disguise


@disguise("case")
def alternating_capitals(word: str) -> str:
    """aLtErNaTiNg"""
    return "".join(letter.upper() if place % 2 else letter.lower() for place, letter in enumerate(word))


@disguise("case")
def all_capitals(word: str) -> str:
    """CAPITALS"""
    return word.upper()


@disguise("joins", Given.TEXT)
def hashtag(text: str) -> str:
    """A hashtag in small letters"""
    return "#" + text.replace(" ", "").lower()


@disguise("joins", Given.TEXT)
def hashtag_with_capitals(text: str) -> str:
    """A hashtag with a capital for each word"""
    return "#" + "".join(word[:1].upper() + word[1:] for word in text.split())


@disguise("joins", Given.TEXT)
def camel_case(text: str) -> str:
    """likeThis"""
    first, *rest = text.split()
    return first.lower() + "".join(word[:1].upper() + word[1:] for word in rest)


@disguise("joins", Given.TEXT)
def page_address(text: str) -> str:
    """As the slug of an address"""
    return "https://news.example/2031/" + text.lower().replace(" ", "-").replace("%", "-pc")


@disguise("joins", Given.TEXT)
def mail_address(text: str) -> str:
    """As a mail address"""
    return text.lower().replace(" ", ".") + "@news.example"


@disguise("joins", Given.TEXT)
def moved_spaces(text: str) -> str:
    """The space one letter too late"""
    return re.sub(r" (\w)(?=\w)", r"\1 ", text)


@disguise("joins")
def letters_of_no_meaning_at_both_ends(word: str) -> str:
    """xX around the word"""
    return f"xX{word}Xx"


@disguise("joins")
def hash_before_each_word(word: str) -> str:
    """Each word a hashtag"""
    return f"#{word}"


@disguise("turns", Given.TEXT)
def backwards(text: str) -> str:
    """The whole text from its end"""
    return text[::-1]


@disguise("turns")
def each_word_backwards(word: str) -> str:
    """Words in order, letters from the end"""
    return word[::-1]


@disguise("turns", Given.TEXT, shown=str)
def right_to_left_override(text: str) -> str:
    """Stored backwards, shown forwards by a direction override"""
    return f"\u202e{text[::-1]}\u202c"


@disguise("turns", shown=str)
def right_to_left_override_by_word(word: str) -> str:
    """Each word stored backwards and shown forwards"""
    return f"\u202e{word[::-1]}\u202c"


@disguise("turns")
def isolates_around_letters(word: str) -> str:
    """Each letter in a direction isolate"""
    return "".join(f"\u2068{letter}\u2069" for letter in word)


@disguise("turns", Given.TEXT)
def upside_down_and_backwards(text: str) -> str:
    """As one sees it when the screen is turned"""
    return text[::-1].translate(TABLES["upside down"])


@disguise("turns", Given.TEXT)
def mirrored_and_backwards(text: str) -> str:
    """As seen in a mirror"""
    return text[::-1].translate(TABLES["mirrored"])

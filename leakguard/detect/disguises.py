"""How words are hidden from a search and not from a reader: the patterns and tables that `views` undoes."""

from __future__ import annotations

import re

_LETTER = r"[^\W\d_]"
_LEET_SIGNS = "@$!|+€¥"
_LEET_BOTH = dict(zip("034578@$+€¥", "oeastbastey", strict=True))
LEET_I = str.maketrans(_LEET_BOTH | {"1": "i", "!": "i", "|": "l", "6": "g", "9": "g"})
LEET_L = str.maketrans(_LEET_BOTH | {"1": "l", "!": "l", "|": "i", "6": "g", "9": "g"})
_FEWEST = 4  # letters of a word that is worth a disguise

_INSTEAD = "01345678@$!|+*~^=\\"
OUTLINE = bytes(2 if chr(code) in _INSTEAD else int(code > 127 or chr(code).isalpha()) for code in range(256))
CONTINUED = bytes(range(0x80, 0xC0))  # of UTF-8: dropped, so that a character is one sign

_APART = r"\r?\n|, |\. | - |  |[ \t\n.\-_*·•~+|/,\u00a0\u2009]"
SPACED = re.compile(rf"(?<![^\W_])[^\W_](?![^\W_])(?P<apart>{_APART})[^\W_](?:(?P=apart)[^\W_](?![^\W_])){{2,}}")
PAIRS = re.compile(rf"(?<![^\W_]){_LETTER}{{1,2}}([.\-_/*]){_LETTER}{{1,2}}(?:\1{_LETTER}{{1,2}}){{2,}}(?![^\W_])")
_SIGNS = r"*~^·•¸°¬¦§¶†‡\\="
LEET = re.compile(rf"(?<![^\s\"'(\[<“‘,;:#>-])(?=[^\W\d_{_SIGNS}]*[\d@$!|+€¥{_SIGNS}])[\w@$!|+€¥{_SIGNS}]+")
BETWEEN = re.compile(rf"(?<=[^\W\d_])[{_SIGNS}]{{1,3}}(?=[^\W\d_])")
NO_LETTERS = frozenset(_SIGNS)
WRAPPED = re.compile(r"(?<=[^\W\d_]{2})(?:[-‐\u00ad][ \t]*\r?\n[ \t>]*|\u00ad[ \t\r\n>]+)(?=[^\W\d_]{2})")
HASHTAG = re.compile(r"#\w{4,}")
HUMP = re.compile(r"(?<=[a-z\d])(?=[A-Z])|(?<=[A-Z])(?=[A-Z][a-z])")
OVERRIDE = re.compile("\u202e([^\u202c\u202d\u202e\u2029\n]{2,500})[\u202c\u202d]?")
FLAG_LETTERS = {chr(0x1F1E6 + offset): chr(97 + offset) for offset in range(26)} | {
    chr(0xE0000 + code): chr(code) for code in range(32, 127)
}
FLAGS = re.compile(
    "[\U0001f1e6-\U0001f1ff]([ \u200b-\u200d]?)[\U0001f1e6-\U0001f1ff](?:\\1[\U0001f1e6-\U0001f1ff])+"
    "|(?<!\U0001f3f4)[\U000e0020-\U000e007e]{4,}"
)
_UNITS = re.compile(
    r"\d+(?:years?|months?|weeks?|days?|hours?|mins?|minutes?|times?|people|point|page|way|star)s?", re.I
)
_ADDRESS = re.compile(r"://|\w@[\w-]+\.|\.\w+[/?=]|www\.|[/\\]\w+[/\\.]|\w\.[a-z]{2,4}\d?\W*$")
_AROUND = 60


OUTLINED = {"\u00a0": " ", "\u2009": " ", "·": ".", "•": "."}  # signs outside ASCII that letters are set apart with


def is_letter(char: str) -> bool:
    return char.isalnum()


def is_word(letters: str) -> bool:
    """Not a row of a table, the alphabet or numbers: letters of several kinds, with a vowel, in no order."""
    plain = letters.translate(LEET_I).casefold()
    few_digits = 2 * sum(map(str.isdigit, letters)) < len(letters)
    return few_digits and len(set(plain)) >= 3 and list(plain) != sorted(plain) and _speakable(plain)


def _speakable(letters: str) -> bool:
    return not letters.isascii() or not set(letters).isdisjoint("aeiouy")


def is_leet(token: str) -> bool:
    """More letters than what stands for letters, and that not at the end only; no code, measure or price."""
    body = token.rstrip("!|+_0123456789")
    letters = sum(map(str.isalpha, body))
    instead = len(body) - letters
    if not instead or letters < 3 or letters < instead or len(body) < _FEWEST:
        return False
    if any(char in "2_" for char in token) or re.search(r"\d{4}|(?<![a-z\d])[$€¥]\d", token) or _UNITS.fullmatch(token):
        return False
    return not (body.isupper() and letters < 5)


def is_address(text: str, start: int, end: int) -> bool:
    """Whether the characters are part of a link, a mail address or the name of a file."""
    first = max(text.rfind(" ", 0, start), text.rfind("\n", 0, start)) + 1
    stop = re.compile(r"\s|$").search(text, end)
    token = text[max(first, start - _AROUND) : min(stop.start() if stop else end, end + _AROUND)]
    return _ADDRESS.search(token) is not None

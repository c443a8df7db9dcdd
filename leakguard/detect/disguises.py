"""How words are hidden in a text as it is written, where its canonical view no longer shows it: what `views` undoes."""

from __future__ import annotations

import re

_BB_NAME = "(?:b|i|u|s|colou?r|size|font|url|quote|code|sub|sup)"
_BB = rf"\[/{_BB_NAME}\]|\[{_BB_NAME}(?:=[^\[\]\n]{{1,30}})?\](?=[^\[]{{1,80}}\[/)"
_NOTHING = r"&(?:shy|zw\w{1,4}|#8203|#173|#xad|#x200b);"
_MARK = rf"(?:<[a-z/!][^<>\n]{{0,60}}>|{_BB}|{_NOTHING}|\|\||\\[a-z]{{4,8}}\{{)"
MARKUP = re.compile(rf"{_MARK}{_MARK}*", re.I)  # begins with what a search can look for
CLOSING = re.compile(r"</|\[/|[&]")  # such marks do not open a word
NO_SIGNS = bytes(code for code in range(128) if chr(code) not in "[<|\\&:I#")  # what no search begins with
EMOJI_SIGNS = (":regional", ":alphabet", ":letter")
BAR = re.compile(r"(?<!\S)(?=[^\s|]*\|)(?=\S*?[^\W\d_])\S+")
HASHTAG = re.compile(r"#\w{4,}")
HUMP = re.compile(r"(?<=[a-z\d])(?=[A-Z])|(?<=[A-Z])(?=[A-Z][a-z])")
HASHES = re.compile(r"(?<!\w)(\w+) #(?=(\w+))")
LINK = re.compile(r"\[(?<=\w\[)(\w+)\]\([^()\s]{1,200}\)")
EMOJI_NAMES = re.compile(
    r":(?:regional[_-]indicator|alphabet[_-](?:white|yellow)|letter)[_-]([a-z]):(?:[ \u200b](?=:))?"
)
LOW_CAPITAL = re.compile(r"I(?:(?<=[a-z]I)|(?<=[a-z]II))(?=[a-zI\W_])")
OVERRIDE = re.compile("\u202e([^\u202c\u202d\u202e\u2029\n]{2,500})[\u202c\u202d]?")
FLAG_LETTERS = {chr(0x1F1E6 + offset): chr(97 + offset) for offset in range(26)} | {
    chr(0xE0000 + code): chr(code) for code in range(32, 127)
}
FLAGS = re.compile(
    "[\U0001f1e6-\U0001f1ff]([ \u200b-\u200d]?)[\U0001f1e6-\U0001f1ff](?:\\1[\U0001f1e6-\U0001f1ff])+"
    "|(?<!\U0001f3f4)[\U000e0020-\U000e007e]{4,}"
)
_TURNED = dict(zip("ɐɔǝɟƃɥᴉɾʞɯʇʌʍʎbdnpqu", "acefghijkmtvwyqpudbn", strict=True))
_MIRRORED = dict(zip("ɒɔɘʇǫʜꞁʞɿƨƚγbdqp", "acefghlkrstydbpq", strict=True))
TURNS = (
    (re.compile("[ɐɔǝɟƃɥᴉɯɹʇʌʍʎʞ]"), str.maketrans(_TURNED | {"ɹ": "r"})),
    (re.compile("[ɒɔɘʜꞁʞɿƨƚ]"), str.maketrans(_MIRRORED)),
)
WORD = re.compile(r"\w+")

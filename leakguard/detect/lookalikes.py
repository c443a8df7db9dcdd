"""Letters that a reader takes for Latin ones. Lower case; upper case is folded before it is looked up.

ref: Unicode Technical Standard 39 (confusables), the single-letter ones that print alike in ordinary fonts
"""

from __future__ import annotations

_CYRILLIC = dict(zip("аеорсухіїјѕһԁԛԝвкмнтзбп", "aeopcyxiijshdqwbkmht36n", strict=True))
_GREEK = dict(zip("αεικνορτυχβημγζ", "aeiknoptuxbnmyz", strict=True))
_OTHER = {
    "ı": "i", "ȷ": "j", "ł": "l", "ø": "o", "đ": "d", "ħ": "h", "ŧ": "t", "ƒ": "f", "ɡ": "g", "ɩ": "i", "ʟ": "l",
    "ᴀ": "a", "ʙ": "b", "ᴄ": "c", "ᴅ": "d", "ᴇ": "e", "ꜰ": "f", "ɢ": "g", "ʜ": "h", "ɪ": "i", "ᴊ": "j", "ᴋ": "k",
    "ᴍ": "m", "ɴ": "n", "ᴏ": "o", "ᴘ": "p", "ʀ": "r", "ꜱ": "s", "ᴛ": "t", "ᴜ": "u", "ᴠ": "v", "ᴡ": "w", "ʏ": "y",
    "ᴢ": "z",
}  # fmt: skip

LOOKALIKES: dict[str, str] = (
    _CYRILLIC
    | _GREEK
    | _OTHER
    | {char.upper(): latin for char, latin in (_CYRILLIC | _GREEK).items()}
    | {"Υ": "y", "Η": "h"}  # the capitals look like others than their small letters
)

"""Properties of Outlook items by number: what a person would call them, and which are no words for people.

ref: MS-OXPROPS
"""

from __future__ import annotations

from leakguard.model.content import Role

BODY = 0x1000
PACKED_RTF = 0x1009
HTML = 0x1013
HEADERS = 0x007D
MESSAGE_CODEPAGE = 0x3FFD
INTERNET_CODEPAGE = 0x3FDE
LOCALE = 0x3FF1
ATTACHED = 0x3701
ATTACH_FLAGS = 0x3714
ATTACH_HIDDEN = 0x7FFE
CONTENT_ID = 0x3712
MIME_TAG = 0x370E
FILE_NAMES = frozenset({0x3704, 0x3707, 0x3001})
PICTURE_OF_FILE = 0x3709

# Place and role; None: as seen as the body.
KNOWN: dict[int, tuple[str, Role | None]] = {
    0x0037: ("subject", Role.SUBJECT),
    0x0E1D: ("subject", Role.SUBJECT),
    0x0070: ("subject", Role.SUBJECT),
    0x0049: ("subject", Role.SUBJECT),
    BODY: ("body", None),
    0x3004: ("property comment", None),
    0x1001: ("report text", None),
    0x1004: ("report text", None),
    0x1080: ("property reply template", None),
    0x3A16: ("property company", None),
    0x3A17: ("property job title", None),
    0x3A18: ("property department", None),
    0x3A19: ("property office", None),
    0x3A15: ("property postal address", None),
    0x3A46: ("property profession", None),
    **dict.fromkeys(
        (
            0x0C1A,
            0x0042,
            0x0040,
            0x0044,
            0x0E02,
            0x0E03,
            0x0E04,
            0x0050,
            0x004D,
            0x005A,
            0x005B,
            0x0072,
            0x0073,
            0x0074,
        ),
        ("display name", Role.NAME),
    ),
    **dict.fromkeys(
        (
            0x3001,
            0x5FF6,
            0x3A20,
            0x39FF,
            0x3FF8,
            0x3FFA,
            0x3A06,
            0x3A11,
            0x3A44,
            0x3A4F,
            0x3A4E,
            0x3A30,
            0x3A48,
            0x3A58,
        ),
        ("display name", Role.NAME),
    ),
}
# By the number that the name of the property has in its set.
KNOWN_NAMED: dict[int | str, tuple[str, Role | None]] = {
    0x8208: ("property location", None),
    0x8232: ("property recurrence", None),
    0x8238: ("property attendees", Role.NAME),
    0x823B: ("property attendees", Role.NAME),
    0x823C: ("property attendees", Role.NAME),
    0x8539: ("property companies", None),
    0x853A: ("property contacts", Role.NAME),
    0x811F: ("property owner", Role.NAME),
    0x8121: ("property delegator", Role.NAME),
    0x8534: ("property mileage", None),
    0x8535: ("property billing", None),
    0x801B: ("property address", None),
    0x801A: ("property address", None),
    0x801C: ("property address", None),
    0x8005: ("property file as", Role.NAME),
    0x8710: ("property notes", None),
    "keywords": ("property categories", None),
}
# Classes, kinds of address, identifiers, file types: the same in thousands of messages, and on no screen.
MACHINE = frozenset(
    {0x001A, 0x004B, 0x0064, 0x0068, 0x0066, 0x0075, 0x0077, 0x0079, 0x007B, 0x0C1E, 0x3002, 0x0047, 0x1035, 0x1039}
    | {0x1042, 0x300B, 0x36DE, 0x3703, 0x370E, 0x3712, 0x371A, 0x003D, 0x10F3, 0x3A70, 0x0046, 0x4083, 0x3FFC, 0x65C6}
    | {0x34E8, 0x405B, 0x4024, 0x4029, 0x4038}
)
_LANGUAGES = {
    0x01: "cp1256",
    0x02: "cp1251",
    0x05: "cp1250",
    0x08: "cp1253",
    0x0D: "cp1255",
    0x0E: "cp1250",
    0x11: "cp932",
    0x12: "cp949",
    0x15: "cp1250",
    0x18: "cp1250",
    0x19: "cp1251",
    0x1A: "cp1250",
    0x1B: "cp1250",
    0x1E: "cp874",
    0x1F: "cp1254",
    0x22: "cp1251",
    0x24: "cp1250",
    0x25: "cp1257",
    0x26: "cp1257",
    0x27: "cp1257",
    0x2A: "cp1258",
}
_TRADITIONAL = frozenset({0x0404, 0x0C04, 0x1404})


def language_codec(number: int) -> str:
    """The Windows code page of a locale."""
    if number & 0xFF == 0x04:
        return "cp950" if number & 0xFFFF in _TRADITIONAL else "gbk"
    return _LANGUAGES.get(number & 0x3FF, "cp1252")

"""Bytes of a kind that nobody reads: all text that can be seen in them, and a gap that says what they are."""

from __future__ import annotations

import re
from collections.abc import Iterator

from leakguard.extract.blob import Blob, Item
from leakguard.extract.limits import Budget
from leakguard.extract.text.charset import CONTROLS
from leakguard.model.content import GapKind, Role

_WINDOW = 1024 * 1024
_HIGH = bytes(range(0x80, 0x100))
_ZERO = bytes(16)
_WIDE_SIGNS = (0, 3, 4, 5, 6)  # one half of Latin, Greek, Cyrillic, Hebrew and Arabic letters in UTF-16
_ZEROS = re.compile(rb"\0{16,}")
_LONGEST = 24_000_000  # characters of one sweep: more than may be handed over, so that whoever cuts it leaves a gap
_MOST_PIECES = 100_000  # kept one by one; short texts take far more memory than their characters
_RUN = re.compile(r"[\t\x20-\x7e\xa0-\ufffc]{5,}")  # after decoding, where U+FFFD stands for what is no UTF-8
_LATIN = re.compile(rb"[\t\x20-\x7e\xc0-\xff]{5,}")
_ACCENT = re.compile(rb"[A-Za-z][\xc0-\xff][a-z]{2}")
_WIDE = re.compile(rb"(?:[\t\n\r\x20-\x7e\xa0-\xff]\0){4,}[\t\n\r\x20-\x7e\xa0-\xff]")  # in both orders of octets
_WIDE_LE = re.compile(
    rb"(?:[\x20-\x7e\xa0-\xff]\0|[\x00-\xff][\x01-\x06\x1e])"
    rb"(?:[\x20-\x7e\xa0-\xff]\0|[\x00-\xff][\x01-\x06\x1e\x20]){4,}"
)
_WIDE_BE = re.compile(
    rb"(?:\0[\x20-\x7e\xa0-\xff]|[\x01-\x06\x1e][\x00-\xff])"
    rb"(?:\0[\x20-\x7e\xa0-\xff]|[\x01-\x06\x1e\x20][\x00-\xff]){4,}"
)

_KINDS = (
    ((b"MZ", b"\x7fELF", b"\xfe\xed\xfa", b"\xcf\xfa\xed\xfe", b"\xce\xfa\xed\xfe", b"\xca\xfe\xba\xbe"), "program"),
    ((b"ID3", b"OggS", b"fLaC", b"\x1aE\xdf\xa3", b"FORM", b"\x30\x26\xb2\x75\x8e\x66\xcf\x11"), "audio or video"),
    ((b"\xff\xfb", b"\xff\xf3", b"\xff\xf2", b"FLV\1", b"\0\0\1\xba", b"\0\0\1\xb3", b"MThd"), "audio or video"),
    ((b"SQLite format 3\0", b"\0\1\0\0Standard Jet DB", b"\0\1\0\0Standard ACE DB"), "data base"),
    ((b"PAR1", b"ARROW1", b"FEA1", b"\x89HDF\r\n\x1a\n", b"MATLAB 5.0 MAT-file", b"Obj\1"), "data file"),
    ((b"RDX2\n", b"RDX3\n", b"X\n\0\0\0", b"\x93NUMPY"), "data file"),
    ((b"conectix", b"vhdxfile", b"KDMV", b"QFI\xfb", b"MSWIM\0\0\0", b"hsqs", b"sqsh", b"EFI PART"), "disk image"),
    ((b"!BDN",), "Outlook data file"),
)
_ARCHIVES_IN_PROGRAMS = (b"7z\xbc\xaf\x27\x1c", b"Rar!\x1a\x07", b"MSCF\0\0\0\0")
_APPLE_DOUBLE = b"\0\x05\x16\x07"
_FOLDER_VIEW = b"\0\0\0\1Bud1"  # .DS_Store
_SMALL = 16 * 1024


def is_binary(blob: Blob) -> bool:
    """Whatever nobody else knows."""
    return bool(blob.data)


def read_binary(blob: Blob, _budget: Budget) -> Iterator[Item]:
    data = blob.data
    yield blob.span(strings_of(data), role=Role.HIDDEN)
    if blob.declared.startswith("text/"):  # what does not print may stand between its letters
        yield blob.span(strings_of(data.translate(None, CONTROLS)), role=Role.HIDDEN, place=f"{blob.place}, decoded")
    if data.startswith(b"MZ"):
        for ordinal, start in enumerate(_ARCHIVES_IN_PROGRAMS, 1):
            if (at := data.find(start)) > 0:
                yield blob.inner(ordinal, data[at:], place="archive in a program")
    if not _is_wordless(data):
        yield blob.gap(GapKind.UNSUPPORTED, _kind(data))


def _kind(data: bytes) -> str:
    for starts, kind in _KINDS:
        if data.startswith(starts):
            return kind
    if data[4:8] == b"ftyp" or (data[:4] == b"RIFF" and data[8:12] in (b"WAVE", b"AVI ")):
        return "audio or video"
    if data[-512:-508] == b"koly" or data[510:512] == b"\x55\xaa":
        return "disk image"
    return "unknown format"


def _is_wordless(data: bytes) -> bool:
    """Whole fonts, and small files that macOS adds about other files: people see nothing of them but their effect."""
    if data.startswith((_APPLE_DOUBLE, _FOLDER_VIEW)):
        return len(data) <= _SMALL
    if data[:4] in (b"wOFF", b"wOF2"):
        return int.from_bytes(data[8:12], "big") == len(data)
    return data[:4] in (b"\0\1\0\0", b"OTTO", b"true") and _is_font(data)


def _is_font(data: bytes) -> bool:
    """Whether its tables fill the file to its end."""
    tables = int.from_bytes(data[4:6], "big")
    entries = [data[at : at + 16] for at in range(12, 12 + 16 * tables, 16)]
    ends = [int.from_bytes(each[8:12], "big") + int.from_bytes(each[12:16], "big") for each in entries]
    return 4 <= tables <= 64 and all(len(each) == 16 for each in entries) and 0 <= len(data) - max(ends) < 4


def strings_of(data: bytes) -> str:
    """Every run of at least five characters, one on each line: UTF-8, then Windows 1252, then UTF-16."""
    found: list[str] = []
    room = _LONGEST
    for run in _runs(data):
        found.append(run[:room])
        room -= len(run) + 1
        if len(found) > _MOST_PIECES:
            found = ["\n".join(found)]
        if room <= 0:
            break
    return "\n".join(found)


def _runs(data: bytes) -> Iterator[str]:
    for start in range(0, len(data), _WINDOW):
        window = data[start : start + _WINDOW + _WINDOW // 64]  # a little of the next: runs cross the border
        if _ZERO in window:
            window = _ZEROS.sub(b"\0\0", window)
        yield from _RUN.findall(window.decode("utf-8", "replace"))
        if len(window.translate(None, _HIGH)) * 4 > len(window) * 3:  # otherwise it is no text in such a charset
            yield from filter(None, map(_latin, _LATIN.findall(window)))
        if sum(map(window.count, _WIDE_SIGNS)) * 25 > len(window):
            yield from _wide_runs(window)


def _latin(run: bytes) -> str:
    """Words with a few accented letters, as UTF-8 shows none of them."""
    if run.isascii() or not _ACCENT.search(run):
        return ""
    return run.decode("cp1252", "replace")


def _wide_runs(window: bytes) -> Iterator[str]:
    for run in _WIDE.findall(window):
        yield (run + b"\0").decode("utf-16-le", "replace")
    for pattern, name in ((_WIDE_LE, "utf-16-le"), (_WIDE_BE, "utf-16-be")):
        for run in pattern.findall(window):
            text = run.decode(name, "replace")
            if sum(letter > "\xff" and letter.isalpha() for letter in text) * 2 > len(text):
                yield text

"""Whether a message may be read in this process: plain text of small size, which no reader written in C sees.

To be wrong in one direction costs a hop of some milliseconds, in the other a second reading: in this
process nothing but plain text is opened, and what turns out to be more hops after all.
"""

from __future__ import annotations

import binascii
import re

# Magic numbers and encodings, each behind a letter or word that must be there for it.
_SIGNS = (
    (b"base64", (b"base64",)),
    (b"uuencode", (b"uuencode",)),
    (b"binhex", (b"binhex",)),
    (b"begin", (b"\nbegin ", b"=ybegin", b"-----begin ")),
    (b"%pdf", (b"%pdf",)),
    (b"{\\rt", (b"{\\rt",)),
    (b"(mhtml", (b"mime-version: 1.0 (mhtml",)),
    (b"<", (b"<?xml", b"<svg", b"<!doctype svg", b"<!entity")),
)
_ENCODED = re.compile(rb"content-transfer-encoding:(?!\s*(?:[78]bit|binary|quoted-printable)\s*$)", re.MULTILINE)
_KIND = re.compile(
    rb"content-type:\s*(?:application|image|audio|video|model|font|message)/(?!ics\b|(?:delivery|disposition)-)"
)
_DATA_URI = re.compile(rb"data:(?:[a-z]+/|[;,])")
_LONG_RUN = re.compile(rb"[a-z0-9+/]{200}")
_PIECE = 100  # a run of 200 has a whole piece of it within
_QUOTED = re.compile(rb"=(?:[0-9A-Fa-f]{2}|[ \t]*\r?\n)")
# What costs far more than its size, one by one: guesses at charsets, parts, readings of one part.
_MOST = ((b"=?", 20), (b"\n--", 200), (b"charset", 12))
_UNUSUAL = bytes(code for code in (*range(32), 127) if code not in b"\t\n\x0b\f\r\x1b")


def stays_here(content: bytes, inline_kib: int) -> bool:
    if len(content) > inline_kib * 1024 or _needs_reader(content):
        return False
    return _QUOTED.search(content) is None or not _needs_reader(binascii.a2b_qp(content))


def _needs_reader(content: bytes) -> bool:
    """Whether anything in it may be more than text: magic numbers, encodings, declared files, long encoded runs."""
    folded = content.lower()
    if not _is_utf8(content) or len(folded.translate(None, _UNUSUAL)) != len(folded) or folded.startswith(b"begin "):
        return True
    if any(key in folded and any(each in folded for each in signs) for key, signs in _SIGNS):
        return True
    if any(folded.count(each) > most for each, most in _MOST):
        return True
    if b"content-transfer-encoding" in folded and _ENCODED.search(folded):
        return True
    return any(each.search(folded) for each in (_KIND, _DATA_URI)) or _has_long_run(folded)


def _has_long_run(folded: bytes) -> bool:
    pieces = (folded[at : at + _PIECE] for at in range(0, len(folded) - _PIECE, _PIECE))
    return any(b" " not in each and b"\n" not in each for each in pieces) and _LONG_RUN.search(folded) is not None


def _is_utf8(content: bytes) -> bool:
    """Or ASCII. What is neither takes a guess, and guessing takes long."""
    try:
        content.decode()
    except UnicodeDecodeError:
        return False
    return True

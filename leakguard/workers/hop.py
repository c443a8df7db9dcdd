"""Whether a message may be read in this process: plain text of small size, which no reader written in C sees.

To be wrong in one direction costs a hop of some milliseconds, in the other a second reading: in this
process nothing but plain text is opened, and what turns out to be more hops after all.
"""

from __future__ import annotations

import binascii
import re

_SIGNS = (
    b"base64",
    b"\0",
    b"%pdf",
    b"pk\x03\x04",
    b"uuencode",
    b"\nbegin ",
    b"=ybegin",
    b"-----begin ",
    b"{\\rt",
    b"binhex",
    b"<?xml",
    b"<svg",
    b"<!doctype svg",
    b"<!entity",
    b"mime-version: 1.0 (mhtml",
)
_ENCODED = re.compile(rb"content-transfer-encoding:(?!\s*(?:[78]bit|binary|quoted-printable)\s*$)", re.MULTILINE)
_KIND = re.compile(
    rb"content-type:\s*(?:application|image|audio|video|model|font|message)/(?!ics\b|(?:delivery|disposition)-)"
)
_DATA_URI = re.compile(rb"data:(?:[a-z]+/|[;,])")
_LONG_RUN = re.compile(rb"[a-z0-9+/]{200}")
# What costs far more than its size, one by one: guesses at charsets, parts, readings of one part.
_MOST = ((b"=?", 20), (b"\n--", 200), (b"charset", 12))
_UNUSUAL = re.compile(rb"[\x01-\x08\x0e-\x1a\x1c-\x1f\x7f]")


def stays_here(content: bytes, inline_kib: int) -> bool:
    if len(content) > inline_kib * 1024 or _needs_reader(content):
        return False
    return b"=" not in content or not _needs_reader(binascii.a2b_qp(content))


def _needs_reader(content: bytes) -> bool:
    """Whether anything in it may be more than text: magic numbers, encodings, declared files, long encoded runs."""
    folded = content.lower()
    if any(each in folded for each in _SIGNS) or folded.startswith(b"begin ") or _UNUSUAL.search(folded):
        return True
    if not _is_utf8(content) or any(folded.count(each) > most for each, most in _MOST):
        return True
    if b"content-transfer-encoding" in folded and _ENCODED.search(folded):
        return True
    return any(each.search(folded) for each in (_KIND, _LONG_RUN, _DATA_URI))


def _is_utf8(content: bytes) -> bool:
    """Or ASCII. What is neither takes a guess, and guessing takes long."""
    try:
        content.decode()
    except UnicodeDecodeError:
        return False
    return True

"""Files of every kind, cut, spoilt and spliced: spans or gaps, never an exception, never silence, never for long."""

from __future__ import annotations

import random
import re
import signal
import zlib
from types import FrameType

import pytest

from leakguard.extract import Limits, extract_blob
from leakguard.extract.limits import OutOfTime
from leakguard.model.content import Extraction, GapKind
from tests.planted import test_planted  # noqa: F401 - it fills the index
from tests.planted.index import PLACES, Place

SMALL = Limits(parts=300, expanded_bytes=8_000_000, text_chars=2_000_000)
_TAG = re.compile(rb"<[^<>]*>?")
SECONDS = 20  # far more than any of these takes; a hang ends here and fails


def _spoilt(content: bytes, chance: random.Random) -> list[bytes]:
    """Cut off, octets changed, a piece repeated or left out."""
    cut = content[: chance.randrange(len(content))]
    changed = bytearray(content)
    for _ in range(1 + len(content) // 200):
        changed[chance.randrange(len(content))] = chance.choice((0, 1, 0x7F, 0x80, 0xFF, chance.randrange(256)))
    first, second = sorted(chance.randrange(len(content)) for _ in range(2))
    return [cut, bytes(changed), content[:second] + content[first:], content[:first] + content[second:]]


def _words(content: bytes) -> bytes:
    """What may be words: everything that is not in a tag."""
    return _TAG.sub(b"", content).translate(None, b"\0 \r\n\t\xff\xfe")


def _late(_signal: int, _frame: FrameType | None) -> None:
    raise OutOfTime


def _read(content: bytes) -> Extraction:
    before = signal.signal(signal.SIGALRM, _late)
    signal.alarm(SECONDS)
    try:
        return extract_blob(content, part="1", name="", limits=SMALL)
    finally:
        signal.alarm(0)
        signal.signal(signal.SIGALRM, before)


@pytest.mark.parametrize("place", PLACES, ids=lambda each: each.id)
def test_a_spoilt_file_gives_text_or_gaps_and_soon(place: Place) -> None:
    content = place.build(place.phrase)
    for spoilt in _spoilt(content, random.Random(zlib.crc32(place.id.encode()))):
        found = _read(spoilt)
        assert not any(gap.kind is GapKind.TIMED_OUT for gap in found.gaps)
        assert found.spans or found.gaps or place.family == "picture" or not _words(spoilt), "silent"

"""Pictures that came with a mail, for showing within its text: raster files of bounded size, as data URLs."""

from __future__ import annotations

import base64
from collections.abc import Mapping
from io import BytesIO

from PIL import Image

_KINDS = {"PNG": "image/png", "JPEG": "image/jpeg", "GIF": "image/gif", "WEBP": "image/webp"}
_LARGEST = 1_000_000
_LARGEST_TOGETHER = 3_000_000
_MOST_PIXELS = 12_000_000
_MOST = 200


class Pictures:
    """By Content-ID. Each is given out as often as it is asked for, while all together stay within their limit."""

    def __init__(self, files: Mapping[str, bytes]) -> None:
        self._files = files
        self._room = _LARGEST_TOGETHER
        self._left = _MOST

    def url(self, name: str) -> str | None:
        octets = self._files.get(name, b"")
        if not octets or len(octets) > min(_LARGEST, self._room) or not self._left:
            return None
        kind = _kind(octets)
        if kind is None:
            return None
        self._room -= len(octets)
        self._left -= 1
        return f"data:{kind};base64,{base64.b64encode(octets).decode()}"


def _kind(octets: bytes) -> str | None:
    """What the bytes are, whatever their mail says; only the head of the file is read."""
    try:
        with Image.open(BytesIO(octets), formats=tuple(_KINDS)) as picture:
            width, height = picture.size
            return _KINDS.get(picture.format or "") if width * height <= _MOST_PIXELS else None
    except Exception:  # noqa: BLE001 - whatever a hostile file does to a library; it is not shown
        return None

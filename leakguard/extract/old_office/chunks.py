"""Publisher and Works: text in a file of named chunks. Only the text is read; layout says nothing.

Their layout is not published; it was found by looking at files.
"""

from __future__ import annotations

_MAGICS = (b"CHNKINK ", b"CHNKWKS ")
_FIRST, _ENTRY, _MOST = 0x20, 24, 512


def chunk_text(stream: bytes) -> str:
    """The words of a stream of chunks; empty when it is none."""
    if not stream.startswith(_MAGICS):
        return ""
    found: list[str] = []
    for at in range(_FIRST, _FIRST + _ENTRY * _MOST, _ENTRY):
        entry = stream[at : at + _ENTRY]
        if b"TEXT" not in entry[:16]:
            continue
        start, size = int.from_bytes(entry[16:20], "little"), int.from_bytes(entry[20:24], "little")
        found.append(stream[start : start + size].decode("utf-16-le", "replace"))
    text = "\r".join(dict.fromkeys(found)).replace("\x0b", "\n").replace("\x0c", "\r").replace("\0", "")
    return "\n\n".join(each for each in text.split("\r") if each.strip())

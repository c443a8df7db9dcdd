"""A post as the message that the inspector, the store and the pages know: what was read, and its files. Pure.

The same post gives the same bytes. What could not be fetched is a part that is elsewhere, which reads as a gap.
ref: RFC 2046 section 5.2.3 (message/external-body)
"""

from __future__ import annotations

import base64
import hashlib
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from urllib.parse import quote

from leakguard.channels.slack.reading import Reading

_ADDRESS = re.compile(r"[!-~]+@[!-~]+")
_KIND = re.compile(r"(?!message/|multipart/)[a-z]{1,30}/[a-z0-9.+-]{1,80}")
_ELSEWHERE = b"Content-Type: message/external-body; access-type=x-elsewhere\r\n\r\n"


@dataclass(frozen=True, slots=True, kw_only=True)
class File:
    """content: None where it could not be had. name: as its uploader called it."""

    id: str
    name: str = field(default="", repr=False)
    kind: str = ""
    content: bytes | None = field(default=None, repr=False)


def compose(author: str, reading: Reading, files: Sequence[File]) -> bytes:
    """author: a handle; only an e-mail address is written down as one."""
    parts = [_text(reading.text)]
    parts += [_ELSEWHERE] if not reading.is_whole else []
    parts += [_file(each) for each in files]
    boundary = _boundary(parts)
    head = f"From: {author}\r\n".encode() if _ADDRESS.fullmatch(author) else b""
    head += b"MIME-Version: 1.0\r\nContent-Type: multipart/mixed; boundary=" + boundary + b"\r\n\r\n"
    return head + b"".join(_delimited(boundary, parts))


def _text(text: str) -> bytes:
    head = b"Content-Type: text/plain; charset=utf-8\r\nContent-Transfer-Encoding: 8bit\r\n\r\n"
    lines = re.sub(r"\r\n|\r|\n", "\r\n", text)
    return head + lines.encode("utf-8", "replace")


def _file(file: File) -> bytes:
    if file.content is None:
        return _ELSEWHERE
    kind = file.kind if _KIND.fullmatch(file.kind) else "application/octet-stream"
    name = quote(file.name.encode("utf-8", "replace"), safe="")
    head = (
        f"Content-Type: {kind}\r\nContent-Disposition: attachment; filename*=utf-8''{name}\r\n"
        "Content-Transfer-Encoding: base64\r\n\r\n"
    )
    return head.encode() + base64.encodebytes(file.content).replace(b"\n", b"\r\n")


def _boundary(parts: Sequence[bytes]) -> bytes:
    """Of the content itself, so that nobody can write it into the content."""
    whole = hashlib.sha256()
    for each in parts:
        whole.update(len(each).to_bytes(8, "big") + each)
    return b"post-" + whole.hexdigest()[:40].encode()


def _delimited(boundary: bytes, parts: Sequence[bytes]) -> Iterator[bytes]:
    for each in parts:
        yield b"--" + boundary + b"\r\n" + each + b"\r\n"
    yield b"--" + boundary + b"--\r\n"

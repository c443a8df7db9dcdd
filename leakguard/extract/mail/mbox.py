"""A mailbox file: every message in it.

ref: RFC 4155
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from leakguard.extract.blob import Blob, Item
from leakguard.extract.limits import Budget
from leakguard.extract.text.charset import decode
from leakguard.model.content import Role

_FROM_LINE = rb"From [^\r\n]{1,300}\d\d:\d\d[^\r\n]{0,100}\r?\n(?=>?From |[A-Za-z][!-9;-~]*[ \t]*:|\r?\n)"
_START = re.compile(rb"\s{0,16}" + _FROM_LINE)
_BETWEEN = re.compile(rb"\n(?:\r?\n)?" + _FROM_LINE)
_QUOTED_FROM = re.compile(rb"(?m)^>(>*From )")


def is_mbox(blob: Blob) -> bool:
    if blob.declared == "application/mbox" and b"From " in blob.data[:100]:
        return True
    return b"From " in blob.data[:24] and _START.match(blob.data[:1000]) is not None


def read_mbox(blob: Blob, _budget: Budget) -> Iterator[Item]:
    """Each message as a mail of its own, its quoted From lines as they were written."""
    first = _START.match(blob.data[:1000])
    start = first.end() if first is not None else 0
    between = list(_BETWEEN.finditer(blob.data, start))
    lines = [each[0] for each in (first, *between) if each is not None]
    if lines:  # in plain text that begins so, it is a sentence
        yield blob.span(decode(b"\n".join(lines)), role=Role.HIDDEN if between else None)
    ordinal = 1
    for line in between:
        yield _message(blob, ordinal, start, line.start())
        start, ordinal = line.end(), ordinal + 1
    yield _message(blob, ordinal, start, len(blob.data))


def _message(blob: Blob, ordinal: int, start: int, end: int) -> Item:
    content = blob.data[start:end]
    if b"\n>" in content:
        content = _QUOTED_FROM.sub(rb"\1", content)
    return blob.inner(ordinal, content, place=f"message {ordinal}", declared="message/rfc822")

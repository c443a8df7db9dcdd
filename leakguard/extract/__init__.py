"""Bytes -> spans and gaps. One file per format; limits are an argument; nothing here touches the outside.

Promise: any bytes give spans or gaps, never an exception.
"""

from __future__ import annotations

import hashlib
from dataclasses import replace
from functools import partial

from leakguard.extract.blob import Blob
from leakguard.extract.limits import NOT_OPENED, Budget, Limits, OutOfTime
from leakguard.extract.mail.headers import read_header
from leakguard.extract.mail.mail import read_mail
from leakguard.extract.mail.people import authors
from leakguard.extract.walk import walk
from leakguard.model.content import Extraction, Gap, GapKind, Role, Span

__all__ = ["NOT_OPENED", "Limits", "OutOfTime", "extract", "extract_blob"]


def extract(content: bytes, limits: Limits, passwords: tuple[str, ...] = (), *, plain_only: bool = False) -> Extraction:
    """Everything that a recipient of this mail could read, and what could not be read.

    passwords: those configured for files; words of the message are tried too.
    plain_only: open text only; everything else is a gap with the detail NOT_OPENED.
    """
    budget = Budget(limits, passwords, plain_only=plain_only)
    message = Blob(data=content[: limits.message_bytes], part="1", role=Role.BODY, place="body")
    header = read_header(message.data, 0, len(message.data), limits)
    found = walk(message, budget, reader=partial(read_mail, header=header), authors=authors(header))
    if len(content) <= limits.message_bytes:
        return found
    too_large = Gap(part="1", kind=GapKind.TOO_LARGE, detail="message")
    rest = hashlib.sha256(content).hexdigest()
    return replace(found, gaps=(*found.gaps, too_large), unread=(*found.unread, rest))


def extract_blob(blob: bytes, *, part: str, name: str, limits: Limits, declared: str = "") -> Extraction:
    """The same for one file that did not come by mail. `name` is text that people read, and nothing more.

    declared: its content type in lower case, if somebody said so.
    """
    first = Blob(data=blob[: limits.message_bytes], part=part, role=Role.ATTACHMENT, declared=declared)
    found = walk(first, Budget(limits))
    named = Span(text=name, part=part, role=Role.NAME, marks=((0, "attachment name"),))
    too_large = Gap(part=part, kind=GapKind.TOO_LARGE, detail="file")
    return Extraction(
        spans=(named, *found.spans) if name else found.spans,
        gaps=(*found.gaps, too_large) if len(blob) > limits.message_bytes else found.gaps,
    )

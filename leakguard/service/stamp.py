"""Our own notices are known by a keyed stamp over their text, so that a notice that is held is not noticed again.

Rule of this file: the stamp lets nothing pass. A notice that comes back to us is inspected like any other mail.
"""

from __future__ import annotations

import hmac
import re
from dataclasses import dataclass, field

HEADER = "LeakGuard-Notice"

_FIELD = re.compile(rb"([!-9;-~]+)[ \t]*:((?:[^\r\n]|\r\n[ \t])*)\r\n")
_SHOWN = re.compile(rb"(from|sender|reply-to|to|cc|bcc|subject|date|message-id|mime-.*|content-.*|resent-.*)\Z")


@dataclass(frozen=True, slots=True)
class Stamp:
    """secret: 32 bytes, made once per store. The stamp covers the body and every header field that a reader is shown,
    so that it cannot be put on other words. What servers add on the way (Received) may be added.
    """

    secret: bytes = field(repr=False)

    def of(self, content: bytes) -> str:
        """The stamp of a whole message, whether or not it has one already."""
        header, _, body = content.partition(b"\r\n\r\n")
        shown = [
            name.lower() + b":" + b" ".join(value.split())
            for name, value in _FIELD.findall(header + b"\r\n")
            if _SHOWN.match(name.lower())
        ]
        return hmac.digest(self.secret, b"\n".join((*shown, b"", body.rstrip(b"\r\n"))), "sha256").hex()

    def is_ours(self, content: bytes) -> bool:
        header, _, _ = content.partition(b"\r\n\r\n")
        found = [value for name, value in _FIELD.findall(header + b"\r\n") if name.lower() == HEADER.lower().encode()]
        return len(found) == 1 and hmac.compare_digest(found[0].strip(), self.of(content).encode())

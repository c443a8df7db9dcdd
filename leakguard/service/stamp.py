"""Our own notices are known by a keyed stamp over their text, so that a notice is never held and noticed again."""

from __future__ import annotations

import hmac
from dataclasses import dataclass, field

HEADER = "LeakGuard-Notice"


@dataclass(frozen=True, slots=True)
class Stamp:
    """secret: 32 bytes, made once per store. The stamp covers the whole body: it cannot be put on another message."""

    secret: bytes = field(repr=False)

    def of(self, body: bytes) -> str:
        return hmac.digest(self.secret, body.rstrip(b"\r\n"), "sha256").hex()

    def is_ours(self, content: bytes) -> bool:
        header, _, body = content.partition(b"\r\n\r\n")
        for line in header.split(b"\r\n"):
            name, _, value = line.partition(b":")
            if name.lower() == HEADER.lower().encode():
                return hmac.compare_digest(value.strip(), self.of(body).encode())
        return False

"""What EHLO offers: what we can do and the next hop can do too, since parameters go on unchanged.

ref: RFC 5321 section 4.1.1.1, RFC 1870 section 4 (SIZE)
"""

from __future__ import annotations

from collections.abc import Set
from dataclasses import dataclass
from functools import cached_property

OURS = ("PIPELINING", "8BITMIME", "ENHANCEDSTATUSCODES", "DSN", "SMTPUTF8", "CHUNKING")
XFORWARD = "XFORWARD NAME ADDR PROTO HELO IDENT SOURCE"


@dataclass(frozen=True)
class Offer:
    """keywords: of OURS, and SIZE. max_size: octets that both sides take."""

    hostname: str
    keywords: frozenset[str]
    max_size: int

    @cached_property
    def wire(self) -> bytes:
        """The whole EHLO reply, to be written in one go."""
        return self._lines(())

    @cached_property
    def wire_with_xforward(self) -> bytes:
        return self._lines((XFORWARD,))

    def _lines(self, more: tuple[str, ...]) -> bytes:
        size = (f"SIZE {self.max_size}",) if "SIZE" in self.keywords else ()
        words = (self.hostname, *(word for word in OURS if word in self.keywords), *size, *more)
        last = len(words) - 1
        return "".join(f"250{' ' if at == last else '-'}{word}\r\n" for at, word in enumerate(words)).encode()


def nothing(hostname: str, max_size: int) -> Offer:
    """For a client that said HELO, and while the next hop has never been seen."""
    return Offer(hostname, frozenset(), max_size)


def common(hostname: str, max_size: int, extensions: Set[str]) -> Offer:
    """extensions: the next hop's EHLO keywords with their arguments, upper case."""
    theirs = {line.split(" ", 1)[0]: line for line in extensions}
    keywords = frozenset(word for word in (*OURS, "SIZE") if word in theirs)
    limit = theirs.get("SIZE", "").removeprefix("SIZE").strip()
    if limit.isdecimal() and int(limit) > 0:  # SIZE without a number, or 0, is no limit
        max_size = min(max_size, int(limit))
    return Offer(hostname, keywords, max_size)

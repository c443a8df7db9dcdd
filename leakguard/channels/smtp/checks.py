"""Whether the form of a message lets it through: size, NUL, bare CR and LF, loops. Its meaning is the gate's business.

ref: RFC 5321 section 2.3.8 (lines), section 6.3 (loops); RFC 5322 section 2.2
"""

from __future__ import annotations

import re

from leakguard.channels.smtp import replies
from leakguard.service.ports import Reply

_LONE = re.compile(rb"\r\n|\r|\n")
_HOP = re.compile(rb"^received:[^\n]*(?:\n[ \t][^\n]*)*", re.IGNORECASE | re.MULTILINE)


def has_bare_newlines(octets: bytes) -> bool:
    pairs = octets.count(b"\r\n")
    return octets.count(b"\n") != pairs or octets.count(b"\r") != pairs


def normalised(octets: bytes) -> bytes:
    """LF alone is a line end, CR alone a blank, as Postfix has it: neither can end data further on."""
    return _LONE.sub(lambda found: b" " if found[0] == b"\r" else b"\r\n", octets)


def refusal(content: bytes, *, max_size: int, max_received: int, hostname: str) -> Reply | None:
    """Why these octets, bare newlines aside, cannot be a message that we pass on; None when they can."""
    if len(content) > max_size:
        return replies.TOO_LARGE
    if b"\0" in content:
        return replies.HAS_NUL
    if _loops(content, max_received, hostname):
        return replies.LOOPS
    return None


def _loops(content: bytes, max_received: int, hostname: str) -> bool:
    end = content.find(b"\r\n\r\n")
    header = content if end < 0 else content[:end]
    if header.lower().count(b"received:") < 2:
        return False
    hops = _HOP.findall(header)
    ours = re.compile(rb"\sby " + re.escape(hostname.encode()) + rb" \(LeakGuard\)\s", re.IGNORECASE)
    return len(hops) > max_received or sum(1 for hop in hops if ours.search(hop)) >= 2

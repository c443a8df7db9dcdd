"""Our one Received line: where a message came from and when, folded, without recipients.

ref: RFC 5321 section 4.4 (trace), RFC 3848 and RFC 6531 section 4.3 (with)
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import datetime
from email.utils import format_datetime

_HOST = re.compile(r"[A-Za-z0-9._-]{1,255}\Z|\[[A-Za-z0-9.:]{1,255}\]\Z")


@dataclass(frozen=True, slots=True, kw_only=True)
class Client:
    """address: as text. helo: what it calls itself. name: what a listed peer says its name is."""

    address: str
    helo: str
    name: str = ""


def received_line(client: Client, *, hostname: str, protocol: str, reference: str, at: datetime) -> bytes:
    """protocol: SMTP, ESMTP or UTF8SMTP."""
    host = client.helo if _HOST.match(client.helo) else "unknown"
    name = f"{client.name} " if _HOST.match(client.name) else ""
    literal = f"IPv6:{client.address}" if ":" in client.address else client.address
    return (
        f"Received: from {host} ({name}[{literal}])\r\n"
        f"\tby {hostname} (LeakGuard) with {protocol} id {reference};\r\n"
        f"\t{format_datetime(at)}\r\n"
    ).encode("ascii", "replace")

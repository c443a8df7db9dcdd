"""XFORWARD: what a listed peer says about the client behind it. For logs and Received, never for decisions.

ref: Postfix XFORWARD_README; RFC 3461 section 4 (xtext)
"""

from __future__ import annotations

import re

ATTRIBUTES = frozenset({"NAME", "ADDR", "PROTO", "HELO", "IDENT", "SOURCE"})
_PAIR = re.compile(r"([A-Za-z]{1,16})=([!-<>-~]{1,255})\Z")
_HEX = re.compile(r"\+([0-9A-F]{2})")
_PLAIN = re.compile(r"[A-Za-z0-9._:\[\]-]{1,255}\Z")
_UNKNOWN = ("[UNAVAILABLE]", "[TEMPUNAVAIL]")


def parse_xforward(argument: bytes) -> dict[str, str] | None:
    """Attributes by name, "" where the peer does not know; None when the argument is no list of attributes."""
    found: dict[str, str] = {}
    for text in argument.decode("ascii", "replace").split(" "):
        pair = _PAIR.match(text)
        if pair is None or pair[1].upper() not in ATTRIBUTES:
            return None
        found[pair[1].upper()] = _value(pair[2])
    return found


def _value(xtext: str) -> str:
    if xtext.upper() in _UNKNOWN:
        return ""
    text = _HEX.sub(lambda code: chr(int(code[1], 16)), xtext)
    text = text[5:] if text[:5].upper() == "IPV6:" else text
    return text if _PLAIN.match(text) else ""

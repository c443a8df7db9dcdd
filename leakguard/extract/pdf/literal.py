"""Text of a drawing without its font: what stands there letter by letter. ref: ISO 32000"""

from __future__ import annotations

import re

from leakguard.extract.pdf.strings import text_of, unescaped, unhexed

_DRAWS = re.compile(
    rb"[\d.\]]\s{1,5}(?:d[01]|re|cm|l|m|c|w|Td|TD|Tm|Tf|rg|RG|g|G|k|K|sc|scn)\s|/\S{1,40}\s{1,5}(?:Do|gs|BMC|cs|CS|sh)\b|\bBT\s"
)
_HEAD = 3_000
_TOKEN = re.compile(
    rb"\(((?:[^()\\]++|\\[\s\S]|\([^()\\]{0,500}\))*+)\)|<([0-9A-Fa-f\s]*+)>|(-?\d+)(?=[\d.]*\s*[(<])|(T[dDm*]|ET|['\"])(?=\s)"
)
_WIDE = -180  # thousandths of the letter size: a move of that much to the right is a blank
_MOST_HEX_LETTERS = 0.6


def is_drawing(content: bytes) -> bool:
    """Operators of a page, a form or a glyph."""
    return _DRAWS.search(content[:_HEAD]) is not None


def literal_text(content: bytes) -> str:
    """Its strings, joined where they are written side by side; "" if they are no letters."""
    if b"BT" not in content:
        return ""
    out: list[str] = []
    for literal, coded, move, _ in (match.groups() for match in _TOKEN.finditer(content)):
        if literal is not None:
            out.append(text_of(unescaped(literal)))
        elif coded is not None:
            out.append(text_of(unhexed(coded)))
        elif move is not None:
            out.append(" " if int(move[:9]) < _WIDE else "")
        else:
            out.append("\n")
    text = "".join(out).strip()
    letters = sum(each.isalpha() or each.isspace() for each in text)
    return text if letters > len(text) * _MOST_HEX_LETTERS else ""

"""Headers and footers of sheets: their codes for fonts, sizes and page numbers are no text."""

from __future__ import annotations

import re

_CODE = re.compile(r'&(?:"[^"]*"|K[0-9A-Fa-f]{6}|\d{1,3}|[A-Za-z&])')


def without_codes(text: str) -> str:
    return " ".join(_CODE.sub(lambda code: "&" if code[0] == "&&" else " ", text).split())

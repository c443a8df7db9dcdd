"""What drawings would cost PDFium, told before it sees them: it keeps some 600 octets for each piece of text.

A form may be drawn by another one many times, and that one again: a few lines make a billion pieces.
"""

from __future__ import annotations

import re
from collections import Counter

from leakguard.extract.limits import CannotRead
from leakguard.extract.pdf.objects import Object
from leakguard.model.content import GapKind

_MOST = 300_000  # pieces in one drawing; a full page has some 10,000, the densest map 50,000
_DEPTH = 30
_DRAWN = re.compile(rb"/([^\s/<>\[\](){}%]{1,60})\s{1,5}Do\b")
_FORMS = re.compile(rb"/XObject\s{0,5}(?:<<([^>]{0,100000})>>|(\d{1,10})\s{1,5}\d{1,5}\s{1,5}R\b)")
_RESOURCES = re.compile(rb"/Resources\s{1,5}(\d{1,10})\s{1,5}\d{1,5}\s{1,5}R\b")
_NAMED = re.compile(rb"/([^\s/<>\[\](){}%]{1,60})\s{0,5}(\d{1,10})\s{1,5}\d{1,5}\s{1,5}R\b")


def check_weight(objects: list[Object], drawings: dict[int, bytes]) -> None:
    """Raises CannotRead for a drawing, with the forms in it, that is too much for any reader."""
    weights = {number: content.count(b"Tj") + content.count(b"TJ") for number, content in drawings.items()}
    if any(weight > _MOST for weight in weights.values()):
        raise CannotRead(GapKind.TOO_LARGE, "PDF page")
    if not any(b"/BBox" in each.body and b" Do" in drawings.get(each.number, b"") for each in objects):
        return
    bodies = {each.number: each.body for each in objects}
    inner = {number: _inner(content, number, bodies) for number, content in drawings.items() if b"Do" in content}
    total: dict[int, int] = {}
    for number in inner:
        if _total(number, weights, inner, total, _DEPTH) > _MOST:
            raise CannotRead(GapKind.TOO_LARGE, "PDF forms in forms")


def _inner(content: bytes, number: int, bodies: dict[int, bytes]) -> Counter[int]:
    """How often it draws each form, by its own resources."""
    body = bodies.get(number, b"")
    resources = _RESOURCES.search(body)
    found = _FORMS.search(bodies.get(int(resources[1]), b"") if resources else body)
    if not found:
        return Counter()
    listed = found[1] if found[1] is not None else bodies.get(int(found[2]), b"")
    names = {name: int(target) for name, target in _NAMED.findall(listed)}
    drawn = Counter(_DRAWN.findall(content))
    return Counter({names[name]: count for name, count in drawn.items() if name in names})


def _total(
    number: int, weights: dict[int, int], inner: dict[int, Counter[int]], total: dict[int, int], depth: int
) -> int:
    """Pieces of the drawing with all that it draws. What draws itself twice or more grows without end."""
    if number in total:
        return total[number]
    if not depth:
        return _MOST + 1
    total[number] = 0  # while it is being counted
    pieces = 1 + weights.get(number, 0)
    for form, count in inner.get(number, Counter()).items():
        once = _total(form, weights, inner, total, depth - 1)
        pieces += count * once if once or count == 1 else _MOST
    total[number] = min(pieces, _MOST + 1)
    return total[number]

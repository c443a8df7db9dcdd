"""Which attributes of a stranger's HTML are kept, and with what values: few, short, and none that loads or overlays.

What a style hides is shown: a reviewer should rather see too much.
"""

from __future__ import annotations

import re

_SIZE = r"\d{1,3}(?:\.\d{1,3})?(?:px|pt|em|rem|%)?"
_COLOUR = r"#[0-9a-f]{3,8}|[a-z]{3,24}|rgba?\([\d\s.,%/]{1,40}\)"
_WORDS = r"[a-z-]{1,24}"
_LINE = rf"(?:{_SIZE}|{_COLOUR})(?: (?:{_SIZE}|{_COLOUR})){{0,3}}"
_STYLES = {
    "color": _COLOUR,
    "background-color": _COLOUR,
    "background": _COLOUR,
    "font-weight": rf"{_WORDS}|\d{{3}}",
    "font-style": _WORDS,
    "font-size": rf"{_SIZE}|{_WORDS}",
    "text-align": _WORDS,
    "text-decoration": _WORDS,
    "vertical-align": rf"{_WORDS}|{_SIZE}",
    "white-space": _WORDS,
    "list-style-type": _WORDS,
    "border-collapse": _WORDS,
    **dict.fromkeys(("border", "border-top", "border-right", "border-bottom", "border-left"), _LINE),
    **dict.fromkeys(("border-color", "border-style", "border-width"), _LINE),
    **dict.fromkeys(("padding", "padding-top", "padding-right", "padding-bottom", "padding-left"), _LINE),
}
_ALLOWED = {name: re.compile(rf"(?:{value})\Z") for name, value in _STYLES.items()}
_MOST_DECLARATIONS = 30
_NAMES = "|".join(sorted(map(re.escape, _STYLES), key=len, reverse=True))
_VALUE = r"(?:[a-z0-9#%. -]|rgba?\([\d\s.,%/]{1,40}\)){1,80}"
STYLE = rf"(?:(?:{_NAMES}):{_VALUE};)*"  # what comes out, for who checks it: no address can stand in it

_NUMBER = re.compile(r"\d{1,4}%?\Z")
_PLAIN = re.compile(r"[A-Za-z0-9#%, -]{1,60}\Z")
TEXTS = frozenset({"alt"})
NUMBERS = frozenset({"width", "height", "border", "cellpadding", "cellspacing", "colspan", "rowspan", "start", "span"})
PLAIN = frozenset({"align", "valign", "bgcolor", "color", "face", "size", "type"})
_LONGEST_TEXT = 200


def kept(name: str, value: str) -> str | None:
    """The value of an attribute as it may stay, or None."""
    if name == "style":
        return style(value) or None
    if name in TEXTS:
        return " ".join(value.split())[:_LONGEST_TEXT].replace("<", "‹").replace(">", "›")
    if name in NUMBERS:
        return value.strip() if _NUMBER.match(value.strip()) else None
    if name in PLAIN:
        return value.strip() if _PLAIN.match(value.strip()) else None
    return None


def style(value: str) -> str:
    """The declarations that only change how letters, cells and lines look."""
    found: list[str] = []
    for declaration in value.split(";")[:_MOST_DECLARATIONS]:
        name, _, written = declaration.partition(":")
        name, written = name.strip().lower(), " ".join(written.lower().replace("!important", "").split())
        if name in _ALLOWED and len(written) <= 80 and _ALLOWED[name].match(written):
            found.append(f"{name}:{written};")
    return "".join(found)

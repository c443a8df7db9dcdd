"""What a disguise is here: a function with a name, what it is given, and whether a guard can be asked to read it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from enum import Enum

Disguise = Callable[[str], str]
TECHNIQUES: dict[str, Technique] = {}


class Given(Enum):
    """WORD: each word by itself. TEXT: the whole of the words. HTML: likewise, gives HTML. MAIL: gives a message."""

    WORD = "word"
    TEXT = "text"
    HTML = "html"
    MAIL = "mail"
    FIGURE = "figure"


@dataclass(frozen=True, slots=True, kw_only=True)
class Technique:
    """not_asked: why even a good guard cannot be asked to read this; decided before the first run.

    shown: how a reader sees the words, where that is neither what was given nor what came out.
    """

    name: str
    family: str
    what: str
    given: Given
    apply: Disguise
    not_asked: str = ""
    shown: Disguise | None = None


def disguise(
    family: str, given: Given = Given.WORD, *, not_asked: str = "", shown: Disguise | None = None
) -> Callable[[Disguise], Disguise]:
    """Put the function into the table, under its own name."""

    def register(function: Disguise) -> Disguise:
        name = function.__name__.replace("_", " ")
        what = (function.__doc__ or "").strip()
        add(family, name, what, given, function, not_asked=not_asked, shown=shown)
        return function

    return register


def add(
    family: str,
    name: str,
    what: str,
    given: Given,
    apply: Disguise,
    *,
    not_asked: str = "",
    shown: Disguise | None = None,
) -> None:
    assert name not in TECHNIQUES, f"two of {name}"
    assert what, f"{name} says nothing about itself"
    TECHNIQUES[name] = Technique(
        name=name, family=family, what=what, given=given, apply=apply, not_asked=not_asked, shown=shown
    )

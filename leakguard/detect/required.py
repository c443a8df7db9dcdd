"""Reads off a regular expression a literal that every match contains, or nothing where that is not plain to see."""

from __future__ import annotations

import re
from functools import lru_cache

from leakguard.detect.normalise import fold_phrase
from leakguard.model.rule import Regex

_LEAST = 3  # a shorter one is in every message
_PLAIN_ESCAPES = "bBdDsSwWAZ"
_FLAGS = re.compile(r"\(\?[ims]+\)")
_GROUP = re.compile(r"\((?!\?)|\(\?(?::|=|!|<=|<!|>|P<\w+>)")
_CLASS = re.compile(r"\[\^?\]?(?:[^\]\[\\]|\\[^\W_]|\\[^\w])*\]")
_ESCAPE = re.compile(rf"\\[{_PLAIN_ESCAPES}]|\\[^\w]")
_LITERAL = re.compile(r"[a-zA-Z0-9]+")
_OPTIONAL = re.compile(r"[?*]|\{[^{}]*\}")
_OTHER = re.compile(r"[^\\\[\](){}|*?]")
_TOKEN = re.compile("|".join(f"(?P<{name}>{each.pattern})" for name, each in {
    "flags": _FLAGS, "open": _GROUP, "class": _CLASS, "escape": _ESCAPE, "literal": _LITERAL, "optional": _OPTIONAL,
    "close": re.compile(r"\)"), "choice": re.compile(r"\|"), "other": _OTHER,
}.items()))  # fmt: skip


def prefilter(regex: Regex) -> tuple[str, ...]:
    """Folded literals one of which is in every text the pattern matches; none where that is not known."""
    if regex.prefilter:
        folded = tuple(map(fold_phrase, regex.prefilter))
        return folded if all(folded) else ()
    literal = required_literal(regex.pattern)
    return (literal,) if literal else ()


@lru_cache(maxsize=65536)
def required_literal(pattern: str) -> str | None:
    """The longest run of ASCII letters and digits outside all groups that every match contains, in lower case.

    Not sure is None: verbose, reverse and other flags, named characters, a choice outside groups, classes in classes.
    """
    runs: list[str] = []
    depth = at = 0
    while at < len(pattern):
        token = _TOKEN.match(pattern, at)
        if token is None or (token.lastgroup == "choice" and depth == 0):
            return None
        kind, at = token.lastgroup, token.end()
        depth += (kind == "open") - (kind == "close")
        if depth < 0:
            return None
        if kind == "literal" and depth == 0:
            runs.append(token.group())
        elif kind == "optional" and depth == 0 and pattern[token.start() - 1 : token.start()].isalnum():
            _drop_last(runs, pattern, token.start())
    longest = max(runs, key=len, default="").lower()
    return longest if len(longest) >= _LEAST and depth == 0 else None


def _drop_last(runs: list[str], pattern: str, at: int) -> None:
    """What may be missing is the character before: of the last run, unless that is a class such as `\\d`."""
    if runs and not pattern[:at].endswith("\\" + pattern[at - 1]):
        runs[-1] = runs[-1][:-1]

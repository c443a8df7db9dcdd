"""Slack's marked-up text as its readers see it: references by their labels, no marks, no escapes. And back. Pure."""

from __future__ import annotations

import re

_REFERENCE = re.compile(r"<([^<>\n]*)>")
_MARKS = re.compile(r"[*_~`]")
_UNSEEN = dict.fromkeys(map(ord, "\u00ad\u200b\u200c\u200d\u2060\ufeff"))


def shown(text: str) -> tuple[str, ...]:
    """The text as shown; the same without marks where it has any; the addresses that its labels hide."""
    hidden: list[str] = []

    def label(match: re.Match[str]) -> str:
        seen, address = _seen_of(match[1])
        if address and address != seen:
            hidden.append(address)
        return seen

    seen = visible(_unescaped(_REFERENCE.sub(label, text)))
    return tuple(dict.fromkeys((seen, _MARKS.sub("", seen), *map(_unescaped, hidden))))


def escaped(text: str) -> str:
    """As text of ours, in which nothing is a reference."""
    return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")


def visible(text: str) -> str:
    """Without characters of no width, which would part a word for us and for nobody else."""
    return text.translate(_UNSEEN)


def _seen_of(reference: str) -> tuple[str, str]:
    """What stands on the screen for one reference, and the address behind it."""
    target, bar, label = reference.partition("|")
    if target.startswith("!date^"):
        return label, ""
    if target.startswith(("@", "#", "!")):
        sign = target[0].replace("!", "@")
        name = label if bar else target[1:] if target[0] == "!" else ""
        return (name if name.startswith(sign) else sign + name), ""
    return label or target, target


def _unescaped(text: str) -> str:
    return text.replace("&lt;", "<").replace("&gt;", ">").replace("&amp;", "&")

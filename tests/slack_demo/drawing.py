"""What people see in Slack, as lines for a terminal: cards with their buttons, names instead of ids. Pure."""

from __future__ import annotations

import html
import re
import textwrap
from collections.abc import Callable, Iterable, Iterator, Sequence
from typing import Any

WIDTH = 92
_DATE = re.compile(r"<!date\^[^|>]*\|([^>]*)>")
_PLACE, _PERSON = re.compile(r"<#(\w+)(?:\|[^>]*)?>"), re.compile(r"<@(\w+)>")
_BOLD = re.compile(r"(?<!\w)\*([^*\n]+)\*(?!\w)")


def framed(blocks: Sequence[dict[str, Any]], named: Callable[[str], str]) -> list[str]:
    """named: what an id of a channel or person is called."""
    return [f"| {line}".rstrip() for block in blocks for line in _block(block, named)]


def wrapped(text: str) -> list[str]:
    """A text on its own."""
    return [f"| {line}".rstrip() for line in _wrapped(text)]


def readable(text: str, named: Callable[[str], str]) -> str:
    """Slack's markup as it is shown."""
    text = _DATE.sub(r"\1", text)
    text = _PLACE.sub(lambda found: f"#{named(found[1])}", text)
    text = _PERSON.sub(lambda found: f"@{named(found[1])}", text)
    return html.unescape(_BOLD.sub(r"\1", text))


def _block(block: dict[str, Any], named: Callable[[str], str]) -> Iterator[str]:
    match block["type"]:
        case "header":
            yield readable(block["text"]["text"], named).upper()
        case "section":
            yield from _wrapped(readable(block["text"]["text"], named))
        case "context":
            yield from _wrapped(" ".join(readable(each["text"], named) for each in block["elements"]))
        case "actions":
            yield from _wrapped("  ".join(_button(each) for each in block["elements"]))
        case "rich_text":
            yield from _wrapped(" ".join(_texts(block)))
        case "divider":
            yield "-" * 8


def _button(element: dict[str, Any]) -> str:
    link = f": {element['url']}" if "url" in element else ""
    return f"[{element['text']['text']}{link}]"


def _texts(element: Any) -> Iterable[str]:
    if isinstance(element, dict):
        if isinstance(element.get("text"), str):
            yield element["text"]
        for each in element.get("elements", ()):
            yield from _texts(each)


def _wrapped(text: str) -> Iterator[str]:
    for line in text.split("\n"):
        yield from textwrap.wrap(line, WIDTH, break_long_words=False, break_on_hyphens=False) or [""]

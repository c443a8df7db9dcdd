"""Block Kit, as little of it as the screens need, within Slack's limits. Pure.

Rule of this file: what is too long is cut here, since Slack refuses a whole screen for one text.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from leakguard.model.time_text import full_time

Block = dict[str, Any]

MOST_TEXT, MOST_HEADER, MOST_BUTTON, MOST_OPTIONS = 3000, 150, 75, 100


def clipped(text: str, most: int) -> str:
    return text if len(text) <= most else text[: most - 1] + "…"


def shown_time(at: datetime, zone: str) -> str:
    """In the viewer's own time; `zone` is for programs that do not know how."""
    return f"<!date^{int(at.timestamp())}^{{date_short_pretty}} {{time}}|{full_time(at, zone)}>"


def plain(text: str, most: int = MOST_BUTTON) -> Block:
    return {"type": "plain_text", "text": clipped(text, most)}


def header(text: str) -> Block:
    return {"type": "header", "text": plain(text, MOST_HEADER)}


def section(text: str, block_id: str = "") -> Block:
    """text: marked up; whatever is not ours is escaped before it comes here."""
    named = {"block_id": block_id} if block_id else {}
    return {"type": "section", **named, "text": {"type": "mrkdwn", "text": clipped(text, MOST_TEXT)}}


def context(text: str, block_id: str = "") -> Block:
    named = {"block_id": block_id} if block_id else {}
    return {"type": "context", **named, "elements": [{"type": "mrkdwn", "text": clipped(text, MOST_TEXT)}]}


def divider() -> Block:
    return {"type": "divider"}


def button(text: str, action: str, *, url: str = "") -> Block:
    return {"type": "button", "action_id": action, "text": plain(text)} | ({"url": url} if url else {})


def buttons(*elements: Block) -> Block:
    return {"type": "actions", "elements": list(elements)}


def form_field(block_id: str, label: str, element: Block, *, is_optional: bool = False, hint: str = "") -> Block:
    """One input, which tells us of itself while it is filled in."""
    shape = {
        "type": "input",
        "block_id": block_id,
        "label": plain(label, 2000),
        "element": element,
        "optional": is_optional,
        "dispatch_action": True,
    }
    return shape | ({"hint": plain(hint, 2000)} if hint else {})


def options(named: Sequence[tuple[str, str]]) -> list[Block]:
    """Of pairs of value and label; the first hundred."""
    return [{"text": plain(label), "value": value} for value, label in named[:MOST_OPTIONS]]


def modal(callback: str, title: str, blocks: Sequence[Block], *, submit: str = "") -> Block:
    shape = {"type": "modal", "title": plain(title, 24), "close": plain("Close", 24), "blocks": list(blocks)}
    named = {"callback_id": callback} if callback else {}
    return shape | named | ({"submit": plain(submit, 24)} if submit else {})


def home(blocks: Sequence[Block]) -> Block:
    return {"type": "home", "blocks": list(blocks)}

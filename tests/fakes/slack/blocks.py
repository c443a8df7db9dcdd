"""The limits of Block Kit that an app runs into: too many blocks, too long texts, an id given twice."""

from __future__ import annotations

from collections.abc import Iterable

from tests.fakes.slack.state import Json, Refused

MESSAGE_BLOCKS, VIEW_BLOCKS, TITLE, METADATA = 50, 100, 24, 3000
TEXTS = {"section": 3000, "header": 150}
BUTTON, ACTIONS = 75, 25


def check_message(blocks: list[Json]) -> None:
    if len(blocks) > MESSAGE_BLOCKS or any(_wrong(blocks)):
        raise Refused("invalid_blocks")


def check_view(view: Json, kind: str) -> None:
    blocks = view.get("blocks", [])
    wrong = view.get("type") != kind or len(blocks) > VIEW_BLOCKS or any(_wrong(blocks))
    title = (view.get("title") or {}).get("text", "")
    if kind == "modal":
        needs_submit = any(block["type"] == "input" for block in blocks) and not view.get("submit")
        wrong = wrong or not 0 < len(title) <= TITLE or needs_submit
    if wrong or len(view.get("private_metadata") or "") > METADATA:
        raise Refused("invalid_arguments")


def _wrong(blocks: list[Json]) -> Iterable[bool]:
    ids = [block["block_id"] for block in blocks if "block_id" in block]
    yield len(ids) != len(set(ids))
    for block in blocks:
        yield "type" not in block
        text = (block.get("text") or {}).get("text", "x")
        yield not 0 < len(text) <= TEXTS.get(block.get("type", ""), len(text))
        yield len(block.get("fields", [])) > 10
        if block.get("type") == "actions":
            yield not 0 < len(block.get("elements", [])) <= ACTIONS
            yield from (_wrong_button(one) for one in block["elements"] if one.get("type") == "button")


def _wrong_button(button: Json) -> bool:
    return not 0 < len(button["text"]["text"]) <= BUTTON or len(button.get("value", "")) > 2000

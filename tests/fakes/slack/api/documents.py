"""Canvases and lists: files whose content comes by methods of their own, for those who may see them."""

from __future__ import annotations

from tests.fakes.slack.api.call import Call
from tests.fakes.slack.shapes import file_json
from tests.fakes.slack.state import File, Json, Refused


def canvas_content(call: Call) -> Json:
    """The whole of it, without pages. As markdown it is the same words, and nobody here asks for marks."""
    kind = call.text("content_type") or "markdown"
    if kind not in {"markdown", "html"}:
        raise Refused("invalid_arguments")
    return {"content": _document(call, "quip", "canvas").content.decode()}


def list_items(call: Call) -> Json:
    file = _document(call, "list", "list")
    page, cursor = call.page(list(enumerate(file.rows)), 100)
    items = [
        {"id": f"Rec{number:08d}", "list_id": file.id, "date_created": file.created, "fields": row}
        for number, row in page
    ]
    more = {"list": file_json(file, call.workspace.url)} if call.yes("include_list") else {}
    return {"items": items, "response_metadata": {"next_cursor": cursor}} | more


def _document(call: Call, mode: str, what: str) -> File:
    try:
        file = call.workspace.seen_file(call.needed(f"{what}_id"), call.token)
    except Refused:
        raise Refused(f"{what}_not_found") from None
    if file.mode != mode:
        raise Refused(f"{what}_not_found")
    return file

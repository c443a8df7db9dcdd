"""Canvases and lists: what Slack keeps as files and gives out by methods of its own, fetched to be read.

Their files' addresses lead to pages for browsers; only these methods say that what they give is the whole.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any

from leakguard.channels.slack.api import Fetched, SlackApi
from leakguard.channels.slack.limiter import Limiter
from leakguard.channels.slack.paging import next_cursor
from leakguard.channels.slack.reading import words_of

_PAGE, MOST_PAGES = 100, 50


class Document(StrEnum):
    CANVAS = "canvas"
    LIST = "list"


def document_of(told: Mapping[str, Any]) -> Document | None:
    """By mode, by file type or by media type, since events carry one or the other."""
    named = {told.get("mode"), told.get("filetype"), told.get("mimetype")}
    if named & {"canvas", "quip", "docs", "application/vnd.slack-docs"}:
        return Document.CANVAS
    if named & {"list", "application/vnd.slack-list"}:
        return Document.LIST
    return None


@dataclass(frozen=True, slots=True, kw_only=True)
class Documents:
    """token: with canvases:read and lists:read, where the workspace granted them."""

    api: SlackApi
    limiter: Limiter
    token: str = field(repr=False)

    async def fetch(self, kind: Document, file: str) -> Fetched | None:
        """None: it did not come whole. Raises ApiRefused (missing_scope, canvas_not_found ...) and ApiUnavailable."""
        if kind is Document.LIST:
            return await self._list(file)
        answer = await self._call("canvases.getContent", canvas_id=file, content_type="html")
        content = answer.get("content")
        return Fetched(content.encode("utf-8", "replace"), "text/html") if isinstance(content, str) else None

    async def _list(self, file: str) -> Fetched | None:
        lines: list[str] = []
        cursor, more = "", {"include_list": "true"}
        for _ in range(MOST_PAGES):
            asked = {"list_id": file, "limit": str(_PAGE), **more, **({"cursor": cursor} if cursor else {})}
            page = await self._call("slackLists.items.list", **asked)
            lines += _of_page(page)
            cursor, more = next_cursor(page), {}
            if not cursor:
                return Fetched("\n".join(lines).encode("utf-8", "replace"), "text/plain")
        return None

    async def _call(self, method: str, **fields: str) -> Mapping[str, Any]:
        return await self.limiter.run(method, (), lambda: self.api.call(method, self.token, **fields))


def _of_page(page: Mapping[str, Any]) -> Iterator[str]:
    """The list's own words, then a line for each row, its cells by tab, as sheets are read."""
    if isinstance(page.get("list"), Mapping):
        yield from words_of(page["list"])
    for item in page.get("items") or ():
        cells = item.get("fields") if isinstance(item, Mapping) else None
        if isinstance(cells, list):
            yield "\t".join(" ".join(_of_cell(cell)) for cell in cells)
        yield from words_of({key: value for key, value in item.items() if key != "fields"} if cells else item)


def _of_cell(cell: object) -> list[str]:
    """Without the name that programs have for its column; what people call it is in the list's own words."""
    return words_of(
        {name: value for name, value in cell.items() if name != "key"} if isinstance(cell, Mapping) else cell
    )

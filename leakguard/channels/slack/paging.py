"""What Slack gives in pages, one after the other, by its cursors."""

from __future__ import annotations

from collections.abc import AsyncIterator, Awaitable, Callable, Mapping
from itertools import count
from typing import Any

from leakguard.model.errors import LeakGuardError

Page = Mapping[str, Any]


class TooManyPages(LeakGuardError):
    """There are more, and they were not asked for."""


async def pages(
    call: Callable[[dict[str, str]], Awaitable[Page]], asked: Mapping[str, str], most: int | None = None
) -> AsyncIterator[Page]:
    """call: one page, by its arguments. Raises what it raises; TooManyPages after `most` of them."""
    fields = dict(asked)
    for number in count(1):
        page = await call(fields)
        yield page
        cursor = next_cursor(page)
        if not cursor:
            return
        if number == most:
            raise TooManyPages(f"more than {most} pages")
        fields = {**asked, "cursor": cursor}


def next_cursor(page: Page) -> str:
    """ "" on the last one."""
    return str((page.get("response_metadata") or {}).get("next_cursor") or "")

"""A test that awaits: run to its end in a loop of its own."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from functools import wraps
from typing import Any


def story(told: Callable[..., Awaitable[None]]) -> Callable[..., None]:
    @wraps(told)
    def run(*given: Any, **named: Any) -> None:
        async def whole() -> None:
            await told(*given, **named)

        asyncio.run(whole())

    return run

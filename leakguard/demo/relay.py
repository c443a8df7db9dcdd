"""The real relay of a demo, from its settings file, with people seated before its pages; it ends with its block."""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

from leakguard import app, running
from leakguard.app import App
from leakguard.clock import GuardedClock
from leakguard.demo.desk import PEOPLE, seat
from leakguard.demo.stage import Stage
from leakguard.settings import read_settings


@contextlib.asynccontextmanager
async def opened(config: Path, clock: GuardedClock, stage: Stage, web_port: int) -> AsyncIterator[App]:
    """Doors are open when it begins. Raises what kept them shut, such as a port in use."""
    built = await app.build(read_settings(config), clock)
    stopping, ready = asyncio.Event(), asyncio.Event()
    relay = asyncio.ensure_future(running.run(built, stopping, lambda _: ready.set()))
    try:
        await _ready(ready, relay)
        _open_pages(stage, web_port, await seat(built.store, clock))
        yield built
    finally:
        stopping.set()
        with contextlib.suppress(asyncio.CancelledError):
            await relay


def _open_pages(stage: Stage, web_port: int, password: str) -> None:
    stage.say(f"\nreview pages: http://127.0.0.1:{web_port}/  (password of all three for this run: {password})")
    for handle, name, roles in PEOPLE:
        stage.say(f"  {handle}: {name}, {', '.join(sorted(each.value.replace('_', ' ') for each in roles))}")
    stage.say()


async def _ready(ready: asyncio.Event, relay: asyncio.Future[int]) -> None:
    waiting = asyncio.ensure_future(ready.wait())
    both: list[asyncio.Future[Any]] = [waiting, relay]
    await asyncio.wait(both, return_when=asyncio.FIRST_COMPLETED)
    waiting.cancel()
    if relay.done():
        relay.result()

"""Runs the app until it is told to end: signals, what happens when a part ends, and one relay for each store."""

from __future__ import annotations

import asyncio
import contextlib
import fcntl
import signal
from collections.abc import Callable, Iterator
from pathlib import Path

import structlog

from leakguard.app import App, build
from leakguard.clock import GuardedClock
from leakguard.model.errors import Refused
from leakguard.service.ports import Store
from leakguard.settings import Settings

log = structlog.get_logger("leakguard.app")

DRAIN_SECONDS = 30.0


async def serve(settings: Settings, when_ready: Callable[[App], None] = lambda app: None) -> int:
    """Run until SIGTERM or SIGINT; SIGHUP reloads the rulebook and trusts the clock again. Returns the exit status."""
    with _alone_with(Path(settings.store)):
        return await _serve(settings, when_ready)


async def _serve(settings: Settings, when_ready: Callable[[App], None]) -> int:
    app = await build(settings)
    stopping = asyncio.Event()
    loop = asyncio.get_running_loop()
    for number in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(number, stopping.set)
    loop.add_signal_handler(signal.SIGHUP, _ask_reload, app)
    status = await run(app, stopping, when_ready)
    log.info("leakguard.stopped", code=str(status))
    return status


async def run(app: App, stopping: asyncio.Event, when_ready: Callable[[App], None] = lambda app: None) -> int:
    """Open the doors and work until `stopping`, or until the store breaks, which is status 1."""
    await app.clerk.recover()
    tasks = [asyncio.ensure_future(each) for each in app.loops()]
    broken = asyncio.ensure_future(_broken(app.store))
    asked = asyncio.ensure_future(stopping.wait())
    try:
        await app.start()
        log.info("leakguard.serving", rulebook=app.current.rulebook.digest, listeners=len(app.listeners))
        when_ready(app)
        ended, _ = await asyncio.wait([asked, broken, *tasks], return_when=asyncio.FIRST_COMPLETED)
        status = 0 if asked in ended else 1
        if status:
            log.error("leakguard.cannot_go_on", alarm=True)
    finally:
        await app.drain(tasks[0], DRAIN_SECONDS)
        for task in (*tasks, broken, asked):
            task.cancel()
        await asyncio.gather(*tasks, broken, asked, return_exceptions=True)
        await app.close()
    return status


async def _broken(store: Store) -> None:
    """Returns when the store can no longer promise anything: a failed fsync is never retried."""
    broken = getattr(store, "broken", None)
    await (broken or asyncio.Event()).wait()


@contextlib.contextmanager
def _alone_with(store: Path) -> Iterator[None]:
    """One relay at a time: at its start it takes over what its predecessor left half done. Raises Refused."""
    with Path(f"{store}.lock").open("ab") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            raise Refused(f"another relay is running with the store {store}") from None
        yield


def _ask_reload(app: App) -> None:
    if isinstance(app.clock, GuardedClock):
        app.clock.trust()
    app.reload.asked.set()

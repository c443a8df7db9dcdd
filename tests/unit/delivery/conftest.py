"""Runs a coroutine to its end on both event loops."""

from __future__ import annotations

import asyncio

import pytest


def _uvloop():
    return pytest.importorskip("uvloop").new_event_loop()


@pytest.fixture(params=[asyncio.new_event_loop, _uvloop], ids=["asyncio", "uvloop"])
def run(request):
    """`run(coroutine)` under a deadline, so that a promise that hangs is a promise broken."""

    def run_until_done(coroutine):
        async def timed():
            async with asyncio.timeout(10):
                return await coroutine

        with asyncio.Runner(loop_factory=request.param) as runner:
            return runner.run(timed())

    return run_until_done

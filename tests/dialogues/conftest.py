"""Each conversation is held on every event loop that is installed."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Coroutine

import pytest

Run = Callable[[Coroutine[None, None, None]], None]


def loop_factories() -> list[pytest.ParameterSet]:
    found = [pytest.param(asyncio.new_event_loop, id="asyncio")]
    try:
        import uvloop
    except ImportError:
        return found
    return [*found, pytest.param(uvloop.new_event_loop, id="uvloop")]


@pytest.fixture(params=loop_factories())
def run(request: pytest.FixtureRequest) -> Run:
    def with_loop(what: Coroutine[None, None, None]) -> None:
        with asyncio.Runner(loop_factory=request.param) as runner:
            runner.run(what)

    return with_loop

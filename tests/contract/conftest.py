"""The stores that must all keep the same promises. Add the next one to `params`; it is done when the suite is green."""

from __future__ import annotations

import asyncio

import pytest

from leakguard.store.memory import MemoryStore
from leakguard.store.sqlite import SqliteStore


@pytest.fixture
def run():
    """Runs a coroutine to its end, always in the same loop."""
    with asyncio.Runner() as runner:
        yield runner.run


@pytest.fixture(params=["memory", "sqlite"])
def store(request, tmp_path, run):
    opened = MemoryStore() if request.param == "memory" else run(SqliteStore.open(tmp_path / "leakguard.db"))
    yield opened
    run(opened.close())


@pytest.fixture
def records(store):
    """The records in that store."""
    return store.records

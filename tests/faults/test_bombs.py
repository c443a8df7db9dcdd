"""A bomb arrives: within ten seconds and half a GiB it is a gap, and what stood beside it was read."""

from __future__ import annotations

import asyncio
import sys
import time

import pytest

from tests.fakes.bombs import BOMBS
from tests.fakes.wicked import Pool, look

SECONDS, MEMORY_MIB = 10.0, 512
SLACK_SECONDS = 1.0  # of a busy machine


@pytest.mark.skipif(not sys.platform.startswith("linux"), reason="no limit on memory here")
@pytest.mark.parametrize("name", BOMBS)
def test_a_bomb_is_a_gap_in_time_and_memory(name: str) -> None:
    content = BOMBS[name]()

    async def story() -> None:
        async with Pool(seconds=SECONDS) as workers:
            began = time.monotonic()
            verdict = await look(workers, content)
            took = time.monotonic() - began
            await workers._keeper.drained()
            peak_mib = workers.peak_kib / 1024

        print(
            f"{name}: {took:.1f} s, {peak_mib:.0f} MiB, {[(each.kind.value, each.detail) for each in verdict.gaps][:3]}"
        )
        assert verdict.gaps
        assert took < SECONDS + SLACK_SECONDS
        assert peak_mib < MEMORY_MIB

    asyncio.run(story())

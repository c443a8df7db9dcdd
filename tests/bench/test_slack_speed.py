"""How long a post that must not stand can be read: what of it is ours, before a Slack whose answers take a known time.

Nothing here says how long the real Slack takes to tell of a post, which comes on top.
"""

from __future__ import annotations

import asyncio
import itertools
import math
import os
from pathlib import Path
from time import monotonic

import pytest

from tests.bench.slack_load import Workspace, busy, small_talk
from tests.fakes.slack.state import Kind

pytestmark = pytest.mark.bench

EVENTS, SECONDS, ONE_IN = 1000, 60.0, 10
BURST, WAITED_SECONDS = 80, 10.0
OPEN = {f"open-{number}": Kind.PUBLIC for number in range(5)}
RANKED = {"shared": Kind.PRIVATE, "everybody": Kind.PUBLIC, "private": Kind.PRIVATE}  # by exposure, the worst first


@pytest.mark.parametrize("transport", ["sockets", "http"])
def test_how_long_a_leak_can_be_read_at_a_thousand_posts_a_minute(transport: str, tmp_path: Path) -> None:
    asyncio.run(_at_a_thousand_a_minute(transport, tmp_path))


async def _at_a_thousand_a_minute(transport: str, folder: Path) -> None:
    print(f"\n{transport}: {EVENTS} posts in {SECONDS:.0f} s, one in {ONE_IN} a leak; load {_load()}")
    async with busy(folder, transport, people=10, channels=OPEN) as workspace:
        for latency in (0.0, 0.1):
            workspace.slack.faults.latency = latency
            cpu = workspace.relay.cpu_seconds()
            await _posts(workspace)
            await workspace.all_gone(60.0)
            _print(workspace, latency, workspace.relay.cpu_seconds() - cpu)
            workspace.since.clear()
            workspace.slack.desk.called.clear()


async def _posts(workspace: Workspace) -> None:
    """At their instants, however long the last one took."""
    texts, began = small_talk(), monotonic()
    turns = itertools.cycle(itertools.product(workspace.channels, workspace.people))
    for number, (channel, person) in zip(range(EVENTS), turns, strict=False):
        await asyncio.sleep(max(0.0, began + number * SECONDS / EVENTS - monotonic()))
        if number % ONE_IN:
            await person.post(channel, next(texts))
        else:
            await workspace.leak(person, channel)


def _print(workspace: Workspace, latency: float, cpu_seconds: float) -> None:
    stood = [each - latency for each in workspace.stood()]
    assert len(stood) == EVENTS // ONE_IN, "all of them are gone"
    p50, p99 = (stood[math.ceil(len(stood) * share) - 1] * 1000 for share in (0.5, 0.99))
    took_off = f"{latency * 1000:.0f} ms of chat.delete taken off each; {workspace.asked()} other questions"
    print(
        f"  API {latency * 1000:3.0f} ms: p50 {p50:.0f} ms, p99 {p99:.0f} ms, worst {stood[-1] * 1000:.0f} ms of ours"
    )
    print(f"    {len(stood)} leaks; {took_off}; {cpu_seconds * 1000 / EVENTS:.1f} ms CPU per post in the main process")


def test_which_of_eighty_leaks_go_first_when_slack_limits_removals(tmp_path: Path) -> None:
    asyncio.run(_eighty_at_once(tmp_path))


async def _eighty_at_once(folder: Path) -> None:
    print(f"\n{BURST} leaks at once, the least exposed first, under Slack's limits (Tier 3); load {_load()}")
    async with busy(folder, "sockets", people=10, channels=RANKED) as workspace:
        workspace.slack.limits.on = True
        places = list(reversed(workspace.channels))
        for number in range(BURST):
            channel = places[number * len(places) // BURST]
            await workspace.leak(workspace.people[number % 10], channel)
        began = monotonic()
        await workspace.all_gone(300.0)
        _print_order(workspace, began)


def _print_order(workspace: Workspace, began: float) -> None:
    rank = {channel.id: number for number, channel in enumerate(workspace.channels)}
    gone = [(rank[channel], at - began) for (channel, _), at in workspace.gone().items()]
    waited = [each for each in gone if each[1] > WAITED_SECONDS]
    print(
        f"  the more exposed first in {_in_order(gone):.0%} of all pairs, and in {_in_order(waited):.0%} of those",
        end=" ",
    )
    print(f"among the {len(waited)} that waited for Slack's next minute")
    for channel in workspace.channels:
        seconds = [at for number, at in gone if number == rank[channel.id]]
        late = sum(each > WAITED_SECONDS for each in seconds)
        first, last = seconds[0], seconds[-1]
        print(f"  {channel.name:10} {len(seconds)} gone after {first:.1f} to {last:.1f} s; {late} of them waited")


def _in_order(gone: list[tuple[int, float]]) -> float:
    """Of the pairs that are not equally exposed, how many went the more exposed first."""
    pairs = [(a, b) for (a, _), (b, _) in itertools.combinations(gone, 2) if a != b]
    return sum(a < b for a, b in pairs) / len(pairs) if pairs else 1.0


def _load() -> str:
    return f"{os.getloadavg()[0]:.1f} on {os.cpu_count()} cores"

"""What inspection costs: the relay against the same relay with inspection switched off, with the shipped packs."""

from __future__ import annotations

import statistics
from collections.abc import Callable
from contextlib import ExitStack
from pathlib import Path

import pytest

from tests.bench.load import Measured, Server, load, office_mail, plain_mail, server

pytestmark = pytest.mark.bench

ROUNDS, MESSAGES = 5, 1000
WANTED = 0.7


def _loops() -> list[str]:
    try:
        import uvloop  # noqa: F401
    except ImportError:
        return ["asyncio"]
    return ["asyncio", "uvloop"]


def _rounds(servers: list[Server], make: Callable[[int], bytes], messages: int) -> dict[str, Measured]:
    """Medians of rounds that take turns, in reversed order every other time."""
    found: dict[str, list[Measured]] = {each.name: [] for each in servers}
    for each in servers:
        load(each, make, 200)
    for number in range(ROUNDS):
        for each in servers[:: 1 if number % 2 else -1]:
            found[each.name].append(load(each, make, messages))
    return {
        name: Measured(
            per_second=statistics.median(each.per_second for each in all_of_it),
            cpu_ms=statistics.median(each.cpu_ms for each in all_of_it),
        )
        for name, all_of_it in found.items()
    }


@pytest.mark.parametrize("loop", _loops())
def test_what_inspection_leaves_of_the_throughput(loop: str, tmp_path: Path) -> None:
    with ExitStack() as running:
        sink = running.enter_context(server("sink", "--loop", loop))
        servers = []
        for kind in ("bare", "relay"):
            (tmp_path / kind).mkdir()
            options = ("--loop", loop, "--next-hop", str(sink.port), "--folder", str(tmp_path / kind))
            servers.append(running.enter_context(server(kind, *options)))
        servers.append(running.enter_context(server("stock", "--next-hop", str(sink.port))))
        found = _rounds(servers, plain_mail(), MESSAGES)
        held = load(servers[1], plain_mail(extra="Unemployment rose in February.\r\n"), 300, held=True)
        hardest = load(servers[1], office_mail(), 300)

    ratio = found["relay"].per_second / found["bare"].per_second
    print(
        f"\n{loop}: 4 KB of plain office mail, 10 sessions, kept connections, shipped packs, medians of {ROUNDS} rounds"
    )
    for name, measured in found.items():
        print(f"  {name:6} {measured.per_second:7.0f} messages/s {measured.cpu_ms:6.2f} ms CPU per message")
    print(f"  held   {held.per_second:7.0f} messages/s {held.cpu_ms:6.2f} ms CPU per message")
    print(
        f"  hardest{hardest.per_second:7.0f} messages/s {hardest.cpu_ms:6.2f} ms CPU per message, all about statistics"
    )
    verdict = "reached" if ratio >= WANTED else "NOT REACHED"
    print(f"  inspection on / off: {ratio:.2f} of the throughput (wanted: {WANTED}, {verdict})")
    assert found["relay"].per_second > 0

"""The process is killed at any instant: what it was told is kept is there for the next one, whole."""

from __future__ import annotations

import asyncio
import subprocess
import sys
from hashlib import sha256
from random import Random

import apsw

from leakguard.model.ids import HeldId
from leakguard.store.sqlite import SqliteStore

KILLS = 15

WRITER = """
import asyncio, os, sys
from dataclasses import replace
from pathlib import Path
from leakguard.store.sqlite import SqliteStore
from tests.contract.store_samples import held_event, message

async def client(store, name):
    for n in range(100_000):
        held = message(f"{name}-{n}", os.urandom(n * 997 % 300_000))
        held = await store.hold(held, [held_event(held.id)], [])
        os.write(1, f"{held.id} {held.digest} 0\\n".encode())
        await store.save(replace(held, lease_by=name), [held_event(held.id)], [])
        os.write(1, f"{held.id} {held.digest} 1\\n".encode())

async def main():
    store = await SqliteStore.open(Path(sys.argv[1]))
    await asyncio.gather(*(client(store, f"{sys.argv[2]}-{n}") for n in range(4)))

asyncio.run(main())
"""


def _live_and_die(path, root, life: int, lines: int) -> list[str]:
    """Start a writer, kill it once it has acknowledged this much, and return all that it has acknowledged."""
    command = (sys.executable, "-c", WRITER, str(path), str(life))
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True, cwd=root) as process:
        said = [process.stdout.readline() for _ in range(lines)]
        process.kill()
        said += process.stdout.readlines()
    assert process.returncode == -9
    return [line for line in said if line.endswith("\n")]


def test_nothing_acknowledged_is_lost_by_kill_9(tmp_path, pytestconfig):
    path = tmp_path / "leakguard.db"
    random = Random(9)
    acked: dict[str, tuple[str, int]] = {}

    for life in range(KILLS):
        for line in _live_and_die(path, pytestconfig.rootpath, life, random.randrange(1, 80)):
            name, digest, revision = line.split()
            acked[name] = (digest, int(revision))

    assert len(acked) > KILLS
    assert apsw.Connection(str(path)).execute("PRAGMA integrity_check").get == "ok"
    assert asyncio.run(_missing(path, acked)) == []


async def _missing(path, acked: dict[str, tuple[str, int]]) -> list[str]:
    store = await SqliteStore.open(path)
    missing = []
    for name, (digest, revision) in acked.items():
        held = await store.get(HeldId(name))
        lines = len(await store.audit(held=held.id))
        if sha256(held.content).hexdigest() != digest or held.revision < revision or lines != held.revision + 1:
            missing.append(name)
    await store.close()
    return missing

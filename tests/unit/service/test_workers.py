"""Workers: what hangs, dies or lies costs one message a gap; the next one is fine, and plain text never goes there."""

from __future__ import annotations

import asyncio
import base64
import json
import os
import signal
import sys
from pathlib import Path

import pytest

from leakguard.extract import Limits
from leakguard.model.content import GapKind, Verdict
from leakguard.model.message import Channel, Direction
from leakguard.rulebook import load
from leakguard.workers import Workers, WorkerSettings
from tests.fakes.relay import ACCESS, RELEASES, RULE

FILES = {
    "rule.yaml": RULE.encode(),
    "releases.yaml": RELEASES.format(at="2031-03-18T09:30").encode(),
    "access.yaml": ACCESS.encode(),
}
RULEBOOK = load(FILES)
PLAIN = b"Subject: x\r\n\r\nunemployment rose\r\n"


def encoded(text: str) -> bytes:
    body = base64.b64encode(text.encode())
    return (
        b"Subject: x\r\nMIME-Version: 1.0\r\nContent-Type: text/plain\r\nContent-Transfer-Encoding: base64\r\n\r\n"
        + body
    )


# Answers like the real child, until a message says what to do.
CHILD = """
import os, signal, sys, time
from leakguard import workers
real = workers._inspected
def inspected(header, blob, rulebook):
    import base64
    text = base64.b64decode(blob.rpartition(b"\\r\\n")[2] + b"====")
    if b"die" in text: os.kill(os.getpid(), signal.SIGKILL)
    if b"hang" in text: time.sleep(600)
    if b"garbage" in text: return b"{not json"
    if b"another book" in text: return real(header, blob, rulebook).replace(rulebook.digest.encode(), b"0" * 16)
    if b"shape" in text: return b'{"findings": 7}'
    return real(header, blob, rulebook)
workers._inspected = inspected
workers.main()
"""


@pytest.fixture
def wicked(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A python that runs the child above instead of the real one."""
    script = tmp_path / "child.py"
    script.write_text(CHILD)
    program = tmp_path / "python"
    program.write_text(f'#!/bin/sh\nexec {sys.executable} {script} "$3"\n')
    program.chmod(0o755)
    root = Path(__file__).resolve().parents[3]
    monkeypatch.setenv("PYTHONPATH", str(root))
    monkeypatch.setattr(sys, "executable", str(program))


class Pool:
    def __init__(self, count: int = 1, seconds: float = 1.0) -> None:
        self._workers = Workers(WorkerSettings(count=count, seconds=seconds), Limits())

    async def __aenter__(self) -> Workers:
        await self._workers.adopt(RULEBOOK, FILES)
        await self._workers.start()
        return self._workers

    async def __aexit__(self, *_: object) -> None:
        await self._workers.close()


async def look(workers: Workers, content: bytes) -> Verdict:
    return await workers.inspect(content, Direction.OUTBOUND, Channel.EMAIL)


def rules(verdict: Verdict) -> list[str]:
    return [each.rule for each in verdict.findings]


@pytest.mark.parametrize(
    ("words", "kind"),
    [
        ("die", GapKind.CRASHED),
        ("hang", GapKind.TIMED_OUT),
        ("garbage", GapKind.CRASHED),
        ("another book", GapKind.CRASHED),
        ("shape", GapKind.CRASHED),
    ],
)
def test_a_child_that_fails_is_a_gap_and_the_next_message_is_fine(words, kind, wicked):
    async def story() -> None:
        async with Pool() as workers:
            bad = await look(workers, encoded(words))
            good = await look(workers, encoded("unemployment rose"))

        assert [gap.kind for gap in bad.gaps] == [kind]
        assert bad.findings == ()
        assert bad.rulebook == RULEBOOK.digest
        assert rules(good) == ["test.jobs"]
        assert good.gaps == ()

    asyncio.run(story())


def test_while_one_child_hangs_its_neighbours_go_on(wicked):
    async def story() -> None:
        async with Pool(count=2, seconds=30) as workers:
            hanging = asyncio.create_task(look(workers, encoded("hang")))
            await asyncio.sleep(0.1)
            async with asyncio.timeout(10):
                for _ in range(5):
                    assert rules(await look(workers, encoded("unemployment fell"))) == ["test.jobs"]
            hanging.cancel()
            await asyncio.gather(hanging, return_exceptions=True)

    asyncio.run(story())


def test_a_child_that_was_killed_while_idle_costs_nobody_anything(wicked):
    async def story() -> None:
        async with Pool() as workers:
            process = workers._all[0].process
            os.kill(process.pid, signal.SIGKILL)
            await process.wait()

            verdict = await look(workers, encoded("unemployment rose"))

        assert rules(verdict) == ["test.jobs"]
        assert verdict.gaps == ()

    asyncio.run(story())


def test_plain_text_is_inspected_here_and_costs_no_child():
    async def story() -> None:
        async with Pool() as workers:
            workers._all[0].kill()

            verdict = await look(workers, PLAIN)

            assert rules(verdict) == ["test.jobs"]
            assert workers._all[0].process is None

    asyncio.run(story())


@pytest.mark.parametrize(
    "content",
    [
        encoded("tea"),
        b"Subject: x\r\nContent-Transfer-Encoding:BASE64\r\n\r\ndGVh\r\n",
        b"Subject: x\r\nContent-Transfer-Encoding: x-other\r\n\r\ndGVh\r\n",
        b"Subject: x\r\n\r\n%PDF-1.7\r\n",
        b"Subject: x\r\nContent-Transfer-Encoding: quoted-printable\r\n\r\n=25P=44F-1.7\r\n",
        b"Subject: x\r\nContent-Transfer-Encoding: quoted-printable\r\n\r\n%P=\r\nDF-1.7\r\n",
        b"Subject: x\r\nContent-Transfer-Encoding: quoted-printable\r\n\r\nPK=03=04\r\n",
        b"Subject: x\r\n\r\nPK\x03\x04\r\n",
        b"Subject: x\r\n\r\nbegin 644 a.pdf\r\n",
        b"Subject: x\r\n\r\n" + b"tea " * 20_000,
    ],
    ids=[
        "base64", "BASE64", "unknown encoding", "pdf", "pdf in escapes", "pdf over a soft break", "zip in escapes",
        "zip", "uuencoded", "large",
    ],
)  # fmt: skip
def test_what_a_reader_written_in_c_may_see_is_inspected_outside(content):
    workers = Workers(WorkerSettings(), Limits())

    assert not workers._stays_here(content)


@pytest.mark.parametrize(
    "content",
    [
        PLAIN,
        b"Subject: x\r\nContent-Transfer-Encoding: 8bit\r\n\r\ncaf\xc3\xa9\r\n",
        b"Subject: x\r\nContent-Transfer-Encoding: quoted-printable\r\n\r\ncaf=C3=A9 2 =3D 2=\r\n\r\n",
        b"Subject: x\r\nContent-Type: text/html\r\n\r\n<p class=3D>tea</p>\r\n",
    ],
    ids=["plain", "8bit", "quoted-printable", "html"],
)
def test_ordinary_text_stays_here(content):
    assert Workers(WorkerSettings(), Limits())._stays_here(content)


def test_a_new_rulebook_is_taken_over_with_the_next_message():
    async def story() -> None:
        files = {**FILES, "rule.yaml": RULE.replace("rose, fell", "rose, fell, sank").encode()}
        async with Pool(seconds=10) as workers:
            before = await look(workers, encoded("unemployment sank"))
            await workers.adopt(load(files), files)
            after = await look(workers, encoded("unemployment sank"))

        assert rules(before) == []
        assert rules(after) == ["test.jobs"]
        assert json.dumps(after.rulebook) != json.dumps(before.rulebook)

    asyncio.run(story())


def test_when_nobody_is_free_for_too_long_the_client_is_asked_to_wait():
    async def story() -> None:
        workers = Workers(WorkerSettings(count=1, seconds=0.05), Limits())
        await workers.adopt(RULEBOOK, FILES)  # and none of them is ever idle

        with pytest.raises(TimeoutError):
            await look(workers, encoded("words"))

    asyncio.run(story())

"""Workers: what hangs, dies or lies costs one message a gap; the next one is fine, and plain text never goes there."""

from __future__ import annotations

import asyncio
import os
import signal

import pytest

from leakguard.extract import NOT_OPENED, Limits
from leakguard.model.content import GapKind
from leakguard.rulebook import load
from leakguard.workers import Workers, WorkerSettings
from leakguard.workers.hop import stays_here
from tests.fakes.relay import RULE
from tests.fakes.wicked import FILES, RULEBOOK, Pool, encoded, look, rules
from tests.unit.extract.make import attachment, multipart, part

PLAIN = b"Subject: x\r\n\r\nunemployment rose\r\n"
NOT_READ = "inspection did not finish; only plain text was read"


@pytest.mark.parametrize(
    ("words", "kind"),
    [
        ("die", GapKind.CRASHED),
        ("leave", GapKind.CRASHED),
        ("hang", GapKind.TIMED_OUT),
        ("hoard", GapKind.TOO_LARGE),
        ("garbage", GapKind.CRASHED),
        ("another book", GapKind.CRASHED),
        ("shape", GapKind.CRASHED),
        ("endless", GapKind.CRASHED),
    ],
)
def test_a_child_that_fails_is_a_gap_and_the_next_message_is_fine(words, kind, wicked):
    async def story() -> None:
        async with Pool() as workers:
            bad = await look(workers, encoded("tea", do=words))
            good = await look(workers, encoded("unemployment rose"))

        assert [(gap.kind, gap.detail) for gap in bad.gaps] == [(kind, NOT_READ)]
        assert bad.findings == ()
        assert bad.rulebook == RULEBOOK.digest
        assert rules(good) == ["test.jobs"]
        assert good.gaps == ()

    asyncio.run(story())


def test_beside_a_poisoned_attachment_the_text_is_still_read(wicked):
    body = part(b"unemployment rose", "Content-Type: text/plain")
    poisoned = b"X-Do: die of files\r\n" + multipart(body, attachment(b"%PDF-1.4", kind="application/pdf"))

    async def story() -> None:
        async with Pool() as workers:
            verdict = await look(workers, poisoned)

        assert rules(verdict) == ["test.jobs"]
        assert [gap.kind for gap in verdict.gaps] == [GapKind.CRASHED]

    asyncio.run(story())


def test_what_was_read_before_time_was_over_counts(wicked):
    async def story() -> None:
        async with Pool() as workers:
            verdict = await look(workers, encoded("unemployment rose", do="dawdle"))

        assert [(gap.kind, gap.detail) for gap in verdict.gaps] == [(GapKind.TIMED_OUT, "reading")]
        assert rules(verdict) == ["test.jobs"]

    asyncio.run(story())


def test_while_children_hang_their_neighbours_go_on(wicked):
    async def story() -> None:
        async with Pool(count=3, seconds=30) as workers:
            hanging = [asyncio.create_task(look(workers, encoded(f"{number}", do="hang"))) for number in range(2)]
            await asyncio.sleep(0.1)
            async with asyncio.timeout(10):
                for _ in range(5):
                    assert rules(await look(workers, encoded("unemployment fell"))) == ["test.jobs"]
            for each in hanging:
                each.cancel()
            await asyncio.gather(*hanging, return_exceptions=True)

    asyncio.run(story())


def test_a_message_that_nobody_waits_for_takes_up_no_child(wicked):
    async def story() -> None:
        async with Pool(seconds=30) as workers:
            hanging = asyncio.create_task(look(workers, encoded("tea", do="hang")))
            await asyncio.sleep(0.2)
            hanging.cancel()
            await asyncio.gather(hanging, return_exceptions=True)
            async with asyncio.timeout(5):
                await workers._keeper.drained()

            assert rules(await look(workers, encoded("unemployment fell"))) == ["test.jobs"]

    asyncio.run(story())


def test_a_warden_that_was_killed_while_idle_costs_nobody_anything(wicked):
    async def story() -> None:
        async with Pool(seconds=10) as workers:
            process = workers._keeper.process
            os.kill(process.pid, signal.SIGKILL)
            await process.wait()

            verdict = await look(workers, encoded("unemployment rose"))

        assert rules(verdict) == ["test.jobs"]
        assert verdict.gaps == ()

    asyncio.run(story())


def test_a_warden_that_was_killed_at_work_costs_a_second_try(wicked):
    async def story() -> None:
        async with Pool(seconds=10) as workers:
            looking = asyncio.create_task(look(workers, encoded("unemployment rose", do="doze")))
            await asyncio.sleep(0.2)
            os.kill(workers._keeper.process.pid, signal.SIGKILL)

            verdict = await looking

        assert rules(verdict) == ["test.jobs"]
        assert verdict.gaps == ()

    asyncio.run(story())


def test_a_warden_that_stops_is_killed_and_the_next_message_is_fine(wicked):
    async def story() -> None:
        async with Pool(seconds=1) as workers:
            os.kill(workers._keeper.process.pid, signal.SIGSTOP)
            verdicts = [
                await look(workers, encoded("unemployment rose")) for _ in range(4)
            ]  # some had children waiting
            good = await look(workers, encoded("unemployment fell"))

        assert [gap.kind for each in verdicts for gap in each.gaps] == [GapKind.TIMED_OUT]
        assert rules(good) == ["test.jobs"]

    asyncio.run(story())


def test_plain_text_is_inspected_here_and_costs_no_child():
    async def story() -> None:
        async with Pool() as workers:
            workers._keeper.lose()

            verdict = await look(workers, PLAIN)

            assert rules(verdict) == ["test.jobs"]
            assert workers._keeper.is_lost

    asyncio.run(story())


def test_what_turns_out_to_be_more_than_text_hops_after_all():
    hidden = b"Subject: unemployment rose\r\nContent-Type: text/plain\r\n\r\nBZh91AY&SY unemployment rose\r\n"

    async def story() -> None:
        async with Pool(seconds=10) as workers:
            assert stays_here(hidden, 64)
            served = workers._keeper.served
            verdict = await look(workers, hidden)

            assert rules(verdict) == ["test.jobs"]
            assert NOT_OPENED not in {gap.detail for gap in verdict.gaps}
            assert workers._keeper.served == served + 1

    asyncio.run(story())


def test_a_new_rulebook_is_there_with_the_next_message_prepared_or_not():
    sank = {**FILES, "rule.yaml": RULE.replace("rose, fell", "rose, fell, sank").encode()}
    drowned = {**FILES, "rule.yaml": RULE.replace("rose, fell", "rose, fell, drowned").encode()}

    async def story() -> None:
        async with Pool(seconds=10) as workers:
            before = await look(workers, encoded("unemployment sank"))
            await workers.prepare(load(sank), sank)
            process = workers._prepared.process
            still = await look(workers, encoded("unemployment sank"))
            await workers.adopt(load(sank), sank)
            prepared = await look(workers, encoded("unemployment sank"))
            taken = workers._keeper.process
            await workers.adopt(load(drowned), drowned)
            unprepared = await look(workers, encoded("unemployment drowned"))

        assert (rules(before), rules(still)) == ([], [])
        assert rules(prepared) == ["test.jobs"]
        assert taken is process
        assert prepared.rulebook == load(sank).digest
        assert rules(unprepared) == ["test.jobs"]
        assert unprepared.rulebook == load(drowned).digest

    asyncio.run(story())


def test_a_warden_is_replaced_after_its_messages_and_nobody_waits_for_it():
    async def story() -> None:
        async with Pool(seconds=10, recycle_after=3) as workers:
            first = workers._keeper.process
            for _ in range(4):
                assert rules(await look(workers, encoded("unemployment rose"))) == ["test.jobs"]
            assert workers._keeper.process is first, "the old one serves until the new one is ready"
            async with asyncio.timeout(30):
                await asyncio.gather(*workers._tasks)
            assert workers._keeper.process is not first
            assert rules(await look(workers, encoded("unemployment rose"))) == ["test.jobs"]
            async with asyncio.timeout(10):
                assert await first.wait() == -signal.SIGKILL

    asyncio.run(story())


def test_children_keep_to_the_limits_of_the_settings():
    words = part(b"unemployment rose", "Content-Type: text/plain")

    async def story() -> None:
        async with Pool(seconds=10, limits=Limits(parts=2)) as workers:
            verdict = await look(workers, multipart(*[words] * 5, attachment(b"tea")))

        assert GapKind.TOO_MANY in {gap.kind for gap in verdict.gaps}

    asyncio.run(story())


def test_when_nobody_is_free_for_too_long_the_client_is_asked_to_wait():
    async def story() -> None:
        workers = Workers(WorkerSettings(count=1, seconds=0.05), Limits())
        await workers.adopt(RULEBOOK, FILES)
        await workers._slots.acquire()  # and nobody gives it back

        with pytest.raises(TimeoutError):
            await look(workers, encoded("words"))

    asyncio.run(story())

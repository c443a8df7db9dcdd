"""Messages are shown by children that can be killed; what goes wrong there is said on the page, and nowhere lost."""

from __future__ import annotations

import asyncio

import pytest

from leakguard.model.content import Verdict
from leakguard.model.preview import Preview, Wanted
from leakguard.workers.viewing import BROKEN, BUSY, ONLY_TEXT
from tests.builders import finding, gap
from tests.fakes.wicked import Pool, encoded, look, wicked

__all__ = ["wicked"]

WANTED = Wanted()
EVIDENCE = Verdict(findings=(finding(text="elsewhere"),), gaps=(gap(),))


def shown(preview: Preview) -> str:
    return "".join(each.text for part in preview.parts for block in part.blocks for each in block.segments)


def page(do: str = "nothing") -> bytes:
    head = f"Subject: x\r\nX-Do: {do}\r\nMIME-Version: 1.0\r\nContent-Type: text/html\r\n\r\n"
    return head.encode() + b"<p onclick='x'>tea<script>x</script></p>"


def test_a_child_shows_a_message_with_its_evidence_marked() -> None:
    async def story() -> None:
        async with Pool(seconds=10) as workers:
            content = encoded("unemployment rose")
            verdict = await look(workers, content)

            found = await workers.preview(content, verdict, WANTED)

        assert found.problem == ""
        assert [each.is_marked for each in found.evidence] == [True]
        assert "unemployment rose" in shown(found)

    asyncio.run(story())


def test_a_child_makes_html_harmless() -> None:
    async def story() -> None:
        async with Pool(seconds=10) as workers:
            found = await workers.frame(page(), 1)

        assert (found.html, found.problem) == ("<p>tea</p>", "")

    asyncio.run(story())


@pytest.mark.parametrize("do", ["die", "leave", "hang", "hoard", "garbage", "shape", "endless"])
def test_a_child_that_fails_leaves_what_is_known_and_says_so(wicked: None, do: str) -> None:
    async def story() -> None:
        async with Pool(seconds=1) as workers:
            found = await workers.preview(encoded("tea", do), EVIDENCE, WANTED)
            frame = await workers.frame(page(do), 1)

        assert found.problem == BROKEN
        assert len(found.evidence) == len(found.unread) == 1
        assert found.parts == ()
        assert (frame.html, frame.problem) == ("", BROKEN)

    asyncio.run(story())


def test_what_kills_a_child_by_a_file_still_has_its_plain_text_shown(wicked: None) -> None:
    async def story() -> None:
        async with Pool(seconds=5) as workers:
            found = await workers.preview(encoded("tea", "die of files"), EVIDENCE, WANTED)

        assert found.problem == ONLY_TEXT
        assert "tea" in shown(found)

    asyncio.run(story())


@pytest.mark.parametrize("do", ["hide evidence", "hide gaps", "soften evidence"])
def test_a_child_may_not_say_less_of_evidence_and_gaps_than_the_verdict(wicked: None, do: str) -> None:
    async def story() -> None:
        async with Pool(seconds=5) as workers:
            found = await workers.preview(encoded("tea", do), EVIDENCE, WANTED)

        assert found.problem == BROKEN
        assert [each.confidence.value for each in found.evidence] == ["high"]
        assert len(found.unread) == 1

    asyncio.run(story())


def test_a_child_may_not_hand_over_html_that_acts(wicked: None) -> None:
    async def story() -> None:
        async with Pool(seconds=5) as workers:
            frame = await workers.frame(page("act"), 1)

        assert (frame.html, frame.problem) == ("", BROKEN)

    asyncio.run(story())


def test_who_looks_does_not_keep_mail_waiting(wicked: None) -> None:
    async def story() -> None:
        async with Pool(count=1, seconds=3) as workers:
            looking = asyncio.create_task(workers.preview(encoded("tea", "hang"), EVIDENCE, WANTED))
            await asyncio.sleep(0)

            async with asyncio.timeout(2):
                verdict = await look(workers, encoded("unemployment rose"))

            assert len(verdict.findings) == 1
            assert not looking.done()
            assert (await looking).problem == BROKEN

    asyncio.run(story())


def test_when_too_many_look_the_page_says_so(wicked: None) -> None:
    async def story() -> None:
        async with Pool(count=1, seconds=0.5) as workers:
            await workers._viewing._viewers.acquire()  # and nobody gives it back

            found = await workers.preview(encoded("tea"), EVIDENCE, WANTED)

        assert found.problem == BUSY
        assert len(found.evidence) == 1

    asyncio.run(story())

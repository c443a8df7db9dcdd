"""Reload: a good set of files is swapped in whole, a bad one changes nothing and is told loudly."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping

from leakguard.clock import SetClock
from leakguard.model.errors import StoreUnavailable
from leakguard.rulebook import Rulebook, load
from leakguard.service.current import Current
from leakguard.service.reload import Reload
from leakguard.store.memory import MemoryStore
from tests.fakes.relay import ACCESS, RELEASES, RULE
from tests.unit.service.world import EARLY, LMS, World

GOOD = {
    "rule.yaml": RULE.encode(),
    "releases.yaml": RELEASES.format(at="2031-03-18T09:30").encode(),
    "access.yaml": ACCESS.encode(),
}
LATER = {**GOOD, "releases.yaml": RELEASES.format(at="2031-03-18T10:30").encode()}
BAD = {**GOOD, "rule.yaml": RULE.replace("unemployment fell", "zebra crossing").encode()}


class Place:
    def __init__(self) -> None:
        self.files: Mapping[str, bytes] = GOOD
        self.store = MemoryStore()
        self.current = Current(load(GOOD))
        self.adopted: list[str] = []
        self.reads = self.poked = 0
        self.reload = Reload(
            read=self._read,
            adopt=self._adopt,
            current=self.current,
            store=self.store,
            clock=SetClock(EARLY),
            poke=self._poke,
        )

    def _read(self) -> Mapping[str, bytes]:
        self.reads += 1
        return self.files

    async def _adopt(self, rulebook: Rulebook, files: Mapping[str, bytes]) -> None:
        assert rulebook.digest == self.current.rulebook.digest, "book and inspection change together"
        self.adopted.append(rulebook.digest)

    def _poke(self) -> None:
        self.poked += 1

    async def kinds(self) -> list[str]:
        return [each.kind for each in await self.store.audit()]

    def hour(self) -> int:
        [release] = self.current.book.releases.values()
        return release.release_at.hour


def test_a_good_change_is_swapped_in_and_the_clerk_hears_of_it():
    async def story() -> None:
        place = Place()
        await place.reload.look()
        place.files = LATER

        await place.reload.look()
        await place.reload.look()

        assert place.hour() == 10
        assert len(place.adopted) == place.poked == 1
        assert await place.kinds() == ["RulebookLoaded"]

    asyncio.run(story())


def test_a_bad_change_keeps_the_last_good_one_and_is_told_once():
    async def story() -> None:
        place = Place()
        place.files = BAD

        await place.reload.look()
        await place.reload.look()

        assert place.hour() == 9
        assert place.adopted == []
        assert place.reload.refused
        assert await place.kinds() == ["RulebookRejected"]
        assert "zebra" not in str(await place.store.audit())

    asyncio.run(story())


def test_an_empty_folder_keeps_the_last_good_one():
    async def story() -> None:
        place = Place()
        place.files = {}

        await place.reload.look()

        assert place.hour() == 9
        assert place.reload.refused

    asyncio.run(story())


def test_after_a_bad_one_the_next_good_one_is_taken_and_the_old_one_clears_the_complaint():
    async def story() -> None:
        place = Place()
        for files in (BAD, GOOD):
            place.files = files
            await place.reload.look()
        cleared = place.reload.refused
        place.files = LATER
        await place.reload.look()

        assert cleared == ()
        assert place.hour() == 10

    asyncio.run(story())


def test_a_store_that_is_away_puts_a_change_off_and_does_not_lose_it():
    async def story() -> None:
        place = Place()
        place.files = LATER
        place.store.available = False
        failed = False
        try:
            await place.reload.look()
        except StoreUnavailable:
            failed = True
        place.store.available = True

        await place.reload.look()

        assert failed
        assert place.hour() == 10
        assert place.adopted

    asyncio.run(story())


def test_acts_survive_a_reload():
    async def story() -> None:
        world, place = World(), Place()
        world.store = place.store
        await world.desk().suspend("cleared@dept.example", "left", LMS.id)
        place.files = LATER

        await place.reload.look()

        assert place.current.book.digest.endswith("+1")

    asyncio.run(story())


def test_asked_by_sighup_it_looks_at_once_and_complains_again_of_what_is_still_bad():
    async def story() -> None:
        place = Place()
        place.files = BAD
        running = asyncio.create_task(place.reload.run())
        while len(await place.kinds()) < 1:  # noqa: ASYNC110
            await asyncio.sleep(0.005)

        place.reload.asked.set()
        async with asyncio.timeout(0.9):
            while len(await place.kinds()) < 2:  # noqa: ASYNC110
                await asyncio.sleep(0.005)

        running.cancel()
        assert await place.kinds() == ["RulebookRejected"] * 2

    asyncio.run(story())


def test_a_reload_and_a_refresh_at_once_never_mix_two_snapshots():
    async def story() -> None:
        place = Place()
        place.files = LATER
        acts, release = place.store.acts, asyncio.Event()

        async def slow():
            place.store.acts = acts
            await release.wait()
            return await acts()

        place.store.acts = slow
        refreshing = asyncio.create_task(place.current.refresh(place.store))
        await asyncio.sleep(0)
        await place.reload.look()
        release.set()
        await refreshing

        assert place.hour() == 10

    asyncio.run(story())

"""Seeing content is access: by a grant that counts now, or by broken glass, and never without a record."""

from __future__ import annotations

import asyncio
from dataclasses import replace
from datetime import timedelta

import pytest

from leakguard.model.embargo import Basis
from leakguard.model.errors import Forbidden, NotFound, Refused, StoreUnavailable
from leakguard.model.events import Noted
from leakguard.model.ids import HeldId
from leakguard.service.notices import NoticeSettings
from leakguard.service.viewing import Sight, shown_by
from tests.unit.service.reviewers import ANN, BOB, HOLD_ALL, NEL, OLA, REX, regrant, rerelease, rules, viewing, world
from tests.unit.service.world import AMY, CPI, LMS, MINUTE, MS, PRODUCER, T, World

NOW = T - 8 * MINUTE
REASON = "ten words x"
ON_CALL = NoticeSettings(contact="desk@stats.example", on_call=("call@stats.example",))


@pytest.mark.parametrize("handle", [ANN, "a.smith@dept.example", REX])
def test_who_has_access_sees_the_message_and_is_recorded_first(handle):
    async def story() -> None:
        at = world()
        await at.submit("LMS rose")

        held, how = await viewing(at, handle).open((await at.held()).id, "html")

        assert (how, held.content) == (Sight.GRANT, (await at.held()).content)
        entry = (await at.store.audit())[-1]
        assert (entry.kind, entry.actor, entry.held, entry.body["how"], entry.body["part"], entry.body["releases"]) == (
            "ContentViewed",
            handle,
            held.id,
            "grant",
            "html",
            [LMS.id],
        )

    asyncio.run(story())


@pytest.mark.parametrize("handle", [NEL, OLA, "ann+x@stats.example"])
def test_who_has_no_access_sees_nothing_and_leaves_no_view(handle):
    async def story() -> None:
        at = world()
        await at.submit("LMS rose")

        with pytest.raises(Forbidden):
            await viewing(at, handle).open((await at.held()).id)

        assert await at.events() == ["Held"]

    asyncio.run(story())


@pytest.mark.parametrize(
    ("change", "sees"),
    [
        pytest.param({}, True, id="as it is"),
        pytest.param({"from_at": NOW}, True, id="opens now"),
        pytest.param({"from_at": NOW + MS}, False, id="not open yet"),
        pytest.param({"until_at": NOW + MS}, True, id="ends in a moment"),
        pytest.param({"until_at": NOW}, False, id="ends now"),
        pytest.param({"suspended": True}, False, id="suspended"),
        pytest.param({"basis": Basis.PRE_RELEASE}, True, id="in the window"),
        pytest.param({"basis": Basis.SPECIAL}, False, id="special without its own from"),
    ],
)
def test_a_grant_shows_only_while_it_counts(change, sees):
    async def story() -> None:
        at = world(LMS)
        await at.submit("LMS rose")
        regrant(at, REX, **change)

        assert (await viewing(at, REX).sight_of(await at.held()) is Sight.GRANT) is sees

    asyncio.run(story())


@pytest.mark.parametrize(("signed_at", "sees"), [(None, False), (NOW + MS, False), (NOW, True)])
def test_a_grant_without_its_declaration_shows_nothing(signed_at, sees):
    async def story() -> None:
        at = world(LMS)
        await at.submit("LMS rose")
        rerelease(at, replace(LMS, declaration_required=True))
        regrant(at, REX, basis=Basis.PRE_RELEASE, declaration_signed_at=signed_at)

        assert (await viewing(at, REX).sight_of(await at.held()) is Sight.GRANT) is sees

    asyncio.run(story())


def test_access_to_one_of_two_releases_shows_neither():
    async def story() -> None:
        at = world()
        await at.submit("LMS and CPI rose")
        regrant(at, REX, CPI.id, suspended=True)

        assert await viewing(at, REX).sight_of(await at.held()) is Sight.NONE

    asyncio.run(story())


def test_what_is_public_is_seen_by_every_reviewer_from_its_instant_on():
    async def story() -> None:
        at = world(LMS)
        await at.submit("LMS rose")
        held = await at.held()

        at.clock.set(T - MS)
        before = await viewing(at, NEL).sight_of(held)
        at.clock.set(T)

        assert (before, await viewing(at, NEL).sight_of(held)) == (Sight.NONE, Sight.PUBLIC)
        assert await viewing(at, OLA).sight_of(held) is Sight.NONE, "an auditor reads the record, not the mail"

    asyncio.run(story())


def test_a_part_that_could_not_be_read_shows_only_to_who_may_have_all_it_is_held_for():
    async def story() -> None:
        at = world()
        await at.submit("UNREAD", sender=PRODUCER)
        held = await at.held()
        regrant(at, REX, CPI.id, suspended=True)

        assert {each.id for each in shown_by(held, at.current.book, NOW)} == {LMS.id, CPI.id}
        assert await viewing(at, ANN).sight_of(held) is Sight.GRANT
        assert await viewing(at, REX).sight_of(held) is Sight.NONE

    asyncio.run(story())


@pytest.mark.parametrize("handle", [ANN, NEL])
def test_a_release_that_a_file_dropped_is_not_public(handle):
    async def story() -> None:
        at = world(LMS)
        await at.submit("LMS rose")
        await at.current.replace(rules(CPI, digest="book-2"), at.store)
        dropped = await viewing(at, handle).sight_of(await at.held())
        await at.clerk.round()

        assert dropped is Sight.NONE
        assert await viewing(at, handle).sight_of(await at.held()) is Sight.NONE

    asyncio.run(story())


def test_a_rule_that_was_retired_shows_nothing_to_more_people():
    async def story() -> None:
        at = world(LMS)
        await at.submit("LMS rose")
        at.inspector.blind, at.inspector.digest = frozenset({"lms"}), "book-2"
        await at.current.replace(rules(LMS, digest="book-2"), at.store)
        await at.clerk.round()

        assert (await at.held()).verdict.findings == ()
        assert await viewing(at, NEL).sight_of(await at.held()) is Sight.NONE

    asyncio.run(story())


def test_without_a_record_there_is_no_view():
    async def story() -> None:
        at = world()
        await at.submit("LMS rose")
        held = await at.held()

        async def fails(events):
            raise StoreUnavailable("the store did not answer")

        at.store.record = fails
        with pytest.raises(StoreUnavailable):
            await viewing(at, ANN).open(held.id)
        with pytest.raises(StoreUnavailable):
            await viewing(at, ANN).original(held.id)

    asyncio.run(story())


def test_only_an_approver_with_access_takes_the_original_away_and_it_is_recorded():
    async def story() -> None:
        at = world()
        await at.submit("LMS rose")
        held = await at.held()

        for handle in (REX, NEL, OLA):
            with pytest.raises(Forbidden):
                await viewing(at, handle).original(held.id)
        regrant(at, BOB, suspended=True)
        with pytest.raises(Forbidden):
            await viewing(at, BOB).original(held.id)
        before = await at.events()
        taken = await viewing(at, ANN).original(held.id)

        assert before == ["Held"]
        assert taken.content == held.content
        assert [(each.kind, each.body.get("part")) for each in await at.store.audit()][1:] == [
            ("ContentViewed", "original")
        ]

    asyncio.run(story())


# Broken glass.


async def _broken(at: World, reason: str = REASON, handle: str = NEL) -> HeldId:
    await at.submit("LMS rose")
    held_id = (await at.all_held())[0].id
    await viewing(at, handle).break_glass(held_id, reason)
    return held_id


@pytest.mark.parametrize("reason", ["", "         ", "nine char", "  nine char   "])
def test_glass_is_not_broken_without_ten_characters(reason):
    async def story() -> None:
        at = world(settings=ON_CALL)

        with pytest.raises(Refused, match="reason"):
            await _broken(at, reason)

        assert await at.events() == ["Held"]
        assert "opened" not in " ".join(await at.told())
        assert await viewing(at, NEL).sight_of(await at.held()) is Sight.NONE

    asyncio.run(story())


def test_broken_glass_is_on_record_and_told_to_those_on_call_without_its_reason():
    async def story() -> None:
        at = world(settings=ON_CALL)
        held_id = await _broken(at, "it was 5.3")

        entry = (await at.store.audit())[-1]
        assert (entry.kind, entry.actor, entry.held, entry.body["reason"]) == (
            "BrokeGlass",
            NEL,
            held_id,
            "it was 5.3",
        )
        [notice] = [each for each in await at.store.notices_due(at.clock.now(), 9) if "without access" in each.subject]
        assert notice.to == ("call@stats.example",)
        assert NEL in notice.text
        assert "5.3" not in notice.text

    asyncio.run(story())


@pytest.mark.parametrize(
    ("later", "sight"),
    [
        (timedelta(), Sight.BREAK_GLASS),
        (timedelta(minutes=15) - timedelta(microseconds=1), Sight.BREAK_GLASS),
        (timedelta(minutes=15), Sight.NONE),
        (timedelta(minutes=15, microseconds=1), Sight.NONE),
    ],
    ids=["at once", "just before", "at 15 minutes", "after"],
)
def test_broken_glass_shows_for_a_quarter_of_an_hour(later, sight):
    async def story() -> None:
        at = world(replace(LMS, release_at=T + timedelta(hours=2)))
        held_id = await _broken(at)
        at.clock.set(at.clock.now() + later)

        assert await viewing(at, NEL).sight_of(await at.held()) is sight
        if sight is Sight.NONE:
            with pytest.raises(Forbidden):
                await viewing(at, NEL).open(held_id)
        else:
            assert (await viewing(at, NEL).open(held_id))[1] is Sight.BREAK_GLASS
            assert (await at.store.audit())[-1].body["how"] == "break_glass"

    asyncio.run(story())


def test_broken_glass_shows_only_that_message_to_only_that_person():
    async def story() -> None:
        at = world()
        await _broken(at)
        await at.submit("LMS fell", to=(AMY,))
        first, second = await at.all_held()
        regrant(at, REX, suspended=True)

        assert await viewing(at, NEL).sight_of(first) is Sight.BREAK_GLASS
        assert await viewing(at, NEL).sight_of(second) is Sight.NONE
        assert await viewing(at, REX).sight_of(first) is Sight.NONE

    asyncio.run(story())


def test_broken_glass_counts_after_a_thousand_lines_of_audit():
    async def story() -> None:
        at = world()
        await at.submit("LMS rose")
        held = await at.held()
        await at.store.record([Noted(at=at.clock.now(), actor=REX, held=held.id, reason="x")] * 1500)

        await viewing(at, NEL).break_glass(held.id, REASON)

        assert await viewing(at, NEL).sight_of(await at.held()) is Sight.BREAK_GLASS

    asyncio.run(story())


@pytest.mark.parametrize("handle", [OLA])
def test_who_may_not_decide_breaks_no_glass(handle):
    async def story() -> None:
        at = world()

        with pytest.raises(Forbidden):
            await _broken(at, handle=handle)

        assert await at.events() == ["Held"]

    asyncio.run(story())


def test_the_console_reads_no_content():
    async def story() -> None:
        at = world(actions=HOLD_ALL)
        await at.submit("HINT")
        held = await at.held()
        console = replace(viewing(at, ANN), actor=at.console(ANN).actor)

        for look in (console.open, console.original):
            with pytest.raises(Forbidden):
                await look(held.id)
        with pytest.raises(Forbidden):
            await console.break_glass(held.id, REASON)

    asyncio.run(story())


def test_what_is_not_there_is_not_found():
    async def story() -> None:
        with pytest.raises(NotFound):
            await viewing(world(), ANN).open(HeldId("nothing"))
        with pytest.raises(NotFound):
            await viewing(world(), NEL).break_glass(HeldId("nothing"), REASON)

    asyncio.run(story())

"""The page of a held post of Slack says what is true of it: how it stood, and that it does not go by itself."""

from __future__ import annotations

from datetime import timedelta

from leakguard.model.account import Role
from leakguard.model.events import PostRemoved
from leakguard.model.ids import HeldId
from leakguard.service.authoring import Authoring
from tests.unit.service.test_posts import judged
from tests.unit.service.world import JOE
from tests.web.office import Office


async def _held_post(office: Office) -> str:
    found = await judged(office.world, "LMS")
    assert found.held is not None
    event = PostRemoved(
        at=office.world.clock.now() + timedelta(seconds=4),
        held=found.held.id,
        sender=found.held.mail_from,
        channel="C0PRESS",
        by="enforcer",
        visible_ms=4_000,
        heads=12,
        outsiders=2,
    )
    await office.world.store.record([event])
    return found.held.id


async def test_it_tells_how_long_it_stood_before_how_many_and_that_it_is_gone() -> None:
    office = Office()
    office.sign_in(Role.REVIEWER)

    page = (await office.get(f"/items/{await _held_post(office)}")).text

    assert "in C0PRESS, for 4 s, before 12 people, 2 of other organisations" in page
    assert "taken out" in page


async def test_that_its_author_wants_it_posted_is_said_on_the_page_and_in_the_list() -> None:
    office = Office()
    office.sign_in(Role.REVIEWER)
    held = await _held_post(office)
    assert "Could be posted from" in (await office.get("/held")).text
    world = office.world
    acting = Authoring(store=world.store, book=world.current.book, clock=world.clock, notices=world.notices, author=JOE)
    await acting.post_when_public(HeldId(held))

    assert "Leave it to its author, who wants it posted" in (await office.get(f"/items/{held}")).text
    assert "Could be posted from" not in (await office.get("/held")).text


async def test_nothing_says_that_it_goes_by_itself() -> None:
    office = Office()
    office.sign_in(Role.REVIEWER)

    page = (await office.get(f"/items/{await _held_post(office)}")).text

    assert "Leave it held: posted only if its author wants it" in page
    assert "Send at the lift" not in page
    assert "Only some recipients" not in page

"""Who is asked for one by one, and who all at once: a leak before many must not stand until each was named."""

from __future__ import annotations

from urllib.parse import urlsplit

import aiohttp
import pytest

from leakguard.channels.slack.api import WebApi
from leakguard.channels.slack.directory import MOST_ASKED_ONE_BY_ONE, Directory
from leakguard.channels.slack.limiter import Limiter
from leakguard.clock import SetClock
from tests.fakes.slack import FakeSlack, faults
from tests.fakes.slack.workspace import TEAM
from tests.stories import story
from tests.unit.service.world import EARLY


def directory(slack: FakeSlack, session: aiohttp.ClientSession) -> Directory:
    api = WebApi(session, slack.api_url, frozenset({urlsplit(slack.api_url).netloc}))
    return Directory(api=api, limiter=Limiter(), clock=SetClock(EARLY), team=TEAM, token=slack.bot_token.text)


@pytest.mark.parametrize(
    ("many", "lists", "one_by_one"),
    [
        pytest.param(MOST_ASKED_ONE_BY_ONE, 0, MOST_ASKED_ONE_BY_ONE, id="a few"),
        pytest.param(MOST_ASKED_ONE_BY_ONE + 1, 1, 0, id="one more"),
        pytest.param(400, 1, 0, id="four minutes' worth of questions"),
    ],
)
def test_many_are_asked_for_at_once(many, lists, one_by_one):
    @story
    async def told() -> None:
        async with FakeSlack() as slack, aiohttp.ClientSession() as session:
            people = [slack.person(f"p{number}") for number in range(many)]
            asked = directory(slack, session)

            found = await asked.people([each.id for each in people])

            assert {each.email for each in found.values()} == {each.user.email for each in people}
            assert (len(slack.calls("users.list")), len(slack.calls("users.info"))) == (lists, one_by_one)
            assert await asked.people([each.id for each in people]) == found
            assert (len(slack.calls("users.list")), len(slack.calls("users.info"))) == (lists, one_by_one)

    told()


@story
async def test_whom_the_list_does_not_name_and_who_changed_since_is_asked_for():
    async with FakeSlack() as slack, aiohttp.ClientSession() as session:
        people = [slack.person(f"p{number}") for number in range(30)]
        asked = directory(slack, session)
        await asked.people([each.id for each in people])
        later = slack.person("later")
        people[3].user.email = "new@stats.example"
        asked.forget(people[3].id, None)

        found = await asked.people([later.id, *(each.id for each in people)])

        assert found[later.id].email == "later@stats.example"
        assert found[people[3].id].email == "new@stats.example"
        assert len(slack.calls("users.info")) == 2


@story
async def test_where_there_is_no_list_each_is_asked_for():
    async with FakeSlack() as slack, aiohttp.ClientSession() as session:
        people = [slack.person(f"p{number}") for number in range(30)]
        slack.faults.once("users.list", faults.answer("internal_error"))

        found = await directory(slack, session).people([each.id for each in people])

        assert len(found) == len(slack.calls("users.info")) == 30

"""Post after release: an answer as one types, and on submission it is kept before the form says so."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Any

import pytest
import structlog

from leakguard.channels.slack.screens.planning import NOT_THERE
from leakguard.channels.slack.screens.turn import SORRY
from leakguard.channels.slack.screens.verdict import NOTHING_YET
from leakguard.channels.slack.wanted import wanted
from leakguard.model.errors import Refused, StoreUnavailable
from leakguard.model.held import HeldMessage
from leakguard.model.ids import ReleaseId
from leakguard.model.message import Message
from tests.fakes.slack.person import Person
from tests.fakes.slack.state import Guest, Kind
from tests.fakes.slack.surfaces import View
from tests.unit.service.world import AMY, CPI, JOE, LMS, MINUTE, PRODUCER, T, book
from tests.unit.slack.screens.stage import TRANSPORTS, Stage, play, rich, said, until


@dataclass
class Failing:
    """A scheduling that does not keep anything."""

    fails: Exception

    async def schedule(self, message: Message, release: ReleaseId) -> HeldMessage:
        raise self.fails


def option(release: str) -> dict[str, Any]:
    return {"text": {"type": "plain_text", "text": "any"}, "value": release}


async def filled(stage: Stage, person: Person, text: str = "LMS rose", release: str = LMS.id) -> View:
    channel = stage.slack.channel("press", person, stage.person(JOE), kind=Kind.PRIVATE)
    form = await stage.opened(person, "compose_post")
    await person.type_in(form, "post:text", rich(text))
    await person.type_in(form, "post:place", channel.id)
    await person.type_in(form, "post:release", option(release))
    await until(lambda: not stage.screens.compose.typing._busy and said(form) != NOTHING_YET)
    return form


@pytest.mark.parametrize("transport", TRANSPORTS)
def test_what_is_filled_in_is_answered_and_then_kept_for_its_release(transport: str) -> None:
    async def story(stage: Stage) -> None:
        producer = stage.person(PRODUCER)
        form = await filled(stage, producer)

        lifts = f"*LMS, March 2031*. Lifts <!date^{int(T.timestamp())}^{{date_short_pretty}} {{time}}|"
        lifts += "Tue 18 Mar 2031 09:30 GMT> (in 8 min)"
        assert said(form).startswith("If you posted it now there: it would be taken out.")
        assert said(form).endswith(f"The release you chose: {lifts}")
        await producer.submit(form)

        held = await stage.world.held()
        assert (held.mail_from, [each.recipient.address for each in held.recipients]) == (PRODUCER, [JOE])
        assert (held.review.posting.release if held.review.posting else None) == LMS.id
        post = wanted(held.head)
        assert post is not None
        assert (post.author, post.channel) == (producer.id, form.state["place"]["post:place"]["selected_conversation"])
        assert (post.text, post.blocks) == ("LMS rose", (rich("LMS rose"),))
        assert stage.slack.calls("chat.postMessage") == []
        shown = form.shape["blocks"][0]["text"]["text"]
        assert shown.startswith(f"Your post is kept under the reference *{held.id}*.\n{lifts}. It is posted then")

    play(transport, story)


@pytest.mark.parametrize("transport", TRANSPORTS)
@pytest.mark.parametrize("field_", ["text", "release"])
def test_what_is_missing_is_said_beside_its_field_and_nothing_is_kept(transport: str, field_: str) -> None:
    async def story(stage: Stage) -> None:
        producer = stage.person(PRODUCER)
        form = await filled(stage, producer)
        del form.state[field_]
        answer = await producer.submit(form)

        assert list(answer["errors"]) == [field_]
        assert await stage.world.all_held() == []
        assert producer.modal is form

    play(transport, story)


def test_a_release_that_became_public_meanwhile_is_not_waited_for() -> None:
    async def story(stage: Stage) -> None:
        producer = stage.person(PRODUCER)
        form = await filled(stage, producer)
        stage.world.clock.set(T)
        answer = await producer.submit(form)

        assert answer["errors"] == {"release": "Choose a release that is not public yet."}
        assert await stage.world.all_held() == []

    play("http", story)


def test_why_it_is_refused_is_said_beside_the_text() -> None:
    async def story(stage: Stage) -> None:
        producer = stage.person(PRODUCER)
        answer = await producer.submit(await filled(stage, producer))

        assert answer["errors"] == {"text": "you are not in that channel"}

    play("http", story, scheduling=Failing(Refused("you are not in that channel")))


@pytest.mark.parametrize("transport", TRANSPORTS)
def test_what_could_not_be_kept_stays_in_the_form_and_somebody_is_woken(transport: str) -> None:
    async def story(stage: Stage) -> None:
        producer = stage.person(PRODUCER)
        form = await filled(stage, producer, "LMS quokka")
        with structlog.testing.capture_logs() as lines:
            answer = await producer.submit(form)

        assert answer["errors"] == {"text": SORRY}
        assert producer.modal is form
        assert [(each["event"], each["kind"]) for each in lines if each.get("alarm")] == [
            ("slack.screen_failed", "post")
        ]
        assert "quokka" not in repr(lines)

    play(transport, story, scheduling=Failing(StoreUnavailable("quokka")))


@pytest.mark.parametrize("transport", TRANSPORTS)
@pytest.mark.parametrize("kind", [Kind.PUBLIC, Kind.PRIVATE])
def test_one_is_told_while_one_writes_where_leakguard_cannot_post(transport: str, kind: Kind) -> None:
    """Into public channels it goes by itself."""

    async def story(stage: Stage) -> None:
        producer = stage.person(PRODUCER)
        there = stage.slack.channel("here", producer, kind=kind)
        elsewhere = stage.slack.channel("elsewhere", producer, kind=kind, with_app=False)
        form = await filled(stage, producer)
        assert NOT_THERE not in said(form)

        async def at(channel: str) -> str:
            before = form.revision
            await producer.type_in(form, "post:place", channel)
            await until(lambda: form.revision > before)
            return said(form)

        assert (NOT_THERE in await at(elsewhere.id)) == (kind is Kind.PRIVATE)
        assert NOT_THERE not in await at(there.id)

    play(transport, story)


@pytest.mark.parametrize("transport", TRANSPORTS)
def test_the_command_opens_it(transport: str) -> None:
    async def story(stage: Stage) -> None:
        joe = stage.person(JOE)
        await joe.command(stage.slack.channel("jobs", joe), "/embargo", "post")
        await until(lambda: joe.modal is not None)

        assert joe.modal is not None
        labels = [each["text"]["text"] for each in joe.modal.shape["blocks"][2]["element"]["options"]]
        assert labels == [
            "LMS, March 2031, Tue 18 Mar 2031 09:30 GMT",
            "CPI, March 2031, Tue 18 Mar 2031 10:30 GMT",
        ]

    play(transport, story)


def test_whatever_the_calendar_has_is_a_form_that_slack_takes() -> None:
    async def story(stage: Stage) -> None:
        long = "Statistics " * 20
        many = [replace(LMS, id=ReleaseId(f"r{n}"), title=long, release_at=T + n * MINUTE) for n in range(120)]
        stage.world.current._book = book(*many, replace(CPI, id=ReleaseId("x" * 151)))
        form = await stage.opened(stage.person(JOE), "compose_post")

        options = form.shape["blocks"][2]["element"]["options"]
        assert len(options) == 100
        assert all(len(each["text"]["text"]) == 75 for each in options)
        assert all("09:30" in each["text"]["text"] or "GMT" in each["text"]["text"] for each in options)

    play("http", story)


def test_where_there_is_nothing_to_wait_for_one_is_told() -> None:
    async def story(stage: Stage) -> None:
        stage.world.current._book = book()
        joe = stage.person(JOE)
        await joe.shortcut("compose_post")
        await until(lambda: bool(joe.inbox()))

        assert [each.text for each in joe.inbox()] == ["No release is under embargo now: you can post at once."]

    play("http", story)


def test_a_form_that_is_sent_twice_is_one_post() -> None:
    async def story(stage: Stage) -> None:
        producer = stage.person(PRODUCER)
        form = await filled(stage, producer)
        before = dict(form.shape)
        await producer.submit(form)
        form.shape = before  # the answer was lost
        await producer.submit(form)
        assert len(await stage.world.all_held()) == 1

        form.shape = before
        await producer.type_in(form, "post:text", rich("LMS rose, corrected"))
        await producer.submit(form)
        assert len(await stage.world.all_held()) == 2

    play("http", story)


def test_a_guest_cannot_plan_a_post() -> None:
    async def story(stage: Stage) -> None:
        amy = stage.person(AMY, guest=Guest.MULTI_CHANNEL)
        await amy.shortcut("compose_post")
        await until(lambda: bool(amy.inbox()))

        assert amy.modal is None

    play("http", story)


@pytest.mark.parametrize("transport", TRANSPORTS)
def test_a_post_that_could_not_go_up_there_is_refused_now_and_not_at_the_lift(transport: str) -> None:
    async def story(stage: Stage) -> None:
        producer = stage.person(PRODUCER)
        elsewhere = stage.slack.channel("elsewhere", producer, kind=Kind.PRIVATE, with_app=False)
        form = await filled(stage, producer)
        await producer.type_in(form, "post:place", elsewhere.id)

        answer = await producer.submit(form)

        assert "you are not in that conversation" in answer["errors"]["text"]
        assert await stage.world.all_held() == []

    play(transport, story)

"""What a check tells: all to those who may know it, and to others neither a direction nor a number, nor whose it is."""

from __future__ import annotations

import asyncio
import re
from dataclasses import fields, replace
from datetime import datetime, timedelta
from typing import Any

import pytest

from leakguard.model.account import Actor, Role
from leakguard.model.content import Confidence, CountsFor, Verdict
from leakguard.model.decision import Action, ReasonCode
from leakguard.model.embargo import LiftMode, ReleaseStatus
from leakguard.model.errors import Forbidden, LeakGuardError, Refused, TooManyTries
from leakguard.model.ids import PersonId, ReleaseId
from leakguard.model.message import Channel, Direction
from leakguard.policy import Policy
from leakguard.service.answers import ANYONE, Answer, Fate
from leakguard.service.checking import Checking, Question
from leakguard.service.current import Current
from leakguard.service.pace import Pace
from leakguard.store.memory import MemoryStore
from tests.unit.service.world import (
    AMY,
    CLEARED,
    CPI,
    EARLY,
    HALF,
    JOE,
    LMS,
    MINUTE,
    PRODUCER,
    T,
    WordInspector,
    finding,
    mail,
    rulebook,
)
from tests.unit.service.world import World as _World


class Inspector(WordInspector):
    """Knows the true value, too: 4.1 for LMS and 2.2 for CPI; and who is named as an author."""

    async def inspect(self, content: bytes, direction: Direction, channel: Channel) -> Verdict:
        verdict = await super().inspect(content, direction, channel)
        true = [name for name, value in (("lms", b"4.1"), ("cpi", b"2.2")) if value in content]
        known = [replace(finding(each), id="true", counts_for=CountsFor.SENDERS_WITH_ACCESS) for each in true]
        if b"RATE" in content:
            known.append(replace(finding("lms"), id="any-figure", counts_for=CountsFor.SENDERS_WITHOUT_ACCESS))
        if b"WHISPER" in content:
            known.append(finding("cpi", Confidence.LOW))
        authors = tuple(re.findall(r"Author: (\S+)", content.decode()))
        return replace(verdict, findings=(*verdict.findings, *known), authors=authors)


def checking(*releases: Any, actions: dict[Confidence, Action] | None = None, **changes: Any) -> Checking:
    world = _World(rulebook=rulebook(*(releases or (LMS, CPI))), inspector=Inspector())
    policy = Policy(actions={**Policy().actions, **(actions or {})})
    return replace(world.checking(), policy=policy, largest=10_000, **changes)


def ask(made: Checking, who: str, text: str, *to: str, **more: Any) -> Answer:
    actor = Actor(handle=who, roles=frozenset({Role.REVIEWER}))
    content = mail(text, extra=more.pop("extra", ""))
    return asyncio.run(made.answer(actor, Question(recipients=to or (AMY,), content=content, **more)))


def fates(answer: Answer) -> list[tuple[str, Fate, datetime | None]]:
    return [(each.recipient, each.fate, each.until) for each in answer.copies]


def test_somebody_with_access_is_told_what_was_found_and_when_each_copy_would_go() -> None:
    answer = ask(checking(), PRODUCER, "LMS rose", CLEARED, AMY)

    assert fates(answer) == [(CLEARED, Fate.GOES, None), (AMY, Fate.WAITS, T)]
    assert answer.details is not None
    [found] = answer.details.evidence
    assert (found.rule, found.releases, found.place, found.confidence) == (
        "uk.lms",
        (LMS.id,),
        "body",
        Confidence.HIGH,
    )
    assert [each.reasons[0].code for each in answer.details.decision.outcomes] == [
        ReasonCode.ALL_HAVE_ACCESS,
        ReasonCode.RECIPIENT_NOT_LISTED,
    ]


def test_somebody_without_access_is_told_only_whether_and_until_when() -> None:
    answer = ask(checking(), JOE, "LMS rose", CLEARED, AMY)

    assert fates(answer) == [(CLEARED, Fate.WAITS, T), (AMY, Fate.WAITS, T)]
    assert answer.details is None


def test_who_has_one_of_two_releases_is_not_told_of_the_other() -> None:
    assert ask(checking(), HALF, "LMS rose").details is not None
    both = ask(checking(), HALF, "LMS rose, CPI fell")
    assert both.details is None
    assert fates(both) == [(AMY, Fate.WAITS, CPI.release_at)]


@pytest.mark.parametrize("asker", [JOE, HALF, PRODUCER])
def test_what_nothing_was_found_in_would_go(asker: str) -> None:
    assert ask(checking(), asker, "tea at four") == replace(ask(checking(), JOE, "tea"), sender=asker)


@pytest.mark.parametrize("words", ["", "LMS ", "CPI ", "HINT ", "UNREAD ", "LMS CPI "], ids=str)
@pytest.mark.parametrize(
    ("asker", "true", "wrong"),
    [(JOE, "4.1", "4.3"), (JOE, "2.2", "2.3"), (HALF, "2.2", "2.3"), (AMY, "2.2 4.1", "1.1 1.2")],
    ids=str,
)
def test_a_true_number_is_answered_like_a_wrong_one(words: str, asker: str, true: str, wrong: str) -> None:
    assert ask(checking(), asker, words + true) == ask(checking(), asker, words + wrong)


def test_a_true_number_counts_for_those_who_know_it() -> None:
    answer = ask(checking(), PRODUCER, "4.1")

    assert fates(answer) == [(AMY, Fate.WAITS, T)]
    assert answer.details is not None


@pytest.mark.parametrize("text", ["LMS {}", "{}", "UNREAD {}"])
def test_nobody_learns_a_number_or_who_has_access_by_writing_another_name_into_the_message(text: str) -> None:
    """A part that cannot be read is held for those who know a release, which would tell whether this one does."""
    authors = (f"Author: {each}\r\n" for each in (PRODUCER, AMY))
    answers = [ask(checking(), JOE, text.format(n), extra=each) for each in authors for n in ("4.1", "4.3")]

    assert all(each == answers[0] for each in answers)


@pytest.mark.parametrize("more", [{"mail_from": PRODUCER}, {"at": T}, {"at": T - timedelta(days=9)}], ids=str)
@pytest.mark.parametrize("text", ["4.1", "tea"])
def test_who_has_no_access_cannot_ask_as_somebody_else_or_for_another_time(more: dict[str, Any], text: str) -> None:
    with pytest.raises(Forbidden):
        ask(checking(), JOE, text, **more)


def test_asking_under_ones_own_name_supposes_nothing() -> None:
    assert ask(checking(), JOE, "LMS", mail_from=JOE.upper()) == ask(checking(), JOE, "LMS")


def test_who_has_access_may_ask_for_the_moment_of_release() -> None:
    made, half = checking(), {"mail_from": HALF}

    assert [each.fate for each in ask(made, PRODUCER, "LMS", at=T - MINUTE).copies] == [Fate.WAITS]
    assert [each.fate for each in ask(made, PRODUCER, "LMS", at=T).copies] == [Fate.GOES]
    assert [each.fate for each in ask(made, PRODUCER, "CPI", CLEARED, **half).copies] == [Fate.WAITS]


def test_a_time_after_the_release_shows_nothing_of_it_to_those_without_access_to_it() -> None:
    """HALF may suppose, having access to LMS; CPI is public at that time, and not now."""
    answer = ask(checking(), HALF, "CPI", at=CPI.release_at + MINUTE)

    assert (answer.details, answer.at) == (None, EARLY)


def test_a_later_edition_shows_nothing_of_this_one() -> None:
    """The producer of the next edition, who is not on the list of this one, asks as if it were next month."""
    following = replace(LMS, id=ReleaseId("LMS-2031-04"), release_at=T + timedelta(days=30), pre_release_from=None)
    made = checking(LMS, following)
    book = made.current.book
    listed = {key: each for key, each in book.grants.items() if key != (PersonId("producer"), LMS.id)}
    made.current = Current(replace(made.current.rulebook, book=replace(book, grants=listed)))

    answer = ask(made, PRODUCER, "LMS", at=T + timedelta(days=29))

    assert (answer.details, answer.at) == (None, EARLY)


@pytest.mark.parametrize(
    "release",
    [
        replace(LMS, status=ReleaseStatus.POSTPONED),
        replace(LMS, status=ReleaseStatus.CANCELLED),
        replace(LMS, release_at=EARLY - MINUTE, lift=LiftMode.ON_CONFIRMATION),
    ],
    ids=lambda each: f"{each.status} {each.lift}",
)
def test_without_a_moment_it_waits_for_a_person(release: Any) -> None:
    assert fates(ask(checking(release), JOE, "LMS")) == [(AMY, Fate.NEEDS_A_PERSON, None)]


def test_of_several_releases_the_last_moment_counts() -> None:
    assert fates(ask(checking(), JOE, "LMS CPI")) == [(AMY, Fate.WAITS, CPI.release_at)]


def test_until_is_a_moment_of_the_calendar_and_nobodys_access() -> None:
    """The window of CLEARED opens before the lift: whoever has no access must not hear when."""
    late = replace(LMS, pre_release_from=EARLY + MINUTE)

    assert fates(ask(checking(late), JOE, "LMS", CLEARED)) == [(CLEARED, Fate.WAITS, T)]


def test_a_policy_that_refuses_is_told() -> None:
    made = checking(actions={Confidence.HIGH: Action.REJECT})

    assert fates(ask(made, JOE, "LMS")) == [(AMY, Fate.REFUSED, None)]


def test_a_hint_would_go_and_says_nothing_to_those_without_access() -> None:
    assert ask(checking(), JOE, "HINT") == ask(checking(), JOE, "tea")


def test_who_has_access_to_some_only_is_not_told_that_a_figure_would_go() -> None:
    """They know the figure of LMS, and the relay would hold it; what it is must not show, so every figure is held."""
    right, wrong = (ask(checking(), HALF, f"WHISPER RATE {number}") for number in ("4.1", "4.3"))

    assert right == wrong
    assert fates(right) == [(AMY, Fate.WAITS, T)]
    assert right.details is None


def test_nobody_named_stands_for_anyone() -> None:
    actor = Actor(handle=JOE, roles=frozenset({Role.AUDITOR}))

    answer = asyncio.run(checking().answer(actor, Question(content=mail("LMS"))))

    assert fates(answer) == [(ANYONE, Fate.WAITS, T)]


@pytest.mark.parametrize("to", [("secret words",), ("a@b", "no address"), tuple(f"a{n}@b.c" for n in range(101))])
def test_what_is_no_address_is_refused_without_saying_it_again(to: tuple[str, ...]) -> None:
    with pytest.raises(Refused) as refused:
        ask(checking(), JOE, "LMS", *to)

    assert not any(each in str(refused.value) for each in ("secret", "no address"))


def test_what_the_relay_would_not_take_is_not_read() -> None:
    made = checking()

    with pytest.raises(Refused, match="larger"):
        ask(made, JOE, "x" * 10_000)
    assert made.answered == 0


def test_a_person_may_ask_thirty_times_in_a_minute_and_others_meanwhile() -> None:
    world = _World()
    made = checking(clock=world.clock, pace=Pace(clock=world.clock.seconds))
    for _ in range(30):
        ask(made, JOE, "tea")

    with pytest.raises(TooManyTries, match="wait 60 s"):
        ask(made, JOE.upper(), "tea")
    ask(made, PRODUCER, "tea")
    world.clock.set(EARLY + timedelta(seconds=60))
    ask(made, JOE, "tea")


def test_somebody_without_any_role_may_not_ask() -> None:
    with pytest.raises(Forbidden):
        asyncio.run(checking().answer(Actor(handle=PRODUCER), Question(content=mail("LMS"))))


def test_a_check_can_reach_no_store() -> None:
    made = checking()

    assert {each.name for each in fields(made)} == {
        "inspector",
        "current",
        "clock",
        "policy",
        "pace",
        "largest",
        "answered",
    }
    reached = [made, *(getattr(made, each.name) for each in fields(made)), *vars(made.current).values()]
    assert not any(isinstance(each, MemoryStore) or hasattr(each, "record") for each in reached)


def test_an_answer_shows_no_word_of_the_message_when_it_is_printed() -> None:
    answer = ask(checking(), PRODUCER, "LMS zebrafinch")

    assert "secret words" not in repr(answer)
    assert "zebrafinch" not in repr(Question(content=b"zebrafinch"))


def test_a_rulebook_that_is_replaced_meanwhile_is_asked_again() -> None:
    made = checking()
    made.inspector.digest = "another"  # type: ignore[attr-defined]

    with pytest.raises(LeakGuardError, match="faster"):
        ask(made, JOE, "LMS")

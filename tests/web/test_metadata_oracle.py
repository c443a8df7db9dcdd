"""Whoever sees metadata only sees the same pages whichever way, and by however much, it moved.

With the packs and the grammar that are shipped; references and the moments at which things happened are left out.
ref: CoP T3.4 ("no indication")
"""

from __future__ import annotations

import asyncio
import re
from dataclasses import dataclass, replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from leakguard.clock import SetClock
from leakguard.model.account import Role, Scope
from leakguard.model.content import Confidence, CountsFor, Verdict
from leakguard.model.decision import Action
from leakguard.model.ids import RuleId
from leakguard.model.message import Channel, Direction
from tests.corpus.judging import EIGHT_MINUTES_EARLY, PRODUCER, STRANGER, rulebook
from tests.corpus.test_check_is_no_oracle import Reader
from tests.corpus.test_symmetry import FIGURES, FRAMES, TRIPLES, decimals, names
from tests.unit.service.world import WordInspector, World, finding, mail
from tests.web.api_office import ApiOffice

AUD, REX = "aud@stats.example", "rex@stats.example"
AMY = "amy@news.example"
_VARIES = re.compile(r"\b(?:ref|msg)\d+\b")


@dataclass(kw_only=True)
class Seen:
    """What people without access are shown after something was sent. record: what is told by single findings."""

    held: int
    pages: dict[str, str]
    record: dict[str, str]


async def shipped(sender: str, text: str) -> Seen:
    world = World(rulebook=rulebook(), inspector=Reader(), clock=SetClock(EIGHT_MINUTES_EARLY))  # type: ignore[arg-type]
    return await seen(world, sender, text)


async def seen(world: World, sender: str, text: str) -> Seen:
    api = ApiOffice(world=world)
    await world.submit(mail(text), sender=sender, to=(AMY, PRODUCER))
    found: dict[str, str] = {}
    items = await world.all_held()
    paths = ["/held", "/held?state=all", "/releases", *(f"/items/{each.id}" for each in items)]
    paths += [f"/releases/{release}" for each in items for release in each.releases()]
    for role, who in ((Role.AUDITOR, AUD), (Role.REVIEWER, REX)):
        api.office.sign_in(role, handle=who)
        for path in paths:
            found[f"{role} {path}"] = (await api.office.get(path)).text
        program = await api.program(Scope.READ, Scope.AUDIT, roles={role}, handle=who)
        for path in ("/items", *(f"/items/{each.id}" for each in items), "/releases"):
            found[f"{role} api {path}"] = (await program.get(path)).text
    api.office.sign_in(Role.AUDITOR, handle=AUD)
    record = {"pictures": (await api.office.get("/pictures")).text}
    record["events"] = str([(each.kind, each.body) for each in await world.store.audit()])
    return Seen(held=len(items), pages=_without_names(found), record=_without_names(record))


def _without_names(found: dict[str, str]) -> dict[str, str]:
    return {_VARIES.sub("-", place): _VARIES.sub("-", said) for place, said in found.items()}


def assert_same(one: dict[str, str], other: dict[str, str], about: object) -> None:
    assert one.keys() == other.keys(), about
    for place, said in one.items():
        assert other[place] == said, f"{place}: {about}"


def test_what_is_compared_is_held() -> None:
    for sender in (STRANGER, PRODUCER):
        found = asyncio.run(shipped(sender, "The unemployment rate rose to 4.9%."))

        assert found.held == 1
        assert any("uk.labour-market" in each for each in found.pages.values())


SENDERS = st.sampled_from([STRANGER, PRODUCER])


@settings(max_examples=40, deadline=None, derandomize=True)  # the same names every time: a run must not fail by luck
@given(sender=SENDERS, metric=names, triple=st.sampled_from(TRIPLES), frame=st.sampled_from(FRAMES))
def test_no_page_tells_up_from_down(sender: str, metric: str, triple: tuple[str, str, str], frame: str) -> None:
    texts = [frame.format(metric=metric, moved=moved) for moved in triple]
    up, down, unchanged = [asyncio.run(shipped(sender, each)) for each in texts]

    assert_same(up.pages, down.pages, texts)
    assert_same(up.record, down.record, texts)
    assert_same(up.pages, unchanged.pages, texts)  # its record may differ: docs/security.md


@settings(max_examples=30, deadline=None, derandomize=True)  # the same names every time: a run must not fail by luck
@given(
    sender=SENDERS,
    metric=names,
    frame=st.sampled_from(FIGURES),
    ones=st.tuples(decimals, decimals),
    twos=st.tuples(decimals, decimals),
)
def test_no_page_tells_one_number_from_another(
    sender: str, metric: str, frame: str, ones: tuple[str, str], twos: tuple[str, str]
) -> None:
    texts = [frame.format(metric=metric, one=one, other=other) for one, other in (ones, twos)]
    first, second = [asyncio.run(shipped(sender, each)) for each in texts]

    assert_same(first.pages, second.pages, texts)
    assert_same(first.record, second.record, texts)


class Knowing(WordInspector):
    """Knows the true value of LMS, as a rule about a registered figure does."""

    async def inspect(self, content: bytes, direction: Direction, channel: Channel) -> Verdict:
        made = await super().inspect(content, direction, channel)
        if b"4.3" not in content:
            return made
        true = replace(finding("lms"), rule=RuleId("uk.figures"), id="true", counts_for=CountsFor.SENDERS_WITH_ACCESS)
        return replace(made, findings=(*made.findings, true))


@pytest.mark.parametrize("word", ["CPI", "HINT", "LMS"])
def test_whoever_sends_guesses_does_not_learn_which_is_right(word: str) -> None:
    def guess(figure: str) -> Seen:
        world = World(inspector=Knowing(), actions={Confidence.LOW: Action.HOLD})
        return asyncio.run(seen(world, AUD, f"{word} {figure}"))

    right, wrong = guess("4.3"), guess("4.4")

    assert right.held == wrong.held == 1
    assert_same(right.pages, wrong.pages, word)
    assert_same(right.record, wrong.record, word)

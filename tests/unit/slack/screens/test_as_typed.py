"""The latest of what is typed is answered, one at a time, and nothing of it stays in memory."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass, field

import pytest

from leakguard.channels.slack.screens.as_typed import AsTyped
from tests.stories import story
from tests.unit.slack_fake.bolt import until


@dataclass
class Form:
    """A form as Slack keeps it: updated for its present hash, or for none. opened: lets an update through."""

    revision: int = 1
    shown: list[str] = field(default_factory=list)
    asked: list[str] = field(default_factory=list)
    opened: asyncio.Event = field(default_factory=asyncio.Event)

    async def show(self, view: str, hash_: str, draft: str) -> str:
        self.asked.append(draft)
        await self.opened.wait()
        if hash_ not in ("", str(self.revision)):
            return ""
        self.revision += 1
        self.shown.append(draft)
        return str(self.revision)


def typing(form: Form, slept: list[float] | None = None) -> AsTyped[str]:
    async def sleep(seconds: float) -> None:
        if slept is not None:
            slept.append(seconds)
        await asyncio.sleep(0)

    return AsTyped(show=form.show, sleep=sleep)


@story
async def test_of_what_is_typed_while_an_answer_is_sought_only_the_latest_is_looked_at() -> None:
    form = Form()
    made = typing(form)
    first = asyncio.ensure_future(made.typed("V", "1", "a"))
    await until(lambda: bool(form.asked))
    for each in ("ab", "abc", "abcd"):
        await made.typed("V", "1", each)
    form.opened.set()
    await first

    assert (form.asked, form.shown) == (["a", "abcd"], ["a", "abcd"])


@story
async def test_two_forms_do_not_wait_for_each_other() -> None:
    form = Form()
    form.opened.set()
    made = typing(form)
    await asyncio.gather(made.typed("V", "", "a"), made.typed("W", "", "b"))

    assert sorted(form.shown) == ["a", "b"]


@story
async def test_the_hash_of_our_own_last_update_counts_and_not_an_older_one() -> None:
    form = Form()
    form.opened.set()
    made = typing(form)
    await made.typed("V", "1", "a")
    await made.typed("V", "1", "b")

    assert (form.shown, form.asked) == (["a", "b"], ["a", "b"])


@story
async def test_a_form_that_was_changed_elsewhere_gets_the_latest_nevertheless() -> None:
    form = Form()
    form.opened.set()
    made = typing(form)
    await made.typed("V", "1", "a")
    form.revision = 77
    await made.typed("V", "2", "b")

    assert form.shown == ["a", "b"]


@story
async def test_whoever_never_pauses_is_answered_after_some_pauses() -> None:
    form, slept = Form(), list[float]()
    form.opened.set()

    async def sleep(seconds: float) -> None:
        slept.append(seconds)
        if len(slept) < 50:
            await made.typed("V", "1", f"key {len(slept)}")

    made = AsTyped(show=form.show, sleep=sleep)
    await made.typed("V", "1", "key")

    assert form.shown[0] == "key 6"


@story
async def test_a_failure_is_told_and_the_form_is_answered_again_afterwards() -> None:
    form = Form()
    form.opened.set()

    async def broken(view: str, hash_: str, draft: str) -> str:
        raise RuntimeError("away")

    made = typing(form)
    made.show = broken
    with pytest.raises(RuntimeError):
        await made.typed("V", "1", "a")
    made.show = form.show
    await made.typed("V", "1", "b")

    assert form.shown == ["b"]


@story
async def test_nothing_that_was_typed_is_kept_or_printed() -> None:
    form = Form()
    made = typing(form)
    first = asyncio.ensure_future(made.typed("V", "1", "quokka"))
    await until(lambda: bool(form.asked))
    await made.typed("V", "1", "quokka")
    assert "quokka" not in repr(made._busy)
    form.opened.set()
    await first

    assert not made._busy
    assert made._hashes == {"V": str(form.revision)}

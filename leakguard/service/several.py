"""One act on all messages that are copies of one: what was decided meanwhile by somebody else stops no other."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Collection
from dataclasses import dataclass

from leakguard.model.errors import LeakGuardError
from leakguard.model.held import State
from leakguard.model.ids import HeldId
from leakguard.service.queue import Queue

Act = Callable[[HeldId, tuple[str, ...]], Awaitable[object]]


@dataclass(frozen=True, slots=True, kw_only=True)
class Tried:
    """done: what each act returned. problems: why it was not done for the others."""

    done: tuple[object, ...]
    problems: tuple[LeakGuardError, ...]


async def on_each(
    queue: Queue, held_id: HeldId, chosen: Collection[str], act: Act, *, also_closed: bool = False
) -> Tried:
    """The act on every message of the item that has a copy for one of those chosen, or on all where none is.

    also_closed: on messages of which nothing is held, too; else on these only where there are no others.
    Raises when it was done for none, or for a reason that is not ours; NotFound.
    """
    await queue.refresh()
    tried = await tried_on(queue, held_id, chosen, act, also_closed=also_closed)
    if tried.problems and not tried.done:
        raise tried.problems[0]
    return tried


async def tried_on(
    queue: Queue, held_id: HeldId, chosen: Collection[str], act: Act, *, also_closed: bool = False
) -> Tried:
    """The same by the list as it is, also when it was done for none. Raises what is not ours; NotFound."""
    messages, work = queue.messages(queue.of(held_id)), []
    held = [each for each in messages if each.in_state(State.HELD)]
    for each in messages if also_closed or not held else held:
        mine = tuple(copy.recipient.address for copy in each.recipients if copy.recipient.address in chosen)
        if mine or not chosen:
            work.append(act(each.id, mine))
    answers = await asyncio.gather(*work, return_exceptions=True)
    for answer in answers:
        if isinstance(answer, BaseException) and not isinstance(answer, LeakGuardError):
            raise answer
    return Tried(
        done=tuple(each for each in answers if not isinstance(each, BaseException)),
        problems=tuple(each for each in answers if isinstance(each, LeakGuardError)),
    )

"""One act on all messages that are copies of one: what was decided meanwhile by somebody else stops no other."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Collection

from leakguard.model.errors import LeakGuardError
from leakguard.model.ids import HeldId
from leakguard.service.queue import Queue

Act = Callable[[HeldId, tuple[str, ...]], Awaitable[object]]


async def on_each(queue: Queue, held_id: HeldId, chosen: Collection[str], act: Act) -> list[object]:
    """The act on every message of the item that has a copy for one of those chosen, or on all where none is.

    Raises only when it failed for all, or for a reason that is not ours; NotFound.
    """
    await queue.refresh()
    work = []
    for each in queue.messages(queue.of(held_id)):
        mine = tuple(copy.recipient.address for copy in each.recipients if copy.recipient.address in chosen)
        if mine or not chosen:
            work.append(act(each.id, mine))
    done = await asyncio.gather(*work, return_exceptions=True)
    problems = [each for each in done if isinstance(each, BaseException)]
    for problem in problems:
        if len(problems) == len(done) or not isinstance(problem, LeakGuardError):
            raise problem
    return [each for each in done if not isinstance(each, BaseException)]

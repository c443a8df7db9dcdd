"""The list: what is held, in the order in which it needs a person; decided one by one or several at once."""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import AsyncIterator
from dataclasses import dataclass
from datetime import timedelta
from math import ceil
from urllib.parse import urlencode

from starlette.responses import Response, StreamingResponse

from leakguard.model.embargo import Release
from leakguard.model.errors import Refused, StoreUnavailable
from leakguard.model.ids import HeldId
from leakguard.service.authority import Permission, may
from leakguard.service.items import Need, by_release
from leakguard.service.queue import Queue, Wanted
from leakguard.service.several import tried_on
from leakguard.web.deciding import reason_of, seen_of
from leakguard.web.visit import Page, Visit

PER_PAGE = 50
_SOON = timedelta(days=8)
_LOOK_SECONDS, _ALIVE_LOOKS = 0.5, 30
_FULL_RETRY = 60_000  # milliseconds until a browser asks again


@dataclass(frozen=True, slots=True, kw_only=True)
class Tile:
    """A release of these days, with what is held for it."""

    release: Release
    held: int
    todo: int
    is_near: bool
    is_soon: bool


async def triage(visit: Visit) -> Response:
    queue, seen = visit.house.queue, visit.house.clock.now()
    await queue.refresh()
    asked = visit.request.query_params
    wanted = Wanted(
        state=asked.get("state", "open"),
        release=asked.get("release", ""),
        rule=asked.get("rule", ""),
        words=asked.get("q", "")[:200],
    )
    found = queue.items(wanted)
    pages = max(1, ceil(len(found) / PER_PAGE))
    number = min(max(1, _number(asked.get("page", "1"))), pages)
    return visit.page(
        "triage.html",
        items=found[(number - 1) * PER_PAGE : number * PER_PAGE],
        seen=seen,
        count=len(found),
        copies=sum(len(each.held) for each in found),
        number=number,
        pages=pages,
        link=lambda page: "?" + urlencode({**_kept(asked), "page": page}),
        wanted=wanted,
        is_filtered=wanted != Wanted(),
        tiles=tiles(visit, queue),
        releases=sorted({each for item in queue.items(Wanted(state="all")) for each in item.releases}),
        Need=Need,
    )


def _kept(asked: object) -> dict[str, str]:
    return {key: value for key, value in dict(asked).items() if key in ("state", "release", "rule", "q")}  # type: ignore[call-overload]


def _number(text: str) -> int:
    return int(text) if text.isascii() and text.isdigit() and len(text) < 6 else 1


def tiles(visit: Visit, queue: Queue) -> list[Tile]:
    """The releases that are due within days, and those for which something is held."""
    now, book = visit.house.clock.now(), visit.house.current.book
    waiting = by_release(queue.items(Wanted(state="open")))
    made = []
    for release in sorted(book.releases.values(), key=lambda each: (each.release_at, each.id)):
        left = release.release_at - now
        is_due = not release.is_public(now) and left < _SOON
        if not is_due and release.id not in waiting:
            continue
        mine = waiting.get(release.id, [])
        made.append(
            Tile(
                release=release,
                held=sum(len(each.held) for each in mine),
                todo=sum(each.need <= Need.LOOK for each in mine),
                is_near=timedelta() < left < timedelta(minutes=30),
                is_soon=timedelta() < left < timedelta(days=1),
            )
        )
    return made


async def bulk(visit: Visit) -> Response:
    """One decision about several items, each for itself: one that was decided meanwhile stops no other."""
    act, chosen = visit.text("act"), visit.texts("item")
    if not chosen:
        raise Refused("choose at least one message")
    if act not in ("keep", "reject"):
        raise Refused("together they can be left to the lift or rejected; sending early is decided one by one")
    reason = reason_of(visit)
    queue = visit.house.queue
    await queue.refresh()
    items = [queue.of(HeldId(each)) for each in chosen]
    if act == "reject" and visit.text("count") != str(len(items)):
        raise Refused(f"to reject, write how many messages you mean: {len(items)}")
    reviewing = visit.house.reviewing(visit.actor, seen_of(visit))
    verb = {"keep": reviewing.keep, "reject": reviewing.reject}[act]
    tried = [await tried_on(queue, each.id, (), lambda held_id, _: verb(held_id, reason)) for each in items]
    visit.house.poke()
    problems = [problem for each in tried for problem in each.problems]
    if problems and not any(each.done for each in tried):
        raise problems[0]
    return visit.go("triage", told="some" if problems else {"keep": "kept", "reject": "rejected"}[act])


async def live(visit: Visit) -> Response:
    """A line whenever something in the store changed, for pages that show themselves anew."""
    return StreamingResponse(_changes(visit), media_type="text/event-stream")


async def _changes(visit: Visit) -> AsyncIterator[str]:
    with visit.house.streams.place(visit.actor.handle) as is_free:
        if not is_free:
            yield f"retry: {_FULL_RETRY}\n: too many are open\n\n"
            return
        queue, told, looks = visit.house.queue, None, 0
        while not await visit.request.is_disconnected():
            if looks % _ALIVE_LOOKS == 0:
                if not await _may_look_on(visit):
                    yield "event: ended\ndata: signed out\n\n"
                    return
                yield ": here\n\n"
            with contextlib.suppress(StoreUnavailable):  # the page stays as it is; the next look tries again
                await queue.refresh()
            looks += 1
            if queue.version != told:
                told = queue.version
                yield "data: changed\n\n"
            await asyncio.sleep(_LOOK_SECONDS)


async def _may_look_on(visit: Visit) -> bool:
    """Whether they are still signed in, with a role that sees the list."""
    visitor = await visit.house.doorkeeper.visitor(visit.request, touch=False)
    return visitor is not None and may(visitor.actor, Permission.SEE_QUEUE)


PAGES = (
    Page(path="/held", name="triage", handler=triage, permission=Permission.SEE_QUEUE),
    Page(path="/held/decide", name="bulk", handler=bulk, permission=Permission.DECIDE, is_post=True),
    Page(path="/live", name="live", handler=live, permission=Permission.SEE_QUEUE, is_live=True),
)

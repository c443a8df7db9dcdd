"""Release morning: each release with its phase, lift and what waits for it; and the acts that move it, in two steps."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from starlette.responses import Response

from leakguard.model.embargo import Phase, Release
from leakguard.model.errors import NotFound, Refused
from leakguard.model.held import State
from leakguard.model.ids import ReleaseId
from leakguard.service.access_record import ListState, Record
from leakguard.service.authority import Permission
from leakguard.service.items import Item, Need, by_release
from leakguard.service.queue import Wanted
from leakguard.web.times import local_time
from leakguard.web.visit import Page, Visit

_DAYS = timedelta(days=14)
_RECENT = timedelta(hours=12)


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    """A release and what waits for it. held, kept, sent: copies. todo: messages that somebody should look at."""

    release: Release
    phase: Phase
    lift_at: datetime | None
    held: int
    todo: int
    kept: int
    sent: int
    access: ListState


async def board(visit: Visit) -> Response:
    await visit.house.queue.refresh()
    now = visit.house.clock.now()
    waiting = by_release(visit.house.queue.items(Wanted(state="all")))
    record = await _record(visit)
    rows = [row(record, each, waiting.get(each.id, ())) for each in visit.house.current.book.releases.values()]
    rows.sort(key=lambda each: (each.release.release_at, each.release.id))
    return visit.page(
        "board.html",
        coming=[each for each in rows if each.phase is not Phase.PUBLISHED and each.release.release_at < now + _DAYS],
        later=[each for each in rows if each.phase is not Phase.PUBLISHED and each.release.release_at >= now + _DAYS],
        lifted=[each for each in rows if each.phase is Phase.PUBLISHED and each.release.release_at > now - _RECENT],
    )


async def _record(visit: Visit) -> Record:
    """The state of the access lists, without who looked at what."""
    house = visit.house
    return Record(book=house.current.book, acts=await house.store.acts(), now=house.clock.now())


def row(record: Record, release: Release, mine: Sequence[Item]) -> Row:
    """mine: the items of this release."""
    return Row(
        release=release,
        phase=release.phase(record.now),
        lift_at=release.lift_at(),
        held=sum(len(each.held) for each in mine),
        todo=sum(each.need <= Need.LOOK for each in mine),
        kept=sum(len(each.held) for each in mine if each.need is Need.NONE),
        sent=sum(dict(each.states).get(State.SENT, 0) for each in mine),
        access=record.state_of(release),
    )


async def release_page(visit: Visit) -> Response:
    release = _named(visit)
    await visit.house.queue.refresh()
    mine = visit.house.queue.items(Wanted(state="all", release=release.id))
    return visit.page(
        "release.html",
        row=row(await _record(visit), release, mine),
        items=[each for each in mine if each.is_open],
        acts=[each for each in await visit.house.store.acts() if getattr(each, "release", "") == release.id],
        Need=Need,
    )


ACTS = {
    "postpone": "Postpone",
    "cancel": "Cancel",
    "confirm": "Published: lift now",
    "suspend": "Suspend access",
}


async def act(visit: Visit) -> Response:
    """First what it would do, then, when that was confirmed, the act itself."""
    release, name = _named(visit), visit.request.path_params["act"]
    if name not in ACTS:
        raise NotFound("there is no such act")
    until = _until(visit, release) if name == "postpone" else None
    if not visit.text("reason"):
        raise Refused("give a reason")
    if visit.text("sure") != "yes":
        await visit.house.queue.refresh()
        mine = visit.house.queue.items(Wanted(release=release.id))
        return visit.page(
            "confirm_act.html",
            act=name,
            label=ACTS[name],
            release=release,
            until=until,
            until_text=visit.text("until"),
            reason=visit.text("reason"),
            handle=visit.text("handle"),
            copies=sum(len(each.held) for each in mine),
        )
    desk, reason = visit.house.desk(visit.actor), visit.text("reason")
    match name:
        case "postpone":
            await desk.postpone(release.id, reason, until)
        case "cancel":
            await desk.cancel(release.id, reason)
        case "confirm":
            await desk.confirm(release.id, reason)
        case _:
            await desk.suspend(visit.text("handle"), reason, release.id)
    await visit.house.catch_up()
    told = {"postpone": "postponed", "cancel": "cancelled", "confirm": "lifted", "suspend": "suspended"}[name]
    return visit.go("release", told=told, release=release.id)


def _named(visit: Visit) -> Release:
    release = visit.house.current.book.releases.get(ReleaseId(visit.request.path_params["release"]))
    if release is None:
        raise NotFound("there is no release of that id")
    return release


def _until(visit: Visit, release: Release) -> datetime | None:
    """The new instant in the release's own zone; None where it is not known yet."""
    text = visit.text("until")
    if not text:
        return None
    return local_time(text, release.zone)


PAGES = (
    Page(path="/releases", name="board", handler=board, permission=Permission.SEE_RELEASES),
    Page(path="/releases/{release:path}", name="release", handler=release_page, permission=Permission.SEE_RELEASES),
    Page(
        path="/releases/{release:path}/{act}",
        name="act",
        handler=act,
        permission=Permission.ACT_ON_RELEASES,
        is_post=True,
    ),
)

"""Releases and access: the calendar as it stands, and the acts that move it."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Annotated

from fastapi import Path

from leakguard.model.account import Scope
from leakguard.model.embargo import Release
from leakguard.service.authority import Permission
from leakguard.service.items import Item, by_release
from leakguard.service.queue import Wanted
from leakguard.web.api.endpoint import Asker, By, Endpoint
from leakguard.web.api.shapes import Because, Postponed, ReleaseShape, ReleasesShape, Suspended, SuspendedShape

Named = Annotated[str, Path(alias="release", max_length=200)]


async def listed(by: By) -> ReleasesShape:
    """Every release of the calendar, the earliest first, with the acts laid over it."""
    await by.house.queue.refresh()
    found = sorted(by.house.current.book.releases.values(), key=lambda each: (each.release_at, each.id))
    waiting = by_release(by.house.queue.items(Wanted(state="open")))
    return ReleasesShape(releases=[_shape(by, each, waiting.get(each.id, ())) for each in found])


async def postpone(by: By, release: Named, given: Postponed) -> ReleaseShape:
    """Put it off, to a later time or to one not known yet."""
    return await _acted(by, await by.house.desk(by.actor).postpone(release, given.reason, given.until))


async def cancel(by: By, release: Named, given: Because) -> ReleaseShape:
    """Call it off. It stays embargoed."""
    return await _acted(by, await by.house.desk(by.actor).cancel(release, given.reason))


async def confirm(by: By, release: Named, given: Because) -> ReleaseShape:
    """Say that it is published. It lifts now, never before its own time."""
    return await _acted(by, await by.house.desk(by.actor).confirm(release, given.reason))


async def suspend(by: By, given: Suspended) -> SuspendedShape:
    """Take early access from a person at once."""
    releases = await by.house.desk(by.actor).suspend(given.handle, given.reason, given.release)
    await by.house.catch_up()
    return SuspendedShape(handle=given.handle, releases=list(releases))


async def _acted(by: Asker, release: Release) -> ReleaseShape:
    await by.house.catch_up()
    return _shape(by, release, by.house.queue.items(Wanted(state="open", release=release.id)))


def _shape(by: Asker, release: Release, waiting: Sequence[Item]) -> ReleaseShape:
    return ReleaseShape(
        id=release.id,
        title=release.title,
        producer=release.producer,
        series=release.series,
        release_at=release.release_at,
        lifts_at=release.lift_at(),
        zone=release.zone,
        status=release.status,
        phase=release.phase(by.house.clock.now()),
        lift=release.lift,
        pre_release_from=release.pre_release_from,
        sensitive_from=release.sensitive_from,
        confirmed_at=release.confirmed_at,
        held=sum(len(each.held) for each in waiting),
    )


def _act(path: str, name: str, handler: object) -> Endpoint:
    return Endpoint(
        method="POST",
        path=path,
        name=name,
        handler=handler,  # type: ignore[arg-type]
        scope=Scope.RELEASES,
        permission=Permission.ACT_ON_RELEASES,
    )


ENDPOINTS = (
    Endpoint(
        method="GET",
        path="/releases",
        name="listReleases",
        handler=listed,
        scope=Scope.READ,
        permission=Permission.SEE_RELEASES,
    ),
    _act("/releases/{release}/postpone", "postponeRelease", postpone),
    _act("/releases/{release}/cancel", "cancelRelease", cancel),
    _act("/releases/{release}/confirm", "confirmRelease", confirm),
    _act("/access/suspend", "suspendAccess", suspend),
)

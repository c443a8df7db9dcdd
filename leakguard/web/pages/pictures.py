"""Pictures: of the last days for all releases, and around the lift of one."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from starlette.responses import RedirectResponse, Response

from leakguard.model.decision import ReasonCode
from leakguard.model.errors import Refused
from leakguard.service.authority import Permission
from leakguard.service.history.around import Span
from leakguard.service.history.pictures import Overview, Pictures
from leakguard.service.history.rules import Tally
from leakguard.service.words import REASONS
from leakguard.web.album import of_false_alarms, of_lift, of_tallies, of_waiting
from leakguard.web.drawing import Picture
from leakguard.web.visit import Page, Visit

DAYS = (1, 7, 30, 90, 365)
_USUAL_DAYS, _USUAL_SPAN = 30, Span.DAY


def _looking_back(visit: Visit) -> Pictures:
    house = visit.house
    return Pictures(store=house.store, book=house.current.book, clock=house.clock, actor=visit.actor)


async def pictures(visit: Visit) -> Response:
    chosen = visit.request.query_params.get("release", "")
    if chosen:
        return RedirectResponse(
            f"{visit.url('pictures_of_release', release=chosen)}?span={_span(visit)}", status_code=303
        )
    days = _days(visit)
    overview = await _looking_back(visit).of_days(days)
    return visit.page(
        "pictures.html",
        overview=overview,
        pictures=_of(overview),
        days=days,
        choices=DAYS,
        spans=tuple(Span),
        span=_USUAL_SPAN,
        releases=_releases(visit),
    )


async def pictures_of_release(visit: Visit) -> Response:
    span = _span(visit)
    release, around, overview = await _looking_back(visit).of_release(visit.request.path_params["release"], span)
    return visit.page(
        "pictures_of_release.html",
        release=release,
        overview=overview,
        pictures=(of_lift(release, span, around), *_of(overview)),
        spans=tuple(Span),
        span=span,
    )


def _of(overview: Overview) -> tuple[Picture, ...]:
    return (
        of_tallies("rules", "By rule", "rule", overview.rules),
        of_tallies("reasons", "By reason", "reason", _in_words(overview.reasons)),
        of_false_alarms(overview.false_alarms),
        of_waiting(overview.waiting),
    )


def _releases(visit: Visit) -> list[tuple[str, str]]:
    """(id, title), the latest first."""
    found = sorted(
        visit.house.current.book.releases.values(), key=lambda each: (each.release_at, each.id), reverse=True
    )
    return [(each.id, each.title) for each in found]


def _days(visit: Visit) -> int:
    """Raises Refused."""
    given = visit.request.query_params.get("days", str(_USUAL_DAYS))
    if given not in {str(each) for each in DAYS}:
        raise Refused("choose one of the numbers of days offered")
    return int(given)


def _span(visit: Visit) -> Span:
    """Raises Refused."""
    try:
        return Span(visit.request.query_params.get("span", _USUAL_SPAN))
    except ValueError:
        raise Refused("choose one of the spans offered") from None


def _in_words(reasons: Sequence[Tally]) -> list[Tally]:
    return [replace(each, name=REASONS[ReasonCode(each.name)]) for each in reasons]


PAGES = (
    Page(path="/pictures", name="pictures", handler=pictures, permission=Permission.SEE_PICTURES),
    Page(
        path="/pictures/{release:path}",
        name="pictures_of_release",
        handler=pictures_of_release,
        permission=Permission.SEE_PICTURES,
    ),
)

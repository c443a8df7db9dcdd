"""What is only read: flagged messages, the audit, and exceptions that false alarms propose."""

from __future__ import annotations

from datetime import timedelta

from starlette.responses import Response

from leakguard.service.authority import Permission
from leakguard.service.flags import Flags
from leakguard.service.proposals import KINDS, proposals
from leakguard.service.story import between
from leakguard.web.visit import Page, Visit

_PER_PAGE = 200
_YEAR = timedelta(days=366)
_HIDDEN = ("reason", "at", "actor", "held")


async def flagged(visit: Visit) -> Response:
    asked = visit.request.query_params
    days = _number(asked.get("days", "2"), 2, 31)
    release = asked.get("release", "")[:200]
    house = visit.house
    flags, is_cut = await Flags(store=house.store, clock=house.clock, actor=visit.actor).since(days, release)
    releases = sorted({each for flag in flags for each in flag.releases} | ({release} if release else set()))
    return visit.page("flagged.html", flags=flags, is_cut=is_cut, days=days, release=release, releases=releases)


async def audit(visit: Visit) -> Response:
    """The record, in order, without the words that people typed: those are with the message they are about."""
    after = _number(visit.request.query_params.get("after", "0"), 0, 10**12)
    entries = await visit.house.store.audit(after=after, limit=_PER_PAGE)
    lines = [(each, _told(each.body)) for each in entries]
    return visit.page("audit.html", lines=lines, after=after, is_full=len(entries) == _PER_PAGE)


def _told(body: dict[str, object]) -> list[tuple[str, str]]:
    shown = (
        (name, value) for name, value in body.items() if name not in _HIDDEN and value not in ("", None, [], (), 0)
    )
    return [(name.replace("_", " "), _in_words(name, value)) for name, value in shown]


def _in_words(name: str, value: object) -> str:
    """Of rules only their names: which finding it was differs between what moved and what did not."""
    values = [str(each) for each in value] if isinstance(value, list | tuple) else [str(value)]
    return ", ".join(dict.fromkeys(each.partition("/")[0] if name == "rules" else each for each in values))


async def exceptions(visit: Visit) -> Response:
    now, store = visit.house.clock.now(), visit.house.store
    pages = between(store, now - _YEAR, now + timedelta.resolution, KINDS)
    found = [entry async for page in pages for entry in page]
    return visit.page("exceptions.html", proposals=proposals(found, visit.house.current.book, now))


def _number(text: str, otherwise: int, most: int) -> int:
    return min(int(text), most) if text.isascii() and text.isdigit() and len(text) < 14 else otherwise


PAGES = (
    Page(path="/flagged", name="flagged", handler=flagged, permission=Permission.SEE_QUEUE),
    Page(path="/audit", name="audit", handler=audit, permission=Permission.SEE_AUDIT),
    Page(path="/exceptions", name="exceptions", handler=exceptions, permission=Permission.SEE_QUEUE),
)

"""One message: who sent what to whom, why it is held, what is in it for those who may see that, and the decision."""

from __future__ import annotations

import asyncio
from collections.abc import Iterable
from dataclasses import dataclass
from typing import TypeVar

from starlette.responses import Response

from leakguard.model.embargo import Book, Grant
from leakguard.model.errors import Refused, Stale
from leakguard.model.held import HeldMessage, HeldRecipient, State
from leakguard.model.ids import HeldId
from leakguard.service.authority import Permission
from leakguard.service.items import Item, Need
from leakguard.service.notices import Question
from leakguard.service.ports import AuditEntry
from leakguard.service.reviewing import Done, Reviewing
from leakguard.service.several import Act, Tried, on_each
from leakguard.service.sightings import sighting_of
from leakguard.service.story import story_of
from leakguard.service.two_people import takes_two
from leakguard.service.viewing import Sight, as_told, is_own, shown_by
from leakguard.service.words import GAPS, REASONS, SURENESS
from leakguard.web.deciding import reason_of, seen_of
from leakguard.web.pages.frame import preview_of
from leakguard.web.visit import Handler, Page, Visit

T = TypeVar("T")

_TIMELINE_OF = 20  # messages; the others are copies, and went the same way


@dataclass(frozen=True, slots=True, kw_only=True)
class Copy:
    """One recipient's copy, as a row. grants: what the access lists say about this address."""

    held: HeldId
    copy: HeldRecipient
    reasons: tuple[str, ...]
    grants: tuple[Grant, ...]

    @property
    def address(self) -> str:
        return self.copy.recipient.address


async def show(visit: Visit) -> Response:
    """Seeing the content is recorded before it is shown; a page that only refreshes itself does not ask for it."""
    house, seen = visit.house, visit.house.clock.now()
    await house.queue.refresh()
    item = house.queue.of(HeldId(visit.request.path_params["held"]))
    messages = house.queue.messages(item)
    now, book = house.clock.now(), house.current.book
    viewing = house.viewing(visit.actor)
    sights = [await viewing.sight_of(each) for each in messages[:1]]
    is_live = "x-live" in visit.request.headers
    may_view = sights[0] is not Sight.NONE
    known = messages if may_view else [as_told(each) for each in messages]
    content = None
    if may_view and not is_live:
        content, _ = await viewing.open(item.id)
    story = await timeline(visit, item)
    return visit.page(
        "item.html",
        item=item,
        sighting=sighting_of(story),
        seen=seen,
        message=content or messages[0],
        may_view=may_view,
        sight=sights[0],
        preview=await preview_of(visit, content) if content is not None else None,
        copies=copies_of(messages, book),
        releases=[book.releases[each] for each in item.releases if each in book.releases],
        hidden_by=shown_by(known[0], book, now),
        findings=_once(finding for each in known for finding in each.verdict.findings),
        gaps=_once(gap for each in messages for gap in each.verdict.gaps),
        is_own=any(is_own(visit.actor, each, book) for each in messages),
        takes_two=any(takes_two(each, book, now) for each in known),
        review=messages[0].review,
        timeline=story,
        timeline_of=_TIMELINE_OF,
        earlier=house.queue.like(item, by_words=sights[0] is not Sight.NONE),
        following=house.queue.after(item),
        Need=Need,
        State=State,
        REASONS=REASONS,
        SURENESS=SURENESS,
        GAPS=GAPS,
        questions=list(Question),
    )


def _once(values: Iterable[T]) -> list[T]:
    return list(dict.fromkeys(values))


def copies_of(messages: list[HeldMessage], book: Book) -> list[Copy]:
    return [
        Copy(
            held=each.id,
            copy=copy,
            reasons=tuple(dict.fromkeys(REASONS[reason.code] for reason in copy.reasons)),
            grants=tuple(
                grant
                for release in dict.fromkeys(reason.release for reason in copy.reasons if reason.release is not None)
                for grant in book.grants_of(copy.recipient.address, release)
            ),
        )
        for each in messages
        for copy in each.recipients
    ]


async def timeline(visit: Visit, item: Item) -> list[AuditEntry]:
    """What the audit has of this item, in order. Of many messages: of the first ones."""
    found = await asyncio.gather(*(story_of(visit.house.store, each) for each in item.ids[:_TIMELINE_OF]))
    return sorted((entry for entries in found for entry in entries), key=lambda each: each.seq)


async def decide(visit: Visit) -> Response:
    """Sending early asks for the password once more, as a screen may be left alone."""
    act, reason = visit.text("act"), reason_of(visit)
    if act == "send" and visit.visitor is not None and not visit.visitor.is_fresh:
        return visit.prove_first(visit.url("item", held=_named(visit)))
    reviewing = visit.house.reviewing(visit.actor, seen_of(visit))
    try:
        told = await _decided(visit, reviewing, act, reason)
    except Stale:
        return visit.go("item", told="stale", held=_named(visit))
    return _back(visit, told)


async def _decided(visit: Visit, reviewing: Reviewing, act: str, reason: str) -> str:
    """Which sentence tells what was done."""
    match act:
        case "keep":
            return _told(await _each(visit, lambda held_id, to: reviewing.keep(held_id, reason)), "kept")
        case "reject":
            return _told(await _each(visit, lambda held_id, to: reviewing.reject(held_id, reason, to)), "rejected")
        case "send":
            tried = await _each(visit, lambda held_id, to: reviewing.send(held_id, reason, to))
            return _told(tried, "proposed" if Done.PROPOSED in tried.done else "approved")
    raise Refused("choose what to do")


def _told(tried: Tried, what: str) -> str:
    """What was not recorded for all of them says so."""
    return "some" if tried.problems else what


async def ask(visit: Visit) -> Response:
    question = visit.text("question")
    if question not in list(Question):
        raise Refused("choose a question")
    await visit.house.reviewing(visit.actor).ask(_named(visit), Question(question))
    return _back(visit, "asked")


async def escalate(visit: Visit) -> Response:
    await visit.house.reviewing(visit.actor).escalate(_named(visit), visit.text("reason"))
    return _back(visit, "escalated")


async def false_alarm(visit: Visit) -> Response:
    reviewing, reason = visit.house.reviewing(visit.actor), visit.text("reason")
    tried = await _each(visit, lambda held_id, to: reviewing.false_alarm(held_id, reason), also_closed=True)
    return _back(visit, _told(tried, "false_alarm"))


async def note(visit: Visit) -> Response:
    await visit.house.reviewing(visit.actor).note(_named(visit), visit.text("reason"))
    return visit.go("item", told="noted", held=_named(visit))


async def undo(visit: Visit) -> Response:
    reviewing = visit.house.reviewing(visit.actor)
    tried = await _each(visit, lambda held_id, to: reviewing.take_back(held_id), also_closed=True)
    return visit.go("item", told=_told(tried, "undone"), held=_named(visit))


async def break_glass(visit: Visit) -> Response:
    await visit.house.viewing(visit.actor).break_glass(_named(visit), visit.text("reason"))
    visit.house.poke()
    return visit.go("item", held=_named(visit))


async def original(visit: Visit) -> Response:
    """The exact bytes as a file that no browser opens. A form, as it takes a decision and is recorded."""
    held = await visit.house.viewing(visit.actor).original(_named(visit))
    headers = {"content-disposition": f'attachment; filename="{held.id}.eml"', "content-security-policy": "sandbox"}
    return Response(held.content, media_type="application/octet-stream", headers=headers)


def _named(visit: Visit) -> HeldId:
    return HeldId(visit.request.path_params["held"])


async def _each(visit: Visit, act: Act, *, also_closed: bool = False) -> Tried:
    """The act on every message of the item that has a copy of those chosen; raises when it was done for none."""
    chosen = set(visit.texts("to"))
    if visit.text("only") and not chosen:
        raise Refused("choose the recipients, or all of them")
    try:
        return await on_each(visit.house.queue, _named(visit), chosen, act, also_closed=also_closed)
    finally:
        visit.house.poke()


def _back(visit: Visit, told: str) -> Response:
    """On to the list, with a way to undo."""
    return visit.go("triage", told=told, undo=_named(visit) if told in UNDOABLE else "")


UNDOABLE = frozenset({"kept", "proposed", "approved", "rejected", "false_alarm", "some"})


def _act(verb: str, name: str, handler: Handler, permission: Permission = Permission.DECIDE) -> Page:
    return Page(path=f"/items/{{held}}/{verb}", name=name, handler=handler, permission=permission, is_post=True)


PAGES = (
    Page(path="/items/{held}", name="item", handler=show, permission=Permission.SEE_QUEUE),
    _act("decide", "decide", decide),
    _act("ask", "ask", ask),
    _act("escalate", "escalate", escalate),
    _act("false-alarm", "false_alarm", false_alarm),
    _act("note", "note", note),
    _act("undo", "undo", undo),
    _act("glass", "glass", break_glass, Permission.BREAK_GLASS),
    _act("original", "original", original, Permission.DOWNLOAD),
)

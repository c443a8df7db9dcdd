"""Held messages: the list, one of them, what is in it for those who may see that, and the decisions."""

from __future__ import annotations

from typing import Annotated, Literal

from fastapi import Path, Query

from leakguard.model.account import Scope
from leakguard.model.content import Finding
from leakguard.model.held import HeldMessage
from leakguard.model.ids import HeldId
from leakguard.service.authority import Permission
from leakguard.service.items import Item
from leakguard.service.queue import Wanted
from leakguard.service.reviewing import Done
from leakguard.service.several import Act, on_each
from leakguard.service.two_people import takes_two
from leakguard.service.viewing import as_told, is_own
from leakguard.web.api.endpoint import Asker, By, Endpoint
from leakguard.web.api.shapes import (
    Asked,
    Because,
    BecauseTo,
    CopyShape,
    DoneShape,
    FindingShape,
    ItemShape,
    ItemsShape,
    OneItemShape,
    ReasonShape,
    ViewShape,
)

MOST = 200

Held = Annotated[str, Path(alias="item", max_length=64)]


async def listed(
    by: By,
    state: Literal["open", "todo", "closed", "all"] = "open",
    release: Annotated[str, Query(max_length=200)] = "",
    rule: Annotated[str, Query(max_length=200)] = "",
    offset: Annotated[int, Query(ge=0, le=1_000_000)] = 0,
    limit: Annotated[int, Query(ge=1, le=MOST)] = 50,
) -> ItemsShape:
    """What is held, in the order in which it needs a person."""
    await by.house.queue.refresh()
    found = by.house.queue.items(Wanted(state=state, release=release, rule=rule))
    page = [_shape(each) for each in found[offset : offset + limit]]
    end = offset + len(page)
    return ItemsShape(total=len(found), items=page, next_offset=end if end < len(found) else None)


async def one(by: By, held: Held) -> OneItemShape:
    """Who sent what to whom, and why each copy is held. Nothing that is in the message."""
    house = by.house
    await house.queue.refresh()
    item = house.queue.of(HeldId(held))
    messages, book, now = house.queue.messages(item), house.current.book, house.clock.now()
    return OneItemShape(
        **_shape(item).model_dump(),
        is_own=any(is_own(by.actor, each, book) for each in messages),
        takes_two=any(takes_two(as_told(each), book, now) for each in messages),
        each=[copy for each in messages for copy in _copies(each)],
    )


async def view(by: By, held: Held) -> ViewShape:
    """What was found in it, with the words: for those who may see it, after it was recorded that they do."""
    await by.house.queue.refresh()
    item = by.house.queue.of(HeldId(held))
    message, sight = await by.house.viewing(by.actor).open(item.id, "evidence")
    return ViewShape(id=item.id, sight=sight, findings=[_finding(each) for each in message.verdict.findings])


async def send(by: By, held: Held, given: BecauseTo) -> DoneShape:
    """Let copies go early, or propose it where it takes a second person."""
    reviewing = by.house.reviewing(by.actor)
    done = await _all(by, held, given.to, lambda each, to: reviewing.send(each, given.reason, to))
    return DoneShape(done="proposed" if Done.PROPOSED in done else "approved", messages=len(done))


async def keep(by: By, held: Held, given: Because) -> DoneShape:
    """Leave it to the lift, having looked."""
    reviewing = by.house.reviewing(by.actor)
    return _done("kept", await _all(by, held, (), lambda each, to: reviewing.keep(each, given.reason)))


async def reject(by: By, held: Held, given: BecauseTo) -> DoneShape:
    """Refuse copies for good; the sender is told."""
    reviewing = by.house.reviewing(by.actor)
    return _done("rejected", await _all(by, held, given.to, lambda each, to: reviewing.reject(each, given.reason, to)))


async def ask(by: By, held: Held, given: Asked) -> DoneShape:
    """Ask the sender one question of the closed list."""
    await by.house.reviewing(by.actor).ask(await _first(by, held), given.question)
    by.house.poke()
    return DoneShape(done="asked", messages=1)


async def escalate(by: By, held: Held, given: Because) -> DoneShape:
    """Hand it on to those on call."""
    await by.house.reviewing(by.actor).escalate(await _first(by, held), given.reason)
    by.house.poke()
    return DoneShape(done="escalated", messages=1)


async def false_alarm(by: By, held: Held, given: Because) -> DoneShape:
    """Record that nothing of the releases is in it. Nothing is sent by that."""
    reviewing = by.house.reviewing(by.actor)
    marked = await _all(by, held, (), lambda each, to: reviewing.false_alarm(each, given.reason), also_closed=True)
    return _done("false_alarm", marked)


async def note(by: By, held: Held, given: Because) -> DoneShape:
    """Write something down about it. Do not quote the message."""
    await by.house.reviewing(by.actor).note(await _first(by, held), given.reason)
    return DoneShape(done="noted", messages=1)


async def undo(by: By, held: Held) -> DoneShape:
    """Take back your own last decision, for as long as nothing of it has left."""
    reviewing = by.house.reviewing(by.actor)
    return _done("undone", await _all(by, held, (), lambda each, to: reviewing.take_back(each), also_closed=True))


async def _all(
    by: Asker, held: str, to: list[str] | tuple[str, ...], act: Act, *, also_closed: bool = False
) -> tuple[object, ...]:
    """Of those for which it was done: how many is in the answer."""
    try:
        return (await on_each(by.house.queue, HeldId(held), set(to), act, also_closed=also_closed)).done
    finally:
        by.house.poke()


async def _first(by: Asker, held: str) -> HeldId:
    await by.house.queue.refresh()
    return by.house.queue.of(HeldId(held)).id


def _done(what: str, done: tuple[object, ...]) -> DoneShape:
    return DoneShape(done=what, messages=len(done))


def _shape(item: Item) -> ItemShape:
    return ItemShape(
        id=item.id,
        ids=list(item.ids),
        sender=item.sender,
        direction=item.direction,
        channel=item.channel,
        first_at=item.first_at,
        last_at=item.last_at,
        releases=list(item.releases),
        held=list(item.held),
        copies=dict(item.states),
        lacking=item.lacking,
        codes=list(item.codes),
        rules=list(item.rules),
        gaps=list(item.gaps),
        confidence=item.confidence,
        goes_at=item.wake_at,
        need=item.need.name.lower(),
        proposed_by=item.proposed_by,
    )


def _copies(held: HeldMessage) -> list[CopyShape]:
    return [
        CopyShape(
            message=held.id,
            recipient=each.recipient.address,
            state=each.state,
            reasons=[ReasonShape.model_validate(reason) for reason in each.reasons],
            decide_again_at=each.decide_again_at,
            approved_for=sorted(each.approved),
        )
        for each in held.recipients
    ]


def _finding(finding: Finding) -> FindingShape:
    return FindingShape(
        rule=finding.rule,
        finding=finding.id,
        title=finding.title,
        confidence=finding.confidence,
        place=finding.place,
        section=finding.section,
        because=finding.because,
        shadow=finding.shadow,
        text=finding.text,
    )


def _act(verb: str, name: str, handler: object, permission: Permission = Permission.DECIDE) -> Endpoint:
    return Endpoint(
        method="POST",
        path=f"/items/{{item}}/{verb}",
        name=name,
        handler=handler,  # type: ignore[arg-type]
        scope=Scope.READ if verb == "view" else Scope.DECIDE,
        permission=permission,
    )


ENDPOINTS = (
    Endpoint(
        method="GET",
        path="/items",
        name="listItems",
        handler=listed,
        scope=Scope.READ,
        permission=Permission.SEE_QUEUE,
    ),
    Endpoint(
        method="GET",
        path="/items/{item}",
        name="getItem",
        handler=one,
        scope=Scope.READ,
        permission=Permission.SEE_QUEUE,
    ),
    _act("view", "viewItem", view, Permission.READ_CONTENT),
    _act("send", "sendItem", send),
    _act("keep", "keepItem", keep),
    _act("reject", "rejectItem", reject),
    _act("ask", "askSender", ask),
    _act("escalate", "escalateItem", escalate),
    _act("false-alarm", "markFalseAlarm", false_alarm),
    _act("note", "noteItem", note),
    _act("undo", "undoItem", undo),
)

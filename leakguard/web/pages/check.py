"""Check: what would happen to a text or a file, without sending it. What is asked is in no URL and in no session."""

from __future__ import annotations

import asyncio
import re
from dataclasses import dataclass, field

from starlette.datastructures import UploadFile
from starlette.responses import Response

from leakguard.model.compose import compose, plain
from leakguard.model.errors import Forbidden, Refused, TooManyTries
from leakguard.model.message import Direction
from leakguard.service.answers import SAME_FOR_ALL, has_some_access, sentence_for
from leakguard.service.authority import Permission
from leakguard.service.checking import Question
from leakguard.service.words import GAPS, REASONS, SURENESS
from leakguard.web.times import local_time
from leakguard.web.visit import Page, Visit

_BETWEEN = re.compile(r"[\s,;]+")


@dataclass(frozen=True, slots=True, kw_only=True)
class Filled:
    """The form as it was filled in, to be shown again beside what is wrong with it."""

    subject: str = field(default="", repr=False)
    text: str = field(default="", repr=False)
    to: str = ""
    direction: str = Direction.OUTBOUND.value
    as_at: str = ""
    as_sender: str = ""


async def form(visit: Visit) -> Response:
    return _form(visit, Filled())


async def answer(visit: Visit) -> Response:
    filled = Filled(**{name: visit.text(name) for name in Filled.__slots__})
    try:
        question = await _question(visit, filled)
        found = await visit.house.checking.answer(visit.actor, question)
    except TooManyTries as problem:
        return _form(visit, filled, 429, problem)
    except Forbidden:
        raise
    except Refused as problem:
        return _form(visit, filled, 422, problem)
    return visit.page(
        "checked.html",
        answer=found,
        has_supposed=question.at is not None or bool(question.mail_from),
        sentence_for=sentence_for,
        SAME_FOR_ALL=SAME_FOR_ALL,
        REASONS=REASONS,
        SURENESS=SURENESS,
        GAPS=GAPS,
    )


def _form(visit: Visit, filled: Filled, status: int = 200, problem: Refused | None = None) -> Response:
    house = visit.house
    return visit.page(
        "check.html",
        status,
        filled=filled,
        problem=str(problem) if problem else "",
        directions=list(Direction),
        may_suppose=has_some_access(visit.actor.handle, house.current.book, house.clock.now()),
        largest=house.checking.largest // (1024 * 1024),
    )


async def _question(visit: Visit, filled: Filled) -> Question:
    """Raises Refused."""
    file = visit.form.get("file")
    upload = file if isinstance(file, UploadFile) and (file.filename or file.size) else None
    if not (filled.subject or filled.text or upload):
        raise Refused("write a subject or a text, or choose a file")
    if filled.direction not in list(Direction):
        raise Refused("choose where it would go")
    name, octets = (upload.filename or "", await upload.read()) if upload else ("", None)
    return Question(
        recipients=tuple(each for each in _BETWEEN.split(filled.to) if each),
        content=await asyncio.to_thread(compose, plain(filled.subject), plain(filled.text), plain(name), octets),
        direction=Direction(filled.direction),
        mail_from=filled.as_sender,
        at=local_time(filled.as_at, visit.house.zone) if filled.as_at else None,
    )


PAGES = (
    Page(path="/check", name="check", handler=form, permission=Permission.CHECK),
    Page(
        path="/check",
        name="checked",
        handler=answer,
        permission=Permission.CHECK,
        is_post=True,
        takes_message=True,
    ),
)

"""Check: what would happen to a message, without sending it. See docs/check.md."""

from __future__ import annotations

import asyncio

from leakguard.model.account import Scope
from leakguard.model.compose import compose, plain
from leakguard.model.decision import Outcome
from leakguard.model.errors import Refused
from leakguard.service.answers import Answer, Details, Evidence
from leakguard.service.authority import Permission
from leakguard.service.checking import Question
from leakguard.web.api.endpoint import By, Endpoint
from leakguard.web.api.shapes import (
    AnsweredCopyShape,
    AnswerShape,
    CheckGiven,
    DecidedCopyShape,
    DetailsShape,
    FindingShape,
    GapShape,
    ReasonShape,
)


async def check(by: By, given: CheckGiven) -> AnswerShape:
    """What would happen to each copy, and from when it would go. Nothing of it is kept."""
    question = Question(
        recipients=tuple(given.recipients),
        content=await _content(given),
        direction=given.direction,
        mail_from=given.mail_from,
        at=given.at,
    )
    return _shape(await by.house.checking.answer(by.actor, question))


async def _content(given: CheckGiven) -> bytes:
    """Raises Refused."""
    is_in_parts = bool(given.subject or given.text or given.file)
    if is_in_parts == (given.message_base64 is not None):
        raise Refused("give a whole message, or a subject, a text or a file")
    if given.message_base64 is not None:
        return given.message_base64
    name, octets = (given.file.name, given.file.content_base64) if given.file else ("", None)
    return await asyncio.to_thread(compose, plain(given.subject), plain(given.text), plain(name), octets)


def _shape(answer: Answer) -> AnswerShape:
    return AnswerShape(
        sender=answer.sender,
        at=answer.at,
        copies=[
            AnsweredCopyShape(recipient=each.recipient, outcome=each.fate, until=each.until) for each in answer.copies
        ],
        details=_details(answer.details) if answer.details else None,
    )


def _details(details: Details) -> DetailsShape:
    return DetailsShape(
        decision=details.decision.summary,
        copies=[_copy(each) for each in details.decision.outcomes],
        findings=[_finding(each) for each in details.evidence],
        gaps=[GapShape(part=each.part, kind=each.kind) for each in details.gaps],
        rulebook=details.decision.rulebook,
    )


def _copy(outcome: Outcome) -> DecidedCopyShape:
    return DecidedCopyShape(
        recipient=outcome.recipient,
        action=outcome.action,
        reasons=[ReasonShape.model_validate(each) for each in outcome.reasons],
        decide_again_at=outcome.decide_again_at,
    )


def _finding(evidence: Evidence) -> FindingShape:
    return FindingShape(
        rule=evidence.rule,
        finding=evidence.finding,
        title=evidence.title,
        releases=list(evidence.releases),
        confidence=evidence.confidence,
        place=evidence.place,
        section=evidence.section,
        because=evidence.because,
        shadow=evidence.is_shadow,
        text=evidence.text,
    )


ENDPOINTS = (
    Endpoint(
        method="POST",
        path="/check",
        name="check",
        handler=check,
        scope=Scope.CHECK,
        permission=Permission.CHECK,
        takes_message=True,
    ),
)

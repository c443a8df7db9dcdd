"""What goes in and comes out, as OpenAPI documents it. Times come out in UTC; times that go in have their zone."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Annotated, Any

from pydantic import AwareDatetime, Base64Bytes, BaseModel, BeforeValidator, ConfigDict, Field, PlainSerializer

from leakguard.model.content import Confidence, GapKind, Section
from leakguard.model.decision import Action, ReasonCode
from leakguard.model.embargo import LiftMode, Phase, ReleaseStatus
from leakguard.model.held import State
from leakguard.model.message import Channel, Direction
from leakguard.service.answers import Fate
from leakguard.service.notices import Question
from leakguard.service.viewing import Sight

_LONGEST_REASON = 2_000

Utc = Annotated[datetime, PlainSerializer(lambda at: at.astimezone(UTC).isoformat().replace("+00:00", "Z"), str)]
Reason = Annotated[str, Field(min_length=1, max_length=_LONGEST_REASON)]
Address = Annotated[str, Field(max_length=320)]


def _printable(value: object) -> object:
    """Addresses are octets, and may be no text: those octets are shown by their number."""
    match value:
        case str():
            return value.encode("utf-8", "backslashreplace").decode()
        case list() | tuple():
            return [_printable(each) for each in value]
        case dict():
            return {key: _printable(each) for key, each in value.items()}
    return value


Text = Annotated[str, BeforeValidator(_printable)]


class _Given(BaseModel):
    model_config = ConfigDict(extra="forbid", hide_input_in_errors=True)


class _Shown(BaseModel):
    model_config = ConfigDict(from_attributes=True)


class ProblemShape(_Shown):
    type: str
    title: str
    status: int
    code: str
    detail: str
    errors: list[dict[str, str]] = []


class Because(_Given):
    reason: Reason


class BecauseTo(Because):
    """to: addresses whose copies are meant; none for all that are held."""

    to: list[Address] = []


class Asked(_Given):
    question: Question


class Postponed(Because):
    """until: none when it is not known yet."""

    until: AwareDatetime | None = None


class Suspended(Because):
    """release: none for every release that is not public yet."""

    handle: Address
    release: str | None = None


class FileGiven(_Given):
    name: Annotated[str, Field(max_length=1_000)] = ""
    content_base64: Annotated[Base64Bytes, Field(repr=False)]


class CheckGiven(_Given):
    """A whole message, or a subject, a text and a file. mail_from, at: for those with access."""

    recipients: Annotated[list[Address], Field(max_length=1_000)] = []
    subject: Annotated[str, Field(repr=False)] = ""
    text: Annotated[str, Field(repr=False)] = ""
    file: FileGiven | None = None
    message_base64: Annotated[Base64Bytes | None, Field(repr=False)] = None
    direction: Direction = Direction.OUTBOUND
    mail_from: Address = ""
    at: AwareDatetime | None = None


class ItemShape(_Shown):
    """copies: how many are in each state. held: addresses whose copies are held. need: what it waits for."""

    id: str
    ids: list[str]
    sender: Text
    direction: Direction
    channel: Channel
    first_at: Utc
    last_at: Utc
    releases: list[str]
    held: list[Text]
    copies: dict[State, int]
    lacking: int
    codes: list[ReasonCode]
    rules: list[str]
    gaps: list[GapKind]
    confidence: Confidence | None
    goes_at: Utc | None
    need: str
    proposed_by: Text


class ItemsShape(_Shown):
    """In the order in which it needs a person, which moves. next_offset: where the next page begins, or none."""

    total: int
    items: list[ItemShape]
    next_offset: int | None


class ReasonShape(_Shown):
    code: ReasonCode
    release: str | None
    rule: str | None


class CopyShape(_Shown):
    message: str
    recipient: Text
    state: State
    reasons: list[ReasonShape]
    decide_again_at: Utc | None
    approved_for: list[str]


class OneItemShape(ItemShape):
    is_own: bool
    takes_two: bool
    each: list[CopyShape]


class FindingShape(_Shown):
    rule: str
    finding: str
    title: str
    releases: list[str] = []
    confidence: Confidence
    place: Text
    section: Section
    because: Text
    shadow: bool
    text: Text


class ViewShape(_Shown):
    id: str
    sight: Sight
    findings: list[FindingShape]


class DoneShape(_Shown):
    """done: what was recorded. messages: of how many that are copies of one."""

    done: str
    messages: int


class AnsweredCopyShape(_Shown):
    recipient: Text
    outcome: Fate
    until: Utc | None


class DecidedCopyShape(_Shown):
    recipient: Text
    action: Action
    reasons: list[ReasonShape]
    decide_again_at: Utc | None


class GapShape(_Shown):
    part: str
    kind: GapKind


class DetailsShape(_Shown):
    """What only somebody with access to all of it is told."""

    decision: str
    copies: list[DecidedCopyShape]
    findings: list[FindingShape]
    gaps: list[GapShape]
    rulebook: str


class AnswerShape(_Shown):
    sender: Text
    at: Utc
    copies: list[AnsweredCopyShape]
    details: DetailsShape | None


class ReleaseShape(_Shown):
    id: str
    title: str
    producer: str
    series: str | None
    release_at: Utc
    lifts_at: Utc | None
    zone: str
    status: ReleaseStatus
    phase: Phase
    lift: LiftMode
    pre_release_from: Utc | None
    sensitive_from: Utc | None
    confirmed_at: Utc | None
    held: int


class ReleasesShape(_Shown):
    releases: list[ReleaseShape]


class SuspendedShape(_Shown):
    handle: str
    releases: list[str]


class EntryShape(_Shown):
    seq: int
    at: Utc
    event: str
    actor: Text
    held: str | None
    fields: Annotated[dict[str, Any], BeforeValidator(_printable)]


class AuditShape(_Shown):
    """next_after: ask on from there; none at the end."""

    entries: list[EntryShape]
    next_after: int | None


def _fields_of(kind: type[BaseModel]) -> Iterator[str]:
    yield from kind.model_fields
    for each in kind.__subclasses__():
        yield from _fields_of(each)


FIELDS = frozenset(
    {
        "body",
        "query",
        "path",
        "held",
        "item",
        "release",
        "state",
        "rule",
        "offset",
        "limit",
        "after",
        *_fields_of(_Given),
    }
)

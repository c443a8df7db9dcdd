"""What was found in a message: facts about its content, true for ever, knowing no people and no time."""

from __future__ import annotations

from bisect import bisect_right
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum

from leakguard.model.ids import ReleaseId, RuleId
from leakguard.model.period import Period


class GapKind(StrEnum):
    """Why something could not be looked at."""

    ENCRYPTED = "encrypted"
    UNSUPPORTED = "unsupported"
    TOO_LARGE = "too_large"
    TOO_DEEP = "too_deep"
    TOO_MANY = "too_many"
    DAMAGED = "damaged"
    TIMED_OUT = "timed_out"
    CRASHED = "crashed"
    AMBIGUOUS = "ambiguous"  # programs disagree on what this is; every reading was searched
    INLINE_PICTURE = "inline_picture"  # shown within the text, such as a logo in a signature; not read


@dataclass(frozen=True, slots=True, kw_only=True)
class Gap:
    """Something that could not be looked at. Never empty text that means "could not".

    part: path of the part ("2", "2/xl/worksheets/sheet1.xml"), or a rule id when a rule ran out of time.
    detail: the reason for an operator, without content (no file name, no excerpt).
    """

    part: str
    kind: GapKind
    detail: str = ""


class Role(StrEnum):
    """Which part of a message a reader would say this text is."""

    SUBJECT = "subject"
    BODY = "body"
    ATTACHMENT = "attachment"
    NAME = "name"  # display names, file names
    HIDDEN = "hidden"  # in the bytes, not on the screen


class Section(StrEnum):
    """What a stretch of a text is to its reader. A label: every section is searched, and only the last two lower."""

    NEW = "new"
    FORWARDED = "forwarded"
    QUOTED = "quoted"
    SIGNATURE = "signature"
    DISCLAIMER = "disclaimer"  # standing sentences about confidentiality, viruses and liability
    CAVEAT = "caveat"  # standing sentences about pre-release access

    @property
    def words(self) -> str:
        """As a place shows it; nothing for new text."""
        return _SECTION_WORDS.get(self, "")


_SECTION_WORDS = {
    Section.FORWARDED: "forwarded message",
    Section.QUOTED: "quoted text",
    Section.SIGNATURE: "signature",
    Section.DISCLAIMER: "disclaimer",
    Section.CAVEAT: "standing caveat",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Span:
    """One run of text that a reader reads in one go: a body, a page, a sheet (rows by line, cells by tab).

    marks: (offset in text, place) in rising order; the place of an offset is that of the last mark before it.
    within: what holds all of these places ("attachment 2"), where the marks do not begin with it themselves.
    quoted: half-open stretches that the markup shows as a quotation, in rising order, apart from each other.
    """

    text: str = field(repr=False)
    part: str
    role: Role
    marks: tuple[tuple[int, str], ...] = field(default=(), repr=False)
    within: str = ""
    quoted: tuple[tuple[int, int], ...] = ()

    def place_at(self, offset: int) -> str:
        """Where a person would look for the character at `offset`: "subject", "attachment 1, Table 2!B14"."""
        index = bisect_right(self.marks, offset, key=lambda mark: mark[0]) - 1
        if index < 0:
            return self.within or self.role.value
        place = self.marks[index][1]
        return place if place.startswith(self.within) else f"{self.within}, {place}"


@dataclass(frozen=True, slots=True, kw_only=True)
class Extraction:
    """Everything a recipient could read, and what could not be read.

    authors: addresses of From, Sender and Resent-* of the outermost message: identities the sender claims.
    unread: digest of the bytes of each file that left a gap, in the order in which they were met.
    """

    spans: tuple[Span, ...] = ()
    gaps: tuple[Gap, ...] = ()
    authors: tuple[str, ...] = field(default=(), repr=False)
    unread: tuple[str, ...] = field(default=(), repr=False)


class Confidence(StrEnum):
    """How sure a finding is that it gives a release away. What is done about it is the policy's business."""

    HIGH = "high"
    MEDIUM = "medium"
    LOW = "low"


def lower(one: Confidence, other: Confidence) -> Confidence:
    """The less sure of two."""
    order = (Confidence.LOW, Confidence.MEDIUM, Confidence.HIGH)
    return min(one, other, key=order.index)


class CountsFor(StrEnum):
    """Whose mail a finding decides. Findings that depend on a true value count only for people who know it.

    ref: CoP T3.4 (oracle safety: "no indication")
    """

    EVERYBODY = "everybody"
    SENDERS_WITH_ACCESS = "senders_with_access"
    SENDERS_WITHOUT_ACCESS = "senders_without_access"


@dataclass(frozen=True, slots=True, kw_only=True)
class Scope:
    """What a rule gives away: every edition of a series, or one release. Exactly one is set."""

    series: str | None = None
    release: ReleaseId | None = None

    def __post_init__(self) -> None:
        assert (self.series is None) != (self.release is None), "a scope is a series or a release"


@dataclass(frozen=True, slots=True)
class Spot:
    """Where evidence stands: half-open, in the own text of the span with this number in its extraction."""

    span: int
    start: int
    end: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Finding:
    """A rule that matched, with its place. Carries all that a decision needs, so that it outlives its rule.

    may_restate: the words may repeat what an earlier edition made public (a direction without a new figure).
    lowered_to, lowered_until: an exception of the rule makes it count less, before that instant.
    about: the times that the text says it tells of; for releases about other times it counts `elsewhere` at most.
    shadow: recorded, never acted upon.
    section: where in its text it stands; of several sections the one that counts most.
    spots: exactly where its evidence stands, without repeats; none in verdicts of before there were spots.
    disguises: what was undone to read it.
    """

    rule: RuleId
    id: str
    title: str
    scope: Scope
    confidence: Confidence
    counts_for: CountsFor = CountsFor.EVERYBODY
    may_restate: bool = False
    lowered_to: Confidence | None = None
    lowered_until: datetime | None = None
    about: tuple[Period, ...] = ()
    elsewhere: Confidence | None = None
    shadow: bool = False
    part: str
    place: str
    section: Section = Section.NEW
    text: str = field(repr=False)
    because: str = ""  # one plain sentence without matched words
    spots: tuple[Spot, ...] = ()
    disguises: tuple[str, ...] = ()

    def confidence_at(self, now: datetime) -> Confidence:
        """How sure it is; an exception makes it less sure, never more, and only until it expires."""
        if self.lowered_to is None or self.lowered_until is None or self.lowered_until <= now:
            return self.confidence
        return lower(self.confidence, self.lowered_to)


@dataclass(frozen=True, slots=True, kw_only=True)
class Verdict:
    """Findings and gaps of one content under one rulebook.

    rulebook: content hash of the rulebook that judged.
    likeness: the same for copies of one message that say the same to their readers, whoever they are addressed to;
        empty where there is no evidence, or nothing is known. It tells who guesses what was said: never log it.
    """

    findings: tuple[Finding, ...] = ()
    gaps: tuple[Gap, ...] = ()
    authors: tuple[str, ...] = field(default=(), repr=False)
    rulebook: str = ""
    likeness: str = field(default="", repr=False)

    @property
    def for_everybody(self) -> tuple[Finding, ...]:
        """Without those that depend on a true value: whoever sends a guess would learn from them that it is right.

        All that lists, events and people without access may be told of.
        """
        return tuple(each for each in self.findings if each.counts_for is not CountsFor.SENDERS_WITH_ACCESS)

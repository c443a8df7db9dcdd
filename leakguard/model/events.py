"""What happened, as sentences from a list: every audit event is a type with its line in docs/events.md.

No event carries message content: no subject, body, file name, matched words or figure.
Addresses of people are in them, because an audit that does not name who lacked access is none.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime

from leakguard.model.ids import HeldId, IncidentId, ReleaseId


@dataclass(frozen=True, slots=True, kw_only=True)
class Event:
    """at: aware. actor: a person's handle, or "leakguard" where the program acted by itself."""

    at: datetime
    actor: str = "leakguard"


@dataclass(frozen=True, slots=True, kw_only=True)
class AboutHeld(Event):
    held: HeldId
    sender: str = ""
    recipients: tuple[str, ...] = ()
    releases: tuple[ReleaseId, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Held(AboutHeld):
    """A message was kept back from these recipients."""

    codes: tuple[str, ...] = ()
    rules: tuple[str, ...] = ()
    rulebook: str = ""
    decide_again_at: datetime | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class HeldAgain(AboutHeld):
    """Decided anew, and these copies stay."""

    codes: tuple[str, ...] = ()
    rulebook: str = ""
    decide_again_at: datetime | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Delivered(AboutHeld):
    """The next hop took these copies with its final 250."""

    reply: str = ""
    rulebook: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class DeliveryDelayed(AboutHeld):
    """The next hop did not take these copies now; they are tried again."""

    reply: str = ""
    next_try_at: datetime | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Undeliverable(AboutHeld):
    """The next hop refused these copies for good; the sender is told."""

    reply: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class SendProposed(AboutHeld):
    """A person would let these copies go; what gives a release away for sure takes a second one."""

    reason: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Approved(AboutHeld):
    """A person let these copies go for the releases named; they are decided once more before they leave.

    proposed_by: the first of two people; "" where one was enough, or where the command line did it.
    """

    reason: str = ""
    proposed_by: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Kept(AboutHeld):
    """A person looked, and leaves these copies to the lift."""

    reason: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Undone(AboutHeld):
    """A person took back what they had decided, before anything of it had left. act: the event that is undone."""

    act: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class MarkedFalseAlarm(AboutHeld):
    """A person says that nothing of the releases is in it. Changes no rule by itself."""

    rules: tuple[str, ...] = ()
    reason: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class SenderAsked(AboutHeld):
    """The sender was asked a question of the closed list."""

    question: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Escalated(AboutHeld):
    """A person handed it on to those on call."""

    reason: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Noted(AboutHeld):
    """A person wrote something down about it."""

    reason: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class ContentViewed(AboutHeld):
    """A person saw the content; recorded before it was shown. how: grant, public, break_glass. ref: CoP T3.4"""

    how: str = ""
    part: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class BrokeGlass(AboutHeld):
    """A person without access opened the content for a while, with a reason; everybody on call is told."""

    reason: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Rejected(AboutHeld):
    """A person refused these copies; they will not be sent."""

    reason: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Withdrawn(AboutHeld):
    """These copies were taken back for the sender; they will not be sent."""

    reason: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class PostingAsked(AboutHeld):
    """The author of a post wants it posted by itself. release: not before this is public; "" where nothing was chosen.

    scheduled: it was written to be posted later, and has never been seen.
    """

    release: str = ""
    scheduled: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class ReviewAsked(AboutHeld):
    """The author of a post asks for somebody to look at it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class PostRemoved(AboutHeld):
    """A post that is held was taken out of its channel, after people could see it for so long.

    by: whose right it was (`own`, `author`, `enforcer`, `discovery`), or `withdrawn` where its author took it back or
    wrote over it.
    heads, outsiders: people who could see it, at least, and those of other organisations; everybody: all of the
    workspace. files: how many files went with it. channel, post: Slack's names of the place and of the message.
    """

    channel: str
    post: str = ""
    by: str
    visible_ms: int = 0
    heads: int = 0
    outsiders: int = 0
    everybody: bool = False
    files: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class PostNotRemovable(AboutHeld):
    """A post that is held is still there: nobody's right reached it, or its release had become public meanwhile.

    why: `no_right`, `refused`, `files_left`, `text_left` where it still is at the head of its channel, or `public`
    where it was let stand. tried: whose rights were tried; codes: what Slack answered.
    """

    channel: str
    post: str = ""
    why: str
    tried: tuple[str, ...] = ()
    codes: tuple[str, ...] = ()
    visible_ms: int = 0
    heads: int = 0
    outsiders: int = 0
    everybody: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class PublicLinkFound(Event):
    """A file of the workspace could be opened by anybody on earth who had its link. What is in it is judged after that.

    revoked_by: whose right took the link back, "" where nobody's did. codes: what Slack answered to the others.
    """

    file: str
    revoked_by: str = ""
    codes: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class DoorBlind(Event):
    """A door may have missed messages, or hears no more. kind: from a closed list; code: what Slack answered."""

    kind: str
    channel: str = ""
    code: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class DoorSees(Event):
    """A door that was blind hears again, after so many seconds. kind: of the blindness that is over."""

    kind: str
    seconds: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Flagged(Event):
    """A message went through and is on record, because something in it may matter."""

    message: str
    sender: str = ""
    recipients: tuple[str, ...] = ()
    releases: tuple[ReleaseId, ...] = ()
    codes: tuple[str, ...] = ()
    rules: tuple[str, ...] = ()
    rulebook: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Refusal(Event):
    """A message was refused to the client by policy (550); it was never ours."""

    message: str
    sender: str = ""
    recipients: tuple[str, ...] = ()
    releases: tuple[ReleaseId, ...] = ()
    codes: tuple[str, ...] = ()
    rulebook: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class ReplyLost(Event):
    """The next hop broke off after the data: these copies may or may not have been delivered. ref: RFC 1047"""

    message: str
    sender: str = ""
    recipients: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Act(Event):
    """An operator's act, laid over the rulebook at once and for good. Only LiftConfirmed can permit more."""

    reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ReleasePostponed(Act):
    """until: the new instant, or None when it is not known yet."""

    release: ReleaseId
    until: datetime | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class ReleaseCancelled(Act):
    """It stays embargoed until somebody confirms a publication after all."""

    release: ReleaseId


@dataclass(frozen=True, slots=True, kw_only=True)
class LiftConfirmed(Act):
    """The release is published; lifts at once, but never before its own instant.

    release_at, status: as they stood; the act is about that calendar, and a later change of it takes it back.
    """

    release: ReleaseId
    release_at: datetime | None = None
    status: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class AccessSuspended(Act):
    """handle: canonical address. What one person may have early, they may not any more, whatever their address then."""

    handle: str
    person: str = ""
    release: ReleaseId


@dataclass(frozen=True, slots=True, kw_only=True)
class AccessListConfirmed(Act):
    """Somebody looked through the access list of a release and found it right.

    entries, list_digest: what the list was then, so that a later change of it shows.
    """

    release: ReleaseId
    entries: int = 0
    list_digest: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class AccessListExported(Event):
    """A record of access left as a file or a page to print. scope: "all", "release" or "person"; name: which one."""

    scope: str
    name: str = ""
    view: str
    file_format: str
    rows: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class IncidentOpened(Event):
    """What follows from a message that reached, or might have reached, somebody without access is kept together."""

    incident: IncidentId
    held: HeldId | None = None
    message: str = ""
    releases: tuple[ReleaseId, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class IncidentEntryMade(Event):
    """A line was added to the timeline of an incident. Its words are in the incident, not here."""

    incident: IncidentId
    kind: str
    happened_at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class ReportSaved(Event):
    """A section of a breach report was written anew."""

    incident: IncidentId
    layout: str
    section: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ReportExported(Event):
    """A breach report left as a file."""

    incident: IncidentId
    layout: str
    file_format: str


@dataclass(frozen=True, slots=True, kw_only=True)
class RulebookLoaded(Event):
    """A new snapshot is active."""

    rulebook: str
    releases: int = 0
    rules: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class RulebookRejected(Event):
    """A changed rulebook had errors and was not loaded; the last good one stays."""

    errors: int = 0
    places: tuple[str, ...] = field(default=())  # file:line:col and code; no text of the file

"""What the audit hears when somebody in Slack holds a post for a leak."""

from __future__ import annotations

from dataclasses import dataclass

from leakguard.model.events import Event
from leakguard.model.ids import HeldId, ReleaseId


@dataclass(frozen=True, slots=True, kw_only=True)
class PostReported(Event):
    """A person reported a post as a leak; it was judged again. held: what it is kept as, if the rules found anything.

    message: its reference, by which an incident can be opened.
    """

    message: str
    held: HeldId | None = None
    sender: str = ""
    recipients: tuple[str, ...] = ()
    releases: tuple[ReleaseId, ...] = ()
    channel: str = ""
    post: str = ""

"""What a person agreed to in Slack: that what they wrote is withdrawn with their own token. And what the audit hears.

handle: `slack:TEAM/USER`, as in access lists.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime

from leakguard.model.events import Event


@dataclass(frozen=True, slots=True, kw_only=True)
class Consent:
    """sealed: their token, readable with the key only. expires_at: of the token; None: never.

    renewing_until: somebody asks for a new token meanwhile, and nobody else does.
    """

    team: str
    person: str
    sealed: bytes = field(repr=False)
    agreed_at: datetime
    expires_at: datetime | None = None
    renewing_until: datetime | None = None
    revision: int = 1

    def __post_init__(self) -> None:
        assert self.team and self.person, "somebody agreed, somewhere"

    @property
    def handle(self) -> str:
        return f"slack:{self.team}/{self.person}"


@dataclass(frozen=True, slots=True, kw_only=True)
class ConsentGiven(Event):
    """A person let us withdraw what they write. again: they had before."""

    person: str
    again: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class ConsentEnded(Event):
    """Their token is deleted. why: `person` (their wish), `revoked` (in Slack), `refused` (Slack takes it no more)."""

    person: str
    why: str

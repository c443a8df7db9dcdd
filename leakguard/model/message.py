"""A message as a door hands it in: exact bytes, the envelope that really decides, and where it came from."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum

from leakguard.model.ids import ReleaseId


class Direction(StrEnum):
    OUTBOUND = "outbound"
    INTERNAL = "internal"
    INBOUND = "inbound"


class Channel(StrEnum):
    EMAIL = "email"
    SLACK = "slack"

    @property
    def is_mail(self) -> bool:
        """The next hop takes it. Nothing of another channel is ever given to the next hop."""
        return self is Channel.EMAIL


@dataclass(frozen=True, slots=True, kw_only=True)
class Recipient:
    """One envelope recipient.

    address: as received between the angle brackets. params: the rest of the RCPT argument ("NOTIFY=NEVER"), or "".
    """

    address: str
    params: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Envelope:
    """mail_from: as received, "" is the null sender. mail_params: the rest of the MAIL argument, or ""."""

    mail_from: str
    mail_params: str = ""
    recipients: tuple[Recipient, ...]

    def __post_init__(self) -> None:
        assert self.recipients, "a message has recipients"

    def only(self, addresses: frozenset[str]) -> tuple[Recipient, ...]:
        """The recipients whose address (as received) is in `addresses`, in envelope order."""
        return tuple(each for each in self.recipients if each.address in addresses)


@dataclass(frozen=True, slots=True, kw_only=True)
class Message:
    """id: reference for logs and replies. content: exact bytes, not dot-stuffed, without our own Received.

    head: header lines that LeakGuard puts before the content when it sends it on (its Received), CRLF-ended; of a post
    in Slack the exact event, from which it can be posted again. Never inspected.
    """

    id: str
    envelope: Envelope
    content: bytes = field(repr=False)
    head: bytes = field(default=b"", repr=False)
    direction: Direction = Direction.OUTBOUND
    channel: Channel = Channel.EMAIL
    received_at: datetime
    client: str = ""

    def __post_init__(self) -> None:
        assert self.received_at.tzinfo is not None, "times know their zone"


@dataclass(frozen=True, slots=True, kw_only=True)
class Facts:
    """The part of a message that a decision weighs beside the verdict.

    approved: for a recipient (as received), the releases for which a named person has let this message go.
    """

    mail_from: str
    recipients: tuple[str, ...]
    approved: Mapping[str, frozenset[ReleaseId]] = field(default_factory=dict)

    @classmethod
    def of(cls, envelope: Envelope) -> Facts:
        return cls(mail_from=envelope.mail_from, recipients=tuple(each.address for each in envelope.recipients))

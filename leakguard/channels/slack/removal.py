"""By which right a post may be taken out: the chain of tokens, as data. Pure; `removing.py` obeys.

By chat.delete a bot removes its own posts only; a person's token that person's; an administrator's what the
administrator can see, never direct messages of others or posts of another organisation.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum

from leakguard.channels.slack.audience import Audience, Place


class By(StrEnum):
    """Whose right."""

    OWN = "own"
    AUTHOR = "author"
    ENFORCER = "enforcer"
    DISCOVERY = "discovery"


@dataclass(frozen=True, slots=True, kw_only=True)
class Powers:
    """What this workspace gave us. authors: tokens of people who agreed that their own posts are withdrawn, by id."""

    bot: str = field(repr=False)
    bot_user: str = ""
    authors: Mapping[str, str] = field(default_factory=dict, repr=False)
    enforcer: str = field(default="", repr=False)
    discovery: str = field(default="", repr=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class Target:
    """files: ids of files that go with it. ts: "" where only files are to go."""

    place: Place
    ts: str
    author: str = ""
    author_team: str = ""
    files: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Step:
    by: By
    token: str = field(repr=False)
    message_method: str = "chat.delete"
    file_method: str = "files.delete"


def chain(target: Target, powers: Powers) -> tuple[Step, ...]:
    """The rights to try, the mildest first. Empty: nobody may, and people must be told at once."""
    steps: list[Step] = []
    if target.author and target.author == powers.bot_user:
        steps.append(Step(by=By.OWN, token=powers.bot))
    if target.author in powers.authors:
        steps.append(Step(by=By.AUTHOR, token=powers.authors[target.author]))
    is_foreign = bool(target.author_team) and target.author_team != target.place.team
    if powers.enforcer and not target.place.kind.is_between_people and not is_foreign:
        steps.append(Step(by=By.ENFORCER, token=powers.enforcer))
    if powers.discovery:
        methods = {"message_method": "discovery.chat.tombstone", "file_method": "discovery.file.tombstone"}
        steps.append(Step(by=By.DISCOVERY, token=powers.discovery, **methods))
    return tuple(steps)


def urgency(audience: Audience, seen_at: datetime) -> tuple[bool, bool, int, datetime]:
    """The order of removals, smallest first: other organisations, then everybody, then many, then what is old."""
    outsiders, everybody, heads = audience.rank
    return (not outsiders, not everybody, -heads, seen_at)


_GONE = frozenset({"message_not_found", "file_not_found", "file_deleted"})


class Answer(StrEnum):
    REMOVED = "removed"
    NEXT = "next"


def answer_to(code: str) -> Answer:
    """What an answer of Slack means for the chain; "" is success. Whatever is not known asks for the next right."""
    return Answer.REMOVED if not code or code in _GONE else Answer.NEXT


__all__ = ["Answer", "By", "Powers", "Step", "Target", "answer_to", "chain", "urgency"]

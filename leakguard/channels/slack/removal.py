"""By which right a post may be taken out: the chain of tokens, as data. Pure; `removing.py` obeys.

By chat.delete a bot removes its own posts only; a person's token that person's; an administrator's what the
administrator can see, never direct messages of others or posts of another organisation.
"""

from __future__ import annotations

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
    """What this workspace gave us. Tokens of people who agreed are asked for when one is needed: `authors.py`."""

    bot: str = field(repr=False)
    bot_user: str = ""
    enforcer: str = field(default="", repr=False)
    discovery: str = field(default="", repr=False)


class Standing(StrEnum):
    """Where the words of a post stand besides: deleting the message that tells of it leaves them there."""

    TOPIC = "topic"
    PURPOSE = "purpose"
    NAME = "name"


@dataclass(frozen=True, slots=True, kw_only=True)
class Target:
    """files: ids of files that go with it; links: of those among them that anybody on earth may open.

    ts: "" where only files are to go. standing: where its words stand besides.
    """

    place: Place
    ts: str
    author: str = ""
    author_team: str = ""
    files: tuple[str, ...] = ()
    links: tuple[str, ...] = ()
    standing: Standing | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Step:
    by: By
    token: str = field(repr=False)
    message_method: str = "chat.delete"
    file_method: str = "files.delete"


def chain(target: Target, powers: Powers, author: str = "") -> tuple[Step, ...]:
    """The rights to try, the mildest first. author: the token of who wrote it, if they agreed.

    Empty: nobody may, and people must be told at once.
    """
    steps: list[Step] = []
    if target.author and target.author == powers.bot_user:
        steps.append(Step(by=By.OWN, token=powers.bot))
    if author:
        steps.append(Step(by=By.AUTHOR, token=author))
    is_foreign = bool(target.author_team) and target.author_team != target.place.team
    if powers.enforcer and not target.place.kind.is_between_people and not is_foreign:
        steps.append(Step(by=By.ENFORCER, token=powers.enforcer))
    if powers.discovery:
        methods = {"message_method": "discovery.chat.tombstone", "file_method": "discovery.file.tombstone"}
        steps.append(Step(by=By.DISCOVERY, token=powers.discovery, **methods))
    return tuple(steps)


_BLANKING = {Standing.TOPIC: "conversations.setTopic", Standing.PURPOSE: "conversations.setPurpose"}


def blanking(target: Target, powers: Powers) -> tuple[Step, ...]:
    """The rights by which the channel's own words may be blanked. A name cannot be, and has to be changed by people."""
    method = _BLANKING.get(target.standing) if target.standing is not None else None
    if method is None:
        return ()
    steps = [Step(by=By.OWN, token=powers.bot, message_method=method)]
    if powers.enforcer and not target.place.kind.is_between_people:
        steps.append(Step(by=By.ENFORCER, token=powers.enforcer, message_method=method))
    return tuple(steps)


def revoking(powers: Powers, author: str = "") -> tuple[Step, ...]:
    """The rights by which a public link to a file may be taken back. author: the token of whose it is."""
    method = {"file_method": "files.revokePublicURL"}
    steps = [Step(by=By.AUTHOR, token=author, **method)] if author else []
    steps += [Step(by=By.ENFORCER, token=powers.enforcer, **method)] if powers.enforcer else []
    return (*steps, Step(by=By.OWN, token=powers.bot, **method))


def urgency(audience: Audience, seen_at: datetime) -> tuple[bool, bool, int, datetime]:
    """The order of removals, smallest first: other organisations, then everybody, then many, then what is old."""
    outsiders, everybody, heads = audience.rank
    return (not outsiders, not everybody, -heads, seen_at)


_GONE = frozenset({"", "message_not_found", "file_deleted"})


class Answer(StrEnum):
    """ask: it is gone, or whoever asked may not see it."""

    REMOVED = "removed"
    ASK = "ask"
    NEXT = "next"


def answer_to(code: str) -> Answer:
    """What an answer of Slack means for the chain; "" is success. Whatever is not known asks for the next right."""
    if code == "file_not_found":
        return Answer.ASK
    return Answer.REMOVED if code in _GONE else Answer.NEXT


__all__ = [
    "Answer",
    "By",
    "Powers",
    "Standing",
    "Step",
    "Target",
    "answer_to",
    "blanking",
    "chain",
    "revoking",
    "urgency",
]

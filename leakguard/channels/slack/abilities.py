"""What a workspace lets us do about a post that must go, by place; and the same as one paragraph. Pure."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

_UNSEEN = "Direct messages, but those of several people with LeakGuard among them, are not seen"


class Ability(StrEnum):
    REMOVE = "remove"
    REMOVE_OF_THOSE_WHO_AGREED = "remove_of_those_who_agreed"
    HIDE = "hide"
    FLAG = "flag"
    BLIND = "blind"


@dataclass(frozen=True, slots=True, kw_only=True)
class Rights:
    """What was found to work. enforcer: name of the administrator's account, or "". agreed: how many people did.

    has_consent: people can agree, and the app asks for what it takes to see what they write.
    """

    is_connected: bool = False
    enforcer: str = ""
    has_discovery: bool = False
    has_consent: bool = False
    agreed: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class Abilities:
    """connect: posts by people of other organisations in channels that are shared with them."""

    channels: Ability
    direct: Ability
    connect: Ability
    paragraph: str


def abilities(rights: Rights) -> Abilities:
    if not rights.is_connected:
        nothing = "LeakGuard sees nothing of this workspace, and can do nothing here, until its bot token works."
        return Abilities(channels=Ability.BLIND, direct=Ability.BLIND, connect=Ability.BLIND, paragraph=nothing)
    return Abilities(
        channels=_channels(rights),
        direct=_direct(rights),
        connect=Ability.HIDE if rights.has_discovery else Ability.FLAG,
        paragraph=" ".join((_of_channels(rights), _of_direct(rights), _of_connect(rights), _always(rights))),
    )


def _channels(rights: Rights) -> Ability:
    if rights.enforcer:
        return Ability.REMOVE
    if rights.has_discovery:
        return Ability.HIDE
    return Ability.REMOVE_OF_THOSE_WHO_AGREED if rights.has_consent and rights.agreed else Ability.FLAG


def _direct(rights: Rights) -> Ability:
    if not (rights.has_consent and rights.agreed):
        return Ability.BLIND
    return Ability.HIDE if rights.has_discovery else Ability.REMOVE_OF_THOSE_WHO_AGREED


def _of_channels(rights: Rights) -> str:
    where = "In the channels that LeakGuard is a member of"
    if rights.enforcer:
        return (
            f"{where}, it removes posts and files of anybody in this workspace, with the account of {rights.enforcer}, "
            "in every public channel and in the private ones that this account is in."
        )
    if rights.has_discovery:
        return f"{where}, it hides posts and files of anybody by Discovery; they can be restored."
    if rights.has_consent and rights.agreed:
        return f"{where}, it removes the posts of the {_people(rights.agreed)} who agreed, and only flags all others."
    return (
        f"{where}, it can only flag what must not be there: no account of an administrator, no Discovery and nobody's "
        "agreement lets it remove anything."
    )


def _of_direct(rights: Rights) -> str:
    if not rights.has_consent:
        return f"{_UNSEEN}, since nobody can agree to it yet."
    if not rights.agreed:
        return f"{_UNSEEN}, since nobody has agreed yet."
    what = "hides by Discovery what must not be there" if rights.has_discovery else "removes what they themselves wrote"
    others = "" if rights.has_discovery else ", and only flags what others wrote to them"
    return (
        f"In direct messages it sees what the {_people(rights.agreed)} who agreed can see, {what}{others}; "
        "direct messages of everybody else are not seen at all."
    )


def _of_connect(rights: Rights) -> str:
    if rights.has_discovery:
        return "Posts by people of other organisations (Slack Connect) are tried by Discovery, else flagged."
    return (
        "Posts by people of other organisations (Slack Connect) can only be flagged: nobody here may remove them. "
        "What our own people post in shared channels is dealt with as anywhere else."
    )


def _always(rights: Rights) -> str:
    return "What cannot be removed is an alarm. Notifications that went out before a removal cannot be called back."


def _people(count: int) -> str:
    return "one person" if count == 1 else f"{count:,} people"

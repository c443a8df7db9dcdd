"""Who could see a post -> the people a decision weighs. Pure. Whoever is not known has no access.

A handle is an e-mail address that Slack has confirmed, or `slack:TEAM/USER`. Three handles are nobody's, and have
access only where an access list names them: everybody of a workspace, a channel of many, a channel that we cannot see.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum

from leakguard.model.address import domain_of
from leakguard.model.message import Direction, Envelope, Recipient

MOST_NAMED = 500  # of larger channels the channel itself is the recipient
_ADDRESS = re.compile(r"[^\s@<>]+@[^\s@<>]+")


class Kind(StrEnum):
    PUBLIC = "public"
    PRIVATE = "private"
    GROUP = "group"  # direct messages of several
    DIRECT = "direct"

    @property
    def is_between_people(self) -> bool:
        return self in (Kind.GROUP, Kind.DIRECT)


@dataclass(frozen=True, slots=True, kw_only=True)
class Member:
    """email: "" where Slack gives none. team: the workspace the person belongs to."""

    id: str
    team: str
    email: str = ""
    is_guest: bool = False
    is_gone: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Place:
    """members: None where we could not ask. heads: as Slack counts them. is_shared: with another organisation.

    witness: whose token it is that sees it, where our own bot does not; "" where it does, or nobody's.
    """

    team: str
    channel: str
    kind: Kind
    members: tuple[str, ...] | None = None
    heads: int = 0
    is_shared: bool = False
    witness: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Audience:
    """handles: without the author, unless nobody else is there. heads: how many people, at least."""

    handles: tuple[str, ...]
    heads: int
    outsiders: int = 0
    guests: int = 0
    is_everybody: bool = False

    @property
    def rank(self) -> tuple[bool, bool, int]:
        """How bad it is that a post stands there; larger is worse."""
        return (self.outsiders > 0, self.is_everybody, self.heads)


def handle_of(member: Member, team: str, domains: frozenset[str]) -> str:
    """domains: whose addresses count, for people of this workspace; empty: every address that Slack has confirmed."""
    is_ours = member.team == team and not member.is_gone and _ADDRESS.fullmatch(member.email) is not None
    if is_ours and (not domains or domain_of(member.email) in domains):
        return member.email
    return f"slack:{member.team or 'unknown'}/{member.id}"


def audience_of(
    place: Place, people: Mapping[str, Member], author: str, own_user: str, domains: frozenset[str]
) -> Audience:
    """people: those of the members that we know; of the others we know the id at least."""
    ids = tuple(dict.fromkeys(each for each in place.members or () if each != own_user))
    known = [people.get(each, Member(id=each, team="")) for each in ids]
    present = [each for each in known if not each.is_gone]
    readers = [each for each in present if each.id != author] or present
    outsiders = sum(1 for each in readers if each.team != place.team)
    nobody = f"slack:{place.team}/{place.channel}"
    if place.kind is Kind.PUBLIC:
        handles: tuple[str, ...] = (f"slack:{place.team}/everybody",)
    elif place.members is None or not readers or len(readers) > MOST_NAMED:
        handles = (nobody,)
    else:
        handles = tuple(dict.fromkeys(handle_of(each, place.team, domains) for each in readers))
        if place.is_shared and not outsiders:
            handles = (*handles, nobody)  # the other organisation is there, and we cannot see who
    return Audience(
        handles=handles,
        heads=max(_others(place, {author, own_user}), len(readers)),
        outsiders=max(outsiders, int(place.is_shared)),
        guests=sum(1 for each in readers if each.is_guest),
        is_everybody=place.kind is Kind.PUBLIC,
    )


def _others(place: Place, not_readers: set[str]) -> int:
    """Where the members were not all asked for, as Slack counts them: with the author, and with us, who are there."""
    is_counted = bool(place.members) and len(place.members or ()) <= MOST_NAMED
    return 0 if is_counted else place.heads - len(not_readers - {""})


def joined(audiences: Sequence[Audience]) -> Audience:
    """Of what stands in several places at once."""
    return Audience(
        handles=tuple(dict.fromkeys(handle for each in audiences for handle in each.handles)),
        heads=sum(each.heads for each in audiences),
        outsiders=sum(each.outsiders for each in audiences),
        guests=sum(each.guests for each in audiences),
        is_everybody=any(each.is_everybody for each in audiences),
    )


def envelope_of(sender: str, audience: Audience) -> Envelope:
    """sender: the author's handle, "" where nobody is named; who is nobody has no access."""
    return Envelope(mail_from=sender, recipients=tuple(Recipient(address=each) for each in audience.handles))


def direction_of(audience: Audience) -> Direction:
    return Direction.OUTBOUND if audience.outsiders else Direction.INTERNAL

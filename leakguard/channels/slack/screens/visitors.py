"""Who stands before a screen: named by Slack, known to the access lists by their address. Unknown is a stranger."""

from __future__ import annotations

from dataclasses import dataclass

from leakguard.channels.slack.audience import Audience, Kind, Member, audience_of, handle_of, joined
from leakguard.channels.slack.directory import Directory
from leakguard.channels.slack.events import Own


@dataclass(frozen=True, slots=True, kw_only=True)
class Visitor:
    """id: Slack's. is_member: of this workspace, and no guest; the others are only told what this is."""

    id: str
    handle: str
    is_member: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Visitors:
    """domains: as the door's. Every method raises ApiUnavailable while Slack does not tell."""

    directory: Directory
    own: Own
    domains: frozenset[str] = frozenset()

    async def named(self, user: str) -> Visitor:
        known = await self.directory.people([user])
        member = known.get(user, Member(id=user, team=""))
        is_member = member.team == self.own.team and not member.is_guest and not member.is_gone
        return Visitor(id=user, handle=handle_of(member, self.own.team, self.domains), is_member=is_member)

    async def can_post(self, author: str, channel: str) -> bool:
        """Whether what this person wrote could go up there, by their right or ours. Raises TokenNotReady, too."""
        return bool(await self.directory.authors.token(author)) or await self.can_post_for(author, channel)

    async def can_post_for(self, author: str, channel: str) -> bool:
        """Whether our bot could, and they might: it may be where they are not. author: "" is nobody in particular."""
        place = await self.directory.place(channel)
        if place.kind is Kind.PUBLIC or not author:
            return True
        return not place.witness and author in (place.members or ())

    async def audience(self, author: str, channel: str, people: tuple[str, ...] = ()) -> Audience | None:
        """Who could see what this person posts there, or writes to these people; None where neither is named."""
        found: list[Audience] = []
        if channel:
            place = await self.directory.place(channel)
            known = await self.directory.people(place.members or ())
            found.append(audience_of(place, known, author, self.own.user, self.domains))
        if people:
            known = await self.directory.people(people)
            members = [known.get(each, Member(id=each, team="")) for each in people]
            handles = tuple(dict.fromkeys(handle_of(each, self.own.team, self.domains) for each in members))
            outsiders = sum(each.team != self.own.team for each in members)
            found.append(Audience(handles=handles, heads=len(members), outsiders=outsiders))
        return joined(found) if found else None

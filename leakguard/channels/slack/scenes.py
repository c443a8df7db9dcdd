"""Where a post stands, who wrote it and who could see it: asked of the directory, put together for the decision."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from leakguard.channels.slack.account import Scene
from leakguard.channels.slack.api import ApiUnavailable
from leakguard.channels.slack.audience import Audience, Kind, Place, audience_of, handle_of, joined
from leakguard.channels.slack.directory import Directory
from leakguard.channels.slack.events import Own, Post
from leakguard.channels.slack.files import links_of
from leakguard.channels.slack.reading import files_of
from leakguard.channels.slack.removal import Target
from leakguard.channels.slack.standing import standing_of


class NotYet(Exception):
    """Something that is needed did not come; the event is tried again."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Scenes:
    """domains: whose e-mail addresses count as people of the access lists; empty: all that Slack confirmed."""

    directory: Directory
    own: Own
    domains: frozenset[str] = frozenset()

    async def of(
        self,
        post: Post,
        files: tuple[str, ...] = (),
        channels: Sequence[str] = (),
        *,
        gives_up: bool = False,
    ) -> Scene:
        """channels: where else than in its own it stands. Raises NotYet while Slack may tell, unless it gives up."""
        try:
            named = [each for each in channels or (post.channel,) if each]
            places = [await self.directory.place(each, gives_up=gives_up) for each in named]
            ids = [each for place in places for each in place.members or ()]
            people = await self.directory.people([post.author, *ids], gives_up=gives_up)
        except ApiUnavailable:
            raise NotYet from None
        audiences = [audience_of(each, people, post.author, self.own.user, self.domains) for each in places]
        if links_of(files_of(post.content)):
            audiences.append(_anybody(self.own.team))
        author = people.get(post.author)
        return Scene(
            post=post,
            audience=joined(audiences),
            sender=handle_of(author, self.own.team, self.domains) if author is not None else "",
            target=Target(
                place=places[0] if places else Place(team=self.own.team, channel="", kind=Kind.PRIVATE),
                ts=post.ts,
                author=post.author,
                author_team=author.team if author is not None else post.author_team,
                files=files,
                links=links_of(files_of(post.content)),
                standing=standing_of(post.content),
            ),
        )


def _anybody(team: str) -> Audience:
    """Whoever has the link, on earth."""
    return Audience(handles=(f"slack:{team}/public-link",), heads=1, outsiders=1, is_everybody=True)

"""The app's home: what is under embargo and for how long, the viewer's own access, and what is held of theirs. Pure."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from leakguard.channels.slack.mrkdwn import escaped
from leakguard.channels.slack.screens import embargoes
from leakguard.channels.slack.screens.blocks import (
    Block,
    button,
    buttons,
    context,
    divider,
    header,
    home,
    section,
    shown_time,
)
from leakguard.model.embargo import Book
from leakguard.model.held import State
from leakguard.service.items import Item, Need

CHECK, COMPOSE, CONNECT = "home:check", "home:post", "home:connect"
MOST_HELD, MOST_LIFTED = 20, 8
_STATES = {Need.SECOND_PERSON: "waits for a second person", Need.ESCALATED: "waits for those on call"}


def page(
    handle: str, book: Book, held: Sequence[Item] | None, now: datetime, *, zone: str, contact: str, connect: str = ""
) -> Block:
    """held: of this viewer; None where it cannot be told. connect: where they agree to removals."""
    coming, lifted = embargoes.coming(book, now), embargoes.lifted(book, now)
    blocks = [_acts(connect), header("Embargoes of the next two weeks")]
    blocks += [section(embargoes.line(each, handle, book, now)) for each in coming[: embargoes.MOST]]
    blocks += [_more(len(coming) - embargoes.MOST)] if len(coming) > embargoes.MOST else []
    blocks += [] if coming else [section("No embargo lifts within two weeks.")]
    if lifted:
        titles = "\n".join(f"• {embargoes.title(each)}" for each in lifted[:MOST_LIFTED])
        blocks += [header("Public within the last twelve hours"), section(titles)]
    blocks += [divider(), header("Held of yours"), *_held(held)]
    to_do = f"To take something back, or to ask for a review, write to {escaped(contact)} with its reference."
    return home([*blocks, context(f"{to_do} As of {shown_time(now, zone)}. This page shows nothing of any message.")])


def stranger(contact: str) -> Block:
    """For guests and people of elsewhere."""
    return home([section(help_text(contact))])


def help_text(contact: str) -> str:
    return (
        "LeakGuard keeps statistics from being posted before their release. What it holds, it takes out of the channel "
        f"and keeps. With questions, write to {escaped(contact)}."
    )


def _acts(connect: str) -> Block:
    acts = [button("Check before posting", CHECK), button("Post after release", COMPOSE)]
    return buttons(*acts, *([button("Connect my account", CONNECT, url=connect)] if connect else []))


def _held(held: Sequence[Item] | None) -> list[Block]:
    if held is None:
        return [section("This cannot be told just now.")]
    blocks = [section(_of_item(each)) for each in held[:MOST_HELD]] or [section("Nothing.")]
    return [*blocks, _more(len(held) - MOST_HELD)] if len(held) > MOST_HELD else blocks


def _of_item(item: Item) -> str:
    """Reference, state, and what becomes of it; nothing that it says."""
    what = "Mail" if item.channel.is_mail else "Post in Slack"
    first = f"*{item.id}* · {what} of {shown_time(item.first_at, 'UTC')}"
    return f"{first}\n{_state(item)}"


def _state(item: Item) -> str:
    if State.SENDING in dict(item.states):
        return "Is being sent."
    if item.need in _STATES:
        return f"Held: {_STATES[item.need]}."
    if not item.goes_by_itself:
        return "Taken out of its channel, and kept. It does not come back by itself."
    if item.wake_at is None:
        return "Held until a person decides: no moment is known at which it would go by itself."
    return f"Held. It goes by itself {shown_time(item.wake_at, 'UTC')}, unless something else holds it then."


def _more(count: int) -> Block:
    return context(f"and {count} more.")

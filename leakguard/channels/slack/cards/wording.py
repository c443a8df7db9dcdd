"""The two cards of a held post, in words: for compliance, and for its author. Pure.

Rule of this file: nothing of a post is on a card but its reference, where and when it stood, and who could see it.
"""

from __future__ import annotations

import re
from typing import Any

from leakguard.channels.slack.cards.situation import Fate, Situation
from leakguard.channels.slack.mrkdwn import escaped
from leakguard.channels.slack.screens.blocks import (
    Block,
    button,
    buttons,
    context,
    header,
    plain,
    section,
    shown_time,
)
from leakguard.service.sightings import Sighting
from leakguard.service.words import REASONS

POST, LOOK, WITHDRAW = "held:post", "held:look", "held:withdraw"
SEND, KEEP, ESCALATE, ASK_AUTHOR, OPEN = "held:send", "held:keep", "held:escalate", "held:ask_author", "held:open"
_MOST_NAMED = 5

_WHOSE_RIGHT = {
    "own": "as our own",
    "author": "by its author's consent",
    "enforcer": "by the enforcer's right",
    "discovery": "by the Discovery API",
    "withdrawn": "by its author, who was faster",
}
_WHY_THERE = {
    "no_right": "no right of ours reaches it",
    "refused": "Slack refused every right of ours",
    "files_left": "files of it are still there",
    "text_left": "it is still the topic, purpose or name of its channel",
}
_MANY = {"everybody": "everybody of the workspace", "public-link": "whoever has the link"}
_USER, _CHANNEL = re.compile(r"[UW][A-Z0-9]+"), re.compile(r"[CG][A-Z0-9]+")
_WHO_CAN = "Its author can delete it; in channels of this workspace an administrator, too."


def for_compliance(found: Situation, review_url: str) -> tuple[str, list[Block]]:
    """A line for notifications, and the card."""
    title = _title(found)
    lines = [header(title), section("\n".join(_facts(found)))]
    if found.is_still_there:
        lines.append(section(f"*Still visible.* {_WHO_CAN}"))
    lines.append(context(_state(found)))
    acts = _acts_of_compliance(found, review_url)
    return title, [*lines, *([buttons(*acts)] if acts else [])]


def for_author(found: Situation) -> tuple[str, list[Block]]:
    """As for compliance; nothing but what its author may know: not what in it was found."""
    title = "Your post is held back" if found.fate is Fate.HELD else "About your post that was held back"
    lines = [section(_told_author(found)), context(f"{_state(found)} Reference {found.held.id}.")]
    acts = _acts_of_author(found)
    return title, [*lines, *([buttons(*acts)] if acts else [])]


def _title(found: Situation) -> str:
    ended = {
        Fate.POSTED: "A held post was posted",
        Fate.WITHDRAWN: "A held post was taken back",
        Fate.REJECTED: "A held post was rejected",
        Fate.NOT_POSTABLE: "A held post could not be posted again",
    }
    if found.is_still_there:
        return "A POST COULD NOT BE REMOVED"
    if found.fate in ended:
        return ended[found.fate]
    if found.is_scheduled:
        return "A post waits for its release"
    return "A post is held back"


def _facts(found: Situation) -> list[str]:
    seen = found.sighting
    lines = [f"*Who:* {escaped(found.held.mail_from) or 'nobody who is named'}"]
    if seen is not None:
        lines += [f"*Where:* {_where(seen)}", f"*Visible:* {seen.visible}, {_before(seen)}", f"*Done:* {_done(seen)}"]
    lines += [f"*Release:* {_release(found)}", f"*Lacking access:* {_lacking(found)}"]
    return [*lines, f"*Reference:* {found.held.id}"]


def _where(seen: Sighting) -> str:
    if not seen.channel:
        return "in no channel"
    return f"<#{seen.channel}>" if seen.channel.startswith(("C", "G")) else "a direct conversation"


def _done(seen: Sighting) -> str:
    if seen.is_gone:
        return f"removed {_WHOSE_RIGHT.get(seen.by, '')}".rstrip()
    if seen.why == "public":
        return "let stand: its release was public when its turn came"
    return f"not removed: {_WHY_THERE.get(seen.why, 'Slack refused')}"


def _before(seen: Sighting) -> str:
    people = (
        f"{seen.heads} {'person' if seen.heads == 1 else 'people'}" if seen.heads else "an unknown number of people"
    )
    more = [f"{seen.outsiders} of other organisations"] if seen.outsiders else []
    more += ["the whole workspace could look"] if seen.is_everybody else []
    return f"before {people}" + (f" ({'; '.join(more)})" if more else "")


def _release(found: Situation) -> str:
    lines = []
    for release in found.releases:
        at = release.lift_at()
        if release.is_public(found.now):
            lines.append(f"{escaped(release.title)}, public now")
        elif at is None:
            lines.append(f"{escaped(release.title)}, at a time that is not fixed")
        else:
            lines.append(f"{escaped(release.title)}, not public until {shown_time(at, release.zone)}")
    return "; ".join(lines) or "not known: a part could not be read"


def _lacking(found: Situation) -> str:
    named = [
        f"{_reader(each.recipient.address)} ({', '.join(dict.fromkeys(REASONS[why.code] for why in each.reasons))})"
        for each in found.held.recipients
    ]
    more = f", and {len(named) - _MOST_NAMED} more" if len(named) > _MOST_NAMED else ""
    return "; ".join(named[:_MOST_NAMED]) + more


def _reader(address: str) -> str:
    if address.startswith("slack:"):
        last = address.rpartition("/")[2]
        if _USER.fullmatch(last):
            return f"<@{last}>"  # Slack shows the name, and notifies nobody who is not in this channel
        return _MANY.get(last) or (f"<#{last}>" if _CHANNEL.fullmatch(last) else escaped(last))
    return escaped(address)


_ENDED = {
    Fate.POSTED: "It was posted.",
    Fate.WITHDRAWN: "It was taken back and is not posted.",
    Fate.REJECTED: "It was rejected and is not posted.",
    Fate.NOT_POSTABLE: "Slack did not take it: its author has to post it again.",
}


def _state(found: Situation) -> str:
    if found.fate in _ENDED:
        return _ENDED[found.fate]
    review = found.held.review
    said = (
        (found.is_let_go, "A reviewer lets it go; it is posted in a moment."),
        (review.proposal is not None, "One reviewer would send it; a second has to agree."),
        (review.posting is not None, f"It is posted by itself {_when(found)}."),
        (review.is_escalated, "It was handed to those on call."),
        (review.kept is not None, "A reviewer looked, and leaves it held."),
        (True, "It is not posted again unless its author, or a reviewer, wants that."),
    )
    return next(sentence for is_so, sentence in said if is_so)


def _when(found: Situation) -> str:
    at = found.goes_at
    zone = found.releases[0].zone if found.releases else "UTC"
    if at is None:
        return "once somebody confirms the publication, or lets it go"
    return f"at {shown_time(at, zone)}, unless something else holds it then"


def _told_author(found: Situation) -> str:
    seen, release = found.sighting, _release(found)
    if found.is_scheduled:
        return f"*Your post waits for its release.* {release}."
    if seen is None:
        return f"*A post of yours is held back.* It may concern {release}."
    where = _where(seen)
    if seen.is_gone:
        said = f"*Your post in {where} was taken out.* It could be read for {seen.visible}."
    elif seen.why == "public":
        said = f"*Your post in {where} came too early*, and is on record; its release is public by now."
    else:
        said = f"*Please delete your post in {where} now.* LeakGuard could not take it out."
    return f"{said} It may concern {release}. Please do not post it again, or speak of it, before that."


def _acts_of_compliance(found: Situation, review_url: str) -> list[Block]:
    ref = found.held.id
    acts = [button("Open", OPEN, url=f"{review_url}/items/{ref}")] if review_url else []
    if found.is_still_there:
        acts.append(_act("Ask its author to delete it", ASK_AUTHOR, ref))
    if found.fate is Fate.HELD:
        acts.append(_act("Send", SEND, ref))
        acts += [_act("Keep held", KEEP, ref)] if found.goes_at is not None else []
        acts.append(_act("Escalate", ESCALATE, ref))
    return acts


def _acts_of_author(found: Situation) -> list[Block]:
    ref, review = found.held.id, found.held.review
    if found.fate is not Fate.HELD:
        return []
    acts = [_act("Post at release", POST, ref)] if review.posting is None and not found.is_still_there else []
    acts += [_act("Ask for review", LOOK, ref)] if review.escalated is None else []
    return [*acts, _act("Withdraw", WITHDRAW, ref)]


def _act(text: str, action: str, ref: str) -> dict[str, Any]:
    return {"type": "button", "action_id": action, "text": plain(text), "value": ref}

"""When sending early takes a second person, and whether the second says the same as the first. Pure."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime

from leakguard.model.address import canonical
from leakguard.model.content import Confidence
from leakguard.model.decision import ReasonCode
from leakguard.model.embargo import Book
from leakguard.model.errors import Refused
from leakguard.model.held import HeldMessage, HeldRecipient, State
from leakguard.model.review import Proposal
from leakguard.policy import confidence_for, releases_in_play


def takes_two(held: HeldMessage, book: Book, now: datetime) -> bool:
    """Whether something in it surely gives a release away that is not public yet, or surely did.

    Where a file has changed since it was held, nobody can tell any more how sure that was.
    """
    if any(_lost_its_grounds(each, book) for each in held.in_state(State.HELD)):
        return True
    return any(
        confidence_for(finding, release, now) is Confidence.HIGH
        for finding in held.verdict.findings
        if not finding.shadow
        for release in releases_in_play(book, finding.scope, now)
    )


def _lost_its_grounds(copy: HeldRecipient, book: Book) -> bool:
    is_changed = any(reason.code is ReasonCode.RULEBOOK_CHANGED for reason in copy.reasons)
    return is_changed or not copy.releases() <= book.releases.keys()


def is_for_the_same(first: Proposal, second: Proposal) -> bool:
    """The same copies for the same releases: what was added or moved since has one person's word only."""
    return (set(first.recipients), set(first.releases)) == (set(second.recipients), set(second.releases))


def chosen_copies(held: HeldMessage, to: Iterable[str]) -> tuple[HeldRecipient, ...]:
    """The held copies for these addresses, or all of them. Raises Refused when one is not held any more."""
    wanted = {canonical(address) for address in to}
    copies = held.in_state(State.HELD)
    if wanted:
        copies = tuple(each for each in copies if canonical(each.recipient.address) in wanted)
    if not copies or (wanted and {canonical(each.recipient.address) for each in copies} != wanted):
        states = ", ".join(f"{each.recipient.address} {each.state}" for each in held.recipients[:10])
        raise Refused(f"{held.id} is not held for that any more: {states}")
    return copies


def addresses(copies: Iterable[HeldRecipient]) -> tuple[str, ...]:
    return tuple(each.recipient.address for each in copies)

"""Whether the first of two people still counts at the moment when the second approves."""

from __future__ import annotations

from leakguard.model.address import canonical
from leakguard.model.embargo import Book
from leakguard.model.review import Proposal
from leakguard.service.authority import ALLOWED, Permission
from leakguard.service.ports import Store


async def still_counts(first: Proposal, store: Store, book: Book) -> bool:
    """Not once their access was suspended, their account disabled, or the role taken away in which they said so."""
    if any(grant.suspended for release in first.releases for grant in book.grants_of(first.by, release)):
        return False
    account = await store.accounts.account(canonical(first.by))
    return account is None or (not account.is_disabled and bool(account.roles & ALLOWED[Permission.DECIDE]))

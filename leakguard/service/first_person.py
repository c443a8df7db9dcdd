"""Whether the first of two people still counts at the moment when the second approves."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime

from leakguard.model.address import canonical
from leakguard.model.embargo import Book, Release
from leakguard.model.review import Proposal
from leakguard.policy import lacks_access
from leakguard.service.authority import ALLOWED, Permission
from leakguard.service.ports import Store


async def still_counts(first: Proposal, shown: Iterable[Release], store: Store, book: Book, now: datetime) -> bool:
    """Not once they lost access, their account was disabled, or the role taken away in which they said so.

    shown: the releases that somebody who sees the message would see.
    """
    if any(lacks_access(first.by, each, book, now) is not None for each in shown):
        return False
    account = await store.accounts.account(canonical(first.by))
    return account is None or (not account.is_disabled and bool(account.roles & ALLOWED[Permission.DECIDE]))

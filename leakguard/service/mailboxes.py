"""Whether an address is a person's, a list, or sounds like a mailbox that several people read."""

from __future__ import annotations

from enum import StrEnum

from leakguard.model.embargo import Book, Person


class MailboxKind(StrEnum):
    """SHARED is a guess from the address: somebody has to know who reads it."""

    PERSON = "person"
    SHARED = "may be shared"
    LIST = "list"


_SHARED = frozenset(
    "comms communications correspondence desk digital enquiries group helpdesk inbox info mail mailbox media news "
    "office press pressoffice privateoffice pso ps publications secretariat social statistics stats team unit".split()
)


def mailbox_of(person: Person, book: Book) -> MailboxKind:
    if any(each in book.lists for each in person.handles):
        return MailboxKind.LIST
    return MailboxKind.SHARED if any(map(_sounds_shared, person.handles)) else MailboxKind.PERSON


def _sounds_shared(address: str) -> bool:
    local = address.rpartition("@")[0]
    for separator in ".-_+":
        local = local.replace(separator, " ")
    return not _SHARED.isdisjoint(local.split())

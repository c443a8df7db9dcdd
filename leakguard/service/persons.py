"""Who is who at the desk: a person with many addresses is one person. Pure.

Rule of this file: a miss would let one person be two, so that here, unlike in access lists, `name+tag` is `name`.
"""

from __future__ import annotations

from leakguard.model.address import canonical
from leakguard.model.embargo import Book


def mailboxes_of(handle: str, book: Book) -> frozenset[str]:
    """Every address by which this person is known."""
    names = (canonical(handle), _untagged(handle))
    people = {book.handles[each] for each in names if each in book.handles}
    known = (each for person in people if person in book.people for each in book.people[person].handles)
    return frozenset(map(_untagged, (handle, *known)))


def is_same_person(one: str, other: str, book: Book) -> bool:
    return not mailboxes_of(one, book).isdisjoint(mailboxes_of(other, book))


def reached_by(address: str, book: Book) -> frozenset[str]:
    """The mailbox of this address and, where it is a list, those of everybody on it."""
    found: set[str] = set()
    waiting = [canonical(address)]
    while waiting:
        each = waiting.pop()
        if each not in found:
            found.add(each)
            waiting += book.lists.get(each, ())
    return frozenset(map(_untagged, found))


def _untagged(address: str) -> str:
    local, at, domain = canonical(address).rpartition("@")
    return f"{local.partition('+')[0] or local}{at}{domain}"

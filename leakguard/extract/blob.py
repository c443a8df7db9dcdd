"""One payload on its way to its reader, with what its container said about it."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field

from leakguard.extract.limits import Budget
from leakguard.model.content import Gap, GapKind, Role, Span


@dataclass(frozen=True, slots=True, kw_only=True)
class Blob:
    """Bytes of one part, decoded from their transfer encoding.

    part: ordinals only ("2", "2.1", "2!3"), as names are chosen by strangers and parts reach logs.
    place: what a reviewer would call it ("body", "attachment 2").
    declared: content type in lower case, or "". charset, flowed, delsp: as the mail header says.
    quiet: its container knows that it often has nothing to read, such as the body of a message of attachments only.
    within_text: shown inside the text of the mail (it has a Content-ID and is not called an attachment).
    content_id: by what name the text of the mail shows it.
    """

    data: bytes = field(repr=False)
    part: str
    role: Role = Role.ATTACHMENT
    place: str = "attachment"
    declared: str = ""
    charset: str = ""
    flowed: bool = False
    delsp: bool = False
    within_text: bool = False
    quiet: bool = False
    content_id: str = field(default="", repr=False)

    def inner(
        self, ordinal: int, data: bytes, *, place: str, declared: str = "", charset: str = "", within_text: bool = False
    ) -> Blob:
        """A payload inside this one. within_text: a picture in the running text, not a file to open."""
        return Blob(
            data=data,
            part=f"{self.part}!{ordinal}",
            place=f"{self.place}, {place}",
            declared=declared,
            charset=charset,
            within_text=within_text,
        )

    def gap(self, kind: GapKind, detail: str) -> Gap:
        return Gap(part=self.part, kind=kind, detail=detail)

    def span(
        self,
        text: str,
        *,
        role: Role | None = None,
        place: str | None = None,
        quoted: tuple[tuple[int, int], ...] = (),
    ) -> Span:
        """Text that has one place as a whole. quoted: the stretches of it that are a quotation."""
        where = self.place if place is None else place
        kind = role or self.role
        return Span(text=text, part=self.part, role=kind, marks=((0, where),), within=self.place, quoted=quoted)


Item = Span | Gap | Blob
Reader = Callable[[Blob, Budget], Iterator[Item]]


@dataclass(frozen=True, slots=True, kw_only=True)
class Format:
    """A kind of content. `recognises` looks at bytes and declared type, never at a name.

    last: nobody else needs to look at content that this format recognises.
    alone: not for content that another format has recognised already.
    quiet: may have nothing to read, and often has. A file of any other format without a word in it is a gap.
    binary: its magic number is never ASCII without control characters: nobody need look for it in plain text.
    """

    name: str
    recognises: Callable[[Blob], bool]
    read: Reader
    last: bool = True
    alone: bool = False
    quiet: bool = False
    binary: bool = False

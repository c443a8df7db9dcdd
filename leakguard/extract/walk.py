"""Opens payloads within payloads until none is left. Rule of this file: whatever the bytes are, it does not raise.

What is locked waits until everything else has been read, as its password may stand anywhere in the message.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from dataclasses import replace

from leakguard.extract.blob import Blob, Format, Item, Reader
from leakguard.extract.formats import PLAIN, formats_of
from leakguard.extract.limits import NOT_OPENED, Budget, CannotRead, OutOfTime
from leakguard.extract.passwords import candidates
from leakguard.model.content import Extraction, Gap, GapKind, Span


def walk(first: Blob, budget: Budget, *, reader: Reader | None = None, authors: tuple[str, ...] = ()) -> Extraction:
    """Everything in `first`. `reader` overrules the detection for it: a mail that arrived is a mail."""
    opened = _Walk(budget, first)
    try:
        opened.open(first, reader)
        opened.unlock()
    except OutOfTime:  # what was read so far counts
        opened.gaps[Gap(part="message", kind=GapKind.TIMED_OUT, detail="reading")] = None
        opened.note(first)
    return Extraction(
        spans=tuple(opened.spans),
        gaps=(*opened.gaps, *opened.locked.values()),
        authors=authors,
        unread=tuple(opened.unread),
    )


class _Walk:
    """spans and gaps in reading order. locked: files that need a password, each with the gap that it is till then.

    unread: digests of files that left a gap; of those that a password opened later, too.
    """

    def __init__(self, budget: Budget, first: Blob) -> None:
        self.budget = budget
        self.first = first
        self.spans: dict[Span, None] = {}
        self.gaps: dict[Gap, None] = {}
        self.locked: dict[Blob, Gap] = {}
        self.unread: dict[str, None] = {}
        self._seen: set[tuple[object, ...]] = set()
        self._repeated = 0

    def open(self, first: Blob, reader: Reader | None = None) -> None:
        """Depth first, with an own stack: nesting is bounded by the limits and not by Python's."""
        stack = [self._read(first, reader)]
        while stack:
            item = next(stack[-1], None)
            if item is None:
                stack.pop()
            elif isinstance(item, Span):
                self._keep(item)
            elif isinstance(item, Gap):
                self.gaps[item] = None
            elif self._admits(item, len(stack)):
                stack.append(self._read(item))

    def unlock(self) -> None:
        """Try the words of the message as passwords, once; what was locked in what was locked stays so."""
        if not self.locked:
            return
        budget = self.budget
        found = candidates(self.spans, budget.limits.passwords)
        if not found:
            return
        budget.passwords = tuple(dict.fromkeys((*found, *budget.passwords)))  # those configured: for what is inside
        locked, self.locked = self.locked, {}
        for blob in locked:
            self.open(blob)

    def _admits(self, blob: Blob, depth: int) -> bool:
        self.budget.parts -= 1
        if self.budget.parts < 0:
            self.gaps[Gap(part="", kind=GapKind.TOO_MANY, detail="parts")] = None
            self.note(self.first)
            return False
        if depth > self.budget.limits.depth:
            self.gaps[self._gap(blob, GapKind.TOO_DEEP, "files in files")] = None
            return False
        key = (blob.data, blob.declared, blob.charset, blob.role, blob.flowed, blob.delsp, blob.within_text)
        if key in self._seen:
            self._repeated += 1
            return False
        self._seen.add(key)
        return True

    def _read(self, blob: Blob, reader: Reader | None = None) -> Iterator[Item]:
        if not blob.data:
            return
        formats = formats_of(blob) if reader is None else []
        before = self._found()
        for each in self._readers(blob, formats) if reader is None else [reader]:
            yield from self._items(each, blob)
        is_told = not (blob.quiet or self.budget.plain_only) and any(not each.quiet for each in formats)
        if is_told and self._found() == before:
            yield self._gap(blob, GapKind.UNSUPPORTED, "a file without a word in it")

    def _found(self) -> int:
        """Grows with whatever is found, what is inside what is being read included."""
        return len(self.spans) + len(self.gaps) + len(self.locked) + self._repeated

    def _items(self, reader: Reader, blob: Blob) -> Iterator[Item]:
        """The one boundary: a reader that breaks leaves a gap, and what it read."""
        try:
            for item in reader(blob, self.budget):
                if isinstance(item, Gap):
                    self._note_gap(blob, item.kind)
                yield item
        except CannotRead as refusal:
            gap = self._gap(blob, refusal.kind, refusal.detail)
            if refusal.kind is GapKind.ENCRYPTED:
                self.locked[blob] = gap
            else:
                yield gap
        except MemoryError:
            yield self._gap(blob, GapKind.TOO_LARGE, "memory")
        except Exception as error:  # noqa: BLE001 - whatever it is
            yield self._gap(blob, GapKind.DAMAGED, type(error).__name__)

    def _gap(self, blob: Blob, kind: GapKind, detail: str) -> Gap:
        self._note_gap(blob, kind)
        return blob.gap(kind, detail)

    def _note_gap(self, blob: Blob, kind: GapKind) -> None:
        """Of what is ambiguous, every reading was searched; what is locked in the mail itself is met as a part."""
        if kind is not GapKind.AMBIGUOUS and not (blob is self.first and kind is GapKind.ENCRYPTED):
            self.note(blob)

    def note(self, blob: Blob) -> None:
        """Remember what was not read."""
        self.unread[hashlib.sha256(blob.data).hexdigest()] = None

    def _readers(self, blob: Blob, formats: list[Format]) -> Iterator[Reader]:
        """Those of its formats; what has none, or none that is to be opened, leaves a gap."""
        if not formats:
            self.gaps[self._gap(blob, GapKind.UNSUPPORTED, "unknown format")] = None
        for each in formats:
            if self.budget.plain_only and each.name not in PLAIN:
                self.gaps[self._gap(blob, GapKind.UNSUPPORTED, NOT_OPENED)] = None
            else:
                yield each.read

    def _keep(self, span: Span) -> None:
        """The span, cut to the text that may still be handed over."""
        if not span.text or span.text.isspace():
            return
        if span in self.spans:
            self._repeated += 1
            return
        room = self.budget.text
        self.budget.text -= len(span.text)
        if self.budget.text >= 0:
            self.spans[span] = None
            return
        self.budget.text = 0
        self.gaps[Gap(part=span.part, kind=GapKind.TOO_LARGE, detail="text")] = None
        self.note(self.first)
        if room:
            marks = tuple(mark for mark in span.marks if mark[0] < room)
            self.spans[replace(span, text=span.text[:room], marks=marks)] = None

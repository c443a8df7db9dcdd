"""A mail as its readers see it: every alternative, attachment, attached mail, and the text outside the parts.

Works on offsets into the one message, so that nesting costs no copies. Linear in size times depth.
Rule of this file: every octet ends in a part, in a field or in text of its own; programs disagree on which.
ref: RFC 2045, RFC 2046
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, replace

from leakguard.extract.blob import Blob, Item
from leakguard.extract.limits import Budget
from leakguard.extract.mail.fields import words_in_fields, words_in_parameters
from leakguard.extract.mail.headers import Header, Parameters, read_header, read_parameters, transfer_encodings
from leakguard.extract.mail.multipart import Cut, find_cuts
from leakguard.extract.mail.people import display_names
from leakguard.extract.mail.transfer import is_bare_base64, text_beside_base64, transfer_readings
from leakguard.extract.text.charset import decode
from leakguard.model.content import Gap, GapKind, Role, Span

_FIELDS = re.compile(
    rb"\A(?:\xef\xbb\xbf)?\s{0,64}(?:>?From [^\r\n]*[\r\n]+)?"
    rb"((?:[A-Za-z][!-9;-~]{0,70}[ \t]*:[^\r\n]*(?:\r\n|\r|\n)(?:[ \t][^\r\n]*(?:\r\n|\r|\n))*){2})"
)
_KNOWN_FIELD = re.compile(
    rb"(?:^|[\r\n])(?:Return-Path|Received|From|To|Subject|Date|MIME-Version|Message-ID|Sender|Reply-To|Cc|Bcc|Importance"
    rb"|Content-(?:Type|Transfer-Encoding|Class|Language)|X-[\w-]+|DKIM-Signature|ARC-[\w-]+|Delivered-To|Thread-\w+"
    rb"|Authentication-Results|In-Reply-To|References|Snapshot-[\w-]+|User-Agent|Newsgroups|Path|List-[\w-]+)[ \t]*:",
    re.IGNORECASE,
)
_MESSAGES = frozenset(
    {"message/rfc822", "message/global", "message/news", "message/global-headers"}
    | {"text/rfc822-headers", "text/rfc822-header", "message/rfc822-headers"}
)
_UNREAD_MESSAGES = frozenset({"message/partial", "message/external-body"})
_BODIES = frozenset({"", "text/plain", "text/html", "text", "text/enriched", "text/calendar", "text/x-amp-html"})
_IDENTITY = frozenset({"", "7bit", "8bit", "binary"})
_MOST_VERSIONS = 4  # of a repeated field; each gives readings of its own


def is_mail(blob: Blob) -> bool:
    if blob.declared in _MESSAGES:
        return True
    if blob.role is not Role.ATTACHMENT or blob.data[:1] in b"{<%[":
        return False
    match = _FIELDS.match(blob.data[:65536])
    return match is not None and len(_KNOWN_FIELD.findall(match[1])) > 1


def read_mail(blob: Blob, budget: Budget, header: Header | None = None) -> Iterator[Item]:
    """Parts in reading order: header text first. `header`: when it has been read already."""
    walk = _Walk(blob, budget, header)
    while walk.todo:
        yield from walk.open(walk.todo.pop())
    if header is None and blob.declared not in _MESSAGES:  # a program that goes by the name shows the source
        head = read_header(blob.data, 0, len(blob.data), budget.limits)
        source = decode(blob.data[: head.body_at])
        yield blob.span(source, role=Role.HIDDEN, place=f"{blob.place}, source of the header")


@dataclass(frozen=True, slots=True)
class _Part:
    """One entity between two offsets. is_message: its header is a mail's. nested: in an attached mail.

    edges: boundaries of the multiparts around it.
    """

    start: int
    end: int
    path: str
    depth: int
    is_message: bool = False
    default: str = "text/plain"
    nested: bool = False
    edges: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class _Said:
    """What the header of a part says of its content: each Content-Type, each encoding, without repeats."""

    header: Header
    kinds: list[Parameters]
    declared: list[str]
    encodings: list[str]

    def conflicts(self) -> bool:
        """Two programs may choose differently."""
        if len(self.kinds) < 2 and len(self.encodings) < 2:
            return bool(self.kinds) and self.kinds[0].conflicting
        types = {(kind.value, kind.get("boundary"), kind.get("charset").lower()) for kind in self.kinds}
        encodings = {"" if each in _IDENTITY else each for each in self.encodings}
        return len(types) > 1 or len(encodings) > 1 or any(kind.conflicting for kind in self.kinds)


class _Walk:
    """The parts of one mail that are still to be read, as a stack."""

    def __init__(self, blob: Blob, budget: Budget, header: Header | None) -> None:
        self.header = header
        self.blob = blob
        self.budget = budget
        self.attachments = 0
        self.todo = [_Part(0, len(blob.data), "", 1, is_message=True)]

    def open(self, part: _Part) -> Iterator[Item]:
        header = self.header or read_header(self.blob.data, part.start, part.end, self.budget.limits)
        self.header = None
        if header.cut:
            yield self._gap(part, GapKind.TOO_LARGE, "header block")
        if header.stray:
            yield self._outside(part, header.stray, "between header lines")
        written = header.raw(b"content-type")
        kinds = [read_parameters(value) for value in written[:_MOST_VERSIONS]]
        declared = list(dict.fromkeys(kind.value for kind in kinds if "/" in kind.value)) or [part.default]
        encodings = transfer_encodings(header)
        said = _Said(header, kinds, declared, encodings[:_MOST_VERSIONS])
        yield from self._header_words(part, said)
        repeated = max(len(written), len(encodings), len(header.raw(b"content-disposition")))
        if repeated > _MOST_VERSIONS or said.conflicts():
            yield self._gap(part, GapKind.AMBIGUOUS, "header lines that contradict each other")
        if any(each.startswith("multipart/") for each in declared):
            yield from self._open_multipart(part, said)
        elif not _MESSAGES.isdisjoint(declared):
            yield from self._open_message(part, said)
        else:
            yield from self._leaf(part, said)

    def _header_words(self, part: _Part, said: _Said) -> Iterator[Item]:
        """Subject and people, if this is a mail; then whatever else the header has for readers of its source."""
        header, subjects = said.header, []
        if part.is_message:
            subjects = header.texts(b"subject")
            for text in dict.fromkeys(subjects):
                yield self._span(part, text, Role.SUBJECT, "subject")
            for text in display_names(header):
                yield self._span(part, text, Role.NAME, "display name")
        others = words_in_fields(header)
        if not part.is_message:
            others += [text for name in (b"subject", b"from", b"to") for text in header.texts(name)]
        others += _parameter_words(said)
        new = [text for text in dict.fromkeys(others) if text not in subjects]
        if new:
            yield self._span(part, "\n\n".join(new), Role.HIDDEN, "other header lines")

    def _open_message(self, part: _Part, said: _Said) -> Iterator[Item]:
        """A mail in a mail must not be encoded as a whole; some programs decode it all the same."""
        raw = self.blob.data[said.header.body_at : part.end]
        if said.declared[0].startswith("text/"):  # shown as it stands, routes and all
            yield self._outside(part, raw, "header of another mail")
        if not set(said.encodings) <= _IDENTITY or is_bare_base64(raw):
            yield from self._leaf(part, said)
        if said.encodings[0] in _IDENTITY and not is_bare_base64(raw):
            inner = _Part(said.header.body_at, part.end, part.path, part.depth + 1, is_message=True, nested=True)
            yield from self._nest(part, [inner])

    def _open_multipart(self, part: _Part, said: _Said) -> Iterator[Item]:
        if any(kind.value == "multipart/encrypted" for kind in said.kinds):
            yield self._gap(part, GapKind.ENCRYPTED, "encrypted mail")
        start, most = said.header.body_at, self.budget.limits.boundaries
        written = said.header.raw(b"content-type")[:_MOST_VERSIONS]
        found = find_cuts(self.blob.data, start, part.end, said.kinds, written, most)
        if not found.cuts and part.depth < self.budget.limits.depth:
            raw = self.blob.data[start : part.end]
            encodings = [each for each in said.encodings if each not in _IDENTITY]
            encodings += ["base64"] if is_bare_base64(raw) else []
            for content in dict.fromkeys(each for name in encodings for each in transfer_readings(raw, name)):
                yield self._gap(part, GapKind.AMBIGUOUS, "parts that are encoded as a whole")
                head = b"\r\n".join(b"Content-Type:" + value for value in written) + b"\r\n\r\n"
                yield self._payload(part, head + content, "message/rfc822")
        if (found.ambiguous or self._is_reused(part, said)) and not said.conflicts():
            yield self._gap(part, GapKind.AMBIGUOUS, "boundaries that contradict each other")
        if found.full:
            yield self._gap(part, GapKind.TOO_MANY, "boundaries")
        default = "message/rfc822" if said.kinds[0].value == "multipart/digest" else "text/plain"
        edges = (*part.edges, *(edge for kind in said.kinds if (edge := kind.get("boundary"))))
        yield from self._split(replace(part, edges=edges), start, found.cuts, default)

    def _is_reused(self, part: _Part, said: _Said) -> bool:
        """Whether a multipart names the boundary of one around it: programs see different parts."""
        return any(kind.get("boundary") in part.edges for kind in said.kinds if kind.get("boundary"))

    def _split(self, part: _Part, start: int, cuts: list[Cut], default: str) -> Iterator[Item]:
        """Parts go on the stack; what stands before, between and behind them is text too."""
        parts: list[_Part] = []
        outside, closed = [(start, cuts[0].start if cuts else part.end)], False
        for index, cut in enumerate(cuts):
            stop = self._before_line_end(cut.after, cuts[index + 1].start) if index + 1 < len(cuts) else part.end
            if cut.closes or (closed and not self.blob.data[cut.after : stop].strip()):
                outside.append((cut.after, stop))
            else:
                path = f"{part.path}.{len(parts) + 1}".lstrip(".")
                inner = _Part(cut.after, stop, path, part.depth + 1, default=default, nested=part.nested)
                parts.append(replace(inner, edges=part.edges))
            closed = closed or cut.closes
        raw = b"\n\n".join(text for begin, end in outside if (text := self.blob.data[begin:end].strip()))
        if raw:
            yield self._outside(part, raw)
        yield from self._nest(part, parts)

    def _before_line_end(self, start: int, stop: int) -> int:
        """The line end before a delimiter belongs to the delimiter."""
        tail = self.blob.data[max(start, stop - 2) : stop]
        return stop - (2 if tail == b"\r\n" else 1 if tail[-1:] in (b"\n", b"\r") else 0)

    def _outside(self, part: _Part, raw: bytes, place: str = "outside the parts") -> Item:
        return Blob(data=raw, part=self._path(part), role=Role.HIDDEN, place=self._place(part, place))

    def _payload(self, part: _Part, content: bytes, declared: str) -> Item:
        return Blob(data=content, part=self._path(part), place=self._place(part, "encoded parts"), declared=declared)

    def _nest(self, part: _Part, parts: list[_Part]) -> Iterator[Item]:
        limits = self.budget.limits
        if part.depth >= limits.depth and parts:
            yield self._gap(part, GapKind.TOO_DEEP, "parts in parts")
            yield self._outside(part, self.blob.data[parts[0].start : parts[-1].end])
            return
        room = max(0, limits.parts - len(self.todo))
        if len(parts) > room:
            yield self._gap(part, GapKind.TOO_MANY, "parts")
            yield self._outside(part, self.blob.data[parts[room].start : parts[-1].end])
            parts = parts[:room]
        self.todo.extend(reversed(parts))

    def _leaf(self, part: _Part, said: _Said) -> Iterator[Item]:
        header = said.header
        disposition = [read_parameters(value) for value in header.raw(b"content-disposition")[:_MOST_VERSIONS]]
        names = [name for each in disposition + said.kinds for key in ("filename", "name") for name in each.all(key)]
        called_attachment = any(each.value == "attachment" for each in disposition)
        attached = any(names) or said.declared[0] not in _BODIES or called_attachment
        place, role = self._standing(part, attached)
        for name in dict.fromkeys(names):
            yield self._span(part, name, Role.NAME, f"attachment name {self.attachments}")
        if not _UNREAD_MESSAGES.isdisjoint(said.declared):
            yield self._gap(part, GapKind.UNSUPPORTED, "message in pieces or elsewhere")
        raw = self.blob.data[header.body_at : part.end]
        within_text = bool(header.raw(b"content-id")) and not called_attachment
        yield from self._readings(part, said, raw, (place, role, within_text))
        if "base64" in said.encodings and (beside := text_beside_base64(raw)):
            yield self._outside(part, beside)

    def _readings(self, part: _Part, said: _Said, raw: bytes, standing: tuple[str, Role, bool]) -> Iterator[Item]:
        """Each declared type, each declared encoding and each declared charset gives a reading of its own."""
        place, role, within_text = standing
        name = next(iter(said.header.texts(b"content-id")), "").strip("<> ")
        charsets = list(dict.fromkeys(name for kind in said.kinds for name in kind.all("charset"))) or [""]
        flowed = any(kind.get("format").lower() == "flowed" for kind in said.kinds)
        delsp = flowed and any(kind.get("delsp").lower() == "yes" for kind in said.kinds)
        readings = (each for encoding in said.encodings for each in transfer_readings(raw, encoding))
        for content in dict.fromkeys(readings):
            for kind in said.declared:
                for charset in charsets[:_MOST_VERSIONS]:
                    yield Blob(
                        data=content,
                        part=self._path(part),
                        role=role,
                        place=place,
                        declared=kind,
                        charset=charset,
                        flowed=flowed,
                        delsp=delsp,
                        within_text=within_text,
                        content_id=name,
                    )

    def _standing(self, part: _Part, attached: bool) -> tuple[str, Role]:
        if attached:
            self.attachments += 1
            return self._place(part, f"attachment {self.attachments}"), Role.ATTACHMENT
        outermost = self.blob.role is Role.BODY and not part.nested
        return self._place(part, "body"), Role.BODY if outermost else Role.ATTACHMENT

    def _place(self, part: _Part, place: str) -> str:
        within = f"attached mail, {place}" if part.nested else place
        return within if self.blob.role is Role.BODY else f"{self.blob.place}, {within}"

    def _path(self, part: _Part) -> str:
        return self._prefix() + (part.path or "1")

    def _prefix(self) -> str:
        return "" if self.blob.role is Role.BODY else f"{self.blob.part}!"

    def _span(self, part: _Part, text: str, role: Role, place: str) -> Item:
        path = self._path(part) if part.path else self._prefix() + "header"
        return Span(text=text, part=path, role=role, marks=((0, self._place(part, place)),))

    def _gap(self, part: _Part, kind: GapKind, detail: str) -> Item:
        return Gap(part=self._path(part), kind=kind, detail=detail)


def _parameter_words(said: _Said) -> list[str]:
    found: list[str] = []
    for kind, raw in zip(said.kinds, said.header.raw(b"content-type"), strict=False):
        if kind.parameters or b"(" in raw or " " in kind.value:
            found += words_in_parameters(kind, raw)
    for raw in said.header.raw(b"content-disposition")[:_MOST_VERSIONS]:
        if b";" in raw or b" " in raw.strip():
            found += words_in_parameters(read_parameters(raw), raw)
    return found

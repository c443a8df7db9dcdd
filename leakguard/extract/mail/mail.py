"""A mail as its readers see it: every alternative, attachment, attached mail, and the text outside the parts.

Works on offsets into the one message, so that nesting costs no copies. Linear in size times depth.
ref: RFC 2045, RFC 2046
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from leakguard.extract.blob import Blob, Item
from leakguard.extract.limits import Budget
from leakguard.extract.mail.headers import Header, Parameters, read_header, read_parameters, transfer_encodings
from leakguard.extract.mail.people import display_names
from leakguard.extract.mail.transfer import after_base64, is_bare_base64, transfer_readings
from leakguard.extract.text.charset import decode
from leakguard.model.content import Gap, GapKind, Role, Span

_START = re.compile(
    rb"\A(?:>?From [^\n]*\n)?(?:(?:Return-Path|Received|From|To|Subject|Date|MIME-Version|Message-ID|Sender|Reply-To|Cc"
    rb"|Content-Type|X-[\w-]+|DKIM-Signature|ARC-[\w-]+|Delivered-To|Thread-\w+|Authentication-Results)[ \t]*:[^\n]*\n"
    rb"(?:[ \t][^\n]*\n)*){2}",
    re.IGNORECASE,
)
_DELIMITER_GUESS = re.compile(rb"(?m)^--([^\r\n]{1,200}?)\r?\nContent-[A-Za-z-]+:", re.IGNORECASE)
_MESSAGES = frozenset({"message/rfc822", "message/global", "message/news"})
_UNREAD_MESSAGES = frozenset({"message/partial", "message/external-body"})
_BODIES = frozenset({"", "text/plain", "text/html", "text", "text/enriched", "text/calendar", "text/x-amp-html"})
_ALSO_SHOWN = (b"comments", b"keywords", b"thread-topic", b"organization", b"content-description")


def is_mail(blob: Blob) -> bool:
    if blob.declared in _MESSAGES:
        return True
    return blob.role is Role.ATTACHMENT and blob.data[:1] not in b"{<%" and _START.match(blob.data[:65536]) is not None


def read_mail(blob: Blob, budget: Budget, header: Header | None = None) -> Iterator[Item]:
    """Parts in reading order: header text first. `header`: when it has been read already."""
    walk = _Walk(blob, budget, header)
    while walk.todo:
        yield from walk.open(walk.todo.pop())


@dataclass(frozen=True, slots=True)
class _Part:
    """One entity between two offsets. is_message: its header is a mail's. nested: in an attached mail."""

    start: int
    end: int
    path: str
    depth: int
    is_message: bool = False
    default: str = "text/plain"
    nested: bool = False


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
            yield self._span(part, decode(header.stray), Role.HIDDEN, "between header lines")
        if part.is_message:
            yield from self._shown_header(part, header)
        kinds = [read_parameters(value) for value in header.raw(b"content-type")]
        declared = [kind.value for kind in kinds if "/" in kind.value] or [part.default]
        if any(each.startswith("multipart/") for each in declared):
            yield from self._open_multipart(part, header, kinds)
        elif declared[0] in _MESSAGES and transfer_encodings(header)[0] not in ("base64", "quoted-printable"):
            yield from self._nest(
                part, [_Part(header.body_at, part.end, part.path, part.depth + 1, is_message=True, nested=True)]
            )
        else:
            yield from self._leaf(part, header, kinds, declared)

    def _shown_header(self, part: _Part, header: Header) -> Iterator[Item]:
        subjects = header.texts(b"subject")
        for text in dict.fromkeys(subjects):
            yield self._span(part, text, Role.SUBJECT, "subject")
        for text in display_names(header):
            yield self._span(part, text, Role.NAME, "display name")
        others = [text for name in _ALSO_SHOWN for text in header.texts(name) if text not in subjects]
        yield self._span(part, "\n\n".join(others), Role.HIDDEN, "other header lines")

    def _open_multipart(self, part: _Part, header: Header, kinds: list[Parameters]) -> Iterator[Item]:
        """All declared boundaries count, because programs disagree on which of them is the right one."""
        if any(kind.value == "multipart/encrypted" for kind in kinds):
            yield self._gap(part, GapKind.ENCRYPTED, "encrypted mail")
        boundaries = {form for kind in kinds for form in _spellings(kind.get("boundary"))}
        cuts = self._delimiters(header.body_at, part.end, boundaries)
        if not cuts and is_bare_base64(self.blob.data[header.body_at : part.end]):
            yield from self._leaf(part, header, [], ["message/rfc822"])
            return
        if not cuts:
            guessed = set(_DELIMITER_GUESS.findall(self.blob.data, header.body_at, part.end)[:20])
            cuts = self._delimiters(header.body_at, part.end, guessed)
        if len(cuts) >= self.budget.limits.boundaries:
            yield self._gap(part, GapKind.TOO_MANY, "boundaries")
        default = "message/rfc822" if kinds[0].value == "multipart/digest" else "text/plain"
        yield from self._split(part, header.body_at, cuts, default)

    def _split(self, part: _Part, start: int, cuts: list[tuple[int, int, bool]], default: str) -> Iterator[Item]:
        """Parts go on the stack; what stands before, between and behind them is text too."""
        parts: list[_Part] = []
        outside, closed = [(start, cuts[0][0] if cuts else part.end)], False
        for index, (_, after, closes) in enumerate(cuts):
            stop = self._before_line_end(after, cuts[index + 1][0]) if index + 1 < len(cuts) else part.end
            if closes or (closed and not self.blob.data[after:stop].strip()):
                outside.append((after, stop))
            else:
                path = f"{part.path}.{len(parts) + 1}".lstrip(".")
                parts.append(_Part(after, stop, path, part.depth + 1, default=default, nested=part.nested))
            closed = closed or closes
        raw = b"\n\n".join(text for begin, end in outside if (text := self.blob.data[begin:end].strip()))
        if raw:
            yield from self._outside(part, raw)
        yield from self._nest(part, parts)

    def _before_line_end(self, start: int, stop: int) -> int:
        """The line end before a delimiter belongs to the delimiter."""
        tail = self.blob.data[max(start, stop - 2) : stop]
        return stop - (2 if tail == b"\r\n" else 1 if tail[-1:] in (b"\n", b"\r") else 0)

    def _outside(self, part: _Part, raw: bytes) -> Iterator[Item]:
        yield Blob(data=raw, part=self._path(part), role=Role.HIDDEN, place="outside the parts", declared="text/plain")

    def _delimiters(self, start: int, end: int, boundaries: set[bytes]) -> list[tuple[int, int, bool]]:
        """(where the delimiter line starts, where the next line starts, whether it closes), in order."""
        if not boundaries:
            return []
        choice = b"|".join(re.escape(each) for each in sorted(boundaries, key=len, reverse=True))
        pattern = re.compile(rb"(?:\A|(?<=[\r\n]))--(?:" + choice + rb")(--)?[ \t]*(?:\r?\n|\r|\Z)")
        cuts: list[tuple[int, int, bool]] = []
        for match in pattern.finditer(self.blob.data, start, end):
            cuts.append((match.start(), match.end(), match[1] is not None))
            if len(cuts) >= self.budget.limits.boundaries:
                break
        return cuts

    def _nest(self, part: _Part, parts: list[_Part]) -> Iterator[Item]:
        limits = self.budget.limits
        if part.depth >= limits.depth and parts:
            yield self._gap(part, GapKind.TOO_DEEP, "parts in parts")
            raw = self.blob.data[parts[0].start : parts[-1].end]
            yield from self._outside(part, raw)
            return
        if len(parts) + len(self.todo) > limits.parts:
            yield self._gap(part, GapKind.TOO_MANY, "parts")
            parts = parts[: limits.parts]
        self.todo.extend(reversed(parts))

    def _leaf(self, part: _Part, header: Header, kinds: list[Parameters], declared: list[str]) -> Iterator[Item]:
        disposition = [read_parameters(value) for value in header.raw(b"content-disposition")]
        names = [each.get(key) for each in disposition + kinds for key in ("filename", "name") if each.get(key)]
        attached = bool(names) or declared[0] not in _BODIES or any(each.value == "attachment" for each in disposition)
        place, role = self._standing(part, attached)
        for name in dict.fromkeys(names):
            yield self._span(part, name, Role.NAME, f"attachment name {self.attachments}")
        if declared[0] in _UNREAD_MESSAGES:
            yield self._gap(part, GapKind.UNSUPPORTED, "message in pieces or elsewhere")
        raw = self.blob.data[header.body_at : part.end]
        parameters = kinds[0].parameters if kinds else {}
        encodings = transfer_encodings(header)
        # Each declared type and each declared encoding gives a reading of its own.
        called_attachment = any(each.value == "attachment" for each in disposition)
        within_text = bool(header.raw(b"content-id")) and not called_attachment
        readings = (each for encoding in encodings for each in transfer_readings(raw, encoding))
        for content in dict.fromkeys(readings):
            for kind in dict.fromkeys(declared):
                yield Blob(
                    data=content,
                    part=self._path(part),
                    role=role,
                    place=place,
                    declared=kind,
                    charset=parameters.get("charset", ""),
                    flowed=parameters.get("format", "").lower() == "flowed",
                    delsp=parameters.get("delsp", "").lower() == "yes",
                    within_text=within_text,
                )
        if "base64" in encodings and (tail := after_base64(raw)):
            yield from self._outside(part, tail)

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


def _spellings(boundary: str) -> set[bytes]:
    """A boundary as written and as tidied; programs differ in whether outer spaces belong to it."""
    raw = boundary.encode("utf-8", "replace")
    return {form for form in (raw, raw.strip(), raw.rstrip()) if form}

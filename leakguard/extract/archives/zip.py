"""Zip archives: every member is a file of its own. Knows zip, not what is in it.

Readers of zip differ in what they believe: the directory at the end, or the header before each file. Both are read.
"""

from __future__ import annotations

import zipfile
import zlib
from collections.abc import Generator, Iterator
from io import BytesIO

from leakguard.extract.archives import zip_records as records
from leakguard.extract.archives.zip_members import Packed, locked_content, unpack_member
from leakguard.extract.archives.zip_records import Directory, Member
from leakguard.extract.blob import Blob, Item
from leakguard.extract.limits import Budget, CannotRead
from leakguard.extract.text.charset import decode, readings
from leakguard.model.content import Gap, GapKind, Role

_CHUNK = 1024 * 1024
_END_RECORD = b"PK\5\6"
_END_WITHIN = 70_000  # the end record with the longest comment, and some trailing bytes
_DIRECTORY_ENTRY = b"PK\1\2"
_MOST_NAMES = 20_000
_ENCRYPTED = 1
_SMALL = 24  # octets between records: sizes without a signature, and the like


def is_zip(blob: Blob) -> bool:
    """Also with something else before it, as readers of zip start from the end."""
    if blob.data.startswith((b"PK\3\4", _END_RECORD, b"PK\7\10PK\3\4", b"PK00PK\3\4")):
        return True
    return _END_RECORD in blob.data[-_END_WITHIN:] and _DIRECTORY_ENTRY in blob.data


def read_zip(blob: Blob, budget: Budget) -> Iterator[Item]:
    directory = records.read_directory(blob.data, 4 * budget.limits.parts)
    reading = _Reading(blob, budget)
    if directory.comment:
        yield blob.span(decode(directory.comment), place=f"{blob.place}, archive comment")
    try:
        for member in directory.members:
            yield from reading.member(member)
        yield from reading.rest(directory)
    except CannotRead as refusal:  # the budget ran out
        yield Gap(part=f"{blob.part}!{reading.ordinal}", kind=refusal.kind, detail=refusal.detail)
    yield from reading.odd_names()
    yield from _damage(blob, directory, reading)
    if reading.locked:
        raise CannotRead(GapKind.ENCRYPTED, "zip member")


def read_beside(blob: Blob, budget: Budget) -> Iterator[Item]:
    """What an archive has beside the files of its directory, which somebody else reads: other programs may see it."""
    directory = records.read_directory(blob.data, 4 * budget.limits.parts)
    if not directory.is_found:
        return
    reading = _Reading(blob, budget)
    reading.ordinal = len(directory.members)
    reading.covered = [(each.header, each.start + (each.packed or 0)) for each in directory.members]
    if directory.comment:
        yield blob.span(decode(directory.comment), place=f"{blob.place}, archive comment")
    yield from reading.rest(directory)
    yield from reading.odd_names()


def _damage(blob: Blob, directory: Directory, reading: _Reading) -> Iterator[Item]:
    if directory.is_cut or reading.is_cut:
        yield blob.gap(GapKind.TOO_MANY, "zip members")
    if directory.is_part:
        yield blob.gap(GapKind.UNSUPPORTED, "zip archive in several files")
    elif not directory.is_found or directory.lost:
        yield blob.gap(GapKind.DAMAGED, "zip archive")


class _Reading:
    """covered: (start, end) of what has been read. odd: names in an unknown charset."""

    def __init__(self, blob: Blob, budget: Budget) -> None:
        self.blob, self.budget, self.packed = blob, budget, Packed(data=blob.data)
        self.ordinal = 0
        self.covered: list[tuple[int, int]] = []
        self.locked = False
        self.strays = 0
        self.is_cut = False
        self._odd: dict[bytes, None] = {}
        self._read: set[int] = set()

    def member(self, member: Member) -> Iterator[Item]:
        """Its names, and its content in every way that its headers call for. Raises when the budget is used up."""
        self.ordinal += 1
        blob, number = self.blob, self.ordinal
        for name in member.names:
            place = f"{blob.place}, file name {number}"
            yield blob.span(self._text(name, utf8=member.utf8), role=Role.NAME, place=place)
        if member.comment:
            yield blob.span(decode(member.comment), place=f"{blob.place}, comment of file {number}")
        if member.header in self._read:
            return
        self._read.add(member.header)
        if member.locked:
            yield from self._locked(member, number)
        else:
            yield from self._open(member, number)

    def _open(self, member: Member, number: int) -> Iterator[Item]:
        found = [unpack_member(self.packed, member, method, self.budget) for method in member.methods]
        self.covered.extend((member.header, each.end) for each in found)
        yield from self._contents(list(dict.fromkeys(each.content for each in found if each.content)), number)
        failures = [each.failure for each in found if each.failure is not None]
        if len(failures) == len(found) and member.is_locked_in_doubt:
            yield from self._locked(member, number)
        elif len(failures) == len(found):
            yield Gap(part=f"{self.blob.part}!{number}", kind=failures[0].kind, detail=failures[0].detail)
        if self.budget.expanded < 0 or self.packed.is_overfed:
            raise failures[-1] if failures else CannotRead(GapKind.TOO_LARGE, "zip members that overlap")

    def _contents(self, contents: list[bytes], number: int) -> Iterator[Item]:
        for content in contents:
            if content == self.blob.data:
                yield self.blob.gap(GapKind.TOO_DEEP, "zip archive that holds itself")
            else:
                yield self.blob.inner(number, content, place=f"file {number}")

    def _locked(self, member: Member, number: int) -> Iterator[Item]:
        self.covered.append((member.header, member.start + (member.packed or 0)))
        content = locked_content(self.packed, member, self.budget)
        if content is None:
            self.locked = True
        elif content:
            yield self.blob.inner(number, content, place=f"file {number}")

    def _text(self, name: bytes, *, utf8: bool) -> str:
        try:
            return name.decode("ascii" if not utf8 else "utf-8")
        except UnicodeDecodeError:
            pass
        try:
            return name.decode("utf-8")
        except UnicodeDecodeError:
            self._odd[name] = None
            return name.decode("cp437")  # the charset of the first zip programs, and the standard's

    def odd_names(self) -> Iterator[Item]:
        """Names that are not UTF-8, in the charsets they may be in; guessed once for all, as that costs time."""
        if self._odd:
            for text in readings(b"\n".join(self._odd)):
                yield self.blob.span(text, role=Role.NAME, place=f"{self.blob.place}, file names")

    def rest(self, directory: Directory) -> Iterator[Item]:
        """What the directory does not account for: files it does not list, and data of no file."""
        covered = [*self.covered]
        if directory.is_found:
            covered.append((directory.start, directory.end))
        at = 0
        for start, end in sorted(covered):
            if start > at:
                yield from self._between(at, start)
            at = max(at, end)
        yield from self._between(at, len(self.blob.data))

    def _between(self, start: int, stop: int) -> Iterator[Item]:
        data, at, odd_from = self.blob.data, start, start
        descriptor = records.size_of_descriptor(data, at, stop) if start else 0
        at = odd_from = at + descriptor
        while at < stop:
            found = records.RECORD.search(data, at, stop)
            if found is None:
                break
            at = found.start()
            self.strays += 1
            if self.strays > 4 * self.budget.limits.parts:
                self.is_cut = True
                break
            yield from self._odd_data(odd_from, at)
            at = odd_from = yield from self._record(found[0][:4], at, stop)
        yield from self._odd_data(odd_from, stop)

    def _record(self, kind: bytes, at: int, stop: int) -> Generator[Item, None, int]:
        """Where it ends."""
        member = records.local_member(self.blob.data, at) if kind == records.LOCAL else None
        if member is None:
            yield from self._stray(kind, at)
            return at + records.size_of_record(self.blob.data, at, stop)
        yield from self.member(member)
        end = self.covered[-1][1]
        return max(at + 30, end + records.size_of_descriptor(self.blob.data, end, stop))

    def _stray(self, kind: bytes, at: int) -> Iterator[Item]:
        """Texts of a directory that is not the archive's."""
        if kind == records.ENTRY:
            name, comment = records.entry_texts(self.blob.data, at)
            yield self.blob.span(self._text(name, utf8=False), role=Role.NAME, place=f"{self.blob.place}, file name")
            yield self.blob.span(decode(comment), place=f"{self.blob.place}, comment")
        elif kind == _END_RECORD:
            yield self.blob.span(decode(self.blob.data[at + 22 : at + 22 + 0xFFFF][: self._comment_size(at)]))

    def _comment_size(self, at: int) -> int:
        return int.from_bytes(self.blob.data[at + 20 : at + 22], "little")

    def _odd_data(self, start: int, stop: int) -> Iterator[Item]:
        rest = self.blob.data[start:stop].strip(b"\0")
        if not rest or rest == self.blob.data:
            return
        if len(rest) <= _SMALL:
            yield self.blob.span(rest.decode("latin-1"), role=Role.HIDDEN)
            return
        if self.is_cut:  # a gap says so
            return
        self.ordinal += 1
        self.budget.expand(len(rest))
        yield self.blob.inner(self.ordinal, rest, place="data between files")


def member_names(data: bytes) -> list[str]:
    """Names in the directory; none when there is no readable one."""
    if data.count(_DIRECTORY_ENTRY) > _MOST_NAMES:
        return []
    try:
        with zipfile.ZipFile(BytesIO(data)) as archive:
            return archive.namelist()
    except (zipfile.BadZipFile, ValueError, NotImplementedError, OSError):
        return []


def open_zip(data: bytes, budget: Budget) -> zipfile.ZipFile:
    if data.count(_DIRECTORY_ENTRY) > 4 * budget.limits.parts:
        raise CannotRead(GapKind.TOO_MANY, "zip members")
    try:
        return zipfile.ZipFile(BytesIO(data))
    except (zipfile.BadZipFile, ValueError, NotImplementedError, OSError):
        raise CannotRead(GapKind.DAMAGED, "zip archive") from None


def read_member(archive: zipfile.ZipFile, info: zipfile.ZipInfo, budget: Budget) -> bytes:
    """The unpacked member, counted as it unpacks: the size in the directory may be a lie."""
    if info.flag_bits & _ENCRYPTED:
        raise CannotRead(GapKind.ENCRYPTED, "zip member")
    chunks: list[bytes] = []
    try:
        with archive.open(info) as member:
            while chunk := member.read(_CHUNK):
                budget.expand(len(chunk))
                chunks.append(chunk)
    except NotImplementedError:
        raise CannotRead(GapKind.UNSUPPORTED, "zip compression method") from None
    except (zipfile.BadZipFile, zlib.error, EOFError, ValueError, OSError, RuntimeError):
        raise CannotRead(GapKind.DAMAGED, "zip member") from None
    return b"".join(chunks)

"""Archives that libarchive, a library of the system, reads: 7z, rar, cab, iso, cpio, ar, lha, xar, rpm.

Only formats and filters named here are switched on: others accept anything, or start programs.
Names in its messages are those of files, so that no message of it goes further than this file.
"""

from __future__ import annotations

import ctypes
import locale
import re
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from functools import cache
from io import BytesIO

from leakguard.extract.binary import strings_of
from leakguard.extract.blob import Blob, Item
from leakguard.extract.limits import Budget, CannotRead
from leakguard.extract.text.charset import decode
from leakguard.model.content import Gap, GapKind, Role

# By name and not by ctypes.util.find_library, which starts programs, and workers may not.
_NAMES = ("libarchive.so.13", "libarchive.13.dylib", "libarchive.dylib")
_OLDEST = 3_004_000  # 2019: the first with rar5 and with ppmd in zip
_BLOCK = 256 * 1024
_KEPT = 16 * 1024 * 1024
_END, _OK, _RETRY, _WARN, _FATAL = 1, 0, -10, -20, -30
_TYPE, _FOLDER = 0o170000, 0o040000
_ISO_AT = 32_768
_ZIP_END = 70_000  # the end record of a zip archive with the longest comment
MISSING = "libarchive is not installed"

_STARTS = (
    (b"7z\xbc\xaf\x27\x1c", "7zip"),
    (b"Rar!\x1a\x07\0", "rar"),
    (b"Rar!\x1a\x07\1", "rar5"),
    (b"MSCF\0\0\0\0", "cab"),
    (b"!<arch>\n", "ar"),
    (b"\xc7\x71", "cpio"),
    (b"\x71\xc7", "cpio"),
    (b"xar!\0", "xar"),
    (b"\xed\xab\xee\xdb", "rpm"),
    (b"\x04\x22\x4d\x18", "lz4"),
    (b"\x1f\x9d", "compress"),
    (b"LZIP\1", "lzip"),
)
_CPIO = re.compile(rb"07070(?:[12][0-9A-Fa-f]{104}|7[0-7]{70})")
_SINGLE = frozenset({"lz4", "compress", "lzip"})  # one packed file without a name
_RPM_FILTERS = ("rpm", "gzip", "bzip2", "xz", "lzma", "zstd")

# name, kind of result, kinds of arguments
_FUNCTIONS = (
    ("archive_read_new", ctypes.c_void_p, ()),
    ("archive_read_free", ctypes.c_int, (ctypes.c_void_p,)),
    ("archive_read_add_passphrase", ctypes.c_int, (ctypes.c_void_p, ctypes.c_char_p)),
    ("archive_read_open_memory", ctypes.c_int, (ctypes.c_void_p, ctypes.c_void_p, ctypes.c_size_t)),
    ("archive_read_next_header", ctypes.c_int, (ctypes.c_void_p, ctypes.POINTER(ctypes.c_void_p))),
    ("archive_read_data", ctypes.c_ssize_t, (ctypes.c_void_p, ctypes.c_void_p, ctypes.c_size_t)),
    ("archive_read_has_encrypted_entries", ctypes.c_int, (ctypes.c_void_p,)),
    ("archive_error_string", ctypes.c_char_p, (ctypes.c_void_p,)),
    ("archive_entry_pathname", ctypes.c_char_p, (ctypes.c_void_p,)),
    ("archive_entry_pathname_utf8", ctypes.c_char_p, (ctypes.c_void_p,)),
    ("archive_entry_symlink_utf8", ctypes.c_char_p, (ctypes.c_void_p,)),
    ("archive_entry_hardlink_utf8", ctypes.c_char_p, (ctypes.c_void_p,)),
    ("archive_entry_filetype", ctypes.c_uint, (ctypes.c_void_p,)),
    ("archive_entry_is_encrypted", ctypes.c_int, (ctypes.c_void_p,)),
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """One member. content: in full or up to the failure."""

    names: tuple[str, ...] = field(default=(), repr=False)
    content: bytes = field(default=b"", repr=False)
    failure: CannotRead | None = None


def prepare() -> None:
    """Load what is loaded once, while programs may still be started and files opened."""
    if locale.setlocale(locale.LC_CTYPE) in ("C", "POSIX"):  # names outside ASCII would come as question marks
        with suppress(locale.Error):
            locale.setlocale(locale.LC_CTYPE, "C.UTF-8")
    _library()


def is_here() -> bool:
    return _library() is not None


@cache
def _library() -> ctypes.CDLL | None:
    for name in _NAMES:
        try:
            library = ctypes.CDLL(name)
            for function, result, arguments in _FUNCTIONS:
                each = getattr(library, function)
                each.restype, each.argtypes = result, arguments
        except (OSError, AttributeError):
            continue
        if library.archive_version_number() >= _OLDEST:
            return library
    return None


def kind_of(data: bytes) -> str:
    """What the first octets say it is; "" when it is none of these."""
    for start, kind in _STARTS:
        if data.startswith(start):
            return kind
    if data.startswith((b"070701", b"070702", b"070707")) and _CPIO.match(data):
        return "cpio"
    if data[2:5] == b"-lh" and data[6:7] == b"-" and len(data) > 21:
        return "lha"
    if data[_ISO_AT + 1 : _ISO_AT + 6] in (b"CD001", b"BEA01"):
        return "iso9660"
    return ""


def is_archive(blob: Blob) -> bool:
    return bool(kind_of(blob.data))


def read_archive(blob: Blob, budget: Budget) -> Iterator[Item]:
    data, kind = blob.data, kind_of(blob.data)
    if kind == "iso9660":
        labels = strings_of(data[_ISO_AT : _ISO_AT + 8 * 2048])
        yield blob.span(labels, role=Role.HIDDEN, place=f"{blob.place}, volume labels")
    if not is_here():
        yield blob.span(strings_of(data), role=Role.HIDDEN)
        raise CannotRead(GapKind.UNSUPPORTED, MISSING)
    is_locked, ordinal = False, 0
    for ordinal, entry in enumerate(entries(data, kind, budget), 1):
        yield from _items(blob, kind, ordinal, entry)
        is_locked = is_locked or (entry.failure is not None and entry.failure.kind is GapKind.ENCRYPTED)
    yield from _trailing(blob, kind, ordinal + 1)
    if is_locked:
        raise CannotRead(GapKind.ENCRYPTED, "archive member")


def _items(blob: Blob, kind: str, ordinal: int, entry: Entry) -> Iterator[Item]:
    for name in entry.names if kind not in _SINGLE else ():
        yield blob.span(name, role=Role.NAME, place=f"{blob.place}, file name {ordinal}")
    if entry.content:
        yield blob.inner(ordinal, entry.content, place=f"file {ordinal}")
    failure = entry.failure
    if failure is not None and failure.kind is not GapKind.ENCRYPTED:
        yield Gap(part=f"{blob.part}!{ordinal}", kind=failure.kind, detail=failure.detail)
        if not entry.names and ordinal == 1:  # not even a name could be read
            yield blob.span(strings_of(blob.data), role=Role.HIDDEN)


def _trailing(blob: Blob, kind: str, ordinal: int) -> Iterator[Item]:
    """What lies behind the end, in formats whose header says where that is."""
    data, end = blob.data, len(blob.data)
    if kind == "7zip":
        end = 32 + int.from_bytes(data[12:20], "little") + int.from_bytes(data[20:28], "little")
    elif kind == "cab":
        end = int.from_bytes(data[8:12], "little")
    else:  # it is not said where the archive ends, and a program of another kind may read what is around it
        yield blob.span(strings_of(data), role=Role.HIDDEN, place=f"{blob.place}, archive as a whole")
        end = _zip_at(data)
    rest = data[end:] if end > 0 else b""
    if rest.strip(b"\0"):
        yield blob.inner(ordinal, rest, place="trailing data")


def _zip_at(data: bytes) -> int:
    """Where a zip archive begins that was put behind this one, as programs find it from its end; else its end."""
    start = data.find(b"PK\3\4") if b"PK\5\6" in data[-_ZIP_END:] else -1
    return start if start > 0 else len(data)


def entries(data: bytes, kind: str, budget: Budget, password: str = "") -> Iterator[Entry]:
    """Members in their order; the last has a failure when the archive ends there for a reason of its own."""
    library = _library()
    assert library is not None, "asked for before"
    with _opened(library, data, kind, password) as archive:
        entry = ctypes.c_void_p()
        retries = 0
        while retries < 3:
            state = library.archive_read_next_header(archive, ctypes.byref(entry))
            if state == _END:
                return
            if state == _RETRY:
                retries += 1
            elif state < _WARN:
                yield Entry(failure=_failure(library, archive, None))
                if state == _FATAL:
                    return
                retries += 1
            else:
                found = _read(library, archive, entry, budget)
                yield found
                if found.failure is not None and found.failure.kind is GapKind.TOO_LARGE:
                    return


@contextmanager
def _opened(library: ctypes.CDLL, data: bytes, kind: str, password: str) -> Iterator[int]:
    archive = library.archive_read_new()
    if not archive:
        raise CannotRead(GapKind.TOO_LARGE, "memory to unpack it")
    try:
        for name in _switches(kind):
            getattr(library, name)(ctypes.c_void_p(archive))
        if password:
            library.archive_read_add_passphrase(archive, password.encode("utf-8", "replace").replace(b"\0", b""))
        if library.archive_read_open_memory(archive, data, len(data)) < _WARN:
            raise CannotRead(GapKind.DAMAGED, "archive")
        yield archive
    finally:
        library.archive_read_free(archive)


def _switches(kind: str) -> Iterator[str]:
    if kind in _SINGLE:
        yield f"archive_read_support_filter_{kind}"
        yield "archive_read_support_format_raw"
        return
    if kind == "rpm":
        yield from (f"archive_read_support_filter_{each}" for each in _RPM_FILTERS)
    yield f"archive_read_support_format_{'cpio' if kind == 'rpm' else kind}"


def _read(library: ctypes.CDLL, archive: int, entry: ctypes.c_void_p, budget: Budget) -> Entry:
    names = _names(library, entry)
    if library.archive_entry_filetype(entry) & _TYPE == _FOLDER:
        return Entry(names=names)
    target, buffer = BytesIO(), ctypes.create_string_buffer(_BLOCK)
    failure: CannotRead | None = None
    retries = 0
    try:
        while (size := library.archive_read_data(archive, buffer, _BLOCK)) and retries < 3:
            if size > 0:
                budget.expand(size)
                target.write(memoryview(buffer)[:size])
            elif size in (_RETRY, _WARN):
                retries += 1
            else:
                failure = _failure(library, archive, entry)
                break
    except CannotRead as refusal:
        failure = refusal
        target.truncate(_KEPT)
    return Entry(names=names, content=target.getvalue(), failure=failure)


def _names(library: ctypes.CDLL, entry: ctypes.c_void_p) -> tuple[str, ...]:
    found = library.archive_entry_pathname_utf8(entry) or library.archive_entry_pathname(entry)
    links = (library.archive_entry_symlink_utf8(entry), library.archive_entry_hardlink_utf8(entry))
    return tuple(dict.fromkeys(decode(each) for each in (found, *links) if each))


def _failure(library: ctypes.CDLL, archive: int, entry: ctypes.c_void_p | None) -> CannotRead:
    """A kind only: libarchive's own words may have names in them."""
    message = (library.archive_error_string(archive) or b"").lower()
    if b"encrypt" in message or b"passphrase" in message or (entry and library.archive_entry_is_encrypted(entry)):
        return CannotRead(GapKind.ENCRYPTED, "archive member")
    if entry is None and library.archive_read_has_encrypted_entries(archive) == 1:
        return CannotRead(GapKind.ENCRYPTED, "archive")
    if b"unsupported" in message or b"not supported" in message:
        return CannotRead(GapKind.UNSUPPORTED, "archive method")
    return CannotRead(GapKind.DAMAGED, "archive member" if entry else "archive")

"""Calendars and contact cards: each property that has words is a paragraph of its own, with its name as place.

ref: RFC 5545 (iCalendar), RFC 6350 (vCard)
"""

from __future__ import annotations

import binascii
import re
from collections.abc import Iterator
from dataclasses import dataclass, field

from leakguard.extract.blob import Blob, Item
from leakguard.extract.limits import Budget
from leakguard.extract.mail.transfer import decode_base64
from leakguard.extract.text.charset import decode, looks_like_text, readings
from leakguard.extract.text.html import data_uris
from leakguard.extract.text.inline import decoded_lines
from leakguard.model.content import Role, Span

_BEGIN = re.compile(r"\ufeff?\s*BEGIN\s*:\s*(?:VCALENDAR|VCARD|VNOTE|VEVENT|VTODO)", re.IGNORECASE)
_BEGIN_IN = re.compile(rb"BEGIN", re.IGNORECASE)
_FOLD = re.compile(r"\n[ \t]")
_PROPERTY = re.compile(r'((?:[\w-]+\.)?[\w-]+)((?:;[^:"]*(?:"[^"]*"[^:"]*)*)?):(.*)', re.DOTALL)
_PARAMETER = re.compile(r';\s*([\w-]+)(?:=("[^"]*"|[^;]*))?')
_ESCAPED = re.compile(r"\\([nN,;:\\\"])")
_FILES = frozenset({"ATTACH", "PHOTO", "LOGO", "SOUND", "KEY", "IMAGE"})
_LISTS = frozenset({"N", "ADR", "ORG", "CATEGORIES", "RESOURCES", "NICKNAME", "GENDER", "REQUEST-STATUS"})
_PEOPLE = frozenset({"N", "FN", "NICKNAME", "ATTENDEE", "ORGANIZER"})
# Dates, numbers and marks of programs; nobody reads them as words.
_MACHINE = frozenset(
    "BEGIN END VERSION PRODID UID DTSTAMP DTSTART DTEND DUE DURATION SEQUENCE METHOD CALSCALE TRANSP RRULE EXDATE RDATE"
    " CREATED LAST-MODIFIED COMPLETED PRIORITY PERCENT-COMPLETE CLASS STATUS TZID TZOFFSETFROM TZOFFSETTO TZNAME GEO"
    " REV RECURRENCE-ID TRIGGER REPEAT ACTION FREEBUSY BDAY ANNIVERSARY X-WR-TIMEZONE X-LIC-LOCATION TZURL".split()
)
_USUAL_PARAMETERS = frozenset(
    "ENCODING CHARSET VALUE TYPE FMTTYPE PARTSTAT ROLE RSVP CUTYPE TZID LANGUAGE PREF PID INDEX LEVEL RELATED RANGE"
    " SCHEDULE-STATUS SCHEDULE-AGENT SCHEDULE-FORCE-SEND X-NUM-GUESTS FBTYPE RELTYPE BASE64 B QUOTED-PRINTABLE"
    " MEDIATYPE SIZE MANAGED-ID".split()
)


@dataclass(frozen=True, slots=True)
class _Property:
    name: str
    parameters: dict[str, str] = field(repr=False)
    value: str = field(repr=False)


def is_calendar(blob: Blob) -> bool:
    if _BEGIN_IN.search(blob.data[:64].replace(b"\0", b"")) is None:
        return False
    return looks_like_text(blob.data, blob.charset) and _BEGIN.match(decode(blob.data[:256], blob.charset)) is not None


def read_calendar(blob: Blob, _budget: Budget) -> Iterator[Item]:
    """Properties with words in the order of the file, then the files in them. Every likely charset is read."""
    ordinal = 0
    for index, reading in enumerate(readings(blob.data, blob.charset)):
        shown: list[tuple[str, str]] = []
        files: list[Item] = []
        for each in _properties(reading):
            name = each.name.rpartition(".")[2].upper()
            found = list(_files(name, each))
            for declared, content in found:
                ordinal += 1
                place = f"{name.lower()} {ordinal}"
                files.append(blob.inner(ordinal, content, place=place, declared=declared, charset="utf-8"))
            shown += [(text, name.lower()) for text in _words(name, each, has_file=bool(found))]
        yield from _spans(blob, shown, Role.HIDDEN if index else None)
        yield from files


def _spans(blob: Blob, shown: list[tuple[str, str]], role: Role | None) -> Iterator[Item]:
    texts: list[str] = []
    marks: list[tuple[int, str]] = []
    length = 0
    for text, place in shown:
        marks.append((length, f"{blob.place}, {place}"))
        texts.append(text)
        length += len(text) + 2
    if texts:
        yield Span(
            text="\n\n".join(texts), part=blob.part, role=role or blob.role, marks=tuple(marks), within=blob.place
        )
        if others := decoded_lines("\n\n".join(texts)):
            yield blob.span(others, role=Role.HIDDEN, place=f"{blob.place}, encoded text")


def _properties(reading: str) -> Iterator[_Property]:
    """One for each line once lines are unfolded; a line that is none is text all the same."""
    text = reading.replace("\r\n", "\n").replace("\r", "\n")
    if "=\n" in text:
        text = _without_soft_breaks(text)
    for line in _FOLD.sub("", text).split("\n"):
        match = _PROPERTY.match(line)
        if match is None:
            yield _Property("text", {}, line)
            continue
        parameters = {name.upper(): value.strip('"') for name, value in _PARAMETER.findall(match[2])}
        yield _Property(match[1], parameters, match[3])


def _without_soft_breaks(text: str) -> str:
    """Quoted-printable values of old cards are folded by "=", without the blank of other folds."""
    out: list[str] = []
    joins = False
    for line in text.split("\n"):
        quoted = joins or "QUOTED-PRINTABLE" in line.partition(":")[0].upper()
        joins = quoted and line.endswith("=")
        out.append(line[:-1] if joins else f"{line}\n")
    return "".join(out)


def _is_encoded(each: _Property, *names: str) -> bool:
    said = {each.parameters.get("ENCODING", "").upper(), *each.parameters}
    return not said.isdisjoint(names)


def _files(name: str, each: _Property) -> Iterator[tuple[str, bytes]]:
    declared = (each.parameters.get("FMTTYPE") or each.parameters.get("MEDIATYPE") or "").lower()
    if _is_encoded(each, "BASE64", "B") and len(each.value) > 40:
        yield declared, decode_base64(each.value.encode("utf-8", "replace"))
    elif each.value.startswith("data:"):
        yield from data_uris(each.value)
    elif name in ("X-ALT-DESC", "STYLED-DESCRIPTION") or declared == "text/html":
        yield "text/html", _plain(each).encode("utf-8", "replace")


def _words(name: str, each: _Property, *, has_file: bool) -> Iterator[str]:
    for key, value in each.parameters.items():
        if key not in _USUAL_PARAMETERS and value:
            yield _ESCAPED.sub(_unescape, value)
    if name in _MACHINE or has_file or (name in _FILES and not any(char.isspace() for char in each.value)):
        if name in _MACHINE and " " in each.value:
            yield each.value
        return
    if text := _plain(each, is_list=name in _LISTS).strip():
        yield text


def _plain(each: _Property, *, is_list: bool = False) -> str:
    value = each.value
    if _is_encoded(each, "QUOTED-PRINTABLE"):
        value = decode(binascii.a2b_qp(value.encode("utf-8", "replace")), each.parameters.get("CHARSET", ""))
        value = value.replace("\r\n", "\n")
    if is_list:
        value = " ".join(piece for piece in re.split(r"(?<!\\);", value) if piece)
    return _ESCAPED.sub(_unescape, value) if "\\" in value else value


def _unescape(match: re.Match[str]) -> str:
    return "\n" if match[1] in "nN" else match[1]

"""A message of Slack -> everything that its readers can read, with its place. Pure.

Rule of this file: every string and every number is read, unless its key names what is for machines only.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from leakguard.channels.slack.mrkdwn import shown, visible

# Of closed lists, of ids, of colours, and of addresses from which only programs fetch: no reader sees any of them.
# A string under such a key that has a blank in it is none of these, and is read.
_IDENTIFIERS = frozenset(
    """type subtype channel_type ts user users team channel channels groups ims color style token hash unicode
    indent border filetype mimetype mode file_access url_private url_private_download permalink permalink_public
    edit_link deanimate_gif converted_pdf mp4 mp4_low hls hls_embed vtt image_24 image_32 image_36 image_48
    image_64 image_72 image_192 image_512 latest_reply reply_users inviter last_read old_name_hash
    media_display_type theme request_url service_icon footer_icon author_icon external_type""".split()
)
_IDENTIFIER_KEY = re.compile(r"(?:\w+_)?(?:id|ids|ts)|thumb_\w+|\w+_team|team_\w+|is_\w+|has_\w+")
# Times, sizes and counts that Slack itself writes down; a number that people typed is under another key, or in a text.
_MEASURES = frozenset(
    """created updated timestamp size width height rotation lines lines_more index offset border indent priority
    image_exif_rotation reply_count reply_users_count unread_count comments_count num_stars channel_actions_count
    last_set date_created date_updated date_create start end bytes""".split()
)
_MEASURE_KEY = re.compile(
    r"(?:\w+_)?(?:id|ts|w|h|ms|width|height|bytes|size|timestamp|created|updated|position)|thumb_\w+"
)
_NOT_A_WORD = re.compile(r"\S*")
# Judged as posts of their own; who edited it; and what others put under a post, which is no part of it.
_ELSEWHERE = frozenset({"previous_message", "root", "edited", "reactions"})
_INLINE = frozenset({"rich_text_section", "rich_text_preformatted", "rich_text_quote"})
_UNITS = {"attachments": "card", "files": "file"}


@dataclass(frozen=True, slots=True, kw_only=True)
class Unit:
    """What is read in one go: the message itself, one card under it, what is told of one file."""

    place: str
    text: str = field(repr=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class Reading:
    """is_whole: False where the message is nested deeper than can be read; that is a gap."""

    units: tuple[Unit, ...] = ()
    is_whole: bool = True

    @property
    def text(self) -> str:
        return "\n\n".join(each.text for each in self.units)


def read_message(message: Mapping[str, Any]) -> Reading:
    try:
        units = [Unit(place="message", text=_lines(_told(message)))]
        for key, place in _UNITS.items():
            for number, each in enumerate(_list(message.get(key)), 1):
                units.append(Unit(place=f"{place} {number}", text=_lines(_walk(key, each))))
    except RecursionError:
        return Reading(is_whole=False)
    return Reading(units=tuple(each for each in units if each.text))


def words_of(value: object) -> list[str]:
    """Of what is no message, such as a row of a list."""
    return list(dict.fromkeys(line for each in _walk("", value) if (line := each.strip())))


def files_of(value: object) -> Iterator[Mapping[str, Any]]:
    """Every file that is shown with it, those of forwarded messages too, without repeats; none that is deleted."""
    found: dict[str, Mapping[str, Any]] = {}
    todo = [value]
    while todo:
        each = todo.pop(0)
        if isinstance(each, Mapping):
            shown_with = {key: inner for key, inner in each.items() if key not in _ELSEWHERE}
            for file in [*_list(shown_with.get("files")), shown_with.get("file")]:
                if isinstance(file, Mapping):
                    found.setdefault(str(file.get("id", "")), file)
            todo.extend(shown_with.values())
        elif isinstance(each, Sequence) and not isinstance(each, str):
            todo.extend(each)
    return (file for name, file in found.items() if name and file.get("mode") != "tombstone")


def digest_of(reading: Reading, files: Sequence[Mapping[str, Any]]) -> str:
    """The same as long as readers read the same, with the same files."""
    whole = hashlib.sha256()
    named = [f"{each.get('id')} {each.get('updated') or each.get('timestamp')} {each.get('size')}" for each in files]
    for piece in (*(each.text for each in reading.units), *named):
        octets = piece.encode("utf-8", "surrogatepass")
        whole.update(len(octets).to_bytes(8, "big") + octets)
    return whole.hexdigest()


def _told(message: Mapping[str, Any]) -> Iterator[str]:
    for key, value in message.items():
        if key not in _UNITS:
            yield from _walk(key, value)


def _lines(found: Iterator[str]) -> str:
    """Without what says the same again: a message's text repeats its blocks."""
    return "\n".join(dict.fromkeys(line for each in found if (line := each.strip())))


def _walk(key: str, value: object) -> Iterator[str]:
    if key in _ELSEWHERE:
        return
    if isinstance(value, str):
        if not _is_identifier(key, value):
            yield from shown(value)
    elif isinstance(value, Mapping):
        yield from _of_mapping(value)
    elif isinstance(value, list):
        for each in value:
            yield from _walk(key, each)
    elif _is_figure(value) and not _is_measure(key):
        yield str(value)


def _of_mapping(value: Mapping[str, Any]) -> Iterator[str]:
    kind = value.get("type")
    if kind in _INLINE and isinstance(value.get("elements"), list):
        yield from _glued(value)
    elif isinstance(value.get("rows"), list):
        yield from _table(value)
    elif (label := _label_of(value)) and _is_figure(value.get("value")):
        yield from shown(f"{value[label]}: {value['value']}")
        yield from _rest(value, label, "value")
    else:
        yield from _rest(value)


def _label_of(value: Mapping[str, Any]) -> str:
    """Under which key it says what its value is of: a field of a card, or a point in a chart."""
    return next((each for each in ("title", "label") if isinstance(value.get(each), str)), "")


def _is_figure(value: object) -> bool:
    return isinstance(value, str | int | float) and not isinstance(value, bool)


def _rest(value: Mapping[str, Any], *but: str) -> Iterator[str]:
    for key, inner in value.items():
        if key not in but:
            yield from _walk(key, inner)


def _glued(section: Mapping[str, Any]) -> Iterator[str]:
    """Runs of one paragraph stand without a blank between them: "rec" and a bold "ord" are one word."""
    besides: list[str] = []
    runs = []
    for run in section["elements"]:
        said, rest = _run(run)
        runs.append(said)
        besides += rest
    yield visible("".join(runs))
    yield from besides
    yield from _rest(section, "elements")


def _run(run: object) -> tuple[str, list[str]]:
    if not isinstance(run, Mapping):
        return "\n".join(_walk("text", run)), []
    match run.get("type"):
        case "text" if isinstance(run.get("text"), str):
            return run["text"], list(_rest(run, "text"))
        case "link" if isinstance(run.get("text") or run.get("url"), str):
            said = run.get("text") or run["url"]
            return said, list(_rest(run, "text"))
        case "emoji" if isinstance(run.get("name"), str):
            return f":{run['name']}:", list(_rest(run, "name"))
        case "date" if isinstance(run.get("fallback"), str):
            return run["fallback"], list(_rest(run, "fallback"))
    return " ".join(_rest(run)), []


def _table(table: Mapping[str, Any]) -> Iterator[str]:
    """Rows by line, cells by tab, as sheets are read."""
    for row in table["rows"]:
        cells = [" ".join(_walk("cell", each)) for each in _list(row)] or [" ".join(_walk("cell", row))]
        yield "\t".join(cells)
    yield from _rest(table, "rows")


def _is_identifier(key: str, value: str) -> bool:
    named = key in _IDENTIFIERS or _IDENTIFIER_KEY.fullmatch(key) is not None
    return named and _NOT_A_WORD.fullmatch(value) is not None


def _is_measure(key: str) -> bool:
    return key in _MEASURES or _MEASURE_KEY.fullmatch(key) is not None


def _list(value: object) -> list[Any]:
    return value if isinstance(value, list) else []

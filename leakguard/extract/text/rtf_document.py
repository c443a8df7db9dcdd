"""The tokens of rich text and what each does: an own stack of groups, so that braces cost no depth of Python.

Rule of this file: one look at each byte. Nothing here yields; `Document` holds what was found.
ref: RTF 1.9.1
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from functools import partial

from leakguard.extract.limits import Budget, CannotRead
from leakguard.extract.text.flow import Break
from leakguard.extract.text.rtf_codes import (
    ASIDES,
    BREAKS,
    CHARACTERS,
    DRAWN_FIELDS,
    NAMES,
    PLACES,
    SHAPE_PLACES,
    SHOWN,
    SKIPPED,
    SYMBOLS,
)
from leakguard.extract.text.rtf_state import Grab, Group
from leakguard.extract.text.rtf_text import Sink, cut_within_character
from leakguard.model.content import GapKind, Role

_TOKEN = re.compile(
    rb"\\(?:([a-zA-Z]{1,32})(-?[0-9]{1,10})?[ ]?|'([0-9a-fA-F]{2}(?:\\'[0-9a-fA-F]{2})*+)|([\x00-\xff]))"
    rb"|([{}])|([^\\{}]+)"
)
_NOT_TEXT = b"\r\n\0"
_DEPTH = 10_000  # groups in groups that are told apart; Word stops at some hundred
_WESTERN = "cp1252"
_DESTINATIONS: dict[bytes, tuple[str, Role | None]] = {
    **{word: (place, None) for word, place in PLACES.items()},
    **{word: (place, Role.NAME) for word, place in NAMES.items()},
    **{word: (place, Role.HIDDEN) for word, place in ASIDES.items()},
}
Acts = Mapping[bytes, Callable[["Document", int | None, int], None]]


class Document:
    """What one reading of a rich text found.

    body: the running text; sinks: all other texts by place. html: the page that was packed into the rich text.
    grabs: pictures, objects and data, as they come.
    western: codec of Western fonts, "": their own. Some programs write the system's code page in them.
    raw_codec: for bytes that are not escaped, when they fit. *_in_doubt: the reading with it set would be another.
    problem: the kind of gap with its reason. rest_at: where the text ended.
    """

    def __init__(
        self, data: bytes, budget: Budget, prefix: str, acts: Acts, *, western: str = "", raw_codec: str = ""
    ) -> None:
        self.data = data
        self._acts = acts
        self.budget = budget
        self.prefix = prefix
        self.western = western or _WESTERN
        self.raw_codec = raw_codec
        self.body = Sink("paragraph")
        self.body.step(prefix)
        self.sinks: dict[tuple[str, Role | None], Sink] = {}
        self.html: Sink | None = None
        self.grabs: list[Grab] = []
        self.ansi_in_doubt = False
        self.raw_in_doubt = False
        self.problem: tuple[GapKind, str] | None = None
        self.rest_at = len(data)
        self.default = self.western
        self.fonts: dict[int, str] = {}
        self.font = 0  # being defined
        self.default_font = 0
        self.breaks_by_line = False
        self.pictured = False
        self.jump = -1
        self.skip = 0  # characters that repeat the \u before them, for old readers
        self.group = Group(self.body, self.default)
        self._stack: list[Group] = []
        self._too_deep = 0
        self._starred = False
        self._unseen: Sink | None = None
        self._high = 0

    def read(self) -> None:
        """All of it; what was found before trouble stays."""
        try:
            position = 0
            while position < self.rest_at:
                position = self._run(position)
        except CannotRead as refusal:
            self.problem = (refusal.kind, refusal.detail)
        if self._stack:
            self.problem = self.problem or (GapKind.DAMAGED, "rich text ends early")
        while self._stack:
            self._close()

    def _run(self, position: int) -> int:
        """Tokens from here on, until something tells to go on elsewhere."""
        self.jump = -1
        for token in _TOKEN.finditer(self.data, position):
            kind = token.lastindex
            if kind == 6:
                self._text(token[6], token.end())
            elif kind == 5:
                self._brace(token[5], token.end())
            elif kind == 3:
                self._escaped(bytes.fromhex(token[3].replace(b"\\'", b"").decode("ascii")))
            elif kind == 4:
                self._symbol(token[4])
            else:
                self._word(token[1], token[2], token.end())
            if self.jump >= 0:
                return self.jump
        return len(self.data)

    # Groups

    def _brace(self, brace: bytes, end: int) -> None:
        self.skip = 0
        self._starred = False
        if brace == b"{":
            if len(self._stack) >= _DEPTH:
                self._too_deep += 1
                self.problem = self.problem or (GapKind.TOO_DEEP, "groups in rich text")
            else:
                self._stack.append(self.group)
        elif self._too_deep:
            self._too_deep -= 1
        elif self._stack:
            self._close()
            if not self._stack:
                self.rest_at = self.jump = end
        if self.group.apart and self.group.sink is not None:
            self.group.sink.interrupt(Break.SPACE)

    def _close(self) -> None:
        inner, self.group = self.group, self._stack.pop()
        if inner.closes is not None and inner.closes is not self.group.closes:
            inner.closes()

    def own(self) -> Group:
        """The state of this group, which may be changed."""
        if self._stack and self.group is self._stack[-1]:
            self.group = self.group.copy()
        return self.group

    def sink(self, place: str, role: Role | None = None) -> Sink:
        found = self.sinks.get((place, role))
        if found is None:
            found = self.sinks[place, role] = Sink(place, role)
        return found

    def note(self, place: str, role: Role | None, text: str) -> None:
        """One item of a text of its own."""
        if text and not text.isspace():
            sink = self.sink(place, role)
            sink.next_item(self.prefix)
            sink.add(text)
            self.budget.check_text(sink.length)

    # Characters

    def _text(self, raw: bytes, end: int) -> None:
        group = self.group
        if group.grab is not None:
            group.grab.digits += raw
            return
        raw = raw.translate(None, _NOT_TEXT)
        if self.skip and raw:
            cut = min(self.skip, len(raw))
            self.skip -= cut
            raw = raw[cut:]
        if not raw:
            return
        codec = group.codec
        if not raw.isascii():
            if cut_within_character(raw, codec) and not self.data.startswith(b"\\'", end):
                raw += self.data[end : end + 1]
                self.jump = end + 1
            codec = self._codec_of_raw(raw, codec)
        self._put_bytes(raw, codec)

    def _codec_of_raw(self, raw: bytes, codec: str) -> str:
        """Bytes above 127 that nobody escaped: some programs write UTF-8, whatever they declare."""
        try:
            raw.decode("utf-8")
        except ValueError:
            return codec
        self.raw_in_doubt = codec != "utf-8"
        return self.raw_codec or codec

    def _escaped(self, raw: bytes) -> None:
        if self.group.grab is not None:
            return
        if self.skip:
            cut = min(self.skip, len(raw))
            self.skip -= cut
            raw = raw[cut:]
        if raw:
            self._put_bytes(raw, self.group.codec)

    def _put_bytes(self, raw: bytes, codec: str) -> None:
        sink = self._target()
        if sink is None:
            return
        if codec == _WESTERN and not raw.isascii():
            self.ansi_in_doubt = True
        sink.add_bytes(raw, codec)
        self.budget.check_text(sink.length)
        if self.html is not None and self.group.sink is self.body and not self.group.unseen:
            self.html.add_bytes(raw, codec)

    def put(self, text: str) -> None:
        sink = self._target()
        if sink is not None:
            sink.add(text)
            if self.html is not None and self.group.sink is self.body and not self.group.unseen:
                self.html.add(text)

    def _target(self) -> Sink | None:
        group = self.group
        if group.skipped or group.sink is None:
            return None
        if not group.hidden:
            self._unseen = None
            return group.sink
        sink = self.sink(group.hidden, Role.HIDDEN)
        if self._unseen is not sink:
            sink.next_item(self.prefix)
            self._unseen = sink
        return sink

    def put_unicode(self, number: int) -> None:
        r"""\uN: sixteen bits, signed or not; pairs of surrogates make one character."""
        self.skip = self.group.uc
        code = number & 0xFFFF if number < 0x10000 else number
        high, self._high = self._high, 0
        if 0xD800 <= code < 0xDC00:
            self._high = code
        elif 0xDC00 <= code < 0xE000:
            self.put(chr(0x10000 + ((high - 0xD800) << 10) + code - 0xDC00) if high else "\ufffd")
        elif 0 < code < 0x110000:
            self.put(chr(code))

    def _symbol(self, symbol: bytes) -> None:
        if symbol == b"*":
            self._starred = True
        elif symbol in b"\\{}":
            self._escaped(symbol)
        elif symbol in b"\r\n":
            self.interrupt(b"par")
        elif symbol == b"\t":
            self.interrupt(b"tab")
        elif symbol in SYMBOLS and not self._skips():
            self.put(SYMBOLS[symbol])

    def _skips(self) -> bool:
        if not self.skip:
            return False
        self.skip -= 1
        return True

    def interrupt(self, word: bytes) -> None:
        sink = self._target()
        if sink is None:
            return
        strength = BREAKS[word]
        if self.breaks_by_line and word == b"par":
            strength = Break.LINE
        sink.interrupt(strength, word)
        if sink is not self.body:
            return
        if strength is Break.BLOCK or word == b"row":
            sink.step(self.prefix)
        if self.html is not None and not self.group.unseen:
            self.html.interrupt(strength)

    # Words

    def _word(self, word: bytes, digits: bytes | None, end: int) -> None:
        starred, self._starred = self._starred, False
        if word in BREAKS:
            self.interrupt(word)
            return
        act = self._acts.get(word)
        if act is not None:
            act(self, int(digits) if digits else None, end)
        elif word in CHARACTERS:
            if not self._skips():
                self.put(CHARACTERS[word])
        elif not self.group.skipped and (starred or word in _DESTINATIONS or word in SKIPPED):
            self._destination(word)

    def _destination(self, word: bytes) -> None:
        if word in SHOWN:
            return
        group = self.own()
        if word in SKIPPED:
            group.skipped = True
            group.grab = None
            return
        place, role = _DESTINATIONS.get(word, ("other text", Role.HIDDEN))
        self.enter(place, role)
        group.apart = word == b"docvar"

    def enter(self, place: str, role: Role | None) -> None:
        """The text of this group goes to a place of its own."""
        group = self.own()
        group.sink = self.sink(place, role)
        group.sink.next_item(self.prefix)
        group.grab = None

    def grab(self, kind: str) -> None:
        group = self.own()
        group.grab = Grab(kind)
        group.sink = None
        group.closes = partial(self._grabbed, group.grab)

    def _grabbed(self, grab: Grab) -> None:
        if grab.digits or grab.binary:
            self.grabs.append(grab)

    def end_fonts(self) -> None:
        self.own().codec = self.codec_of(self.default_font)

    def codec_of(self, font: int) -> str:
        return self.fonts.get(font, "") or self.default

    def end_field_code(self, sink: Sink) -> None:
        text = sink.text()
        if text.lstrip().startswith(DRAWN_FIELDS):
            self.note("field", None, text)
        else:
            self.note("field code", Role.HIDDEN, text)

    def end_shape_property(self, name: Sink, value: Sink) -> None:
        """Most are numbers; the rest is what people typed."""
        text = value.text()
        place = SHAPE_PLACES.get(name.text().strip())
        if any(letter.isalpha() for letter in text):
            self.note(place or "other text", None if place else Role.HIDDEN, text)

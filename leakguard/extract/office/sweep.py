"""All text of any XML part of an office file: what runs on is joined, what stands apart is separated.

Three readings: what is shown, what is said about it (descriptions, tips, choices), and what is in the bytes only
(field codes, deleted words, texts of unknown attributes).
"""

from __future__ import annotations

from collections.abc import Container, Iterable, Iterator
from dataclasses import dataclass, field

from leakguard.extract.blob import Blob, Item
from leakguard.extract.limits import CannotRead
from leakguard.extract.office import vocabulary as of
from leakguard.extract.office.numbers import render
from leakguard.extract.text.charset import decode
from leakguard.extract.text.flow import Break, Flow
from leakguard.extract.text.html import Page
from leakguard.extract.text.xml import local, run
from leakguard.model.content import GapKind, Role, Span

_SWITCHES = frozenset({"true", "false", "0", "1", "none"})
_OFF = frozenset({"0", "false", "off"})
_SPECIAL = frozenset({"formatCode", "lvl", "pt", "noBreakHyphen", "sym", "vanish", "oMath", "oMathPara", "fldChar"})
_ENDED = frozenset({"den", "p", "ser", "h", "r", "pPr", "numCache", "numLit"})
_WATCHED = _SPECIAL | _ENDED | of.BLOCKS | of.LINES | of.ROWS | of.CELLS | of.GAPS | of.TURNING
_SYMBOLS = range(0xF020, 0xF041)  # in the private area, where the fonts of symbols agree with ASCII
_CHARACTERS = {"noBreakHyphen": "-", "sym": ""}
_FRAMES = 20  # boxes in boxes; beyond, they are paragraphs like others
_MATHS = frozenset({"oMath", "oMathPara"})
_CODES = frozenset({"instrText", "delInstrText"})  # one code may be cut into several


@dataclass(slots=True)
class _Frame:
    """Text with its own paragraphs inside a paragraph: boxes, footnotes and comments that stand where they belong."""

    place: str | None
    flow: Flow = field(default_factory=Flow)
    paragraph: list[str] = field(default_factory=list)
    original: list[str] = field(default_factory=list)
    has_deletion: bool = False
    aside: list[tuple[str, str | None]] = field(default_factory=list)


class _Everything:
    """Of an unknown vocabulary every element parts words."""

    def __contains__(self, name: object) -> bool:
        return True


class Sweep:
    """An XML handler. `known`: the vocabulary is one of text documents, whose unknown elements do not part words."""

    framed: dict[str, str | None] = dict.fromkeys(("txbxContent", "drawing", "pict"), "text box")

    def __init__(self, *, known: bool, foreign: bool = False) -> None:
        """foreign: of a vocabulary that people made themselves, every attribute of which may be words."""
        self._foreign = foreign
        self._watched: Container[str] = _WATCHED | self.framed.keys() if known else _Everything()
        self.said = Flow()
        self.hidden = Flow()
        self.deleted = Flow()
        self.names: dict[str, None] = {}
        self._frames = [_Frame(place=None)]
        self._unframed = 0
        self._otherwise = Break.NONE if known else Break.LINE
        self._not_text = 0
        self._aside = 0
        self._deleted = 0
        self._inserted = 0
        self._maths = 0
        self._vanished = False
        self._name: list[str] | None = None
        self._code: str | None = None  # number format of the chart values that follow
        self._writes_code = False

    @property
    def shown(self) -> Flow:
        return self._frames[-1].flow

    def start(self, name: str, attributes: dict[str, str]) -> None:
        if attributes:
            self._attributes(name, attributes)
        if name not in self._watched:
            return
        self._not_text += name in of.NOT_TEXT
        self._aside += name in of.ASIDE and not (self._maths and name == "f")
        self._deleted += name in of.DELETES
        self._inserted += name in of.INSERTS
        if name in self.framed:
            self._open_frame(self._place_of_frame(name, attributes))
        elif name in of.CELLS:
            self.shown.open_cell()
        else:
            self._special(name, attributes)
            self._break(name)

    def end(self, name: str) -> None:
        if name not in self._watched:
            return
        self._not_text -= name in of.NOT_TEXT
        self._aside -= name in of.ASIDE and not (self._maths and name == "f")
        self._deleted -= name in of.DELETES
        self._inserted -= name in of.INSERTS
        self._maths -= name in _MATHS
        if name in self.framed:
            self._close_frame()
        elif name in of.CELLS:
            self.shown.close_cell()
        elif name in of.ROWS:
            self.shown.close_row()
        else:
            self._break(name)
        if name in ("p", "ser", "h"):
            self._end_paragraph()
        self._end_special(name)

    def text(self, text: str) -> None:
        if self._not_text:
            if self._writes_code and self._code is not None:
                self._code += text
        elif self._name is not None:
            self._name.append(text)
        elif self._aside:
            self.hidden.write(text)
        elif "\n" not in text or not text.isspace():  # white space with line ends is indentation
            self._write(text)

    def _place_of_frame(self, name: str, _attributes: dict[str, str]) -> str | None:
        return self.framed[name]

    def _special(self, name: str, attributes: dict[str, str]) -> None:
        if name in of.NAMES:
            self._name = []
        elif name in ("formatCode", "lvl", "pt"):
            self._writes_code = name == "formatCode"
            self._code = "" if self._writes_code else attributes.get("formatCode", self._code)
        elif name in _CHARACTERS:
            self.text(_CHARACTERS[name] or _symbol(attributes))
        elif name == "vanish":
            self._vanished = not any(local(key) == "val" and value in _OFF for key, value in attributes.items())
        elif name in _MATHS:
            self._maths += 1
        elif name == "fldChar":
            self.hidden.interrupt(Break.BLOCK)
        elif name == "den" and self._maths:
            self.text("/")

    def _end_special(self, name: str) -> None:
        if name in of.ASIDE and name not in _CODES:
            self.hidden.interrupt(Break.BLOCK)
        elif name in ("numCache", "numLit", "lvl"):
            self._code = None
        elif name == "formatCode":
            self._writes_code = False
        elif name in ("r", "pPr"):
            self._vanished = False
        elif name in of.NAMES and self._name is not None:
            self.names["".join(self._name).strip()] = None
            self._name = None

    def _write(self, text: str) -> None:
        if self._code:
            text = render(text, self._code)
        frame = self._frames[-1]
        frame.paragraph.append(text)
        if not self._inserted:
            frame.original.append(text)
        if self._deleted or self._vanished:
            frame.has_deletion = True
        else:
            frame.flow.write(text)

    def _break(self, name: str) -> None:
        flow = self.hidden if self._aside else self.shown
        if name in of.BLOCKS:
            flow.interrupt(Break.BLOCK)
        elif name in of.LINES or name in of.ROWS:
            flow.interrupt(Break.LINE)
        elif name in of.GAPS:
            flow.interrupt(Break.CELL)
            self._frames[-1].paragraph.append(" ")
            self._frames[-1].original.append(" ")
        elif self._otherwise:
            flow.interrupt(self._otherwise)

    def _end_paragraph(self) -> None:
        """A paragraph with deleted or hidden words is read again with them, and as it was before all changes."""
        frame = self._frames[-1]
        if frame.has_deletion:
            block(self.deleted, "".join(frame.paragraph))
            if len(frame.original) < len(frame.paragraph):
                block(self.deleted, "".join(frame.original))
        frame.paragraph.clear()
        frame.original.clear()
        frame.has_deletion = False
        for text, place in frame.aside:
            frame.flow.interrupt(Break.BLOCK)
            if place:
                frame.flow.mark(place)
            frame.flow.write_exactly(text)
            frame.flow.interrupt(Break.BLOCK)
        frame.aside.clear()

    def _open_frame(self, place: str | None) -> None:
        if len(self._frames) < _FRAMES:
            self._frames.append(_Frame(place=place))
        else:
            self._unframed += 1

    def _close_frame(self) -> None:
        self._end_paragraph()
        if self._unframed or len(self._frames) < 2:
            self._unframed = max(self._unframed - 1, 0)
            self.shown.interrupt(Break.BLOCK)
            return
        frame = self._frames.pop()
        text = frame.flow.text()
        if not text:
            return
        if self._aside:
            block(self.hidden, text)
        else:
            self._put_aside(text, frame.place)

    def _put_aside(self, text: str, place: str | None) -> None:
        """The text of a frame follows the paragraph that it hangs on."""
        self._frames[-1].aside.append((text, place))

    def close(self) -> None:
        """At the end of the part, or where it breaks off: what is still open is shown too."""
        while len(self._frames) > 1:
            self._close_frame()
        self._end_paragraph()

    def _attributes(self, element: str, attributes: dict[str, str]) -> None:
        for key, value in attributes.items():
            name = key.rpartition(":")[2]
            if name in of.SAID or (name == "val" and element in of.VALUED):
                block(self.said, "" if value in _SWITCHES else value)
            elif name in of.PEOPLE or (name == "name" and element in of.WRITERS):
                self.names[value] = None
            elif name == "name" and element in of.NAMED_BY_PROGRAMS:
                if not of.PROGRAM_NAME.match(value):
                    block(self.hidden, value)
            elif (
                self._foreign
                or name in of.QUIET
                or (name not in of.UNREADABLE and len(value) > 4 and of.TWO_WORDS.search(value))
            ):
                block(self.hidden, value)


def block(flow: Flow, text: str) -> None:
    flow.interrupt(Break.BLOCK)
    flow.write(text)
    flow.interrupt(Break.BLOCK)


def _symbol(attributes: dict[str, str]) -> str:
    """A character by its code; those that exist only in one font are a space."""
    code = next((value for key, value in attributes.items() if local(key) == "char"), "")
    try:
        number = int(code[:6], 16)
    except ValueError:
        return " "
    if number in _SYMBOLS:
        return chr(number - 0xF000)
    return " " if 0xE000 <= number <= 0xF8FF or number > 0xFFFF or 0xD800 <= number < 0xE000 else chr(number)


class Paragraphs:
    """Paragraphs met so far, so that what many parts repeat (layouts, fallbacks) is handed over once."""

    def __init__(self) -> None:
        self._seen: set[str] = set()

    def add(self, text: str) -> None:
        self._seen.update(text.split("\n\n"))

    def fresh(self, texts: Iterable[str]) -> str:
        """The paragraphs that are new, and from now on are not."""
        wanted = dict.fromkeys(each for text in texts for each in text.split("\n\n") if each.strip())
        new = [each for each in wanted if each not in self._seen]
        self._seen.update(new)
        return "\n\n".join(new)


def swept(blob: Blob, xml: bytes, handler: Sweep, seen: Paragraphs, place: str) -> Iterator[Item]:
    """Run it, and hand over each reading with its place; of damaged XML what comes before the damage."""
    try:
        run(xml, handler)
    except CannotRead as refusal:
        yield from unreadable(blob, xml, refusal)
    handler.close()
    text = handler.shown.text()
    seen.add(text)
    marks = tuple(handler.shown.marks)
    if not marks or marks[0][0]:
        marks = ((0, place), *marks)
    yield Span(text=text, part=blob.part, role=blob.role, marks=marks, within=blob.place)
    yield from besides(blob, handler, seen, place)


def unreadable(blob: Blob, xml: bytes, refusal: CannotRead) -> Iterator[Item]:
    """A gap, and the words of the whole part as a reader that forgives everything finds them."""
    yield blob.gap(refusal.kind, refusal.detail)
    if refusal.kind in (GapKind.DAMAGED, GapKind.UNSUPPORTED):
        yield blob.span(as_html(xml), role=Role.HIDDEN, place=f"{blob.place}, damaged text")


def as_html(xml: bytes) -> str:
    page = Page(decode(xml))
    page.read()
    return f"{page.shown.text()}\n\n{page.hidden.text()}"


def besides(blob: Blob, handler: Sweep, seen: Paragraphs, place: str) -> Iterator[Item]:
    """What is not in the running text."""
    if said := seen.fresh([handler.said.text()]):
        yield blob.span(said, place=f"{place}, description")
    if deleted := seen.fresh([handler.deleted.text()]):
        yield blob.span(deleted, role=Role.HIDDEN, place=f"{place}, deleted or hidden text")
    if hidden := seen.fresh([handler.hidden.text()]):
        yield blob.span(hidden, role=Role.HIDDEN, place=f"{place}, hidden text")
    if names := "\n".join(each for each in handler.names if each):
        yield blob.span(names, role=Role.NAME, place=f"{place}, author")

"""What the bytes of a PDF hold beyond its pages: files, form data, scripts, properties, strings of every object.

Fonts, pictures and tables of the file have no words. Text of drawings that no page shows is read only as far as it
stands there letter by letter: the codes of subset fonts mean nothing without their page.
ref: ISO 32000
"""

from __future__ import annotations

import codecs
import re
from collections.abc import Iterator
from html import unescape

from leakguard.extract.blob import Blob, Item
from leakguard.extract.limits import Budget, CannotRead
from leakguard.extract.pdf.filters import unpacked
from leakguard.extract.pdf.literal import is_drawing, literal_text
from leakguard.extract.pdf.objects import Object, objects
from leakguard.extract.pdf.strings import link_of, strings, text_of
from leakguard.extract.pdf.unknown import is_played, matters, unknown
from leakguard.extract.pdf.weight import check_weight
from leakguard.extract.text.charset import decode, looks_like_text
from leakguard.model.content import GapKind, Role, Span

_REFERENCE = re.compile(rb"(\d{1,10})\s{1,5}\d{1,5}\s{1,5}R\b")
_ONE_OR_MORE = rb"\s{0,10}(\[[^\]]{0,200000}\]|\d{1,10}\s{1,5}\d{1,5}\s{1,5}R\b)"
_CONTENTS = re.compile(rb"/Contents" + _ONE_OR_MORE)
_XFA = re.compile(rb"/XFA" + _ONE_OR_MORE)
_FILES = re.compile(rb"/EF\s{0,10}(<<[^>]{0,2000}>>|\d{1,10}\s{1,5}\d{1,5}\s{1,5}R\b)")
_IS_FILE = re.compile(rb"/Type\s*/EmbeddedFile\b")
_IS_PAGE = re.compile(rb"/Type\s*/Page\b")
_IS_XML = re.compile(rb"/Type\s*/Metadata\b|/Subtype\s*/XML\b")
_HEX = re.compile(rb"(?<!<)<[0-9A-Fa-f]")
_INLINE_PICTURE = re.compile(rb"\bBI\s")
_IS_TABLE = re.compile(rb"/Type\s*/(?:ObjStm|XRef)\b")
_XML_TEXT = re.compile(r">([^<>]+)<|\s(?!xmlns|rdf:|x:)[\w:.-]{1,80}=\"([^\"]*)\"")
_LINE_END = re.compile(r"</(?:p|div|li)\s*>|<br\s*/?>")
_TAG = re.compile(r"<[^<>]*>")
_DATE = re.compile(r"D:\d{4}|\d{4}-\d\d-\d\dT")
_NOT_WORDS = frozenset(
    "ID CreationDate ModDate M Lang DA DR BaseFont FontFamily FontName Registry Ordering CheckSum NM O U OE UE Perms"
    " Panose CharSet Cert ByteRange TimeStamp Style Lookup IDTree".split()
)
_NAMES = frozenset({"F", "UF"})  # of attached files
_PLACES = {
    "Contents": "note", "RC": "note", "URI": "link", "JS": "script", "V": "form value", "DV": "form value",
    "Opt": "form options", "TU": "form help", "Alt": "alternate text", "ActualText": "replaced text",
    "Title": "title", "Reason": "signature", "Location": "signature", "ContactInfo": "signature", "Name": "name",
    "T": "title", "Subj": "note", "Dests": "destination", "Names": "name", "P": "page label",
}  # fmt: skip
_UTF16 = (codecs.BOM_UTF16_BE, codecs.BOM_UTF16_LE)
_REPLACED = b"/ActualText"
_MUCH = 200_000_000  # characters that may be looked through for what the pages have shown already


class Sweep:
    """Reads all streams once, when made, so that what unpacks to too much is refused before PDFium sees it.

    refusal: why it stopped reading, if it did; what it has read till then counts.
    pages: numbers of the objects that are pages, current or not.
    faults: what it could not read, though it went on: a kind of gap and its detail.
    """

    def __init__(self, data: bytes, budget: Budget) -> None:
        self.refusal: CannotRead | None = None
        self.faults: dict[tuple[GapKind, str], None] = {}
        self.files: list[bytes] = []
        self._objects: list[Object] = []
        self._words: list[tuple[str, str]] = []
        self._drawings: list[tuple[int, bytes]] = []
        self._xml: dict[int, bytes] = {}
        self._odd: list[tuple[Object, bytes]] = []
        self._spoilt: dict[GapKind, list[Object]] = {GapKind.DAMAGED: [], GapKind.UNSUPPORTED: []}
        try:
            self._objects.extend(objects(data, budget))
        except CannotRead as refusal:
            self.refusal = refusal
        self.pages = dict.fromkeys(
            each.number for each in self._objects if b"/Page" in each.body and _IS_PAGE.search(each.body)
        )
        self._shown = self._targets(b"/Contents", _CONTENTS)
        self._forms = self._targets(b"/XFA", _XFA)
        self._embedded = self._files()
        try:
            self._read(budget)
        except CannotRead as refusal:
            self.refusal = refusal

    def _read(self, budget: Budget) -> None:
        for each in self._objects:
            if each.packed is not None:
                self._stream(each, each.packed, budget)
            elif each.fault:
                self.faults[each.fault, "PDF objects"] = None
        if not self._shown.keys() <= {each.number for each in self._objects}:
            self.faults[GapKind.DAMAGED, "PDF page without its content"] = None
        self.files.extend(content for _, content in unknown(self._odd, self._objects))
        for fault, spoilt in self._spoilt.items():
            if matters(spoilt, self._objects):
                self.faults[fault, "PDF stream"] = None
        check_weight(self._objects, dict(self._drawings))

    def _files(self) -> set[int]:
        bodies = {each.number: each.body for each in self._objects}
        found = set(self._targets(b"/EF", _FILES))
        for number in tuple(found):
            if b"/F" in bodies.get(number, b"")[:200]:  # a list of files, and no file
                found.update(map(int, _REFERENCE.findall(bodies[number])))
        return found

    def _targets(self, key: bytes, pattern: re.Pattern[bytes]) -> dict[int, None]:
        """Numbers of the objects that are referred to in this way, in order."""
        parts = (found[1] for each in self._objects if key in each.body for found in pattern.finditer(each.body))
        return {int(number): None for part in parts for number in _REFERENCE.findall(part)}

    def _stream(self, found: Object, packed: bytes, budget: Budget) -> None:
        if (found.is_image and found.number not in self._shown) or _IS_TABLE.search(found.body):
            return
        content = unpacked(found.body, packed, budget)
        if content.fault and b"begincmap" not in content.data:
            self._spoilt[content.fault].append(found)
        if is_played(found.body):
            self.faults[GapKind.UNSUPPORTED, "PDF stream of sound, film or model"] = None
        elif content.data and (not content.packing or self._is_file(found)):
            self._keep(found, content.data)

    @property
    def has_pictures(self) -> bool:
        return any(each.is_image for each in self._objects) or any(
            b"BI" in content and _INLINE_PICTURE.search(content) for _, content in self._drawings
        )

    @property
    def has_replaced(self) -> bool:
        """Whether a drawing may say what its letters stand for: then that is read in place of the letters."""
        return any(_REPLACED in content for _, content in self._drawings) or any(
            _REPLACED in each.body and b"/StructElem" not in each.body and b"/S" not in each.body
            for each in self._objects
        )

    def _is_file(self, found: Object) -> bool:
        return found.number in self._embedded or _IS_FILE.search(found.body) is not None

    def _keep(self, found: Object, content: bytes) -> None:
        if self._is_file(found):
            self.files.append(content)
        elif found.number in self._forms:
            self._xml[found.number] = content
        elif _IS_XML.search(found.body):
            self._words.extend(("Metadata", text) for text in xml_words(decode(content)))
        elif found.has_no_words or b"begincmap" in content:
            return
        elif found.number in self._shown or is_drawing(content):
            self._drawings.append((found.number, content))
        elif content.startswith(_UTF16):
            self._words.append(("JS", text_of(content)))
        elif b"\0" not in content and looks_like_text(content):
            self._words.append(("JS", decode(content)))
        else:
            self._odd.append((found, content))

    def items(self, blob: Blob, shown: str) -> Iterator[Item]:
        """Spans and inner files, without the words that the pages have shown."""
        names = list(dict.fromkeys(text for key, text in self._strings() if key in _NAMES))
        if names and self.files:
            yield blob.span("\n\n".join(names), role=Role.NAME, place=f"{blob.place}, file names")
        for ordinal, content in enumerate(dict.fromkeys(self.files), start=1):
            yield blob.inner(ordinal, content, place=f"file {ordinal}")
        form = b"".join(self._xml[number] for number in self._forms if number in self._xml)
        if form:
            yield blob.inner(len(self.files) + 1, form, place="form data", declared="application/xml")
        words = _new(self._all_words(), shown)
        if words:
            yield _as_span(blob, words)

    def properties(self, blob: Blob) -> Iterator[Item]:
        """Those in XML: they may stand in clear in a locked file."""
        words = {text: key for key, text in self._words if key == "Metadata"}
        if words:
            yield _as_span(blob, words)

    def _all_words(self) -> Iterator[tuple[str, str]]:
        yield from self._words
        yield from self._strings()
        for number, content in self._drawings:
            if number not in self._shown:
                yield "drawing", literal_text(content)

    def drawn(self) -> str:
        """The text of all drawings, as far as it can be read without their fonts: for a file that PDFium refuses."""
        return "\n\n".join(text for _, content in self._drawings if (text := literal_text(content)))

    def rebuilt(self) -> bytes:
        """The same objects with a list of all pages that there are, for a file whose own list is short or broken."""
        found = [each for each in self._objects if each.number and not _IS_TABLE.search(each.body)]
        top = max((each.number for each in found), default=0)
        parts = [b"%PDF-1.7\n"]
        for each in found:
            content = b"" if each.packed is None else b"stream\n" + each.packed + b"\nendstream\n"
            parts.append(b"%d 0 obj%s\n%sendobj\n" % (each.number, each.body, content))
        kids = b" ".join(b"%d 0 R" % number for number in self.pages)
        parts.append(b"%d 0 obj<</Type/Pages/Kids[%s]/Count %d>>endobj\n" % (top + 1, kids, len(self.pages)))
        parts.append(b"%d 0 obj<</Type/Catalog/Pages %d 0 R>>endobj\n" % (top + 2, top + 1))
        parts.append(b"trailer<</Root %d 0 R/Size %d>>\nstartxref\n0\n%%%%EOF\n" % (top + 2, top + 3))
        return b"".join(parts)

    def _strings(self) -> Iterator[tuple[str, str]]:
        for each in self._objects:
            for key, raw in strings(each.body) if b"(" in each.body or _has_hex(each.body) else ():
                if key in _NOT_WORDS or len(raw) < 2:
                    continue
                text = text_of(raw)
                if text and not _DATE.match(text):
                    yield key, _as_read(key, text)


def _as_read(key: str, text: str) -> str:
    """Links with their spaces, rich text without its tags."""
    if key == "URI":
        return link_of(text)
    return unescape(_TAG.sub("", _LINE_END.sub("\n", text))) if key in ("RC", "RV") else text


def _has_hex(body: bytes) -> bool:
    return body.count(b"<") > 2 * body.count(b"<<") and _HEX.search(body) is not None


def xml_words(text: str) -> Iterator[str]:
    """Text and attributes of properties in XML, whole or not."""
    for match in _XML_TEXT.finditer(text):
        found = unescape(match[1] or match[2]).strip()
        if len(found) > 1 and not _DATE.match(found):
            yield found


def compact(text: str) -> str:
    return "".join(text.split()).casefold()


def _new(words: Iterator[tuple[str, str]], shown: str) -> dict[str, str]:
    """text -> name it stands under, for what the pages do not show."""
    distinct = {text: key for text, key in ((text.strip(), key) for key, text in words) if text}
    if len(distinct) * len(shown) > _MUCH:
        return distinct
    return {text: key for text, key in distinct.items() if compact(text) not in shown}


def _as_span(blob: Blob, words: dict[str, str]) -> Item:
    marks: list[tuple[int, str]] = []
    offset = 0
    for text, key in words.items():
        place = f"{blob.place}, {_PLACES.get(key, 'properties')}"
        if not marks or marks[-1][1] != place:
            marks.append((offset, place))
        offset += len(text) + 2
    return Span(text="\n\n".join(words), part=blob.part, role=Role.HIDDEN, marks=tuple(marks), within=blob.place)

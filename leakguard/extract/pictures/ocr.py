"""Words in pixels, by Tesseract in this process. Without its package or its language data pictures are gaps.

Two ways to look at a picture, as each misses what the other finds: as pages of text, and as words scattered anywhere.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from typing import TYPE_CHECKING, Any

from leakguard.extract.pictures import layout
from leakguard.extract.pictures.layout import Word, is_sure
from leakguard.extract.pictures.pixels import grey, levelled, of_good_size, shrunk
from leakguard.extract.pictures.reading import words_of

if TYPE_CHECKING:
    from PIL.Image import Image

_FOLDERS = (
    "/usr/share/tesseract-ocr/5/tessdata/",
    "/usr/share/tesseract-ocr/4.00/tessdata/",
    "/usr/share/tesseract-ocr/tessdata/",
    "/usr/share/tessdata/",
    "/usr/local/share/tessdata/",
    "/opt/homebrew/share/tessdata/",
)
_LANGUAGES = ("eng", "cym")
_PAGE, _SPARSE = 3, 11  # page segmentation modes
_DOTS_PER_INCH = 200  # assumed, so that nothing depends on what a picture claims
_SECONDS = 3.0  # for one look; a page of dense print needs 0.7, and who is waiting has little more
_PIXELS_PER_SECOND = 30_000_000
_SPARSE_PIXELS = 2_500_000  # a full page that was scanned is larger, and is read as a page
_FEW_WORDS = 8  # sure ones; with less the picture may lie on its side
_MANY_WORDS = 250  # sure ones; nothing much was overlooked
_TURNED_PIXELS = 1_000_000
WORD_COST = 50_000  # a word takes about as long as so many pixels


@dataclass(frozen=True, slots=True, kw_only=True)
class Words:
    """readings: the text in reading order, and once more by rows where that differs; none if there is no text.

    cost: pixels looked at, and words in pixels. in_time: whether it was read to its end.
    """

    readings: tuple[str, ...]
    cost: int
    in_time: bool = True


def prepare() -> None:
    """Load everything once, before the fence: children that are forked later have it."""
    if _engine() is not None:
        from PIL import Image

        Image.init()
        words_in(Image.new("L", (200, 60), 255))


def is_available() -> bool:
    """Whether pictures can be read: the package and its language data are here."""
    return _engine() is not None


@cache
def _engine() -> Any:
    """The one engine of this process, or None. It keeps nothing of a picture for the next one."""
    try:
        import tesserocr
    except ImportError:
        return None
    for folder in _FOLDERS:
        try:
            _, found = tesserocr.get_languages(folder)
            languages = [each for each in _LANGUAGES if each in found]
            if "eng" in languages:
                quiet = {"debug_file": "/dev/null"}
                return tesserocr.PyTessBaseAPI(path=folder, lang="+".join(languages), variables=quiet)
        except RuntimeError:
            continue
    return None


def words_in(picture: Image) -> Words:
    """Everything legible in a picture, whichever way up it is."""
    looks = _Looks()
    for plain in grey(picture):
        looks.at(plain)
    return Words(readings=tuple(looks.readings), cost=looks.cost, in_time=looks.in_time)


class _Looks:
    """Looks at one picture from several sides, and what was seen."""

    def __init__(self) -> None:
        self.readings: dict[str, None] = {}
        self.cost = 0
        self.in_time = True

    def at(self, plain: Image) -> None:
        upright = of_good_size(levelled(plain))
        page = self._look(upright, _PAGE)
        if _is_upright(page):
            self._read(upright, page)
            self._keep(layout.in_rows(self._aside(upright, 270)))  # the title of an axis
            return
        for degrees in (90, 270, 180):
            if _count(self._aside(upright, degrees)) > max(_FEW_WORDS, _count(page)):
                turned = _turned(upright, degrees)
                self._read(turned, self._look(turned, _PAGE))
                return
        self._read(upright, page)

    def _read(self, picture: Image, page: list[Word]) -> None:
        """The page as it was read, and with it the words scattered over a picture."""
        self._keep(layout.in_order(page))
        small = shrunk(picture, _SPARSE_PIXELS)
        if small is picture and _count(page) < _MANY_WORDS:
            page = layout.merged(page, self._look(picture, _SPARSE))
        elif not _is_upright(page):
            self._keep(layout.in_rows(self._look(small, _SPARSE)))
        self._keep(layout.in_rows(page))

    def _aside(self, picture: Image, degrees: int) -> list[Word]:
        """Words that are read without doubt when a picture is turned."""
        turned = _turned(shrunk(picture, _TURNED_PIXELS), degrees)
        return layout.only_certain(self._look(turned, _SPARSE))

    def _keep(self, text: str) -> None:
        if text and text.split() not in [each.split() for each in self.readings]:
            self.readings[text] = None

    def _look(self, picture: Image, mode: int) -> list[Word]:
        if not self.in_time:
            return []
        engine = _engine()
        engine.SetPageSegMode(mode)
        engine.SetImageBytes(picture.tobytes(), picture.width, picture.height, 1, picture.width)
        engine.SetSourceResolution(_DOTS_PER_INCH)
        try:
            self.in_time = engine.Recognize(int(_SECONDS * 1_000))
            words = words_of(engine)  # those that were read in time
        finally:
            engine.Clear()
            engine.ClearAdaptiveClassifier()
        self.cost += picture.width * picture.height + WORD_COST * len(words)
        if not self.in_time:
            self.cost += int(_SECONDS * _PIXELS_PER_SECOND)
        return words


def _turned(picture: Image, degrees: int) -> Image:
    return picture.rotate(degrees, expand=True)


def _is_upright(words: list[Word]) -> bool:
    return _count(words) >= max(_FEW_WORDS, 0.3 * len(words))


def _count(words: list[Word]) -> int:
    return sum(is_sure(each) for each in words)

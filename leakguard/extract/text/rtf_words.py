r"""Control words that do more than name a character, a break or a place.

Each act takes the document, the number behind the word (None: none) and where the word ends.
ref: RTF 1.9.1, MS-OXRTFEX (\fromhtml, \htmltag, \htmlrtf)
"""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import TYPE_CHECKING

from leakguard.extract.text.flow import Break
from leakguard.extract.text.rtf_codes import charset_codec, page_codec
from leakguard.extract.text.rtf_state import Grab
from leakguard.extract.text.rtf_text import Sink
from leakguard.model.content import Role

if TYPE_CHECKING:
    from leakguard.extract.text.rtf_document import Document

_WESTERN = "cp1252"
Act = Callable[["Document", int | None, int], None]


def _f(document: Document, number: int | None, _end: int) -> None:
    if document.group.fonts:
        document.font = number or 0
    else:
        document.own().codec = document.codec_of(number or 0)


def _fcharset(document: Document, number: int | None, _end: int) -> None:
    if document.group.fonts:
        document.fonts.setdefault(document.font, charset_codec(number or 0) if number else document.western)


def _cpg(document: Document, number: int | None, _end: int) -> None:
    if document.group.fonts and (codec := page_codec(number or 0)):
        document.fonts[document.font] = codec


def _cchs(document: Document, number: int | None, _end: int) -> None:
    if not document.group.fonts and (codec := charset_codec(number or 0)):
        document.own().codec = codec


def _fonttbl(document: Document, _number: int | None, _end: int) -> None:
    group = document.own()
    group.fonts = True
    group.sink = None
    group.closes = document.end_fonts


def _deff(document: Document, number: int | None, _end: int) -> None:
    document.default_font = number or 0


def _ansicpg(document: Document, number: int | None, _end: int) -> None:
    if codec := page_codec(number or 0):
        _charset(codec)(document, None, 0)


def _charset(codec: str) -> Act:
    def act(document: Document, _number: int | None, _end: int) -> None:
        document.default = document.western if codec == _WESTERN else codec
        document.own().codec = document.default

    return act


def _plain(document: Document, _number: int | None, _end: int) -> None:
    group = document.own()
    group.codec = document.codec_of(document.default_font)
    group.hidden = ""


def _hides(place: str) -> Act:
    def act(document: Document, number: int | None, _end: int) -> None:
        document.own().hidden = "" if number == 0 else place

    return act


def _uc(document: Document, number: int | None, _end: int) -> None:
    document.own().uc = 1 if number is None else max(0, number)


def _u(document: Document, number: int | None, _end: int) -> None:
    if number is not None and document.group.grab is None:
        document.put_unicode(number)


def _bin(document: Document, number: int | None, end: int) -> None:
    stop = min(end + max(0, number or 0), len(document.data))
    if stop == end:
        return
    grab = document.group.grab
    if grab is None:
        grab = Grab("data")
        document.grabs.append(grab)
    grab.binary += document.data[end:stop]
    document.jump = stop


def _fromhtml(document: Document, number: int | None, _end: int) -> None:
    if number != 0 and document.html is None:
        document.html = Sink(verbatim=True)


def _fromtext(document: Document, _number: int | None, _end: int) -> None:
    document.breaks_by_line = True


def _htmltag(document: Document, _number: int | None, _end: int) -> None:
    _fromhtml(document, None, 0)
    group = document.own()
    group.sink = document.html
    group.hidden = ""


def _htmlrtf(document: Document, number: int | None, _end: int) -> None:
    document.own().unseen = number != 0


def _sp(document: Document, _number: int | None, _end: int) -> None:
    group = document.own()
    group.shape = (Sink(), Sink())
    group.sink = None
    group.grab = None
    group.closes = partial(document.end_shape_property, *group.shape)


def _sn(document: Document, _number: int | None, _end: int) -> None:
    if document.group.shape is not None:
        document.own().sink = document.group.shape[0]


def _sv(document: Document, _number: int | None, _end: int) -> None:
    if document.group.shape is not None:
        document.own().sink = document.group.shape[1]


def _shape(document: Document, _number: int | None, _end: int) -> None:
    group = document.own()
    group.sink = None
    group.grab = None


def _fldinst(document: Document, _number: int | None, _end: int) -> None:
    if document.group.skipped:
        return
    group = document.own()
    group.sink = Sink()
    group.closes = partial(document.end_field_code, group.sink)


def _grabs(kind: str) -> Act:
    def act(document: Document, _number: int | None, _end: int) -> None:
        if not document.group.skipped:
            document.grab(kind)

    return act


def _is_kind(kind: str) -> Act:
    def act(document: Document, _number: int | None, _end: int) -> None:
        if document.group.grab is not None:
            document.group.grab.kind = kind

    return act


def _shppict(document: Document, _number: int | None, _end: int) -> None:
    document.pictured = True


def _nonshppict(document: Document, _number: int | None, _end: int) -> None:
    """The same picture again, for old readers."""
    document.own().skipped = document.pictured
    document.pictured = False


def _upr(document: Document, _number: int | None, _end: int) -> None:
    group = document.own()
    group.outer = group.sink
    document.enter("other text", Role.HIDDEN)


def _ud(document: Document, _number: int | None, _end: int) -> None:
    document.own().sink = document.group.outer


def _apart(document: Document, _number: int | None, _end: int) -> None:
    if document.group.sink is not None:
        document.group.sink.interrupt(Break.BLOCK)


ACTS: dict[bytes, Act] = {
    b"f": _f,
    b"fcharset": _fcharset,
    b"cpg": _cpg,
    b"cchs": _cchs,
    b"fonttbl": _fonttbl,
    b"deff": _deff,
    b"ansicpg": _ansicpg,
    b"mac": _charset("mac_roman"),
    b"pc": _charset("cp437"),
    b"pca": _charset("cp850"),
    b"plain": _plain,
    b"v": _hides("hidden text"),
    b"deleted": _hides("deleted text"),
    b"uc": _uc,
    b"u": _u,
    b"bin": _bin,
    b"fromhtml": _fromhtml,
    b"fromtext": _fromtext,
    b"htmltag": _htmltag,
    b"htmlrtf": _htmlrtf,
    b"sp": _sp,
    b"sn": _sn,
    b"sv": _sv,
    b"shpinst": _shape,
    b"picprop": _shape,
    b"fldinst": _fldinst,
    b"pict": _grabs("picture"),
    b"objdata": _grabs("object"),
    b"datastore": _grabs("data"),
    b"wmetafile": _is_kind("wmf"),
    b"dibitmap": _is_kind("dib"),
    b"shppict": _shppict,
    b"nonshppict": _nonshppict,
    b"upr": _upr,
    b"ud": _ud,
    **dict.fromkeys(
        (b"propname", b"staticval", b"linkval", b"ffdeftext", b"ffhelptext", b"ffstattext", b"ffl"), _apart
    ),
}

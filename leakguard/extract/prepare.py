"""Load every library that a reader may need, before files and programs are out of reach for good.

Rule of this file: what is not there is named, and the rest is loaded all the same.
"""

from __future__ import annotations

from collections.abc import Callable
from importlib import import_module

from leakguard.extract.archives import libarchive
from leakguard.extract.pictures import ocr

LIBRARIES = (
    "PIL.Image",
    "charset_normalizer",
    "msoffcrypto",
    "olefile",
    "pikepdf",
    "pypdfium2",
    "pyreadstat",
    "stream_inflate",
    "xml.parsers.expat",
)
# What may be missing on a machine, and what stays unread without it.
UNREAD_WITHOUT = {
    "libarchive": "7z, rar, ISO, cab and other archives, and zip files that are locked",
    "tesserocr or its language data": "words in pictures",
    "pyreadstat": "files of SPSS, Stata and SAS",
}
# Readers with something of their own to load.
READERS = (
    "leakguard.extract.archives.libarchive",
    "leakguard.extract.pictures.ocr",
    "leakguard.extract.pdf.pdf",
    "leakguard.extract.office.office",
)
_CODECS = (
    "utf-16 utf-16-le utf-16-be utf-32 utf-7 cp1252 cp437 mac-roman iso-2022-jp shift_jis gb18030 big5 euc-kr"
    " cp1250 cp1251 koi8-r"
)


def prepare() -> tuple[str, ...]:
    """Load them. Returns the names of what is not there."""
    missing = [name for name in LIBRARIES if not _loads(lambda name=name: import_module(name))]  # type: ignore[misc]
    _loads(_pictures)
    for codec in _CODECS.split():
        b"".decode(codec)
    for name in READERS:
        _loads(lambda name=name: import_module(name).prepare())  # type: ignore[misc]
    if not libarchive.is_here():
        missing.append("libarchive")
    if not ocr.is_available():
        missing.append("tesserocr or its language data")
    return tuple(missing)


def _loads(load: Callable[[], object]) -> bool:
    """A library that breaks when it is loaded is as good as none, whatever way it breaks."""
    try:
        load()
    except Exception:  # noqa: BLE001 - a defect of one library must not keep the others from being loaded
        return False
    return True


def _pictures() -> None:
    from PIL import Image

    Image.init()

"""Bytes of a picture -> what is seen of it: pages, frames that differ, the largest of several sizes.

Rule of this file: sizes are known and counted before anything is decoded.
"""

from __future__ import annotations

import struct
import warnings
import zlib
from collections.abc import Iterator
from io import BytesIO
from typing import TYPE_CHECKING

from leakguard.extract.limits import Budget, CannotRead
from leakguard.extract.pictures.kinds import DECODED_AS
from leakguard.model.content import GapKind

if TYPE_CHECKING:
    from PIL.Image import Image

# What decoders raise for bytes that they do not understand.
_BROKEN = (
    OSError,
    ValueError,
    SyntaxError,
    TypeError,
    LookupError,
    EOFError,
    ArithmeticError,
    AttributeError,
    RuntimeError,
    struct.error,
    zlib.error,
)
_FRAME_SIDE = 400  # frames are compared at this size
_CHANGED = 24  # of 255: what an eye notices
_LONGEST_SIDE = 3_000  # what is larger is made smaller while it is decoded, where its format can
_MOST_FRAMES = 1_000
_ORIENTATION = 0x0112
_TURNS = {
    2: "FLIP_LEFT_RIGHT",
    3: "ROTATE_180",
    4: "FLIP_TOP_BOTTOM",
    5: "TRANSPOSE",
    6: "ROTATE_270",
    7: "TRANSVERSE",
    8: "ROTATE_90",
}


def opened(data: bytes, kind: str) -> Image:
    """With its header read. Raises CannotRead."""
    from PIL import Image as Images

    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            return Images.open(BytesIO(data), formats=_loaded(kind))
    except Images.DecompressionBombError:
        raise CannotRead(GapKind.TOO_LARGE, "pixels") from None
    except _BROKEN:
        raise CannotRead(GapKind.DAMAGED, f"{kind} picture") from None


def frames(data: bytes, kind: str, budget: Budget) -> Iterator[tuple[int, Image]]:
    """(ordinal, decoded picture). Raises CannotRead, after the frames before."""
    picture = opened(data, kind)
    before: Image | None = None
    for ordinal in range(1, _frame_count(picture, kind) + 1):
        if ordinal > _MOST_FRAMES:
            raise CannotRead(GapKind.TOO_MANY, "frames")
        if not _found(picture, ordinal):
            return
        budget.decode_pixels(picture.width * picture.height)
        is_whole, seen = _seen(picture)
        now = _sketch(seen)
        if before is None or _differs(before, now):
            before = now
            yield ordinal, seen
        del seen
        if not is_whole:
            raise CannotRead(GapKind.DAMAGED, f"{kind} picture")


def _loaded(kind: str) -> tuple[str, ...]:
    """The names of its decoders, loaded; no decoder has a thread of its own."""
    from PIL import Image as Images

    formats = DECODED_AS[kind]
    if any(each not in Images.OPEN for each in formats):
        Images.preinit()
    if any(each not in Images.OPEN for each in formats):
        Images.init()
    if kind == "avif":
        from PIL import AvifImagePlugin

        AvifImagePlugin.DEFAULT_MAX_THREADS = 1
    return formats


def _frame_count(picture: Image, kind: str) -> int:
    """Layers of a PSD are no frames: what is decoded first is the whole."""
    try:
        return 1 if kind in ("psd", "ico", "cur", "icns") else int(getattr(picture, "n_frames", 1))
    except _BROKEN:
        return 1


def _found(picture: Image, ordinal: int) -> bool:
    try:
        if ordinal > 1:
            picture.seek(ordinal - 1)
    except _BROKEN:
        return False
    return True


def _seen(picture: Image) -> tuple[bool, Image]:
    """(whether all of it was there, how it looks). Large ones are made smaller first, as memory is scarce."""
    try:
        is_whole = _decoded(picture)
        seen = _smaller(picture) if max(picture.size) > _LONGEST_SIDE else picture
        return is_whole, _upright(seen, picture)
    except MemoryError:
        raise CannotRead(GapKind.TOO_LARGE, "pixels") from None
    except _BROKEN:
        raise CannotRead(GapKind.DAMAGED, "picture") from None


def _smaller(picture: Image) -> Image:
    """Without a second copy in full size, which a resize makes of pictures with transparency."""
    from PIL import Image as Images

    factor = _LONGEST_SIDE / max(picture.size)
    size = (max(1, round(picture.width * factor)), max(1, round(picture.height * factor)))
    if picture.mode in ("P", "PA"):
        picture = picture.convert("RGBA")
    if picture.mode in ("RGBA", "LA"):
        alpha = picture.getchannel("A").resize(size, Images.Resampling.BOX)
        return Images.merge("LA", (picture.convert("L").resize(size, Images.Resampling.BOX), alpha))
    return (picture.convert("L") if picture.mode == "1" else picture).resize(size, Images.Resampling.BOX)


def _decoded(picture: Image) -> bool:
    """Whether all of it was there. What was there is decoded in any case, as mail programs show that too."""
    from PIL import ImageFile

    try:
        picture.draft("L" if picture.mode == "L" else "RGB", (_LONGEST_SIDE, _LONGEST_SIDE))
        picture.load()
    except _BROKEN:
        ImageFile.LOAD_TRUNCATED_IMAGES = True
        try:
            picture.load()
        except _BROKEN:
            raise CannotRead(GapKind.DAMAGED, "picture") from None
        finally:
            ImageFile.LOAD_TRUNCATED_IMAGES = False
        return False
    return True


def _upright(seen: Image, picture: Image) -> Image:
    """As the camera meant it."""
    from PIL import Image as Images

    try:
        turn = _TURNS.get(picture.getexif().get(_ORIENTATION, 1))
    except _BROKEN:
        turn = None
    if turn is not None:
        return seen.transpose(Images.Transpose[turn])
    return seen.copy() if seen is picture else seen


def _sketch(picture: Image) -> Image:
    small = picture.convert("RGBA").convert("L") if picture.mode in ("P", "PA") else picture.convert("L")
    small.thumbnail((_FRAME_SIDE, _FRAME_SIDE))
    return small


def _differs(one: Image, other: Image) -> bool:
    from PIL import ImageChops

    if one.size != other.size:
        return True
    changes = ImageChops.difference(one, other).histogram()
    return sum(changes[_CHANGED:]) > 0

"""A decoded picture -> grey pixels as Tesseract likes them: dark on light or light on dark, level, of good size."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import pairwise
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from PIL.Image import Image

_ENLARGED_PIXELS = 2_500_000  # small print needs letters 20 pixels high
_MOST_PIXELS = 4_500_000  # A4 at 215 dpi
_LARGEST_SIDE = 3_000
_MOST_TIMES = 3.0
_DEEP = ("I", "F", "I;16", "I;16B", "I;16L", "I;16N")
_TILT = 12  # degrees to either side
_LEVEL_SIDE = 500


def grey(picture: Image) -> Iterator[Image]:
    """One picture in grey; one more where something light stands on nothing, which white paper would hide."""
    from PIL import Image as Images

    if picture.mode in _DEEP:
        yield _shallow(picture)
        return
    if not picture.has_transparency_data:
        yield _contrasting(picture)
        return
    picture = picture.convert("RGBA")
    alpha = picture.getchannel("A")
    shades = picture.convert("L").histogram(mask=alpha.point(lambda value: 255 * (value > 96)))
    light, dark, every = sum(shades[170:]), sum(shades[:150]), max(sum(shades), 1)
    for shade, is_wanted in ((255, dark > every / 500 or not light), (0, light > every / 50)):
        if is_wanted:
            paper = Images.new("RGBA", picture.size, (shade, shade, shade, 255))
            yield _contrasting(Images.alpha_composite(paper, picture))


def _shallow(picture: Image) -> Image:
    """16 bits and more, spread over what is used of them."""
    low, high = picture.getextrema()
    assert isinstance(low, (int, float)) and isinstance(high, (int, float)), "one channel"
    factor = 255 / (high - low) if high > low else 0
    deep = picture.convert("F")
    return deep.point(lambda value: value * factor + -low * factor).convert("L")


def _contrasting(picture: Image) -> Image:
    """Grey, or the one colour in which the picture has contrast where grey has none."""
    from PIL import ImageOps, ImageStat

    if picture.mode in ("1", "L", "LA"):
        return picture.convert("L")
    picture = picture.convert("RGB")
    plain = picture.convert("L")
    spread = ImageStat.Stat(plain.reduce(2) if min(plain.size) > 200 else plain).stddev[0]
    if spread < 25:
        channels = picture.split()
        spreads = [ImageStat.Stat(each).stddev[0] for each in channels]
        if max(spreads) > 2 * spread:
            plain = channels[spreads.index(max(spreads))]
    return ImageOps.autocontrast(plain) if spread < 40 else plain


def of_good_size(picture: Image) -> Image:
    """Small ones larger, large ones smaller."""
    width, height = picture.size
    area = width * height
    times = min(_MOST_TIMES, max(1.0, (_ENLARGED_PIXELS / area) ** 0.5), (_MOST_PIXELS / area) ** 0.5)
    return _scaled(picture, min(times, _LARGEST_SIDE / max(width, height)))


def shrunk(picture: Image, most: int) -> Image:
    """With up to so many pixels."""
    return _scaled(picture, min(1.0, (most / (picture.width * picture.height)) ** 0.5))


def _scaled(picture: Image, times: float) -> Image:
    from PIL import Image as Images

    if abs(times - 1) < 0.05:
        return picture
    size = (max(1, round(picture.width * times)), max(1, round(picture.height * times)))
    return picture.resize(size, Images.Resampling.BICUBIC if times > 1 else Images.Resampling.LANCZOS)


def levelled(picture: Image) -> Image:
    """Turned by up to some degrees so that lines of text are level: then rows are light and dark by turns."""
    from PIL import Image as Images

    small = picture.copy()
    small.thumbnail((_LEVEL_SIDE, _LEVEL_SIDE), Images.Resampling.BOX)
    paper = _paper(small)
    steps = {angle: _stripes(small, float(angle), paper) for angle in range(-_TILT, _TILT + 1, 2)}
    best = float(max(steps, key=lambda each: (steps[each], -abs(each))))
    for step in (1.0, 0.5):
        near = {angle: _stripes(small, angle, paper) for angle in (best - step, best, best + step)}
        best = max(near, key=lambda each: near[each])
    if abs(best) < 0.75 or _stripes(small, best, paper) < 1.25 * steps[0]:
        return picture
    return picture.rotate(best, resample=Images.Resampling.BICUBIC, expand=True, fillcolor=paper)


def _paper(picture: Image) -> int:
    """The commonest shade."""
    shades = picture.histogram()
    return shades.index(max(shades))


def _stripes(picture: Image, angle: float, paper: int) -> float:
    """How much neighbouring rows differ."""
    from PIL import Image as Images

    turned = picture.rotate(angle, resample=Images.Resampling.BILINEAR, fillcolor=paper)
    rows = list(turned.resize((1, turned.height), Images.Resampling.BOX).tobytes())
    return float(sum((one - other) ** 2 for one, other in pairwise(rows)))

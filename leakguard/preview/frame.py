"""The HTML bodies of a mail: which parts they are, and one of them made harmless."""

from __future__ import annotations

from collections.abc import Iterator

from leakguard.extract import Limits
from leakguard.extract.blob import Blob
from leakguard.extract.limits import Budget
from leakguard.extract.mail.mail import read_mail
from leakguard.extract.text.html import sources
from leakguard.model.content import Role
from leakguard.model.preview import Frame
from leakguard.preview.pictures import Pictures
from leakguard.preview.sanitise import CUT, sanitised

_MOST_FRAMES = 50

NO_FRAME = "This message has no such page."


def numbers_of_frames(content: bytes, limits: Limits) -> dict[str, int]:
    """The number of the frame of each part that has one, by the path of the part."""
    return {each.part: number for number, each in enumerate(_bodies(_files(content, limits)), 1)}


def frame(content: bytes, number: int, *, limits: Limits) -> Frame:
    """An HTML body as its reader would see it. Scripts, forms, styles that hide or overlay, and everything remote are
    gone; links are text with their target behind it; pictures that came with the mail are in it.
    """
    files = list(_files(content, limits))
    bodies = list(_bodies(iter(files)))
    if not 0 < number <= len(bodies):
        return Frame(problem=NO_FRAME)
    source = next(iter(sources(bodies[number - 1])), "")
    pictures = Pictures({each.content_id: each.data for each in files if each.content_id})
    html, is_cut = sanitised(source, pictures.url)
    return Frame(html=html, problem=CUT if is_cut else "")


def _files(content: bytes, limits: Limits) -> Iterator[Blob]:
    message = Blob(data=content[: limits.message_bytes], part="1", role=Role.BODY, place="body")
    return (each for each in read_mail(message, Budget(limits)) if isinstance(each, Blob))


def _bodies(files: Iterator[Blob]) -> Iterator[Blob]:
    """Each part that is declared HTML, once."""
    seen: set[str] = set()
    for each in files:
        if each.declared == "text/html" and each.part not in seen and len(seen) < _MOST_FRAMES:
            seen.add(each.part)
            yield each

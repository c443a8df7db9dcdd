"""What a brace of rich text saves: one group's state, copied only when it changes."""

from __future__ import annotations

from collections.abc import Callable

from leakguard.extract.text.rtf_text import Sink


class Grab:
    """The hexadecimal and binary content of a group. kind: "picture", "wmf", "dib", "object", "data"."""

    __slots__ = ("binary", "digits", "kind")

    def __init__(self, kind: str) -> None:
        self.digits = bytearray()
        self.binary = bytearray()
        self.kind = kind


class Group:
    """sink: None where text is no text (shapes). skipped: nothing in here counts. hidden: the place of unseen words.

    unseen: not for readers of the HTML within. outer: the sink to go back to. apart: groups in here do not run on.
    shape: name and value of a property. closes: what happens when the group ends.
    """

    __slots__ = (
        "apart",
        "closes",
        "codec",
        "fonts",
        "grab",
        "hidden",
        "outer",
        "shape",
        "sink",
        "skipped",
        "uc",
        "unseen",
    )

    def __init__(self, sink: Sink, codec: str) -> None:
        self.sink: Sink | None = sink
        self.codec = codec
        self.uc = 1
        self.hidden = ""
        self.unseen = False
        self.skipped = False
        self.fonts = False
        self.apart = False
        self.grab: Grab | None = None
        self.outer: Sink | None = None
        self.shape: tuple[Sink, Sink] | None = None
        self.closes: Callable[[], None] | None = None

    def copy(self) -> Group:
        other = Group.__new__(Group)
        for name in Group.__slots__:
            setattr(other, name, getattr(self, name))
        return other

"""The index of places: every entry builds one file with one phrase in one place."""

from __future__ import annotations

import zlib
from collections.abc import Callable
from dataclasses import dataclass

from leakguard.model.content import GapKind

_WORDS = (
    "amber walnut harbour lantern meadow pebble saddle thicket velvet willow anchor barley candle drizzle ember"
    " falcon garnet hazel indigo juniper kestrel lichen marble nectar orchid parsley quartz russet"
).split()
Build = Callable[[str], bytes]


@dataclass(frozen=True, slots=True, kw_only=True)
class Place:
    """family: what the file is. name: where the phrase is. says: words that the place of the finding contains.

    shows: what people see of the phrase.
    gap: the file cannot be read, and this gap says so instead of the phrase.
    is_mail: it is sent as it is, not attached.
    """

    family: str
    name: str
    build: Build
    says: str = ""
    shows: Callable[[str], str] = str
    gap: GapKind | None = None
    is_mail: bool = False

    @property
    def id(self) -> str:
        return f"{self.family}: {self.name}"

    @property
    def phrase(self) -> str:
        """Its own words, the same in every run, so that no other place can be mistaken for it."""
        seed = zlib.crc32(self.id.encode())
        first, second, third = (_WORDS[(seed >> shift) % len(_WORDS)] for shift in (0, 9, 18))
        return f"{first} {second} {seed % 9000 + 1000} {third}"


PLACES: list[Place] = []


def plant(
    family: str,
    name: str,
    *,
    says: str = "",
    shows: Callable[[str], str] = str,
    gap: GapKind | None = None,
    is_mail: bool = False,
) -> Callable[[Build], Build]:
    """Enter a builder into the index."""

    def enter(build: Build) -> Build:
        entry = Place(family=family, name=name, build=build, says=says, shows=shows, gap=gap, is_mail=is_mail)
        assert all(each.id != entry.id for each in PLACES), f"two places called {entry.id}"
        PLACES.append(entry)
        return build

    return enter

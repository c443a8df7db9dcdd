"""Every phrase of the index is found where it was planted; what cannot be read says so."""

from __future__ import annotations

import re
import unicodedata
from email.message import EmailMessage

import pytest

from leakguard.extract import Limits, extract
from leakguard.model.content import Extraction
from tests.planted import (  # noqa: F401 - they fill the index
    excel,
    gleaned,
    mails,
    opendocument,
    others,
    pages,
    powerpoint,
    word,
)
from tests.planted.index import PLACES, Place

_IGNORED = re.compile("[\u00ad\u200b-\u200f\u2060\ufeff]")


def folded(text: str) -> str:
    return " ".join(_IGNORED.sub("", unicodedata.normalize("NFKC", text)).casefold().split())


def attached(content: bytes) -> bytes:
    """A mail with this file, under a type and a name that say nothing."""
    message = EmailMessage()
    message["From"], message["To"], message["Subject"] = "ana@stats.example", "bo@else.example", "minutes"
    message.set_content("As agreed.")
    message.add_attachment(content, maintype="application", subtype="octet-stream", filename="attached")
    return message.as_bytes()


def _mail(place: Place) -> bytes:
    content = place.build(place.phrase)
    if place.is_mail:
        return content
    return attached(content)


def _where(found: Extraction, wanted: str) -> list[str]:
    """Places of the spans that hold the wanted text, at each occurrence of its first word."""
    first = re.compile(re.escape(wanted.split(maxsplit=1)[0]), re.IGNORECASE)
    return [
        span.place_at(start)
        for span in found.spans
        if wanted in folded(span.text)
        for start in [match.start() for match in first.finditer(span.text)] or [0]
    ]


@pytest.mark.parametrize("place", [each for each in PLACES if each.gap is None], ids=lambda each: each.id)
def test_a_planted_phrase_is_found_where_it_is(place: Place) -> None:
    found = extract(_mail(place), Limits())
    places = _where(found, folded(place.shows(place.phrase)))
    assert places, f"not found; gaps: {found.gaps}"
    assert any(place.says in where for where in places), places


@pytest.mark.parametrize("place", [each for each in PLACES if each.gap is not None], ids=lambda each: each.id)
def test_what_cannot_be_read_is_a_gap(place: Place) -> None:
    assert place.gap in {gap.kind for gap in extract(_mail(place), Limits()).gaps}

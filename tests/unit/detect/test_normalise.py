"""One canonical view of a text, and the way back to where a reader would look."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from leakguard.detect.normalise import PARAGRAPH, fold_phrase, normalise
from tests.cost import assert_linear

ODD = "aA1 \t\n\r>-_/|.é\u0301\u00ad\u200b\u200d\ufeffﬁßаο£½…\u2028\u00a0“’—\x00\x1d\x1e\x07\U0001d400\ud800İ㎏"
TEXTS = st.text(ODD, max_size=60) | st.text(max_size=40)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        pytest.param("Record EMPLOYMENT", "record employment", id="case"),
        pytest.param("rec\u00f3rd", "record", id="accent"),
        pytest.param("reco\u0301rd", "record", id="accent in two characters"),
        pytest.param("em\u00adploy\u200bment\ufeff", "employment", id="what does not print"),
        pytest.param("emp\x00loy\x07ment", "employment", id="control characters"),
        pytest.param("employ\ud800ment", "employment", id="half a character"),
        pytest.param("еmрlоуmеnt", "employment", id="Cyrillic look-alikes"),
        pytest.param("ΕΜΡLΟΥΜΕΝΤ".replace("L", "l"), "employment", id="Greek look-alikes"),
        pytest.param("ｒｅｃｏｒｄ ４．１％", "record 4.1%", id="full width"),
        pytest.param("𝐫𝐞𝐜𝐨𝐫𝐝", "record", id="mathematical letters"),
        pytest.param("ﬁrst oﬃce Straße", "first office strasse", id="ligatures"),
        pytest.param("“record” ‘high’", "\"record\" 'high'", id="quotes"),
        pytest.param(
            "record-employment record – employment a/b_c|d", "record employment record employment a b c d", id="x"
        ),
        pytest.param("record  \t employment\u00a0rate", "record employment rate", id="blanks of all kinds"),
        pytest.param("record\nemployment", "record employment", id="wrapped"),
        pytest.param("record \r\n  employment", "record employment", id="wrapped with blanks"),
        pytest.param("record\n> > employment", "record employment", id="wrapped in a reply"),
        pytest.param("record \n> employment", "record employment", id="wrapped in a reply after a blank"),
        pytest.param("record\n\nemployment", f"record{PARAGRAPH}employment", id="a blank line"),
        pytest.param("record\n> \n> employment", f"record{PARAGRAPH}employment", id="a blank line in a reply"),
        pytest.param("record \u200b employment", "record employment", id="nothing between two blanks"),
        pytest.param("record\n\u200b> employment", "record employment", id="nothing before a reply mark"),
        pytest.param("record\u200b\n\u200b\nemployment", f"record{PARAGRAPH}employment", id="nothing on a blank line"),
        pytest.param("a\x1db\x1ec", "a b c", id="our own marks cannot be written"),
        pytest.param("5 > 4", "5 > 4", id="a sign that is no reply mark"),
        pytest.param("", "", id="nothing"),
    ],
)
def test_what_reads_alike_is_alike(text: str, expected: str) -> None:
    assert normalise(text).text == expected


@pytest.mark.parametrize(
    ("text", "word", "shown"),
    [
        pytest.param("the rec\u200bord", "record", "rec\u200bord", id="around what does not print"),
        pytest.param("an oﬃce", "office", "oﬃce", id="a ligature"),
        pytest.param("an oﬃce", "ice", "ﬃce", id="from within a ligature"),
        pytest.param("a  record\n>  high x", "record high", "record\n>  high", id="a reply prefix"),
        pytest.param("x еmрlоуmеnt.", "employment", "еmрlоуmеnt", id="look-alikes"),
        pytest.param("\ufeffrecord", "record", "record", id="behind a byte order mark"),
        pytest.param("“record”", '"record"', "“record”", id="quotes"),
        pytest.param("a \u200b \u200b b high", "high", "high", id="behind many"),
        pytest.param("Straße x", "strasse", "Straße", id="sharp s"),
    ],
)
def test_a_highlight_shows_the_original(text: str, word: str, shown: str) -> None:
    view = normalise(text)
    start = view.text.index(word)

    origin, end = view.original_span(start, start + len(word))

    assert text[origin:end] == shown


@pytest.mark.parametrize(
    ("text", "origin", "seen"),
    [
        pytest.param("an oﬃce", 3, "office", id="before a ligature"),
        pytest.param("an oﬃce", 4, "ffice", id="a ligature"),
        pytest.param("an oﬃce", 5, "ce", id="behind a ligature"),
        pytest.param("a   b", 4, "b", id="behind blanks"),
        pytest.param("\ufeffab", 0, "ab", id="a dropped beginning"),
        pytest.param("\ufeffab", 1, "ab", id="behind it"),
        pytest.param("a\u200bb", 2, "b", id="behind what is dropped"),
    ],
)
def test_a_place_in_the_original_has_its_place_in_the_view(text: str, origin: int, seen: str) -> None:
    view = normalise(text)

    assert view.text[view.canonical(origin) :] == seen


@given(TEXTS)
def test_the_map_is_monotone_and_in_range(text: str) -> None:
    view = normalise(text)
    back = [view.original(offset) for offset in range(len(view.text))]
    there = [view.canonical(origin) for origin in range(len(text) + 1)]

    assert back == sorted(back)
    assert there == sorted(there)
    assert all(0 <= origin < len(text) for origin in back)
    assert all(0 <= offset <= len(view.text) for offset in there)
    assert all(view.canonical(origin) <= offset for offset, origin in enumerate(back))


@given(TEXTS)
def test_the_view_has_no_runs_of_blanks_and_no_marks_of_ours_but_paragraphs(text: str) -> None:
    view = normalise(text).text

    assert not any(each in view for each in "\n\t\r\x1d\u200b\u00ad\ufeff")
    assert sum(map(text.count, "\n\x85\u2028\u2029")) > 1 or PARAGRAPH not in view


@given(st.text("aAé-_ \u200bß", max_size=20))
def test_a_rules_words_are_folded_as_texts_are(words: str) -> None:
    assert fold_phrase(words) in normalise(f"x {words} y").text


@pytest.mark.parametrize(
    "unit",
    [
        pytest.param("record employment\n> rose\r\n\r\n", id="replies"),
        pytest.param("em\u00adploy \u200b ment ", id="invisible"),
        pytest.param("oﬃce еmрlоуmеnt ", id="ligatures and look-alikes"),
        pytest.param(" \u200b", id="one long run"),
        pytest.param(" ", id="one long run of blanks, invisible at the end"),
    ],
)
def test_the_cost_is_linear(unit: str) -> None:
    assert_linear(lambda times: normalise(unit * times + "\u200b"), 2_000)

"""The evaluator counts what it is given, lists every mistake, and shows nobody the half that is held out."""

from __future__ import annotations

import io
import json
from itertools import count

import pytest

from leakguard.model.decision import Action
from tests.corpus import evaluate
from tests.corpus.judging import DEVELOPMENT, HELD_OUT, STRANGER, Answer, Entry, judge, messages
from tests.corpus.measures import SOURCES, Source, per_pack, section, sections, sentences, symmetry, wilson

LEAKS, OFFICE = Source(file="leaks", leaks=True), Source(file="office", leaks=False)


def entry(number: int, *, category: str = "plain", pair: str | None = None, text: str = "Two words.") -> Entry:
    return {"id": f"x-{number}", "category": category, "topic": "gdp", "pair": pair, "subject": "s", "text": text}


def forwards(_entry: Entry, _sender: str) -> Answer:
    return Answer(action=Action.FORWARD)


@pytest.mark.parametrize(
    ("hits", "total", "low", "high"),
    [(0, 10, 0.0, 0.278), (10, 10, 0.722, 1.0), (45, 50, 0.786, 0.957), (0, 0, 0.0, 1.0)],
)
def test_intervals_are_wilsons(hits: int, total: int, low: float, high: float) -> None:
    assert wilson(hits, total) == pytest.approx((low, high), abs=0.0006)


def test_every_leak_that_is_not_held_is_listed() -> None:
    given = [
        (entry(1), Answer(action=Action.HOLD)),
        (entry(2), Answer(action=Action.FLAG)),
        (entry(3), Answer(action=Action.FORWARD)),
        (entry(4, category="oblique"), Answer(action=Action.FORWARD)),
    ]

    part = section(LEAKS, None, given)

    assert (part["forwarded"], part["flagged"], part["forwarded_oblique"]) == (["x-3"], ["x-2"], ["x-4"])
    assert (part["total"]["held"]["count"], part["total"]["either"]["count"], part["total"]["held"]["of"]) == (1, 2, 3)
    assert part["by_category"]["oblique"]["either"]["of"] == 1


def test_every_false_hold_is_listed() -> None:
    given = [
        (entry(1), Answer(action=Action.HOLD)),
        (entry(2), Answer(action=Action.REJECT)),
        (entry(3), Answer(action=Action.FLAG)),
        (entry(4), Answer(action=Action.FORWARD)),
    ]

    part = section(OFFICE, None, given)

    assert (part["held"], part["flagged"], part["forwarded"]) == (["x-1", "x-2"], ["x-3"], [])


def test_the_halves_are_reported_apart() -> None:
    held_out, development = sections(LEAKS, [(entry(n), Answer(action=Action.FORWARD)) for n in (1, 2, 3)])

    assert (held_out["half"], held_out["forwarded"]) == ("held-out half", ["x-2"])
    assert (development["half"], development["forwarded"]) == ("development half", ["x-1", "x-3"])


def test_a_pair_with_two_answers_is_named() -> None:
    given = [
        (entry(1, pair="a"), Answer(action=Action.HOLD)),
        (entry(2, pair="a"), Answer(action=Action.FLAG)),
        (entry(3, pair="b"), Answer(action=Action.HOLD)),
        (entry(4, pair="b"), Answer(action=Action.HOLD)),
        (entry(5, pair="alone"), Answer(action=Action.HOLD)),
    ]

    assert symmetry(LEAKS, given) == {"file": "leaks", "compared": 2, "unlike": ["a"]}


def test_text_is_cut_into_sentences_and_lines() -> None:
    found = sentences([entry(1, text="Hello all.\n\nIs it 3.5 or 4? I don't know. Thanks\n- one item")])

    assert [each["text"] for each in found] == ["Hello all.", "Is it 3.5 or 4?", "I don't know.", "- one item"]


def test_a_held_sentence_counts_for_the_packs_that_its_outcome_names() -> None:
    given = [
        (entry(1), Answer(action=Action.HOLD, rules=frozenset({"uk.gdp"}))),
        (entry(1), Answer(action=Action.FLAG, rules=frozenset({"uk.crime"}))),
    ]

    rates = per_pack(given, ["uk.crime", "uk.gdp"])

    assert {name: each["count"] for name, each in rates["by_pack"].items()} == {"uk.crime": 0, "uk.gdp": 1}
    assert (rates["total"]["share"], rates["held_in"]) == (0.5, ["x-1"])


def test_show_prints_the_development_half_only(capsys: pytest.CaptureFixture[str]) -> None:
    evaluate.main(["--show", "--only", "drafts"], judge=forwards)

    printed = capsys.readouterr().out
    assert all(each["text"] in printed for each in messages("drafts", half=DEVELOPMENT))
    shown_too = [each["id"] for each in messages("drafts", half=HELD_OUT) if each["text"] in printed]
    assert shown_too == []
    assert all(each["id"] in printed for each in messages("drafts"))


def test_show_prints_nothing_of_the_second_set(capsys: pytest.CaptureFixture[str]) -> None:
    evaluate.main(["--show", "--only", "second/leaks"], judge=forwards)

    printed = capsys.readouterr().out
    assert [each["id"] for each in messages("second/leaks") if each["text"] in printed] == []


def test_json_has_what_the_text_has(capsys: pytest.CaptureFixture[str]) -> None:
    assert evaluate.main(["--format", "json", "--only", "second/leaks"], judge=forwards) == 0

    (part,) = json.loads(capsys.readouterr().out)["sections"]
    assert part["total"]["either"] | {"high": 0} == {"count": 0, "of": 100, "share": 0.0, "low": 0.0, "high": 0}
    assert len(part["forwarded"]) == 100


@pytest.mark.parametrize(("seconds", "lines"), [(0.0, 0), (1.0, 20)])
def test_progress_is_said_every_two_seconds(seconds: float, lines: int) -> None:
    ticks = count(step=seconds)
    stream = io.StringIO()

    evaluate.evaluate([Source(file="drafts", leaks=True)], forwards, [], stream, lambda: next(ticks))

    said = stream.getvalue().splitlines()
    assert len(said) == lines
    assert all(line.endswith(" of 40") for line in said)


@pytest.mark.parametrize(
    ("name", "size"),
    [
        ("second/leaks", 120),
        ("second/innocent", 150),
        ("second/threads", 60),
        ("fourth/leaks", 168),
        ("fourth/innocent", 163),
        ("fourth/threads", 30),
    ],
)
def test_a_set_for_reporting_is_there_and_judged(name: str, size: int) -> None:
    """No more than that."""
    found = messages(name)

    assert len({each["id"] for each in found}) == len({(each["subject"], each["text"]) for each in found}) == size
    assert {judge(each, STRANGER).action for each in found} <= set(Action)
    assert name in {source.file for source in SOURCES if not source.halved}

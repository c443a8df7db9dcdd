"""Shapes: in their place, of their size, within the paper, and readable in black and white."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from itertools import pairwise

import pytest

from leakguard.web.drawing import Bar, Dot, Drawing, Fill, Line, Mark, Panel, Row, Series, Text, dots, over_time, ranked
from leakguard.web.drawing.scale import cut, grouped, length, share, ticks
from leakguard.web.drawing.shapes import INK, LETTER, PAPER, RULE, TINT

T = datetime(2031, 3, 18, 9, 30, tzinfo=UTC)
HOUR = timedelta(hours=1)
MINUTE = timedelta(minutes=1)
TWO = (Series(name="Held", fill=Fill.FULL), Series(name="Flagged", fill=Fill.STRIPED))


def of(drawing: Drawing, kind: type) -> list:
    return [each for each in drawing.shapes if isinstance(each, kind)]


def hours(*counts: int, marks=(), labels=()) -> Drawing:
    edges = [T + n * HOUR for n in range(len(counts) + 1)]
    return over_time("title", "summary", edges, [Panel(name="Held", counts=counts)], marks, labels)


def luminance(colour: str) -> float:
    """Relative luminance, as WCAG 2.2 defines it."""
    parts = [int(colour[n : n + 2], 16) / 255 for n in (1, 3, 5)]
    red, green, blue = (each / 12.92 if each <= 0.04045 else ((each + 0.055) / 1.055) ** 2.4 for each in parts)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def contrast(one: str, other: str) -> float:
    high, low = sorted((luminance(one), luminance(other)), reverse=True)
    return (high + 0.05) / (low + 0.05)


def test_the_measure_of_contrast_itself_is_right():
    assert contrast("#000000", "#ffffff") == pytest.approx(21)
    assert contrast("#767676", "#ffffff") == pytest.approx(4.54, abs=0.01)


def test_text_and_marks_stand_out_from_the_paper():
    assert contrast(INK, PAPER) >= 4.5
    assert contrast(TINT, PAPER) >= 3
    assert contrast(RULE, PAPER) >= 3


def test_a_bar_is_as_high_as_its_count_and_nothing_has_no_bar():
    bars = of(hours(4, 0, 1, 2), Bar)

    assert [each.height / bars[1].height for each in bars] == pytest.approx([4, 1, 2])
    assert len({round(each.y + each.height, 6) for each in bars}) == 1, "all stand on one line"


def test_bars_follow_their_time_without_touching():
    bars = of(hours(1, 1, 1), Bar)

    assert all(one.x + one.width < other.x for one, other in pairwise(bars))


def test_one_count_among_a_million_can_still_be_seen_and_the_axis_groups_its_digits():
    drawing = hours(1_234_567, 1)

    assert of(drawing, Bar)[1].height >= 1
    assert "1\u202f000\u202f000" in [each.text for each in of(drawing, Text)]


def test_without_anything_there_is_an_axis_and_no_bar():
    drawing = hours(0, 0)

    assert of(drawing, Bar) == []
    assert [each.text for each in of(drawing, Text)] == ["Held", "0", "1"]


def test_a_moment_is_marked_where_it_is_and_one_outside_is_not():
    mark = Mark(at=T + HOUR, label="lift 10:30")
    drawing = hours(1, 1, marks=[mark, Mark(at=T - HOUR, label="window opens 08:30", is_dashed=True)])

    [line] = [each for each in of(drawing, Line) if each.is_strong]
    left, right = of(drawing, Bar)
    assert left.x + left.width < line.x1 < right.x
    assert "lift 10:30" in [each.text for each in of(drawing, Text)]
    assert "window opens 08:30" not in [each.text for each in of(drawing, Text)]


def test_labels_of_the_time_axis_never_lie_on_each_other():
    labels = [(T + n * 10 * MINUTE, f"Tue {n:02}:00 GMT") for n in range(13)]
    shown = [each for each in of(hours(1, 1, labels=labels), Text) if each.text.endswith("GMT")]

    assert len(shown) > 2
    ends = [(each.x - len(each.text) * LETTER / 2, each.x + len(each.text) * LETTER / 2) for each in shown]
    assert all(one[1] < other[0] for one, other in pairwise(ends))


def test_parts_of_a_bar_lie_end_to_end_and_are_told_apart_without_colour():
    drawing = ranked("t", "s", TWO, [Row(name="uk.lms/direction", parts=(3, 1), tells="3 held, 1 flagged")])
    key, bars = of(drawing, Bar)[:2], of(drawing, Bar)[2:]

    assert [each.fill for each in bars] == [Fill.FULL, Fill.STRIPED] == [each.fill for each in key]
    assert bars[0].width == pytest.approx(3 * bars[1].width)
    assert bars[0].x + bars[0].width == pytest.approx(bars[1].x)
    assert "3 held, 1 flagged" in [each.text for each in of(drawing, Text)]


def test_a_share_is_drawn_of_the_whole_and_not_of_the_largest():
    rows = [Row(name="a", parts=(0.5,), tells="half"), Row(name="b", parts=(1.0,), tells="full")]
    half, _ = of(ranked("t", "s", TWO[:1], rows, most=1.0), Bar)
    [alone] = of(ranked("t", "s", TWO[:1], rows[:1], most=1.0), Bar)

    assert alone.width == half.width


def test_every_decision_is_a_dot_and_many_share_one():
    few = dots("t", "s", [3 * MINUTE] * 5 + [HOUR], [(3 * MINUTE, "half: 3 min")])
    many = dots("t", "s", [3 * MINUTE] * 1_400, [])

    assert len(of(few, Dot)) == 6
    assert len({each.x for each in of(few, Dot)}) == 2
    assert len({(each.x, each.y) for each in of(few, Dot)}) == 6, "none hides another"
    assert len(of(many, Dot)) == 14
    assert "Each dot stands for up to 100 messages." in [each.text for each in of(many, Text)]


def test_later_is_further_right_and_what_is_beyond_the_line_stays_on_it():
    times = [timedelta(), MINUTE, HOUR, timedelta(days=400)]
    drawing = dots("t", "s", times, [])
    xs = [each.x for each in of(drawing, Dot)]

    assert xs == sorted(xs)
    assert 0 < xs[0] < xs[-1] < drawing.width


LONG = "uk.a-very-long-name-of-a-pack-of-some-office/and-an-even-longer-name-of-its-finding"


@pytest.mark.parametrize(
    "drawing",
    [
        hours(10**9, 1, marks=[Mark(at=T, label="lift 09:30"), Mark(at=T, label="window opens 09:30")]),
        hours(5, labels=[(T, "Tue 09:30 GMT"), (T + HOUR, "Tue 10:30 GMT")]),
        ranked("t", "s", TWO, [Row(name=LONG, parts=(10**6, 10**6), tells="1 000 000 held, 1 000 000 flagged")] * 13),
        ranked("t", "s", TWO, [Row(name="a", parts=(0, 0), tells="0 held, 0 flagged")]),
        ranked("t", "s", TWO, []),
        dots(
            "t", "s", [timedelta(days=400)] * 30, [(timedelta(days=400), "half: 400 d"), (timedelta(), "9 in 10: 0 s")]
        ),
        dots("t", "s", [], []),
    ],
    ids=["huge", "one slot", "long names", "zero", "no rows", "long times", "no times"],
)
def test_nothing_leaves_the_paper(drawing):
    for each in drawing.shapes:
        match each:
            case Bar():
                box = (each.x, each.y, each.x + each.width, each.y + each.height)
            case Line():
                box = (min(each.x1, each.x2), min(each.y1, each.y2), max(each.x1, each.x2), max(each.y1, each.y2))
            case Dot():
                box = (each.x - each.radius, each.y - each.radius, each.x + each.radius, each.y + each.radius)
            case Text():
                width = len(each.text) * LETTER * 0.9  # an average letter of Arial is narrower than LETTER
                left = each.x - {"start": 0.0, "middle": width / 2, "end": width}[each.anchor]
                box = (left, each.y - 12, left + width, each.y + 4)
        assert box[0] >= -0.5, each
        assert box[1] >= 0, each
        assert box[2] <= drawing.width + 0.5, each
        assert box[3] <= drawing.height, each


@pytest.mark.parametrize(
    ("most", "steps"),
    [(0, (0, 1)), (1, (0, 1)), (2, (0, 1, 2)), (7, (0, 5, 10)), (30, (0, 10, 20, 30)), (31, (0, 20, 40))],
)
def test_steps_are_round_and_reach_the_most(most, steps):
    assert ticks(most) == steps


def test_numbers_and_lengths_as_people_read_them():
    assert [grouped(each) for each in (0, 999, 1000, 1234567)] == ["0", "999", "1\u202f000", "1\u202f234\u202f567"]
    assert [share(each) for each in (0.0, 0.001, 0.255, 0.999, 1.0)] == [
        f"{each}\u202f%" for each in (0, 1, 26, 99, 100)
    ]
    lengths = {0: "0 s", 59: "59 s", 60: "1 min", 3_600: "1 h", 12_000: "3 h 20 min", 93_600: "1 d 2 h"}
    assert {each: length(timedelta(seconds=each)) for each in lengths} == lengths


def test_a_long_name_is_cut_in_its_middle_and_a_short_one_is_not():
    assert cut("uk.lms/direction", 480) == "uk.lms/direction"
    short = cut(LONG, 160)
    assert len(short) == 20
    assert short.startswith("uk.a-very-") and short.endswith("s-finding") and "…" in short

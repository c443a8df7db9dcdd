"""Segments are the text: cut at evidence and at what does not show, and nothing lost or added."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from leakguard.model.content import Role, Span
from leakguard.preview.characters import UNSEEN, visible
from leakguard.preview.grids import grid_of
from leakguard.preview.segments import Mark, segments

TEXT = st.text(st.one_of(st.characters(), st.sampled_from("ab \n\t\u200b\u202e\u2066\x00\ud800\r")), max_size=60)


def marks_in(text: str) -> st.SearchStrategy[list[Mark]]:
    places = st.integers(0, len(text))
    mark = st.builds(lambda a, b, n: Mark(min(a, b), max(a, b), n), places, places, st.integers(1, 5))
    return st.lists(mark, max_size=6).map(lambda each: sorted(each, key=lambda mark: mark.start))


@given(TEXT.flatmap(lambda text: st.tuples(st.just(text), marks_in(text))), st.data())
def test_segments_joined_are_the_text(given_: tuple[str, list[Mark]], data: st.DataObject) -> None:
    text, marks = given_
    start = data.draw(st.integers(0, len(text)))
    end = data.draw(st.integers(start, len(text)))

    found = segments(text, start, end, marks, set())

    assert "".join(each.written if each.written is not None else each.text for each in found) == text[start:end]


@given(TEXT.flatmap(lambda text: st.tuples(st.just(text), marks_in(text))))
def test_each_mark_covers_exactly_its_characters(given_: tuple[str, list[Mark]]) -> None:
    text, marks = given_
    expected = [{mark.number for mark in marks if mark.start <= at < mark.end} for at in range(len(text))]

    found = segments(text, 0, len(text), marks, set())

    covered = [set(each.marks) for each in found for _ in (each.written if each.written is not None else each.text)]
    assert covered == expected


@given(TEXT)
def test_what_is_shown_has_nothing_that_does_not_show(text: str) -> None:
    shown = visible(text)

    assert UNSEEN.search(shown) is None
    shown.encode()
    assert all(UNSEEN.search(each.text) is None for each in segments(text, 0, len(text), [], set()))


@given(
    st.lists(
        st.lists(st.text("ab1 %", min_size=1, max_size=5).map(str.strip).filter(bool), min_size=1, max_size=6),
        max_size=8,
    )
)
def test_cells_of_a_grid_are_the_cells_that_were_written(rows: list[list[str]]) -> None:
    pieces: list[str] = []
    marks: list[tuple[int, str]] = []
    length = 0
    for number, row in enumerate(rows, 1):
        for column, cell in enumerate(row):
            marks.append((length, f"T!{chr(65 + column)}{number}"))
            pieces.append(cell + ("\t" if column < len(row) - 1 else "\n"))
            length += len(pieces[-1])
    span = Span(text="".join(pieces), part="1", role=Role.ATTACHMENT, marks=tuple(marks))

    grid = grid_of(span)

    found = [(cell.row, cell.column, span.text[cell.start : cell.end]) for cell in grid.cells] if grid else []
    assert found == [
        (number, chr(65 + column), cell) for number, row in enumerate(rows, 1) for column, cell in enumerate(row)
    ]

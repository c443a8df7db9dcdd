"""A reviewer sees the message with the evidence exactly where it stands, everything in reach, and gaps as loud."""

from __future__ import annotations

from collections.abc import Iterator
from email.message import EmailMessage
from io import BytesIO
from zipfile import ZipFile

import pytest
import xlsxwriter

from leakguard.extract import Limits, extract
from leakguard.model.compose import compose
from leakguard.model.content import GapKind, Role, Section, Verdict
from leakguard.model.preview import Block, Part, PartKind, Preview, Segment, Wanted
from leakguard.notation.codec import dumps, loads
from leakguard.preview import preview, without_message
from tests.builders import finding, gap
from tests.unit.detect.test_spots import inspected, samples

NEWS = "The unemployment rate rose to 5.1% in March 2031, the highest since 2021."


def seen(content: bytes, wanted: Wanted | None = None, verdict: Verdict | None = None) -> Preview:
    judged = verdict if verdict is not None else inspected(content)
    return preview(content, judged, wanted or Wanted(), limits=Limits())


def all_segments(shown: Preview | Part | Block) -> Iterator[Segment]:
    if isinstance(shown, Preview):
        for part in shown.parts:
            yield from all_segments(part)
    elif isinstance(shown, Part):
        for block in shown.blocks:
            yield from all_segments(block)
    else:
        yield from shown.segments
        for row in shown.rows:
            for cell in row.cells:
                yield from cell


def written(segments: Iterator[Segment]) -> str:
    return "".join(each.written if each.written is not None else each.text for each in segments)


def part_called(shown: Preview, heading: str) -> Part:
    return next(part for part in shown.parts if part.heading == heading)


@pytest.mark.parametrize("name", sorted(samples()))
def test_what_is_marked_is_the_evidence(name: str) -> None:
    content = samples()[name]
    verdict = inspected(content)
    spans = extract(content, Limits()).spans

    shown = seen(content, verdict=verdict)

    ordered = sorted(verdict.findings, key=lambda each: (each.spots[0].span, each.spots[0].start))
    assert [(each.rule, each.finding) for each in shown.evidence] == [(each.rule, each.id) for each in ordered]
    for each, found in zip(shown.evidence, ordered, strict=True):
        marked = written(piece for piece in all_segments(shown) if each.number in piece.marks)
        places = sorted({(spot.span, at) for spot in found.spots for at in range(spot.start, spot.end)})
        assert marked == "".join(spans[span].text[at] for span, at in places)
        assert each.is_marked and each.is_here


def test_evidence_is_numbered_in_the_order_of_places_and_begins_once() -> None:
    shown = seen(compose(f"FYI: {NEWS}", f"Hello\n\n{NEWS}\n\nEmployment fell by 20,000.\n"))

    begins = [number for each in all_segments(shown) for number in each.begins]
    assert [each.number for each in shown.evidence] == list(range(1, len(shown.evidence) + 1))
    assert sorted(begins) == [each.number for each in shown.evidence]
    assert [(each.part, each.start) for each in shown.evidence] == sorted(
        (each.part, each.start) for each in shown.evidence
    )


def test_a_spot_that_does_not_hold_the_words_found_is_not_marked() -> None:
    content = compose("FYI", f"{NEWS}\n")
    verdict = inspected(content)
    moved = tuple(
        type(each)(**{**{name: getattr(each, name) for name in each.__slots__}, "text": "other words"})
        for each in verdict.findings
    )

    shown = seen(content, verdict=Verdict(findings=moved))

    assert not any(each.is_marked or each.is_here for each in shown.evidence)
    assert not any(each.marks for each in all_segments(shown))


def test_a_finding_without_spots_is_listed_and_not_marked() -> None:
    shown = seen(compose("FYI", NEWS), verdict=Verdict(findings=(finding(text="rate rose"),)))

    assert [(each.number, each.is_marked, each.part) for each in shown.evidence] == [(1, False, None)]


def workbook(rows: int) -> bytes:
    file = BytesIO()
    book = xlsxwriter.Workbook(file)
    sheet = book.add_worksheet("Table 1")
    for row in range(rows):
        for column in range(12):
            sheet.write(row, column, f"r{row}c{column}")
    sheet.write("G150", NEWS)
    book.close()
    mail = EmailMessage()
    mail["Subject"] = "Tables"
    mail.set_content("See attached.")
    mail.add_attachment(file.getvalue(), maintype="application", subtype="octet-stream", filename="tab\u202elss.xlsx")
    return mail.as_bytes()


def test_a_sheet_is_a_window_around_the_cell_of_the_evidence() -> None:
    shown = seen(workbook(300))

    sheet = next(part for part in shown.parts if part.kind is PartKind.GRID)
    (block,) = sheet.blocks
    assert sheet.heading == "tab[U+202E right-to-left override]lss.xlsx, sheet Table 1"
    assert (sheet.rows, sheet.is_whole) == (300, False)
    assert block.columns == ("A", "D", "E", "F", "G", "H", "I", "J")
    assert [row.label for row in block.rows] == ["1", "2", "147", "148", "149", "150", "151", "152", "153"]
    (marked,) = {
        (row.label, column)
        for row in block.rows
        for column, cell in zip(block.columns, row.cells, strict=True)
        if any(piece.marks for piece in cell)
    }
    assert marked == ("150", "G")


def paged(content: bytes, number: int) -> list[Part]:
    pages, start = [], 0
    while True:
        (page,) = seen(content, Wanted(part=number, start=start), Verdict()).parts
        pages.append(page)
        if page.next is None:
            return pages
        assert page.next > start
        start = page.next


def test_every_cell_of_a_sheet_is_within_reach_page_by_page() -> None:
    content = workbook(300)
    number = next(part.number for part in seen(content).parts if part.kind is PartKind.GRID)

    pages = paged(content, number)

    cells = [written(iter(cell)) for page in pages for block in page.blocks for row in block.rows for cell in row.cells]
    assert sorted(each for each in cells if each) == sorted(
        [f"r{row}c{column}" for row in range(300) for column in range(12) if (row, column) != (149, 6)] + [NEWS]
    )
    assert len(pages) > 1


def of_lines(count: int) -> bytes:
    text = "".join(f"Line {number} says nothing of interest.\n" for number in range(count))
    return compose("FYI", text + NEWS)


def test_five_megabytes_of_text_make_a_small_page_with_all_evidence() -> None:
    content = of_lines(135_000)

    shown = seen(content)

    body = part_called(shown, "Body")
    assert len(content) > 5_000_000
    assert len(dumps(shown)) < 200_000
    assert not body.is_whole
    assert all(each.is_here for each in shown.evidence) and shown.evidence
    assert sum(block.skipped for block in body.blocks) > 4_000_000


def test_every_line_of_a_long_text_is_within_reach_page_by_page() -> None:
    content = of_lines(6_000)
    (span,) = (each for each in extract(content, Limits()).spans if each.role is Role.BODY)
    number = part_called(seen(content), "Body").number

    pages = paged(content, number)

    assert "".join(written(all_segments(page)) for page in pages) == span.text
    assert len(pages) > 10 and all(len(dumps(page)) < 100_000 for page in pages)


def test_a_thousand_parts_are_shown_a_hundred_at_a_time_with_all_evidence_first() -> None:
    mail = EmailMessage()
    mail["Subject"] = "Many"
    mail.set_content("See attached.")
    for number in range(150):
        mail.add_attachment(f"Note {number} of the meeting." if number < 149 else NEWS, filename=f"n{number}.txt")
    content = mail.as_bytes()

    shown = seen(content)

    assert shown.next == 101
    assert all(each.is_here for each in shown.evidence) and shown.evidence
    rest = seen(content, Wanted(start=101))
    assert rest.parts[0].number == 101
    assert shown.count > 300


def test_sections_are_labelled() -> None:
    body = f"Please see below.\n\n-----Original Message-----\nFrom: Jo\nSent: Monday\nTo: Amy\nSubject: x\n\n{NEWS}\n"

    shown = seen(compose("FYI", body))

    assert [block.section for block in part_called(shown, "Body").blocks] == [Section.NEW, Section.QUOTED]


def test_characters_that_do_not_show_are_named_wherever_they_stand() -> None:
    shown = seen(compose("F\u202eIY", "un\u200bseen and \u2066turned\u2069, and\u200b\u200b\u200d many"))

    assert next(each.text for each in shown.headers if each.name == "Subject") == "F[U+202E right-to-left override]IY"
    assert [each.text for each in all_segments(part_called(shown, "Body"))] == [
        "un",
        "[U+200B zero width space]",
        "seen and ",
        "[U+2066 left-to-right isolate]",
        "turned",
        "[U+2069 pop directional isolate]",
        ", and",
        "[3 characters that do not show: U+200B zero width space, U+200D zero width joiner]",
        " many\n",
    ]


def test_gaps_say_where_they_are_what_they_mean_and_what_to_do() -> None:
    packed = BytesIO()
    with ZipFile(packed, "w") as archive:
        archive.writestr("x.txt", NEWS)
    locked = bytearray(packed.getvalue())
    for sign, at in ((b"PK\x03\x04", 6), (b"PK\x01\x02", 8)):
        locked[locked.index(sign) + at] |= 1
    mail = EmailMessage()
    mail["Subject"] = "Tables"
    mail.set_content("See attached.")
    mail.add_attachment(bytes(locked), maintype="application", subtype="zip", filename="figures.zip")

    (unread,) = seen(mail.as_bytes()).unread

    assert unread.kind is GapKind.ENCRYPTED
    assert unread.heading.startswith("figures.zip")
    assert "locked" in unread.meaning and unread.advice


@pytest.mark.parametrize("kind", GapKind)
def test_every_kind_of_gap_has_its_sentences(kind: GapKind) -> None:
    (unread,) = without_message(Verdict(gaps=(gap(kind),)), "problem").unread

    assert unread.meaning.endswith(".") and unread.advice.endswith(".")


def test_both_readings_of_a_mail_are_there_and_the_page_has_a_frame() -> None:
    mail = EmailMessage()
    mail["Subject"] = "x"
    mail.set_content("The plain words.")
    mail.add_alternative("<p>The <b>other</b> words.</p><p hidden>secret</p>", subtype="html")

    shown = seen(mail.as_bytes())

    assert [(part.heading, part.frame) for part in shown.parts if part.role is Role.BODY] == [
        ("Body", None),
        ("Body (HTML)", 1),
    ]
    assert [part.is_hidden for part in shown.parts if part.role is Role.HIDDEN] == [True]


def test_a_part_that_is_not_there_is_no_error() -> None:
    assert seen(compose("x", "y"), Wanted(part=999)).parts == ()
    assert seen(compose("x", "y"), Wanted(part=1, start=10**9)).parts[0].number == 1


def test_a_preview_is_written_and_read_again() -> None:
    shown = seen(workbook(40))

    assert loads(Preview, dumps(shown)) == shown


def test_nothing_of_the_message_is_printed() -> None:
    content = compose("Sekretsubject", f"Sekretbody {NEWS}")

    assert "Sekret" not in repr(seen(content))

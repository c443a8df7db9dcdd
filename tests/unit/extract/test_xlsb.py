"""Binary workbooks: records in a zip, read as other workbooks are."""

from __future__ import annotations

import struct

from leakguard.extract import Limits
from leakguard.model.content import GapKind, Role
from tests.unit.extract.make import gap_kinds, place_of, read_file, texts, words, zipped

RELATIONS = (
    b'<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships">'
    b'<Relationship Id="r1" Type="t" Target="worksheets/sheet1.bin"/></Relationships>'
)
COMMENTS = RELATIONS.replace(b"worksheets/sheet1.bin", b"../comments1.bin")


def _record(kind: int, content: bytes = b"") -> bytes:
    head = bytes([kind]) if kind < 128 else bytes([kind & 0x7F | 0x80, kind >> 7])
    size = len(content)
    return head + (bytes([size]) if size < 128 else bytes([size & 0x7F | 0x80, size >> 7])) + content


def _text(text: str) -> bytes:
    return struct.pack("<I", len(text)) + text.encode("utf-16-le")


def _cell(kind: int, column: int, value: bytes, style: int = 0) -> bytes:
    return _record(kind, struct.pack("<II", column, style) + value)


def _row(number: int) -> bytes:
    return _record(0, struct.pack("<I", number) + bytes(13))


def _xlsb(*cells: bytes, strings: tuple[str, ...] = (), comments: bytes = b"") -> bytes:
    book = _record(131) + _record(156, struct.pack("<II", 0, 1) + _text("r1") + _text("Figures")) + _record(132)
    shared = _record(159, bytes(8)) + b"".join(_record(19, b"\0" + _text(each)) for each in strings) + _record(160)
    styles = _record(278) + _record(44, struct.pack("<H", 170) + _text("0.0%")) + _record(617, bytes(4))
    styles += _record(47, bytes(16)) + _record(47, struct.pack("<HH", 0, 170) + bytes(12)) + _record(618) + _record(279)
    parts = {
        "[Content_Types].xml": b'<Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types"/>',
        "xl/workbook.bin": book,
        "xl/_rels/workbook.bin.rels": RELATIONS,
        "xl/sharedStrings.bin": shared,
        "xl/styles.bin": styles,
        "xl/worksheets/sheet1.bin": _record(129) + b"".join(cells) + _record(130),
        "xl/worksheets/_rels/sheet1.bin.rels": COMMENTS,
    }
    return zipped(parts | ({"xl/comments1.bin": comments} if comments else {}))


def test_cells_are_read_as_displayed_with_their_places() -> None:
    found = read_file(
        _xlsb(
            _row(0) + _cell(7, 0, struct.pack("<I", 0)) + _cell(5, 1, struct.pack("<d", 0.051), style=1),
            _row(1) + _cell(2, 0, struct.pack("<I", 4567 << 2 | 3)) + _cell(4, 1, b"\1") + _cell(3, 2, b"\x07"),
            strings=("Безработица",),
        )
    )

    assert texts(found, Role.ATTACHMENT)[0] == "Безработица\t5.1%\n45.67\tTRUE\t#DIV/0!"
    assert place_of(found, "5.1%") == "attachment, Figures!B1"
    assert found.gaps == ()


def test_what_a_formula_gave_last_is_read() -> None:
    found = read_file(_xlsb(_row(6) + _cell(8, 2, _text("result words") + bytes(6))))

    assert place_of(found, "result words") == "attachment, Figures!C7"


def test_strings_of_deleted_cells_are_hidden_text() -> None:
    assert "orphan words" in words(read_file(_xlsb(_row(0), strings=("orphan words",))), Role.HIDDEN)


def test_comments_name_their_cell() -> None:
    comment = _record(635, struct.pack("<IIIII", 0, 4, 4, 1, 1) + bytes(16)) + _record(637, b"\0" + _text("note text"))
    found = read_file(_xlsb(_row(0), comments=_record(628) + _record(632, _text("Ann")) + comment + _record(629)))

    assert place_of(found, "note text") == "attachment, Figures, comment on B5"
    assert "Ann" in words(found, Role.NAME)


def test_headers_and_footers_are_read() -> None:
    none = struct.pack("<I", 0xFFFFFFFF)
    found = read_file(_xlsb(_record(479, b"\0\0" + _text('&C&"Arial"Head words') + none * 5)))

    assert place_of(found, "Head words") == "attachment, Figures, header or footer"
    assert "Arial" not in words(found)


def test_other_records_are_swept() -> None:
    found = read_file(_xlsb(_record(494, bytes(20) + _text("http://secret.example/"))))

    assert "secret.example" in words(found, Role.HIDDEN)


def test_two_far_cells_cost_no_more_than_two_near_ones() -> None:
    far = _row(1_048_575) + _cell(6, 16_383, _text("far words"))

    found = read_file(_xlsb(_row(0) + _cell(6, 0, _text("near")), far))

    assert place_of(found, "far words") == "attachment, Figures!XFD1048576"


def test_more_cells_than_allowed_is_a_gap() -> None:
    many = [_row(row) + _cell(6, 0, _text("words")) for row in range(20)]

    assert GapKind.TOO_MANY in gap_kinds(read_file(_xlsb(*many), Limits(cells=10)))

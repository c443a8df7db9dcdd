"""Tables as files for spreadsheets, and nothing in them that a spreadsheet could run.

Rule of this file: every cell is text. What could begin a formula is quoted in CSV; in a workbook it is a string cell.
"""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime

import xlsxwriter

CSV_TYPE = "text/csv; charset=utf-8"
XLSX_TYPE = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
LONGEST_CELL = 32_767  # what a workbook can hold
WIDEST_COLUMN = 60
CUT = "\u2026 (cut; whole in the CSV)"

_STARTS_FORMULA = re.compile(r"\s*[=+\-@\uff0b\uff0d\uff1d\uff20]|[\t\r\n]")
# Controls, surrogates, and marks that turn the direction of what follows: shown as what they are.
_UNSEEN = re.compile(
    r"[\x00-\x08\x0b-\x1f\x7f-\x9f\u200b-\u200f\u202a-\u202e\u2066-\u2069\ud800-\udfff\ufeff\ufffe\uffff]"
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Table:
    """One view: its title, the names of its columns, its lines. note: what a reader has to know beside it."""

    title: str
    header: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]
    note: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class File:
    """Something to save. name: for Content-Disposition; it names no person."""

    name: str
    media_type: str
    content: bytes


def as_csv(table: Table) -> bytes:
    """UTF-8 with a byte order mark, since a spreadsheet reads anything else as the local code page; CRLF; all quoted.

    A cell that could begin a formula gets an apostrophe before it. ref: RFC 4180
    """
    out = io.StringIO(newline="")
    writer = csv.writer(out, quoting=csv.QUOTE_ALL, lineterminator="\r\n")
    writer.writerow(table.header)
    writer.writerows([_harmless(each) for each in row] for row in table.rows)
    return out.getvalue().encode("utf-8-sig")


def as_xlsx(tables: Sequence[Table], now: datetime) -> bytes:
    """One sheet for each table. In memory: no address touches a temporary file."""
    out = io.BytesIO()
    with xlsxwriter.Workbook(out, _OPTIONS) as workbook:
        workbook.set_properties({"title": tables[0].title, "author": "LeakGuard", "created": _plain(now)})
        head = workbook.add_format({"bold": True, "text_wrap": True, "valign": "top", "bottom": 1})
        body = workbook.add_format({"text_wrap": True, "valign": "top"})
        for table, name in zip(tables, _sheet_names(tables), strict=True):
            sheet = workbook.add_worksheet(name)
            sheet.freeze_panes(1, 0)
            sheet.repeat_rows(0)
            sheet.set_landscape()
            sheet.fit_to_pages(1, 0)
            for column, width in enumerate(_widths(table)):
                sheet.set_column(column, column, width)
            for number, row in enumerate((table.header, *table.rows)):
                for column, text in enumerate(row):
                    sheet.write_string(number, column, _cell(text), body if number else head)
            if table.rows:
                sheet.autofilter(0, 0, len(table.rows), len(table.header) - 1)
    return out.getvalue()


_OPTIONS = {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False, "strings_to_numbers": False}


def seen(text: str) -> str:
    """The same with every character that hides, or that no file can hold, written out."""
    return _UNSEEN.sub(lambda match: f"\\u{ord(match[0]):04x}", text)


def _harmless(text: str) -> str:
    text = f"'{text}" if _STARTS_FORMULA.match(text) else text
    return seen(text)


def _cell(text: str) -> str:
    text = seen(text)
    return text if len(text) <= LONGEST_CELL else text[: LONGEST_CELL - len(CUT)] + CUT


def _widths(table: Table) -> list[int]:
    longest = [max(map(_line_length, column)) for column in zip(table.header, *table.rows, strict=True)]
    return [min(each, WIDEST_COLUMN) + 2 for each in longest]


def _line_length(text: str) -> int:
    return max(map(len, text.splitlines()), default=0)


def _sheet_names(tables: Iterable[Table]) -> list[str]:
    """At most 31 characters, none of those that a sheet's name cannot have, each once whatever its case."""
    names: list[str] = []
    for table in tables:
        plain = re.sub(r"[\[\]:*?/\\']", " ", seen(table.title))[:31].strip() or "Sheet"
        taken = {each.casefold() for each in names}
        while plain.casefold() in taken:
            plain = f"{plain[:27].strip()} {len(names) + 1}"
        names.append(plain)
    return names


def _plain(now: datetime) -> datetime:
    return now.astimezone(UTC).replace(tzinfo=None)

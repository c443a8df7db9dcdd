"""Numbers as a reader of the workbook sees them."""

from __future__ import annotations

import pytest

from leakguard.extract.office.numbers import BUILT_IN, render, render_text

_ACCOUNTING = '_-£* #,##0.00_-;-£* #,##0.00_-;_-£* "-"??_-;_-@_-'


@pytest.mark.parametrize(
    ("value", "code", "expected"),
    [
        ("1234567.891", "General", "1234567.891"),
        ("33.3333333333333", "General", "33.33333333"),
        ("123456789012", "General", "1.23457E+11"),
        ("0.00001234", "General", "1.234E-05"),
        ("-5.1", 'General" points"', "-5.1 points"),
        ("12.5", "@", "12.5"),
        ("5", "0.##", "5"),
        ("0.5", "#.00", ".50"),
        ("5", "00", "05"),
        ("-0.001", "0.0", "0.0"),
        ("1e22", "0", "10000000000000000000000"),
        ("1234567", "#,##0,", "1,235"),
        ("1234567", "0.0,", "1234.6"),
        ("1234.5678", "# ##0.00", "1 234.57"),
        ("5.1", "0.0\\p\\p", "5.1pp"),
        ("0.0512", "0.00\\%", "0.05%"),
        ("-1234", "£#,##0", "-£1,234"),
        ("5", ";;;", ""),
        ("0.051", "0.0%;-0.0%;0.0%;@", "5.1%"),
    ],
)
def test_plain_numbers(value: str, code: str, expected: str) -> None:
    assert render(value, code) == expected


@pytest.mark.parametrize(
    ("value", "code", "expected"),
    [
        ("12345", "##0.0E+0", "12.3E+3"),
        ("999999", "0.0E+0", "1.0E+6"),
        ("0.75", "# ?/?", "3/4"),
        ("1.75", "# ?/?", "1 3/4"),
        ("1.375", "# ?/8", "1 3/8"),
        ("2", "# ?/?", "2"),
        ("0.333", "?/?", "1/3"),
        ("5551234567", "(000) 000-0000", "(555) 123-4567"),
        ("123456789", "000-00-0000", "123-45-6789"),
    ],
)
def test_exponents_fractions_and_digits_with_words_between(value: str, code: str, expected: str) -> None:
    assert render(value, code) == expected


@pytest.mark.parametrize(
    ("value", "code", "expected"),
    [
        ("1500", '[>=1000]0.0,"k";0', "1.5k"),
        ("-5", '[>=1000]0.0,"k";0', "-5"),
        ("12", '[<10]"low";[<20]"mid";"high"', "mid"),
        ("30", '[<10]"low";[<20]"mid";"high"', "high"),
        ("-3", '[<0]"minus "0;0', "minus 3"),
        ("-3", "0;[Red]0", "3"),
        ("1234.5", _ACCOUNTING, "£1,234.50"),
        ("0", _ACCOUNTING, "£-"),
        ("-1234.5", "[$£-809]#,##0.00;[RED]-[$£-809]#,##0.00", "-£1,234.50"),
    ],
)
def test_sections_and_their_conditions(value: str, code: str, expected: str) -> None:
    assert render(value, code) == expected


@pytest.mark.parametrize(
    ("value", "code", "expected"),
    [
        ("46112", "[$-809]d mmmm yyyy;@", "31 March 2026"),
        ("46112", "[$-F800]dddd\\,\\ mmmm\\ dd\\,\\ yyyy", "31 March 2026"),
        ("46112.5", "yyyy\\-mm\\-dd\\ hh:mm:ss", "2026-03-31 12:00:00"),
        ("46112", "ddd d mmm yy", "Tue 31 Mar 26"),
        ("0.5", "[h]:mm", "12:00"),
        ("1.5", "[h]:mm:ss", "36:00:00"),
        ("0.5", "h:mm AM/PM", "12:00 PM"),
        ("0.000011574", "mm:ss.0", "00:01.0"),
        ("59", "dd/mm/yyyy", "28/02/1900"),
    ],
)
def test_days_and_times(value: str, code: str, expected: str) -> None:
    assert render(value, code) == expected


def test_words_that_a_format_puts_around_text_are_read() -> None:
    assert render_text("North", '"Area: "@') == "Area: North"
    assert render_text("North", '0;0;0;"Area: "@') == "Area: North"
    assert render_text("North", "0.0%") == "North"


def test_every_built_in_format_shows_something() -> None:
    assert all(render("0.051", code) for code in BUILT_IN.values())


def test_days_since_1904_are_four_years_later() -> None:
    assert render("0", "yyyy", since_1904=True) == "1904"


@pytest.mark.parametrize(
    "code", ["0" * 255, "," * 255, "#,##0" + "," * 250, "?/" * 120, "[" * 200, '"' * 200, "E+0" * 80]
)
def test_no_format_is_too_strange(code: str) -> None:
    for value in ("0", "-1", "123456789.123", "1e299", "1e-299"):
        assert isinstance(render(value, code), str)

"""Spreadsheet numbers as their readers see them: 0.051 with the format "0.0%" is "5.1%".

ref: ECMA-376 part 1, 18.8.30 (number formats)
"""

from __future__ import annotations

from decimal import ROUND_HALF_UP, Decimal, InvalidOperation, localcontext
from fractions import Fraction
from math import isnan

from leakguard.extract.office.dates import render_date
from leakguard.extract.office.patterns import Kind, Section, sections

BUILT_IN = {
    0: "General",
    1: "0",
    2: "0.00",
    3: "#,##0",
    4: "#,##0.00",
    5: "£#,##0;-£#,##0",
    6: "£#,##0;-£#,##0",
    7: "£#,##0.00;-£#,##0.00",
    8: "£#,##0.00;-£#,##0.00",
    9: "0%",
    10: "0.00%",
    11: "0.00E+00",
    12: "# ?/?",
    13: "# ??/??",
    14: "dd/mm/yyyy",
    15: "d-mmm-yy",
    16: "d-mmm",
    17: "mmm-yy",
    18: "h:mm AM/PM",
    19: "h:mm:ss AM/PM",
    20: "h:mm",
    21: "h:mm:ss",
    22: "dd/mm/yyyy h:mm",
    **dict.fromkeys((27, 36, 50, 57), "yyyy/m/d"),  # dates of East Asia
    **dict.fromkeys((28, 29, 51, 54, 58), "m/d"),
    30: "m/d/yy",
    31: "yyyy/m/d",
    32: "h:mm",
    33: "h:mm:ss",
    **dict.fromkeys((34, 55), "yyyy/m"),
    **dict.fromkeys((35, 56), "m/d"),
    52: "yyyy/m",
    53: "m/d",
    37: "#,##0;(#,##0)",
    38: "#,##0;(#,##0)",
    39: "#,##0.00;(#,##0.00)",
    40: "#,##0.00;(#,##0.00)",
    41: '#,##0;-#,##0;"-"',
    42: '£#,##0;-£#,##0;£"-"',
    43: '#,##0.00;-#,##0.00;"-"',
    44: '£#,##0.00;-£#,##0.00;£"-"',
    45: "mm:ss",
    46: "[h]:mm:ss",
    47: "mm:ss.0",
    48: "##0.0E+0",
    49: "@",
}
_WIDTH = 11  # characters that "General" may take


def render(raw: str, code: str, *, since_1904: bool = False) -> str:
    """`raw` is the number as the file has it. What cannot be rendered is shown as it is."""
    try:
        value = float(raw)
    except ValueError:
        return raw
    if isnan(value) or abs(value) > 1e300 or (value and abs(value) < 1e-300):
        return raw
    number = Decimal(f"{value:.15g}")  # as spreadsheets do: what is beyond 15 digits is noise of the computer
    section, number = _choose(sections(code[:255]), number)
    if section.is_date:
        shown = render_date(section, number, since_1904=since_1904)
        return general(number) if shown is None else shown
    return _number(section, number)


def render_text(text: str, code: str) -> str:
    """A text cell as its format shows it: some formats put words around."""
    if "@" not in code or code == "@":
        return text
    found = sections(code[:255])
    last = found[3] if len(found) > 3 else found[-1]
    if all(kind is not Kind.AS_TEXT for kind, _ in last.tokens):
        return text
    return "".join(text if kind is Kind.AS_TEXT else words for kind, words in last.tokens).strip()


def general(number: Decimal) -> str:
    """As "General" shows it: in eleven characters."""
    size = abs(number)
    if not number:
        return "0"
    if size >= 10**_WIDTH or size < Decimal("0.0001"):
        mantissa, _, power = f"{float(number):.5E}".partition("E")
        return f"{mantissa.rstrip('0').rstrip('.')}E{power}"
    whole = max(size.adjusted() + 1, 1)
    text = f"{_rounded(number, max(_WIDTH - 1 - whole, 0)):f}"
    return text.rstrip("0").rstrip(".") if "." in text else text


def _choose(found: tuple[Section, ...], number: Decimal) -> tuple[Section, Decimal]:
    """A section of its own for negative numbers says itself how the sign looks."""
    if len(found) == 1:
        return found[0], number
    if found[0].condition or found[1].condition:
        return _choose_by_condition(found, number)
    if number < 0:
        return found[1], -number
    if number == 0 and len(found) > 2:
        return found[2], number
    return found[0], number


def _choose_by_condition(found: tuple[Section, ...], number: Decimal) -> tuple[Section, Decimal]:
    first, second = found[0], found[1]
    if first.holds(number, otherwise=number > 0 if len(found) > 2 else number >= 0):
        chosen = first
    elif len(found) < 3 or second.holds(number, otherwise=number < 0):
        chosen = second
    else:
        chosen = found[2]
    return chosen, abs(number) if chosen.only_negative else number


def _number(section: Section, number: Decimal) -> str:
    scaled = abs(number).scaleb(section.shift) if section.shift else abs(number)
    if section.simple is not None:
        digits, is_zero = _simple(section, scaled)
    else:
        digits, is_zero = _elaborate(section, scaled)
    if number < 0 and not is_zero:
        digits = "-" + digits.lstrip()
    return digits.strip()


def _simple(section: Section, size: Decimal) -> tuple[str, bool]:
    """The usual case: one run of digits between words."""
    assert section.simple is not None
    before, after = section.simple
    rounded = _rounded(size, section.decimals)
    text = f"{rounded:,f}" if section.grouped else f"{rounded:f}"
    if section.optional:
        text = _without_zeros(text, section.optional)
    if not section.least_whole and text.startswith("0"):
        text = text[1:]
    elif section.least_whole > 1:
        whole, point, rest = text.partition(".")
        text = whole.rjust(section.least_whole, "0") + point + rest
    return f"{before}{text}{after}", not rounded


def _without_zeros(text: str, most: int) -> str:
    for _ in range(most):
        text = text.removesuffix("0")
    return text.removesuffix(".")


def _elaborate(section: Section, size: Decimal) -> tuple[str, bool]:
    kinds = {kind for kind, _ in section.tokens}
    if Kind.EXPONENT in kinds:
        number = _scientific(section, size)
    elif Kind.FRACTION in kinds:
        number = _fraction(section, size)
    elif Kind.DIGITS in kinds:
        return _filled(section, size)
    else:
        number = general(size)
    out: list[str] = []
    for kind, text in section.tokens:
        if kind in (Kind.DIGITS, Kind.AS_TEXT, Kind.GENERAL):
            out.append(number)
            number = ""
        elif kind is Kind.WORDS:
            out.append(text)
        elif kind is Kind.PERCENT:
            out.append("%")
    return "".join(out), not size


def _scientific(section: Section, size: Decimal) -> str:
    exponent = next(text for kind, text in section.tokens if kind is Kind.EXPONENT)
    step = max(section.wholes, 1)
    power = 0
    if size:
        power = size.adjusted() // step * step
        mantissa = _rounded(size.scaleb(-power), section.decimals)
        if mantissa >= 10**step:
            power += step
            mantissa = _rounded(size.scaleb(-power), section.decimals)
    else:
        mantissa = _rounded(size, section.decimals)
    sign = "-" if power < 0 else "+" if exponent[1] == "+" else ""
    return f"{_without_zeros(f'{mantissa:f}', section.optional)}E{sign}{str(abs(power)).rjust(len(exponent) - 2, '0')}"


def _fraction(section: Section, size: Decimal) -> str:
    below = next(text for kind, text in section.tokens if kind is Kind.FRACTION).lstrip("/ ")
    exact = Fraction(size)
    if below.isdecimal() and int(below):
        upper, lower = round(exact * int(below)), int(below)
    else:
        near = exact.limit_denominator(10 ** min(len(below), 7) - 1)
        upper, lower = near.numerator, near.denominator
    if not section.has_whole_beside_fraction:
        return f"{upper}/{lower}"
    whole, upper = divmod(upper, lower)
    if not upper:
        return str(whole)
    return f"{whole} {upper}/{lower}" if whole else f"{upper}/{lower}"


def _filled(section: Section, size: Decimal) -> tuple[str, bool]:
    """Digits with words between them, as in telephone numbers: places are filled from the right."""
    rounded = _rounded(size, section.decimals)
    whole, _, after = f"{rounded:f}".partition(".")
    left = list(whole.lstrip("0"))
    out: list[str] = []
    places = section.wholes
    for kind, text in reversed(section.before_point):
        if kind is not Kind.DIGITS:
            out.append("%" if kind is Kind.PERCENT else text)
            continue
        places -= 1
        if left:
            out.append("".join(left) if places == 0 else left.pop())
        elif text == "0":
            out.append("0")
        if places == 0:
            left = []
    tail: list[str] = []
    digits = iter(after)
    for kind, text in section.after_point:
        tail.append(next(digits, "") if kind is Kind.DIGITS else "%" if kind is Kind.PERCENT else text)
    point = "." if section.decimals else ""
    return "".join(reversed(out)) + point + "".join(tail), not rounded


def _rounded(number: Decimal, decimals: int) -> Decimal:
    """Half away from zero."""
    try:
        return number.quantize(_STEPS[decimals], rounding=ROUND_HALF_UP)
    except InvalidOperation:
        with localcontext() as context:
            context.prec = 400
            return number.quantize(_STEPS[decimals], rounding=ROUND_HALF_UP)


_STEPS = tuple(Decimal(1).scaleb(-decimals) for decimals in range(31))

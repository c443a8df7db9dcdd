"""Months, years and weeks that a text names as the time of what it tells; what is only compared with is none.

A month alone ("in August") is none either: producers name it as often as historians.
"""

from __future__ import annotations

import re

from leakguard.detect.page import Hit
from leakguard.model.period import Period

_MONTHS = (
    "january february march april may june july august september october november december"
).split()  # fmt: skip
_SHORT = {name[:3]: number for number, name in enumerate(_MONTHS, 1)} | {"sept": 9}
_NUMBERS = {name: number for number, name in enumerate(_MONTHS, 1)} | _SHORT
_MONTH = "|".join(sorted(_NUMBERS, key=len, reverse=True))
_ALSO_WORDS = ("may", "march", "mar")
_YEAR = r"(?:1[5-9]|20)\d\d"
_DAY = r"(?<![\d.,:])(?P<day>[12]?\d|3[01])(?:st|nd|rd|th)?(?: of)? "
_LEAD = r"in|for|during|throughout|of|to|until|ending|ended|on|back in|early|late|mid|last|the|by"
_LEADS_TO_A_MONTH = ("in", "of", "for", "last", "the")
_PAPER = (
    r"bulletins?|releases?|editions?|publications?|reports?|(?:press )?notices?|rounds?|articles?|briefings?"
    r"|papers?|vintages?|ones?"
)
_FIGURES = r"figures?|numbers?|stats|statistics|data|estimates?|prints?|results?|tables?|readings?|updates?"
_EVENT = (
    r"strike|crisis|recession|crash|budget|census|survey|peak|riots|boom|panic|scare|slump|shock|referendum|election"
    rf"|season|{_PAPER}"
)
_MONTH_NAMED = re.compile(
    rf"(?:\b(?P<lead>{_LEAD}) )?(?:{_DAY})?\b(?P<month>{_MONTH})\b(?:'s)?(?: (?P<year>{_YEAR})\b)?"
    rf"(?P<paper>(?: [a-z]+){{0,3}}? (?:{_PAPER})\b)?(?P<figures>(?: [a-z]+){{0,2}}? (?:{_FIGURES})\b)?"
)
_YEAR_LEAD = (
    r"in|during|throughout|by|after|before|between|and|to|of|until|till|around|circa|about|early|late|mid"
    r"|summer|winter|spring|autumn|christmas|easter|year|years"
)
_FAR = r"before|after|between|during|throughout|back in|late|early|mid|pre|post"
_LINKS = (
    r"and|to|when|while|was|were|is|are|had|as|at|because|but|for|the|with|who|on|in|it|than|that|which|by|after|before"
)
_GOES_ON = rf"(?='|s\b| ?[,.;:!?)\"](?!\d)|$| (?:{_LINKS})\b)"  # a number before a noun is a count, not a year
_YEAR_NAMED = re.compile(
    rf"\b(?:{_YEAR_LEAD})(?: of| the)? (?P<year>{_YEAR}){_GOES_ON}"
    rf"|\b(?:summer|winter|spring|autumn|christmas|easter) of (?P<season>{_YEAR})\b(?!,\d| ?%|\.\d)"
    rf"|\b(?:years|decades?) (?:up )?(?:to|until) (?P<years>{_YEAR})\b(?!,\d| ?%|\.\d)"
    rf"|(?:\b(?:{_FAR})|(?:^|(?<=[.!?:;] )|(?<=\x1e))in) (?P<then>{_YEAR})\b(?!,\d| ?%|\.\d)"
    rf"|\b(?P<range>{_YEAR}) \d\d\b(?![,.:]?\d| ?%)"
    rf"|\bthe (?P<event>{_YEAR})s? (?:{_EVENT})\b|\b(?P<decade>(?:1[5-9]|20)\d0)s\b"
    r"|(?<=[a-z], )(?P<aside>1[5-9]\d\d|20[012]\d)(?=[,;)](?!\d)|\.(?!\d))"
)
_QUARTERS = {"first": 1, "second": 2, "third": 3, "fourth": 4, "final": 4}
_QUARTER_NAMED = re.compile(
    rf"\b(?:(?P<word>first|second|third|fourth|final) quarter|q(?P<number>[1-4]))(?: of)? (?P<year>{_YEAR})\b"
)
_YEARS_SPANNED = re.compile(rf"\b(?:from|between) (?P<first>{_YEAR}) (?:to|and|until) (?P<last>{_YEAR})\b")
_WEEK_NAMED = re.compile(r"\b(?:week|wk) (?P<week>[1-5]?\d)\b(?! (?:of|in|to go|rota|notice|holiday))")
_PUBLISHED = re.compile(
    r"\b(?:publish(?:ed)?|releas(?:ed|e)|issued|(?:put|came|went) out|out|announced|reported|dated|appeared)"
    r"(?: back)?(?: last (?:month|week|quarter|year),?)?(?: in| on| for| this| last)? ?$"
)
# "(ONS, 21 February)", "source: ONS, press notice of 21 February": where it is from, and when that came out.
_CITED = re.compile(r"(?:\([a-z][a-z .,&]{1,60},|\bsource ?:? [a-z][a-z .,&]{1,60}(?:,| of| on)) ?$")
_CITATION_END = re.compile(r" ?(?:[).,;:]|$)")
_PAPER_OF = re.compile(rf"\b(?:{_PAPER})(?: (?:of|from|on|dated))? $")
_WITHIN_A_CLAUSE = r"(?:[^.;:!?,\x1d\x1e]|\.(?=\d))"
_MOVING = (
    r"ris|fall|grow|shrink|increas|decreas|jump|drop|gain|slump|climb|declin|expan|contract|surg|plung|dip|stagnat"
    r"|stand|stay|chang"
)
_COMPARED = re.compile(
    r"\b(?:from|than|since|versus|vs|against|compared (?:to|with|against)|up on|down on|relative to|over"
    r"|(?:level|in line|unchanged|compares) with|began|begun|started|(?:identical|different|similar) (?:to|from)"
    r"|same as|as in|as it was|as they were)"
    rf"\b{_WITHIN_A_CLAUSE}{{0,18}}$|\bat\b[^\d.;:!?,\x1d\x1e]{{0,18}}$"
    rf"|\b(?:after|following|reversing|despite)(?: an?| the| its| no)? (?:{_MOVING})[a-z]*\b{_WITHIN_A_CLAUSE}{{0,18}}$"
)
_TIME_BEHIND = re.compile(r"(?: at)?,? ?\d{1,2}[:.]\d\d")  # when a mail was sent, not what it tells of
_SENT = re.compile(r"\b(?:sent|date|anfonwyd|dyddiad) ?: ?(?:[a-z]{3,9},? )?$")
# "The year to September", "the three months ending in May": what statistics tell of.
_TOLD_OF = re.compile(
    r"\b(?:year|quarter|term|(?:three|3|six|6|twelve|12) months?) (?:to|ending|ended)(?: in| the end of| end)? $"
)
_PERIOD_END = re.compile(r"\b(?:ending|ended|to|until) $")
_BEFORE = 48

Named = tuple[Hit, Period]


def named_periods(text: str) -> list[Named]:
    """Every period that a canonical text tells of, with its place, in text order."""
    found = [(match.span(), _month(match)) for match in _MONTH_NAMED.finditer(text) if _is_month(match)]
    quarters = [match for match in _QUARTER_NAMED.finditer(text) if not _is_compared(match)]
    found += [(match.span(), _quarter(match)) for match in quarters]
    inside = {match.end() for match in quarters}
    spans = list(_YEARS_SPANNED.finditer(text))
    found += [(match.span(), Period(year=int(match["first"]))) for match in spans]
    inside |= {match.end(name) for match in spans for name in ("first", "last")}
    found += [
        (match.span(), _year(match))
        for match in _YEAR_NAMED.finditer(text)
        if match.end() not in inside and not _is_compared(match)
    ]
    found += [(match.span(), Period(week=int(match["week"]))) for match in _WEEK_NAMED.finditer(text)]
    return sorted(found, key=lambda each: each[0])


def _before(match: re.Match[str]) -> str:
    """What stands before the name itself."""
    at = match.start("lead") if "lead" in match.re.groupindex and match["lead"] else match.start()
    lead = f"{match['lead']} " if "lead" in match.re.groupindex and match["lead"] else ""
    return match.string[max(at - _BEFORE, 0) : at] + lead


def _is_compared(match: re.Match[str]) -> bool:
    return _COMPARED.search(_before(match)) is not None


def _is_stamp(match: re.Match[str]) -> bool:
    """Whether it is the date of a mail: in its header, or in the line that introduces what it quotes."""
    before = _before(match)
    timed = _TIME_BEHIND.match(match.string, match.end()) is not None and not _PUBLISHED.search(before)
    return timed or _SENT.search(before) is not None


def _is_month(match: re.Match[str]) -> bool:
    if _is_compared(match) or _is_stamp(match):
        return False
    before = _before(match)
    if match["year"] or match["day"] or match["lead"] == "back in":
        return True
    if _PUBLISHED.search(before) or _TOLD_OF.search(before):
        return True
    is_word = match["month"] in _ALSO_WORDS and match["lead"] not in _LEADS_TO_A_MONTH
    return not is_word and bool(match["paper"] or match["figures"])


def _is_cited(match: re.Match[str], before: str) -> bool:
    whole = match["day"] is not None and _CITATION_END.match(match.string, match.end()) is not None
    return whole and _CITED.search(before) is not None


def _month(match: re.Match[str]) -> Period:
    before = _before(match)
    day = int(match["day"]) if match["day"] and not _PERIOD_END.search(before) else None
    of_a_paper = day is not None and (match["paper"] is not None or _PAPER_OF.search(before) is not None)
    return Period(
        day=day,
        month=_NUMBERS[match["month"]],
        year=int(match["year"]) if match["year"] else None,
        edition=match["paper"] is not None,
        published=of_a_paper or _PUBLISHED.search(before) is not None or _is_cited(match, before),
    )


def _quarter(match: re.Match[str]) -> Period:
    """By its last month, as statistics of a quarter are named."""
    number = _QUARTERS[match["word"]] if match["word"] else int(match["number"])
    return Period(month=3 * number, year=int(match["year"]))


def _year(match: re.Match[str]) -> Period:
    """A business year by its end: it may go on until now."""
    if match["range"]:
        return Period(year=int(match["range"]) + 1)
    return Period(year=int(next(filter(None, match.groupdict().values()))))

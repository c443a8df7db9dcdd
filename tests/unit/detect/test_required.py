"""What is read off a pattern is true of each of its matches, and looking around its literals finds them all."""

from __future__ import annotations

import random
import sys
from math import inf

import pytest
import regex

from leakguard.detect import compile_rules
from leakguard.detect.compile import CompiledRegex
from leakguard.detect.normalise import fold_phrase, normalise
from leakguard.detect.page import Hit, Page, lay_out
from leakguard.detect.regexes import Budget, regex_hits, stopped
from leakguard.detect.required import prefilter, shape
from leakguard.detect.scan import hits_by_atom
from leakguard.model.rule import Has, Regex
from tests.builders import body, rule
from tests.unit.detect.patterns import a_pattern, words_of


@pytest.mark.parametrize(
    ("pattern", "literals"),
    [
        (r"\blms\b", "lms"),
        ("Employment.*rose", "employment"),
        ("(?s)record.*fell", "record"),
        ("abcd{0,3}", "abc"),
        ("abcd{,3}", "abc"),
        ("abcd*+", "abc"),
        ("abcd+", "abcd"),
        (r"abc\d?xyz", "abc"),
        (r"[\]abc]wxyz", "wxyz"),
        pytest.param("abc|def", "abc def", id="a choice"),
        pytest.param("abc|de", "", id="a choice with a short one"),
        pytest.param("x(abc|def){1,2}y", "xabc xdef", id="a choice in a group"),
        pytest.param("(?:ab|cd)ef(?:g|h)", "abefg abefh cdefg cdefh", id="choices side by side"),
        pytest.param("abcd(?:e|f)?", "abcd", id="what contains another says no more"),
        pytest.param("(?:abc)?defg", "defg", id="what may be missing"),
        pytest.param("colou?r", "color colour", id="a letter that may be missing"),
        pytest.param(r"lms-202[6-8]", "lms_2026 lms_2027 lms_2028", id="a class, and a separator as it is folded"),
        pytest.param(r"4\.1 per", "4.1_per", id="signs that stay as they are"),
        pytest.param(r"\$99[%]99", "", id="signs that might not"),
        pytest.param("(?P<a>abc)(?>def)", "abcdef", id="named and atomic groups"),
        pytest.param(r"abc\b(?= ?def).ghi", "abc ghi", id="what is only looked at"),
        pytest.param("(abcd){0}", "", id="nothing at all"),
        pytest.param("(?!abcd)x", "", id="what must not follow"),
        pytest.param(r"\bof\b", "", id="too short"),
        pytest.param("[^a]bcd[a-z]", "bcd", id="large and negative classes"),
        pytest.param(r"([a-z]{4,9}) rose.{1,9}\1 fell", "rose fell", id="what a group matched, again"),
    ],
)
def test_a_literal_of_every_match_is_read_off(pattern: str, literals: str) -> None:
    """An underscore stands for a blank. Of equally rare ones the fewer, and then any."""
    found = shape(pattern).literals

    assert found <= {each.replace("_", " ") for each in literals.split()}
    assert bool(found) is bool(literals)


@pytest.mark.parametrize(
    "pattern",
    [
        pytest.param("(?x)a b c d # abcde", id="verbose"),
        pytest.param("(?r)abcd", id="reverse"),
        pytest.param("(?f)strasse", id="full case folding"),
        pytest.param("(?V1)[abc--d]abcd", id="sets with operators"),
        pytest.param("[[:alpha:]]abcd", id="class in a class"),
        pytest.param(r"\x41bcd", id="named character"),
        pytest.param("(?:abcd){e<=1}", id="fuzzy"),
        pytest.param("abc{1<=e<=2}", id="fuzzy, with numbers"),
        pytest.param(r"(a)bcd\2", id="reference to no group"),
        pytest.param(r"(abcd\1)", id="reference from inside"),
        pytest.param(r"(?P<a>x)|(?P<a>yy)(abcd)\2", id="reference beside groups that may share a number"),
        pytest.param(r"(?P<a>abcd)(?P=a)", id="reference by name"),
        pytest.param("(?R)?abcd", id="recursion"),
        pytest.param("(a)?(?(1)abcd|efgh)", id="condition"),
        pytest.param(r"abc\Kdef", id="a match that begins later"),
        pytest.param(r"\Gabcd", id="where the search began"),
        pytest.param("(?|abc|def)", id="groups counted anew"),
        pytest.param("(" * 99 + "abcd" + ")" * 99, id="deep"),
        pytest.param("(abcd", id="not closed"),
        pytest.param("abcd)", id="not opened"),
    ],
)
def test_of_what_is_not_plain_to_see_nothing_is_said(pattern: str) -> None:
    assert (shape(pattern).literals, shape(pattern).longest) == (frozenset(), inf)


@pytest.mark.parametrize(
    ("pattern", "longest", "ahead"),
    [
        ("abcd?", 4, 0),
        ("abc|defgh", 5, 0),
        ("(?:ab){2,3}c", 7, 0),
        (r"[a-z]\d{,4}.", 6, 0),
        ("ab(?=cd)(?<=b)", 2, 3),
        (r"\bab$", 2, 4),
        ("a.*b", inf, 0),
        ("ab(?=.*c)", 2, inf),
        ("(?:a+){0}b", 1, 0),
        (r"([a-z]{2,5}) (?:(.)|c)\1\2", 13, 0),
    ],
)
def test_how_long_a_match_is_and_how_far_it_looks(pattern: str, longest: float, ahead: float) -> None:
    assert (shape(pattern).longest, shape(pattern).ahead) == (longest, ahead)


def test_what_the_author_names_counts_only_where_the_pattern_does_not_tell() -> None:
    assert prefilter(Regex(pattern="LMS-|CPI-", prefilter=("LMS",))) == ("cpi", "lms")
    assert prefilter(Regex(pattern=r"\w+:", prefilter=("Code",))) == ("code",)


def test_a_letter_in_a_pattern_matches_only_what_is_folded_to_it() -> None:
    """Or a literal would not be where the pattern matches: K, the sign of Kelvin, is k to both."""
    everything = "".join(map(chr, range(sys.maxunicode + 1)))
    for char in "abcdefghijklmnopqrstuvwxyz0123456789 -_/.":
        found = set(regex.findall(regex.escape(char), everything, regex.IGNORECASE | regex.VERSION0))
        assert {normalise(f"x{each}x").text[1:-1] for each in found} == {fold_phrase(f"x{char}x")[1:-1]}


def everywhere(one: CompiledRegex, page: Page, longest: float) -> set[Hit]:
    """What is found by looking at the whole texts."""
    written, folded = (
        [match.span() for match in one.pattern.finditer(text, timeout=0.02) if match.group()]
        for text in (page.spans[0].text, page.views[0].text)
    )
    assert all(end - start <= longest for start, end in (*written, *folded))
    return {*folded, *(page.canonical(0, *each) for each in written)}


@pytest.mark.parametrize("seed", range(10))
def test_looking_around_literals_finds_what_looking_everywhere_finds(seed: int) -> None:
    """Random patterns on random texts of their own letters; those that do not come to an end are left out."""
    source = random.Random(seed)
    local = matched = 0
    for _ in range(300):
        pattern = a_pattern(source)
        known, detector = shape(pattern), compile_rules([rule({"a": Regex(pattern=pattern)}, Has("a"))])
        (one,) = (each.compiled for each in detector.patterns.values())
        assert isinstance(one, CompiledRegex)
        pages = (lay_out([body(words_of(source, pattern))]) for _ in range(3))
        for page in (each for each in pages if len(each.spans) == 1):
            try:
                wanted = everywhere(one, page, known.longest)
                found = regex_hits(one, hits_by_atom(detector.atoms, page.text), page, Budget(stopped, 0))
            except TimeoutError:
                break

            assert set(found) == wanted, pattern
            assert all(any(each in page.text[slice(*hit)] for each in known.literals or ("",)) for hit in wanted)
            local += known.is_local and bool(wanted)
            matched += bool(wanted)
    assert local > 30, "windows were tried"
    assert matched > 100, "matches were tried"

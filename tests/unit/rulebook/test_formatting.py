"""`rules fmt`: the layout changes, and nothing else does."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
import yaml
from hypothesis import example, given, settings
from hypothesis import strategies as st

from leakguard.notation.diagnostics import Report
from leakguard.rulebook.formatting import formatted

ROOT = Path(__file__).resolve().parents[3]
WORDS = ", ".join(f"word{number}" for number in range(30))


def layout_of(text: str) -> str:
    report = Report()
    after = formatted("a.yaml", text.encode(), report)
    assert after is not None, report.errors
    return after


LAYOUTS = {
    "indentation and blanks": (
        "a:\n    b:   1\n    c :\n    - x\n    -   y   \n",
        "a:\n  b: 1\n  c:\n    - x\n    - y\n",
    ),
    "blank lines": ("\n\na: 1\n\n\n\nb: 2\n\n\n", "a: 1\n\nb: 2\n"),
    "line ends and byte order mark": ("\ufeffa: 1\r\nb: |\r\n  x\r\n", "a: 1\nb: |\n  x\n"),
    "a list that fits": ("any:\n  [\n    a,  b,\n    c\n  ]\n", "any: [a, b, c]\n"),
    "a long list is filled": (
        f"any: [{WORDS}]\n",
        "any:\n  [\n    "
        + ", ".join(f"word{number}" for number in range(15))
        + ",\n    "
        + ", ".join(f"word{number}" for number in range(15, 29))
        + ",\n    word29,\n  ]\n",
    ),
    "comments in a list": (
        "any: [ # first\n a, b, # of b\n   # before c\n c ] # after\n",
        "any:\n  [\n    # first\n    a, b,  # of b\n    # before c\n    c,\n  ]  # after\n",
    ),
    "a comment belongs to the block it stands under": (
        "a:\n    - x\n    # of the list\n# of b\nb: 1\n",
        "a:\n  - x\n  # of the list\n# of b\nb: 1\n",
    ),
    "a comment in an unindented list": (
        "a:\n- x\n# of y\n- y\n# of b\nb: 1\n",
        "a:\n  - x\n  # of y\n  - y\n# of b\nb: 1\n",
    ),
    "a comment between key and value": ("a: # why\n  1\nb: 2#no\n", "# why\na: 1\nb: 2#no\n"),
    "a comment after a key": ("a:     # why\n  b: 1   # so\n", "a:  # why\n  b: 1  # so\n"),
    "a comment after a dash": ("a:\n  - # why\n    b: 1\n    c: 2\n", "a:\n  # why\n  - b: 1\n    c: 2\n"),
    "what YAML would misread": (
        "a: [no, 9:30, 2031-03-18, 1_000, 007, on]\nb: 9:30\nno: yes\n",
        'a: ["no", "9:30", "2031-03-18", "1_000", "007", "on"]\nb: "9:30"\n"no": "yes"\n',
    ),
    "what is a value stays one": ("a: [1, -2, 1.5, true, null, ~]\nb:\n", "a: [1, -2, 1.5, true, null, ~]\nb:\n"),
    "a text over several lines": ("a: one\n   two\nb: 'it''s\n\n  two'\n", 'a: one two\nb: "it\'s\\ntwo"\n'),
    "a text in lines": ("a:\n      - |2-\n          x\n         y\n", "a:\n  - |2-\n      x\n     y\n"),
    "a text in lines keeps its end": ("a: >+\n   x\n\n\nb: 1\n", "a: >+\n  x\n\n\nb: 1\n"),
    "a blank line after a text in lines": ("a: |\n    x\n\n\nb: 1\n", "a: |\n  x\n\nb: 1\n"),
    "several documents": ("--- # one\na: 1\n---\n# two\nb: 2\n", "# one\na: 1\n---\n# two\nb: 2\n"),
    "comments only": ("# nothing yet\n", "# nothing yet\n"),
    "lists in lists": ("a:\n- - 1\n  - 2\n- - [x]\n", "a:\n  - - 1\n    - 2\n  - - [x]\n"),
}


@pytest.mark.parametrize(("before", "after"), LAYOUTS.values(), ids=list(LAYOUTS))
def test_a_layout_is_canonical(before: str, after: str) -> None:
    assert layout_of(before) == after
    assert layout_of(after) == after


def test_entries_that_are_too_long_have_a_line_each() -> None:
    long = "x" * 45

    assert layout_of(f"f:\n  - {{id: {long}, title: {long}, when: {{any: [{long}, {long}, a]}}}}\n") == (
        f"f:\n  - {{\n      id: {long},\n      title: {long},\n      when: {{any: [{long}, {long}, a]}},\n    }}\n"
    )


def test_a_long_text_over_several_lines_is_filled() -> None:
    after = layout_of("a: " + "word\n  " * 60 + "end\n")

    assert max(map(len, after.splitlines())) <= 120
    assert len(after.splitlines()) == 3
    assert yaml.safe_load(after)["a"] == "word " * 60 + "end"


BROKEN = {
    "no YAML": ("a: [1\n", "2:1", "syntax"),
    "a key twice": ("a: 1\na: 2\n", "2:1", "duplicate-key"),
    "an alias": ("a: &x 1\nb: *x\n", "2:4", "alias"),
    "an anchor": ("a: &x 1\n", "1:4", "cannot-format"),
    "a tag": ("a: !!str 1\n", "1:4", "cannot-format"),
    "a directive": ("%YAML 1.1\n---\na: 1\n", "1:1", "cannot-format"),
    "a long key": ("? a\n: 1\n", "1:1", "cannot-format"),
    "no keys": ("word\n", "1:1", "cannot-format"),
}


@pytest.mark.parametrize(("text", "place", "code"), BROKEN.values(), ids=list(BROKEN))
def test_a_file_that_cannot_be_laid_out_is_told_with_its_place(text: str, place: str, code: str) -> None:
    report = Report()

    assert formatted("a.yaml", text.encode(), report) is None
    assert [(f"{each.line}:{each.column}", each.code) for each in report.errors] == [(place, code)]


@pytest.mark.parametrize("path", sorted((ROOT / "rules").rglob("*.yaml")), ids=lambda path: path.name)
def test_the_shipped_rules_keep_what_they_say(path: Path) -> None:
    before = path.read_text(encoding="utf-8")

    after = layout_of(before)

    assert yaml.load(after, yaml.CSafeLoader) == yaml.load(before, yaml.CSafeLoader)
    assert layout_of(after) == after
    assert after.count("#") == before.count("#")
    assert max(map(len, after.splitlines())) <= max(120, *map(len, before.splitlines()))


# Documents of any shape, written as carelessly as YAML allows.
TEXTS = st.text(st.sampled_from("ab é:#-'\"\\%&*!|>?,[]{}@`~=\t0179.no"), max_size=12)
COMMENTS = st.sampled_from(["", "", "", " # c", "   #d: [x] 'y'"])
LINES = st.sampled_from(["", "", "", "\n", "\n\n\n", "# own\n", "      # deep\n", "  # two\n\n"])


def in_quotes(text: str) -> str:
    return '"' + text.replace("\\", "\\\\").replace('"', '\\"').replace("\t", "\\t") + '"'


@st.composite
def scalars(draw: st.DrawFn) -> str:
    plain = draw(
        st.sampled_from(["word", "two words", "it's", "a#b", "http://x", "no", "9:30", "1", "2.5", "true", "~"])
    )
    single = "'" + draw(TEXTS).replace("'", "''").replace("\t", " ") + "'"
    return draw(st.sampled_from([plain, plain, in_quotes(draw(TEXTS)), single, " ".join([plain] * 40)]))


@st.composite
def flows(draw: st.DrawFn, depth: int) -> str:
    if not depth or draw(st.booleans()):
        return draw(scalars())
    gap = draw(st.sampled_from([" ", "  ", "\n ", " # in\n ", "\n # own\n "]))
    items = [draw(flows(depth - 1)) for _ in range(draw(st.integers(0, 4)))]
    if draw(st.booleans()):
        inside = ("," + gap).join(items)
        return f"[{gap}{inside}{gap}]"
    inside = ("," + gap).join(f"k{number}: {item}" for number, item in enumerate(items))
    return f"{{{gap}{inside}{gap}}}"


def moved(text: str, indent: int) -> str:
    return text.replace("\n", "\n" + " " * indent)


@st.composite
def blocks(draw: st.DrawFn, indent: int, depth: int) -> str:
    """The lines of a mapping or list at this indentation; each is ended."""
    dashes, written = depth < 3 and draw(st.booleans()), ""
    for number in range(draw(st.integers(1, 3))):
        head = " " * indent + ("-" if dashes else f"k{number}:")
        written += draw(LINES)
        kind = draw(st.integers(0, 3)) if depth else draw(st.integers(0, 2))
        if kind == 3:
            written += (
                head + draw(COMMENTS) + "\n" + draw(LINES) + draw(blocks(indent + draw(st.integers(1, 4)), depth - 1))
            )
        elif kind == 2:
            sign = draw(st.sampled_from(["|", ">", "|-", ">+"])) + draw(COMMENTS)
            lines = [" " * (indent + 3) + line for line in draw(st.sampled_from([["x"], ["x", "  y", "", "z: #"]]))]
            written += f"{head} {sign}\n" + "\n".join(lines) + draw(st.sampled_from(["\n", "\n\n", "\n\n\n"]))
        else:
            written += f"{head} {moved(draw(flows(2)), indent + 1)}{draw(COMMENTS)}\n"
    return written


def comments_in(text: str) -> int:
    return len(re.findall(r"# c|#d: |# own|# deep|# two|# in", text))


@settings(max_examples=400, deadline=None)
@example("k0:\n - >+\n    x\n -\n\n  k0: {  }\n")
@given(blocks(0, 3))
def test_any_document_says_the_same_and_is_laid_out_once(text: str) -> None:
    report = Report()
    after = formatted("a.yaml", text.encode(), report)
    if after is None:
        assert {each.code for each in report.errors} <= {"syntax", "bad-key"}, (text, report.errors)
        return

    assert layout_of(after) == after
    assert comments_in(after) == comments_in(text)
    assert not any(line != line.rstrip() for line in after.splitlines() if "x" not in line and not line.isspace())

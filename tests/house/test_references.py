"""Every `ref:` in the code leads to an entry of docs/references.md."""

from __future__ import annotations

import pytest

from tests.house.references import Use, entries, references_in, uses
from tests.house.tree import ROOT, name_of


def test_every_reference_is_in_the_list() -> None:
    names = entries()

    unknown = [f"{name_of(use.path)}:{use.line}: {use.text}" for use in uses() if use.entry(names) is None]

    assert not unknown, "not in docs/references.md:\n" + "\n".join(unknown)


def test_no_entry_stands_twice() -> None:
    names = entries()

    assert len(names) == len(set(names))


@pytest.mark.parametrize(
    ("line", "found"),
    [
        ("# ref: RFC 5321 section 4.5.3", ["RFC 5321 section 4.5.3"]),
        ("ref: CoP T3.4 (restricted, or not), CoP T3.6 (09:30)", ["CoP T3.4 (restricted, or not)", "CoP T3.6 (09:30)"]),
        ('# ref: CoP T3.4 - "no indication"; restating counts', ['CoP T3.4 - "no indication"']),
        ("what happened. ref: RFC 1047", ["RFC 1047"]),
        ("# href: nothing", []),
    ],
)
def test_a_reference_is_read_as_its_author_meant_it(line: str, found: list[str]) -> None:
    assert references_in(line, {"RFC", "CoP"}) == found


@pytest.mark.parametrize(
    ("text", "entry"),
    [
        ("RFC 5321 section 2", "RFC 5321"),
        ("RFC 53210", None),
        ("CoP T3.4", "CoP T3.4"),
        ("CoP T3.44", None),
        ("x", None),
    ],
)
def test_a_reference_resolves_by_its_beginning(text: str, entry: str | None) -> None:
    assert Use(path=ROOT, line=1, text=text).entry(["RFC 5321", "CoP T3", "CoP T3.4"]) == entry

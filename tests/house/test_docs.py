"""What the code can say, ask or be told has its line in docs/, and what docs/ promises is there."""

from __future__ import annotations

import argparse
import importlib
import re
import tomllib
from collections.abc import Iterator
from pathlib import Path

import pytest
import yaml

from leakguard.extract.formats import FORMATS
from leakguard.extract.prepare import UNREAD_WITHOUT
from leakguard.model import events
from leakguard.model.content import GapKind
from leakguard.model.decision import ReasonCode
from leakguard.observe import Metrics
from tests.house.settings_keys import keys_in, keys_of, keys_shown
from tests.house.tree import ROOT, name_of

EXAMPLE = "config.example.yaml"
LINK = re.compile(r"(?<!!)\[[^\]\n]*\]\((?P<target>[^)\s]+)(?: \"[^\"]*\")?\)|!\[[^\]\n]*\]\((?P<image>[^)\s]+)\)")
CODE_BLOCK = re.compile(r"^(```|~~~).*?^\1", re.MULTILINE | re.DOTALL)
INLINE_CODE = re.compile(r"`[^`\n]*`")


def text_of(name: str) -> str:
    path = ROOT / name
    assert path.exists(), f"{name} is not there"
    return path.read_text(encoding="utf-8")


def missing_from(name: str, words: list[str], *, row: bool = False) -> list[str]:
    """Those that stand nowhere in the file as `code`; row: it must be a row of a table that says something more."""
    lines = text_of(name).splitlines()
    if row:
        lines = [
            line
            for line in lines
            if line.startswith("|") and len([cell for cell in line.split("|") if cell.strip()]) > 1
        ]
    return [word for word in words if not any(f"`{word}`" in line for line in lines)]


def test_every_reason_code_has_its_row() -> None:
    assert missing_from("docs/reasons.md", [code.value for code in ReasonCode], row=True) == []


def test_every_kind_of_gap_has_its_row() -> None:
    told = text_of("docs/reading.md")

    assert [kind.value for kind in GapKind if f"\n| `{kind}` | " not in told] == []


def test_every_format_is_in_the_table_of_what_is_read() -> None:
    assert missing_from("docs/reading.md", [each.name for each in FORMATS], row=True) == []


def test_every_reader_that_may_be_missing_is_explained() -> None:
    told = text_of("docs/reading.md").lower()

    assert [name for name in UNREAD_WITHOUT if name.split()[0] not in told] == []


def test_every_event_has_its_line() -> None:
    base_classes = {"Event", "AboutHeld", "Act"}  # what others have in common; never written themselves
    names = sorted(kind.__name__ for kind in subclasses(events.Event) if kind.__name__ not in base_classes)

    assert missing_from("docs/events.md", names) == []


def subclasses(kind: type) -> Iterator[type]:
    for below in kind.__subclasses__():
        yield below
        yield from subclasses(below)


def test_every_metric_has_its_row_with_the_alarm_to_set_and_no_row_is_left_over() -> None:
    names = set(Metrics().names())
    told = set(re.findall(r"^\| `(leakguard_\w+)", text_of("docs/operating.md"), re.MULTILINE))

    assert told == names


def settings_type() -> type:
    return importlib.import_module("leakguard.settings").Settings  # type: ignore[no-any-return]


def test_every_setting_is_in_the_example() -> None:
    shown = {key for key, _ in keys_shown(text_of(EXAMPLE))}

    assert sorted(set(keys_of(settings_type())) - shown) == []


def test_every_key_of_the_example_is_a_setting() -> None:
    kind = settings_type()
    live = set(keys_in(yaml.safe_load(text_of(EXAMPLE)), kind))

    assert sorted(live - set(keys_of(kind))) == []


def test_every_key_of_the_example_has_a_comment() -> None:
    """On its line, or on the line above it."""
    lines = ["", *text_of(EXAMPLE).splitlines()]

    bare = [
        f"{EXAMPLE}:{number}: {key}"
        for key, number in keys_shown(text_of(EXAMPLE))
        if "#" not in lines[number] and not lines[number - 1].strip().startswith("#")
    ]

    assert bare == []


def test_every_command_is_described() -> None:
    parser = importlib.import_module("leakguard.cli").build_parser()

    assert missing_from("docs/cli.md", [f"leakguard {name}" for name in commands(parser)]) == []


def commands(parser: argparse.ArgumentParser) -> Iterator[str]:
    """`rules test` and the like: what can be run, not the groups above it."""
    below = [action for action in parser._actions if isinstance(action, argparse._SubParsersAction)]
    for action in below:
        for name, sub in action.choices.items():
            inner = list(commands(sub))
            yield from (f"{name} {rest}" for rest in inner) if inner else (name,)


def test_every_dependency_earns_its_line_and_no_line_is_left_over() -> None:
    project = tomllib.loads(text_of("pyproject.toml"))
    extras = project["project"]["optional-dependencies"].values()
    groups = project["dependency-groups"].values()
    wanted = [*project["project"]["dependencies"], *(each for group in (*extras, *groups) for each in group)]
    names = {re.split(r"[^a-z0-9-]", each)[0] for each in wanted if isinstance(each, str)}

    described = set(re.findall(r"^\| `([^`]+)`", text_of("docs/decisions/dependencies.md"), re.MULTILINE))

    assert described == names


def pages() -> list[Path]:
    return sorted([*ROOT.glob("*.md"), *(ROOT / "docs").rglob("*.md")])


@pytest.mark.parametrize("page", pages(), ids=name_of)
def test_every_relative_link_leads_somewhere(page: Path) -> None:
    broken = [target for target in links_of(page) if not leads_somewhere(page, target)]

    assert broken == []


def test_every_test_that_the_page_about_slack_names_is_there() -> None:
    there = {
        name
        for path in (ROOT / "tests").rglob("*.py")
        for name in re.findall(r"def (test_\w+)", path.read_text("utf-8"))
    }
    named = set(re.findall(r"`(test_\w+)`", text_of("docs/slack.md")))
    assert len(named) > 30
    assert named - there == set()


def test_there_is_a_readme() -> None:
    assert "make test" in text_of("README.md")


def links_of(page: Path) -> Iterator[str]:
    prose = INLINE_CODE.sub("``", CODE_BLOCK.sub("", page.read_text(encoding="utf-8")))
    for found in LINK.finditer(prose):
        target = found["target"] or found["image"]
        if not re.match(r"[a-z][a-z0-9+.-]*:", target):
            yield target


def leads_somewhere(page: Path, target: str) -> bool:
    place, _, heading = target.partition("#")
    path = (page.parent / place).resolve() if place else page
    if not path.exists() or ROOT not in (path, *path.parents):
        return False
    return not heading or path.suffix != ".md" or heading in headings_of(path)


def headings_of(page: Path) -> set[str]:
    """As forges make them: lower case, no punctuation, blanks as hyphens."""
    lines = CODE_BLOCK.sub("", page.read_text(encoding="utf-8")).splitlines()
    titles = [line.lstrip("#").strip().lower() for line in lines if re.match(r"#{1,6} ", line)]
    return {re.sub(r"[^\w\- ]", "", title).replace(" ", "-") for title in titles}

"""Time, environment and output come in by the front door: only the rooms made for them may touch them."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from pathlib import Path

from tests.house.tree import PACKAGE, calls_and_names, imported_modules, name_of, parsed, python_files

CLOCKS = {
    "datetime.datetime.now",
    "datetime.datetime.today",
    "datetime.datetime.utcnow",
    "datetime.date.today",
    "time.time",
    "time.time_ns",
    "time.localtime",
    "time.gmtime",
}
ENVIRONMENT = {"os.environ", "os.environb", "os.getenv", "os.putenv"}
MAY_TOUCH_CLOCK_AND_ENVIRONMENT = {"app", "settings", "clock"}
MAY_PRINT = {"cli", "demo", "__main__"}
CODE_IN_DATA = {"pickle", "cPickle", "shelve", "marshal", "dill", "cloudpickle"}


def uses_of(tree: ast.Module, banned: set[str]) -> Iterator[tuple[int, str]]:
    for line, name in calls_and_names(tree):
        if name in banned:
            yield line, name


def prints_in(tree: ast.Module) -> Iterator[tuple[int, str]]:
    for node in ast.walk(tree):
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id == "print":
            yield node.lineno, "print"


def room_of(path: Path) -> str:
    return path.relative_to(PACKAGE).parts[0].removesuffix(".py")


def test_only_app_settings_and_the_clock_read_time_and_environment() -> None:
    wrong = [
        f"{name_of(path)}:{line}: {name}"
        for path in python_files("leakguard")
        if not MAY_TOUCH_CLOCK_AND_ENVIRONMENT & {room_of(path), path.stem}
        for line, name in uses_of(parsed(path), CLOCKS | ENVIRONMENT)
    ]

    assert not wrong, "\n".join(wrong)


def test_only_the_command_line_prints() -> None:
    wrong = [
        f"{name_of(path)}:{line}: {name}"
        for path in python_files("leakguard")
        if room_of(path) not in MAY_PRINT
        for line, name in prints_in(parsed(path))
    ]

    assert not wrong, "\n".join(wrong)


def test_nothing_stored_can_run() -> None:
    wrong = [
        f"{name_of(path)}:{line}: {module}"
        for path in python_files("leakguard/store", "leakguard/model")
        for line, module in imported_modules(parsed(path))
        if module.partition(".")[0] in CODE_IN_DATA
    ]

    assert not wrong, "\n".join(wrong)


def test_a_banned_call_is_seen_under_any_name() -> None:
    source = (
        "import time as t\nfrom datetime import datetime as dt\nfrom os import environ\nt.time(); dt.now(); environ"
    )

    found = {name for _, name in uses_of(ast.parse(source), CLOCKS | ENVIRONMENT)}

    assert found == {"time.time", "datetime.datetime.now", "os.environ"}

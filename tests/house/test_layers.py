"""The rooms and who may enter which: the contracts stand in .importlinter; here they are kept."""

from __future__ import annotations

import subprocess
import sys
from configparser import ConfigParser

import pytest

from tests.house.tree import PACKAGE, ROOT, name_of, python_files

LINT = "from importlinter.cli import lint_imports_command; lint_imports_command()"
PREFIX = "importlinter:contract:"


def contracts() -> list[str]:
    config = ConfigParser()
    config.read(ROOT / ".importlinter")
    return [section.removeprefix(PREFIX) for section in config.sections() if section.startswith(PREFIX)]


@pytest.mark.parametrize("contract", contracts())
def test_every_room_keeps_to_its_layer(contract: str) -> None:
    command = (sys.executable, "-c", LINT, "--contract", contract, "--no-cache")

    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)

    assert done.returncode == 0, done.stdout + done.stderr


def test_every_room_is_a_package() -> None:
    """Without its `__init__.py` a room is neither installed nor seen by the contracts."""
    rooms = {
        folder for path in python_files("leakguard") for folder in path.parents if PACKAGE in (folder, *folder.parents)
    }

    assert sorted(name_of(room) for room in rooms if not (room / "__init__.py").exists()) == []

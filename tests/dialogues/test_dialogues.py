"""Every file *.dialogue beside this one is a conversation that must go exactly so, on each event loop."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.dialogues.conftest import Run
from tests.dialogues.runner import play

FILES = sorted(Path(__file__).parent.glob("*.dialogue"))


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.stem)
def test_the_conversation_goes_as_written(path: Path, run: Run) -> None:
    run(play(path))


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.stem)
def test_every_dialogue_says_what_it_promises(path: Path) -> None:
    assert path.read_text().startswith("# ")

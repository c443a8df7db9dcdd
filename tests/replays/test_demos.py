"""The Slack demo runs as a visitor runs it, and ends with what it promises."""

from __future__ import annotations

import subprocess
from pathlib import Path

from tests.fakes.relay import free_port

ROOT = Path(__file__).parents[2]


def test_the_slack_demo_tells_its_story_and_ends_well():
    ports = ("--port", str(free_port()), "--web-port", str(free_port()))

    done = subprocess.run(
        ("scripts/demo", "--slack", "--once", "--seconds", "15", *ports),
        cwd=ROOT,
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        timeout=170,
        check=False,
    )

    assert done.returncode == 0, done.stdout + done.stderr
    promises = ("2 of 2 posts taken out", "1 of 1 wanted posts up after the lift", "2 of 2 drafts were answered")
    for told in ("review pages: http://127.0.0.1:", *promises):
        assert told in done.stdout
    shown = [line for line in done.stdout.splitlines() if line.startswith("          | ")]
    assert not [line for line in shown if "tables.xlsx" in line or "briefing" in line]

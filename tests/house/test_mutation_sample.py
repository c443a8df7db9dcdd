"""A few wrong policies, always the same: the policy tests must notice every one. All of them: scripts/mutate."""

from __future__ import annotations

import subprocess
import sys

from tests.house.tree import ROOT


def test_the_policy_tests_notice_a_wrong_policy() -> None:
    command = [sys.executable, str(ROOT / "scripts" / "mutate"), "--sample", "25", "--seed", "1"]

    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, timeout=170, check=False)

    assert done.returncode == 0, done.stdout + done.stderr
    assert "25 of 25 mutants killed" in done.stdout

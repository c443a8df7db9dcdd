"""`leakguard rules fmt`: what is written to which file, and what is only said."""

from __future__ import annotations

import json
import os
from pathlib import Path

import pytest

from leakguard.cli import main

UNTIDY, TIDY = b"a:   1\n", b"a: 1\n"


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    (tmp_path / "sub").mkdir()
    (tmp_path / "good.yaml").write_bytes(TIDY)
    (tmp_path / "sub" / "untidy.yaml").write_bytes(UNTIDY)
    (tmp_path / "table.csv").write_bytes(b"a,b\n")
    return tmp_path


def test_an_untidy_file_is_written_and_named(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    untidy = folder / "sub" / "untidy.yaml"
    untidy.chmod(0o640)

    assert main(["rules", "fmt", str(folder)]) == 0

    assert capsys.readouterr().out == f"{untidy}\n"
    assert untidy.read_bytes() == TIDY
    assert untidy.stat().st_mode & 0o777 == 0o640
    assert sorted(path.name for path in (folder / "sub").iterdir()) == ["untidy.yaml"]


def test_check_names_the_file_and_writes_nothing(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    untidy = folder / "sub" / "untidy.yaml"

    assert main(["rules", "fmt", str(folder), "--check"]) == 1

    assert capsys.readouterr().out == f"{untidy}\n"
    assert untidy.read_bytes() == UNTIDY
    assert main(["rules", "fmt", str(folder / "good.yaml"), "--check"]) == 0


def test_a_diff_shows_the_lines_and_writes_nothing(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    untidy = folder / "sub" / "untidy.yaml"

    assert main(["rules", "fmt", "--diff", str(untidy)]) == 0

    assert capsys.readouterr().out == f"--- {untidy}\n+++ {untidy}\n@@ -1 +1 @@\n-a:   1\n+a: 1\n"
    assert untidy.read_bytes() == UNTIDY
    assert main(["rules", "fmt", "--diff", "--check", str(untidy)]) == 1


def test_the_json_names_the_files_and_the_errors(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    broken = folder / "broken.yaml"
    broken.write_bytes(b"a: [\n")

    assert main(["rules", "fmt", str(folder), "--format", "json"]) == 2

    changed, error = map(json.loads, capsys.readouterr().out.splitlines())
    assert changed == {"file": str(folder / "sub" / "untidy.yaml"), "changed": True}
    assert (error["file"], error["line"], error["column"], error["code"]) == (str(broken), 2, 1, "syntax")


def test_a_broken_file_is_left_alone_and_the_others_are_not(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (folder / "broken.yaml").write_bytes(b"a:  1\na:  2\n")

    assert main(["rules", "fmt", str(folder)]) == 2

    assert f"{folder / 'broken.yaml'}:2:1: error[duplicate-key]" in capsys.readouterr().err
    assert (folder / "broken.yaml").read_bytes() == b"a:  1\na:  2\n"
    assert (folder / "sub" / "untidy.yaml").read_bytes() == TIDY


def test_a_link_stays_a_link(folder: Path) -> None:
    (folder / "link.yaml").symlink_to(folder / "sub" / "untidy.yaml")

    assert main(["rules", "fmt", str(folder / "link.yaml")]) == 0

    assert (folder / "link.yaml").is_symlink()
    assert (folder / "sub" / "untidy.yaml").read_bytes() == TIDY


def test_when_the_disk_is_full_the_old_file_is_still_there(
    folder: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    def full(_file: int) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(os, "fsync", full)

    assert main(["rules", "fmt", str(folder)]) == 2

    assert "No space left" in capsys.readouterr().err
    assert (folder / "sub" / "untidy.yaml").read_bytes() == UNTIDY
    assert [path.name for path in (folder / "sub").iterdir()] == ["untidy.yaml"]

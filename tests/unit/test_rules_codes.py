"""What `rules lint`, `rules test` and `rules codes` say to people and to machines about what is wrong."""

from __future__ import annotations

import json
from pathlib import Path
from xml.etree import ElementTree

import pytest

from leakguard.cli import main
from leakguard.notation.codes import codes
from tests.unit.test_check_cli import RULES


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    (tmp_path / "bad.yaml").write_text(RULES.replace("title: Labour Market\n", "titel: Labour <Market>\n"))
    (tmp_path / "table.csv").write_text("id,title,series,release_at,zone\nA,A,s,2031-03-18T09:30,Europe/London\n")
    return tmp_path


def test_a_code_has_its_page_at_the_prompt(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["rules", "codes", "no-prefilter"]) == 0

    assert capsys.readouterr().out == codes()["no-prefilter"].page


def test_all_codes_are_listed(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["rules", "codes"]) == 0
    lines = capsys.readouterr().out.splitlines()
    assert main(["rules", "codes", "--format", "json"]) == 0
    written = [json.loads(line) for line in capsys.readouterr().out.splitlines()]

    assert [line.split()[0] for line in lines[1:]] == list(codes()) == [each["name"] for each in written]


def test_an_unknown_code_is_told(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["rules", "codes", "no-such"]) == 2

    assert "there is no code no-such; known are alias, " in capsys.readouterr().err


def test_complaints_point_to_their_pages(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["rules", "lint", str(folder)]) == 2

    assert "leakguard rules codes CODE, docs/codes/CODE.md" in capsys.readouterr().err


def test_sarif_carries_the_page_of_each_code(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    main(["rules", "lint", str(folder), "--format", "sarif", "--docs-url", "https://docs.example/codes/"])
    rules = json.loads(capsys.readouterr().out)["runs"][0]["tool"]["driver"]["rules"]
    main(["rules", "lint", str(folder), "--format", "sarif"])
    local = json.loads(capsys.readouterr().out)["runs"][0]["tool"]["driver"]["rules"]

    unknown = next(each for each in rules if each["id"] == "unknown-key")
    assert unknown["helpUri"] == "https://docs.example/codes/unknown-key.md"
    assert unknown["help"]["markdown"] == codes()["unknown-key"].page
    assert unknown["defaultConfiguration"] == {"level": "error"}
    assert all(each["helpUri"].endswith(f"/docs/codes/{each['id']}.md") for each in local)


def test_junit_has_a_test_for_each_file(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["rules", "test", str(folder), "--format", "junit"]) == 2
    suite = ElementTree.fromstring(capsys.readouterr().out).find("testsuite")
    (folder / "bad.yaml").write_text(RULES)
    assert main(["rules", "test", str(folder), "--format", "junit"]) == 0
    good = ElementTree.fromstring(capsys.readouterr().out).find("testsuite")

    assert suite is not None and good is not None
    assert {case.get("name"): len(case.findall("failure")) for case in suite.iter("testcase")} == {
        "bad.yaml": 2,
        "table.csv": 0,
    }
    assert (suite.get("tests"), suite.get("failures"), good.get("failures")) == ("2", "1", "0")
    assert next(suite.iter("failure")).get("type") in {"unknown-key", "missing-key"}

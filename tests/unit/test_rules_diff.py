"""`leakguard rules diff`: which message would be treated otherwise, and nothing of what it says."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from leakguard.cli import main
from tests.unit.test_check_cli import AMY, EARLY, JOE, RULES

ROSE = b"From: Joe <joe@dwp.example>\r\nTo: amy@dwp.example\r\nDate: Tue, 18 Mar 2031 09:22:00 +0000\r\n\r\n"
MESSAGES = {
    "fell.eml": ROSE + b"Employment fell.\r\n",
    "lunch.eml": ROSE + b"Lunch?\r\n",
    "mention.eml": ROSE + b"Employment, anybody?\r\n",
    "rose.eml": ROSE + b"Employment rose.\r\n",
}
ONLY_ROSE = RULES.replace("[rose, fell]}\n", "[rose]}\n").replace("[employment rose, employment fell]", "[employment]")
NO_MENTION = RULES.replace("  - {id: mention, title: Mention, when: subject, confidence: low}\n", "")


@pytest.fixture
def messages(tmp_path: Path) -> Path:
    folder = tmp_path / "messages"
    folder.mkdir()
    for name, content in MESSAGES.items():
        (folder / name).write_bytes(content)
    return folder


def compare(folder: Path, messages: Path, old: str, new: str, *more: str) -> int:
    for name, text in (("old", old), ("new", new)):
        (folder / f"{name}.yaml").write_text(text)
    return main(
        ["rules", "diff", str(folder / "old.yaml"), str(folder / "new.yaml"), "--messages", str(messages), *more]
    )


def test_a_message_that_would_be_let_go_is_named_and_fails(
    tmp_path: Path, messages: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert compare(tmp_path, messages, RULES, ONLY_ROSE) == 1

    assert capsys.readouterr().out.splitlines() == [
        f"fell.eml: let go; {AMY} hold -> flag; -lm/direction (high)",
        "4 messages: 1 let go, 0 newly held, 0 newly flagged, 0 no longer flagged, 0 other findings, 3 as before",
    ]


def test_a_message_that_would_newly_be_held_does_not_fail(
    tmp_path: Path, messages: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert compare(tmp_path, messages, ONLY_ROSE, RULES) == 0

    assert f"fell.eml: newly held; {AMY} flag -> hold; +lm/direction (high)" in capsys.readouterr().out


def test_flags_that_come_and_go_are_told_apart(
    tmp_path: Path, messages: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert compare(tmp_path, messages, RULES, NO_MENTION) == 0
    gone = capsys.readouterr().out
    assert compare(tmp_path, messages, NO_MENTION, RULES) == 0
    come = capsys.readouterr().out

    assert f"mention.eml: no longer flagged; {AMY} flag -> forward; -lm/mention (low)" in gone
    assert "rose.eml: other findings; -lm/mention (low)" in gone
    assert f"mention.eml: newly flagged; {AMY} forward -> flag; +lm/mention (low)" in come


def test_equal_rules_change_nothing(tmp_path: Path, messages: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert compare(tmp_path, messages, RULES, RULES) == 0

    assert capsys.readouterr().out.splitlines()[:-1] == []


def test_options_replace_what_the_header_says(
    tmp_path: Path, messages: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """After the lift nothing is held, so nothing can be let go."""
    assert compare(tmp_path, messages, RULES, ONLY_ROSE, "--at", "2031-03-18T09:30:00Z", "--to", JOE) == 0

    assert "fell.eml: other findings; -lm/direction (high)" in capsys.readouterr().out


def test_lines_of_cases_are_compared_and_the_json_says_the_same(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    cases = tmp_path / "cases.jsonl"
    cases.write_text(json.dumps({"id": "a", "at": EARLY, "from": JOE, "to": [AMY], "text": "Employment fell."}) + "\n")

    assert compare(tmp_path, cases, RULES, ONLY_ROSE, "--format", "json") == 1

    change, summed = [json.loads(line) for line in capsys.readouterr().out.splitlines()]
    assert change == {
        "id": "a",
        "change": "let go",
        "outcomes": [{"recipient": AMY, "before": "hold", "after": "flag"}],
        "gained": [],
        "lost": ["lm/direction (high)"],
    }
    assert summed["summary"]["let_go"] == 1


@pytest.mark.parametrize(
    ("header", "word"), [(b"To: a@x.example\r\n", "From"), (b"From: a@x.example\r\n", "To"), (ROSE[:50], "Date")]
)
def test_a_message_that_does_not_say_its_envelope_is_not_passed_over(
    tmp_path: Path, messages: Path, capsys: pytest.CaptureFixture[str], header: bytes, word: str
) -> None:
    (messages / "bare.eml").write_bytes(header.rpartition(b"\r\n")[0] + b"\r\n\r\nEmployment rose.\r\n")

    assert compare(tmp_path, messages, RULES, RULES) == 2

    assert f"bare.eml:1:1: error[bad-case]: the message has no {word}" in capsys.readouterr().err


def test_a_folder_without_messages_proves_nothing(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (tmp_path / "empty").mkdir()

    assert compare(tmp_path, tmp_path / "empty", RULES, ONLY_ROSE) == 2
    assert "no messages here" in capsys.readouterr().err


SARIF = {  # ref: SARIF 2.1.0, the members that are used here
    "type": "object",
    "required": ["version", "runs"],
    "properties": {
        "version": {"const": "2.1.0"},
        "runs": {
            "type": "array",
            "minItems": 1,
            "items": {
                "type": "object",
                "required": ["tool", "results"],
                "additionalProperties": False,
                "properties": {
                    "columnKind": {"enum": ["utf16CodeUnits", "unicodeCodePoints"]},
                    "tool": {
                        "type": "object",
                        "required": ["driver"],
                        "properties": {
                            "driver": {
                                "type": "object",
                                "required": ["name"],
                                "properties": {
                                    "rules": {
                                        "type": "array",
                                        "uniqueItems": True,
                                        "items": {"type": "object", "required": ["id"]},
                                    }
                                },
                            }
                        },
                    },
                    "results": {"type": "array", "items": {"$ref": "#/$defs/result"}},
                },
            },
        },
    },
    "$defs": {
        "result": {
            "type": "object",
            "required": ["message", "ruleId", "level", "locations"],
            "additionalProperties": False,
            "properties": {
                "ruleId": {"type": "string"},
                "ruleIndex": {"type": "integer", "minimum": -1},
                "level": {"enum": ["none", "note", "warning", "error"]},
                "message": {"type": "object", "required": ["text"]},
                "locations": {
                    "type": "array",
                    "minItems": 1,
                    "items": {
                        "type": "object",
                        "properties": {
                            "physicalLocation": {
                                "type": "object",
                                "required": ["artifactLocation", "region"],
                                "properties": {
                                    "artifactLocation": {"type": "object", "required": ["uri"]},
                                    "region": {
                                        "type": "object",
                                        "properties": {
                                            "startLine": {"type": "integer", "minimum": 1},
                                            "startColumn": {"type": "integer", "minimum": 1},
                                        },
                                    },
                                },
                            }
                        },
                    },
                },
            },
        }
    },
}


def test_lint_speaks_sarif(tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> None:
    jsonschema = pytest.importorskip("jsonschema")
    monkeypatch.chdir(tmp_path)
    (tmp_path / "my rules").mkdir()
    (tmp_path / "my rules" / "lm.yaml").write_text(RULES.replace("title: Labour Market\n", "titel: Labour Market\n"))

    assert main(["rules", "lint", "my rules", "--format", "sarif"]) == 2

    written = json.loads(capsys.readouterr().out)
    jsonschema.validate(written, SARIF)
    (run,) = written["runs"]
    unknown = next(each for each in run["results"] if each["ruleId"] == "unknown-key")
    place = unknown["locations"][0]["physicalLocation"]
    assert unknown["level"] == "error"
    assert place == {"artifactLocation": {"uri": "my%20rules/lm.yaml"}, "region": {"startLine": 4, "startColumn": 1}}
    assert run["tool"]["driver"]["rules"][unknown["ruleIndex"]]["id"] == "unknown-key"


def test_a_clean_rulebook_has_no_results(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (tmp_path / "lm.yaml").write_text(RULES.replace("  must_not", "  must_mention: [employment]\n  must_not"))

    assert main(["rules", "lint", str(tmp_path / "lm.yaml"), "--format", "sarif"]) == 0

    assert json.loads(capsys.readouterr().out)["runs"][0]["results"] == []


@pytest.mark.parametrize(
    ("text", "why"),
    [
        ("Employment rose.", []),
        ("Employment news.", ["lm/direction was not found: no movement"]),
        (
            "Employment is a word which a reader will meet often, and then the sun rose.",
            ["lm/direction was not found: not within 5 words of each other"],
        ),
        ("Lunch?", ["lm/direction was not found: no subject; no movement", "lm/mention was not found: no subject"]),
    ],
)
def test_a_trace_says_what_a_finding_lacked(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], text: str, why: list[str]
) -> None:
    (tmp_path / "lm.yaml").write_text(RULES)

    assert main(["rules", "explain", str(tmp_path / "lm.yaml"), "--text", text, "--trace"]) == 0

    assert [line for line in capsys.readouterr().out.splitlines() if "was not found" in line] == why


def test_a_trace_says_what_lowered_a_finding(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    lowered = RULES.replace("words: 5}}, confidence: high}", "words: 5}}, confidence: high, lowered_by: [CTX]}")
    lowered = lowered.replace("CTX", "abroad")
    lowered = lowered.replace("patterns:\n", "patterns:\n  context: {any: [in France]}\n")
    lowered = lowered.replace(
        "findings:\n", "contexts:\n  abroad: {title: it tells of another country, when: context}\nfindings:\n"
    )
    (tmp_path / "lm.yaml").write_text(lowered)

    main(["rules", "explain", str(tmp_path / "lm.yaml"), "--text", "Employment rose in France.", "--trace"])
    assert "lm/direction: counts only low where it tells of another country (abroad)" in capsys.readouterr().out
    main(["rules", "explain", str(tmp_path / "lm.yaml"), "--text", "Employment rose in Wales.", "--trace"])
    assert "counts only" not in capsys.readouterr().out

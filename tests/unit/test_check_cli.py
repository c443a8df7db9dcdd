"""`leakguard check` as other programs use it: its keys, its exit codes, its errors."""

from __future__ import annotations

import io
import json
from pathlib import Path
from typing import Any

import pytest

from leakguard.cli import main

RULES = """schema: leakguard/rule/v1
id: lm
version: 1
title: Labour Market
status: enforce
owner: lm@ons.example
applies_to:
  release:
    id: LMS-03
    title: Labour Market, March
    release_at: "2031-03-18T09:30"
    pre_release_from: "2031-03-17T09:30"
    zone: Europe/London
    grants: [{who: lm@ons.example, basis: production}, {who: minister@dwp.example, basis: pre_release}]
patterns:
  subject: {any: [employment]}
  movement: {any: [rose, fell]}
findings:
  - {id: direction, title: Direction, when: {near: {a: subject, b: movement, words: 5}}, confidence: high}
  - {id: mention, title: Mention, when: subject, confidence: low}
tests:
  must_match: [employment rose, employment fell]
  must_not_match: [sign up]
"""
MAIL = b"From: Joe <joe@dwp.example>\r\nSubject: today\r\n\r\nEmployment rose.\r\n"
EARLY, LIFT = "2031-03-18T09:22:00+00:00", "2031-03-18T09:30:00+00:00"
JOE, AMY = "joe@dwp.example", "amy@dwp.example"


@pytest.fixture
def rules(tmp_path: Path) -> str:
    folder = tmp_path / "rules"
    folder.mkdir()
    (folder / "lm.yaml").write_text(RULES)
    return str(folder)


@pytest.fixture
def mail(tmp_path: Path) -> str:
    path = tmp_path / "message.eml"
    path.write_bytes(MAIL)
    return str(path)


class Input:
    """Standard input of these bytes."""

    def __init__(self, content: bytes) -> None:
        self.buffer = io.BytesIO(content)


def one(capsys: pytest.CaptureFixture[str], *arguments: str, status: int = 0) -> dict[str, Any]:
    assert main(["check", *arguments, "--format", "json"]) == status
    (line,) = capsys.readouterr().out.splitlines()
    return dict(json.loads(line))


def batch(
    capsys: pytest.CaptureFixture[str], rules: str, folder: Path, *cases: object, status: int = 0
) -> tuple[list[dict[str, Any]], list[str]]:
    path = folder / "cases.jsonl"
    path.write_text("".join(f"{each if isinstance(each, str) else json.dumps(each)}\n" for each in cases))
    assert main(["check", "--rules", rules, "--batch", str(path)]) == status
    printed = capsys.readouterr()
    return [json.loads(line) for line in printed.out.splitlines()], printed.err.splitlines()


def case(**changes: Any) -> dict[str, Any]:
    return {"at": EARLY, "from": JOE, "to": [AMY], "subject": "", "text": "Employment rose.", **changes}


def test_the_names_of_the_answer_are_a_contract(rules: str, mail: str, capsys: pytest.CaptureFixture[str]) -> None:
    told = one(capsys, mail, "--rules", rules, "--at", EARLY, "--from", JOE, "--to", AMY)

    assert list(told) == ["id", "decision", "decide_again_at", "outcomes", "findings", "gaps", "rulebook"]
    assert (told["id"], told["decision"], told["decide_again_at"]) == (mail, "hold", "2031-03-18T09:30:00Z")
    assert told["outcomes"] == [
        {
            "recipient": AMY,
            "action": "hold",
            "reasons": [
                {"code": "sender_without_access", "release": "LMS-03", "rule": "lm"},
                {"code": "recipient_not_listed", "release": "LMS-03", "rule": "lm"},
            ],
            "decide_again_at": "2031-03-18T09:30:00Z",
        }
    ]
    assert [each["finding"] for each in told["findings"]] == ["direction", "mention"]
    assert {key: told["findings"][0][key] for key in list(told["findings"][0]) if key != "part"} == {
        "rule": "lm",
        "release": "LMS-03",
        "confidence": "high",
        "place": "body",
        "section": "new",
        "text": "Employment rose",
        "finding": "direction",
        "title": "Direction",
        "because": "Direction",
        "shadow": False,
    }
    assert told["gaps"] == []
    assert len(told["rulebook"]) == 16


@pytest.mark.parametrize(
    ("at", "sender", "to", "decision"),
    [
        pytest.param(EARLY, JOE, [AMY], "hold", id="early"),
        pytest.param("2031-03-18T09:29:59.999999+00:00", JOE, [AMY], "hold", id="the instant before"),
        pytest.param(LIFT, JOE, [AMY], "forward", id="the lift"),
        pytest.param("2031-03-18T10:30:00+01:00", JOE, [AMY], "forward", id="the lift in another zone"),
        pytest.param(EARLY, "lm@ons.example", [AMY, "minister@dwp.example"], "hold", id="the author counts too"),
        pytest.param(EARLY, "<>", [AMY], "hold", id="null sender"),
        pytest.param(EARLY, "", [AMY], "hold", id="null sender without brackets"),
    ],
)
def test_the_instant_and_the_envelope_decide(
    at: str, sender: str, to: list[str], decision: str, rules: str, mail: str, capsys: pytest.CaptureFixture[str]
) -> None:
    recipients = [argument for each in to for argument in ("--to", each)]

    assert one(capsys, mail, "--rules", rules, "--at", at, "--from", sender, *recipients)["decision"] == decision


def test_a_dash_is_standard_input(
    rules: str, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("sys.stdin", Input(MAIL))

    told = one(capsys, "-", "--rules", rules, "--at", EARLY, "--from", f"<{JOE}>", "--to", f"<{AMY}>")

    assert (told["id"], told["decision"], told["outcomes"][0]["recipient"]) == ("-", "hold", AMY)


@pytest.mark.parametrize(
    ("fail_on", "text", "at", "status"),
    [
        pytest.param(None, "Employment rose.", EARLY, 0, id="a hold is no failure by itself"),
        pytest.param("hold", "Employment rose.", EARLY, 1, id="hold on hold"),
        pytest.param("flag", "Employment rose.", EARLY, 1, id="flag on hold"),
        pytest.param("hold", "Employment day.", EARLY, 0, id="hold on flag"),
        pytest.param("flag", "Employment day.", EARLY, 1, id="flag on flag"),
        pytest.param("flag", "Employment rose.", LIFT, 0, id="flag on forward"),
        pytest.param("flag", "Nothing.", EARLY, 0, id="flag on nothing"),
    ],
)
def test_exit_status_1_is_for_what_was_named(
    fail_on: str | None, text: str, at: str, status: int, rules: str, tmp_path: Path
) -> None:
    path = tmp_path / "m.eml"
    path.write_bytes(f"Subject: x\r\n\r\n{text}\r\n".encode())
    named = ["--fail-on", fail_on] if fail_on else []

    assert main(["check", str(path), "--rules", rules, "--at", at, "--from", JOE, "--to", AMY, *named]) == status


@pytest.mark.parametrize(
    ("arguments", "told"),
    [
        pytest.param([], "name one FILE.eml", id="no message"),
        pytest.param(["MAIL", "--batch", "x"], "name one FILE.eml", id="both"),
        pytest.param(["MAIL", "--to", AMY], "--from and at least one --to", id="no sender"),
        pytest.param(["MAIL", "--from", JOE], "--from and at least one --to", id="no recipient"),
        pytest.param(["MAIL", "--from", JOE, "--to", "<>"], "must not be empty", id="empty recipient"),
        pytest.param(["MAIL", "--from", JOE, "--to", AMY, "--at", "2031-03-18T09:22"], "says no zone", id="naive time"),
        pytest.param(["MAIL", "--from", JOE, "--to", AMY, "--at", "soon"], "must be a time", id="no time"),
        pytest.param(["missing.eml", "--from", JOE, "--to", AMY], "missing.eml: No such file", id="no file"),
        pytest.param(["--batch", "missing.jsonl"], "missing.jsonl: No such file", id="no batch"),
    ],
)
def test_exit_status_2_is_for_what_could_not_be_checked(
    arguments: list[str], told: str, rules: str, mail: str, capsys: pytest.CaptureFixture[str]
) -> None:
    given = [mail if each == "MAIL" else each for each in arguments]

    assert main(["check", "--rules", rules, *given]) == 2
    printed = capsys.readouterr()
    assert told in printed.err
    assert printed.out == ""


def test_a_bad_rulebook_is_exit_status_2_with_its_errors(
    rules: str, mail: str, capsys: pytest.CaptureFixture[str]
) -> None:
    (Path(rules) / "lm.yaml").write_text(RULES.replace("b: movement", "b: movment"))

    assert main(["check", mail, "--rules", rules, "--from", JOE, "--to", AMY]) == 2
    assert "lm.yaml:19:" in capsys.readouterr().err


def test_a_batch_keeps_its_order_and_numbers_its_lines(
    rules: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    told, errors = batch(
        capsys, rules, tmp_path, case(id="b"), "", case(at=LIFT), case(id="a", to=AMY, **{"from": ""}), case(id=7)
    )

    assert [(each["id"], each["decision"]) for each in told] == [
        ("b", "hold"),
        ("3", "forward"),
        ("a", "hold"),
        ("7", "hold"),
    ]
    assert errors == []


def test_a_batch_names_messages_beside_itself(rules: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (tmp_path / "mails").mkdir()
    (tmp_path / "mails" / "m.eml").write_bytes(MAIL)
    given = {"at": EARLY, "from": JOE, "to": [AMY], "eml": "mails/m.eml"}

    told, _ = batch(capsys, rules, tmp_path, given, {**given, "eml": str(tmp_path / "mails" / "m.eml")})

    assert [each["decision"] for each in told] == ["hold", "hold"]


@pytest.mark.parametrize(
    ("line", "told"),
    [
        pytest.param("{", "2:2: error[syntax]", id="no JSON"),
        pytest.param("[1]", "2:1: error[bad-case]: a case is a JSON object", id="no object"),
        pytest.param("[" * 100_000, "2:1: error[syntax]", id="too deep"),
        pytest.param('{"at": ' + "1" * 5000 + "}", "2:1: error[syntax]", id="too long a number"),
        pytest.param(case(At=EARLY), "2:1: error[bad-case]: there is no key `At`", id="unknown key"),
        pytest.param(case(at="2031-03-18T09:22"), "2:1: error[bad-case]: `at` says no zone", id="naive time"),
        pytest.param({"from": JOE, "to": [AMY], "text": "x"}, "2:1: error[bad-case]: `at` must be", id="no time"),
        pytest.param(case(to=[]), "2:1: error[bad-case]: `to` is a list", id="nobody"),
        pytest.param(case(to=[""]), "2:1: error[bad-case]: a recipient must not be empty", id="empty recipient"),
        pytest.param(case(to=[1]), "2:1: error[bad-case]: `from` and `to` are addresses", id="no address"),
        pytest.param(case(direction="up"), "2:1: error[bad-case]: `direction` must be one of", id="direction"),
        pytest.param(case(channel=["email"]), "2:1: error[bad-case]: `channel` must be one of", id="channel"),
        pytest.param(case(eml="m.eml"), "2:1: error[bad-case]: `eml` is the path", id="both"),
        pytest.param(case(text=1), "2:1: error[bad-case]: `subject` and `text` are strings", id="no text"),
        pytest.param({"at": EARLY, "from": JOE, "to": AMY}, "2:1: error[bad-case]: a case has", id="no message"),
        pytest.param(
            {"at": EARLY, "from": JOE, "to": AMY, "eml": "none.eml"}, "2:1: error[unreadable]: none.eml", id="no file"
        ),
        pytest.param(case(text="half \ud800"), "2:1: error[encoding]", id="half a character"),
    ],
)
def test_a_bad_line_is_told_and_the_others_are_checked(
    line: object, told: str, rules: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    checked, errors = batch(capsys, rules, tmp_path, case(id="1st"), line, case(id="3rd"), status=2)

    assert [each["id"] for each in checked] == ["1st", "3rd"]
    assert len(errors) == 1
    assert errors[0].startswith(f"{tmp_path / 'cases.jsonl'}:{told}")


def test_a_line_that_is_not_utf8_is_told(
    rules: str, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("sys.stdin", Input(b'{"at": "\xff"}\n' + json.dumps(case()).encode()))

    assert main(["check", "--rules", rules, "--batch", "-"]) == 2
    printed = capsys.readouterr()
    assert printed.err.startswith("-:1:1: error[encoding]")
    assert json.loads(printed.out)["decision"] == "hold"


def test_text_is_for_people(rules: str, mail: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["check", mail, "--rules", rules, "--at", EARLY, "--from", JOE, "--to", AMY]) == 0
    assert AMY in capsys.readouterr().out

"""`leakguard check`: what the relay would do with a message, now or at any instant, without doing it."""

from __future__ import annotations

import argparse
import json
import sys
from collections.abc import Iterator
from datetime import datetime
from pathlib import Path
from typing import Any

from leakguard.check import Case, Checked, check
from leakguard.cli.shared import Subcommands, complain, print_json
from leakguard.clock import GuardedClock
from leakguard.extract import Limits
from leakguard.model.compose import compose
from leakguard.model.decision import Action
from leakguard.model.message import Channel, Direction
from leakguard.policy import Policy
from leakguard.rulebook import Rulebook, load, read_folder

_KEYS = frozenset({"id", "at", "from", "to", "direction", "channel", "subject", "text", "eml"})


class BadCase(ValueError):
    """A case that cannot be checked; the text says why."""


def add_to(commands: Subcommands) -> None:
    parser = commands.add_parser("check", help="what would happen to a message, without side effects")
    parser.add_argument("file", nargs="?", metavar="FILE.eml", help="the message; - reads standard input")
    parser.add_argument("--rules", required=True, metavar="DIR", help="folder of rules, releases and access lists")
    parser.add_argument("--batch", metavar="CASES.jsonl", help="many messages, one JSON object a line; - is input")
    parser.add_argument("--at", metavar="TIME", help="instant such as 2031-03-18T09:22:00+00:00; else now")
    parser.add_argument("--from", dest="sender", metavar="ADDRESS", help="MAIL FROM; <> is the null sender")
    parser.add_argument("--to", action="append", default=[], metavar="ADDRESS", help="recipient; may be repeated")
    parser.add_argument("--direction", choices=[each.value for each in Direction], default="outbound")
    parser.add_argument("--format", choices=("text", "json"), default="text")
    parser.add_argument("--fail-on", choices=("flag", "hold"), help="exit 1 when anybody gets this or stricter")
    parser.set_defaults(run=run)


def run(chosen: argparse.Namespace) -> int:
    """0: checked. 1: --fail-on. 2: something could not be checked."""
    if (chosen.batch is None) == (chosen.file is None):
        complain("check: name one FILE.eml, or --batch CASES.jsonl")
        return 2
    rulebook = load(read_folder(Path(chosen.rules)))
    failed = struck = False
    for case in read_cases(chosen.batch) if chosen.batch is not None else _single(chosen):
        if isinstance(case, str):
            complain(case)
            failed = True
            continue
        checked = check(case, rulebook, Limits(), Policy())
        _show(checked, rulebook, chosen)
        struck = struck or (chosen.fail_on is not None and checked.is_at_least(Action(chosen.fail_on)))
    return 2 if failed else int(struck)


def _show(checked: Checked, rulebook: Rulebook, chosen: argparse.Namespace) -> None:
    if chosen.format == "json" or chosen.batch is not None:
        print_json([checked.as_json()])
    else:
        from leakguard.cli.show import show_checked

        print(show_checked(checked, rulebook))


def _single(chosen: argparse.Namespace) -> Iterator[Case | str]:
    if chosen.sender is None or not chosen.to:
        yield "check: --from and at least one --to are needed; the envelope decides, not the headers"
        return
    content = sys.stdin.buffer.read() if chosen.file == "-" else Path(chosen.file).read_bytes()
    try:
        at = instant(chosen.at) if chosen.at is not None else GuardedClock().now()
        yield Case(
            id=chosen.file,
            at=at,
            mail_from=address(chosen.sender),
            recipients=recipients_in(chosen.to),
            direction=Direction(chosen.direction),
            content=content,
        )
    except BadCase as problem:
        yield f"check: {problem}"


def read_cases(name: str) -> Iterator[Case | str]:
    folder = Path() if name == "-" else Path(name).parent
    lines = sys.stdin.buffer if name == "-" else Path(name).read_bytes().splitlines()
    for number, line in enumerate(lines, start=1):
        if not line.strip():
            continue
        try:
            yield _case(json.loads(line), number, folder)
        except (ValueError, RecursionError, OSError) as problem:
            yield f"{name}:{number}:{_complaint(problem)}"


def _complaint(problem: Exception) -> str:
    """Column, code and sentence for a line that is no case."""
    match problem:
        case BadCase():
            return f"1: error[bad-case]: {problem}"
        case json.JSONDecodeError():
            return f"{problem.colno}: error[syntax]: this is not JSON: {problem.msg}"
        case UnicodeDecodeError():
            return "1: error[encoding]: this is not UTF-8"
        case UnicodeEncodeError():
            return "1: error[encoding]: half a character (\\uD800 to \\uDFFF) stands alone in it"
        case OSError():
            return f"1: error[unreadable]: {problem.filename}: {problem.strerror}"
    return f"1: error[syntax]: this cannot be read: {type(problem).__name__}"


def _case(given: Any, number: int, folder: Path) -> Case:
    if not isinstance(given, dict):
        raise BadCase("a case is a JSON object")
    unknown = sorted(given.keys() - _KEYS)
    if unknown:
        raise BadCase(f"there is no key `{unknown[0]}`; known are {', '.join(sorted(_KEYS))}")
    recipients = given.get("to")
    return Case(
        id=str(given.get("id", number)),
        at=instant(given.get("at")),
        mail_from=address(given.get("from")),
        recipients=recipients_in([recipients] if isinstance(recipients, str) else recipients),
        direction=_member(Direction, given.get("direction", "outbound"), "direction"),
        channel=_member(Channel, given.get("channel", "email"), "channel"),
        content=_content(given, folder),
    )


def _content(given: dict[str, Any], folder: Path) -> bytes:
    name = given.get("eml")
    if name is None:
        subject, text = given.get("subject") or "", given.get("text") or ""
        if not isinstance(subject, str) or not isinstance(text, str):
            raise BadCase("`subject` and `text` are strings")
        if "text" not in given and "subject" not in given:
            raise BadCase("a case has `subject` and `text`, or `eml`")
        return compose(subject, text)
    if not isinstance(name, str) or "text" in given or "subject" in given:
        raise BadCase("`eml` is the path of a message, instead of `subject` and `text`")
    beside = folder / name
    return (beside if beside.exists() else Path(name)).read_bytes()


def instant(text: Any) -> datetime:
    try:
        at = datetime.fromisoformat(text)
    except (TypeError, ValueError):
        raise BadCase(f"`at` must be a time such as 2031-03-18T09:22:00+00:00, not {text!r}") from None
    if at.tzinfo is None:
        raise BadCase(f"`at` says no zone: {text!r}; write 2031-03-18T09:22:00+00:00")
    return at


def address(text: Any) -> str:
    if not isinstance(text, str):
        raise BadCase('`from` and `to` are addresses; "" is the null sender')
    return text.strip().removeprefix("<").removesuffix(">")


def recipients_in(given: Any) -> tuple[str, ...]:
    if not isinstance(given, list) or not given:
        raise BadCase("`to` is a list of at least one address")
    found = tuple(dict.fromkeys(address(each) for each in given))
    if not all(found):
        raise BadCase("a recipient must not be empty")
    return found


def _member(kind: Any, text: Any, name: str) -> Any:
    try:
        return kind(text)
    except ValueError:
        known = ", ".join(each.value for each in kind)
        raise BadCase(f"`{name}` must be one of {known}, not {text!r}") from None

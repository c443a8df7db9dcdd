"""`leakguard rules diff`: what a changed rulebook would newly hold, flag or let go over a folder of messages."""

from __future__ import annotations

import argparse
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from email import message_from_bytes
from email.message import Message
from email.utils import getaddresses, parsedate_to_datetime
from pathlib import Path
from typing import Any

from leakguard.check import Case, Checked, check
from leakguard.cli.check import BadCase, address, instant, read_cases, recipients_in
from leakguard.cli.shared import complain, print_json
from leakguard.extract import Limits
from leakguard.model.decision import Action
from leakguard.model.message import Direction
from leakguard.policy import Policy
from leakguard.rulebook import Rulebook, load, read_folder

KINDS = ("let go", "newly held", "newly flagged", "no longer flagged", "other findings")  # the worst first


@dataclass(frozen=True, slots=True, kw_only=True)
class Change:
    """What is different for one message. It holds no content: ids, addresses and names of findings only."""

    id: str
    kind: str
    outcomes: tuple[tuple[str, Action, Action], ...]
    gained: tuple[str, ...]
    lost: tuple[str, ...]

    def __str__(self) -> str:
        actions = ", ".join(f"{who} {before} -> {after}" for who, before, after in self.outcomes)
        findings = ", ".join([*(f"-{each}" for each in self.lost), *(f"+{each}" for each in self.gained)])
        line = f"{self.id}: {'; '.join(each for each in (self.kind, actions, findings) if each)}"
        return " ".join(line.split())  # whatever an address or id has in it: one line

    def as_json(self) -> dict[str, Any]:
        outcomes = [{"recipient": who, "before": old.value, "after": new.value} for who, old, new in self.outcomes]
        return {
            "id": self.id,
            "change": self.kind,
            "outcomes": outcomes,
            "gained": list(self.gained),
            "lost": list(self.lost),
        }


def add_diff(below: Any) -> None:
    parser = below.add_parser("diff", help="what changed rules would newly hold, flag or let go")
    parser.add_argument("old", metavar="OLD", help="folder or file of the rules as they are")
    parser.add_argument("new", metavar="NEW", help="folder or file of the changed rules")
    parser.add_argument("--messages", required=True, metavar="PATH", help="folder of .eml and .jsonl, or one such file")
    parser.add_argument("--at", metavar="TIME", help="instant for .eml; their own Date, if not given")
    parser.add_argument(
        "--from", dest="sender", metavar="ADDRESS", help="sender for .eml; their own From, if not given"
    )
    parser.add_argument(
        "--to", action="append", default=[], metavar="ADDRESS", help="recipient for .eml; else To and Cc"
    )
    parser.add_argument("--direction", choices=[each.value for each in Direction], default="outbound")
    parser.add_argument("--format", choices=("text", "json"), default="text", help="json: one object a line")
    parser.set_defaults(run=diff)


def diff(chosen: argparse.Namespace) -> int:
    """0: nothing is let go. 1: a copy that was kept would go. 2: something could not be compared."""
    old, new = (load(read_folder(Path(name)), with_examples=False) for name in (chosen.old, chosen.new))
    counted: Counter[str] = Counter()
    failed = False
    for case in _cases(Path(chosen.messages), chosen):
        if isinstance(case, str):
            complain(case)
            failed = True
            continue
        change = compare(case, old, new)
        counted[change.kind if change else "as before"] += 1
        if change and chosen.format == "json":
            print_json([change.as_json()])
        elif change:
            print(change)
    if not counted and not failed:
        complain(f"{chosen.messages}: no messages here (.eml, or .jsonl as `check --batch` takes them)")
        return 2
    _sum_up(counted, chosen)
    return 2 if failed else int(counted["let go"] > 0)


def _sum_up(counted: Counter[str], chosen: argparse.Namespace) -> None:
    kinds = (*KINDS, "as before")
    if chosen.format == "json":
        print_json([{"summary": {kind.replace(" ", "_"): counted[kind] for kind in kinds}}])
    else:
        print(f"{counted.total()} messages: " + ", ".join(f"{counted[kind]} {kind}" for kind in kinds))


def compare(case: Case, old: Rulebook, new: Rulebook) -> Change | None:
    """What the new rulebook changes for this message; None when it changes nothing."""
    before, after = (check(case, rulebook, Limits(), Policy()) for rulebook in (old, new))
    pairs = zip(before.decision.outcomes, after.decision.outcomes, strict=True)
    moved = tuple((one.recipient, one.action, other.action) for one, other in pairs if one.action is not other.action)
    had, has = _names(before), _names(after)
    if not moved and had == has:
        return None
    gained, lost = tuple(sorted(has - had)), tuple(sorted(had - has))
    return Change(id=case.id, kind=_kind(moved), outcomes=moved, gained=gained, lost=lost)


def _kind(moved: tuple[tuple[str, Action, Action], ...]) -> str:
    """The change that matters most among those of the copies."""
    kinds = {_kind_of(before, after) for _, before, after in moved}
    return next((kind for kind in KINDS if kind in kinds), KINDS[-1])


def _kind_of(before: Action, after: Action) -> str:
    if before.lets_through != after.lets_through:
        return "let go" if after.lets_through else "newly held"
    if before.lets_through:
        return "newly flagged" if after.severity > before.severity else "no longer flagged"
    return "other findings"


def _names(checked: Checked) -> frozenset[str]:
    """Findings and gaps without words or places. A finding that only moves inside the message is the same."""
    at = checked.case.at
    findings = {
        f"{each.rule}/{each.id} ({each.confidence_at(at)}{', shadow' if each.shadow else ''})"
        for each in checked.verdict.findings
    }
    return frozenset(findings | {f"gap {each.part} ({each.kind})" for each in checked.verdict.gaps})


def _cases(path: Path, chosen: argparse.Namespace) -> Iterator[Case | str]:
    """Messages of a folder in the order of their names, or of one file. What cannot be compared is a sentence."""
    if not path.exists():
        raise FileNotFoundError(f"there is nothing at {path}")
    files = sorted(each for each in path.rglob("*") if each.is_file()) if path.is_dir() else [path]
    for file in files:
        name = file.relative_to(path).as_posix() if path.is_dir() else file.name
        if file.suffix == ".jsonl":
            yield from read_cases(str(file))
        elif file.suffix == ".eml":
            try:
                yield _message(name, file.read_bytes(), chosen)
            except BadCase as problem:
                yield f"{name}:1:1: error[bad-case]: {problem}"


def _message(name: str, content: bytes, chosen: argparse.Namespace) -> Case:
    """The case of a message; what the options do not say about its envelope is taken from its header."""
    header = message_from_bytes(content)
    sender = chosen.sender if chosen.sender is not None else next(iter(_addresses(header, "From")), None)
    if sender is None:
        raise BadCase("the message has no From; give --from")
    to = chosen.to or _addresses(header, "To", "Cc", "Bcc")
    if not to:
        raise BadCase("the message has no To or Cc; give --to")
    return Case(
        id=name,
        at=instant(chosen.at) if chosen.at is not None else _date(header),
        mail_from=address(sender),
        recipients=recipients_in(to),
        direction=Direction(chosen.direction),
        content=content,
    )


def _addresses(header: Message, *names: str) -> list[str]:
    values = [str(value) for name in names for value in header.get_all(name, [])]
    return [found for _, found in getaddresses(values) if found]


def _date(header: Message) -> datetime:
    try:
        at = parsedate_to_datetime(str(header["Date"]))
    except (TypeError, ValueError, OverflowError):
        raise BadCase("the message has no Date that can be read; give --at") from None
    if at.tzinfo is None:
        raise BadCase("the Date of the message has no zone; give --at")
    return at

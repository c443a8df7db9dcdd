"""`make evaluate`: what the shipped rulebook makes of the corpus, with every miss and every false hold by its id.

It reports only: the exit status is 0 whatever the figures are. docs/measuring.md says how to read it.
"""

from __future__ import annotations

import argparse
import json
import sys
import time
from collections.abc import Callable, Iterator, Sequence
from typing import Any, TextIO

from tests.corpus.judging import DEVELOPMENT, EIGHT_MINUTES_EARLY, Answer, Entry, half_of, judge, messages, rulebook
from tests.corpus.measures import SOURCES, Judge, Judged, Source, per_pack, sections, sentences, symmetry

QUIET_SECONDS = 2.0
Clock = Callable[[], float]


class Progress:
    """One line on stderr every two seconds, none for what takes less."""

    def __init__(self, total: int, stream: TextIO, clock: Clock) -> None:
        self.total, self.stream, self.clock = total, stream, clock
        self.done, self.said = 0, clock()

    def step(self) -> None:
        self.done += 1
        if self.clock() - self.said >= QUIET_SECONDS:
            self.said = self.clock()
            print(f"evaluate: {self.done} of {self.total}", file=self.stream, flush=True)


def evaluate(
    sources: Sequence[Source], judge: Judge, packs: Sequence[str], stream: TextIO, clock: Clock
) -> dict[str, Any]:
    """The whole report, as it is printed with `--format json`."""
    entries = {source.file: messages(source.file) for source in sources}
    pieces = sentences(entries.get("office", []))
    progress = Progress(sum(map(len, entries.values())) + len(pieces), stream, clock)

    def judged(those: Sequence[Entry], sender: str) -> Judged:
        return list(_each(those, sender))

    def _each(those: Sequence[Entry], sender: str) -> Iterator[tuple[Entry, Answer]]:
        for entry in those:
            yield entry, judge(entry, sender)
            progress.step()

    answers = {source: judged(entries[source.file], source.sender) for source in sources}
    return {
        "at": EIGHT_MINUTES_EARLY.isoformat(),
        "sections": [each for source in sources for each in sections(source, answers[source])],
        "symmetry": [symmetry(source, answers[source]) for source in sources if source.leaks],
        "sentences": per_pack(judged(pieces, SOURCES[0].sender), packs),
    }


def shown(count: dict[str, Any]) -> str:
    if not count["of"]:
        return f"{'none':>26}"
    share = f"{count['share']:6.1%} ({count['low']:.1%} to {count['high']:.1%})"
    return f"{count['count']:>4}/{count['of']:<4} {share:<25}"


def table(title: str, tallies: dict[str, Any], order: Sequence[str]) -> Iterator[str]:
    heads = {"either": "held or flagged", "held": "held", "flagged": "flagged"}
    yield f"  {title:<26}" + "".join(f"{heads[each]:<36}" for each in order).rstrip()
    for name, tally in tallies.items():
        yield f"    {name:<24}" + "".join(f"{shown(tally[each]):<36}" for each in order).rstrip()


def ids(title: str, names: Sequence[str]) -> str:
    return f"  {title} ({len(names)}): {' '.join(names) or 'none'}"


def section_lines(part: dict[str, Any]) -> Iterator[str]:
    order = ("either", "held") if part["leaks"] else ("held", "flagged")
    yield f"{part['file']}, {part['half']}"
    yield from table("", {"all" + (" but oblique" if part["leaks"] else ""): part["total"]}, order)
    yield from table("by category", part["by_category"], order)
    yield from table("by topic", part["by_topic"], order)
    if part["leaks"]:
        yield ids("missed", part["forwarded"])
        yield ids("oblique ones missed", part["forwarded_oblique"])
        yield ids("flagged, not held", part["flagged"])
    else:
        yield ids("false holds", part["held"])
        yield ids("false flags", part["flagged"])
    yield ""


def text_lines(report: dict[str, Any]) -> Iterator[str]:
    yield f"Judged at {report['at']}. Shares with their 95 % interval (Wilson)."
    yield ""
    for part in report["sections"]:
        yield from section_lines(part)
    yield "symmetry: mirror images (up, down, unchanged) get one answer"
    for pairs in report["symmetry"]:
        unlike = pairs["unlike"]
        yield f"  {pairs['file']:<16} {pairs['compared'] - len(unlike)} of {pairs['compared']} groups alike"
        yield ids("  unlike", unlike)
    if report["sentences"]["total"]["of"]:
        yield from sentence_lines(report["sentences"])


def sentence_lines(rates: dict[str, Any]) -> Iterator[str]:
    yield ""
    yield "sentences of ordinary mail (office, both halves), each sent alone: holds per 1,000"
    for name, count in {"any pack": rates["total"], **rates["by_pack"]}.items():
        yield f"  {name:<28}{1000 * count['share']:6.2f}   {shown(count)}".rstrip()
    yield ids("held in", rates["held_in"])


def wrong(report: dict[str, Any]) -> set[str]:
    return {name for part in report["sections"] for key in ("forwarded", "flagged", "held") for name in part[key]}


def development_texts(report: dict[str, Any], sources: Sequence[Source]) -> Iterator[str]:
    """What the lists name, in full: of the development half only, of which people who write rules may see anything."""
    listed = wrong(report)
    for source in sources:
        for entry in messages(source.file) if source.halved else []:
            if half_of(entry) == DEVELOPMENT and entry["id"] in listed:
                yield f"\n{entry['id']} [{entry['category']}] {entry['subject']}\n{entry['text']}"


def main(argv: Sequence[str] | None = None, *, judge: Judge = judge, clock: Clock = time.monotonic) -> int:
    parser = argparse.ArgumentParser(prog="scripts/evaluate", description=__doc__.partition("\n")[0])
    parser.add_argument("--format", choices=("text", "json"), default="text")
    parser.add_argument("--show", action="store_true", help="text of what is listed, for the development half only")
    parser.add_argument(
        "--only", metavar="FILE", choices=[each.file for each in SOURCES], help="one file of the corpus"
    )
    options = parser.parse_args(argv)
    if options.show and options.format == "json":
        parser.error("--show goes with --format text")
    sources = [each for each in SOURCES if options.only in (None, each.file)]
    report = evaluate(sources, judge, [rule.id for rule in rulebook().rules], sys.stderr, clock)
    if options.format == "json":
        print(json.dumps(report, indent=2))
        return 0
    print("\n".join(text_lines(report)))
    if options.show:
        print("\n".join(development_texts(report, sources)))
    return 0


if __name__ == "__main__":
    sys.exit(main())

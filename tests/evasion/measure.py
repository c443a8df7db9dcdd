"""What the guard makes of all of it, by technique.

.venv/bin/python -m tests.evasion.measure [--show]
"""

from __future__ import annotations

import sys
from collections import Counter
from collections.abc import Iterator

from tests.evasion.judging import Result, Try, checked_for, judge, tries
from tests.evasion.techniques import TECHNIQUES, Technique

Row = tuple[Technique, Counter[Result], list[tuple[Try, Result]]]


def rows() -> Iterator[Row]:
    for technique in TECHNIQUES.values():
        results = [(each, judge(each)) for each in tries(technique)]
        yield technique, Counter(result for _, result in results), results


def table(found: list[Row]) -> Iterator[str]:
    yield "| Technique | Family | Tries | Caught | Wrong highlight | Missed |"
    yield "|---|---|---|---|---|---|"
    for technique, count, results in found:
        asked = " (not asked)" if technique.not_asked else ""
        caught, wrong, missed = (count[each] for each in Result)
        yield f"| {technique.name}{asked} | {technique.family} | {len(results)} | {caught} | {wrong} | {missed} |"


def summary(found: list[Row]) -> str:
    asked = [(technique, count) for technique, count, _ in found if not technique.not_asked]
    total = sum((count for _, count in asked), Counter[Result]())
    tried = sum(total.values())
    share = total[Result.CAUGHT] / tried
    whole = sum(set(count) == {Result.CAUGHT} for _, count in asked)
    return (
        f"{len(found)} techniques, {len(asked)} asked, {tried} tries of these: "
        f"{total[Result.CAUGHT]} caught ({share:.1%}), {total[Result.WRONG]} with a wrong highlight, "
        f"{total[Result.MISSED]} missed; {whole} techniques caught in every sentence"
    )


def main() -> None:
    found = list(rows())
    print("\n".join(table(found)))
    print(summary(found))
    if "--show" in sys.argv:
        for _, _, results in found:
            for one, result in results:
                if result is not Result.CAUGHT:
                    texts = [each.text for each in checked_for(one).verdict.findings]
                    print(f"{result.value}: {one.technique.name}: {one.clear}: {one.seen!r} {texts!r}")


if __name__ == "__main__":
    main()

"""What ten thousand rules cost: against a hundred, against a loop of patterns, and to compile. Rules and texts are made
up, in the mix that the notes of detection name; seeds are fixed.
"""

from __future__ import annotations

import random
import statistics
import time
import tracemalloc
from collections.abc import Callable, Iterable, Sequence
from functools import partial

import pytest
import regex

from leakguard.detect import Detector, compile_rules, detect
from leakguard.detect.normalise import normalise
from leakguard.model.content import Span
from leakguard.model.message import Channel, Direction
from leakguard.model.rule import Has, Near, Phrase, Regex, Rule
from tests.builders import body, rule

pytestmark = pytest.mark.bench

MESSAGES, ROUNDS, LARGE = 40, 5, 10_000_000
KINDS = ["id"] * 8 + ["term"] * 5 + ["near"] * 5 + ["regex"] * 2  # 40, 25, 25, 10 %
SYLLABLES = [first + last for first in "bdfgklmnprstvz" for last in ("a", "e", "i", "o", "u", "an", "el", "or")]
MOVES = """
rose fell up down higher lower increased decreased unchanged flat record steady soared plunged jumped dropped
grew shrank climbed slipped surged slumped doubled halved peaked bottomed rallied dipped strengthened weakened
widened narrowed accelerated slowed recovered worsened improved eased gained lost edged tumbled rebounded
stalled revised beat missed exceeded undershot
""".split()
Written = tuple[Rule, str]  # with the pattern that a loop would try


def word(source: random.Random) -> str:
    return "".join(source.choice(SYLLABLES) for _ in range(source.randint(2, 4)))


def vocabulary() -> list[str]:
    source = random.Random(1)
    return [word(source) for _ in range(4000)] + ["the", "of", "and", "to"] * 500 + MOVES


WORDS = vocabulary()


def written(number: int) -> Written:
    source = random.Random(number)
    kind, name = KINDS[number % len(KINDS)], f"r{number}"
    one, other = source.choice(WORDS[:4000]), source.choice(WORDS[:4000])
    if kind == "id":
        code = f"{one[:3]}{number} 2031 {source.randint(1, 12):02}"
        return rule({"a": Phrase(any_of=(code.replace(" ", "-"),))}, Has("a"), id=name), rf"\b{code}\b"
    if kind == "term":
        return rule({"a": Phrase(any_of=(f"{one} {other}",))}, Has("a"), id=name), rf"\b{one} {other}\b"
    if kind == "regex":
        pattern = rf"\b{one}[ -]?(?:{other}|q[1-4]) ?\d{{2,4}}\b"
        return rule({"a": Regex(pattern=pattern)}, Has("a"), id=name), pattern
    moves, between = rf"\b(?:{'|'.join(MOVES)})\b", r"(?:\W+\w+){0,8}?\W+"
    subject = rf"\b{one} {other}\b"
    patterns = {"a": Phrase(any_of=(f"{one} {other}",)), "b": Phrase(any_of=tuple(MOVES), common=True)}
    near = rule(patterns, Near(Has("a"), Has("b"), 8), id=name)
    return near, f"{subject}{between}{moves}|{moves}{between}{subject}"


def text(number: int, size: int, planted: Sequence[Written]) -> str:
    """Words without sense; now and then those of a rule. No sentence ends, which a loop would have to count."""
    source, pieces, length = random.Random(-1 - number), list[str](), 0
    while length < size:
        piece = source.choice(WORDS)
        if planted and source.random() < 0.004:
            pattern = source.choice(planted)[0].patterns["a"]
            piece = pattern.any_of[0] if isinstance(pattern, Phrase) else piece
        pieces.append(piece)
        length += len(piece) + 1
    return " ".join(pieces)


def look(detector: Detector, content: str) -> set[str]:
    spans: list[Span] = [body(content)]
    findings, gaps = detect(detector, spans, Direction.OUTBOUND, Channel.EMAIL)
    assert not gaps
    return {str(each.rule) for each in findings}


def seconds(work: Callable[[], object]) -> float:
    began = time.process_time()
    work()
    return time.process_time() - began


def p50(detector: Detector, texts: Sequence[str]) -> float:
    return statistics.median(min(seconds(partial(look, detector, each)) for _ in range(ROUNDS)) for each in texts)


def loop_over(patterns: Iterable[regex.Pattern[str]], content: str) -> None:
    for pattern in patterns:
        pattern.search(content)


def verdict(reached: bool) -> str:
    return "REACHED" if reached else "NOT REACHED"


def test_four_kilobytes_at_ten_thousand_rules() -> None:
    rules = [written(number) for number in range(10_000)]
    texts = [text(number, 4096, rules[:100]) for number in range(MESSAGES)]
    took = {
        count: p50(compile_rules([one for one, _ in rules[:count]]), texts) * 1000 for count in (100, 1_000, 10_000)
    }

    grown = took[10_000] / took[100]
    print("\n4 KB, p50: " + ", ".join(f"{each:.3f} ms at {count:,} rules" for count, each in took.items()))
    print(f"  10,000 rules cost {grown:.1f} times 100 (wanted: at most 3, {verdict(grown <= 3)})")


def test_ten_megabytes_at_ten_thousand_rules() -> None:
    rules = [written(number) for number in range(10_000)]
    large = text(0, LARGE, ())
    took = {}
    for count in (10, 10_000):
        detector = compile_rules([one for one, _ in rules[:count]])
        work = partial(detect, detector, [body(large)], Direction.OUTBOUND, Channel.EMAIL)
        took[count] = min(seconds(work) for _ in range(2))

    share = took[10] / took[10_000]
    print(f"\n10 MB: {took[10]:.2f} s at 10 rules, {took[10_000]:.2f} s at 10,000")
    print(f"  {share:.2f} of the throughput (wanted: at least 0.7, {verdict(share >= 0.7)})")


@pytest.mark.parametrize(("count", "wanted", "messages"), [(100, 50, 20), (1_000, 400, 6)])
def test_against_a_loop_of_patterns(count: int, wanted: int, messages: int) -> None:
    """The loop is given the canonical text; the detector makes its own."""
    rules = [written(number) for number in range(count)]
    detector = compile_rules([one for one, _ in rules])
    patterns = {str(one.id): regex.compile(pattern, regex.IGNORECASE) for one, pattern in rules}
    texts = [text(number, 4096, rules) for number in range(messages)]
    canonical = [normalise(each).text for each in texts]

    mine = p50(detector, texts)
    loop = statistics.median(seconds(partial(loop_over, patterns.values(), each)) for each in canonical)
    for each, folded in zip(texts, canonical, strict=True):
        assert look(detector, each) == {name for name, pattern in patterns.items() if pattern.search(folded)}
    print(f"\n{count:,} rules, 4 KB: {mine * 1000:.3f} ms, a loop of patterns {loop * 1000:.1f} ms, the same found:")
    print(f"  {loop / mine:.0f} times (wanted: at least {wanted}, {verdict(loop >= wanted * mine)})")


def test_ten_thousand_rules_are_compiled() -> None:
    rules = [written(number)[0] for number in range(10_000)]
    took = seconds(lambda: compile_rules(rules))
    regex.purge()
    tracemalloc.start()
    kept = compile_rules(rules)
    megabytes = tracemalloc.get_traced_memory()[0] / 1e6
    tracemalloc.stop()

    print(f"\n{len(kept.rules):,} rules compile in {took:.2f} s (wanted: at most 3, {verdict(took <= 3)})")
    print(f"  and keep {megabytes:.0f} MB of Python's memory (wanted: at most 100, {verdict(megabytes <= 100)})")

"""What ten thousand rules cost: against a hundred, against a loop of patterns, and to compile. Rules and texts are made
up, in the mix that the notes of detection name; seeds are fixed.
"""

from __future__ import annotations

import itertools
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
DISGUISES: list[Callable[[str], str]] = [
    " ".join,
    ".".join,
    lambda each: each.replace("e", "3").replace("a", "4").replace("i", "1"),
    lambda each: f"{each[:3]}-\n{each[3:]}",
    lambda each: f"{each[:3]}*{each[3:]}",
    lambda each: f"#{each.title()}{each.title()}",
    lambda each: f"\u202e{each[::-1]}\u202c",
    lambda each: "".join(chr(0x1F1E6 + ord(char) - ord("a")) for char in each),
]
EVIL = [
    (r"\s+$", " " * 20_000 + "x"),
    (r"(?:\W+\w+){0,200}?\W+rose", " word" * 4_000 + "rose"),
    (r"rose(?:.|\n)*employment", "employment " + "rose " * 4_000),
    (r"(?:rose ?)+(?:r|o|s|e)*!", "rose " * 4_000),
]
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


def disguised(content: str, number: int) -> str:
    """The same with every kind of disguise now and then."""
    source, kinds = random.Random(number), itertools.cycle(DISGUISES)
    return " ".join(next(kinds)(each) if source.random() < 0.03 else each for each in content.split(" "))


def test_all_readings_of_a_disguised_message() -> None:
    """What is read again when every trigger fires, against the same words in plain writing."""
    rules = [written(number) for number in range(100)]
    detector = compile_rules([one for one, _ in rules])
    plain = [text(number, 4096, rules) for number in range(MESSAGES)]

    canonical, every = p50(detector, plain), p50(detector, [disguised(each, n) for n, each in enumerate(plain)])
    print(f"\n4 KB in plain writing {canonical * 1000:.3f} ms, with every disguise {every * 1000:.3f} ms")
    print(f"  {every / canonical:.1f} times (wanted: at most 10, {verdict(every <= 10 * canonical)})")


def p99(detector: Detector, texts: Sequence[str], pump: str) -> float:
    """Of the texts, with a message that keeps the evil rule busy between any two."""
    took: list[list[float]] = [[] for _ in texts]
    for _ in range(3):
        for times, each in zip(took, texts, strict=True):
            seconds(partial(detect, detector, [body(pump)], Direction.OUTBOUND, Channel.EMAIL, time.perf_counter))
            times.append(seconds(partial(look, detector, each)))
    return statistics.quantiles(map(min, took), n=100)[98]


@pytest.mark.parametrize(("pattern", "pump"), EVIL)
def test_other_messages_beside_an_evil_rule(pattern: str, pump: str) -> None:
    """Patterns that a load lets pass: those that never come to an end are refused."""
    rules = [written(number) for number in range(100)]
    ordinary = [text(number, 4096, rules).replace("rose", "fell") for number in range(100)]
    evil = rule({"a": Regex(pattern=pattern)}, Has("a"), id="evil")
    without, beside = (compile_rules([*(one for one, _ in rules), *more]) for more in ([], [evil]))
    _, gaps = detect(beside, [body(pump)], Direction.OUTBOUND, Channel.EMAIL)
    assert [each.part for each in gaps] == ["evil"], "it is kept busy"

    one, other = p99(without, ordinary, pump), p99(beside, ordinary, pump)
    print(f"\n4 KB, p99: {one * 1000:.3f} ms, {other * 1000:.3f} ms beside {pattern}")
    print(f"  {other / one:.1f} times (wanted: at most 3, {verdict(other <= 3 * one)})")


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

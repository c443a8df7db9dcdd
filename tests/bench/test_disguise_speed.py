"""What reading again costs: ordinary mail with and without a vocabulary, and texts disguised throughout in every way of
`tests/evasion`, against their canonical view. The shipped rules, 4 KB, one process.
"""

from __future__ import annotations

import statistics
import time
from collections.abc import Callable
from dataclasses import replace
from functools import partial

import pytest

from leakguard.detect import detect
from leakguard.detect.normalise import normalise
from leakguard.detect.page import lay_out
from leakguard.detect.vocabulary import Vocabulary
from leakguard.model.message import Channel, Direction
from tests.builders import body
from tests.corpus.judging import messages, rulebook
from tests.evasion.techniques import TECHNIQUES, Given

pytestmark = pytest.mark.bench

SIZE, ROUNDS = 4096, 5


def texts() -> list[str]:
    """Ordinary office mail, one message after the other."""
    mail = "\n\n".join(each["text"] for each in messages("office"))
    return [mail[start : start + SIZE] for start in range(0, len(mail) - SIZE, SIZE)]


def seconds(work: Callable[[], object]) -> float:
    took = []
    for _ in range(ROUNDS):
        began = time.process_time()
        work()
        took.append(time.process_time() - began)
    return min(took)


def verdict(reached: bool) -> str:
    return "REACHED" if reached else "NOT REACHED"


def test_ordinary_mail() -> None:
    detector = rulebook().detector
    without = replace(detector, vocabulary=Vocabulary())
    ratios = []
    for text in texts():
        one, other = (
            seconds(partial(detect, each, [body(text)], Direction.OUTBOUND, Channel.EMAIL))
            for each in (detector, without)
        )
        ratios.append(one / other)

    ratio = statistics.median(ratios)
    print(
        f"\nordinary mail, read for disguised words: {ratio:.2f} times (wanted: at most 1.15, {verdict(ratio <= 1.15)})"
    )


def test_texts_disguised_throughout() -> None:
    vocabulary, words = rulebook().detector.vocabulary, texts()[0].split()
    ratios: dict[str, float] = {}
    for technique in TECHNIQUES.values():
        if technique.given not in (Given.WORD, Given.TEXT):
            continue
        one_word = technique.given is Given.WORD
        made = " ".join(map(technique.apply, words)) if one_word else technique.apply(" ".join(words))
        text = made[:SIZE]
        canonical = seconds(partial(normalise, text))
        ratios[technique.name] = seconds(partial(lay_out, [body(text)], vocabulary)) / canonical

    worst = sorted(ratios, key=ratios.__getitem__)[-3:]
    print(f"\n{len(ratios)} disguises, canonical view and all readings against the canonical view alone:")
    print(f"  median {statistics.median(ratios.values()):.1f} times")
    print(f"  {sum(each <= 10 for each in ratios.values())} of them at most 10 times")
    print("  most: " + ", ".join(f"{name} {ratios[name]:.0f}" for name in reversed(worst)))
    print(f"  (wanted: at most 10 in all, {verdict(max(ratios.values()) <= 10)})")

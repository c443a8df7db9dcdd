"""How the cost of a call grows with its input: a ratio of CPU times, because a slow machine is not a wrong program."""

from __future__ import annotations

import gc
import time
from collections.abc import Callable

_ROUNDS = 8


def assert_linear(cost: Callable[[int], object], small: int, times: int = 16) -> None:
    """`cost(size)` at `times` the size takes at most five times more than in proportion; a square takes `times` more.

    Each size is taken as its fastest of up to eight tries, and the first good pair ends it. Collections of garbage
    are kept out: their cost grows with what other tests left in memory.
    """
    few = many = float("inf")
    gc.collect()
    gc.disable()
    try:
        for _ in range(_ROUNDS):
            few, many = min(few, seconds(cost, small)), min(many, seconds(cost, small * times))
            if many < 5 * times * max(few, 0.002):
                return
    finally:
        gc.enable()
    raise AssertionError(f"{few:.4f} s at {small}, {many:.4f} s at {times} times that")


def seconds(cost: Callable[..., object], *given: object) -> float:
    """Of the processor, for one call."""
    begun = time.process_time()
    cost(*given)
    return time.process_time() - begun

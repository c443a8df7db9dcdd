"""Counters, gauges and histograms for Prometheus. Labels come from closed lists, release ids and rulebook hashes only.

Each name has its row in docs/operating.md, with the alarm to set on it.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import timedelta

from prometheus_client import CollectorRegistry, Counter, Gauge, Histogram, generate_latest

from leakguard.model.content import GapKind
from leakguard.model.ids import ReleaseId
from leakguard.model.message import Channel

DEFERRED = "deferred"  # beside the summaries of a decision

_INSPECTION = (0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10)
_LAG = (0.1, 0.25, 0.5, 1, 2, 5, 10, 30, 60, 300, 3600)
_DECISION = (30, 60, 120, 300, 600, 900, 1800, 3600, 4 * 3600, 24 * 3600)


class Metrics:
    """A registry of its own for each relay. What the services tell is counted here; gauges are set at each scrape."""

    def __init__(self) -> None:
        self.registry = CollectorRegistry()
        self._messages = self._counter("messages", "Messages by what was decided", "decision", "channel")
        self._gaps = self._counter("gaps", "Parts that could not be looked at", "kind")
        self._early = self._counter("early_send", "Copies sent before their lift. Must be 0")
        self._inspection = self._histogram("inspection_seconds", "Reading and searching a message", _INSPECTION)
        self._lag = self._histogram("lift_lag_seconds", "From the lift to the next hop's final reply", _LAG)
        self._decision = self._histogram("decision_seconds", "From the message to a person's decision", _DECISION)
        self._held = self._gauge("held", "Copies in our hands that this release holds", "release")
        self._oldest = self._gauge("queue_oldest_seconds", "How long the longest due copy has been due")
        self._store = self._gauge("store_available", "1 when the store answered this scrape")
        self._clock = self._gauge("clock_trusted", "0 after the wall clock jumped, until somebody trusts it again")
        self._rulebook = self._gauge("rulebook_info", "1 for the rulebook in force", "version")
        self._refused = self._gauge(
            "rulebook_refused", "1 while the rules folder has errors and the last good one stays"
        )
        self._blind = self._gauge("door_blind_seconds", "Since when nothing proved that this door hears", "door")
        self._channels = self._gauge(
            "door_channels", "Channels by whether what is posted there is seen", "door", "seen"
        )
        self._loop_lag = self._gauge("loop_lag_seconds", "Since this loop last turned", "loop")

    def _counter(self, name: str, help_: str, *labels: str) -> Counter:
        return Counter(name, help_, labels, namespace="leakguard", registry=self.registry)

    def _gauge(self, name: str, help_: str, *labels: str) -> Gauge:
        return Gauge(name, help_, labels, namespace="leakguard", registry=self.registry)

    def _histogram(self, name: str, help_: str, buckets: tuple[float, ...]) -> Histogram:
        return Histogram(name, help_, namespace="leakguard", registry=self.registry, buckets=buckets)

    def inspected(self, seconds: float) -> None:
        self._inspection.observe(seconds)

    def judged(self, decision: str, channel: Channel, gaps: Iterable[GapKind]) -> None:
        self._messages.labels(decision, channel.value).inc()
        for each in gaps:
            self._gaps.labels(each.value).inc()

    def deferred(self, channel: Channel) -> None:
        self._messages.labels(DEFERRED, channel.value).inc()

    def decided(self, waited: timedelta) -> None:
        self._decision.observe(max(waited.total_seconds(), 0.0))

    def sent(self, lag: timedelta, *, is_early: bool) -> None:
        self._lag.observe(max(lag.total_seconds(), 0.0))
        if is_early:
            self._early.inc()

    def found(self, held: Mapping[ReleaseId, int] | None, overdue: float, loops: Mapping[str, float]) -> None:
        """held: None when the store did not answer; then nothing is said about it."""
        self._held.clear()
        self._store.set(held is not None)
        for release, copies in (held or {}).items():
            self._held.labels(release).set(copies)
        self._oldest.set(overdue)
        for loop, lag in loops.items():
            self._loop_lag.labels(loop).set(lag)

    def hears(self, door: str, blind_seconds: float, channels: Mapping[str, int]) -> None:
        self._blind.labels(door).set(blind_seconds)
        for seen, count in channels.items():
            self._channels.labels(door, seen).set(count)

    def stands(self, rulebook: str, *, is_refused: bool, is_clock_trusted: bool) -> None:
        self._rulebook.clear()
        self._rulebook.labels(rulebook).set(1)
        self._refused.set(is_refused)
        self._clock.set(is_clock_trusted)

    def text(self) -> bytes:
        return generate_latest(self.registry)

    def names(self) -> tuple[str, ...]:
        """As alert rules spell them."""
        suffix = {"counter": "_total"}
        return tuple(f"{each.name}{suffix.get(each.type, '')}" for each in self.registry.collect())

"""`leakguard serve` as a process of its own, with rules, settings and store in a temporary folder."""

from __future__ import annotations

import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from types import TracebackType
from typing import Any, Self

import yaml

PRODUCER, CLEARED = "producer@stats.example", "cleared@dept.example"

RULE = """
schema: leakguard/rule/v1
id: test.jobs
version: 1
title: Jobs
status: enforce
owner: jobs@stats.example
applies_to: {series: jobs}
patterns:
  subject: {kind: phrase, any: [unemployment]}
  movement: {kind: phrase, any: [rose, fell]}
findings:
  - {id: direction, title: A direction, when: {near: {a: subject, b: movement, words: 3}}, confidence: high}
tests:
  must_match: [unemployment rose, unemployment fell]
  must_not_match: [tea at four, employment contract]
  given: {release: {release_at: "2031-03-18T09:30", zone: Europe/London}}
"""
RELEASES = """
schema: leakguard/releases/v1
zone: UTC
releases:
  - {{id: JOBS-1, title: Jobs, series: jobs, release_at: "{at}", pre_release_from: "2020-01-01T00:00"}}
"""
ACCESS = f"""
schema: leakguard/access/v1
zone: UTC
people:
  - {{id: producer, handles: [{PRODUCER}]}}
  - {{id: cleared, handles: [{CLEARED}]}}
grants:
  - {{who: producer, release: JOBS-1, basis: production}}
  - {{who: cleared, release: JOBS-1, basis: pre_release}}
"""


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@dataclass(kw_only=True)
class Relay:
    """more: further settings, over ours. kills: how often it was killed."""

    folder: Path
    next_hop: int
    lift_at: datetime
    more: Mapping[str, Any] = field(default_factory=dict)
    listener: Mapping[str, Any] = field(default_factory=dict)
    port: int = field(default_factory=free_port)
    kills: int = 0
    _process: subprocess.Popen[bytes] | None = None

    def __enter__(self) -> Self:
        self.lay_out()
        self.start()
        return self

    def lay_out(self) -> None:
        """Rules and settings, into the empty folder."""
        rules = self.folder / "rules"
        rules.mkdir()
        (rules / "jobs.yaml").write_text(RULE)
        (rules / "releases.yaml").write_text(RELEASES.format(at=f"{self.lift_at:%Y-%m-%dT%H:%M:%S.%fZ}"))
        (rules / "access.yaml").write_text(ACCESS)
        settings = {
            "hostname": "relay.example",
            "rules": "rules",
            "store": "store.db",
            "listeners": [{"port": self.port, **self.listener}],
            "next_hop": {"hosts": [f"127.0.0.1:{self.next_hop}"]},
            "notices": {"sender": "leakguard@stats.example", "contact": "desk@stats.example"},
            "inspection": {"workers": 0},
            **self.more,
        }
        self.config.write_text(yaml.safe_dump(settings))

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        self._end(signal.SIGTERM)

    @property
    def config(self) -> Path:
        return self.folder / "config.yaml"

    @property
    def pid(self) -> int:
        assert self._process is not None
        return self._process.pid

    def start(self) -> None:
        """Without waiting; see `greets`."""
        with (self.folder / "log").open("ab") as log:
            self._process = subprocess.Popen(
                (sys.executable, "-m", "leakguard", "serve", "--config", str(self.config)),
                stderr=log,
                stdout=log,
                env=dict(os.environ),
            )

    def kill(self) -> None:
        """SIGKILL, and start it again at once."""
        self._end(signal.SIGKILL)
        self.kills += 1
        self.start()

    def status(self) -> int:
        """Its exit status, once it has ended."""
        assert self._process is not None
        return self._process.wait(20)

    def greets(self) -> bool:
        assert self._process is not None
        assert self._process.poll() is None, f"the relay ended\n{self.log()}"
        try:
            with socket.create_connection(("127.0.0.1", self.port), timeout=5) as peer:
                return peer.recv(3) == b"220"
        except OSError:
            return False

    def wait(self, seconds: float = 20.0) -> Self:
        deadline = time.monotonic() + seconds
        while not self.greets():
            assert time.monotonic() < deadline, f"the relay does not greet\n{self.log()}"
            time.sleep(0.02)
        return self

    def log(self) -> str:
        return (self.folder / "log").read_text(errors="replace")

    def command(self, *arguments: str) -> str:
        """What another `leakguard` command prints."""
        done = subprocess.run(
            (sys.executable, "-m", "leakguard", *arguments, "--config", str(self.config)),
            capture_output=True,
            timeout=60,
            check=True,
        )
        return done.stdout.decode()

    def _end(self, number: signal.Signals) -> None:
        assert self._process is not None
        self._process.send_signal(number)  # to a process that has ended this does nothing
        self._process.wait(60)

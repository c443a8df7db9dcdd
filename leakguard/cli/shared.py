"""What several commands share: the settings, the open store, the book as it stands, and ways to print."""

from __future__ import annotations

import argparse
import asyncio
import getpass
import json
import sys
from collections.abc import AsyncIterator, Awaitable, Callable, Iterable, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from typing import Any

from leakguard.clock import GuardedClock
from leakguard.model.account import Actor
from leakguard.model.embargo import Book
from leakguard.model.overlay import lay_over
from leakguard.rulebook import load, read_folder
from leakguard.service.desk import Desk
from leakguard.service.notices import Notices
from leakguard.service.ports import Store
from leakguard.service.reviewing import Reviewing
from leakguard.settings import Settings, config_path, read_settings
from leakguard.slices import notice_settings
from leakguard.store.sqlite import SqliteStore

Subcommands = Any  # argparse keeps the type of add_subparsers() private


@dataclass(frozen=True, slots=True, kw_only=True)
class Office:
    """What an operator's command works with."""

    settings: Settings
    store: Store
    book: Book
    clock: GuardedClock

    def desk(self, actor: str) -> Desk:
        return Desk(store=self.store, book=self.book, clock=self.clock, actor=_at_console(actor))

    def reviewing(self, actor: str) -> Reviewing:
        """What is decided here leaves at once: there is no page on which to undo it."""
        return Reviewing(
            store=self.store,
            book=self.book,
            clock=self.clock,
            notices=Notices(notice_settings(self.settings)),
            actor=_at_console(actor),
            undo=timedelta(),
        )


def _at_console(name: str) -> Actor:
    return Actor(handle=name, is_console=True)


def add_config(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "--config",
        metavar="FILE",
        help="settings; else $LEAKGUARD_CONFIG, ./config.yaml or /etc/leakguard/config.yaml",
    )


def add_format(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--format", choices=("text", "json"), default="text", help="json: one object a line")


def add_act(parser: argparse.ArgumentParser) -> None:
    add_config(parser)
    parser.add_argument("--reason", required=True, help="why; goes into the audit")
    parser.add_argument("--actor", default=None, help="who acts; your login name if not given")


def actor_of(chosen: argparse.Namespace) -> str:
    return chosen.actor or getpass.getuser()


@asynccontextmanager
async def office(chosen: argparse.Namespace) -> AsyncIterator[Office]:
    """The store of the settings, open, and the book as it stands now."""
    settings = read_settings(config_path(chosen.config))
    rulebook = load(read_folder(Path(settings.rules)), with_examples=False)
    store = await SqliteStore.open(Path(settings.store))
    try:
        book = lay_over(rulebook.book, await store.acts())
        yield Office(settings=settings, store=store, book=book, clock=GuardedClock())
    finally:
        await store.close()


def in_office(chosen: argparse.Namespace, work: Callable[[Office], Awaitable[int]]) -> int:
    async def run() -> int:
        async with office(chosen) as opened:
            return await work(opened)

    return asyncio.run(run())


def print_json(values: Iterable[Any]) -> None:
    for value in values:
        print(json.dumps(value, ensure_ascii=False))


def print_table(rows: Sequence[Sequence[str]], header: Sequence[str], nothing: str) -> None:
    """Columns as wide as they need to be; a sentence where there is nothing to show."""
    if not rows:
        print(nothing)
        return
    lines = [tuple(header), *(tuple(row) for row in rows)]
    widths = [max(len(line[column]) for line in lines) for column in range(len(header))]
    for line in lines:
        print("  ".join(cell.ljust(width) for cell, width in zip(line, widths, strict=True)).rstrip())


def complain(*sentences: str) -> None:
    for sentence in sentences:
        print(sentence, file=sys.stderr)

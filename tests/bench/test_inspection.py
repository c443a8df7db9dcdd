"""What inspection of files costs: against the bare library, and while bombs are being fed."""

from __future__ import annotations

import asyncio
import io
import itertools
import random
import statistics
import subprocess
import sys
import time
from collections.abc import Awaitable, Callable
from pathlib import Path

import openpyxl
import pypdfium2
import pytest
import xlsxwriter

from leakguard.extract import Limits
from leakguard.model.message import Channel, Direction
from leakguard.rulebook import load, read_folder
from leakguard.workers import Workers, WorkerSettings
from tests.bench.load import plain_mail
from tests.fakes.bombs import BOMBS
from tests.unit.extract.make import attachment, multipart, part, pdf

pytestmark = pytest.mark.bench

ROOT = Path(__file__).resolve().parents[2]
RULES = read_folder(ROOT / "rules")
ROUNDS = 15
WANTED_TIMES, WANTED_SLOWER = 3.0, 2.0
ARRIVALS, BOMBS_AT_ONCE, PER_SECOND = 300, 2, 12


def workbook() -> bytes:
    """About 100 KB, as an office sends: three sheets of words and formatted numbers."""
    chance, octets = random.Random(3), io.BytesIO()
    with xlsxwriter.Workbook(octets, {"in_memory": True}) as book:
        percent = book.add_format({"num_format": "0.0%"})
        for name in ("Notes", "Table 1", "Table 2"):
            sheet = book.add_worksheet(name)
            for row in range(420):
                sheet.write(row, 0, f"Item {row} of the {name.lower()} for bay {chance.randrange(99)}")
                for column in range(1, 8):
                    sheet.write(row, column, chance.random(), percent if column % 2 else None)
    return octets.getvalue()


def document() -> bytes:
    """A PDF of 20 pages with 45 lines each."""
    lines = (ROOT / "docs/operating.md").read_text(encoding="utf-8").encode("ascii", "ignore").split(b"\n")
    clean = [line.translate(None, b"()\\")[:90] for line in lines if line.strip()]
    return pdf(*(page(clean[number * 20 : number * 20 + 45]) for number in range(20)))


def page(lines: list[bytes]) -> bytes:
    return b"BT /F 10 Tf 50 760 Td 14 TL " + b" ".join(b"(%s) Tj T*" % line for line in lines) + b" ET"


def with_file(octets: bytes, text: bytes = b"Please find it attached.") -> bytes:
    return multipart(part(text, "Content-Type: text/plain"), attachment(octets))


def openpyxl_reads(octets: bytes) -> None:
    for sheet in openpyxl.load_workbook(io.BytesIO(octets), read_only=True, data_only=True):
        for row in sheet.iter_rows(values_only=True):
            len(row)


def pdfium_reads(octets: bytes) -> None:
    opened = pypdfium2.PdfDocument(octets)
    for each in opened:
        each.get_textpage().get_text_range()
    opened.close()


async def pool() -> Workers:
    workers = Workers(WorkerSettings(), Limits())
    await workers.adopt(load(RULES, with_examples=False), RULES)
    await workers.start()
    return workers


async def look(workers: Workers, content: bytes) -> float:
    began = time.perf_counter()
    await workers.inspect(content, Direction.OUTBOUND, Channel.EMAIL)
    return time.perf_counter() - began


def with_pool(work: Callable[[Workers], Awaitable[None]]) -> None:
    async def run() -> None:
        workers = await pool()
        try:
            await work(workers)
        finally:
            await workers.close()

    asyncio.run(run())


@pytest.mark.parametrize(
    ("name", "make", "bare"), [("workbook", workbook, openpyxl_reads), ("20-page PDF", document, pdfium_reads)]
)
def test_a_file_against_its_library(name: str, make: Callable[[], bytes], bare: Callable[[bytes], None]) -> None:
    octets = make()

    async def work(workers: Workers) -> None:
        ours, theirs = [], []
        for _ in range(ROUNDS):
            ours.append(await look(workers, with_file(octets)))
            began = time.perf_counter()
            bare(octets)
            theirs.append(time.perf_counter() - began)
        mine, library = statistics.median(ours), statistics.median(theirs)
        verdict = "REACHED" if mine <= WANTED_TIMES * library else "NOT REACHED"
        print(f"\n{name}, {len(octets) // 1024} KB: mail {mine * 1000:.0f} ms, bare library {library * 1000:.0f} ms:")
        print(f"  {mine / library:.1f} times (wanted: at most {WANTED_TIMES:.0f}, {verdict})")

    with_pool(work)


def test_the_hop_and_the_start() -> None:
    small = with_file(b"%PDF-1.4 tea")

    async def work(workers: Workers) -> None:
        here = Workers(WorkerSettings(count=0), Limits())
        await here.adopt(load(RULES, with_examples=False), RULES)
        inside = statistics.median([await look(here, small) for _ in range(100)])
        outside = statistics.median([await look(workers, small) for _ in range(100)])
        print(f"\nhop: {outside * 1000:.1f} ms by a fenced child of its own, {inside * 1000:.1f} ms in process (p50)")

    print(f"\nstart of a warden with the shipped packs: {asyncio.run(_started()):.2f} s")
    for module in ("leakguard.extract", "leakguard.app"):
        command = (
            sys.executable,
            "-c",
            f"import time; t = time.perf_counter(); import {module}; print(time.perf_counter() - t)",
        )
        took = [float(subprocess.check_output(command, cwd=ROOT)) for _ in range(5)]
        print(f"import {module}: {statistics.median(took) * 1000:.0f} ms")
    with_pool(work)


async def _started() -> float:
    workers = Workers(WorkerSettings(), Limits())
    await workers.adopt(load(RULES, with_examples=False), RULES)
    began = time.perf_counter()
    await workers.start()
    took = time.perf_counter() - began
    await workers.close()
    return took


def test_active_traffic_while_bombs_are_fed() -> None:
    """Small mails, two of three plain and one with a file, come at a steady rate; two bombs are always under way."""
    file, plain = _small_workbook(), plain_mail()
    contents = [
        with_file(file, b"Item %d" % number) if number % 3 == 0 else plain(number) for number in range(ARRIVALS)
    ]
    bombs = [BOMBS[name]() for name in ("page tree", "nested zip", "gzip of zeros", "overlapping zip")]

    async def work(workers: Workers) -> None:
        alone = await _arrive(workers, contents)
        fed: list[float] = []
        feeding = [asyncio.create_task(_feed(workers, bombs[number:], fed)) for number in range(BOMBS_AT_ONCE)]
        meanwhile = await _arrive(workers, contents)
        for each in feeding:
            each.cancel()
        await asyncio.gather(*feeding, return_exceptions=True)
        slower = meanwhile[1] / alone[1]
        verdict = "REACHED" if slower <= WANTED_SLOWER else "NOT REACHED"
        print(f"\n{ARRIVALS} mails, {PER_SECOND} a second: {_shown(alone)}")
        print(f"the same while {BOMBS_AT_ONCE} bombs are under way ({len(fed)} ended): {_shown(meanwhile)}")
        print(f"  p99 {slower:.1f} times (wanted: at most {WANTED_SLOWER:.0f}, {verdict})")
        print(f"  peak of a child: {workers.peak_kib // 1024} MiB")

    with_pool(work)


def _small_workbook() -> bytes:
    octets = io.BytesIO()
    with xlsxwriter.Workbook(octets, {"in_memory": True}) as book:
        book.add_worksheet("Rota").write_row(0, 0, ["Desk", "Bay", "Day"])
    return octets.getvalue()


async def _arrive(workers: Workers, contents: list[bytes]) -> tuple[float, float]:
    began, tasks = time.perf_counter(), []
    for number, content in enumerate(contents):
        await asyncio.sleep(max(0.0, began + number / PER_SECOND - time.perf_counter()))
        tasks.append(asyncio.create_task(look(workers, content)))
    took = sorted(await asyncio.gather(*tasks))
    return took[len(took) // 2], took[len(took) * 99 // 100]


def _shown(took: tuple[float, float]) -> str:
    return f"p50 {took[0] * 1000:.1f} ms, p99 {took[1] * 1000:.1f} ms"


async def _feed(workers: Workers, bombs: list[bytes], fed: list[float]) -> None:
    for each in itertools.cycle(bombs):
        fed.append(await look(workers, each))

"""Recall of words against the agreement of other extractors; see README.md."""

from __future__ import annotations

import multiprocessing
import re
import signal
import sys
from collections import Counter, defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from leakguard.extract import Limits, extract_blob
from leakguard.extract.limits import OutOfTime

_WORD = re.compile(r"[^\W\d_]{4,16}")
_ENCODED = re.compile(
    r"[A-Za-z0-9+/=]{60,}|(?:[A-Za-z0-9+/]{60,76}\s+){2,}[A-Za-z0-9+/=]*"
)  # base64 that nobody decoded
_SECONDS = 20
_FEWEST = 20  # words of an agreed vocabulary
_COMMON, _COMMON_IN_FAMILY = 0.04, 0.10
_FAMILIES = {
    "docx": "docx", "docm": "docx", "dotx": "docx", "doc": "doc", "dot": "doc", "xlsx": "xlsx", "xlsm": "xlsx",
    "xls": "xls", "xlt": "xls", "xlsb": "xlsb", "pptx": "pptx", "pptm": "pptx", "ppsx": "pptx",
    "ppt": "ppt", "pps": "ppt",
    "pdf": "pdf", "html": "html", "htm": "html", "xhtml": "html", "eml": "eml", "msg": "msg", "rtf": "rtf",
    "odt": "odf", "ods": "odf", "odp": "odf", "odg": "odf",
    "txt": "text", "csv": "text", "tsv": "text", "md": "text",
}  # fmt: skip


@dataclass(frozen=True, slots=True, kw_only=True)
class Reading:
    """What LeakGuard read of one file."""

    words: frozenset[str]
    gaps: tuple[str, ...]
    silent: bool


def words_of(text: str) -> frozenset[str]:
    return frozenset(word.casefold() for word in _WORD.findall(text))


def _read(path: Path) -> Reading:
    def late(*_: object) -> None:
        raise OutOfTime

    signal.signal(signal.SIGALRM, late)
    signal.alarm(_SECONDS)
    try:
        found = extract_blob(path.read_bytes(), part="1", name="", limits=Limits())
    finally:
        signal.alarm(0)
    text = "\n".join(span.text for span in found.spans)
    gaps = tuple(f"{gap.kind}: {gap.detail}" for gap in found.gaps)
    return Reading(words=words_of(text), gaps=gaps, silent=not text.strip() and not gaps)


def _ours(paths: list[Path]) -> Iterator[tuple[Path, Reading]]:
    """A process for a few files each: a reader that breaks the process shows as missing files."""
    with multiprocessing.Pool(2, maxtasksperchild=20) as pool:
        pending = [(path, pool.apply_async(_read, (path,))) for path in paths]
        for path, answer in pending:
            try:
                yield path, answer.get(_SECONDS + 10)
            except Exception as problem:  # whatever it is, it is the result
                yield path, Reading(words=frozenset(), gaps=(f"BROKEN: {type(problem).__name__}",), silent=False)


def _references(texts: Path, documents: Path, paths: list[Path]) -> dict[Path, frozenset[str]]:
    agreed: dict[Path, frozenset[str]] = {}
    for path in paths:
        name = str(path.relative_to(documents)).replace("/", "__") + ".txt"
        counts: Counter[str] = Counter()
        for engine in texts.iterdir():
            source = engine / name
            if source.exists() and not (text := source.read_text("utf-8", "replace")).startswith("\0"):
                counts.update(words_of(_ENCODED.sub(" ", text)))
        agreed[path] = frozenset(word for word, count in counts.items() if count >= 2)
    return _cleaned(agreed)


def _cleaned(agreed: dict[Path, frozenset[str]]) -> dict[Path, frozenset[str]]:
    families: dict[str, list[Path]] = defaultdict(list)
    for path in agreed:
        families[family_of(path)].append(path)
    everywhere = Counter(word for words in agreed.values() for word in words)
    common = {word for word, count in everywhere.items() if count > _COMMON * len(agreed)}
    cleaned: dict[Path, frozenset[str]] = {}
    dropped = 0
    for members in families.values():
        within = Counter(word for path in members for word in agreed[path])
        labels = common | {word for word, count in within.items() if count > max(3, _COMMON_IN_FAMILY * len(members))}
        for path in members:
            cleaned[path] = agreed[path] - labels
            dropped += len(agreed[path]) - len(cleaned[path])
    print(f"labels and common words taken out: {dropped} of {sum(map(len, agreed.values()))}")
    return cleaned


def family_of(path: Path) -> str:
    return _FAMILIES.get(path.suffix.lower().lstrip("."), "other")


def main(documents: Path, texts: Path) -> None:
    paths = sorted(path for path in documents.rglob("*") if path.is_file())
    agreed = _references(texts, documents, paths)
    results: dict[str, list[tuple[float, Path, Reading, frozenset[str]]]] = defaultdict(list)
    readings: dict[str, list[tuple[Path, Reading]]] = defaultdict(list)
    for path, reading in _ours(paths):
        readings[family_of(path)].append((path, reading))
        wanted = agreed[path]
        if len(wanted) >= _FEWEST:
            results[family_of(path)].append((len(wanted & reading.words) / len(wanted), path, reading, wanted))
    for family in sorted(readings):
        _report(family, results[family], readings[family], documents)
    everything = [each for rows in results.values() for each in rows]
    print(f"ALL: {_shares(everything)}; files {len(paths)}, too few agreed words in {len(paths) - len(everything)}")


def _shares(rows: list[tuple[float, Path, Reading, frozenset[str]]]) -> str:
    wanted = sum(len(row[3]) for row in rows)
    if not wanted:
        return "nothing agreed"
    hit = sum(len(row[3] & row[2].words) for row in rows)
    good = sum(row[0] >= 0.95 for row in rows) / len(rows)
    return f"{len(rows)} files, words {hit / wanted:.4f}, files with >= 0.95 of them {good:.3f}"


def _report(
    family: str,
    rows: list[tuple[float, Path, Reading, frozenset[str]]],
    readings: list[tuple[Path, Reading]],
    documents: Path,
) -> None:
    gaps = Counter(gap for _, reading in readings for gap in set(reading.gaps))
    silent = [path for path, reading in readings if reading.silent]
    with_gap = sum(bool(reading.gaps) for _, reading in readings)
    print(f"\n{family}: {_shares(rows)}; with a gap {with_gap} of {len(readings)}, silent {len(silent)}")
    print("  gaps:", dict(gaps.most_common(8)))
    for share, path, reading, wanted in sorted(rows, key=lambda row: row[0])[:15]:
        if share < 0.95:
            missing = sorted(wanted - reading.words)[:8]
            print(f"  {share:.2f} of {len(wanted)} {path.relative_to(documents)} {reading.gaps[:2]} {missing}")
    for path in silent[:8]:
        print(f"  silent: {path.relative_to(documents)}")


if __name__ == "__main__":
    main(Path(sys.argv[1]), Path(sys.argv[2]))

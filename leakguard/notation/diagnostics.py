"""What is wrong with a rulebook, where, and what to do: `file:line:col: error[code]: sentence`."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field

Place = tuple[int, int]  # line and column, both from 1
Path = tuple[str | int, ...]  # keys and indexes from the top of a document to a value


@dataclass(frozen=True, slots=True, kw_only=True, order=True)
class Diagnostic:
    """severity: "error" refuses the rulebook, "warning" does not. code: stable, each with its page in docs/codes."""

    file: str
    line: int
    column: int
    severity: str = "error"
    code: str
    sentence: str

    def __str__(self) -> str:
        return f"{self.file}:{self.line}:{self.column}: {self.severity}[{self.code}]: {self.sentence}"


@dataclass(slots=True)
class Report:
    """Collects everything that is wrong, so that an author sees all of it at once."""

    found: list[Diagnostic] = field(default_factory=list)

    @property
    def errors(self) -> tuple[Diagnostic, ...]:
        return tuple(sorted({each for each in self.found if each.severity == "error"}))

    @property
    def warnings(self) -> tuple[Diagnostic, ...]:
        return tuple(sorted({each for each in self.found if each.severity == "warning"}))


@dataclass(frozen=True, slots=True)
class Source:
    """One document with the places of its keys and values; the way from a path to a line."""

    file: str
    places: dict[Path, Place]
    report: Report

    def error(self, code: str, path: Path, sentence: str) -> None:
        self._add("error", code, path, sentence)

    def warning(self, code: str, path: Path, sentence: str) -> None:
        self._add("warning", code, path, sentence)

    def _add(self, severity: str, code: str, path: Path, sentence: str) -> None:
        line, column = self.place(path)
        self.report.found.append(
            Diagnostic(file=self.file, line=line, column=column, severity=severity, code=code, sentence=sentence)
        )

    def place(self, path: Path) -> Place:
        """The place of the value at `path`, or of the nearest thing around it."""
        while path not in self.places and path:
            path = path[:-1]
        return self.places.get(path, (1, 1))


def as_text(diagnostics: Iterable[Diagnostic]) -> str:
    return "\n".join(map(str, diagnostics))

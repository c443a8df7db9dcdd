"""Files -> validated documents, each with the places of its keys, whatever its notation: YAML or CSV."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from leakguard.notation.diagnostics import Diagnostic, Report, Source
from leakguard.notation.strict_yaml import Document, read_yaml
from leakguard.notation.validation import validated
from leakguard.rulebook.csv_tables import read_csv
from leakguard.rulebook.schema import DOCUMENTS, Entry


@dataclass(frozen=True, slots=True)
class Valid:
    entry: Entry
    source: Source


def read_documents(files: Mapping[str, bytes], report: Report) -> list[Valid]:
    """Every document of every file that has the shape it claims; the rest is in the report."""
    found: list[Valid] = []
    for file, content in sorted(files.items()):
        for document in _read(file, content, report):
            valid = _validate(document)
            if valid is not None:
                found.append(valid)
    return found


def _read(file: str, content: bytes, report: Report) -> Iterable[Document]:
    text = text_of(file, content, report)
    if text is None:
        return []
    return read_csv(file, text, report) if file.endswith(".csv") else read_yaml(file, text, report)


def text_of(file: str, content: bytes, report: Report) -> str | None:
    """The text of a file without its byte order mark; None when it is not UTF-8, which the report then says."""
    try:
        return content.decode("utf-8-sig")
    except UnicodeDecodeError as problem:
        before = problem.object[: problem.start].decode("utf-8").removeprefix("\ufeff")
        line = before.count("\n") + 1
        column = len(before) - before.rfind("\n")
        sentence = "this is not UTF-8; save the file as UTF-8"
        report.found.append(Diagnostic(file=file, line=line, column=column, code="encoding", sentence=sentence))
        return None


def _validate(document: Document) -> Valid | None:
    value, source = document.value, document.source
    if not isinstance(value, dict):
        source.error("wrong-type", (), "a rulebook file is a mapping that begins with `schema:`")
        return None
    model = DOCUMENTS.get(str(value.get("schema")))
    if model is None:
        known = ", ".join(DOCUMENTS)
        source.error("unknown-schema", ("schema",), f"`schema` must be one of {known}")
        return None
    entry = validated(model, value, source)
    return Valid(entry, source) if entry is not None else None

"""Files -> validated documents, each with the places of its keys, whatever its notation: YAML or CSV."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from pydantic import ValidationError

from leakguard.rulebook.csv_tables import read_csv
from leakguard.rulebook.diagnostics import Diagnostic, Path, Report, Source
from leakguard.rulebook.schema import DOCUMENTS, Entry
from leakguard.rulebook.strict_yaml import Document, read_yaml


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
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError as problem:
        line = content.count(b"\n", 0, problem.start) + 1
        column = problem.start - content.rfind(b"\n", 0, problem.start)
        sentence = "this is not UTF-8; save the file as UTF-8"
        report.found.append(Diagnostic(file=file, line=line, column=column, code="encoding", sentence=sentence))
        return []
    return read_csv(file, text, report) if file.endswith(".csv") else read_yaml(file, text, report)


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
    try:
        return Valid(model.model_validate(value), source)
    except ValidationError as problem:
        for each in problem.errors(include_url=False):
            _report(each, value, source)
        return None


_CODES = {
    "extra_forbidden": "unknown-key",
    "missing": "missing-key",
    "union_tag_invalid": "unsupported-kind",
    "literal_error": "bad-value",
    "string_pattern_mismatch": "bad-value",
    "string_too_long": "bad-value",
    "greater_than_equal": "bad-value",
    "less_than_equal": "bad-value",
    "string_too_short": "empty",
    "too_short": "empty",
}


def _report(problem: Any, value: Any, source: Source) -> None:
    code = _CODES.get(problem["type"], "wrong-type")
    path = _path(problem["loc"], value)
    last = problem["loc"][-1]
    match code:
        case "missing-key":
            sentence = f"`{last}` is missing"
        case "unknown-key":
            sentence = f"there is no key `{last}` here"
        case "empty":
            sentence = f"`{last}` must not be empty"
        case "unsupported-kind":
            sentence = "`kind` must be phrase, regex or figure"
        case _:
            sentence = f"`{last}`: {problem['msg'][:1].lower()}{problem['msg'][1:]}"
    source.error(code, path, sentence)


def _path(location: tuple[str | int, ...], value: Any) -> Path:
    """The path of a problem in the document; names that the schema adds by itself are passed over."""
    path: list[str | int] = []
    for step in location:
        if _leads_on(value, step):
            value = value[step]
            path.append(step)
    return tuple(path)


def _leads_on(value: Any, step: str | int) -> bool:
    if isinstance(value, list):
        return isinstance(step, int) and step < len(value)
    return isinstance(value, dict) and step in value

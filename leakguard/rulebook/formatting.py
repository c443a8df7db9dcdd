"""A rulebook file -> the same file in canonical layout, with the proof that it says the same.

Rule of this file: what is not proved is not given out.
"""

from __future__ import annotations

import json

from leakguard.notation.asides import Layout, read_layout
from leakguard.notation.diagnostics import Diagnostic, Report
from leakguard.notation.layout import laid_out
from leakguard.notation.strict_yaml import read_yaml
from leakguard.rulebook.documents import text_of

MENDED = frozenset({"sexagesimal", "yaml-boolean", "yaml-number", "yaml-time"})  # by the quotes that are put round them


def formatted(file: str, content: bytes, report: Report) -> str | None:
    """The canonical text; None when the file is broken or cannot be laid out, which the report then says."""
    text = text_of(file, content, report)
    if text is None:
        return None
    found = Report()
    documents = [each.value for each in read_yaml(file, text, found)]
    wrong = [each for each in found.found if each.code not in MENDED]
    if wrong:
        report.found += wrong
        return None
    try:
        return _laid_out(file, text, documents, report)
    except RecursionError:
        _refused(file, report, (1, 1), "the file nests too deeply to be laid out")
        return None


def _laid_out(file: str, text: str, documents: list[object], report: Report) -> str | None:
    layout = read_layout(text.replace("\r\n", "\n").replace("\r", "\n"))
    if layout.unplain is not None:
        sentence = f"no layout is kept for {layout.unplain.what}; write it out in plain keys and values"
        _refused(file, report, (layout.unplain.line, layout.unplain.column), sentence)
        return None
    after = laid_out(layout) if documents else layout.text
    if not _says_the_same(documents, layout, after):
        _refused(file, report, (1, 1), "another layout would change what this file says; it is left as it is")
        return None
    return after


def _says_the_same(documents: list[object], layout: Layout, after: str) -> bool:
    """The same documents, their keys in the same order, every comment, and nothing to complain about."""
    report = Report()
    now = [each.value for each in read_yaml("", after, report)]
    return (
        not report.found and json.dumps(now) == json.dumps(documents) and read_layout(after).comments == layout.comments
    )


def _refused(file: str, report: Report, place: tuple[int, int], sentence: str) -> None:
    line, column = place
    report.found.append(Diagnostic(file=file, line=line, column=column, code="cannot-format", sentence=sentence))

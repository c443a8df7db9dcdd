"""The examples of rules as JUnit XML, the form in which CI systems show tests. What fails is a diagnostic."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from xml.etree import ElementTree as Xml  # writes only; nothing is parsed

from leakguard.notation.diagnostics import Diagnostic


def as_junit(files: Sequence[str], errors: Sequence[Diagnostic], examples_run: int) -> str:
    """A test for each file of the rulebook, which fails with the errors of that file."""
    by_file: dict[str, list[Diagnostic]] = defaultdict(list, {file: [] for file in files})
    for each in errors:
        by_file[each.file].append(each)
    failed = sum(1 for found in by_file.values() if found)
    counts = {"tests": str(len(by_file)), "failures": str(failed), "errors": "0"}
    suites = Xml.Element("testsuites", counts)
    suite = Xml.SubElement(suites, "testsuite", {"name": "leakguard rules", **counts})
    properties = Xml.SubElement(suite, "properties")
    Xml.SubElement(properties, "property", {"name": "examples", "value": str(examples_run)})
    for file, found in sorted(by_file.items()):
        case = Xml.SubElement(suite, "testcase", {"classname": "rules", "name": file, "file": file})
        for each in found:
            told = {"type": each.code, "message": _clean(each.sentence)}
            Xml.SubElement(case, "failure", told).text = _clean(str(each))
    Xml.indent(suites)
    return Xml.tostring(suites, encoding="unicode")


def _clean(text: str) -> str:
    """Without the characters that XML cannot hold."""
    return "".join(each if each.isprintable() or each in "\n\t" else "\ufffd" for each in text)

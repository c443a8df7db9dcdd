"""A breach report as a Word file that people go on writing in, and an incident as JSON for other programs.

Rule of this file: what is written down names this program and its subject, and no machine or user account.
"""

from __future__ import annotations

import io
import json
from collections.abc import Sequence
from datetime import UTC

import docx
from docx.document import Document
from docx.oxml import OxmlElement
from docx.oxml.ns import qn

from leakguard.notation.codec import time_or_none, time_text
from leakguard.service.breach_report import Case, Report, Section
from leakguard.service.tables import Table, seen

DOCX_TYPE = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"
JSON_TYPE = "application/json"
FORMAT = "leakguard-incident/1"


def as_docx(report: Report) -> bytes:
    document = docx.Document()
    _describe(document, report)
    document.add_heading(seen(report.name), level=0)
    for number, (part, sections) in enumerate(report.parts, start=1):
        document.add_heading(f"{number}. {part}", level=1)
        for section in sections:
            document.add_heading(section.about.heading, level=2)
            _add_text(document, section)
            if section.table is not None:
                _add_table(document, section.table)
    out = io.BytesIO()
    document.save(out)
    return out.getvalue()


def as_json(case: Case, reports: Sequence[Report]) -> bytes:
    """The whole incident: what was seen and written, who had it, and every section of both forms."""
    incident = case.incident
    whole = {
        "format": FORMAT,
        "made_at": time_text(case.now),
        "incident": {
            "id": incident.id,
            "held": incident.held,
            "message": incident.message,
            "releases": list(incident.releases),
            "opened_at": time_text(incident.opened_at),
            "opened_by": incident.opened_by,
            "noticed_how": incident.noticed_how,
        },
        "timeline": [
            {
                "at": time_text(each.at),
                "source": each.source.value,
                "kind": each.kind,
                "who": each.who,
                "recipients": list(each.recipients),
                "text": each.text,
            }
            for each in case.lines
        ],
        "exposure": _exposure(case),
        "reports": {each.layout.value: [_section(section) for section in each.sections] for each in reports},
    }
    return json.dumps(whole, indent=2).encode() + b"\n"


def _exposure(case: Case) -> dict[str, object]:
    return {
        "people_without_access": case.exposure.people,
        "minutes": case.exposure.minutes,
        "goes_on": case.exposure.goes_on,
        "had": [
            {
                "recipient": each.recipient,
                "class": each.reach.value,
                "how": each.how.value,
                "people": each.people,
                "since": time_text(each.since),
                "until": time_or_none(each.until),
                "minutes": each.minutes,
            }
            for each in case.exposure.had
        ],
    }


def _section(section: Section) -> dict[str, object]:
    written = section.written
    return {
        "section": section.about.key,
        "heading": section.about.heading,
        "text": section.text,
        "to_be_written_by": section.about.owner if section.is_to_be_written else None,
        "written_by": written.by if written is not None else None,
        "written_at": time_text(written.at) if written is not None else None,
    }


def _describe(document: Document, report: Report) -> None:
    properties = document.core_properties
    made_at = report.made_at.astimezone(UTC).replace(tzinfo=None)
    properties.title = seen(f"{report.name}: incident {report.incident.id}")
    properties.author = properties.last_modified_by = "LeakGuard"
    properties.comments = properties.keywords = properties.subject = ""
    properties.language = "en-GB"
    properties.created = properties.modified = made_at
    properties.revision = 1
    for language in document.styles.element.iter(qn("w:lang")):
        language.set(qn("w:val"), "en-GB")


def _add_text(document: Document, section: Section) -> None:
    for line in seen(section.shown).splitlines():
        run = document.add_paragraph().add_run(line)
        run.italic = section.is_to_be_written or None


def _add_table(document: Document, table: Table) -> None:
    document.add_paragraph(table.title, style="Caption")
    if not table.rows:
        document.add_paragraph("Nobody, as far as is known.")
        return
    grid = document.add_table(rows=1, cols=len(table.header), style="Table Grid")
    for cell, text in zip(grid.rows[0].cells, table.header, strict=True):
        cell.paragraphs[0].add_run(text).bold = True
    grid.rows[0]._tr.get_or_add_trPr().append(OxmlElement("w:tblHeader"))
    for row in table.rows:
        for cell, text in zip(grid.add_row().cells, row, strict=True):
            cell.text = seen(text)

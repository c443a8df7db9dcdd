"""The little world of the demo: a rulebook whose release lifts soon, settings, and the messages that people send."""

from __future__ import annotations

import io
import shutil
import zipfile
from dataclasses import dataclass
from datetime import datetime, timedelta
from email.message import EmailMessage
from email.policy import SMTP
from pathlib import Path

from leakguard.model.errors import NotFound

ZONE = "Europe/London"
PRODUCER, CLEARED, JOURNALIST = "producer@stats.example", "cleared@dept.example", "newsdesk@paper.example"
CROWD = tuple(f"staff{number:03d}@dept.example" for number in range(1, 297))

_RELEASES = """\
schema: leakguard/releases/v1
zone: UTC
releases:
  - id: DEMO-LMS
    title: UK Labour Market (demo)
    producer: Office for Example Statistics
    series: uk-labour-market
    release_at: "{lift}"
    pre_release_from: "{window}"
    zone: {zone}
  - id: DEMO-CPI
    title: Consumer Prices (demo)
    producer: Office for Example Statistics
    series: uk-consumer-prices
    release_at: "{later}"
    pre_release_from: "{window}"
    zone: {zone}
"""
_ACCESS = """\
schema: leakguard/access/v1
people:
  - {id: producer, role: Head of Production, handles: [producer@stats.example]}
  - {id: cleared, role: Private Secretary, handles: [cleared@dept.example]}
grants:
  - {who: producer, releases: [DEMO-LMS, DEMO-CPI], basis: production, granted_by: hop@stats.example}
  - {who: cleared, releases: [DEMO-LMS, DEMO-CPI], basis: pre_release, granted_by: hop@stats.example}
"""
_CONFIG = """\
hostname: relay.demo.example
rules: rules
store: leakguard.db
listeners:
  - {{host: 127.0.0.1, port: {port}}}
next_hop: {{hosts: ["127.0.0.1:{next_hop_port}"]}}
notices:
  sender: leakguard@stats.example
  contact: pre-release-access@stats.example
  reviewers: [reviewer@stats.example]
web: {{port: {web_port}, origin: "http://127.0.0.1:{web_port}", organisation: Office for Example Statistics}}
log: {{format: text, level: warning}}
"""


@dataclass(frozen=True, slots=True, kw_only=True)
class Post:
    """A message somebody sends: what the audience is told about it, its envelope and its bytes."""

    story: str
    mail_from: str
    recipients: tuple[str, ...]
    content: bytes


def lay_out(folder: Path, lift_at: datetime, port: int, next_hop_port: int, web_port: int, more: str = "") -> Path:
    """Write rules, calendar and settings into an empty folder; returns the settings file. Raises NotFound, OSError.

    more: further settings, as YAML.
    """
    packs = _shipped_rules()
    rules = folder / "rules"
    for part in ("packs", "lexicons", "grammar"):
        shutil.copytree(packs / part, rules / part)
    for file in (rules / "packs").iterdir():  # the demo's calendar has two releases only
        if file.stem not in ("labour-market", "consumer-prices"):
            file.unlink()
    write_calendar(rules, lift_at)
    (rules / "access.yaml").write_text(_ACCESS, encoding="utf-8")
    config = folder / "config.yaml"
    text = _CONFIG.format(port=port, next_hop_port=next_hop_port, web_port=web_port)
    config.write_text(text + more, encoding="utf-8")
    return config


def write_calendar(rules: Path, lift_at: datetime) -> None:
    """Whole, or not at all: it may be read while it is written."""
    text = _RELEASES.format(
        lift=_stamp(lift_at),
        window=_stamp(lift_at - timedelta(hours=24)),
        later=_stamp(lift_at + timedelta(hours=2)),
        zone=ZONE,
    )
    written = rules / "releases.new"
    written.write_text(text, encoding="utf-8")
    written.replace(rules / "releases.yaml")


def _stamp(at: datetime) -> str:
    return at.strftime("%Y-%m-%dT%H:%M:%SZ")


def _shipped_rules() -> Path:
    for place in (Path(__file__).parents[2] / "rules", Path("rules")):
        if (place / "packs").is_dir():
            return place
    raise NotFound("the rule packs are not here; run the demo from the project's folder")


def posts() -> tuple[Post, ...]:
    """What is sent before the lift."""
    return (
        Post(
            story="An ordinary mail from a colleague",
            mail_from="amy@dept.example",
            recipients=("bob@dept.example",),
            content=_mail("amy@dept.example", "bob@dept.example", "Room for Thursday", "Room 2.14 is ours at noon.\n"),
        ),
        Post(
            story="A digital team without access tells 296 people",
            mail_from="digital@dept.example",
            recipients=CROWD,
            content=_mail(
                "digital@dept.example",
                "all-staff@dept.example",
                "Labour market stats day",
                "The labour market statistics are out today. Get ready to share the news on record employment!\n",
            ),
        ),
        Post(
            story="The producer sends the tables to a cleared colleague and, by mistake, to a newspaper",
            mail_from=PRODUCER,
            recipients=(CLEARED, JOURNALIST),
            content=_mail(PRODUCER, CLEARED, "Test of the attachment route", "Please ignore.\n", workbook()),
        ),
    )


def _mail(sender: str, to: str, subject: str, text: str, workbook: bytes | None = None) -> bytes:
    message = EmailMessage(policy=SMTP)
    message["From"], message["To"], message["Subject"] = sender, to, subject
    message.set_content(text)
    if workbook is not None:
        kind = "vnd.openxmlformats-officedocument.spreadsheetml.sheet"
        message.add_attachment(workbook, maintype="application", subtype=kind, filename="tables.xlsx")
    return message.as_bytes()


def workbook() -> bytes:
    """A small workbook with an invented table."""
    rows = (("Labour market, headline", "latest"), ("Unemployment rate", "4.2%"), ("Employment rate", "75.3%"))
    cells = "".join(
        f'<row r="{number}">' + "".join(f'<c t="inlineStr"><is><t>{cell}</t></is></c>' for cell in row) + "</row>"
        for number, row in enumerate(rows, 1)
    )
    main = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
    relations = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
    package = "http://schemas.openxmlformats.org/package/2006/relationships"
    parts = {
        "[Content_Types].xml": '<Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types"/>',
        "xl/workbook.xml": f'<workbook xmlns="{main}" xmlns:r="{relations}"><sheets>'
        '<sheet name="Table 1" sheetId="1" r:id="rId1"/></sheets></workbook>',
        "xl/_rels/workbook.xml.rels": f'<Relationships xmlns="{package}">'
        f'<Relationship Id="rId1" Type="{relations}/worksheet" Target="worksheets/sheet1.xml"/></Relationships>',
        "xl/worksheets/sheet1.xml": f'<worksheet xmlns="{main}"><sheetData>{cells}</sheetData></worksheet>',
    }
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w") as archive:
        for name, text in parts.items():
            archive.writestr(name, text)
    return packed.getvalue()

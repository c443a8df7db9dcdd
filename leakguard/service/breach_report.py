"""An incident as a breach report in one of the regulator's layouts: filled from evidence, people's own words over it.

Pure. Rule of this file: people appear by role and organisation, or by their domain; never by name or address.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from itertools import groupby
from zoneinfo import ZoneInfo

from leakguard.model.address import canonical, domain_of
from leakguard.model.embargo import Book, Release
from leakguard.model.incident import EntryKind, Incident, Layout, Written
from leakguard.model.time_text import full_time
from leakguard.service.breach_layouts import FIELDS, NAMES, Evidence, Field
from leakguard.service.code_of_practice import edition_on
from leakguard.service.exposure import Exposure, Reach
from leakguard.service.incident_timeline import Line
from leakguard.service.tables import Table


@dataclass(frozen=True, slots=True, kw_only=True)
class Case:
    """What a report is made of. earlier: other incidents about releases of the same series, before this one."""

    incident: Incident
    book: Book
    lines: Sequence[Line]
    exposure: Exposure
    earlier: Sequence[Incident] = ()
    now: datetime

    @property
    def releases(self) -> tuple[Release, ...]:
        found = (self.book.releases.get(each) for each in self.incident.releases)
        return tuple(each for each in found if each is not None)

    @property
    def zone(self) -> str:
        return self.releases[0].zone if self.releases else "UTC"

    def time(self, at: datetime) -> str:
        return full_time(at, self.zone)

    @property
    def happened_at(self) -> datetime:
        """The first time that somebody without access had it; else the first thing known of it."""
        first = self.lines[0].at if self.lines else self.incident.opened_at
        return self.exposure.since or min(first, self.incident.opened_at)


@dataclass(frozen=True, slots=True, kw_only=True)
class Section:
    """filled: what evidence says now. written: what somebody made of it, which stands instead unless it is empty.

    table: evidence beside the text; nobody edits it.
    """

    about: Field
    filled: str = field(default="", repr=False)
    written: Written | None = field(default=None, repr=False)
    table: Table | None = None

    @property
    def text(self) -> str:
        return (self.written.text if self.written is not None else "") or self.filled

    @property
    def is_to_be_written(self) -> bool:
        return not self.text.strip()

    @property
    def shown(self) -> str:
        """The text, or who has to write it."""
        return f"[to be written by {self.about.owner}]" if self.is_to_be_written else self.text


@dataclass(frozen=True, slots=True, kw_only=True)
class Report:
    layout: Layout
    name: str
    incident: Incident
    sections: tuple[Section, ...]
    made_at: datetime

    @property
    def parts(self) -> tuple[tuple[str, tuple[Section, ...]], ...]:
        """Sections under their numbered headings, in order."""
        grouped = groupby(self.sections, key=lambda each: each.about.part)
        return tuple((part, tuple(sections)) for part, sections in grouped)


def breach_report(case: Case, layout: Layout) -> Report:
    sections = tuple(_section(case, layout, each) for each in FIELDS[layout])
    return Report(layout=layout, name=NAMES[layout], incident=case.incident, sections=sections, made_at=case.now)


def role_of(address: str, book: Book) -> str:
    """Who that is, as far as a report may say."""
    owner = book.handles.get(canonical(address))
    person = book.people.get(owner) if owner is not None else None
    if person is not None and person.role and "@" not in person.role:
        return f"{person.role}, {person.organisation}" if person.organisation else person.role
    if canonical(address) in book.lists:
        return f"a distribution list at {domain_of(address)}"
    if person is not None and person.organisation:
        return f"somebody at {person.organisation}"
    domain = domain_of(address)
    if domain:
        return f"somebody at {domain}"
    return "LeakGuard" if address == "leakguard" else "somebody"


def _section(case: Case, layout: Layout, about: Field) -> Section:
    return Section(
        about=about,
        filled=_FILL[about.evidence](case),
        written=case.incident.text_of(layout, about.key),
        table=_recipients(case) if about.has_recipients else None,
    )


def _title(case: Case) -> str:
    return "\n".join(f"{each.title} ({each.id})" for each in case.releases)


def _producer(case: Case) -> str:
    return "\n".join(dict.fromkeys(each.producer for each in case.releases if each.producer))


def _practice(case: Case) -> str:
    edition = edition_on(case.happened_at.astimezone(ZoneInfo(case.zone)).date())
    practices = [f"{each.number}: {each.duty}." for each in edition.practices]
    return "\n".join([f"{edition.name} ({edition.published}).", *practices])


def _date(case: Case) -> str:
    lifts = []
    for each in case.releases:
        lift_at = each.lift_at()
        when = full_time(lift_at, each.zone) if lift_at else f"not set ({each.status.value})"
        lifts.append(f"{each.title} was to be released, or was, at: {when}.")
    return "\n".join([f"{case.time(case.happened_at)}.", *lifts])


def _account(case: Case) -> str:
    return "\n".join([*(_told(case, each) for each in case.lines), "", _how_early(case)])


def _told(case: Case, line: Line) -> str:
    to = f", for {_roles(line.recipients, case.book)}" if line.recipients else ""
    by = f" (by {role_of(line.who, case.book)})" if line.who else ""
    text = f": {line.text}" if line.text else ""
    return f"{case.time(line.at)}: {line.words}{to}{by}{text}"


def _roles(addresses: Sequence[str], book: Book) -> str:
    """ "Press officer, Dept; 3 x somebody at news.example": as they come, each role once."""
    counted = Counter(role_of(each, book) for each in addresses)
    return "; ".join(f"{n} x {role}" if n > 1 else role for role, n in counted.items())


def _how_early(case: Case) -> str:
    exposure = case.exposure
    if not exposure.early:
        return "As far as is known, nobody without access had it."
    people = "1 person" if exposure.people == 1 else f"{exposure.people} people"
    if exposure.minutes is None:
        return f"{people} without access had it; when that ends is not known yet."
    return f"{people} without access had it, for at most {exposure.minutes} min before it was public or deleted."


def _earlier(case: Case) -> str:
    lines = [
        f"Incident {each.id}, opened {case.time(each.opened_at)}, about {', '.join(each.releases)}."
        for each in case.earlier
    ]
    return "\n".join(lines)


def _done(case: Case) -> str:
    done = {"Held", "Rejected", "Withdrawn"} | {each.value for each in _ACTIONS}
    return "\n".join(_told(case, each) for each in case.lines if each.kind in done)


_ACTIONS = (EntryKind.HELD, EntryKind.DELETION_ASKED, EntryKind.DELETION_CONFIRMED, EntryKind.REGULATOR_INFORMED)


def _reactions_inside(case: Case) -> str:
    told = (EntryKind.HOP_INFORMED.value, EntryKind.ACKNOWLEDGED.value)
    return "\n".join(_told(case, each) for each in case.lines if each.kind in told)


def _references(case: Case) -> str:
    found = [f"Incident {case.incident.id}, opened {case.time(case.incident.opened_at)}."]
    found += [f"Held message {case.incident.held}."] if case.incident.held else []
    found += [f"Message {case.incident.message}."] if case.incident.message else []
    return "\n".join(found)


_FILL: dict[Evidence, Callable[[Case], str]] = {
    Evidence.NONE: lambda case: "",
    Evidence.TITLE: _title,
    Evidence.PRODUCER: _producer,
    Evidence.PRACTICE: _practice,
    Evidence.DATE: _date,
    Evidence.ACCOUNT: _account,
    Evidence.EARLIER: _earlier,
    Evidence.DONE: _done,
    Evidence.REACTIONS_INSIDE: _reactions_inside,
    Evidence.REPORT_DATE: lambda case: full_time(case.now, case.zone),
    Evidence.REFERENCES: _references,
    Evidence.IMPACT: _how_early,
}


def _recipients(case: Case) -> Table:
    order = list(Reach)
    had = sorted(case.exposure.had, key=lambda each: (order.index(each.reach), each.since))
    rows = tuple(
        (
            each.reach.value,
            role_of(each.recipient, case.book),
            str(each.people),
            each.how.value,
            case.time(each.since),
            case.time(each.until) if each.until is not None else "not known yet",
            "" if each.reach is Reach.ELIGIBLE else ("goes on" if each.minutes is None else str(each.minutes)),
        )
        for each in had
    )
    return Table(title="Who had it before it was public", header=_RECIPIENTS, rows=rows)


_RECIPIENTS = ("Class", "Role", "People", "How", "From", "Until", "Minutes early")

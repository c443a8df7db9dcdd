"""History as pictures: what is drawn, what its figures mean, and what they do not tell."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from leakguard.model.embargo import Release
from leakguard.model.time_text import full_time
from leakguard.service.history.around import Around, Counts, Slot, Span
from leakguard.service.history.rules import FEW, FalseAlarms, Tally
from leakguard.service.history.waiting import STEPS, Waiting
from leakguard.web.drawing import Drawing, Fill, Mark, Panel, Picture, Row, Series, Table, dots, over_time, ranked
from leakguard.web.drawing.ranked import MOST_ROWS
from leakguard.web.drawing.scale import grouped, length, share

_LABELS = {Span.HOUR: timedelta(minutes=20), Span.DAY: timedelta(hours=8), Span.WEEK: timedelta(days=2)}
_FORMS = {Span.HOUR: "%H:%M", Span.DAY: "%a %H:%M", Span.WEEK: "%a %d %b"}

_COPIES = (
    "Copies, one for each recipient. Sent means after they had been held; forwarded is flagged and sent together.",
    "Clean mail leaves no line in the audit, so it is not in this picture. The metrics count it, for all releases.",
)


def of_lift(release: Release, span: Span, around: Around) -> Picture:
    """Held, flagged and sent copies around one lift."""
    before, after = around.before, around.after
    summary = f"Before the lift {_told(before)}; from the lift on {_told(after)}. Each row has its own scale."
    empty = before + after == Counts()
    return Picture(
        id="around",
        heading="Around the lift",
        notes=(*_COPIES, *_waits(around)),
        drawing=None if empty else _drawn(release, span, around, summary),
        table=Table(
            caption="Copies around the lift; times with none are left out",
            columns=("Time", "Held", "Flagged", "Sent", "Forwarded"),
            rows=() if empty else _rows(around),
        ),
    )


def _waits(around: Around) -> tuple[str, ...]:
    return ("This release waits for a person. The lift is drawn at the time in the calendar.",) if around.waits else ()


def _drawn(release: Release, span: Span, around: Around, summary: str) -> Drawing:
    counts = [each.counts for each in around.slots]
    zone = ZoneInfo(around.zone)
    marks = [Mark(at=around.lift_at, label=f"lift {around.lift_at.astimezone(zone):%H:%M}")]
    if around.opens_at is not None:
        opens = f"window opens {around.opens_at.astimezone(zone):%H:%M}"
        marks.append(Mark(at=around.opens_at, label=opens, is_dashed=True))
    return over_time(
        f"Copies held, flagged and sent around the lift of {release.title}",
        summary,
        (*(each.since for each in around.slots), around.slots[-1].until),
        (
            Panel(name="Held", counts=tuple(each.held for each in counts)),
            Panel(name="Flagged", counts=tuple(each.flagged for each in counts), fill=Fill.STRIPED),
            Panel(name="Sent after a hold", counts=tuple(each.sent for each in counts), fill=Fill.OPEN),
        ),
        marks,
        time_labels(around.lift_at, span, zone),
    )


def time_labels(lift_at: datetime, span: Span, zone: ZoneInfo) -> list[tuple[datetime, str]]:
    """Instants at equal distances from the lift, in local time; with the name of the zone where that changes."""
    steps = span.each_side // _LABELS[span]
    times = [lift_at + n * _LABELS[span] for n in range(-steps, steps + 1)]
    local = [each.astimezone(zone) for each in times]
    changes = len({each.utcoffset() for each in local}) > 1
    form = _FORMS[span] + (" %Z" if changes else "")
    return [(at, f"{each:{form}}") for at, each in zip(times, local, strict=True)]


def _told(counts: Counts) -> str:
    return f"{grouped(counts.held)} held, {grouped(counts.flagged)} flagged, {grouped(counts.sent)} sent"


def _rows(around: Around) -> tuple[tuple[str, ...], ...]:
    slots = [each for each in around.slots if each.counts != Counts()]
    named = [(_slot_name(each, around.zone), each.counts) for each in slots]
    totals = [("All before the lift", around.before), ("All from the lift on", around.after)]
    return tuple((name, *_figures(counts)) for name, counts in (*named, *totals))


def _slot_name(slot: Slot, zone: str) -> str:
    since, until = slot.since.astimezone(ZoneInfo(zone)), slot.until.astimezone(ZoneInfo(zone))
    changed = f" {until:%Z}" if since.utcoffset() != until.utcoffset() else ""
    return f"{full_time(slot.since, zone)} to {until:%H:%M}{changed}"


def _figures(counts: Counts) -> tuple[str, ...]:
    return tuple(grouped(each) for each in (counts.held, counts.flagged, counts.sent, counts.forwarded))


def of_tallies(picture_id: str, heading: str, one: str, tallies: Sequence[Tally]) -> Picture:
    """Messages held and flagged, by rule or by reason."""
    shown = [Row(name=each.name, parts=(each.held, each.flagged), tells=_pair(each)) for each in tallies[:MOST_ROWS]]
    others = tallies[MOST_ROWS:]
    if others:
        rest = Tally(
            name=f"{len(others)} others together",
            held=sum(each.held for each in others),
            flagged=sum(each.flagged for each in others),
        )
        shown.append(Row(name=rest.name, parts=(rest.held, rest.flagged), tells=_pair(rest)))
    series = (Series(name="Held", fill=Fill.FULL), Series(name="Flagged", fill=Fill.STRIPED))
    title = f"Messages held and flagged, by {one}"
    summary = "; ".join(f"{each.name}: {each.tells}" for each in shown)
    return Picture(
        id=picture_id,
        heading=heading,
        notes=(f"Messages. One that has several {one}s counts for each of them, so the figures add up to more.",),
        drawing=ranked(title, summary, series, shown) if shown else None,
        table=Table(
            caption=title,
            columns=(one.capitalize(), "Held", "Flagged"),
            rows=tuple((each.name, grouped(each.held), grouped(each.flagged)) for each in tallies),
        ),
    )


def _pair(tally: Tally) -> str:
    return f"{grouped(tally.held)} held, {grouped(tally.flagged)} flagged"


def of_false_alarms(found: Sequence[FalseAlarms]) -> Picture:
    """The share of decided messages that a person marked, by rule."""
    rows = [Row(name=each.rule, parts=(each.rate or 0.0,), tells=_rate(each)) for each in found[:MOST_ROWS]]
    title = "False alarms, by rule"
    return Picture(
        id="false-alarms",
        heading="False alarms",
        notes=(
            f"Of held messages that a person decided about, how many were marked. Of fewer than {FEW}: too few to say.",
            "A rule whose alarms nobody decides about, because they go at the lift, has no share here.",
        ),
        drawing=ranked(title, "; ".join(f"{each.name}: {each.tells}" for each in rows), _SHARE, rows, most=1.0)
        if rows
        else None,
        table=Table(
            caption=title,
            columns=("Rule", "Marked", "Decided", "Share"),
            rows=tuple((each.rule, grouped(each.marked), grouped(each.decided), _share(each)) for each in found),
        ),
    )


_SHARE = (Series(name="Share marked", fill=Fill.FULL),)


def _share(each: FalseAlarms) -> str:
    return "too few to say" if each.rate is None else share(each.rate)


def _rate(each: FalseAlarms) -> str:
    return "too few to say" if each.rate is None else f"{each.marked} of {each.decided}: {share(each.rate)}"


def of_waiting(found: Waiting) -> Picture:
    """Time from a hold to the first decision of a person."""
    marks: list[tuple[timedelta, str]] = []
    if found.median is not None and found.ninetieth is not None:
        marks = [
            (found.median, f"half: {length(found.median)}"),
            (found.ninetieth, f"9 in 10: {length(found.ninetieth)}"),
        ]
    title = "Time from the hold to a person's first decision"
    told = ", ".join(label for _, label in marks)
    rows = [(name, grouped(count)) for name, count in zip(_steps(), found.distribution(), strict=True)]
    rows += [
        ("Sent, with nobody deciding", grouped(found.by_themselves)),
        ("Refused by the policy or the next hop", grouped(found.ended)),
        ("Not decided yet", grouped(found.open)),
    ]
    notes = (
        f"Decided by a person: {grouped(len(found.times))}. Sent with nobody deciding, most at their lift: "
        f"{grouped(found.by_themselves)}.",
    )
    is_empty = not found.times and not (found.by_themselves or found.ended or found.open)
    return Picture(
        id="waiting",
        heading="Time to decision",
        notes=(*notes, *((f"Decided within: {told}.",) if told else ())),
        drawing=dots(title, f"Decisions: {grouped(len(found.times))}; {told}", found.times, marks) if marks else None,
        table=Table(caption=title, columns=("Time", "Messages"), rows=() if is_empty else tuple(rows)),
    )


def _steps() -> tuple[str, ...]:
    within = [f"Within {length(each)}" for each in STEPS]
    return (*within, f"Later than {length(STEPS[-1])}")

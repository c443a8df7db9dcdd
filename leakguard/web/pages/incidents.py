"""Incidents: the list, opening one, its timeline with a form for entries, and its breach report section by section.

Rule of this file: what somebody typed is never lost to a refusal; it stands in the form again.
"""

from __future__ import annotations

from datetime import datetime
from typing import Any

from starlette.responses import Response

from leakguard.model.errors import LeakGuardError, NotFound, Refused, Stale
from leakguard.model.ids import HeldId
from leakguard.model.incident import EntryKind, Layout
from leakguard.notation.times import BadTime, instant
from leakguard.service.authority import Permission
from leakguard.service.breach_layouts import NAMES
from leakguard.service.breach_report import breach_report
from leakguard.service.incident_timeline import words_of_entry
from leakguard.service.incidents import IncidentView, ReportFormat
from leakguard.web.pages.access import as_download
from leakguard.web.visit import Page, Visit


async def listing(visit: Visit) -> Response:
    found = await visit.house.incidents(visit.actor).listing()
    return visit.page("incidents.html", incidents=found)


async def new(visit: Visit) -> Response:
    """The form; `?held=` names the message it is about."""
    return visit.page("incident_new.html", **_typed(visit.request.query_params.get("held", "")))


async def open_(visit: Visit) -> Response:
    """Also by one button beside a held message; where there is an incident about it, that one is shown."""
    typed = _typed(visit.text("held"), visit.text("message"), visit.texts("release"), visit.text("noticed_how"))
    incidents = visit.house.incidents(visit.actor)
    known = await incidents.about(HeldId(typed["held"])) if typed["held"] else None
    if known is not None:
        return visit.go("incident", incident=known)
    try:
        incident = await incidents.open(
            held_id=typed["held"],
            message=typed["message"],
            releases=typed["chosen"],
            noticed_how=typed["noticed_how"],
        )
    except (Refused, NotFound) as problem:
        return visit.page("incident_new.html", 422, **(typed | {"problem": str(problem)}))
    return visit.go("incident", told="incident_opened", incident=incident.id)


def _typed(held: str = "", message: str = "", chosen: tuple[str, ...] = (), noticed_how: str = "") -> dict[str, Any]:
    return {"held": held, "message": message, "chosen": chosen, "noticed_how": noticed_how, "problem": ""}


async def show(visit: Visit) -> Response:
    return _incident_page(visit, await _view(visit))


async def add_entry(visit: Visit) -> Response:
    view = await _view(visit)
    try:
        kind = EntryKind(visit.text("kind"))
        at = _instant(visit.text("at"), view.case.zone)
        await visit.house.incidents(visit.actor).add_entry(
            view.incident.id,
            _revision(visit),
            kind=kind,
            at=at,
            recipient=visit.text("recipient"),
            text=visit.text("text"),
        )
    except ValueError:
        return _incident_page(visit, view, "choose what happened")
    except (Refused, Stale) as problem:
        return _incident_page(visit, view, _sentence(problem), 409 if isinstance(problem, Stale) else 422)
    return visit.go("incident", told="entry_made", incident=view.incident.id)


def _incident_page(visit: Visit, view: IncidentView, problem: str = "", status: int = 422) -> Response:
    """With what was typed in its form, where there is a problem."""
    return visit.page(
        "incident.html",
        status if problem else 200,
        view=view,
        case=view.case,
        incident=view.incident,
        kinds=[(each, words_of_entry(each)) for each in EntryKind],
        layouts=NAMES,
        problem=problem,
        typed={name: visit.text(name) for name in ("kind", "at", "recipient", "text")},
    )


async def report(visit: Visit) -> Response:
    return _report_page(visit, await _view(visit))


async def save_section(visit: Visit) -> Response:
    view, layout, section = await _view(visit), _layout(visit), visit.request.path_params["section"]
    try:
        await visit.house.incidents(visit.actor).save_section(
            view.incident.id, _revision(visit), layout=layout, section=section, text=visit.text("text")
        )
    except (Refused, Stale) as problem:
        return _report_page(visit, view, section, _sentence(problem), 409 if isinstance(problem, Stale) else 422)
    return visit.go("incident_report", told="section_saved", incident=view.incident.id, layout=layout.value)


def _report_page(visit: Visit, view: IncidentView, section: str = "", problem: str = "", status: int = 200) -> Response:
    layout = _layout(visit)
    return visit.page(
        "incident_report.html",
        status,
        view=view,
        incident=view.incident,
        report=breach_report(view.case, layout),
        layouts=NAMES,
        layout=layout,
        at_fault=section,
        problem=problem,
        typed=visit.text("text"),
    )


async def export(visit: Visit) -> Response:
    try:
        layout, file_format = Layout(visit.text("layout")), ReportFormat(visit.text("format"))
    except ValueError:
        raise Refused("choose one of the forms that are there") from None
    incidents = visit.house.incidents(visit.actor)
    return as_download(await incidents.export(visit.request.path_params["incident"], layout, file_format))


async def _view(visit: Visit) -> IncidentView:
    return await visit.house.incidents(visit.actor).view(visit.request.path_params["incident"])


def _layout(visit: Visit) -> Layout:
    try:
        return Layout(visit.request.path_params["layout"])
    except ValueError:
        raise NotFound("there is no such layout") from None


def _revision(visit: Visit) -> int:
    text = visit.text("revision")
    return int(text) if text.isascii() and text.isdigit() and len(text) < 10 else -1


def _instant(text: str, zone: str) -> datetime:
    """Local time in the zone of the release, as the field says. Raises Refused."""
    try:
        return instant(text, zone)
    except BadTime:
        raise Refused("write when it happened, like 2031-03-18T09:22; at a change of clocks with its offset") from None


def _sentence(problem: LeakGuardError) -> str:
    if isinstance(problem, Stale):
        return (
            "somebody else changed this incident first. Look at what is there now; what you wrote is still in the form"
        )
    return str(problem)


_ONE = "/incidents/{incident}"
PAGES = (
    Page(path="/incidents", name="incidents", handler=listing, permission=Permission.SEE_INCIDENTS),
    Page(path="/incidents/new", name="incident_new", handler=new, permission=Permission.KEEP_INCIDENTS),
    Page(
        path="/incidents/open",
        name="open_incident",
        handler=open_,
        permission=Permission.KEEP_INCIDENTS,
        is_post=True,
    ),
    Page(path=_ONE, name="incident", handler=show, permission=Permission.SEE_INCIDENTS),
    Page(
        path=f"{_ONE}/entry",
        name="incident_entry",
        handler=add_entry,
        permission=Permission.KEEP_INCIDENTS,
        is_post=True,
    ),
    Page(path=f"{_ONE}/report/{{layout}}", name="incident_report", handler=report, permission=Permission.SEE_INCIDENTS),
    Page(
        path=f"{_ONE}/report/{{layout}}/{{section}}",
        name="incident_section",
        handler=save_section,
        permission=Permission.KEEP_INCIDENTS,
        is_post=True,
    ),
    Page(
        path=f"{_ONE}/export",
        name="incident_export",
        handler=export,
        permission=Permission.SEE_INCIDENTS,
        is_post=True,
    ),
)

"""Templates to HTML: everything escaped, times as people read them, and one table of sentences told after an act."""

from __future__ import annotations

import hashlib
import re
from datetime import datetime
from functools import cache
from importlib.resources import files
from typing import TYPE_CHECKING, Any

from jinja2 import Environment, PackageLoader, StrictUndefined
from starlette.responses import HTMLResponse

from leakguard.model.time_text import full_time, with_countdown
from leakguard.service.authority import Permission
from leakguard.service.words import REASONS
from leakguard.web.drawing.shapes import INK, PAPER, RULE, TEXT, TINT, kind
from leakguard.web.messages import TOLD, WHY

if TYPE_CHECKING:
    from leakguard.web.visit import Visit

_CAPITAL = re.compile("[A-Z]")
_REFERENCE = re.compile(r"[A-Za-z0-9._-]{1,64}")


@cache
def _environment() -> Environment:
    made = Environment(
        loader=PackageLoader("leakguard.web"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    made.globals["Permission"] = Permission
    made.globals["version"] = _version_of_assets()
    made.globals["colours"] = {"paper": PAPER, "ink": INK, "rule": RULE, "tint": TINT}
    made.globals["text_height"] = TEXT
    made.globals["kind_of"] = kind
    made.filters["words"] = lambda text: str(text).replace("_", " ")
    made.filters["plural"] = plural
    made.filters["reason_words"] = lambda code: REASONS[code]
    made.filters["event_words"] = lambda kind: _CAPITAL.sub(lambda found: f" {found[0].lower()}", kind).strip()
    return made


def plural(count: int, one: str, many: str = "") -> str:
    """ "1 message", "2 messages"."""
    return f"{count:,} {one if count == 1 else many or one + 's'}"


def _version_of_assets() -> str:
    """Changes when an asset does, so that browsers may keep them for long."""

    folder = files("leakguard.web") / "static"
    octets = b"".join(each.read_bytes() for each in sorted(folder.iterdir(), key=lambda each: each.name))
    return hashlib.sha256(octets).hexdigest()[:12]


def _reference(text: str) -> str:
    """What may be the reference of a message; "" for anything else that stands in an address."""
    return text if _REFERENCE.fullmatch(text) else ""


def html(visit: Visit, template: str, status: int, values: dict[str, Any]) -> HTMLResponse:
    """The page. Its names: `visit`, `now`, `book`, `path`, `told`, and the functions `when` and `countdown`."""
    now, zone, pages = visit.house.clock.now(), visit.house.zone, visit.request.app.state.pages

    def when(at: datetime | None, in_zone: str = "") -> str:
        return full_time(at, in_zone or zone) if at is not None else ""

    def until(at: datetime | None, in_zone: str = "") -> str:
        return with_countdown(at, in_zone or zone, now) if at is not None else ""

    def has_page(name: str) -> bool:
        return name in pages

    context = {
        "visit": visit,
        "house": visit.house,
        "book": visit.house.current.book,
        "now": now,
        "path": visit.request.url.path,
        "undo": _reference(visit.request.query_params.get("undo", "")),
        "told": TOLD.get(visit.request.query_params.get("told", ""), ""),
        "when": when,
        "until": until,
        "until_of": until,
        "WHY": WHY,
        "url": visit.url,
        "has_page": has_page,
        **values,
    }
    text = _environment().get_template(template).render(context)
    return HTMLResponse(text.encode("utf-8", "backslashreplace"), status_code=status)  # addresses may be no text

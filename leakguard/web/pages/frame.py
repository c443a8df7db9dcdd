"""What is seen of a message: its preview for the page of an item, and its HTML in a frame that can do nothing.

Rule of this file: HTML from a message leaves only with FRAME_POLICY, whatever has been done to it before.
"""

from __future__ import annotations

from html import escape

from starlette.responses import HTMLResponse, Response

from leakguard.model.held import HeldMessage
from leakguard.model.ids import HeldId
from leakguard.model.preview import Frame, Preview, Wanted
from leakguard.service.authority import Permission
from leakguard.web.visit import Page, Visit

# The sandbox without any permission: no scripts, no forms, no navigation of the top, an origin of its own.
FRAME_POLICY = "; ".join(
    (
        "sandbox",
        "default-src 'none'",
        "img-src data:",
        "style-src 'unsafe-inline'",
        "form-action 'none'",
        "base-uri 'none'",
        "frame-ancestors 'self'",
    )
)
HEADERS = {"content-security-policy": FRAME_POLICY, "referrer-policy": "no-referrer"}
_STYLE = (
    "html{font:16px/1.4 Arial,Helvetica,sans-serif;color:#0b0c0c;background:#fff}"
    "body{margin:1rem;overflow-wrap:anywhere}"
    "table{border-collapse:collapse}img{max-width:100%;height:auto}"
    ".problem{border:3px solid #b5121b;padding:.6rem 1rem;font-weight:bold}"
)
_LARGEST = 1 << 40


async def preview_of(visit: Visit, held: HeldMessage) -> Preview:
    """What the visitor asked to see of a message that they may see."""
    return await visit.house.previewer.preview(held.content, held.verdict, wanted_of(visit))


def wanted_of(visit: Visit) -> Wanted:
    """`?part=3&from=1500`: what is no number asks for the overview."""
    part, start = (_number(visit.request.query_params.get(name, "")) for name in ("part", "from"))
    return Wanted(part=part or None, start=start)


async def show(visit: Visit) -> Response:
    """Recorded as a view of its own, before it is shown."""
    held, _ = await visit.house.viewing(visit.actor).open(HeldId(visit.request.path_params["held"]), "html")
    number = _number(visit.request.path_params["number"])
    return document(await visit.house.previewer.frame(held.content, number))


def document(frame: Frame) -> Response:
    """The page in the frame. Its HTML was made harmless, and is served as if it were not."""
    problem = f'<p class="problem">{escape(frame.problem)}</p>' if frame.problem else ""
    page = (
        f'<!doctype html><html lang="en"><head><meta charset="utf-8"><title>A message</title><style>{_STYLE}</style>'
        f"</head><body>{problem}{frame.html}</body></html>"
    )
    return HTMLResponse(page.encode("utf-8", "replace"), headers=HEADERS)


def _number(text: str) -> int:
    return min(int(text), _LARGEST) if text.isascii() and text.isdecimal() and len(text) < 16 else 0


PAGES = (Page(path="/items/{held}/frame/{number}", name="frame", handler=show, permission=Permission.SEE_QUEUE),)

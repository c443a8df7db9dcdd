"""One request of somebody who may make it: what a page handler is given, and the ways in which it answers."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import quote, urlencode

from starlette.datastructures import FormData
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from leakguard.model.account import Actor
from leakguard.service.authority import Permission, may
from leakguard.web.house import House, Visitor
from leakguard.web.render import html


@dataclass(frozen=True, slots=True, kw_only=True)
class Visit:
    """visitor: None on pages for everybody only. form: of a POST, after its origin and token were checked."""

    request: Request
    house: House
    visitor: Visitor | None
    form: FormData = field(default_factory=FormData, repr=False)

    @property
    def actor(self) -> Actor:
        assert self.visitor is not None, "a page for everybody has no actor"
        return self.visitor.actor

    def may(self, permission: Permission) -> bool:
        return self.visitor is not None and may(self.actor, permission)

    def text(self, name: str) -> str:
        """A field of the form, without white space around it; "" when it is missing or a file."""
        value = self.form.get(name)
        return value.strip() if isinstance(value, str) else ""

    def exactly(self, name: str) -> str:
        """A field of the form as it was typed: for passwords, in which a blank counts."""
        value = self.form.get(name)
        return value if isinstance(value, str) else ""

    def texts(self, name: str) -> tuple[str, ...]:
        return tuple(each for each in self.form.getlist(name) if isinstance(each, str))

    def page(self, template: str, status: int = 200, **values: Any) -> Response:
        """A template with what every page needs: the visit, the book, now."""
        return html(self, template, status, values)

    def url(self, name: str, /, **parameters: Any) -> str:
        """The path of a page. A parameter may hold slashes, as ids of releases do, and stays one step of the path."""
        quoted = {key: quote(str(value), safe="") for key, value in parameters.items()}
        return str(self.request.app.state.pages[name].url_path_for(name, **quoted))

    def go(self, name: str, told: str = "", undo: str = "", **parameters: Any) -> Response:
        """See another page, as the answer to a form that was acted upon. told: key of a sentence in `messages.py`.

        undo: reference of the message whose decision that page offers to undo.
        """
        url = self.url(name, **parameters)
        query = urlencode({key: value for key, value in (("told", told), ("undo", undo)) if value})
        return RedirectResponse(f"{url}?{query}" if query else url, status_code=303)

    def prove_first(self, back_to: str) -> Response:
        """Ask for the password once more, and come back to this page: before an act that needs `visitor.is_fresh`."""
        return RedirectResponse(f"/again?next={quote(local_path(back_to))}", status_code=303)


def local_path(text: str) -> str:
    """This path of ours, or the start: nobody is sent elsewhere by a link to us."""
    is_ours = text.startswith("/") and not text.startswith(("//", "/\\")) and text.isprintable() and text.isascii()
    return text if is_ours and "\\" not in text and len(text) <= 2000 else "/"


Handler = Callable[[Visit], Awaitable[Response]]


@dataclass(frozen=True, slots=True, kw_only=True)
class Page:
    """A route. permission: what the visitor needs; None: being signed in is enough.

    is_open: for everybody, signed in or not. A GET changes nothing but the record of who saw what.
    is_live: asked by a page that is open, not by somebody at work: it keeps no session.
    largest: octets of a request's body, beside a message as large as the relay takes where it takes one.
    """

    path: str
    name: str
    handler: Handler
    permission: Permission | None = None
    is_open: bool = False
    is_post: bool = False
    is_live: bool = False
    largest: int = 1024 * 1024
    takes_message: bool = False

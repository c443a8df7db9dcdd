"""Access lists: how each stands, one release, one person; confirming a list, and taking the record away.

Rule of this file: a person stands in an address by a digest of their id, which may be an e-mail address.
"""

from __future__ import annotations

import hashlib
from typing import Any

from starlette.responses import Response

from leakguard.model.embargo import Person
from leakguard.model.errors import NotFound, Refused
from leakguard.service.access_lists import FileFormat
from leakguard.service.access_record import AccessState, Declaration
from leakguard.service.access_tables import AccessView, review_text, right_of
from leakguard.service.authority import Permission
from leakguard.service.mailboxes import MailboxKind
from leakguard.service.tables import File
from leakguard.web.visit import Page, Visit


async def index(visit: Visit) -> Response:
    states = await visit.house.access_lists(visit.actor).index()
    return visit.page("access.html", states=states, review_text=review_text)


async def of_release(visit: Visit) -> Response:
    found = await visit.house.access_lists(visit.actor).of_release(visit.request.path_params["release"])
    return visit.page("access_release.html", found=found, review_text=review_text, **_WORDS)


async def of_person(visit: Visit) -> Response:
    person = _person(visit, visit.request.path_params["person"])
    found = await visit.house.access_lists(visit.actor).of_person(person.id)
    return visit.page("access_person.html", found=found, **_WORDS)


async def confirm(visit: Visit) -> Response:
    release = visit.request.path_params["release"]
    await visit.house.access_lists(visit.actor).confirm(release, visit.text("digest"), visit.text("note"))
    await visit.house.catch_up()
    return visit.go("access_release", told="list_confirmed", release=release)


async def export(visit: Visit) -> Response:
    """A file, or the page to print: by POST, since it is recorded."""
    key = visit.text("person")
    about = {"release_id": visit.text("release"), "person_id": _person(visit, key).id if key else ""}
    lists = visit.house.access_lists(visit.actor)
    try:
        file_format = FileFormat(visit.text("format"))
        view = AccessView(visit.text("view")) if visit.text("view") else None
    except ValueError:
        raise Refused("choose one of the forms and views that are there") from None
    if file_format is FileFormat.PRINT:
        tables = await lists.tables(view, file_format, **about)
        return visit.page("access_print.html", tables=tables)
    return as_download(await lists.export(file_format, view, **about))


def as_download(file: File) -> Response:
    """To be saved and never shown by the browser."""
    headers = {"content-disposition": f'attachment; filename="{file.name}"', "content-security-policy": "sandbox"}
    return Response(file.content, media_type=file.media_type, headers=headers)


def person_key(person_id: str) -> str:
    return hashlib.sha256(person_id.encode("utf-8", "surrogateescape")).hexdigest()[:16]


def _person(visit: Visit, key: str) -> Person:
    found = (each for each in visit.house.current.book.people.values() if person_key(each.id) == key)
    person = next(found, None)
    if person is None:
        raise NotFound("there is no such person")
    return person


_WORDS: dict[str, Any] = {
    "person_key": person_key,
    "right_of": right_of,
    "AccessState": AccessState,
    "Declaration": Declaration,
    "MailboxKind": MailboxKind,
}

PAGES = (
    Page(path="/access", name="access", handler=index, permission=Permission.SEE_ACCESS),
    Page(
        path="/access/release/{release:path}",
        name="access_release",
        handler=of_release,
        permission=Permission.SEE_ACCESS,
    ),
    Page(path="/access/person/{person}", name="access_person", handler=of_person, permission=Permission.SEE_ACCESS),
    Page(
        path="/access/release/{release:path}/confirm",
        name="access_confirm",
        handler=confirm,
        permission=Permission.ACT_ON_RELEASES,
        is_post=True,
    ),
    Page(path="/access/export", name="access_export", handler=export, permission=Permission.SEE_ACCESS, is_post=True),
)

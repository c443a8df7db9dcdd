"""The pages of incidents: opened from a message, written by people, and taken away as a report."""

from __future__ import annotations

import io
import json
import re
from html import unescape

import docx
import pytest

from leakguard.model.account import Role
from leakguard.model.incident import EntryKind
from tests.unit.service.world import AMY, LMS, PRODUCER, T
from tests.web.office import Office

CANARY = "zebrafinch"
HOSTILE = "<img src=x onerror=alert(1)>"


@pytest.fixture
def office() -> Office:
    made = Office()
    made.sign_in(Role.PRA_OFFICER, handle=PRODUCER)
    return made


async def opened(office: Office, **fields: str) -> str:
    """The path of an incident about a message that was held."""
    await office.world.submit(f"LMS rose {CANARY}")
    answer = await office.post("/incidents/open", held=(await office.world.held()).id, **fields)
    assert answer.status_code == 303
    return answer.headers["location"].partition("?")[0]


def revision_in(text: str) -> str:
    return re.search(r'name="revision" value="(\d+)"', text)[1]


async def add(office: Office, path: str, **fields: str):
    entry = {"revision": revision_in((await office.get(path)).text), "kind": "note", "at": "2031-03-18T09:20"}
    return await office.post(f"{path}/entry", **(entry | fields))


SEE, KEEP = {Role.PRA_OFFICER, Role.APPROVER, Role.AUDITOR}, {Role.PRA_OFFICER, Role.APPROVER}


@pytest.mark.parametrize("role", Role)
async def test_incidents_are_for_those_who_may_see_and_keep_them(office: Office, role: Role) -> None:
    path = await opened(office)
    office.sign_in(role, handle=PRODUCER)
    sees, keeps = (200 if role in SEE else 403), role in KEEP

    for each in ("/incidents", path, f"{path}/report/2016", f"{path}/report/2018-21"):
        assert (await office.get(each)).status_code == sees
    assert (await office.post(f"{path}/export", layout="2016", format="json")).status_code == sees
    assert (await office.get("/incidents/new")).status_code == (200 if keeps else 403)
    for each in ("/incidents/open", f"{path}/entry", f"{path}/report/2016/hop"):
        assert ((await office.post(each)).status_code == 403) is not keeps


async def test_an_incident_opens_from_an_item_with_its_reference_in_the_form(office: Office) -> None:
    assert 'value="abc123"' in (await office.get("/incidents/new?held=abc123")).text

    path = await opened(office, noticed_how="a recipient rang")

    text = unescape((await office.get(path)).text)
    for words in ("Held back", "Incident opened: a recipient rang", "1 person without access, at most 8 min early"):
        assert words in text
    assert path in (await office.get("/incidents")).text


async def test_the_button_beside_a_message_leads_to_the_incident_that_there_is(office: Office) -> None:
    path = await opened(office)

    answer = await office.post("/incidents/open", held=(await office.world.held()).id)

    assert (answer.status_code, answer.headers["location"]) == (303, path)
    assert (await office.world.events()).count("IncidentOpened") == 1


async def test_the_button_stands_beside_a_held_message(office: Office) -> None:
    await office.world.submit("LMS rose")
    office.sign_in(Role.APPROVER, handle=PRODUCER)

    text = (await office.get(f"/items/{(await office.world.held()).id}")).text

    assert 'action="/incidents/open"' in text


async def test_what_cannot_be_opened_says_why_and_keeps_what_was_typed(office: Office) -> None:
    answer = await office.post("/incidents/open", held="nobody", release=LMS.id, noticed_how="I saw it")

    assert answer.status_code == 422
    assert "there is no held message of that id" in answer.text
    assert "I saw it</textarea>" in answer.text
    assert f'value="{LMS.id}" checked' in answer.text


async def test_an_entry_is_in_the_timeline_at_its_local_time(office: Office) -> None:
    path = await opened(office)

    answer = await add(office, path, kind="seen_by", recipient=AMY, text=HOSTILE)

    assert answer.headers["location"] == f"{path}?told=entry_made"
    text = (await office.get(path)).text
    assert HOSTILE not in text
    assert "Tue 18 Mar 2031 09:20 GMT" in text
    assert HOSTILE in unescape(text)
    assert "2 people without access, at most 10 min early" in text


@pytest.mark.parametrize(
    ("fields", "status", "complaint"),
    [
        ({"kind": ""}, 422, "choose what happened"),
        ({"kind": "gossip"}, 422, "choose what happened"),
        ({"at": "yesterday"}, 422, "write when it happened"),
        ({"at": "2031-03-30T01:30"}, 422, "write when it happened"),
        ({"at": "2031-03-18T09:23"}, 422, "lies ahead"),
        ({"kind": "seen_by"}, 422, "names a recipient"),
        ({"revision": "7"}, 409, "somebody else"),
        ({"revision": "x"}, 409, "somebody else"),
    ],
)
async def test_an_entry_that_is_refused_is_not_lost(
    office: Office, fields: dict[str, str], status: int, complaint: str
) -> None:
    path = await opened(office)

    answer = await add(office, path, **({"text": "long words of mine"} | fields))

    assert answer.status_code == status
    assert complaint in unescape(answer.text)
    assert "long words of mine</textarea>" in answer.text
    assert 'role="alert"' in answer.text
    assert "IncidentEntryMade" not in await office.world.events()


async def test_every_kind_of_entry_can_be_chosen(office: Office) -> None:
    text = (await office.get(await opened(office))).text

    assert [each.value for each in EntryKind if f'<option value="{each.value}"' not in text] == []


@pytest.mark.parametrize("layout", ["2016", "2018-21"])
async def test_a_section_is_saved_and_stands_in_the_report(office: Office, layout: str) -> None:
    path = await opened(office)
    page = f"{path}/report/{layout}"
    text = (await office.get(page)).text
    assert "To be written by the Head of Profession" in text

    answer = await office.post(f"{page}/hop", revision=revision_in(text), text=f"Dr H {HOSTILE}")

    assert answer.headers["location"] == f"{page}?told=section_saved"
    after = (await office.get(page)).text
    assert HOSTILE not in after
    assert f"Written by {PRODUCER}" in after
    file = await office.post(f"{path}/export", layout=layout, format="docx")
    assert f"Dr H {HOSTILE}" in [each.text for each in docx.Document(io.BytesIO(file.content)).paragraphs]
    assert file.headers["content-disposition"].startswith("attachment; ")
    assert await office.world.events() == ["Held", "IncidentOpened", "ReportSaved", "ReportExported"]


async def test_the_second_of_two_editors_is_told_and_keeps_their_text(office: Office) -> None:
    page = f"{await opened(office)}/report/2016"
    seen_by_both = revision_in((await office.get(page)).text)
    await office.post(f"{page}/hop", revision=seen_by_both, text="the first")

    answer = await office.post(f"{page}/reasons", revision=seen_by_both, text="the second")

    assert answer.status_code == 409
    assert "the second</textarea>" in answer.text
    assert "the first</textarea>" in answer.text
    assert "the second" not in (await office.get(page)).text


async def test_the_whole_incident_is_there_as_json(office: Office) -> None:
    path = await opened(office)

    file = await office.post(f"{path}/export", layout="2016", format="json")

    assert json.loads(file.content)["incident"]["id"] == path.rpartition("/")[2]
    assert CANARY not in file.text


async def test_who_may_not_have_the_release_reads_nothing_that_was_typed(office: Office) -> None:
    path = await opened(office, noticed_how=CANARY)
    await add(office, path, kind="seen_by", recipient=CANARY, text=CANARY)
    text = (await office.get(f"{path}/report/2016")).text
    await office.post(f"{path}/report/2016/reasons", revision=revision_in(text), text=CANARY)
    pages = (path, f"{path}/report/2016", f"{path}/report/2018-21", "/incidents")
    assert CANARY in (await office.get(path)).text

    office.sign_in(Role.PRA_OFFICER, handle="other@stats.example")

    for each in pages:
        assert CANARY not in (await office.get(each)).text
    assert "may not have yet" in (await office.get(path)).text
    assert (await office.post(f"{path}/export", layout="2016", format="docx")).status_code == 403
    assert CANARY not in (await add(office, path, text="mine", at="bad")).text
    office.world.clock.set(T)
    assert CANARY in (await office.get(path)).text


@pytest.mark.parametrize("path", ["/incidents/nobody", "/incidents/nobody/report/2016"])
async def test_what_is_not_there_is_not_found(office: Office, path: str) -> None:
    assert (await office.get(path)).status_code == 404


async def test_a_layout_or_section_that_is_not_there_is_not_found(office: Office) -> None:
    path = await opened(office)

    assert (await office.get(f"{path}/report/2099")).status_code == 404
    assert (await office.post(f"{path}/report/2016/nothing", revision="0", text="x")).status_code == 404
    assert (await office.post(f"{path}/export", layout="2016", format="exe")).status_code == 422

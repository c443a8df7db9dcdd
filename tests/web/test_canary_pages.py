"""Words of a message, and what people wrote about it, reach nobody who may not have them: by no page, file or log.

ref: CoP T3.4 ("no indication")
"""

from __future__ import annotations

import io
import re
from dataclasses import dataclass
from datetime import timedelta
from email.message import EmailMessage
from email.policy import SMTP
from typing import Any

import httpx
import pytest
import xlsxwriter

from leakguard.clock import SetClock
from leakguard.model.account import Role, Scope
from leakguard.model.held import HeldMessage
from leakguard.model.preview import Wanted
from leakguard.web.pages import all_pages
from tests.corpus.judging import EIGHT_MINUTES_EARLY, PRODUCER, STRANGER, rulebook
from tests.corpus.test_check_is_no_oracle import Reader
from tests.unit.service.world import World
from tests.web.api_office import ApiOffice
from tests.web.test_rights import placed

SUBJECT, NAME, BODY, FILE, SHEET, CELL, NESTED = (
    "zebrafinch quokkaname bodylemur okapifile sheetibis cellotter nestgecko".split()
)
NOTE, KEPT, LOOKED, GLASS, ASKED = "notepanda keptbison lookstoat glasshyena escalmoose".split()
NOTICED, ENTRY, SECTION = "noticedyak entrytapir sectionemu".split()
IN_IT = (SUBJECT, NAME, BODY, FILE, SHEET, CELL, NESTED)
ABOUT_IT = (NOTE, KEPT, LOOKED, GLASS, ASKED)
IN_INCIDENT = (NOTICED, ENTRY, SECTION)
CANARIES = (*IN_IT, *ABOUT_IT, *IN_INCIDENT)
AMY, VIC, REX = "amy@news.example", "vic@stats.example", "rex@stats.example"
_LINKS = re.compile(r'\b(?:href|src|action|id|name)="([^"]*)"')


def message() -> bytes:
    octets = io.BytesIO()
    with xlsxwriter.Workbook(octets, {"in_memory": True}) as workbook:
        sheet = workbook.add_worksheet(SHEET)
        sheet.write_row(0, 0, ["Unemployment rate", CELL, 4.9])
        sheet.write_row(1, 0, ["Unemployment rose to 4.9%", CELL])
    inner = EmailMessage(policy=SMTP)
    inner["Subject"], inner["From"] = f"Unemployment rose {NESTED}", f"{NESTED} <joe@dept.example>"
    inner.set_content(f"The unemployment rate rose to 4.9% {NESTED}.")
    made = EmailMessage(policy=SMTP)
    made["Subject"], made["From"] = f"Unemployment {SUBJECT}", f"{NAME} <{STRANGER}>"
    made["To"], made["Message-ID"] = f"{NAME} <{AMY}>", f"<{SUBJECT}@x.example>"
    made.set_content(f"The unemployment rate rose to 4.9% {BODY}.")
    made.add_alternative(f"<p>The unemployment rate rose to 4.9% <b>{BODY}</b>.</p>", subtype="html")
    kind = "vnd.openxmlformats-officedocument.spreadsheetml.sheet"
    made.add_attachment(octets.getvalue(), maintype="application", subtype=kind, filename=f"{FILE}.xlsx")
    made.add_attachment(inner)
    return made.as_bytes()


@dataclass
class Place:
    """An office in which all of this was sent, decided about, and written down."""

    api: ApiOffice
    values: dict[str, str]

    @classmethod
    async def made(cls) -> Place:
        world = World(rulebook=rulebook(), inspector=Reader(), clock=SetClock(EIGHT_MINUTES_EARLY))  # type: ignore[arg-type]
        place = cls(ApiOffice(world=world), {})
        await world.submit(message(), sender=STRANGER, to=(AMY,))
        held = await world.held()
        place.values = {
            "held": held.id,
            "item": held.id,
            "release": held.releases()[0],
            "number": "2",
            "act": "cancel",
            "layout": "2016",
            "section": "hop",
            "person": "0" * 16,
            "key": "0" * 16,
        }
        await place._written(held)
        return place

    async def _written(self, held: HeldMessage) -> None:
        office, at = self.api.office, f"/items/{held.id}"
        office.sign_in(Role.REVIEWER, handle=REX)
        await self._done(f"{at}/glass", reason=f"it is urgent {GLASS}")
        office.sign_in(*Role, handle=PRODUCER)
        await self._done(f"{at}/note", reason=f"it says {NOTE}")
        await self._done(f"{at}/decide", act="keep", why="other", reason=f"it says {KEPT} indeed")
        await self._done(f"{at}/decide", act="send", why="looked", reason=f"it says {LOOKED}")
        await self._done(f"{at}/escalate", reason=f"it says {ASKED}")
        opened = await self._done("/incidents/open", held=held.id, noticed_how=f"by {NOTICED}")
        path = opened.headers["location"].partition("?")[0]
        self.values["incident"] = path.rpartition("/")[2]
        entry = {"kind": "note", "at": "2031-03-18T09:20", "text": f"it says {ENTRY}"}
        await self._done(f"{path}/entry", revision=await self._revision(path), **entry)
        await self._done(f"{path}/report/2016/hop", revision=await self._revision(path), text=f"about {SECTION}")

    async def _done(self, path: str, **fields: str) -> httpx.Response:
        answer = await self.api.office.post(path, **fields)
        assert answer.status_code == 303, f"{path}: {answer.status_code}"
        return answer

    async def _revision(self, path: str) -> str:
        found = re.search(r'name="revision" value="(\d+)"', (await self.api.office.get(path)).text)
        assert found
        return found[1]

    async def everything(self) -> list[tuple[str, httpx.Response]]:
        """Every page, as it is, as it renews itself, and as a form with nothing or with all that exports take."""
        office, found = self.api.office, []
        exports: list[dict[str, Any]] = [{}]
        exports += [{"format": each, "layout": "2016"} for each in ("docx", "json", "csv", "xlsx", "print")]
        for page in all_pages():
            if page.name in ("live", "sign_out", "sign_out_everywhere"):
                continue
            path = placed(page.path, self.values)
            if page.is_post:
                given = exports if page.name.endswith("export") else [{}]
                found += [(page.name, await office.post(path, **each)) for each in given]
            else:
                found += [(page.name, await office.get(path)), (f"{page.name} live", await self._live(path))]
        one = self.values["held"]
        for path in (f"/held?q={BODY}", "/held?state=all", f"/items/{one}?part=2", f"/items/{one}/frame/1", "/nothing"):
            found.append((path, await office.get(path)))
        return found

    async def _live(self, path: str) -> httpx.Response:
        return await self.api.office.get(path, **{"x-live": "1"})


def said(answer: httpx.Response) -> str:
    return f"{answer.headers} {answer.text}".casefold()


def canaries_in(text: str) -> list[str]:
    return [each for each in CANARIES if each in text.casefold()]


@pytest.mark.parametrize("role", [*Role, "all of them", "none", "nobody"])
async def test_nobody_without_access_meets_a_word_of_it(role: Role | str) -> None:
    place = await Place.made()
    roles = {"all of them": set(Role), "none": set()}.get(role, {role})  # type: ignore[arg-type]
    place.api.office.sign_in(*(each for each in roles if isinstance(each, Role)), handle=VIC)
    if role == "nobody":
        place.api.office.door.visitor_now = None

    for name, answer in await place.everything():
        said_without_the_question = said(answer).replace(f'value="{BODY}"', "")
        assert canaries_in(said_without_the_question) == [], f"{name} for {role}"


async def test_a_search_for_words_of_the_message_finds_nothing() -> None:
    place = await Place.made()
    place.api.office.sign_in(*Role, handle=PRODUCER)

    for word in IN_IT + ABOUT_IT:
        page = (await place.api.office.get(f"/held?state=all&q={word}")).text
        assert "Nothing matches" in page, word
    assert "Nothing matches" not in (await place.api.office.get(f"/held?state=all&q={STRANGER}")).text


async def test_people_with_access_meet_them_where_they_belong_and_in_no_address_and_no_head() -> None:
    place = await Place.made()
    place.api.office.sign_in(*Role, handle=PRODUCER)
    met = ""

    for name, answer in await place.everything():
        assert canaries_in(str(answer.headers)) == [], name
        assert canaries_in(" ".join(_LINKS.findall(answer.text))) == [], name
        met += answer.text

    assert [each for each in IN_IT + IN_INCIDENT if each not in met.casefold()] == [], "they are there to be met"


@pytest.mark.parametrize("role", Role)
async def test_no_operation_gives_a_word_but_the_reasons_in_the_audit(role: Role) -> None:
    place = await Place.made()
    for who in (VIC, PRODUCER):
        program = await place.api.program(*Scope, roles=set(Role) if who is PRODUCER else {role}, handle=who)
        one = place.values["held"]
        for path in ("/items", "/items?state=all", f"/items/{one}", "/releases", "/nothing", f"/items/{BODY}/x"):
            assert canaries_in(said(await program.get(path))) == [], path
        for verb in ("view", "send", "undo", "false-alarm"):
            answer = await program.post(f"/items/{one}/{verb}", {"reason": "so"})
            assert canaries_in(said(answer)) == [], verb
        audit = await program.get("/audit?limit=1000")
        for entry in audit.json().get("entries", []):
            entry["fields"].pop("reason", None)
            assert canaries_in(str(entry)) == [], entry


async def test_nothing_else_that_leaves_has_a_word(capsys: pytest.CaptureFixture[str]) -> None:
    place = await Place.made()
    world = place.api.world
    for roles, who in ((set(Role), PRODUCER), (set(), VIC)):
        place.api.office.sign_in(*roles, handle=who)
        await place.everything()
    await world.at(world.clock.now() + timedelta(seconds=11))

    printed = capsys.readouterr()
    assert canaries_in(printed.out + printed.err) == []
    assert canaries_in(" ".join(await world.told() + await world.texts())) == []
    for entry in await world.store.audit():
        body = {key: value for key, value in entry.body.items() if key != "reason"}
        assert canaries_in(f"{entry.kind} {entry.actor} {body}") == [], entry.kind


class Failing:
    """A previewer whose failures quote what they read."""

    async def preview(self, content: bytes, verdict: object, wanted: Wanted) -> Any:
        raise ValueError(content.decode("utf-8", "replace"))

    async def frame(self, content: bytes, number: int) -> Any:
        raise ValueError(content.decode("utf-8", "replace"))


async def test_a_failure_quotes_nothing(capsys: pytest.CaptureFixture[str]) -> None:
    place = await Place.made()
    object.__setattr__(place.api.office.house, "previewer", Failing())
    place.api.office.sign_in(*Role, handle=PRODUCER)
    one = place.values["held"]

    for path in (f"/items/{one}", f"/items/{one}/frame/1"):
        answer = await place.api.office.get(path)
        assert answer.status_code == 500
        assert canaries_in(said(answer)) == []
    printed = capsys.readouterr()
    assert canaries_in(printed.out + printed.err) == []

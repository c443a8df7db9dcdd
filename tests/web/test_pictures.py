"""The pictures' pages: each drawing says what the table beneath it says, and nothing of any message is in them."""

from __future__ import annotations

import re
from datetime import timedelta
from xml.etree import ElementTree

import pytest

from leakguard.model.account import Role
from tests.contract.store_samples import held_event
from tests.unit.service.history.test_pictures import a_morning
from tests.unit.service.world import EARLY, LMS, MINUTE, World, release, rulebook
from tests.web.office import Office

SVG = re.compile(r"<svg.*?</svg>", re.DOTALL)
NS = "{http://www.w3.org/2000/svg}"
RELEASE = f"/pictures/{LMS.id}?span=hour"


async def page_of(world: World, path: str, *roles: Role) -> str:
    office = Office(world=world)
    office.sign_in(*(roles or (Role.AUDITOR,)))
    answer = await office.get(path)
    assert answer.status_code == 200
    return answer.text


def drawings(page: str) -> dict[str, ElementTree.Element]:
    found = [ElementTree.fromstring(each) for each in SVG.findall(page)]
    return {each.attrib["aria-labelledby"].split("-title")[0]: each for each in found}


def table(page: str, picture: str) -> dict[str, list[str]]:
    """Cells of each row by its name."""
    part = page.partition(f'<figure class="picture" id="{picture}"')[2].partition("</figure>")[0]
    rows = re.findall(r'<th scope="row">(.*?)</th>(.*?)</tr>', part, re.DOTALL)
    return {name: re.findall(r"<td[^>]*>(.*?)</td>", cells) for name, cells in rows}


def texts(drawing: ElementTree.Element) -> list[str]:
    return [each.text or "" for each in drawing.iter(f"{NS}text")]


def bars(drawing: ElementTree.Element) -> list[ElementTree.Element]:
    return [each for each in drawing.iter(f"{NS}rect") if each.get("class") == "bar"]


async def test_the_lift_is_drawn_with_the_figures_of_its_table():
    page = await page_of(await a_morning(), RELEASE)

    rows = table(page, "around")
    assert rows["All before the lift"] == ["3", "1", "0", "1"]
    assert rows["All from the lift on"] == ["0", "0", "2", "2"]
    assert rows["Tue 18 Mar 2031 09:22 GMT to 09:24"] == ["3", "1", "0", "1"]
    drawing = drawings(page)["around"]
    assert len(bars(drawing)) == 3, "held, flagged and sent: one slot each"
    held, flagged, sent = bars(drawing)
    assert (held.get("x"), held.get("fill") == flagged.get("fill")) == (flagged.get("x"), False)
    assert float(sent.attrib["x"]) > float(held.attrib["x"])
    assert "lift 09:30" in texts(drawing)
    assert "Before the lift 3 held, 1 flagged, 0 sent" in drawing.findtext(f"{NS}desc", "")


async def test_heights_are_to_the_counts_in_the_table_as_the_scale_says():
    world = World()
    counts = {20: 4, 10: 2, 4: 1}
    held = [
        held_event(f"{minutes}.{n}", at=LMS.release_at - minutes * MINUTE, releases=(LMS.id,), recipients=("a",))
        for minutes, count in counts.items()
        for n in range(count)
    ]
    await world.store.record(held)
    world.clock.set(LMS.release_at)

    page = await page_of(world, RELEASE)

    heights = [float(each.attrib["height"]) for each in bars(drawings(page)["around"])]
    told = [int(cells[0]) for name, cells in table(page, "around").items() if not name.startswith("All")]
    assert told == [4, 2, 1]
    assert [round(each / heights[-1], 1) for each in heights] == told


async def test_rules_reasons_false_alarms_and_times_say_what_their_tables_say():
    page = await page_of(await a_morning(), "/pictures?days=1")
    drawn = drawings(page)

    assert table(page, "rules") == {"uk.lms/direction": ["2", "1"]}
    assert "2 held, 1 flagged" in texts(drawn["rules"])
    assert set(table(page, "reasons")) < {*texts(drawn["reasons"])}
    assert table(page, "false-alarms") == {"uk.lms/direction": ["1", "1", "too few to say"]}
    assert "too few to say" in texts(drawn["false-alarms"])
    waited = table(page, "waiting")
    assert (waited["Within 5 min"], waited["Sent, with nobody deciding"]) == (["1"], ["1"])
    assert len(list(drawn["waiting"].iter(f"{NS}circle"))) == 1
    assert "half: 3 min" in texts(drawn["waiting"])


async def test_many_rules_are_twelve_and_the_others_in_the_drawing_and_all_in_the_table():
    world = World()
    rules = tuple(f"uk.pack{n:02}/direction" for n in range(30))
    await world.store.record([held_event("m1", at=EARLY - MINUTE, releases=(LMS.id,), rules=rules)])

    page = await page_of(world, "/pictures")

    assert set(table(page, "rules")) == set(rules)
    shown = texts(drawings(page)["rules"])
    assert len([each for each in shown if each.startswith("uk.pack")]) == 12
    assert "18 others together" in shown
    assert "18 held, 0 flagged" in shown


async def test_a_hostile_name_is_text_and_nothing_else():
    world = World()
    rule = "<script>alert(1)</script>/x\"'"
    await world.store.record([held_event("m1", at=EARLY - MINUTE, releases=(LMS.id,), rules=(rule,))])

    page = await page_of(world, "/pictures")

    assert "<script>alert" not in page
    assert rule in texts(drawings(page)["rules"])


@pytest.mark.parametrize("path", ["/pictures", "/pictures?days=365", RELEASE, f"/pictures/{LMS.id}?span=week"])
async def test_without_anything_the_page_says_so(path):
    page = await page_of(World(), path)

    assert drawings(page) == {}
    assert page.count("nothing in this time") >= 4


async def test_every_drawing_is_named_and_described_and_no_style_is_inline():
    page = await page_of(await a_morning(), RELEASE)

    assert "style=" not in page
    assert page.count("<svg") == len(drawings(page)) == 5
    ids = re.findall(r' id="([^"]+)"', page)
    assert len(ids) == len(set(ids))
    for name, drawing in drawings(page).items():
        assert drawing.get("role") == "img"
        assert drawing.findtext(f"{NS}title"), name
        assert drawing.findtext(f"{NS}desc"), name
        assert f'<figure class="picture" id="{name}"' in page


async def test_nobody_is_named_and_no_word_of_a_message_is_shown():
    page = await page_of(await a_morning(), RELEASE)

    for word in ("amy@", "joe@", "producer@", "dee@", "secret words", "LMS first", "of note", "not theirs"):
        assert word not in page


async def test_on_the_day_when_the_clocks_change_the_axis_names_the_zone():
    lift = LMS.release_at + timedelta(days=12, hours=-1)  # 30 March 2031 09:30 BST; clocks went forward that night
    world = World(rulebook=rulebook(release("lms", lift)))
    held = [held_event("m1", at=lift - timedelta(hours=8), releases=(LMS.id,), recipients=("a",))]
    await world.store.record(held)

    page = await page_of(world, f"/pictures/{LMS.id}?span=day")

    assert "Sun 30 Mar 2031 00:30 GMT to 02:30 BST" in table(page, "around"), "an hour, over which the clocks change"
    assert any(each.endswith("GMT") for each in texts(drawings(page)["around"]))


async def test_who_may_see_them_and_what_may_be_asked():
    office = Office(world=World())
    office.sign_in(Role.ADMINISTRATOR)
    assert (await office.get("/pictures")).status_code == 403
    assert (await office.get(RELEASE)).status_code == 403
    office.sign_in(Role.REVIEWER)
    assert (await office.get("/pictures?days=3")).status_code == 422
    assert (await office.get(f"/pictures/{LMS.id}?span=year")).status_code == 422
    assert (await office.get("/pictures/NO-SUCH")).status_code == 404
    chosen = await office.get(f"/pictures?release={LMS.id}&span=week")
    assert (chosen.status_code, chosen.headers["location"]) == (303, f"/pictures/{LMS.id}?span=week")

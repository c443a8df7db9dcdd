"""The page of a message shows its evidence in place, and its HTML in a frame that can do nothing."""

from __future__ import annotations

import re
from dataclasses import replace
from email.message import EmailMessage

import pytest

from leakguard.extract import Limits, extract
from leakguard.model.account import Role
from leakguard.model.content import Finding, Gap, GapKind, Spot, Verdict
from leakguard.web.pages.frame import FRAME_POLICY
from tests.unit.service.world import CLEARED, JOE, World, finding
from tests.web.office import Office

WORDS = "employment rose <b>by</b> 20,000"
BODY = f"Dear all,\nLMS: {WORDS} & more\u202e.\n"
HTML = "<p>LMS: <a href='http://out.example/'>see</a><script>go()</script><img src='http://out.example/x'></p>"


def message() -> bytes:
    made = EmailMessage()
    made["From"] = "Jo \u202e <jo@dept.example>"
    made["Subject"] = "<script>LMS</script>"
    made.set_content(BODY)
    made.add_alternative(HTML, subtype="html")
    return made.as_bytes()


def evidence(content: bytes, words: str) -> Finding:
    spans = extract(content, Limits()).spans
    number, start = next((number, each.text.index(words)) for number, each in enumerate(spans) if words in each.text)
    return replace(
        finding("lms"), text=words, spots=(Spot(number, start, start + len(words)),), because="It <i>rose</i>"
    )


async def opened(*, path: str = "", who: str = CLEARED) -> tuple[Office, str, int]:
    office = Office()
    held = await holding(office.world)
    office.sign_in(Role.REVIEWER, handle=who)
    answer = await office.get(f"/items/{held}{path}")
    return office, answer.text, answer.status_code


async def holding(world: World) -> str:
    content = message()
    await world.submit(content, sender=JOE)
    held = await world.held()
    verdict = Verdict(
        findings=(evidence(content, WORDS),),
        gaps=(Gap(part="3", kind=GapKind.ENCRYPTED, detail="file encrypted with a password"),),
        rulebook=held.verdict.rulebook,
    )
    await world.store.save(replace(held, verdict=verdict), [], [])
    return held.id


async def test_evidence_is_marked_exactly_and_linked_from_the_list() -> None:
    _, page, status = await opened()

    assert status == 200
    marks = re.findall(r'<mark id="e1" data-evidence="1"><a class="number"[^>]*>1</a> (.*?)</mark>', page)
    assert marks == ["employment rose &lt;b&gt;by&lt;/b&gt; 20,000"]
    assert '<a href="#e1">' in page and 'id="evidence-1"' in page
    assert "It &lt;i&gt;rose&lt;/i&gt;" in page


async def test_gaps_are_in_a_box_of_their_own_with_what_to_do() -> None:
    _, page, _ = await opened()

    assert "Not read: 1 gap" in page
    assert "It is locked, and nothing at hand opens it." in page and "Ask the sender for an unlocked copy" in page


async def test_nothing_of_the_message_is_markup_of_the_page() -> None:
    _, page, _ = await opened()

    assert "<script>LMS" not in page and "<b>by" not in page
    assert "\u202e" not in page
    assert page.count("[U+202E right-to-left override]") >= 2


async def test_the_frame_is_harmless_and_sandboxed_twice() -> None:
    office, page, _ = await opened()
    (address,) = re.findall(r'<iframe class="page" sandbox="" [^>]*src="([^"]+)"', page)

    answer = await office.get(address)

    assert answer.status_code == 200
    assert answer.headers["content-security-policy"] == FRAME_POLICY
    assert FRAME_POLICY.startswith("sandbox; default-src 'none'; img-src data:")
    assert "allow-" not in FRAME_POLICY
    assert answer.headers["referrer-policy"] == "no-referrer" and answer.headers["x-content-type-options"] == "nosniff"
    assert "<script" not in answer.text and 'src="http' not in answer.text
    assert "[link to http://out.example/]" in answer.text


async def test_each_look_at_the_frame_is_recorded() -> None:
    office, page, _ = await opened()
    (address,) = re.findall(r'<iframe [^>]*src="([^"]+)"', page)
    before = (await office.world.events()).count("ContentViewed")

    await office.get(address)

    assert (await office.world.events()).count("ContentViewed") == before + 1


async def test_who_has_no_access_sees_neither_text_nor_frame() -> None:
    office, page, status = await opened(who="rae@stats.example")
    held = (await office.world.held()).id

    answer = await office.get(f"/items/{held}/frame/1")

    assert status == 200 and "20,000" not in page and "<iframe" not in page
    assert answer.status_code == 403 and "see" not in answer.text.partition("<main")[2].partition("link to")[1]


@pytest.mark.parametrize("query", ["?part=2&from=5", "?part=99", "?part=-1&from=x", "?from=999999999999999"])
async def test_other_pages_of_it_are_asked_for_in_the_address(query: str) -> None:
    _, page, status = await opened(path=query)

    assert status == 200
    assert "Evidence" in page


async def test_a_frame_that_is_not_there_says_so() -> None:
    _, page, status = await opened(path="/frame/77")

    assert status == 200 and "This message has no such page." in page

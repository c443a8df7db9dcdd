"""One message in a browser: its evidence in place, and what each person may see of it."""

from __future__ import annotations

import hashlib
import re
from pathlib import Path

from leakguard.demo.world import JOURNALIST, posts
from tests.browser.office import CHRIS, LEAK, OLI, PAT, mail, until

SECRET = "Xylophone canary words"


def test_evidence_is_marked_in_its_place_and_keys_move_between_marks(desk_of, office):
    held = office.leak("marked@dept.example", text=f"{LEAK}\nUnemployment fell to 4.2 per cent, too.\n")
    page = desk_of(CHRIS, f"/items/{held}")
    marks = page.locator("mark[data-evidence]")
    assert marks.count() >= 2
    assert "record employment" in " ".join(marks.all_inner_texts()).lower()

    ids = [each.get_attribute("id") for each in marks.all()]
    for key, expected in (("n", ids[0]), ("n", ids[1]), ("p", ids[0]), ("p", ids[-1])):
        page.keyboard.press(key)
        assert page.evaluate("location.hash") == f"#{expected}"
        assert marks.nth(ids.index(expected)).evaluate("each => each.contains(document.activeElement)")


def test_the_cell_of_a_sheet_is_named_and_shown(desk_of, office):
    post = posts()[2]
    office.send(post.mail_from, post.recipients, post.content)
    page = desk_of(CHRIS, "/held")
    page.locator("[data-item]", has_text=f"{PAT} to {JOURNALIST}").get_by_role("link").click()

    page.locator("table.cells mark").first.wait_for()
    assert re.search(r"Table 1!?.*[AB]\d", page.locator("ol.evidence").inner_text())


def test_without_access_there_is_metadata_and_no_content_anywhere(desk_of, office):
    sender = "unseen@dept.example"
    content = mail(sender, SECRET, LEAK + SECRET, files={f"{SECRET}.txt": (b"x", "text/plain")})
    held = office.send(sender, ("bob@dept.example",), content)
    page = desk_of(OLI, f"/items/{held}")

    assert "who, when and why only" in page.locator("main").inner_text()
    assert sender in page.locator("h1").inner_text()
    assert page.locator("#d-send").is_disabled()
    for path in (f"/items/{held}", f"/items/{held}?part=1", "/held", f"/held?q={sender}"):
        html = page.request.get(path).text()
        assert "record employment" not in html.lower(), path
        assert "xylophone" not in html.lower(), path
    assert page.request.get(f"/items/{held}/frame/1").status == 403


def test_broken_glass_opens_it_is_told_and_recorded(desk_of, office):
    held = office.leak("glass@dept.example")
    page = desk_of(OLI, f"/items/{held}")
    page.get_by_text("Open it without access, in an emergency").click()
    page.get_by_label("Why it cannot wait").fill("Nobody with access can be reached")

    page.get_by_role("button", name="Open it and tell those on call").click()

    assert "You opened this without access" in page.locator("main").inner_text()
    page.locator("mark").first.wait_for()
    page.reload()
    assert re.search(r"glass.*outsider@dept\.example", page.locator("#timeline").inner_text(), re.I)
    until(lambda: office.mailbox.notices("reviewer@stats.example", f"{OLI} opened it without access"))


def test_the_original_is_taken_away_byte_by_byte(desk_of, office, tmp_path: Path):
    sender = "bytes@dept.example"
    content = mail(sender, "Bytes", LEAK, files={"odd.bin": (bytes(range(256)) * 40, "application/octet-stream")})
    held = office.send(sender, ("bob@dept.example",), content)
    page = desk_of(CHRIS, f"/items/{held}")

    with page.expect_download() as coming:
        page.get_by_role("button", name="Download the original").click()

    saved = tmp_path / "original.eml"
    coming.value.save_as(saved)
    assert coming.value.suggested_filename == f"{held}.eml"
    assert hashlib.sha256(saved.read_bytes()).hexdigest() == hashlib.sha256(content).hexdigest()
    page.reload()
    assert "content viewed by cleared@dept.example (original)" in page.locator("#timeline").inner_text()

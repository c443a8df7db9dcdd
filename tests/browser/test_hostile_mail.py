"""A hostile message before the running program: its page opens, nothing leaves, nothing moves, nothing is violated."""

from __future__ import annotations

import pytest

from tests.browser.office import CHRIS, LEAK, mail
from tests.browser.test_hostile_frames import serving
from tests.fakes.hostile import LARGE, VECTORS, filled

BIDI_SUBJECT = "Figures \u202egpj.tropeR\u202c <script>alert(1)</script>"
BIDI_NAME = "report\u202efdp.exe"
SWALLOWS = (
    "never",
    "plain text for ever",
    "comment",
    "turns",
    "hides",
    "frames",
    "out of its",
)  # what comes after them


def every_page(out: str) -> str:
    """All of them in one page, and last those that swallow what comes after them."""
    names = sorted(VECTORS, key=lambda name: any(each in name for each in SWALLOWS))
    return f"<p>{LEAK}</p>" + "".join(f"<div>{filled(VECTORS[name], f'{out}/{name[:4]}')}</div>" for name in names)


@pytest.mark.parametrize("kind", ["every vector", "five megabytes"])
def test_the_page_of_a_hostile_message_opens_and_nothing_leaves(desks, office, kind):
    with serving() as out:
        is_large = kind == "five megabytes"
        html = f"<p>{LEAK}</p>" + filled(LARGE, out.address) if is_large else every_page(out.address)
        sender = f"hostile-{len(kind)}@dept.example"
        files = {BIDI_NAME: (b"MZ" + bytes(100), "application/octet-stream")}
        if not is_large:
            files["page.html"] = (html.encode(), "text/html")
        content = mail(sender, BIDI_SUBJECT, LEAK, html=html, files=files)
        held = office.send(sender, ("bob@dept.example",), content)
        page = desks.open(CHRIS, f"/items/{held}")
        page.locator("mark").first.wait_for()

        summaries, frames = page.locator("summary", has_text="as its reader would see it"), page.locator("iframe.page")
        page.wait_for_load_state()  # five megabytes come after the first mark
        for summary in summaries.all():
            summary.click()
        frames.first.wait_for(state="attached")
        for number in range(frames.count()):
            frames.nth(number).scroll_into_view_if_needed()
            frame = frames.nth(number).content_frame
            frame.get_by_text("record employment").first.wait_for(state="attached")
            frames.nth(number).click(position={"x": 60, "y": 40})
        page.wait_for_timeout(1_000)

        assert out.came == []
        assert page.url.partition("#")[0] == f"{office.origin}/items/{held}"
        assert page.evaluate("document.querySelectorAll('main script, main form[action^=http]').length") == 0
        text = page.locator("main").inner_text()
        assert "\u202e" not in text
        assert "<script>alert(1)</script>" in text

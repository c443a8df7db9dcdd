"""Decisions about one message in a browser: each has its effect outside, by one person or two, and can be undone."""

from __future__ import annotations

import re

import pytest

from tests.browser.office import CHRIS, LEAK, PAT, mail, until
from tests.fakes.sink import Arrival


def decide(page, act: str, why: str = "looked") -> None:
    page.locator(f"#d-{act}").check()
    page.get_by_label("Reason").select_option(why)
    page.get_by_role("button", name="Record decision").click()


def told(page) -> str:
    return page.get_by_role("status").inner_text()


def needs(page, path: str) -> str:
    page.goto(path)
    return page.locator("#state").inner_text()


def test_it_is_left_to_the_lift(desk_of, office):
    held = office.leak("to-keep@dept.example")
    page = desk_of(CHRIS, f"/items/{held}")

    decide(page, "keep")

    assert "goes by itself" in told(page)
    assert "Left to the lift by cleared@dept.example" in needs(page, f"/items/{held}")


def test_ten_seconds_after_a_decision_it_has_its_effect_unless_it_was_undone(desk_of, office):
    """Rejected: the sender is told. Sent by two: it arrives, hours early. Undone: neither."""
    senders = {name: f"{name}@dept.example" for name in ("no", "no-undone", "early", "early-undone")}
    held = {name: office.leak(each, ("carol@dept.example",)) for name, each in senders.items()}
    first, second = desk_of(CHRIS), desk_of(PAT)
    for name in ("early", "early-undone"):
        first.goto(f"/items/{held[name]}")
        decide(first, "send", "public")
        assert "second person" in told(first)
        second.goto(f"/items/{held[name]}")
        assert "cleared@dept.example would send 1 copy early" in second.locator("#state").inner_text()
        decide(second, "send", "public")
        assert "leaves in ten seconds" in told(second)
        if "undone" in name:
            second.get_by_role("button", name="Undo").click()
            assert "held as before" in told(second)
    for name in ("no", "no-undone"):
        first.goto(f"/items/{held[name]}")
        decide(first, "reject", "results")
        assert "told in ten seconds" in told(first)
        if "undone" in name:
            first.get_by_role("button", name="Undo").click()
            assert "held as before" in told(first)

    def refusals(name: str) -> list[Arrival]:
        return office.mailbox.notices(senders[name], "reject")

    assert not refusals("no")
    assert not office.mailbox.mail("carol@dept.example", senders["early"])
    until(lambda: refusals("no") and office.mailbox.mail("carol@dept.example", senders["early"]), 25)
    arrived = office.mailbox.mail("carol@dept.example", senders["early"])[0]
    assert LEAK.strip().encode() in arrived.content
    first.wait_for_timeout(1_000)
    assert not refusals("no-undone")
    assert not office.mailbox.mail("carol@dept.example", senders["early-undone"])
    assert "Not looked at" in needs(first, f"/items/{held['no-undone']}")


def test_nobody_is_their_own_second_person(desk_of, office):
    held = office.leak("one-person@dept.example")
    page = desk_of(CHRIS, f"/items/{held}")

    for _ in range(2):
        decide(page, "send", "public")
        assert "second person" in told(page)
        page.goto(f"/items/{held}")


def test_nobody_decides_about_what_they_sent(desk_of, office):
    held = office.send(PAT, ("newsdesk-two@paper.example",), mail(PAT, "Figures", LEAK))
    page = desk_of(PAT, f"/items/{held}")

    assert "somebody else decides" in page.locator("aside").inner_text()
    assert page.get_by_role("button", name="Record decision").count() == 0


def test_of_two_who_decide_about_the_same_message_one_does_and_the_other_is_told(desk_of, office):
    held = office.leak("same-one@dept.example")
    first, second = desk_of(CHRIS, f"/items/{held}"), desk_of(PAT, f"/items/{held}")
    second.get_by_role("button", name="Pause updates").click()

    decide(first, "keep")
    decide(second, "reject", "results")

    second.wait_for_url(re.compile(f"items/{held}.told=stale"))
    assert "Somebody else decided a moment ago" in told(second)
    story = second.locator("#timeline").inner_text()
    assert "cleared@dept.example" in story
    assert "reject" not in story.lower()


def test_while_one_looks_what_another_decides_is_shown(desk_of, office):
    held = office.leak("looked-at@dept.example")
    first, second = desk_of(CHRIS, f"/items/{held}"), desk_of(PAT, f"/items/{held}")

    decide(first, "keep")

    second.get_by_text("Left to the lift by cleared@dept.example").wait_for()
    assert "cleared@dept.example" in second.locator("#timeline").inner_text()
    decide(second, "reject", "results")  # having seen it
    assert "told in ten seconds" in told(second)


def test_escalate_ask_note_and_false_alarm(desk_of, office):
    sender = "acts@dept.example"
    held = office.leak(sender)
    page = desk_of(CHRIS, f"/items/{held}")

    def act(summary: str, button: str, words: str = "") -> None:
        page.goto(f"/items/{held}")
        page.locator("aside summary", has_text=summary).click()
        box = page.locator("aside details[open]")
        if words:
            box.locator("textarea").fill(words)
        box.get_by_role("button", name=button).click()

    act("Ask the sender", "Ask")
    assert "was asked" in told(page)
    until(lambda: office.mailbox.notices(sender, "every one of these recipients"))
    act("Note", "Write down", "Telephoned the press office")
    assert "recorded" in told(page)
    assert "Telephoned the press office" in page.locator("#timeline").inner_text()
    act("False alarm", "Mark as false alarm", "About last month")
    assert "false alarm" in told(page)
    act("Escalate", "Escalate", "Not mine to say")
    assert "Escalated" in told(page)
    state = needs(page, f"/items/{held}")
    assert "Escalated by cleared@dept.example" in state
    assert "The sender was asked by cleared@dept.example" in state
    assert page.goto("/held") and page.locator("[data-item]").first.locator("h3").inner_text().startswith(sender)


@pytest.mark.parametrize("act", ["keep", "reject"])
def test_without_scripts_a_message_is_found_decided_and_undone(desk_of, office, act):
    sender = f"no-scripts-{act}@dept.example"
    office.leak(sender)
    page = desk_of(CHRIS, f"/held?q={sender}", scripts=False)
    page.get_by_role("link", name=f"{sender} to").click()
    page.locator("mark").first.wait_for()

    decide(page, act)
    assert "Recorded" in told(page) or "Rejected" in told(page)
    page.get_by_role("button", name="Undo").click()

    assert "held as before" in told(page)
    assert "Not looked at" in page.locator("#state").inner_text()


def test_what_no_page_of_ours_sent_decides_nothing(desk_of, office):
    held = office.leak("forged@dept.example")
    page = desk_of(CHRIS, f"/items/{held}")

    answer = page.request.post(f"/items/{held}/decide", form={"act": "keep", "why": "looked"})

    assert answer.status == 403

"""Canvases and lists are read as their readers read them, and taken out; what Slack does not give is a gap."""

from __future__ import annotations

import pytest

from leakguard.channels.slack.api import Fetched
from leakguard.channels.slack.documents import MOST_PAGES, Document, document_of
from tests.fakes.slack.state import Json
from tests.stories import story
from tests.unit.slack.office import CannedSlack, Office
from tests.unit.slack.payloads import posted
from tests.unit.slack.workspace import watched

READ = ("canvases:read", "lists:read")


def cell(text: str) -> Json:
    return {"key": "name", "column_id": "Col1", "value": text, "text": text}


@story
async def test_a_leak_in_a_canvas_takes_the_message_and_the_canvas_out():
    async with watched(scopes=READ) as at:
        message = await at.joe.write_canvas(at.channel, "minutes", "<h1>Tea</h1><p>L<b>MS</b> rose</p>")
        await at.settled()

        assert at.joe.reads(at.channel) == []
        assert at.slack.calls("files.delete") == [{"file": message.files[0].id}]


@story
async def test_an_innocent_canvas_is_left_alone_until_an_edit_makes_it_a_leak():
    async with watched(scopes=READ) as at:
        message = await at.joe.write_canvas(at.channel, "minutes", "<p>tea</p>")
        await at.settled()
        innocent = at.joe.reads(at.channel)
        await at.joe.change_file(message.files[0], b"<p>LMS</p>")  # no other length, and within the same second
        await at.settled()

        assert innocent == [""]
        assert at.slack.calls("files.delete") == [{"file": message.files[0].id}]
        assert await at.told("PostNotRemovable") == []


@story
async def test_without_the_right_to_read_canvases_a_canvas_is_a_gap_and_not_clean():
    async with watched() as at:
        message = await at.joe.write_canvas(at.channel, "minutes", "<p>LMS rose</p>")
        await at.settled()

        fetching = await at.office.handler.files.fetch([{"id": message.files[0].id, "mode": "quip"}])
        flagged = await at.told("Flagged")
        assert not fetching.is_whole
        assert {code for each in flagged for code in each["codes"]} == {"part_not_read"}


@story
async def test_a_leak_on_the_last_page_of_a_list_is_found():
    async with watched(scopes=READ) as at:
        rows = [[cell("tea"), {"key": "cups", "number": [4]}] for _ in range(230)]
        await at.joe.write_list(at.channel, "shopping", [*rows, [cell("LMS"), {"key": "rate", "number": [4.1]}]])
        await at.settled()

        assert at.joe.reads(at.channel) == []
        assert [each.get("cursor") for each in at.slack.calls("slackLists.items.list")].count("200") >= 1


@story
async def test_the_cells_of_a_row_are_read_on_one_line():
    row = {
        "fields": [cell("Unemployment rate"), {"key": "rate", "number": [4.1]}, {"key": "due", "date": ["2031-03-18"]}]
    }
    page = {"list": {"title": "figures"}, "items": [{"id": "Rec1", "date_created": 1931592520, **row}]}
    files = Office(CannedSlack(answers={"slackLists.items.list": page})).handler.files

    [file] = (await files.fetch([{"id": "F1", "mode": "list", "url_private": "https://files.slack.com/F1"}])).files

    assert file.content == b"figures\nUnemployment rate\t4.1\t2031-03-18"


@story
async def test_a_list_without_end_is_a_gap():
    endless = {"items": [{"fields": [cell("tea")]}], "response_metadata": {"next_cursor": "more"}}
    office = Office(CannedSlack(answers={"slackLists.items.list": endless}))

    fetching = await office.handler.files.fetch([{"id": "F1", "mode": "list", "url_private": "x"}])

    assert not fetching.is_whole
    assert len(office.slack.asked("slackLists.items.list")) == MOST_PAGES


@pytest.mark.parametrize(
    ("told", "kind"),
    [
        ({"mode": "quip"}, Document.CANVAS),
        ({"mode": "canvas"}, Document.CANVAS),
        ({"filetype": "quip"}, Document.CANVAS),
        ({"mimetype": "application/vnd.slack-docs"}, Document.CANVAS),
        ({"mode": "list"}, Document.LIST),
        ({"mimetype": "application/vnd.slack-list"}, Document.LIST),
        ({"mode": "hosted", "filetype": "pdf"}, None),
        ({"mode": "snippet", "filetype": "python"}, None),
    ],
)
def test_a_document_is_known_by_any_of_its_marks(told, kind):
    assert document_of(told) is kind


@pytest.mark.parametrize("mode", ["space", "external", "hidden_by_limit"])
def test_what_slack_shows_and_does_not_give_is_a_gap(mode):
    @story
    async def told() -> None:
        url = "https://files.slack.com/F1"
        slack = CannedSlack(files={url: Fetched(b"<p>about it</p>", "text/html")})
        office = Office(slack)
        await office.hear(posted("see this", files=[{"id": "F1", "mode": mode, "url_private": url, "size": None}]))
        [flagged] = await office.told("Flagged")
        assert flagged["codes"] == ["part_not_read"]

    told()


@story
async def test_a_snippet_is_read_as_the_file_that_it_is():
    url = "https://files.slack.com/F1"
    office = Office(CannedSlack(files={url: Fetched(b"LMS rose", "text/plain")}))
    snippet = {"id": "F1", "mode": "snippet", "name": "x.txt", "size": 8, "url_private": url, "preview": "tea"}

    await office.hear(posted("see this", files=[snippet]))

    assert office.slack.asked("files.delete") == [("xoxp-boss", {"file": "F1"})]

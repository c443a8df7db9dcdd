"""Small events as Slack sends them; ids are made up."""

from __future__ import annotations

import copy
from typing import Any

TEAM, CHANNEL, TS = "T0STATS", "C0PRESS", "1931592519.900000"  # 2031-03-18T09:28:39.9Z
JOE, AMY, PRODUCER, CLEARED, BOT = "U0JOE", "U0AMY", "U0PROD", "U0CLEAR", "U0GUARD"


def event(kind: str = "message", **fields: Any) -> dict[str, Any]:
    inner = {"type": kind, "channel": CHANNEL, "user": JOE, "ts": TS, "event_ts": TS, "text": "hello", "team": TEAM}
    return envelope(**(inner | fields))


POSTED = "1931592118.000000"  # two seconds before EARLY, 2031-03-18T09:22:00Z


def posted(text: str = "LMS rose", **fields: Any) -> dict[str, Any]:
    return event(**({"text": text, "ts": POSTED, "event_ts": POSTED} | fields))


def envelope(event_id: str = "Ev1", **inner: Any) -> dict[str, Any]:
    inner = {key: value for key, value in inner.items() if value is not None}
    return {
        "type": "event_callback",
        "team_id": TEAM,
        "api_app_id": "A0GUARD",
        "event_id": event_id,
        "event_time": 1931592519,
        "event": inner,
    }


def changed(text: str, *, before: str = "hello", at: str = "1931592579.000000", **fields: Any) -> dict[str, Any]:
    message = {"type": "message", "user": JOE, "ts": TS, "text": text, "team": TEAM} | fields
    return event(
        subtype="message_changed",
        user=None,
        text=None,
        ts=at,
        event_ts=at,
        message=message,
        previous_message=message | {"text": before},
    )


def deleted(text: str = "hello", **fields: Any) -> dict[str, Any]:
    before = {"type": "message", "user": JOE, "ts": TS, "text": text, "team": TEAM} | fields
    return event(subtype="message_deleted", user=None, text=None, deleted_ts=before["ts"], previous_message=before)


def rich(*runs: dict[str, Any]) -> list[dict[str, Any]]:
    return [
        {
            "type": "rich_text",
            "block_id": "b1",
            "elements": [{"type": "rich_text_section", "elements": list(runs)}],
        }
    ]


def run(text: str, **style: bool) -> dict[str, Any]:
    return {"type": "text", "text": text} | ({"style": style} if style else {})


FULL_MESSAGE: dict[str, Any] = {
    "type": "message",
    "subtype": "bot_message",
    "channel": CHANNEL,
    "ts": TS,
    "bot_id": "B1",
    "username": "words",
    "icons": {"emoji": "words"},
    "text": "words",
    "blocks": [
        *rich(
            run("words"),
            {"type": "link", "url": "https://words.example", "text": "words"},
            {"type": "emoji", "name": "words", "unicode": "1f4c8"},
            {"type": "user", "user_id": "U1"},
            {"type": "date", "timestamp": 1, "fallback": "words"},
            {"type": "something_new", "words": "words"},
        ),
        {
            "type": "rich_text",
            "elements": [
                {
                    "type": "rich_text_list",
                    "style": "bullet",
                    "elements": [{"type": "rich_text_section", "elements": [run("words")]}],
                },
                {"type": "rich_text_quote", "elements": [run("words")]},
                {"type": "rich_text_preformatted", "elements": [run("words")]},
            ],
        },
        {
            "type": "section",
            "text": {"type": "mrkdwn", "text": "words"},
            "fields": [{"type": "plain_text", "text": "words"}],
            "accessory": {
                "type": "button",
                "action_id": "a1",
                "text": {"type": "plain_text", "text": "words"},
                "confirm": {"title": {"type": "plain_text", "text": "words"}},
            },
        },
        {"type": "header", "text": {"type": "plain_text", "text": "words"}},
        {
            "type": "context",
            "elements": [{"type": "image", "image_url": "https://words.example/i", "alt_text": "words"}],
        },
        {"type": "image", "title": {"type": "plain_text", "text": "words"}, "alt_text": "words"},
        {"type": "video", "title": {"type": "plain_text", "text": "words"}, "description": {"text": "words"}},
        {
            "type": "table",
            "rows": [[{"type": "raw_text", "text": "words"}, {"type": "raw_number", "text": "words"}]],
        },
        {"type": "markdown", "text": "words"},
        {"type": "invented_tomorrow", "anything": [{"at": {"any": ["words"]}}]},
    ],
    "attachments": [
        {
            "id": 1,
            "color": "36a64f",
            "fallback": "words",
            "pretext": "words",
            "author_name": "words",
            "title": "words",
            "title_link": "https://words.example/t",
            "text": "words",
            "fields": [{"title": "words", "value": "words", "short": True}],
            "footer": "words",
            "from_url": "https://words.example/u",
            "service_name": "words",
            "message_blocks": [{"message": {"blocks": rich(run("words"))}}],
            "actions": [{"id": "1", "text": "words", "options": [{"text": "words", "value": "words"}]}],
        }
    ],
    "files": [
        {
            "id": "F1",
            "name": "words",
            "title": "words",
            "mimetype": "text/plain",
            "filetype": "text",
            "preview": "words",
            "preview_highlight": "words",
            "alt_txt": "words",
            "headers": {"subject": "words", "from": [{"original": "words"}]},
            "initial_comment": {"id": "Fc1", "comment": "words"},
            "transcription": {"status": "complete", "preview": {"content": "words"}},
            "url_private": "https://files.slack.com/F1",
        }
    ],
}


def full_message() -> dict[str, Any]:
    """Something in every place where people of Slack can write, or see what others wrote."""
    return copy.deepcopy(FULL_MESSAGE)

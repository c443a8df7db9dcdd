"""One of every block, element, card and file that Slack documents, as small as it may be, with its numbers and ids.

From docs.slack.dev/reference/block-kit (also `data_table` and `data_visualization`) and the classes of slack_sdk.
"""

from __future__ import annotations

from typing import Any

Json = dict[str, Any]


def plain(text: str = "words") -> Json:
    return {"type": "plain_text", "text": text, "emoji": True}


def marked(text: str = "words") -> Json:
    return {"type": "mrkdwn", "text": text, "verbatim": False}


def option(**more: Any) -> Json:
    return {"text": plain(), "value": "words", "description": plain(), **more}


def picture() -> Json:
    return {"type": "image", "image_url": "https://pictures.example/words.png", "alt_text": "words"}


def button(**more: Any) -> Json:
    return {"type": "button", "action_id": "A1", "text": plain(), "value": "words", "style": "primary", **more}


CONFIRM = {"title": plain(), "text": marked(), "confirm": plain(), "deny": plain(), "style": "danger"}
RUNS: list[Json] = [
    {"type": "text", "text": "words", "style": {"bold": True}},
    {"type": "link", "url": "https://words.example/words", "text": "words", "style": {"italic": True}},
    {"type": "link", "url": "https://words.example/words"},
    {"type": "emoji", "name": "words", "unicode": "1f4c8", "skin_tone": 2},
    {"type": "user", "user_id": "U1"},
    {"type": "usergroup", "usergroup_id": "S1"},
    {"type": "team", "team_id": "T1"},
    {"type": "channel", "channel_id": "C1"},
    {"type": "broadcast", "range": "here"},
    {"type": "color", "value": "#1d3557"},
    {
        "type": "date",
        "timestamp": 1931592520,
        "format": "words {date}",
        "url": "https://words.example",
        "fallback": "words",
    },
]
RICH: list[Json] = [
    {"type": "rich_text_section", "elements": RUNS},
    {
        "type": "rich_text_list",
        "style": "ordered",
        "indent": 1,
        "offset": 2,
        "border": 0,
        "elements": [{"type": "rich_text_section", "elements": RUNS}],
    },
    {"type": "rich_text_quote", "border": 1, "elements": RUNS},
    {"type": "rich_text_preformatted", "border": 0, "language": "python", "elements": RUNS},
]
SELECTS: list[Json] = [
    {
        "type": f"{many}{kind}_select",
        "action_id": "A1",
        "placeholder": plain(),
        "options": [option()],
        "option_groups": [{"label": plain(), "options": [option()]}],
        "initial_option": option(),
        "confirm": CONFIRM,
        "min_query_length": 3,
        "max_selected_items": 2,
    }
    for many in ("", "multi_")
    for kind in ("static", "external", "users", "conversations", "channels")
]
ELEMENTS: list[Json] = [
    button(confirm=CONFIRM, url="https://words.example", accessibility_label="words"),
    {"type": "workflow_button", "text": plain(), "workflow": {"trigger": {"url": "https://words.example"}}},
    {"type": "checkboxes", "action_id": "A1", "options": [option()], "initial_options": [option()], "confirm": CONFIRM},
    {"type": "radio_buttons", "action_id": "A1", "options": [option()], "initial_option": option()},
    {"type": "overflow", "action_id": "A1", "options": [option(url="https://words.example")], "confirm": CONFIRM},
    {"type": "datepicker", "action_id": "A1", "initial_date": "2031-03-18", "placeholder": plain()},
    {
        "type": "timepicker",
        "action_id": "A1",
        "initial_time": "09:30",
        "timezone": "Europe/London",
        "placeholder": plain(),
    },
    {"type": "datetimepicker", "action_id": "A1", "initial_date_time": 1931592520},
    {"type": "plain_text_input", "action_id": "A1", "initial_value": "words", "placeholder": plain(), "max_length": 40},
    {"type": "email_text_input", "action_id": "A1", "initial_value": "words@x.example", "placeholder": plain()},
    {"type": "url_text_input", "action_id": "A1", "initial_value": "https://words.example", "placeholder": plain()},
    {"type": "number_input", "action_id": "A1", "initial_value": "words", "min_value": "words", "placeholder": plain()},
    {"type": "rich_text_input", "action_id": "A1", "initial_value": {"type": "rich_text", "elements": RICH}},
    {"type": "file_input", "action_id": "A1", "filetypes": ["words"], "max_files": 2},
    picture(),
    *SELECTS,
]
TASK: Json = {
    "type": "task_card",
    "block_id": "b1",
    "task_id": "T1",
    "title": "words",
    "status": "in_progress",
    "details": {"type": "rich_text", "elements": RICH},
    "output": {"type": "rich_text", "elements": RICH},
    "sources": [{"type": "url", "url": "https://words.example", "text": "words"}],
}
CARD: Json = {
    "type": "card",
    "hero_image": picture(),
    "icon": picture(),
    "title": marked(),
    "subtitle": marked(),
    "body": marked(),
    "actions": [button()],
}
CELLS: list[Json] = [
    {"type": "raw_text", "text": "words"},
    {"type": "raw_number", "value": 4.137, "text": "words"},
    {"type": "rich_text", "elements": RICH},
]
BLOCKS: list[Json] = [
    {"type": "rich_text", "block_id": "b1", "elements": RICH},
    {"type": "section", "block_id": "b1", "text": marked(), "fields": [marked(), plain()], "accessory": button()},
    *({"type": "section", "text": plain(), "accessory": each, "expand": True} for each in ELEMENTS),
    {"type": "divider", "block_id": "b1"},
    {"type": "header", "block_id": "b1", "text": plain()},
    {"type": "context", "block_id": "b1", "elements": [marked(), plain(), picture()]},
    {"type": "image", "block_id": "b1", "title": plain(), "alt_text": "words", "slack_file": {"id": "F1"}},
    {
        "type": "image",
        "image_url": "https://words.example/words.png",
        "title": plain(),
        "image_width": 4,
        "alt_text": "",
    },
    {
        "type": "video",
        "video_url": "https://words.example/v",
        "thumbnail_url": "https://words.example/t.png",
        "alt_text": "words",
        "title": plain(),
        "title_url": "https://words.example",
        "description": plain(),
        "author_name": "words",
        "provider_name": "words",
        "provider_icon_url": "https://words.example/i.png",
    },
    {"type": "file", "external_id": "ABCD1", "source": "remote", "file_id": "F1"},
    {
        "type": "call",
        "call_id": "R1",
        "api_decoration_available": False,
        "call": {
            "v1": {
                "id": "R1",
                "app_id": "A1",
                "name": "words",
                "app_icon_urls": {"image_32": "https://icons.example/i.png"},
                "date_start": 1931592520,
                "active_participants": [{"slack_id": "U1"}, {"external_id": "X1", "display_name": "words"}],
                "display_id": "words and more",
                "join_url": "https://words.example/join",
            }
        },
    },
    {"type": "table", "rows": [CELLS, CELLS], "column_settings": [{"align": "right", "is_wrapped": True}]},
    {"type": "data_table", "caption": "words", "rows": [CELLS, CELLS], "page_size": 5},
    {
        "type": "data_visualization",
        "title": "words",
        "chart": {"type": "pie", "segments": [{"label": "words", "value": 4.137}]},
    },
    {
        "type": "data_visualization",
        "title": "words",
        "chart": {
            "type": "line",
            "series": [{"name": "words", "data": [{"label": "words", "value": 4.137}]}],
            "axis_config": {"categories": ["words"], "x_label": "words", "y_label": "words"},
        },
    },
    {"type": "markdown", "text": "words"},
    {"type": "actions", "block_id": "b1", "elements": ELEMENTS},
    {
        "type": "context_actions",
        "elements": [
            {
                "type": "feedback_buttons",
                "action_id": "A1",
                "positive_button": {"text": plain(), "value": "words", "accessibility_label": "words"},
                "negative_button": {"text": plain(), "value": "words", "accessibility_label": "words"},
            },
            {"type": "icon_button", "icon": "trash", "text": plain(), "action_id": "A1", "visible_to_user_ids": ["U1"]},
        ],
    },
    *(
        {
            "type": "input",
            "label": plain(),
            "hint": plain(),
            "element": each,
            "optional": True,
            "dispatch_action": False,
        }
        for each in ELEMENTS
    ),
    TASK,
    {"type": "plan", "title": "words", "tasks": [TASK]},
    {"type": "alert", "text": marked(), "level": "warning"},
    CARD,
    {"type": "carousel", "elements": [CARD]},
    {
        "type": "container",
        "title": plain(),
        "rich_text_title": {"type": "rich_text", "elements": RICH},
        "subtitle": plain(),
        "child_blocks": [{"type": "section", "text": marked()}],
        "width": "standard",
        "icon": picture(),
    },
    {"type": "share_shortcut", "function_trigger_id": "Ft1", "app_id": "A1", "title": "words"},
    {"type": "invented_tomorrow", "anything": [{"at": {"any": ["words", 4.137]}}]},
]
ATTACHMENTS: list[Json] = [
    {
        "id": 1,
        "color": "36a64f",
        "fallback": "words",
        "pretext": "words",
        "author_name": "words",
        "author_link": "https://words.example/a",
        "author_icon": "https://icons.example/a.png",
        "author_subname": "words",
        "title": "words",
        "title_link": "https://words.example/t",
        "text": "words",
        "mrkdwn_in": ["text"],
        "fields": [{"title": "words", "value": "words", "short": True}, {"title": "words", "value": 4.137}],
        "image_url": "https://words.example/i.png",
        "image_width": 400,
        "thumb_url": "https://icons.example/t.png",
        "footer": "words",
        "footer_icon": "https://icons.example/f.png",
        "ts": 1931592520,
        "actions": [
            {"id": "1", "type": "button", "text": "words", "name": "words", "value": "words", "options": [option()]}
        ],
    },
    {
        "from_url": "https://words.example/from",
        "original_url": "https://words.example/original",
        "service_name": "words",
        "service_icon": "https://icons.example/s.png",
        "video_html": "<iframe title='words'></iframe>",
        "is_app_unfurl": True,
        "app_unfurl_url": "https://words.example/app",
        "bot_id": "B1",
        "app_id": "A1",
        "blocks": [{"type": "section", "text": marked()}],
    },
    {
        "is_msg_unfurl": True,
        "is_share": True,
        "channel_id": "C1",
        "channel_name": "words",
        "author_id": "U1",
        "ts": "1931592520.000100",
        "from_url": "https://x.slack.com/archives/C1/words",
        "text": "words",
        "message_blocks": [
            {"team": "T1", "channel": "C1", "ts": "1.1", "message": {"blocks": [{"type": "header", "text": plain()}]}}
        ],
        "files": [{"id": "F2", "name": "words", "title": "words", "mode": "hosted", "size": 4}],
    },
]
FILES: list[Json] = [
    {
        "id": "F1",
        "created": 1931592520,
        "timestamp": 1931592520,
        "updated": 1931592520,
        "name": "words",
        "title": "words",
        "mimetype": "text/plain",
        "filetype": "text",
        "pretty_type": "words",
        "user": "U1",
        "user_team": "T1",
        "editor": "U1",
        "mode": "snippet",
        "size": 12345,
        "preview": "words",
        "preview_highlight": "<pre>words</pre>",
        "preview_plain_text": "words",
        "plain_text": "words",
        "simplified_html": "<p>words</p>",
        "subject": "words",
        "to": [{"address": "words@x.example", "name": "words", "original": "words"}],
        "headers": {"subject": "words", "date": "words", "in_reply_to": None, "message_id": "<m1@x.example>"},
        "attachments": [{"filename": "words", "size": 4, "mimetype": "text/plain", "url": "https://words.example/a"}],
        "alt_txt": "words",
        "lines": 5,
        "lines_more": 1,
        "original_w": 400,
        "original_h": 300,
        "thumb_64": "https://thumbs.example/64.png",
        "thumb_360_w": 360,
        "duration_ms": 4000,
        "transcription": {"status": "complete", "locale": "en-GB", "preview": {"content": "words", "has_more": True}},
        "initial_comment": {"id": "Fc1", "created": 1, "comment": "words", "user": "U1"},
        "title_blocks": [{"type": "rich_text", "elements": RICH}],
        "list_metadata": {
            "schema": [{"key": "words", "name": "words", "type": "text", "options": {"choices": [{"label": "words"}]}}],
            "views": [{"id": "View1", "name": "words", "columns": [{"id": "Col1", "key": "words", "position": "a"}]}],
        },
        "shares": {"private": {"C1": [{"ts": "1.1", "channel_name": "words", "team_id": "T1", "reply_count": 2}]}},
        "url_private": "https://files.slack.com/files-pri/T1-F1/x.txt",
        "permalink": "https://x.slack.com/files/U1/F1/x.txt",
        "edit_link": "https://x.slack.com/files/U1/F1/x.txt/edit",
    }
]
MESSAGE: Json = {
    "type": "message",
    "subtype": "bot_message",
    "ts": "1931592519.900000",
    "thread_ts": "1931592519.900000",
    "team": "T1",
    "bot_id": "B1",
    "app_id": "A1",
    "client_msg_id": "9f1d-44",
    "username": "words",
    "icons": {"emoji": ":words:", "image_48": "https://icons.example/48.png"},
    "text": "words <https://words.example/words|words> <!date^1^words|words> <@U1|words>",
    "topic": "words",
    "purpose": "words",
    "name": "words",
    "old_name": "words",
    "bot_profile": {"id": "B1", "name": "words", "icons": {"image_36": "https://icons.example/36.png"}, "updated": 1},
    "user_profile": {"name": "words", "real_name": "words", "display_name": "words", "avatar_hash": "g1", "team": "T1"},
    "metadata": {"event_type": "words", "event_payload": {"words": "words", "figure": 4.137}},
    "item": {"type": "message", "message": {"text": "words"}},
    "room": {"id": "R1", "name": "words", "participants": ["U1"], "date_start": 1, "topic": "words"},
    "latest_reply": "1931592519.900000",
    "reply_count": 3,
    "reply_users": ["U1"],
    "channel_type": "channel",
    "event_ts": "1931592519.900000",
    "blocks": BLOCKS,
    "attachments": ATTACHMENTS,
    "files": FILES,
}

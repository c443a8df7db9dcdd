"""The settings of the watch: what they become, and what is refused because blindness would go unnoticed."""

from __future__ import annotations

from datetime import timedelta

import pytest
from pydantic import ValidationError

from leakguard.channels.slack.watch import WatchSettings
from leakguard.slack_settings import SlackSlice
from leakguard.workspace import slack_settings


def slice_(path, **more) -> SlackSlice:
    path.write_text("xoxb-0123456789abcdef")
    path.chmod(0o600)
    return SlackSlice(bot_token_file=str(path), app_token_file=str(path), **more)


def test_what_is_not_set_is_a_minute_three_minutes_and_a_day(tmp_path):
    assert slack_settings(slice_(tmp_path / "token")).watch == WatchSettings()


def test_what_is_set_is_what_the_watch_gets(tmp_path):
    given = slice_(
        tmp_path / "token",
        canary_channel="C0CANARY",
        canary_seconds=20,
        blind_after_seconds=60,
        look_back_days=3,
        join_public=True,
    )

    assert slack_settings(given).watch == WatchSettings(
        canary_channel="C0CANARY", every=20, blind_after=60, look_back=timedelta(days=3), joins_public=True
    )


@pytest.mark.parametrize(
    "wrong",
    [
        {"canary_channel": "canary"},
        {"canary_seconds": 5},
        {"canary_seconds": 120},  # half of 180 is 90
        {"blind_after_seconds": 301},
        {"look_back_days": 0},
        {"look_back_days": 31},
    ],
    ids=str,
)
def test_what_would_leave_blindness_unnoticed_is_refused(wrong, tmp_path):
    with pytest.raises(ValidationError):
        slice_(tmp_path / "token", **wrong)

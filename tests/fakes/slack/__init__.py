"""A Slack workspace in this process, which enforces Slack's rules: README.md."""

from tests.fakes.slack.fake import FakeSlack
from tests.fakes.slack.person import Person

__all__ = ["FakeSlack", "Person"]

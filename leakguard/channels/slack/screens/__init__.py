"""What people see in Slack: a check as they type, the app's home, a report, lists, and a post for after a release."""

from leakguard.channels.slack.screens.screens import Parts, Screens

__all__ = ["Parts", "Screens"]

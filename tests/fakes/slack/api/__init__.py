"""Slack's Web API: who may call what, how often, and what it answers."""

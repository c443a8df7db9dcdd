"""The Slack door: what was posted is kept, read, decided and, where it must be, taken out again."""

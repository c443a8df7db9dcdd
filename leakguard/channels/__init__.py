"""The doors: each translates between a protocol and the use cases, and decides nothing itself."""

"""Keeps held messages, the audit and the outbox: whatever a call takes is on the disk when it returns."""

"""The words of LeakGuard as frozen records: no I/O, no clock, no framework."""

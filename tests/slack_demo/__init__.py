"""The Slack flow on one machine: the real relay before a Slack of this process only. `make demo ARGS=--slack`."""

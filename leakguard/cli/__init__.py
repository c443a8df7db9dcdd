"""The operator's hands: `leakguard COMMAND`. Translates a command line to use cases and back; decides nothing."""

from leakguard.cli.main import build_parser, main

__all__ = ["build_parser", "main"]

"""`leakguard demo`: the main job in a minute, on this machine."""

from __future__ import annotations

import argparse
import asyncio

from leakguard import demo
from leakguard.cli.shared import Subcommands


def add_to(commands: Subcommands) -> None:
    parser = commands.add_parser("demo", help="see messages held and sent at their lift, on this machine")
    parser.add_argument("--port", type=int, default=2525, help="port of the relay on 127.0.0.1")
    parser.add_argument("--web-port", type=int, default=8080, help="port of the review pages on 127.0.0.1")
    parser.add_argument("--seconds", type=int, default=60, help="from start to the lift")
    parser.add_argument("--once", action="store_true", help="end after the lift; exit 0 when all went as promised")
    parser.set_defaults(run=run)


def run(chosen: argparse.Namespace) -> int:
    return asyncio.run(
        demo.run(port=chosen.port, web_port=chosen.web_port, seconds=chosen.seconds, stays=not chosen.once)
    )

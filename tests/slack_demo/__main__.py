"""The command line of the Slack demo."""

from __future__ import annotations

import argparse
import asyncio
import contextlib
import sys

from tests.slack_demo.show import run


def main() -> int:
    parser = argparse.ArgumentParser(
        prog="make demo ARGS=--slack", description="see posts taken out of Slack and posted at their lift"
    )
    parser.add_argument("--slack", action="store_true", help="this demo, rather than the one of mail")
    parser.add_argument("--port", type=int, default=2525, help="port of the relay on 127.0.0.1")
    parser.add_argument("--web-port", type=int, default=8080, help="port of the review pages on 127.0.0.1")
    parser.add_argument("--seconds", type=int, default=60, help="from start to the lift")
    parser.add_argument("--once", action="store_true", help="end after the lift; exit 0 when all went as promised")
    chosen = parser.parse_args()
    with contextlib.suppress(KeyboardInterrupt):
        return asyncio.run(
            run(port=chosen.port, web_port=chosen.web_port, seconds=chosen.seconds, stays=not chosen.once)
        )
    return 0


if __name__ == "__main__":
    sys.exit(main())

"""`leakguard serve` and `leakguard health`: the relay in the foreground, and whether it answers."""

from __future__ import annotations

import argparse
import asyncio
import smtplib

from leakguard import observe, running
from leakguard.cli.shared import Subcommands, add_config
from leakguard.settings import config_path, read_settings


def add_to(commands: Subcommands) -> None:
    serve = commands.add_parser("serve", help="run the relay in the foreground")
    add_config(serve)
    serve.set_defaults(run=run)
    health = commands.add_parser("health", help="exit 0 when every listener answers")
    add_config(health)
    health.set_defaults(run=check_health)


def run(chosen: argparse.Namespace) -> int:
    settings = read_settings(config_path(chosen.config))
    observe.set_up(as_json=settings.log.format == "json", level=settings.log.level)
    try:
        import uvloop
    except ImportError:
        return asyncio.run(running.serve(settings))
    with asyncio.Runner(loop_factory=uvloop.new_event_loop) as runner:
        return runner.run(running.serve(settings))


def check_health(chosen: argparse.Namespace) -> int:
    settings = read_settings(config_path(chosen.config))
    for listener in settings.listeners:
        try:
            with smtplib.SMTP(listener.host, listener.port, local_hostname="health.invalid", timeout=5) as client:
                code, _ = client.ehlo()
        except smtplib.SMTPConnectError as refused:
            code = 250 if refused.smtp_code == 554 else refused.smtp_code  # it answers, and is not for this machine
        except (OSError, smtplib.SMTPException) as problem:
            print(f"{listener.host}:{listener.port} does not answer: {type(problem).__name__}")
            return 1
        if code != 250:
            print(f"{listener.host}:{listener.port} answers {code}")
            return 1
    print("every listener answers")
    return 0

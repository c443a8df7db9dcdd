"""Runs the demo: starts the relay, lets people send, counts down to the lift, and stays for one's own mail."""

from __future__ import annotations

import asyncio
import smtplib
import tempfile
from datetime import datetime, timedelta
from pathlib import Path

from leakguard import observe
from leakguard.app import App
from leakguard.clock import GuardedClock
from leakguard.demo.relay import opened
from leakguard.demo.stage import Mailbox, Stage, shown
from leakguard.demo.world import CROWD, JOURNALIST, Post, lay_out, posts
from leakguard.model.held import State
from leakguard.model.time_text import full_time

_PASTE = """\
python3 -c "import smtplib; print(smtplib.SMTP('127.0.0.1', {port}).sendmail('you@dept.example', \
['friend@paper.example'], 'Subject: hello\\r\\n\\r\\nInflation is up again!\\r\\n') or 'accepted')\""""


async def run(*, port: int, web_port: int, seconds: int, stays: bool) -> int:
    """The whole show. seconds: from now to the lift. stays: keep running afterwards. 0 when all went as promised."""
    clock = GuardedClock()
    stage = Stage(clock)
    stage.say("LeakGuard demo: the relay starts (this takes a few seconds) ...")
    observe.set_up(as_json=False, level="warning")
    mailbox = Mailbox(stage)
    server, next_hop_port = await mailbox.listen()
    lift_at = (clock.now() + timedelta(seconds=seconds)).replace(microsecond=0)
    try:
        with tempfile.TemporaryDirectory(prefix="leakguard-demo-") as folder:
            config = lay_out(Path(folder), lift_at, port, next_hop_port, web_port)
            async with opened(config, clock, stage, web_port) as built:
                good = await _show(built, stage, mailbox, lift_at, port)
                if stays:
                    await _stay(stage, port)
    except asyncio.CancelledError:
        stage.say("the demo ends")
        good = True
    finally:
        server.close()
    return 0 if good else 1


async def _show(built: App, stage: Stage, mailbox: Mailbox, lift_at: datetime, port: int) -> bool:
    zone = built.current.book.releases[next(iter(built.current.book.releases))].zone
    stage.say(f"relay on 127.0.0.1:{port}; UK Labour Market (demo) is not public until {full_time(lift_at, zone)}.")
    stage.say("producer@stats.example may have it, cleared@dept.example too, nobody else.\n")
    for post in posts():
        await _send(built, stage, post, port)
    while (left := (lift_at - stage.clock.now()).total_seconds()) > 0:
        stage.count(int(left))
        await asyncio.sleep(min(1.0, left))
    stage.say("the release is public: what was held only for it goes by itself", "lift")
    expected = len(CROWD) + 1
    for _ in range(100):
        if _after(mailbox, lift_at) >= expected:
            break
        await asyncio.sleep(0.1)
    return _verdict(stage, mailbox, lift_at, expected)


async def _send(built: App, stage: Stage, post: Post, port: int) -> None:
    stage.say(f"{post.story}: from {post.mail_from} to {shown(post.recipients)}", "sends")
    reply = await asyncio.to_thread(_submit, post, port)
    stage.say(f"        the relay answers: {reply}")
    for held in await built.store.listing():
        copies = held.in_state(State.HELD)
        if held.mail_from == post.mail_from and copies:
            names = shown(tuple(each.recipient.address for each in copies))
            codes = ", ".join(dict.fromkeys(reason.code.value.replace("_", " ") for reason in copies[0].reasons))
            stage.say(f"from {names}, because: {codes}", "held")
    stage.say()


def _submit(post: Post, port: int) -> str:
    """Through real SMTP, as any client would."""
    with smtplib.SMTP("127.0.0.1", port, timeout=60) as client:
        client.ehlo_or_helo_if_needed()
        client.mail(post.mail_from)
        for recipient in post.recipients:
            client.rcpt(recipient)
        code, text = client.data(post.content)
    return f"{code} {text.decode(errors='replace')}"


def _after(mailbox: Mailbox, lift_at: datetime) -> int:
    return sum(len(recipients) for at, sender, recipients in mailbox.arrived if sender and at >= lift_at)


def _verdict(stage: Stage, mailbox: Mailbox, lift_at: datetime, expected: int) -> bool:
    """Look at what the next hop saw: nobody without access before the lift, everybody after it."""
    closed = {*CROWD, JOURNALIST}
    early = [each for at, sender, to in mailbox.arrived if sender and at < lift_at for each in to if each in closed]
    arrived = _after(mailbox, lift_at)
    stage.say(f"\n{len(early)} copies early, {arrived} of {expected} held copies delivered at the lift.")
    return not early and arrived == expected


async def _stay(stage: Stage, port: int) -> None:
    stage.say("\nThe relay stays up. Consumer Prices (demo) is still embargoed for two hours; paste this to try it:\n")
    stage.say(f"  {_PASTE.format(port=port)}\n")
    stage.say("Ctrl-C ends the demo.")
    await asyncio.Event().wait()

"""Runs the Slack demo: people post, what must not stand goes, and at the lift what its author wants goes up."""

from __future__ import annotations

import asyncio
import sys
import tempfile
from datetime import datetime, timedelta
from pathlib import Path

from leakguard import observe
from leakguard.app import App
from leakguard.clock import GuardedClock
from leakguard.demo.relay import opened
from leakguard.demo.stage import Mailbox, Stage
from leakguard.demo.world import ZONE, lay_out, write_calendar
from leakguard.model.time_text import full_time
from tests.fakes.slack import FakeSlack
from tests.slack_demo.office import Office, happened
from tests.slack_demo.story import COLOURS, DRAFTS, LONGEST_SECONDS, Story


async def run(*, port: int, web_port: int, seconds: int, stays: bool) -> int:
    """The whole show. seconds: from when all is open to the lift. stays: keep running afterwards. 0 when all went as
    promised.
    """
    clock = GuardedClock()
    stage = Stage(clock, COLOURS)
    stage.say("LeakGuard demo in Slack: a workspace of this process, no account, no network (takes a few seconds) ...")
    observe.set_up(as_json=False, level="error")
    server, next_hop_port = await Mailbox(stage).listen()
    try:
        with tempfile.TemporaryDirectory(prefix="leakguard-demo-") as name:
            async with FakeSlack() as slack:
                slack.use_sockets()
                office, folder = Office(slack), Path(name)
                began = clock.now()
                far = began + timedelta(days=1)
                config = lay_out(folder, far, port, next_hop_port, web_port, office.settings(folder))
                async with opened(config, clock, stage, web_port) as built:
                    spare = clock.now() - began  # reading the calendar again takes no longer than all of that
                    lift_at = await _embargoed(built, folder / "rules", timedelta(seconds=seconds) + spare)
                    return await _show(Story(office, stage, lift_at, pause=min(1.5, seconds / 40)), stays)
    except asyncio.CancelledError:
        stage.say("the demo ends")
        return 0
    finally:
        server.close()


async def _embargoed(built: App, rules: Path, ahead: timedelta) -> datetime:
    """The lift is set when all is open, in the calendar's file: a busy machine tells the whole story before it, too."""
    lift_at = (built.clock.now() + ahead).replace(microsecond=0)
    write_calendar(rules, lift_at)
    built.reload.asked.set()
    book = built.current
    await happened(lambda: lift_at in {each.release_at for each in book.book.releases.values()})
    await happened(lambda: built.slack is not None and built.slack.is_open)
    return lift_at


async def _show(story: Story, stays: bool) -> int:
    stage = story.stage
    stage.say(f"UK Labour Market (demo) is not public until {full_time(story.lift_at, ZONE)}.")
    stage.say("pat (who produces it) and chris may have it; dana, joe and everybody else may not.\n")
    await story.before_the_lift()
    on_time = stage.clock.now() < story.lift_at
    while (left := (story.lift_at - stage.clock.now()).total_seconds()) > 0:
        stage.count(int(left))
        await asyncio.sleep(min(1.0, left))
    await story.lift()
    good = _verdict(story, on_time)
    if stays:
        await _stay(story)
    return 0 if good else 1


def _verdict(story: Story, on_time: bool) -> bool:
    stood = [each for each in story.stood if each is not None]
    gone = len(stood) == len(story.stood) and max(stood) <= LONGEST_SECONDS
    longest = f"{max(stood) * 1000:.0f} ms" if stood else "-"
    say = story.stage.say
    say()
    if not on_time:
        say("The lift came before the story was told: this machine is busy, give it more --seconds.")
    say(
        f"{len(stood)} of {len(story.stood)} posts taken out, the longest after {longest} (at most "
        f"{LONGEST_SECONDS:.0f} s); {story.harmless_left()} of {len(story.harmless)} others stand; "
        f"{len(story.went_up)} of {story.wanted} wanted posts up after the lift, {len(story.early())} before it."
    )
    say(f"{story.checked} of {len(DRAFTS)} drafts were answered in the form; {story.drafts_posted()} of them posted.")
    kept = story.checked == len(DRAFTS) and not story.drafts_posted()
    stands = story.harmless_left() == len(story.harmless)
    return on_time and gone and kept and stands and len(story.went_up) == story.wanted and not story.early()


async def _stay(story: Story) -> None:
    say = story.stage.say
    say("\nThe relay stays up. Consumer Prices (demo) is still embargoed for two hours. Type a line and press Enter:")
    say('dana posts it in #all-staff. Try "Inflation is up again!"; Ctrl-C ends the demo.\n')
    lines: asyncio.Queue[str] = asyncio.Queue()
    loop = asyncio.get_running_loop()
    if sys.stdin.isatty():
        loop.add_reader(sys.stdin.fileno(), lambda: _typed(loop, lines))
    while True:
        await story.posted_by_hand(await lines.get())


def _typed(loop: asyncio.AbstractEventLoop, lines: asyncio.Queue[str]) -> None:
    line = sys.stdin.readline()
    if not line:
        loop.remove_reader(sys.stdin.fileno())
    elif line.strip():
        lines.put_nowait(line.strip())

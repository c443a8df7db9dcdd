"""What the door is told of the settings, and what it shares with the rest of the process."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field

from leakguard.channels.slack.api import FILE_HOSTS, SLACK
from leakguard.channels.slack.authors import Authors, NobodyAgreed
from leakguard.channels.slack.sockets import FEWEST_SOCKETS
from leakguard.channels.slack.watch import WatchSettings
from leakguard.service.checking import Checking
from leakguard.service.current import Current
from leakguard.service.inbox_ports import InboxStore
from leakguard.service.measures import SILENT, Measures
from leakguard.service.notices import Notices
from leakguard.service.ports import Clock, Store
from leakguard.service.posts import Posts
from leakguard.service.scheduling import Scheduling


@dataclass(frozen=True, slots=True, kw_only=True)
class SlackSettings:
    """signing_secret: for events over HTTP; app_token: for those over sockets. Either, or both.

    domains: whose e-mail addresses count as people of the access lists; empty: all that Slack confirmed.
    api: where Slack is, with a slash at its end. file_hosts: where files are, and the bot's token may go.
    """

    bot_token: str = field(repr=False)
    signing_secret: str = field(default="", repr=False)
    app_token: str = field(default="", repr=False)
    enforcer_token: str = field(default="", repr=False)
    discovery_token: str = field(default="", repr=False)
    domains: frozenset[str] = frozenset()
    compliance_channel: str = ""
    sockets: int = FEWEST_SOCKETS
    watch: WatchSettings = WatchSettings()  # noqa: RUF009 - frozen
    api: str = SLACK
    file_hosts: frozenset[str] = FILE_HOSTS


@dataclass(frozen=True, slots=True, kw_only=True)
class Behind:
    """What the door shares with the others of the same process. poke: something was decided; look at once.

    review_url: of the review pages, without a slash at its end, or "". authors: who agreed, by workspace.
    connect: where a person of this user id agrees that their own posts are withdrawn, or "".
    """

    store: Store
    current: Current
    posts: Posts
    notices: Notices
    clock: Clock
    checking: Checking
    scheduling: Scheduling
    connect: Callable[[str], str] = lambda user: ""
    measures: Measures = SILENT
    poke: Callable[[], None] = lambda: None
    review_url: str = ""
    authors: Callable[[str], Authors] = lambda team: NobodyAgreed()

    @property
    def inbox(self) -> InboxStore:
        return self.store.inbox

"""The slices of the settings as the rooms want them, which know no settings file."""

from __future__ import annotations

from leakguard.channels.smtp.terms import BareNewlines, ListenerSettings
from leakguard.delivery.settings import NextHopSettings, TlsMode
from leakguard.model.address import canonical
from leakguard.model.content import Confidence
from leakguard.model.decision import Action
from leakguard.model.message import Direction
from leakguard.policy import Policy
from leakguard.service.notices import NoticeSettings
from leakguard.settings import ListenerSlice, Settings
from leakguard.workers import WorkerSettings

_LOOPBACK = ("127.", "localhost", "[::1]")


def notice_settings(settings: Settings) -> NoticeSettings:
    return NoticeSettings(
        contact=settings.notices.contact,
        reviewers=tuple(settings.notices.reviewers),
        on_call=tuple(settings.notices.on_call),
        review_url=settings.web.origin if settings.web is not None else "",
        own_domains=frozenset(each.lower() for each in settings.notices.own_domains),
    )


def policy(settings: Settings) -> Policy:
    return Policy(actions={each: Action(getattr(settings.policy, each.value)) for each in Confidence})


def worker_settings(settings: Settings) -> WorkerSettings:
    slice_ = settings.inspection
    return WorkerSettings(
        count=slice_.workers,
        seconds=slice_.seconds,
        memory_mib=slice_.memory_mib,
        inline_kib=slice_.inline_kib,
        recycle_after=slice_.recycle_after,
    )


def listener_settings(slice_: ListenerSlice, settings: Settings) -> ListenerSettings:
    return ListenerSettings(
        host=slice_.host,
        port=slice_.port,
        direction=Direction(slice_.direction),
        kept_here=() if slice_.direction == "inbound" else _kept_here(settings),
        hostname=settings.hostname,
        allowed=tuple(slice_.allowed),
        xforward_from=tuple(slice_.xforward_from),
        bare_newlines=BareNewlines(slice_.bare_newlines),
        normalise_from=tuple(slice_.normalise_from),
        max_size=slice_.max_size_mib * 1024 * 1024,
        max_recipients=slice_.max_recipients,
        max_connections=slice_.max_connections,
    )


def _kept_here(settings: Settings) -> tuple[str, ...]:
    return (canonical(settings.check.address),) if settings.check.address else ()


def next_hop_settings(settings: Settings) -> NextHopSettings:
    slice_ = settings.next_hop
    hosts = tuple((host.strip("[]"), int(port)) for host, _, port in (each.rpartition(":") for each in slice_.hosts))
    local = all(each.startswith(_LOOPBACK) for each in slice_.hosts)
    tls = TlsMode(slice_.tls) if slice_.tls else (TlsMode.OFF if local else TlsMode.VERIFY)
    return NextHopSettings(
        hosts=hosts,
        helo=settings.hostname,
        tls=tls,
        tls_ca_file=slice_.tls_ca_file,
        reply_seconds=slice_.reply_seconds,
        max_connections=slice_.max_connections,
    )

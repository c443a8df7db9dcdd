"""Builds the review pages from the settings: the queue, who is at the door, and the server. A page of constructors."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from starlette.routing import BaseRoute

from leakguard import sign_in
from leakguard.service.checking import Checking
from leakguard.service.consents import Consents
from leakguard.service.current import Current
from leakguard.service.measures import Measures
from leakguard.service.notices import Notices
from leakguard.service.ports import Clock, Previewer, Store
from leakguard.service.queue import Queue
from leakguard.settings import WebSlice
from leakguard.web import House, site
from leakguard.web.api import mounted
from leakguard.web.doorkeeper import SessionDoorkeeper
from leakguard.web.server import WebServer, WebSettings


@dataclass(frozen=True, slots=True, kw_only=True)
class Behind:
    """What the pages share with the doors of the same process. poke: something was decided; look at once."""

    store: Store
    current: Current
    clock: Clock
    notices: Notices
    previewer: Previewer
    checking: Checking
    measures: Measures
    poke: Callable[[], None]
    new_id: Callable[[], str]
    own_domains: frozenset[str]
    consents: Consents | None = None


def pages(slice_: WebSlice, behind: Behind, mounts: Sequence[BaseRoute] = ()) -> WebServer:
    """The server, not yet started. mounts: what other doors answer at the same address.

    Raises Refused when a secret cannot be read.
    """
    is_https = slice_.origin.startswith("https://")
    known = sign_in.accounts(slice_.sign_in, behind.store, behind.clock)
    entrances = sign_in.entrances(slice_.sign_in, slice_.origin, behind.clock)
    house = House(
        current=behind.current,
        store=behind.store,
        clock=behind.clock,
        notices=behind.notices,
        previewer=behind.previewer,
        checking=behind.checking,
        measures=behind.measures,
        queue=Queue(store=behind.store, clock=behind.clock),
        doorkeeper=SessionDoorkeeper(accounts=known, entrances=entrances, is_https=is_https),
        accounts=known,
        entrances=entrances,
        origin=slice_.origin,
        organisation=slice_.organisation,
        zone=slice_.zone,
        new_id=behind.new_id,
        own_domains=behind.own_domains,
        poke=behind.poke,
        consents=behind.consents,
    )
    return WebServer(
        site(house, mounts=[mounted(house), *mounts]),
        WebSettings(host=slice_.host, port=slice_.port, cert=slice_.tls_cert or "", key=slice_.tls_key or ""),
    )

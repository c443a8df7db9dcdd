"""In a real browser, no hostile page gets out of its frame: no request, no move of the page around it.

A second server counts whoever comes. A control shows that they do get out of a plain frame, so that this can fail.
"""

from __future__ import annotations

import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

import pytest

from leakguard.model.preview import Frame
from leakguard.preview.sanitise import sanitised
from leakguard.web.pages.frame import document
from tests.chromium import CHROMIUM, launched
from tests.fakes.hostile import LARGE, VECTORS, filled

if not CHROMIUM.exists():  # pragma: no cover
    pytest.skip("!!! NO BROWSER: hostile frames are not tested; scripts/browser brings it", allow_module_level=True)
sync_api = pytest.importorskip("playwright.sync_api")

SANDBOX = '<iframe sandbox="" referrerpolicy="no-referrer" src="/{path}" width="800" height="300"></iframe>'
PLAIN = '<iframe src="/{path}" width="800" height="300"></iframe>'
SETTLE_SECONDS = 1.5
AT_ONCE = 12  # pages, before their moment begins


@dataclass
class Served:
    """A server of pages by path. came: what was asked for, in order."""

    pages: dict[str, tuple[bytes, dict[str, str]]] = field(default_factory=dict)
    came: list[str] = field(default_factory=list)
    address: str = ""


@contextmanager
def serving() -> Iterator[Served]:
    served = Served()

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            served.came.append(self.path)
            body, headers = served.pages.get(self.path.strip("/").partition("?")[0], (b"", {}))
            self.send_response(200)
            for name, value in {"content-type": "text/html; charset=utf-8", **headers}.items():
                self.send_header(name, value)
            self.send_header("content-length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        do_POST = do_HEAD = do_OPTIONS = do_GET  # noqa: N815

        def log_message(self, *_: Any) -> None: ...

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    served.address = f"http://127.0.0.1:{server.server_port}"
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    try:
        yield served
    finally:
        server.shutdown()
        server.server_close()


@pytest.fixture(scope="module")
def browser() -> Iterator[Any]:
    with sync_api.sync_playwright() as playwright:
        started = launched(playwright)
        yield started
        started.close()


@dataclass
class Seen:
    """asked: what came to the other server. moved: frames' pages that moved the page around them."""

    asked: list[str]
    moved: list[str]
    texts: dict[str, str]


def shown(browser: Any, pages: dict[str, tuple[bytes, dict[str, str]]], out: Served, frame: str) -> Seen:
    """Every page in a frame of a page of its own, with a moment to do what it likes, and a click in its middle."""
    moved: list[str] = []
    texts: dict[str, str] = {}
    with serving() as ours:
        for path, page in pages.items():
            ours.pages[path] = page
            ours.pages[f"top-{path}"] = (frame.format(path=path).encode(), {})
        paths = list(pages)
        for first in range(0, len(paths), AT_ONCE):
            context = browser.new_context()  # tabs of one window: a window for each takes three times as long
            opened = [(path, _tab(context, f"{ours.address}/top-{path}")) for path in paths[first : first + AT_ONCE]]
            _look(opened, ours.address, moved, texts)
            context.close()
        return Seen(list(out.came), moved, texts)


def _tab(context: Any, address: str) -> Any:
    tab = context.new_page()
    tab.set_default_timeout(5_000)
    tab.goto(address, wait_until="commit")
    return tab


def _look(opened: list[tuple[str, Any]], address: str, moved: list[str], texts: dict[str, str]) -> None:
    time.sleep(SETTLE_SECONDS)
    for _, tab in opened:
        _click(tab)
    time.sleep(SETTLE_SECONDS / 3)
    for path, tab in opened:
        if tab.url != f"{address}/top-{path}":
            moved.append(path)
        elif len(tab.frames) > 1:
            texts[path] = tab.frames[1].locator("body").inner_text() if tab.frames[1].locator("body").count() else ""


def _click(tab: Any) -> None:
    with suppress(sync_api.Error):  # it may have gone
        tab.mouse.click(60, 40)


def harmless(source: str, out: str) -> tuple[bytes, dict[str, str]]:
    """As the pages serve it: made harmless, and under its policy."""
    html, _ = sanitised(filled(source, out), lambda name: None)
    return _answered(html)


def only_sandboxed(source: str, out: str) -> tuple[bytes, dict[str, str]]:
    """As if the first line of defence had failed altogether."""
    return _answered(filled(source, out))


def _answered(html: str) -> tuple[bytes, dict[str, str]]:
    answer = document(Frame(html=html))
    return bytes(answer.body), {"content-security-policy": answer.headers["content-security-policy"]}


def plain(source: str, out: str) -> tuple[bytes, dict[str, str]]:
    return f"<!doctype html><body>{filled(source, out)}".encode(), {}


def pages_of(make: Any, out: str, names: list[str]) -> dict[str, tuple[bytes, dict[str, str]]]:
    sources = {**VECTORS, "five megabytes": LARGE}
    return {f"p{number}": make(sources[name], f"{out}/{number}") for number, name in enumerate(names)}


@pytest.mark.parametrize("make", [harmless, only_sandboxed], ids=["as served", "by its policy alone"])
def test_no_hostile_page_reaches_anybody_or_moves_the_page_around_it(browser: Any, make: Any) -> None:
    with serving() as out:
        seen = shown(browser, pages_of(make, out.address, list(VECTORS)), out, SANDBOX)

    assert seen.asked == []
    assert seen.moved == []


def test_five_megabytes_in_a_frame_reach_nobody(browser: Any) -> None:
    with serving() as out:
        seen = shown(browser, pages_of(harmless, out.address, ["five megabytes"]), out, SANDBOX)

    assert (seen.asked, seen.moved) == ([], [])
    assert "Employment by region" in seen.texts["p0"]


def test_the_same_pages_do_get_out_of_a_plain_frame(browser: Any) -> None:
    with serving() as out:
        seen = shown(browser, pages_of(plain, out.address, list(VECTORS)), out, PLAIN)

    came = {each.strip("/").partition("/")[0].partition("?")[0] for each in seen.asked}
    assert len(came) > 30
    assert len(seen.moved) >= 3

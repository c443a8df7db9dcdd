"""Files of a post, fetched to be read. What Slack shows instead of a file is not the file: that is a gap.

Without the right to a file Slack answers 200 with its page to sign in, in which nothing would ever be found.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import structlog

from leakguard.channels.slack.api import ApiRefused, ApiUnavailable, Fetched, SlackApi
from leakguard.channels.slack.composing import File
from leakguard.channels.slack.documents import Document, Documents, document_of
from leakguard.channels.slack.limiter import Limiter

log = structlog.get_logger("leakguard.slack")

LARGEST_FILE = 100 * 1024 * 1024
_ELSEWHERE = frozenset({"external", "hidden_by_limit", "space"})


@dataclass(frozen=True, slots=True, kw_only=True)
class Fetching:
    """files: in their order. is_late: something did not come that may come when it is asked for again."""

    files: tuple[File, ...] = ()
    is_late: bool = False

    @property
    def is_whole(self) -> bool:
        return all(each.content is not None for each in self.files)


@dataclass(frozen=True, slots=True, kw_only=True)
class Files:
    api: SlackApi
    limiter: Limiter
    token: str = field(repr=False)
    most: int = LARGEST_FILE

    async def fetch(self, told: Sequence[Mapping[str, Any]]) -> Fetching:
        """told: what events say of them. Never raises for one that cannot be had."""
        files, is_late = [], False
        for each in told:
            try:
                files.append(await self._one(each))
            except ApiUnavailable:
                is_late = True
                files.append(_named(each, None))
        return Fetching(files=tuple(files), is_late=is_late)

    async def info(self, file: str) -> Mapping[str, Any]:
        """Raises ApiRefused, ApiUnavailable."""
        answer = await self.limiter.run(
            "files.info", (), lambda: self.api.call("files.info", self.token, file=file, count="0")
        )
        found = answer.get("file")
        return found if isinstance(found, Mapping) else {}

    async def _one(self, told: Mapping[str, Any]) -> File:
        try:
            if told.get("file_access") == "check_file_info" or not _address(told):
                told = {**told, **await self.info(str(told.get("id", "")))}
            if (kind := document_of(told)) is not None:
                return await self._document(kind, told)
            size = told.get("size")
            if told.get("mode") in _ELSEWHERE or (isinstance(size, int) and size > self.most):
                return _named(told, None)
            url = _address(told)
            most = size if isinstance(size, int) and size > 0 else self.most
            fetched = await self.limiter.run("files", (), lambda: self.api.fetch(url, self.token, most))
        except ApiRefused as refused:
            log.warning("slack.file_not_read", code=refused.code)
            return _named(told, None)
        return _named(told, fetched.content if is_the_file(told, fetched) else None)

    async def _document(self, kind: Document, told: Mapping[str, Any]) -> File:
        documents = Documents(api=self.api, limiter=self.limiter, token=self.token)
        fetched = await documents.fetch(kind, str(told.get("id", "")))
        if fetched is None or len(fetched.content) > self.most:
            return _named(told, None)
        return _named({**told, "mimetype": fetched.kind}, fetched.content)


def links_of(told: Iterable[Mapping[str, Any]]) -> tuple[str, ...]:
    """Ids of those that anybody with a link may open, without being of the workspace."""
    return tuple(str(each.get("id", "")) for each in told if each.get("public_url_shared") is True)


def is_the_file(told: Mapping[str, Any], fetched: Fetched) -> bool:
    """Not a page about it: as long as Slack says, and HTML only where HTML was uploaded."""
    size = told.get("size")
    if isinstance(size, int) and size > 0:
        return len(fetched.content) == size
    return fetched.kind != "text/html"


def _address(told: Mapping[str, Any]) -> str:
    return str(told.get("url_private_download") or told.get("url_private") or "")


def _named(told: Mapping[str, Any], content: bytes | None) -> File:
    name = told.get("name") or told.get("title") or ""
    return File(id=str(told.get("id", "")), name=str(name), kind=str(told.get("mimetype") or ""), content=content)

"""An inspector of the small office that reads messages as mail programs do."""

from __future__ import annotations

from email import message_from_bytes
from email.policy import default

from leakguard.model.content import Verdict
from leakguard.model.message import Channel, Direction
from tests.unit.service.world import WordInspector


class Reader(WordInspector):
    async def inspect(self, content: bytes, direction: Direction, channel: Channel) -> Verdict:
        message = message_from_bytes(content, policy=default)
        parts = [part.get_payload(decode=True) for part in message.walk() if not part.is_multipart()]
        return await super().inspect(b" ".join([str(message["subject"]).encode(), *parts]), direction, channel)

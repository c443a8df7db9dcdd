"""Whatever octets a client sends, it hears well-formed replies, and what was delivered ends its lines properly."""

from __future__ import annotations

import asyncio
import re

import structlog
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.dialogues.server import serving

REPLY = re.compile(rb"(?:[2-5][0-9]{2}[ -][^\r\n]*\r\n)*\Z")
FRAGMENT = st.one_of(
    st.sampled_from(
        [
            b"EHLO client.example\r\n",
            b"MAIL FROM:<a@x.example>\r\n",
            b"MAIL FROM:<> SIZE=9\r\n",
            b"RCPT TO:<b@y.example>\r\n",
            b"RCPT TO:<b@y.example> NOTIFY=NEVER\r\n",
            b"DATA\r\n",
            b".\r\n",
            b"..\r\n",
            b"\r\n.\r\n",
            b"\n.\n",
            b"RSET\r\n",
            b"BDAT 3\r\n",
            b"BDAT 0 LAST\r\n",
            b"BDAT 5 LAST\r\n",
            b"abcde",
            b"\r",
            b"\n",
            b"QUIT",
        ]
    ),
    st.binary(max_size=8),
)


@settings(max_examples=150)
@given(st.lists(FRAGMENT, max_size=30), st.booleans())
def test_any_octets_get_replies_and_no_crash(fragments: list[bytes], in_one_go: bool) -> None:
    with structlog.testing.capture_logs() as lines:
        heard, delivered = asyncio.run(exchange(fragments, in_one_go))

    assert REPLY.match(heard), heard
    assert all(content == b"" or content.endswith(b"\r\n") for content in delivered)
    assert not any(b"\0" in content or b"\n" in content.replace(b"\r\n", b"") for content in delivered)
    assert [line for line in lines if line["event"] in ("smtp.session_failed", "smtp.gate_failed")] == []


async def exchange(fragments: list[bytes], in_one_go: bool) -> tuple[bytes, list[bytes]]:
    async with serving() as house:
        talk = await house.connect()
        for fragment in [b"".join(fragments)] if in_one_go else fragments:
            talk.say(fragment)
            await asyncio.sleep(0)
        talk.close_half()
        heard = await talk.hear_all()
        return heard, [message.content for message in house.gate.messages]

"""What reaches the gate, the next hop and, word for word, the client."""

from __future__ import annotations

from leakguard.model.message import Direction
from leakguard.service.ports import Reply
from tests.dialogues.conftest import Run
from tests.dialogues.server import serving, settings
from tests.fakes.next_hop import RecordingNextHop


def test_a_message_carries_its_envelope_octets_and_one_line_of_ours(run: Run) -> None:
    async def body() -> None:
        async with serving(settings(direction=Direction.INTERNAL)) as house:
            talk = await house.connect()
            await talk.up_to_data()
            talk.say(b"..one\r\n\xff\xfe 8 bit\r\n.\r\n")
            assert (await talk.hear())[-1].startswith("250")

            (message,) = house.gate.messages
            assert message.id == "LG-0001"
            assert message.content == b".one\r\n\xff\xfe 8 bit\r\n"
            assert message.head == (
                b"Received: from client.example ([127.0.0.1])\r\n"
                b"\tby relay.example (LeakGuard) with ESMTP id LG-0001;\r\n"
                b"\tWed, 20 Jan 2016 09:29:59 +0000\r\n"
            )
            assert (message.direction, message.client) == (Direction.INTERNAL, "127.0.0.1")
            assert house.next_hop.taken[0].content == message.content

    run(body())


def test_recipients_that_arrive_together_are_offered_together(run: Run) -> None:
    async def body() -> None:
        async with serving() as house:
            talk = await house.connect()
            await talk.hear()
            await talk.ask("EHLO client.example")
            talk.say(b"MAIL FROM:<a@x.example>\r\n" + b"".join(b"RCPT TO:<r%d@y.example>\r\n" % n for n in range(300)))
            for _ in range(301):
                assert (await talk.hear())[-1].startswith("250")

            assert sum(house.next_hop.batches) == 300
            assert max(house.next_hop.batches) > 100

    run(body())


def test_a_reply_of_many_lines_is_passed_on_whole(run: Run) -> None:
    async def body() -> None:
        reply = Reply(250, (b"250-2.0.0 one", b"250-2.0.0 two \xc3\xbc", b"250 2.0.0 three"))
        async with serving(next_hop=RecordingNextHop(replies={"DATA": reply})) as house:
            talk = await house.connect()
            await talk.up_to_data()
            talk.say(b"x\r\n.\r\n")

            assert await talk.hear() == ["250-2.0.0 one", "250-2.0.0 two ü", "250 2.0.0 three"]

    run(body())

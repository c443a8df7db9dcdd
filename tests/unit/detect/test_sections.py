"""New text, quotation, forwarded message and signature are told apart, whatever wrote the mail; and nothing is lost."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from leakguard.detect.normalise import normalise
from leakguard.detect.sections import divide
from leakguard.model.content import Role, Section, Span
from tests.builders import body
from tests.cost import assert_linear

CUES = (
    "\n> ", ">", "\n", "\n\n", "-- \n", "On 3 May 2031, Jo <jo@x.example> wrote:", "From: Jo\nSent: 3 May\nTo: Al\n",
    "-----Original Message-----\n", "Begin forwarded message:\n", "Kind regards\n", "Sent from my iPhone", "word. ",
    "Wrongful release includes indications such as 'favourable' or 'unfavourable'. ", "this email is confidential. ",
    "\u00ad", "\u200b", "ﬁ", "4.1%", "\x1e", "\u2028", " wrote:",
)  # fmt: skip
TEXTS = st.lists(st.sampled_from(CUES) | st.text(max_size=8), max_size=12).map("".join)
JO = "Jo <jo@x.example>"
QUOTE = "---------- Forwarded message ---------"
OUTLOOK = "From: Jo Day <jo@x.example>\nSent: 03 May 2031 10:00\nTo: Al Green\nSubject: Figures\n\n"


def labels(text: str, forwards: bool = False, **changes: object) -> list[tuple[str, str]]:
    """What each section says, without its white space, and its label."""
    span = body(text, **changes)
    division = divide(span, normalise(text), forwards)
    ends = (*division.starts[1:], len(text))
    pieces = zip(division.starts, ends, division.labels, strict=True)
    return [(text[start:end].strip(), label.value) for start, end, label in pieces if text[start:end].strip()]


def label_of(words: str, text: str, forwards: bool = False) -> str:
    return next(label for said, label in labels(text, forwards) if words in said)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        pytest.param("rose", "new", id="alone"),
        pytest.param("I agree.\n\n> It rose\n> again\n", "quoted", id="reply signs"),
        pytest.param(f"On Tue, 3 May 2031 at 10:00, {JO} wrote:\n\n> It rose\n", "quoted", id="Gmail, below"),
        pytest.param(
            "Fine.\n\nOn Tue, 3 May 2031 at 10:00, Jo Day <\njo@x.example> wrote:\n\n> It rose", "quoted", id="Gmail"
        ),
        pytest.param(f"Fine.\n\nOn 3 May 2031, at 10:00, {JO} wrote:\n\nIt rose\n", "quoted", id="Apple"),
        pytest.param("Fine.\n\nOn 03/05/2031 10:00, Jo Day wrote:\nIt rose", "quoted", id="Thunderbird without signs"),
        pytest.param(f"Fine.\n\n2031-05-03 10:00 GMT+00:00 {JO} wrote:\nIt rose", "quoted", id="ISO date"),
        pytest.param("Fine.\n\nJo Day <jo@x.example> wrote:\nIt rose", "quoted", id="name and address"),
        pytest.param("Iawn.\n\nAr 3 Mai 2031 am 10:00, ysgrifennodd Jo:\nIt rose", "quoted", id="Welsh"),
        pytest.param(f"Fine.\n\n{OUTLOOK}It rose", "quoted", id="Outlook"),
        pytest.param(f"Fine.\n\n{'_' * 32}\n{OUTLOOK}It rose", "quoted", id="Outlook on the web"),
        pytest.param("Fine.\n\n*From:* Jo\n*Sent:* 3 May\n*To:* Al\n\nIt rose", "quoted", id="Outlook, bold as stars"),
        pytest.param(
            "Iawn\n\nOddi wrth: Jo\nAnfonwyd: 3 Mai\nAt: Al\nPwnc: x\n\nIt rose", "quoted", id="Outlook, Welsh"
        ),
        pytest.param("Fine.\n\n-----Original Message-----\nFrom: Jo\n\nIt rose", "quoted", id="old Outlook"),
        pytest.param("Fine.\n\n-------- Original message --------\nIt rose", "quoted", id="Samsung"),
        pytest.param("Fine\n\n-----Jo Day/ONS@ONS wrote: -----\nTo: Al\n\nIt rose", "quoted", id="Notes"),
        pytest.param(
            f"See below\n\n{QUOTE}\nFrom: Jo\nDate: 3 May\nTo: Al\n\nIt rose", "forwarded", id="Gmail forward"
        ),
        pytest.param(
            "FYI\n\nBegin forwarded message:\n\n> From: Jo\n> Date: 3 May\n> \n> It rose", "forwarded", id="Apple fwd"
        ),
        pytest.param(
            "FYI\n\n-------- Forwarded Message --------\nSubject: x\n\nIt rose", "forwarded", id="Thunderbird fwd"
        ),
        pytest.param("----- Forwarded by Jo Day/ONS on 03/05/2031 10:00 -----\n\nIt rose", "forwarded", id="Notes fwd"),
        pytest.param(f"{OUTLOOK}It rose", "forwarded", id="nothing new above it"),
        pytest.param(f"Fine.\n\n{OUTLOOK}Look\n\n{QUOTE}\nFrom: Jo\n\nIt rose", "forwarded", id="fwd in thread"),
        pytest.param(f"FYI\n\n{QUOTE}\nFrom: Jo\n\nLook\n\n{OUTLOOK}It rose", "forwarded", id="thread in fwd"),
        pytest.param("> Are you well?\n\nIt rose\n\n> And Al?\n\nHe is.", "new", id="inline reply"),
        pytest.param(f"On 3 May {JO} wrote:\n> Are you well?\n\nIt rose", "new", id="bottom posting"),
        pytest.param("Fine.\n-- \nJo Day\nIt rose Ltd", "signature", id="signature sign"),
        pytest.param("Fine.\n\nKind regards,\nJo Day\nIt rose Ltd | London", "signature", id="farewell"),
        pytest.param("Many thanks\nJo\n\n\nP.S. It rose.", "new", id="a sentence below a farewell"),
        pytest.param("Thanks for the paper. It rose.", "new", id="thanks at the beginning of a sentence"),
        pytest.param("Am 03.05.2031 um 10:00 schrieb Jo Day:\nIt rose", "new", id="German is not known"),
        pytest.param("As Orwell wrote:\nIt rose", "new", id="a book"),
        pytest.param("From: the top\nIt rose", "new", id="From: alone"),
        pytest.param("To: Al\nFrom: London\nIt rose", "new", id="From: and nothing behind it"),
        pytest.param("The original message - It rose", "new", id="talk of an original message"),
    ],
)
def test_a_reader_would_say_the_same(text: str, expected: str) -> None:
    assert label_of("It rose" if "It rose" in text else "rose", text) == expected


@pytest.mark.parametrize("line", ["Sent from my iPhone", "Sent from Outlook for iOS", "Get Outlook for Android"])
def test_the_line_of_a_phone_is_a_signature(line: str) -> None:
    assert labels(f"It rose\n\n{line}\n\nand fell") == [("It rose", "new"), (line, "signature"), ("and fell", "new")]


def test_what_stands_below_in_a_forwarded_mail_is_forwarded() -> None:
    assert label_of("It rose", f"Fine.\n\n{OUTLOOK}It rose", forwards=True) == "forwarded"


def test_markup_shows_a_quotation() -> None:
    text = "Fine.\n\nOn 3 May 2031 Jo wrote:\n\nIt rose\n\nI doubt it."
    start = text.index("It rose")

    shown = labels(text, quoted=((start, start + 7),))

    assert [label for _, label in shown] == ["new", "quoted", "new"]
    assert shown[1][0].startswith("On 3 May")


@pytest.mark.parametrize("role", [Role.SUBJECT, Role.NAME])
def test_a_subject_is_not_divided(role: Role) -> None:
    assert labels("> -- \nOn 3 May 2031 Jo wrote: this email is confidential", role=role)[0][1] == "new"


@given(TEXTS, st.booleans())
def test_sections_cover_any_text_once_and_in_order(text: str, forwards: bool) -> None:
    division = divide(body(text), normalise(text), forwards)

    assert division.starts[0] == 0
    assert list(division.starts) == sorted(set(division.starts))
    assert not text or division.starts[-1] < len(text)
    assert len(division.starts) == len(division.labels)
    assert all(0 <= start < end <= len(text) for start, end in division.examples)


@given(TEXTS, st.data())
def test_any_quotation_of_the_markup_is_shown(text: str, data: st.DataObject) -> None:
    start = data.draw(st.integers(0, len(text)))
    end = data.draw(st.integers(start, len(text)))
    quoted = ((start, end),) if start < end else ()

    division = divide(body(text, quoted=quoted), normalise(text))

    assert list(division.starts) == sorted(set(division.starts))
    assert not quoted or Section.NEW not in division.sections(start, end) or "confidential" in text or "release" in text


@pytest.mark.parametrize(
    "piece",
    [
        "> a\n",
        "\n>\n\n",
        "From:\n",
        "From: a\nTo: b\n",
        "From: a ",
        "On 3 May a wrote:\n",
        "wrote ",
        "wrote:\n",
        "\n-- \n",
        "Thanks\n",
        "----Original Message----\n",
        "--original ",
        "Sent from ",
        "this email is confidential ",
        "in error. ",
        "wrongful release, indication, up or down ",
        "wrongful up or down. ",
        "up or down ",
        "On 3 ",
        "ysgrifennodd",
    ],
)
def test_cost_grows_with_the_text_only(piece: str) -> None:
    def cost(size: int) -> object:
        span = Span(text=piece * (size // len(piece)), part="1", role=Role.BODY)
        return divide(span, normalise(span.text))

    assert_linear(cost, 25_000)

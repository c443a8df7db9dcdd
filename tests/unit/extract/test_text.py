"""Text in any charset; calendars, contact cards, tables and XML as their readers see them."""

from __future__ import annotations

import base64

import pytest

from leakguard.model.content import Role
from tests.unit.extract.make import gap_kinds, mail, place_of, read, read_file, texts, words

SECRET = "record employment"
RUSSIAN = "Занятость достигла рекордного уровня в этом году"
JAPANESE = "雇用は過去最高を記録しました。来月の発表をお待ちください。"
CHINESE = "就业人数创历史新高，请等待下个月的公布。谢谢大家的合作与支持。"


@pytest.mark.parametrize(
    ("text", "charset", "declared"),
    [
        pytest.param(SECRET, "utf-16-le", "", id="utf-16 without a mark"),
        pytest.param(SECRET, "utf-32-be", "", id="utf-32 without a mark"),
        pytest.param(RUSSIAN, "utf-16-le", "", id="russian utf-16 without a mark"),
        pytest.param(CHINESE, "utf-16-be", "utf-16be", id="chinese utf-16, declared"),
        pytest.param(JAPANESE, "iso-2022-jp", "iso-2022-jp", id="japanese, declared"),
        pytest.param(JAPANESE, "iso-2022-jp", "", id="japanese, not declared"),
        pytest.param(JAPANESE, "iso-2022-jp", "us-ascii", id="japanese, mis-declared"),
        pytest.param(JAPANESE, "shift_jis", "shift_jis", id="shift-jis"),
        pytest.param(CHINESE, "gb18030", "gb18030", id="chinese"),
        pytest.param(CHINESE, "gb18030", "gb2312", id="chinese under its old name"),
        pytest.param(CHINESE * 4, "gb18030", "iso-8859-1", id="chinese declared as latin"),
        pytest.param(RUSSIAN * 4, "koi8-r", "", id="russian, not declared"),
        pytest.param("naïve café", "utf-7", "", id="utf-7, not declared"),
        pytest.param("The record of employment is high\nand will stay so", "cp037", "", id="ebcdic, not declared"),
        pytest.param(SECRET, "cp500", "ibm500", id="ebcdic, declared"),
    ],
)
def test_text_is_decoded(text: str, charset: str, declared: str) -> None:
    raw = base64.encodebytes(text.encode(charset))
    kind = f"Content-Type: text/plain; charset={declared}" if declared else "X: y"
    found = read(mail(raw, kind, "Content-Transfer-Encoding: base64"))

    assert any(text.partition("\n")[0] in each for each in texts(found))
    assert gap_kinds(found) == []


def test_a_calendar_gives_each_property_its_place() -> None:
    content = (
        "BEGIN:VCALENDAR\r\nBEGIN:VEVENT\r\nDTSTART:20240101T100000Z\r\nUID:1\r\nSUMMARY:Team\\, meeting\r\n"
        "DESCRIPTION;LANGUAGE=en:rec\r\n ord emp\r\n\tloyment\\nnext\r\nLOCATION:Room 5\r\n"
        'ATTENDEE;CN="Bob Jones";RSVP=TRUE:mailto:bob@x.example\r\nCOMMENT:a comment\r\n'
        "X-ALT-DESC;FMTTYPE=text/html:<p>rich <b>wo</b>rds</p>\r\n"
        f"ATTACH;ENCODING=BASE64;VALUE=BINARY:{base64.b64encode(b'attached words ' * 5).decode()}\r\n"
        "END:VEVENT\r\nEND:VCALENDAR\r\n"
    )
    found = read_file(content.encode())

    assert "Team, meeting\n\nrecord employment\nnext\n\nRoom 5\n\nBob Jones" in texts(found)[0]
    assert place_of(found, "employment").endswith("description")
    assert place_of(found, "Bob").endswith("attendee")
    assert {"a comment", "rich words", "attached words attached"} <= {
        each for each in ("a comment", "rich words", "attached words attached") if each in words(found)
    }
    assert found.gaps == ()


def test_a_contact_card_is_read() -> None:
    content = (
        "BEGIN:VCARD\r\nVERSION:2.1\r\nN:Smith;Jane;;Dr\r\nNOTE;ENCODING=QUOTED-PRINTABLE;CHARSET=utf-8:record=20em=\r\n"
        "ployment caf=C3=A9\r\nitem1.TEL:1\r\nTITLE:Head\\; statistics\r\nEND:VCARD\r\n"
    )
    found = words(read_file(content.encode()))

    assert "Smith Jane Dr" in found
    assert "record employment café" in found
    assert "Head; statistics" in found


@pytest.mark.parametrize(
    "content",
    [
        pytest.param("<?xml version='1.0'?><a><b>record</b> <i>emp</i>loyment</a>", id="text"),
        pytest.param("<?xml version='1.0'?><a note='record employment'/>", id="attribute"),
        pytest.param("<?xml version='1.0'?><a><!-- record employment --></a>", id="comment"),
        pytest.param("<a><![CDATA[record employment]]></a>", id="cdata without a declaration"),
        pytest.param("<?xml version='1.0'?><!DOCTYPE a [<!ENTITY e 'emp'>]><a>record &e;loyment</a>", id="entity"),
        pytest.param("<?xml version='1.0'?><a><b>record employment", id="cut off"),
        pytest.param("<?xml version='1.0'?><a>&nonsense;<b>record employment</b></a>", id="error before"),
        pytest.param("<?xml version='1.0'?><a>&lt;p>record &lt;b>emp&lt;/b>loyment&lt;/p></a>", id="page within"),
        pytest.param("<svg xmlns='x'><text>record <tspan>emp</tspan>loyment</text></svg>", id="svg"),
    ],
)
def test_markup_of_any_kind_is_read(content: str) -> None:
    assert SECRET in words(read_file(content.encode()))
    assert SECRET in words(read_file(content.encode("utf-16")))


def test_markup_in_the_charset_of_its_declaration_is_read() -> None:
    raw = f"<?xml version='1.0' encoding='gb18030'?><a>{CHINESE}</a>".encode("gb18030")

    assert CHINESE in words(read_file(raw))


def test_entities_that_multiply_end_early() -> None:
    levels = "".join(f"<!ENTITY e{n} '{f'&e{n - 1};' * 10}'>" for n in range(1, 10))
    found = read_file(f"<?xml version='1.0'?><!DOCTYPE a [<!ENTITY e0 'ha'>{levels}]><a>&e9; record</a>".encode())

    assert sum(map(len, texts(found))) < 20_000_000


@pytest.mark.parametrize("delimiter", [",", ";", "\t", "|"])
@pytest.mark.parametrize("charset", ["utf-8", "utf-8-sig", "utf-16", "iso-8859-1"])
def test_tables_are_cut_at_their_delimiter(delimiter: str, charset: str) -> None:
    rows = [["région", "record"], ["a b", "1.5"], ["c", '"2.5"']]
    found = read_file("\r\n".join(delimiter.join(row) for row in rows).encode(charset))

    assert "région\trecord\na b\t1.5\nc\t2.5" in texts(found)[0]


def test_escapes_in_json_are_a_second_reading() -> None:
    found = read_file(b'{"a": "record\\u0020employment", "b": "one\\ntwo \\ud83d\\ude00"}\n{"a": 1}\n')

    assert SECRET in words(found, Role.HIDDEN)
    assert "one two \U0001f600" in words(found, Role.HIDDEN)

"""Mail inside other things: signatures, armour, mailboxes, saved pages; and files written as letters."""

from __future__ import annotations

import base64
import binascii
import bz2
import random
import zlib

import pytest

from leakguard.extract import Limits
from leakguard.model.content import GapKind, Role
from tests.unit.extract.make import attachment, gap_kinds, mail, multipart, part, read, read_file, texts, words

SECRET = "record employment"
ENTITY = b"Content-Type: text/html\r\n\r\n<p>record <b>emp</b>loyment</p>\r\n"
_PKCS7 = bytes.fromhex("06092a864886f70d0107")
_SMIME = bytes.fromhex("060b2a864886f70d0109100109")


def _der(tag: int, content: bytes) -> bytes:
    size = len(content)
    length = bytes([size]) if size < 128 else b"\x82" + size.to_bytes(2, "big")
    return bytes([tag]) + length + content


def _endless(tag: int, content: bytes) -> bytes:
    return bytes([tag, 0x80]) + content + b"\0\0"


def _in_pieces(content: bytes) -> bytes:
    return _endless(0x24, b"".join(_der(4, content[at : at + 20]) for at in range(0, len(content), 20)))


def _nested_pieces(content: bytes) -> bytes:
    return _endless(0x24, _der(0x24, _der(4, content[:9])) + _endless(0x24, _der(4, content[9:])))


def _signed(octets: bytes | None, wrap: type[object] | None = None) -> bytes:
    make = _der if wrap is None else _endless
    content = _PKCS7 + b"\x01" + (make(0xA0, octets) if octets is not None else b"")
    algorithm = _der(0x30, bytes.fromhex("0609608648016503040201") + b"\5\0")
    inside = b"\2\1\1" + make(0x31, algorithm) + make(0x30, content) + _der(0xA0, b"\x30\0") + _der(0x31, b"\x30\0")
    return make(0x30, _PKCS7 + b"\x02" + make(0xA0, make(0x30, inside)))


def _compressed(content: bytes) -> bytes:
    algorithm = _der(0x30, bytes.fromhex("060b2a864886f70d0109100308"))
    inner = _der(0x30, _PKCS7 + b"\x01" + _der(0xA0, _der(4, zlib.compress(content))))
    return _der(0x30, _SMIME + _der(0xA0, _der(0x30, b"\2\1\0" + algorithm + inner)))


@pytest.mark.parametrize(
    "content",
    [
        pytest.param(_signed(_der(4, ENTITY)), id="definite"),
        pytest.param(_signed(_in_pieces(ENTITY), object), id="indefinite, in pieces"),
        pytest.param(_signed(_nested_pieces(ENTITY), object), id="pieces in pieces"),
        pytest.param(_compressed(ENTITY), id="compressed"),
        pytest.param(_compressed(_signed(_der(4, ENTITY))), id="signed and compressed"),
        pytest.param(_signed(_der(4, ENTITY))[:-8], id="cut off behind the content"),
    ],
)
def test_signed_and_compressed_content_is_read(content: bytes) -> None:
    as_body = read(mail(base64.encodebytes(content), *_SMIME_HEADERS))
    as_file = read(multipart(part(b"body"), attachment(content)))

    assert SECRET in words(as_body)
    assert SECRET in words(as_file)
    assert gap_kinds(as_body) == gap_kinds(as_file) == []


_SMIME_HEADERS = (
    "Content-Type: application/pkcs7-mime; smime-type=signed-data; name=smime.p7m",
    "Content-Transfer-Encoding: base64",
)


def test_a_signed_file_is_read_as_what_it_is() -> None:
    assert SECRET in words(read(multipart(attachment(_signed(_der(4, SECRET.encode()))))))


def test_a_signature_beside_what_it_signs_is_no_gap() -> None:
    found = read(multipart(part(b"text"), attachment(_signed(None), "application/pkcs7-signature"), kind="signed"))

    assert found.gaps == ()


@pytest.mark.parametrize("kind", [3, 6])
def test_encrypted_content_is_a_gap(kind: int) -> None:
    content = _der(0x30, _PKCS7 + bytes([kind]) + _der(0xA0, _der(0x30, b"\2\1\0")))

    assert gap_kinds(read(mail(base64.encodebytes(content), *_SMIME_HEADERS))) == [GapKind.ENCRYPTED]


def test_broken_signed_content_is_a_gap() -> None:
    assert gap_kinds(read(mail(base64.encodebytes(_signed(_der(4, ENTITY))[:30]), *_SMIME_HEADERS))) == [
        GapKind.DAMAGED
    ]


def _packet(tag: int, content: bytes, *, old: bool = False) -> bytes:
    if old:
        return bytes([0x80 | tag << 2 | 1]) + len(content).to_bytes(2, "big") + content
    return bytes([0xC0 | tag, 0xFF]) + len(content).to_bytes(4, "big") + content


def _literal(content: bytes, *, old: bool = False) -> bytes:
    return _packet(11, b"b\x05a.txt\0\0\0\0" + content, old=old)


def _partial(tag: int, content: bytes) -> bytes:
    """In pieces of 16 octets and a rest."""
    whole = len(content) // 16 * 16
    pieces = b"".join(b"\xe4" + content[at : at + 16] for at in range(0, whole, 16))
    return bytes([0xC0 | tag]) + pieces + bytes([len(content) - whole]) + content[whole:]


def _armour(content: bytes, kind: str = "MESSAGE") -> bytes:
    body = base64.encodebytes(content).decode()
    return f"-----BEGIN PGP {kind}-----\nVersion: x 1\n\n{body}=abcd\n-----END PGP {kind}-----\n".encode()


_ONE_PASS = _packet(4, b"\x03\0\x08\x01" + b"12345678" + b"\1")
_RAW = zlib.compressobj(wbits=-15)
_DEFLATED = _RAW.compress(_literal(SECRET.encode())) + _RAW.flush()


@pytest.mark.parametrize(
    "packets",
    [
        pytest.param(_literal(SECRET.encode()), id="literal"),
        pytest.param(_literal(SECRET.encode(), old=True), id="old length"),
        pytest.param(_partial(11, b"b\0\0\0\0\0" + SECRET.encode() * 3), id="partial lengths"),
        pytest.param(b"\xaf" + _literal(SECRET.encode(), old=True)[3:], id="until the end"),
        pytest.param(_packet(8, b"\x01" + _DEFLATED), id="zip"),
        pytest.param(b"\xa3\x02" + zlib.compress(_ONE_PASS + _literal(SECRET.encode())), id="signed, zlib, old"),
        pytest.param(_packet(8, b"\x03" + bz2.compress(_literal(SECRET.encode()))), id="bzip2"),
        pytest.param(_ONE_PASS + _literal(SECRET.encode()) + _packet(2, b"\4sig"), id="one pass"),
    ],
)
def test_signed_pgp_is_read(packets: bytes) -> None:
    armoured = read(mail(b"before\n" + _armour(packets) + b"after"))
    file = read(multipart(part(b"x"), attachment(packets, "application/octet-stream")))

    assert SECRET in words(armoured)
    assert {"before", "after"} <= set(words(armoured).split())
    assert SECRET in words(file)
    assert gap_kinds(armoured) == gap_kinds(file) == []


@pytest.mark.parametrize(
    "packets", [_packet(1, b"\3" + b"x" * 20) + _packet(18, b"\1" + b"y" * 40), _packet(9, b"z" * 30)]
)
def test_encrypted_pgp_is_a_gap(packets: bytes) -> None:
    assert gap_kinds(read(mail(_armour(packets)))) == [GapKind.ENCRYPTED]
    assert GapKind.ENCRYPTED in gap_kinds(read(mail(b"<p>x</p>" + _armour(packets), "Content-Type: text/html")))


def test_clear_signed_text_is_read_without_its_dashes() -> None:
    body = b"-----BEGIN PGP SIGNED MESSAGE-----\nHash: SHA256\n\n- - record\n- employment\n" + _armour(
        b"\x88\1x", "SIGNATURE"
    )
    found = read(mail(body))

    assert "- record employment" in words(found, Role.BODY)
    assert found.gaps == ()


def test_keys_are_no_gap() -> None:
    assert read(mail(b"my key\n" + _armour(b"\x99\0\5\4abcd", "PUBLIC KEY BLOCK"))).gaps == ()


def test_a_pgp_bomb_ends_at_the_limit() -> None:
    bomb = _packet(8, b"\2" + zlib.compress(bytes(5_000_000)))

    assert GapKind.TOO_LARGE in gap_kinds(read(mail(_armour(bomb)), Limits(expanded_bytes=1_000_000)))


def test_every_message_of_a_mailbox_is_read() -> None:
    one = mail(b"first words\r\n>From the start\r\n", "Subject: one")
    two = multipart(part(b"<p>record <b>emp</b>loyment</p>", "Content-Type: text/html"))
    line = b"From alice@ons.example Mon Jan  1 10:00:00 2024\r\n"
    found = read_file(line + one + b"\r\n" + line + two)

    assert {"one", "first words\nFrom the start\n"} <= set(texts(found))
    assert SECRET in words(found)
    assert any("message 2" in span.marks[0][1] for span in found.spans)


def test_a_saved_page_is_opened() -> None:
    page = (
        b"From: <Saved by Blink>\r\nSnapshot-Content-Location: https://x.example/\r\nSubject: a page\r\n"
        b'MIME-Version: 1.0\r\nContent-Type: multipart/related;\r\n\ttype="text/html";\r\n\tboundary="----XX--"\r\n\r\n'
        b"------XX--\r\nContent-Type: text/html\r\nContent-Transfer-Encoding: quoted-printable\r\n\r\n"
        b"<p class=3Dx>record <b>emp</b>=\r\nloyment</p>\r\n------XX------\r\n"
    )

    assert SECRET in words(read_file(page))
    assert SECRET in words(read(multipart(attachment(page, "application/x-mimearchive"))))


@pytest.mark.parametrize(
    "kind", ["text/plain", "application/octet-stream", "image/png", "message/global", "application/pdf"]
)
def test_a_mail_attached_under_any_type_is_read(kind: str) -> None:
    inner = mail(base64.encodebytes(SECRET.encode()), "Subject: inner", "Content-Transfer-Encoding: base64")

    assert SECRET in words(read(multipart(attachment(inner, kind))))


@pytest.mark.parametrize(
    "kind",
    ["message/delivery-status", "message/feedback-report", "text/rfc822-headers", "message/disposition-notification"],
)
def test_reports_are_read(kind: str) -> None:
    found = read(
        multipart(part(f"X-Note: a\r\nSubject: {SECRET}\r\n".encode(), f"Content-Type: {kind}"), kind="report")
    )

    assert SECRET in words(found)
    assert found.gaps == ()


@pytest.mark.parametrize("encoding", ["x-uuencode", "uue", "x-uue"])
def test_uuencode_is_a_transfer_encoding(encoding: str) -> None:
    lines = binascii.b2a_uu(SECRET.encode())
    whole = b"begin 644 a.txt\n" + lines + b"`\nend\n"

    assert SECRET in words(read(mail(whole, f"Content-Transfer-Encoding: {encoding}")))
    assert SECRET in words(read(mail(lines, f"Content-Transfer-Encoding: {encoding}")))


def test_other_letters_for_files_are_read() -> None:
    yenc = SECRET.encode().translate(bytes((code + 42) % 256 for code in range(256)))
    found = read(mail(b"=ybegin line=128 size=17 name=a.txt\r\n" + yenc + b"\r\n=yend size=17\r\n"))

    assert SECRET in words(found)


def test_binhex_is_read() -> None:
    letters = b"!\"#$%&'()*+,-012345689@ABCDEFGHIJKLMNPQRSTUVXYZ[`abcdefhijklmpqr"
    plain = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/"
    content = b"aaaaaaaa" + SECRET.encode()
    packed = (
        b"\5a.txt\0TEXTABCD\0\0" + len(content).to_bytes(4, "big") + bytes(4) + b"\0\0" + b"a\x90\x08" + SECRET.encode()
    )
    hexed = base64.b64encode(packed + b"\0\0\0").rstrip(b"=").translate(bytes.maketrans(plain, letters))
    body = b"(This file must be converted with BinHex 4.0)\r\n\r\n:" + hexed + b":\r\n"

    assert f"aaaaaaaa{SECRET}" in words(read(mail(body)))


def test_compressed_content_that_is_cut_off_gives_its_start_and_a_gap() -> None:
    noise = bytes(random.Random(1).choices(b"abcdefgh ", k=40_000))
    packed = zlib.compress(_ONE_PASS + _literal(SECRET.encode() + noise))
    found = read_file(_packet(8, b"\2" + packed[:-2_000]))

    assert GapKind.DAMAGED in gap_kinds(found)
    assert SECRET in words(found)

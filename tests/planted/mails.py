"""Places in mail itself."""

from __future__ import annotations

import base64
import binascii
import quopri
from email.message import EmailMessage
from email.mime.base import MIMEBase

from leakguard.model.content import GapKind
from tests.planted.index import plant

_HEAD = b"From: Ana <ana@stats.example>\r\nTo: bo@else.example\r\nSubject: minutes\r\nMIME-Version: 1.0\r\n"


def _mail(fields: bytes, body: bytes) -> bytes:
    return _HEAD + fields + b"\r\n" + body


def _base64(text: str | bytes) -> bytes:
    return base64.encodebytes(text.encode() if isinstance(text, str) else text).replace(b"\n", b"\r\n")


def _multipart(*parts: bytes, kind: bytes = b"mixed", before: bytes = b"", behind: bytes = b"") -> bytes:
    body = before + b"".join(b"\r\n--cut\r\n" + part for part in parts) + b"\r\n--cut--\r\n" + behind
    return _mail(b"Content-Type: multipart/" + kind + b'; boundary="cut"\r\n', body)


_PLAIN = b"Content-Type: text/plain; charset=utf-8\r\n\r\nAs agreed.\r\n"


@plant("mail", "subject", says="subject", is_mail=True)
def subject(phrase: str) -> bytes:
    return _HEAD.replace(b"minutes", phrase.encode()) + b"\r\nAs agreed.\r\n"


@plant("mail", "second subject", says="subject", is_mail=True)
def second_subject(phrase: str) -> bytes:
    return _mail(b"Subject: " + phrase.encode() + b"\r\n", b"As agreed.\r\n")


@plant("mail", "subject as encoded words cut inside a word", says="subject", is_mail=True)
def subject_encoded(phrase: str) -> bytes:
    half = len(phrase) // 2
    words = (base64.b64encode(piece.encode()).decode() for piece in (phrase[:half], phrase[half:]))
    folded = "\r\n ".join(f"=?utf-8?B?{word}?=" for word in words).encode()
    return _HEAD.replace(b"minutes", folded) + b"\r\nAs agreed.\r\n"


@plant("mail", "body", says="body", is_mail=True)
def body(phrase: str) -> bytes:
    return _mail(b"", f"Hello,\r\n{phrase}\r\nAna\r\n".encode())


@plant("mail", "body wrapped by the writer", says="body", is_mail=True)
def body_wrapped(phrase: str) -> bytes:
    return _mail(b"", phrase.replace(" ", "\r\n", 1).encode())


@plant("mail", "body, quoted-printable with soft breaks and lower-case hex", is_mail=True)
def body_qp(phrase: str) -> bytes:
    cut = quopri.encodestring(f"£ {phrase}".encode()).decode().lower()
    cut = cut[:12] + "= \r\n" + cut[12:]
    return _mail(
        b"Content-Transfer-Encoding: quoted-printable\r\nContent-Type: text/plain; charset=utf-8\r\n", cut.encode()
    )


@plant("mail", "body in base64 without declaration of the charset", is_mail=True)
def body_base64(phrase: str) -> bytes:
    return _mail(b"Content-Transfer-Encoding: base64\r\n", _base64(phrase))


@plant("mail", "base64 under a misspelt encoding", is_mail=True)
def base64_misspelt(phrase: str) -> bytes:
    return _mail(b'Content-Transfer-Encoding: "base64";\r\n', _base64(phrase * 3))


@plant("mail", "base64 with no encoding declared", is_mail=True)
def base64_undeclared(phrase: str) -> bytes:
    return _multipart(_PLAIN, b"Content-Type: application/octet-stream\r\n\r\n" + _base64((phrase + "\n") * 9))


@plant("mail", "base64 padded in the middle", is_mail=True)
def base64_pieces(phrase: str) -> bytes:
    encoded = (
        base64.b64encode(b"one") + b"\r\n" + base64.b64encode(b"a" * 10) + b"\r\n" + base64.b64encode(phrase.encode())
    )
    return _mail(b"Content-Transfer-Encoding: base64\r\n", encoded)


@plant("mail", "two transfer encodings declared", is_mail=True)
def two_encodings(phrase: str) -> bytes:
    return _mail(b"Content-Transfer-Encoding: 7bit\r\nContent-Transfer-Encoding: base64\r\n", _base64(phrase))


@plant("mail", "two content types declared", is_mail=True)
def two_types(phrase: str) -> bytes:
    page = f"<p>As agreed<b hidden>{phrase}</b></p>".encode()
    return _mail(b"Content-Type: text/plain\r\nContent-Type: text/html\r\n", page)


@plant("mail", "format=flowed with delsp", is_mail=True)
def flowed(phrase: str) -> bytes:
    cut = f"{phrase[:9]} \r\n{phrase[9:]}\r\n"
    return _mail(b"Content-Type: text/plain; format=flowed; delsp=yes\r\n", cut.encode())


@plant("mail", "plain alternative that differs from the HTML", is_mail=True)
def alternative_plain(phrase: str) -> bytes:
    page = b"Content-Type: text/html\r\n\r\n<p>As agreed.</p>"
    return _multipart(b"Content-Type: text/plain\r\n\r\n" + phrase.encode(), page, kind=b"alternative")


@plant("mail", "HTML alternative that differs from the text", is_mail=True)
def alternative_html(phrase: str) -> bytes:
    glued = f"<p>{phrase[:4]}<b>{phrase[4:]}</b></p>".encode()
    return _multipart(_PLAIN, b"Content-Type: text/html\r\n\r\n" + glued, kind=b"alternative")


@plant("mail", "preamble", is_mail=True)
def preamble(phrase: str) -> bytes:
    return _multipart(_PLAIN, before=phrase.encode())


@plant("mail", "epilogue", is_mail=True)
def epilogue(phrase: str) -> bytes:
    return _multipart(_PLAIN, behind=phrase.encode())


@plant("mail", "boundary that never occurs", is_mail=True)
def lost_boundary(phrase: str) -> bytes:
    return _mail(b"Content-Type: multipart/mixed; boundary=lost\r\n", b"\r\n--cut\r\n" + _PLAIN + phrase.encode())


@plant("mail", "multipart without a boundary", is_mail=True)
def no_boundary(phrase: str) -> bytes:
    part = b"\r\n--cut\r\nContent-Type: text/plain\r\nContent-Transfer-Encoding: base64\r\n\r\n" + _base64(phrase)
    return _mail(b"Content-Type: multipart/mixed\r\n", part + b"\r\n--cut--\r\n")


@plant("mail", "boundary declared twice", is_mail=True)
def two_boundaries(phrase: str) -> bytes:
    part = b"--real\r\nContent-Transfer-Encoding: base64\r\n\r\n" + _base64(phrase) + b"\r\n--real--\r\n"
    return _mail(b"Content-Type: multipart/mixed; boundary=other; boundary=real\r\n", part)


@plant("mail", "header lines ended by bare carriage returns", is_mail=True)
def bare_returns(phrase: str) -> bytes:
    return _mail(b"", b"").replace(b"\r\n", b"\r") + b"\r" + phrase.encode()


@plant("mail", "name of an attachment", says="name", is_mail=True)
def file_name(phrase: str) -> bytes:
    part = f'Content-Type: application/pdf\r\nContent-Disposition: attachment; filename="{phrase}.pdf"\r\n\r\n'.encode()
    return _multipart(_PLAIN, part)


@plant("mail", "name of an attachment in RFC 2231 pieces", says="name", is_mail=True)
def file_name_pieces(phrase: str) -> bytes:
    first, second = phrase[:7].replace(" ", "%20"), phrase[7:].replace(" ", "%20")
    field = f"Content-Disposition: attachment; filename*0*=utf-8''{first};\r\n filename*1*={second}\r\n\r\nx".encode()
    return _multipart(_PLAIN, b"Content-Type: text/plain\r\n" + field)


@plant("mail", "description of a part", is_mail=True)
def description(phrase: str) -> bytes:
    return _multipart(_PLAIN, b"Content-Description: " + phrase.encode() + b"\r\n\r\nAs agreed.")


@plant("mail", "display name of a recipient", says="name", is_mail=True)
def display_name(phrase: str) -> bytes:
    return (
        _HEAD.replace(b"bo@", f'"{phrase}" <bo@'.encode()).replace(b"else.example", b"else.example>") + b"\r\nHi.\r\n"
    )


@plant("mail", "forwarded mail", is_mail=True)
def forwarded(phrase: str) -> bytes:
    return _multipart(_PLAIN, b"Content-Type: message/rfc822\r\n\r\n" + _mail(b"", phrase.encode()))


@plant("mail", "forwarded mail in base64", is_mail=True)
def forwarded_base64(phrase: str) -> bytes:
    head = b"Content-Type: message/rfc822\r\nContent-Transfer-Encoding: base64\r\n\r\n"
    return _multipart(_PLAIN, head + _base64(_mail(b"", phrase.encode())))


@plant("mail", "mail in a mail, five deep", is_mail=True)
def deep(phrase: str) -> bytes:
    inner = _mail(b"", phrase.encode())
    for depth in range(5):
        inner = _mail(b"Content-Type: message/rfc822\r\nX-Depth: %d\r\n" % depth, inner)
    return inner


@plant("mail", "uuencoded file in the body", is_mail=True)
def uuencoded(phrase: str) -> bytes:
    lines = b"".join(binascii.b2a_uu(phrase.encode()[at : at + 45]) for at in range(0, len(phrase), 45))
    return _mail(b"", b"Here:\r\n\r\nbegin 644 note.txt\r\n" + lines.replace(b"\n", b"\r\n") + b"`\r\nend\r\n")


@plant("mail", "invitation", is_mail=True)
def invitation(phrase: str) -> bytes:
    folded = f"DESCRIPTION:{phrase[:8]}\r\n {phrase[8:]}\r\n"
    text = f"BEGIN:VCALENDAR\r\nBEGIN:VEVENT\r\nSUMMARY:Brief\r\n{folded}END:VEVENT\r\nEND:VCALENDAR\r\n"
    return _multipart(_PLAIN, b"Content-Type: text/calendar; method=REQUEST\r\n\r\n" + text.encode())


@plant("mail", "attachment in UTF-16 typed as something else", is_mail=True)
def utf16(phrase: str) -> bytes:
    message = EmailMessage()
    message["From"], message["To"], message["Subject"] = "ana@stats.example", "bo@else.example", "minutes"
    message.set_content("As agreed.")
    message.add_attachment(phrase.encode("utf-16"), maintype="application", subtype="octet-stream", filename="a.dat")
    return message.as_bytes()


@plant("mail", "text behind a signature part's end", is_mail=True)
def clear_signed(phrase: str) -> bytes:
    signature = MIMEBase("application", "pgp-signature")
    signature.set_payload("-----BEGIN PGP SIGNATURE-----\n\niQ==\n-----END PGP SIGNATURE-----\n" + phrase)
    return _multipart(_PLAIN, signature.as_bytes(), kind=b"signed")


@plant("mail", "message in pieces", gap=GapKind.UNSUPPORTED, is_mail=True)
def partial(phrase: str) -> bytes:
    return _mail(b'Content-Type: message/partial; id="a@b"; number=1; total=2\r\n', b"Subject: part\r\n\r\nfirst half")


@plant("mail", "PGP-encrypted", gap=GapKind.ENCRYPTED, is_mail=True)
def pgp(phrase: str) -> bytes:
    packet = b"\x85\x01\x0c\x03" + bytes(range(8)) + b"\x01\x08\x00" + bytes(range(256)) + b"\xd2\x20\x01" + bytes(31)
    armour = b"-----BEGIN PGP MESSAGE-----\r\n\r\n" + _base64(packet) + b"-----END PGP MESSAGE-----\r\n"
    return _mail(b"", b"Please see below\r\n\r\n" + armour)

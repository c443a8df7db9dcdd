"""Who a mail says it is from, and the names that readers see beside addresses.

ref: RFC 5322 section 3.4 (address lists), section 4.4 (obsolete routes)
"""

from __future__ import annotations

import re

from leakguard.extract.mail.headers import Header, decode_words
from leakguard.extract.text.charset import decode

AUTHOR_FIELDS = (b"from", b"sender", b"resent-from", b"resent-sender")
NAMED_FIELDS = (b"from", b"sender", b"to", b"cc", b"bcc", b"reply-to", b"resent-from", b"resent-to")

_QUOTED = re.compile(r'"(?:[^"\\]|\\.)*+("?)')  # with or without its end, as looking for that is quadratic
_COMMENT = re.compile(r"\([^()]*\)")
_ANGLE = re.compile(r"<([^<>]*)>")
_ANGLE_BYTES = re.compile(rb"<[^<>]*>")
_QUOTED_LOCAL = re.compile(rb'"([^"@]{1,200})"@')
_ROUTE = re.compile(r"\A(?:@[^,:@]+,?)+:")
_ADDRESS = re.compile(r'(?:[^\s@<>()\[\],;:\\"]+|"[^"]*")@(?:[^\s@<>()\[\],;:\\"]+|\[[0-9A-Za-z.:]+\])')
_BARE = re.compile(r"[\w.!#$%&'*+/=?^`{|}~-]{1,64}@[\w.-]{1,255}")
_SPACES = re.compile(r"\s+")
_SIMPLE = re.compile(r"[^<>()\"\\,:;@]*<([^\s@<>()\[\],;:\\\"]+@[^\s@<>()\[\],;:\\\"]+)>\s*")
_NESTED_COMMENTS = 20


def authors(header: Header) -> tuple[str, ...]:
    """Bare addresses of all author fields. A field that cannot be understood counts as one unknown author."""
    found = [each for name in AUTHOR_FIELDS for value in header.raw(name) for each in _addresses(decode(value))]
    return tuple(dict.fromkeys(found))


def recipients_named(header: Header) -> tuple[str, ...]:
    """Bare addresses of To and Cc; what is not an address beyond doubt is left out."""
    found = [each for name in (b"to", b"cc") for value in header.raw(name) for each in _addresses(decode(value))]
    return tuple(dict.fromkeys(each for each in found if _BARE.fullmatch(each)))


def _addresses(value: str) -> list[str]:
    value = _SPACES.sub(" ", value).strip()
    simple = _SIMPLE.fullmatch(value)
    if simple is not None:
        return [simple[1]]
    mailboxes = [_mailbox(each) for each in _split_list(value)]
    known = [address for address in mailboxes if address]
    # One doubtful mailbox makes the whole field doubtful: another program may read the rest differently too.
    return known if known and len(known) == len(mailboxes) else [*known, value]


def _split_list(value: str) -> list[str]:
    """Mailboxes of a list; quoted strings and comments are put out of the way first, groups opened."""
    quoted: list[str] = []

    def _hide(match: re.Match[str]) -> str:
        if not match[1]:
            return match[0]
        quoted.append(match[0])
        return f"\0{len(quoted) - 1}\0"

    plain = _QUOTED.sub(_hide, value.replace("\0", ""))
    for _ in range(_NESTED_COMMENTS):
        plain, count = _COMMENT.subn(" ", plain)
        if not count:
            break
    pieces = re.split(r"[,;]", re.sub(r"(?:\A|(?<=[,;]))[^<>,;:@\[]*:", "", plain))
    restored = (re.sub(r"\0(\d+)\0", lambda match: quoted[int(match[1])], each).strip() for each in pieces)
    return [each for each in restored if each]


def _mailbox(text: str) -> str:
    """The address of one mailbox, or "" when it is not one beyond doubt."""
    angles = _ANGLE.findall(_unquoted(text)) if text.count("<") != 1 else _ANGLE.findall(text)
    if "<" in text or ">" in text:
        if len(angles) != 1 or not text.endswith(">") or "@" in _unquoted(text.partition("<")[0]):
            return ""
        text = _ROUTE.sub("", angles[0].strip())
    text = re.sub(r"\s*([@.])\s*", r"\1", text)
    return text if _ADDRESS.fullmatch(text) else ""


def _unquoted(text: str) -> str:
    return _QUOTED.sub(lambda match: "" if match[1] else match[0], text)


def display_names(header: Header) -> list[str]:
    """The words beside the addresses of each field, one text per field, one paragraph per person."""
    texts = (_names(value) for name in NAMED_FIELDS for value in header.raw(name))
    return list(dict.fromkeys(text for text in texts if text))


def _names(value: bytes) -> str:
    pieces = []
    for piece in _ANGLE_BYTES.split(value):
        words = b" ".join(word for word in piece.split() if b"@" not in word).strip(b" ,;\"'")
        if words:
            pieces.append(decode_words(words))
    if b'"' in value:  # an address may begin with quoted words
        pieces += [decode_words(words) for words in _QUOTED_LOCAL.findall(value) if b" " in words]
    return "\n\n".join(pieces)

"""MAIL and RCPT arguments, octets -> path with parameters, or the refusal.

ref: RFC 5321 section 4.1.2 (paths), RFC 6531 section 3.3 (UTF-8 in them), RFC 1870 (SIZE), RFC 3461 (DSN)
"""

# Rule of this file: an address is refused or kept, octet by octet; it is never repaired.

from __future__ import annotations

import re
from dataclasses import dataclass
from ipaddress import IPv4Address, IPv6Address

from leakguard.service.ports import Reply

_ATOM = rb"[A-Za-z0-9!#$%&'*+/=?^_`{|}~\x80-\xff-]+"
_QUOTED = rb'"(?:[ !#-\[\]-~\x80-\xff]|\\[ -~])*"'
_LOCAL = rb"(?:" + _ATOM + rb"(?:\." + _ATOM + rb")*|" + _QUOTED + rb")"
_LABEL = rb"[A-Za-z0-9\x80-\xff]+(?:-+[A-Za-z0-9\x80-\xff]+)*"
_DOMAIN = _LABEL + rb"(?:\." + _LABEL + rb")*"
_MAILBOX = _LOCAL + rb"@(?:(?P<domain>" + _DOMAIN + rb")|\[(?P<literal>[0-9A-Za-z:.]+)\])"
_PARAMETERS = rb"(?P<params>(?: +[A-Za-z0-9][A-Za-z0-9-]*(?:=[!-<>-~\x80-\xff]+)?)*) *\Z"

_MAIL = re.compile(rb"(?i:FROM): *<(?P<path>" + _MAILBOX + rb"|)>" + _PARAMETERS)
_RCPT = re.compile(rb"(?i:TO): *<(?P<path>" + _MAILBOX + rb"|(?i:postmaster))>" + _PARAMETERS)
_ROUTE = re.compile(rb"(?i:FROM|TO): *<@[^:>]*:")
_UNSEEN = re.compile("[\x80-\xa0\xad\u1680\u2000-\u200b\u2028-\u202f\u205f-\u206f\u3000\ufeff]")

_MAIL_KEYWORDS = {"SIZE": "SIZE", "BODY": "8BITMIME", "SMTPUTF8": "SMTPUTF8", "RET": "DSN", "ENVID": "DSN"}
_RCPT_KEYWORDS = {"NOTIFY": "DSN", "ORCPT": "DSN"}
_VALUES = {
    "SIZE": re.compile(r"[0-9]{1,20}\Z"),
    "BODY": re.compile(r"(?i:7BIT|8BITMIME)\Z"),
    "SMTPUTF8": re.compile(r"\Z"),
    "RET": re.compile(r"(?i:FULL|HDRS)\Z"),
    "ENVID": re.compile(r"[!-~]{1,100}\Z"),
    "NOTIFY": re.compile(r"(?i:NEVER|(?:SUCCESS|FAILURE|DELAY)(?:,(?:SUCCESS|FAILURE|DELAY))*)\Z"),
    "ORCPT": re.compile(r"[A-Za-z0-9-]+;.{1,500}\Z"),
}

_NOT_ASCII = Reply.of(553, "5.6.7 addresses beyond ASCII need SMTPUTF8")
_ROUTED = Reply.of(553, "5.1.0 source routes are not accepted")
_BAD_MAIL = Reply.of(501, "5.1.7 syntax: MAIL FROM:<address> [parameters]")
_BAD_RCPT = Reply.of(501, "5.1.3 syntax: RCPT TO:<address> [parameters]")
_BAD_VALUE = Reply.of(501, "5.5.4 bad parameter value")
_UNKNOWN_PARAMETER = Reply.of(555, "5.5.4 parameter not recognised")
_TOO_LARGE = Reply.of(552, "5.3.4 message too large")


@dataclass(frozen=True, slots=True)
class Path:
    """address: the octets between the angle brackets. params: the octets after them, without outer blanks.

    is_utf8: SMTPUTF8 was asked for.
    """

    address: str
    params: str
    is_utf8: bool = False


def parse_mail(argument: bytes, offered: frozenset[str], max_size: int) -> Path | Reply:
    """The argument of MAIL ("FROM:<a@b.c> SIZE=12"). offered: the EHLO keywords this client was told."""
    found = _MAIL.match(argument)
    if found is None:
        return _ROUTED if _ROUTE.match(argument) else _BAD_MAIL
    keywords = _keywords(found["params"], offered, _MAIL_KEYWORDS) if found["params"] else {}
    if isinstance(keywords, Reply):
        return keywords
    if int(keywords.get("SIZE") or 0) > max_size:
        return _TOO_LARGE
    return _path(found, is_utf8="SMTPUTF8" in keywords, otherwise=_BAD_MAIL)


def parse_rcpt(argument: bytes, offered: frozenset[str], *, is_utf8: bool) -> Path | Reply:
    """The argument of RCPT ("TO:<a@b.c> NOTIFY=NEVER"). is_utf8: whether MAIL asked for SMTPUTF8."""
    found = _RCPT.match(argument)
    if found is None:
        return _ROUTED if _ROUTE.match(argument) else _BAD_RCPT
    if found["params"]:
        keywords = _keywords(found["params"], offered, _RCPT_KEYWORDS)
        if isinstance(keywords, Reply):
            return keywords
    return _path(found, is_utf8=is_utf8, otherwise=_BAD_RCPT)


def _path(found: re.Match[bytes], *, is_utf8: bool, otherwise: Reply) -> Path | Reply:
    address, params, domain, literal = found["path"], found["params"], found["domain"], found["literal"]
    if not (address.isascii() and params.isascii()):
        if not is_utf8:
            return _NOT_ASCII
        if not _is_plain_utf8(address + params):
            return otherwise
    if domain is not None and len(domain) > 63 and not _lengths_are_right(domain):
        return otherwise
    if literal is not None and not _is_literal(literal.decode()):
        return otherwise
    return Path(address.decode(), params.strip(b" ").decode(), is_utf8)


def _is_plain_utf8(octets: bytes) -> bool:
    try:
        return _UNSEEN.search(octets.decode()) is None
    except UnicodeDecodeError:
        return False


def _lengths_are_right(domain: bytes) -> bool:
    """ref: RFC 1035 section 2.3.4"""
    return len(domain) <= 255 and all(len(label) <= 63 or not label.isascii() for label in domain.split(b"."))


def _is_literal(text: str) -> bool:
    """ref: RFC 5321 section 4.1.3"""
    try:
        if text[:5].upper() == "IPV6:":
            return bool(IPv6Address(text[5:]))
        return bool(IPv4Address(text))
    except ValueError:
        return False


def _keywords(params: bytes, offered: frozenset[str], known: dict[str, str]) -> dict[str, str] | Reply:
    """Parameters by keyword, each one offered, well-formed and there once."""
    found: dict[str, str] = {}
    for param in filter(None, params.decode("utf-8", "surrogateescape").split(" ")):
        keyword, _, value = param.partition("=")
        keyword = keyword.upper()
        if known.get(keyword) not in offered:
            return _UNKNOWN_PARAMETER
        if keyword in found or _VALUES[keyword].match(value) is None:
            return _BAD_VALUE
        found[keyword] = value
    return found

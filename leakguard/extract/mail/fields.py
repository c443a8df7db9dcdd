"""Which header fields hold words for people. Rule of this file: what is not named here is read.

ref: RFC 5322, RFC 2045, RFC 2231
"""

from __future__ import annotations

import re
from urllib.parse import unquote

from leakguard.extract.mail.headers import Header, Parameters, decode_words
from leakguard.extract.mail.people import NAMED_FIELDS

# Written by programs for programs, and shown by no mail reader: routes, signatures, verdicts of filters.
_MACHINE = frozenset(
    b"received return-path delivered-to date mime-version dkim-signature domainkey-signature authentication-results"
    b" arc-seal arc-message-signature arc-authentication-results received-spf x-received x-original-to x-virus-scanned"
    b" x-spam-status x-spam-flag x-spam-level x-spam-score x-spam-report x-spam-checker-version x-google-dkim-signature"
    b" x-gm-message-state x-google-smtp-source x-google-sender-auth x-google-group-id x-gm-gg x-priority"
    b" x-msmail-priority importance priority sensitivity thread-index x-originating-ip content-length lines status"
    b" x-status x-uid x-mozilla-status x-mozilla-status2 x-mozilla-keys x-mimeole x-ms-has-attach x-ms-tnef-correlator"
    b" autocrypt openpgp face x-face list-unsubscribe list-unsubscribe-post list-post list-help list-subscribe"
    b" list-archive list-owner precedence auto-submitted x-auto-response-suppress x-mailman-version x-loop"
    b" errors-to envelope-to x-envelope-from x-envelope-to content-type content-transfer-encoding content-disposition"
    b" content-language accept-language content-class x-ms-exchange-messagesentrepresentingtype x-attachment-id"
    b" content-md5 feedback-id x-csa-complaints x-sg-eid x-ses-outgoing x-entity-id x-mimetrack x-brightmail-tracker"
    b" x-ironport-av x-ironport-anti-spam-filtered x-ironport-anti-spam-result x-tm-as-product-ver".split()
) | frozenset({b"subject", *NAMED_FIELDS})
# The same, in families: read only where two words stand side by side.
_FAMILIES = (
    *(b"x-ms-", b"x-microsoft-", b"x-exchange-", b"x-forefront-", b"x-google-", b"x-proofpoint-", b"x-mimecast-"),
    *(b"x-spam", b"x-barracuda-", b"x-ironport-", b"x-sg-", b"x-mc-", b"x-ms", b"x-amz-", b"x-eopattributedmessage"),
)
# One token without blanks, when a program wrote them.
_TOKENS = frozenset(
    b"message-id in-reply-to references content-id content-location content-base resent-message-id x-message-id"
    b" original-message-id x-ms-exchange-organization-network-message-id".split()
)
_PROGRAMS = frozenset({b"x-mailer", b"user-agent", b"x-newsreader"})
_PROGRAM = re.compile(
    rb"\s*(?:Microsoft|Apple|iPhone|iPad|Mozilla|Thunderbird|Evolution|Mutt|NeoMutt|Gnus|KMail|Roundcube|Lotus|Novell"
    rb"|PHPMailer|Zimbra|Outlook|Claws|Sylpheed|git-send-email|aerc|The Bat|Pegasus|Alpine|YahooMail)[\w\s./();,:+-]*\Z"
)
_TOKEN = re.compile(rb"<[^<>\s()]*>")
_SIDE_BY_SIDE = re.compile(rb"[A-Za-z]{3,} [A-Za-z]{3,}")
_LETTERS = re.compile(rb"[A-Za-z\x80-\xff]{2}")
_COMMENT = re.compile(r"\(([^()]*)\)")

_USUAL_PARAMETERS = frozenset(
    "charset boundary format delsp type start start-info protocol micalg report-type method component size smime-type"
    " creation-date modification-date read-date reply-type name filename x-unix-mode x-apple-part-url x-mac-creator"
    " x-mac-type x-mac-auto-archive x-apple-mail-type profile version differences number total id".split()
)
_SHOWN_PARAMETERS = frozenset({"name", "filename", "creation-date", "modification-date", "read-date"})


def words_in_fields(header: Header) -> list[str]:
    """The values of all fields that people or strangers may have written, in order."""
    found: list[str] = []
    for name, values in header.fields.items():
        if name in _SHOWN_FIELDS:
            continue
        is_machine = name in _MACHINE
        for value in values:
            if not is_machine:
                if text := _readable(name, value):
                    found.append(text)
            elif b"=?" in value:
                found.append(decode_words(value))
    return found


_SHOWN_FIELDS = frozenset({b"subject", b"content-type", b"content-disposition", *NAMED_FIELDS})


def _readable(name: bytes, value: bytes) -> str:
    if name in _TOKENS:
        left = value.strip()
        if b" " in left or b"\n" in left:
            left = _TOKEN.sub(b"", left).strip()
        if not (b" " in left or b"%20" in left or b"=?" in left):
            return ""
        return unquote(decode_words(value)) if b"%" in value else decode_words(value)
    if name in _PROGRAMS and _PROGRAM.match(value):
        return ""
    if name.startswith(_FAMILIES) and not (b"=?" in value or _SIDE_BY_SIDE.search(value)):
        return ""
    return decode_words(value) if _LETTERS.search(value) else ""


def words_in_parameters(each: Parameters, raw: bytes) -> list[str]:
    """Parameters that no program knows, comments, and words where there should be one name."""
    found = [each.value] if " " in each.value else []
    for key, values in each.parameters.items():
        if key not in _USUAL_PARAMETERS:
            found += [key, *(unquote(value) for value in values)]
        elif key not in _SHOWN_PARAMETERS:
            found += [value for value in values if " " in value]
    if b"(" in raw:
        found += _COMMENT.findall(decode_words(raw))
    return found

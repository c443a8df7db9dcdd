"""Two spellings of one mailbox must get one decision: the canonical form of an e-mail address.

The canonical form is for comparing only. What is forwarded is always the octets that were received.
ref: RFC 5321 section 2.4 (case), section 4.1.2 (quoted local parts); RFC 5890 (IDNA)
"""

from __future__ import annotations

import re
from functools import lru_cache

_ESCAPED = re.compile(r"\\(.)", re.DOTALL)
_QUOTED = re.compile(r'["\\]')
_NEEDS_QUOTES = re.compile(r"""[\s"\\(),:;<>@\[\]]|^$""")


@lru_cache(maxsize=65536)
def canonical(address: str) -> str:
    """The form in which two addresses of one mailbox are equal. `""` is the null sender.

    Local parts are compared without case, because mailboxes that differ in case only are one mailbox everywhere
    that matters. A subaddress (`name+tag`) stays a different address: an unknown one has no access.
    """
    local, at, domain = address.strip().rpartition("@")
    if not at:
        return address.strip().casefold()
    return f"{_local(local)}@{_domain(domain)}"


def _local(local: str) -> str:
    if len(local) >= 2 and local[0] == local[-1] == '"':
        plain = _ESCAPED.sub(r"\1", local[1:-1])
        if _NEEDS_QUOTES.search(plain):  # one way to quote it, so that this form of this form is itself
            plain = '"' + _QUOTED.sub(r"\\\g<0>", plain) + '"'
        local = plain
    return local.casefold()


def _domain(domain: str) -> str:
    domain = domain.rstrip(".").lower()
    if domain.isascii() or domain.startswith("["):
        return domain
    try:
        return domain.encode("idna").decode("ascii").rstrip(".")
    except UnicodeError:
        return domain


def domain_of(address: str) -> str:
    """The canonical domain, or `""` for the null sender."""
    _, at, domain = canonical(address).rpartition("@")
    return domain if at else ""

"""The settings of sign-in, and the combinations of them that would let in whoever says so."""

from __future__ import annotations

import ipaddress
import re
from pathlib import Path
from typing import Annotated, Any, Literal
from urllib.parse import urlsplit

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, model_validator

from leakguard.model.errors import Refused

SHORTEST_SECRET = 32
_LOCAL = {"localhost", "127.0.0.1", "::1"}


def _network(text: str) -> str:
    try:
        network = ipaddress.ip_network(text)
    except ValueError:
        raise ValueError(f"must be a network such as 10.0.3.4/32, not {text!r}") from None
    if network.prefixlen == 0:
        raise ValueError(f"{text} is everybody: then anybody could say who they are")
    return text


def _header(text: str) -> str:
    if not re.fullmatch(r"[A-Za-z0-9-]+", text):
        raise ValueError(f"must be the name of a header such as X-Forwarded-Email, not {text!r}")
    if text.lower() in {"cookie", "host", "origin", "authorization", "x-forwarded-for"}:
        raise ValueError(f"{text} has another meaning")
    return text


def _absolute(text: str) -> str:
    if not Path(text).is_absolute():
        raise ValueError(f"must be an absolute path, not {text!r}")
    return text


def _issuer(text: str) -> str:
    parts = urlsplit(text)
    is_local = parts.scheme == "http" and parts.hostname in _LOCAL
    if not parts.hostname or not (parts.scheme == "https" or is_local) or parts.query or parts.fragment:
        raise ValueError(f"must be an https address such as https://login.example.org/realm, not {text!r}")
    return text


Network = Annotated[str, AfterValidator(_network)]
HeaderName = Annotated[str, AfterValidator(_header)]
AbsolutePath = Annotated[str, AfterValidator(_absolute)]
Issuer = Annotated[str, AfterValidator(_issuer)]
RoleName = Literal["reviewer", "approver", "pra_officer", "auditor", "administrator"]


class _Slice(BaseModel):
    model_config = ConfigDict(extra="forbid", strict=True, frozen=True)


class ProxySlice(_Slice):
    networks: Annotated[list[Network], Field(min_length=1)]
    secret_file: AbsolutePath
    secret_header: HeaderName = "X-LeakGuard-Secret"
    handle_header: HeaderName
    name_header: HeaderName | None = None
    roles_header: HeaderName | None = None
    role_map: dict[str, RoleName] = {}

    @model_validator(mode="after")
    def _one_meaning_each(self) -> ProxySlice:
        names = [self.secret_header, self.handle_header, self.name_header, self.roles_header]
        given = [each.lower() for each in names if each]
        if len(given) != len(set(given)):
            raise ValueError("secret_header, handle_header, name_header and roles_header must be different headers")
        _both("roles_header", self.roles_header, self.role_map)
        return self


class OidcSlice(_Slice):
    issuer: Issuer
    client_id: Annotated[str, Field(min_length=1)]
    client_secret_file: AbsolutePath
    handle_claim: str = "email"
    roles_claim: str | None = None
    role_map: dict[str, RoleName] = {}

    @model_validator(mode="after")
    def _roles_have_names(self) -> OidcSlice:
        _both("roles_claim", self.roles_claim, self.role_map)
        return self


class SignInSlice(_Slice):
    """local: passwords of our own accounts."""

    local: bool = True
    idle_minutes: Annotated[int, Field(ge=5, le=120)] = 30
    session_hours: Annotated[int, Field(ge=1, le=24)] = 12
    proxy: ProxySlice | None = None
    oidc: OidcSlice | None = None

    @model_validator(mode="after")
    def _somebody_can_sign_in(self) -> SignInSlice:
        if self.proxy and self.oidc:
            raise ValueError("give `proxy` or `oidc`, not both: two services could name one person differently")
        if not (self.local or self.proxy or self.oidc):
            raise ValueError("nobody could sign in: turn on `local`, or give `proxy` or `oidc`")
        return self


def secret_in(path: str, shortest: int = SHORTEST_SECRET) -> str:
    """The one line of a secret file. Raises Refused without quoting any of it."""
    try:
        secret = Path(path).read_text(encoding="utf-8").strip()
    except (OSError, UnicodeDecodeError):
        raise Refused(f"cannot read the secret in {path}") from None
    if len(secret) < shortest or "\n" in secret:
        raise Refused(f"the secret in {path} must be one line of {shortest} or more characters")
    return secret


def _both(name: str, where: Any, role_map: dict[str, RoleName]) -> None:
    if bool(where) != bool(role_map):
        raise ValueError(f"`{name}` and `role_map` belong together: without both, roles are those of the accounts here")

"""One file of settings, typed and checked; the only reader of it and of the environment.

Each room gets its slice from app.

Every key is in config.example.yaml with a comment, which a test compares both ways.
"""

from __future__ import annotations

import os
import re
from dataclasses import fields
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, Literal
from zoneinfo import available_timezones

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, create_model, model_validator

from leakguard.extract import Limits
from leakguard.model.errors import LeakGuardError, NotFound
from leakguard.notation.diagnostics import Diagnostic, Report, as_text
from leakguard.notation.strict_yaml import read_yaml
from leakguard.notation.validation import validated
from leakguard.sign_in_settings import SignInSlice
from leakguard.slack_settings import SlackSlice


def _like(pattern: str, sentence: str) -> AfterValidator:
    """A text of this form; the sentence says which when it is not."""

    def check(text: str) -> str:
        if not re.fullmatch(pattern, text):
            raise ValueError(f"{sentence}, not {text!r}")
        return text

    return AfterValidator(check)


def _a_zone(name: str) -> str:
    if name not in available_timezones():
        raise ValueError(f"must be a time zone such as Europe/London, not {name!r}")
    return name


_THIS_MACHINE = ("127.0.0.1", "::1", "localhost")
Address = Annotated[str, _like(r"[^@\s<>]+@[^@\s<>]+", "must be an address such as pra@stats.example")]
HostPort = Annotated[str, _like(r"(\[[^\]]+\]|[^:\[\]]+):\d+", "must be host:port such as 127.0.0.1:10026")]
Hostname = Annotated[str, _like(r"[A-Za-z0-9.-]+", "must be one name such as relay.stats.example")]
Zone = Annotated[str, AfterValidator(_a_zone)]
Port = Annotated[int, Field(ge=0, le=65535)]
Seconds = Annotated[int | float, Field(gt=0, le=3600)]
Action = Literal["forward", "flag", "hold", "reject"]


USUAL_PLACES = (Path("config.yaml"), Path("/etc/leakguard/config.yaml"))


class SettingsRefused(LeakGuardError):
    """The settings are wrong; the text says everything that is, each with its line."""

    def __init__(self, diagnostics: tuple[Diagnostic, ...]) -> None:
        super().__init__(as_text(diagnostics))


class _Slice(BaseModel):
    model_config = ConfigDict(extra="forbid", strict=True, frozen=True)


class ListenerSlice(_Slice):
    host: str = "127.0.0.1"
    port: Port = 2525
    direction: Literal["outbound", "internal", "inbound"] = "outbound"
    allowed: list[str] = []
    xforward_from: list[str] = []
    bare_newlines: Literal["reject", "normalise"] = "reject"
    normalise_from: list[str] = []
    max_size_mib: Annotated[int, Field(ge=1, le=1024)] = 50
    max_recipients: Annotated[int, Field(ge=100)] = 1000
    max_connections: Annotated[int, Field(ge=1)] = 500


class NextHopSlice(_Slice):
    hosts: Annotated[list[HostPort], Field(min_length=1)]
    tls: Literal["off", "may", "encrypt", "verify"] | None = None
    tls_ca_file: str | None = None
    reply_seconds: Seconds = 240
    max_connections: Annotated[int, Field(ge=1)] = 50


class NoticesSlice(_Slice):
    sender: Address
    contact: Address
    reviewers: list[Address] = []
    on_call: list[Address] = []
    own_domains: list[str] = []


class CheckSlice(_Slice):
    address: Address | None = None
    per_minute: Annotated[int, Field(ge=1)] = 30


class PolicySlice(_Slice):
    high: Action = "hold"
    medium: Action = "hold"
    low: Action = "flag"


if TYPE_CHECKING:

    class LimitsSlice(_Slice):
        """A key for each of the reading's limits, which know their defaults and their reasons."""
else:
    LimitsSlice = create_model(
        "LimitsSlice",
        __base__=_Slice,
        **{each.name: (Annotated[int, Field(ge=0)], each.default) for each in fields(Limits)},
    )


class InspectionSlice(_Slice):
    workers: Annotated[int, Field(ge=0, le=64)] = 8
    seconds: Annotated[int | float, Field(ge=1, le=300)] = 10
    memory_mib: Annotated[int, Field(ge=256, le=65536)] = 512
    inline_kib: Annotated[int, Field(ge=0, le=1024)] = 64
    recycle_after: Annotated[int, Field(ge=1)] = 10_000
    limits: LimitsSlice = LimitsSlice()


class LogSlice(_Slice):
    format: Literal["json", "text"] = "json"
    level: Literal["debug", "info", "warning", "error"] = "info"


class ObserveSlice(_Slice):
    host: str = "127.0.0.1"
    port: Port = 9464


class WebSlice(_Slice):
    """The review pages. What browsers say and hear is only safe by TLS, or on this machine."""

    host: str = "127.0.0.1"
    port: Port = 8080
    origin: Annotated[str, _like(r"https?://[^/\s?#]+", "must be an origin such as https://review.stats.example")]
    organisation: str = ""
    zone: Zone = "Europe/London"
    tls_cert: str | None = None
    tls_key: str | None = None
    sign_in: SignInSlice = SignInSlice()

    @model_validator(mode="after")
    def _is_safe(self) -> WebSlice:
        is_local = re.fullmatch(r"http://(127\.\d+\.\d+\.\d+|localhost|\[::1\])(:\d+)?", self.origin) is not None
        if not (self.origin.startswith("https://") or is_local):
            raise ValueError("`origin` must be https: only on this machine itself may pages go without")
        if bool(self.tls_cert) != bool(self.tls_key):
            raise ValueError("`tls_cert` and `tls_key` belong together")
        if not self.tls_cert and self.host not in _THIS_MACHINE and self.sign_in.proxy is None:
            raise ValueError("without `tls_cert`, `host` must be this machine, with a proxy before it that ends TLS")
        return self


class Settings(_Slice):
    """Paths are absolute: those in the file are read as seen from the file's own folder."""

    hostname: Hostname
    rules: str
    store: str
    listeners: Annotated[list[ListenerSlice], Field(min_length=1)]
    next_hop: NextHopSlice
    notices: NoticesSlice
    check: CheckSlice = CheckSlice()
    policy: PolicySlice = PolicySlice()
    web: WebSlice | None = None
    inspection: InspectionSlice = InspectionSlice()
    log: LogSlice = LogSlice()
    observe: ObserveSlice | None = None
    slack: SlackSlice | None = None

    @model_validator(mode="after")
    def _slack_has_an_address(self) -> Settings:
        if self.slack is not None and self.slack.consent and self.web is None:
            raise ValueError("`slack.consent` needs `web`: people come back from Slack to the address of the pages")
        if self.slack is not None and self.slack.signing_secret_file and self.web is None:
            raise ValueError("`slack.signing_secret_file` needs `web`: Slack tells events at the address of the pages")
        return self


def config_path(given: str | None) -> Path:
    """The file to read: as given, else $LEAKGUARD_CONFIG, else the first usual place. Raises NotFound."""
    named = given or os.environ.get("LEAKGUARD_CONFIG")
    if named:
        return Path(named)
    for place in USUAL_PLACES:
        if place.exists():
            return place
    raise NotFound("there is no config.yaml here; name the settings with --config FILE")


def read_settings(path: Path) -> Settings:
    """The settings of a file. Raises SettingsRefused with every complaint at once."""
    report = Report()
    try:
        text = path.read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as problem:
        reason = problem.strerror if isinstance(problem, OSError) else "it is not UTF-8"
        sentence = f"cannot read the settings: {reason}"
        raise SettingsRefused((_at_top(path, "unreadable", sentence),)) from problem
    documents = read_yaml(str(path), text, report)
    settings = None
    if documents:
        settings = validated(Settings, _resolved(documents[0].value, path.parent), documents[0].source)
    elif not report.errors:
        report.found.append(_at_top(path, "empty", "the file has no settings"))
    if settings is None or report.errors:
        raise SettingsRefused(report.errors)
    return settings


def _at_top(path: Path, code: str, sentence: str) -> Diagnostic:
    return Diagnostic(file=str(path), line=1, column=1, code=code, sentence=sentence)


def _resolved(value: Any, folder: Path) -> Any:
    if not isinstance(value, dict):
        return value
    paths = {key: str(folder / value[key]) for key in ("rules", "store") if isinstance(value.get(key), str)}
    return {**value, **paths}

"""The settings of sign-in: what is understood, and which combinations stop the start, each with its sentence."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from leakguard import sign_in
from leakguard.clock import SetClock
from leakguard.model.account import Role
from leakguard.model.errors import Refused
from leakguard.settings import SettingsRefused, read_settings
from leakguard.sign_in_settings import SignInSlice
from leakguard.store.memory import MemoryStore

CONFIG = """hostname: relay.stats.example
rules: rules
store: leakguard.sqlite
listeners: [{port: 2525}]
next_hop: {hosts: ["127.0.0.1:10026"]}
notices: {sender: lg@stats.example, contact: desk@stats.example}
web:
  sign_in:
"""
ORIGIN = "https://review.stats.example"
PROXY = "networks: [10.0.3.4/32], secret_file: /s, handle_header: X-Email"
EVERYBODY = PROXY.replace("10.0.3.4/32", '"::/0"')
OIDC = 'issuer: "https://login.stats.example", client_id: lg, client_secret_file: /s'


def settings_of(folder: Path, text: str) -> SignInSlice:
    path = folder / "config.yaml"
    path.write_text(CONFIG.rstrip() + " " + text + "\n")
    return read_settings(path).web.sign_in


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        ("{local: false}", "nobody could sign in"),
        (f"{{proxy: {{{PROXY}}}, oidc: {{{OIDC}}}}}", "not both"),
        (f"{{proxy: {{{PROXY.replace('secret_file: /s, ', '')}}}}}", "secret_file"),
        (f"{{proxy: {{{PROXY.replace('networks: [10.0.3.4/32], ', '')}}}}}", "networks"),
        (f"{{proxy: {{{PROXY.replace('10.0.3.4/32', '')}}}}}", "networks"),
        (f"{{proxy: {{{PROXY.replace('10.0.3.4/32', '0.0.0.0/0')}}}}}", "everybody"),
        (f"{{proxy: {{{EVERYBODY}}}}}", "everybody"),
        (f"{{proxy: {{{PROXY.replace('10.0.3.4/32', '10.0.3.4/8')}}}}}", "must be a network"),
        (f"{{proxy: {{{PROXY.replace('/s', 'here')}}}}}", "absolute path"),
        (f"{{proxy: {{{PROXY.replace('X-Email', 'Cookie')}}}}}", "another meaning"),
        (f"{{proxy: {{{PROXY.replace('X-Email', 'X Email')}}}}}", "name of a header"),
        (f"{{proxy: {{{PROXY}, secret_header: x-email}}}}", "different headers"),
        (f"{{proxy: {{{PROXY}, roles_header: X-Groups}}}}", "belong together"),
        (f"{{proxy: {{{PROXY}, role_map: {{a: auditor}}}}}}", "belong together"),
        (f"{{oidc: {{{OIDC.replace('https:', 'http:')}}}}}", "https address"),
        (f"{{oidc: {{{OIDC.replace('stats.example', 'stats.example?x=1')}}}}}", "https address"),
        (f"{{oidc: {{{OIDC}, roles_claim: groups}}}}", "belong together"),
        (f"{{oidc: {{{OIDC}, roles_claim: groups, role_map: {{a: owner}}}}}}", "should be 'reviewer'"),
        (f"{{oidc: {{{OIDC.replace(', client_secret_file: /s', '')}}}}}", "client_secret_file"),
        ("{idle_minutes: 0}", "idle_minutes"),
        ("{session_hours: 48}", "session_hours"),
        ("{passwords: true}", "passwords"),
    ],
)
def test_what_would_let_in_whoever_says_so_stops_the_start(tmp_path: Path, text: str, sentence: str) -> None:
    with pytest.raises(SettingsRefused) as caught:
        settings_of(tmp_path, text)

    assert sentence in str(caught.value)
    assert "config.yaml:8" in str(caught.value)


def test_without_a_word_passwords_count(tmp_path: Path) -> None:
    slice_ = settings_of(tmp_path, "{}")

    made = sign_in.accounts(slice_, MemoryStore(), SetClock("2031-03-18T09:00:00+00:00"))

    assert made.is_local
    assert (made.times.idle, made.times.in_all) == (timedelta(minutes=30), timedelta(hours=12))
    nothing = sign_in.entrances(slice_, ORIGIN, made.clock)
    assert (nothing.proxy, nothing.oidc) == (None, None)


def _secret(folder: Path, text: str) -> Path:
    path = folder / "secret"
    path.write_text(text)
    return path


def test_a_proxy_is_trusted_as_the_settings_say(tmp_path: Path) -> None:
    path = _secret(tmp_path, "s" * 32 + "\n")
    groups = ", roles_header: X-Groups, role_map: {lg: reviewer}"
    slice_ = settings_of(tmp_path, f"{{local: false, proxy: {{{PROXY.replace('/s', str(path))}{groups}}}}}")

    proxy = sign_in.entrances(slice_, ORIGIN, SetClock("2031-03-18T09:00:00+00:00")).proxy

    assert proxy is not None
    assert proxy.secret == "s" * 32
    assert "s" * 32 not in repr(proxy)
    assert [str(each) for each in proxy.networks] == ["10.0.3.4/32"]
    assert proxy.role_map == {"lg": Role.REVIEWER}


def test_an_issuer_is_asked_as_the_settings_say(tmp_path: Path) -> None:
    path = _secret(tmp_path, "t" * 16)
    named = OIDC.replace("_file: /s", f"_file: {path}")
    slice_ = settings_of(tmp_path, f"{{oidc: {{{named}}}}}")

    oidc = sign_in.entrances(slice_, ORIGIN, SetClock("2031-03-18T09:00:00+00:00")).oidc

    assert oidc is not None
    assert oidc.back == "https://review.stats.example/sign-in/oidc/back"
    assert "t" * 16 not in repr(oidc)


@pytest.mark.parametrize("secret", ["", "s" * 31, f"{'s' * 20}\n{'s' * 20}", None])
def test_a_secret_that_is_short_or_missing_stops_the_start(tmp_path: Path, secret: Any) -> None:
    path = _secret(tmp_path, secret) if secret is not None else tmp_path / "missing"
    slice_ = settings_of(tmp_path, f"{{proxy: {{{PROXY.replace('/s', str(path))}}}}}")

    with pytest.raises(Refused) as caught:
        sign_in.entrances(slice_, ORIGIN, SetClock("2031-03-18T09:00:00+00:00"))

    assert str(path) in str(caught.value)
    assert not secret or secret not in str(caught.value)

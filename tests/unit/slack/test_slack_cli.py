"""`leakguard slack`: what comes out of it, and how it ends."""

from __future__ import annotations

import pytest
import yaml

from leakguard.channels.slack.manifest import Transport, manifest
from leakguard.cli import main

ORIGIN = "https://review.stats.example"
SETTINGS = """\
hostname: relay.stats.example
rules: rules
store: leakguard.db
listeners: [{port: 2525}]
next_hop: {hosts: ["127.0.0.1:10026"]}
notices: {sender: leakguard@stats.example, contact: desk@stats.example}
"""


def told(capsys, *arguments: str) -> tuple[int, str, str]:
    status = main(["slack", *arguments])
    said = capsys.readouterr()
    return status, said.out, said.err


def test_over_sockets_nothing_needs_to_be_known_and_no_settings_are_read(capsys, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)

    status, out, _ = told(capsys, "manifest")

    assert (status, yaml.safe_load(out)) == (0, manifest(Transport.SOCKET))


def test_the_origin_is_given_or_it_is_that_of_the_settings(capsys, tmp_path):
    config = tmp_path / "config.yaml"
    config.write_text(f"{SETTINGS}web: {{origin: '{ORIGIN}'}}\n")

    _, given, _ = told(capsys, "manifest", "--transport", "http", "--origin", f"{ORIGIN}/", "--consent")
    _, of_settings, _ = told(capsys, "manifest", "--transport", "http", "--consent", "--config", str(config))

    assert yaml.safe_load(given) == manifest(Transport.HTTP, ORIGIN, consent=True)
    assert of_settings == given


@pytest.mark.parametrize(
    ("more", "sentence"),
    [("", "the settings have no `web.origin`"), ("web: {origin: 'http://localhost:8080'}\n", "need an https origin")],
)
def test_an_origin_that_slack_could_not_use_is_refused(more, sentence, capsys, tmp_path):
    config = tmp_path / "config.yaml"
    config.write_text(SETTINGS + more)

    status, out, err = told(capsys, "manifest", "--transport", "http", "--config", str(config))

    assert (status, out) == (2, "")
    assert sentence in err

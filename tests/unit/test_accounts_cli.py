"""`leakguard accounts`: from the first administrator on, without any rules and without any default password."""

from __future__ import annotations

import asyncio
import json
import re
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path

import pytest

from leakguard.cli import main
from leakguard.clock import SetClock
from leakguard.model.account import Role
from leakguard.service.accounts import Accounts
from leakguard.service.own_account import OwnAccount
from leakguard.service.throttle import Throttle
from leakguard.store.sqlite import SqliteStore
from tests.fakes.passwords import PlainPasswords

CONFIG = """hostname: relay.stats.example
rules: no-such-folder
store: leakguard.sqlite
listeners: [{port: 2525}]
next_hop: {hosts: ["127.0.0.1:10026"]}
notices: {sender: lg@stats.example, contact: desk@stats.example}
"""
PASSWORD = "correct horse battery"
ADA = "ada@stats.example"


@pytest.fixture
def run(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> Callable[..., tuple[int, str, str]]:
    (tmp_path / "config.yaml").write_text(CONFIG)

    def command(*words: str) -> tuple[int, str, str]:
        status = main(["accounts", *words, "--config", str(tmp_path / "config.yaml")])
        printed = capsys.readouterr()
        return status, printed.out, printed.err

    return command


def code_in(printed: str) -> str:
    found = re.search(r"^ +/welcome#(\S+)$", printed, re.MULTILINE)
    assert found, printed
    return found[1]


def follow(folder: Path, code: str) -> frozenset[Role]:
    """Set a password by the link and sign in: the roles one then has."""

    async def story() -> frozenset[Role]:
        store = await SqliteStore.open(folder / "leakguard.sqlite")
        clock = SetClock(datetime.now(UTC))
        accounts = Accounts(
            store=store.accounts, clock=clock, passwords=PlainPasswords(), throttle=Throttle(clock.seconds)
        )
        account = await OwnAccount(accounts=accounts).welcome(code, PASSWORD)
        session, _ = await accounts.sign_in(account.handle, PASSWORD)
        roles = (await accounts.actor_of(session)).roles
        await store.close()
        return roles

    return asyncio.run(story())


def test_the_first_administrator_is_made_and_sets_a_password(run, tmp_path):
    status, printed, _ = run("create", "Ada@stats.example", "--role", "administrator", "--name", "Ada")

    assert status == 0
    assert follow(tmp_path, code_in(printed)) == {Role.ADMINISTRATOR}


def test_there_are_no_accounts_before_somebody_makes_one(run):
    assert run("list")[1] == "there are no accounts; make one with accounts create\n"


def test_accounts_are_listed_without_their_secrets(run, tmp_path):
    run("create", ADA, "--role", "administrator", "--role", "auditor", "--name", "Ada L")
    _, printed, _ = run("create", "rae@stats.example", "--role", "reviewer")
    follow(tmp_path, code_in(printed))

    _, table, _ = run("list")
    _, lines, _ = run("list", "--format", "json")

    ada, rae = (json.loads(line) for line in lines.splitlines())
    assert (ada["handle"], ada["name"], ada["roles"]) == (ADA, "Ada L", ["auditor", "administrator"])
    assert (ada["has_password"], ada["signed_in_at"], rae["has_password"]) == (False, None, True)
    assert [line.split()[0] for line in table.splitlines()] == ["handle", ADA, "rae@stats.example"]
    assert PASSWORD not in table + lines


def test_an_account_is_disabled_enabled_reset_and_given_roles(run, tmp_path):
    run("create", ADA, "--role", "administrator")
    _, printed, _ = run("create", "rae@stats.example", "--role", "reviewer")
    follow(tmp_path, code_in(printed))

    assert run("disable", "rae@stats.example")[:2] == (0, "rae@stats.example is disabled\n")
    assert run("enable", "rae@stats.example")[:2] == (0, "rae@stats.example is enabled\n")
    roles = run("roles", "rae@stats.example", "--role", "approver", "--role", "reviewer")
    assert roles[1] == "rae@stats.example is now: reviewer, approver\n"
    status, printed, _ = run("reset", "rae@stats.example")

    assert status == 0
    assert follow(tmp_path, code_in(printed)) == {Role.REVIEWER, Role.APPROVER}


@pytest.mark.parametrize(
    ("words", "sentence"),
    [
        (("create", "ada", "--role", "auditor"), "e-mail address"),
        (("create", ADA, "--role", "auditor"), "already"),
        (("disable", ADA), "last account"),
        (("roles", ADA, "--role", "reviewer"), "last account"),
        (("reset", "nobody@stats.example"), "no account"),
    ],
    ids=lambda value: value if isinstance(value, str) else " ".join(value),
)
def test_what_cannot_be_done_is_a_sentence(run, words, sentence):
    run("create", ADA, "--role", "administrator")

    status, printed, complaint = run(*words)

    assert (status, printed) == (2, "")
    assert sentence in complaint


def test_an_account_needs_a_role(run):
    with pytest.raises(SystemExit):
        run("create", ADA)


def test_the_audit_names_who_acted(run, tmp_path):
    run("create", ADA, "--role", "administrator", "--actor", "sam")

    async def first() -> tuple[str, str]:
        store = await SqliteStore.open(tmp_path / "leakguard.sqlite")
        [entry] = await store.audit()
        await store.close()
        return entry.kind, entry.actor

    assert asyncio.run(first()) == ("AccountCreated", "sam")

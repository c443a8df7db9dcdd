"""What a store promises about accounts, sessions, tokens and links: all of a change with its events, or nothing."""

from __future__ import annotations

import asyncio
from dataclasses import replace
from datetime import timedelta

import pytest

from leakguard.model.account import Account, ApiToken, Link, Role, Scope, Session, SignedInBy
from leakguard.model.account_events import AccountChanged
from leakguard.model.errors import NotFound, Refused, Stale, StoreUnavailable
from leakguard.service.account_ports import (
    AddAccount,
    AddLink,
    AddToken,
    DropLink,
    DropToken,
    DropTokens,
    EndSession,
    EndSessions,
    SaveAccount,
    StartSession,
    SweepSessions,
    TakeLink,
    TouchSession,
)
from leakguard.store.sqlite import SqliteStore
from tests.contract.store_samples import LIFT, MICROSECOND, MINUTE

ANN = Account(
    handle="ann@x.example",
    name="Ann \udcff O'Brien",
    roles=frozenset({Role.REVIEWER, Role.APPROVER}),
    password="$argon2id$v=19$m=8,t=1,p=1$c2FsdHNhbHQ$aGFzaA",
    totp_secret=b"\x00secret\xff",
    totp_step=5,
    created_at=LIFT,
    signed_in_at=LIFT + MICROSECOND,
)
BOB = Account(handle="bob@x.example", created_at=LIFT)
ADA = Account(handle="ada@x.example", roles=frozenset({Role.ADMINISTRATOR}), created_at=LIFT)
EVENT = AccountChanged(at=LIFT, actor="ada@x.example", handle="ann@x.example", change="roles", roles=(Role.REVIEWER,))


def session(digest: str = "d1", **changes) -> Session:
    fields = {
        "handle": "ann@x.example",
        "csrf": "c",
        "created_at": LIFT,
        "seen_at": LIFT,
        "signed_in_at": LIFT,
        "signed_in_by": SignedInBy.OIDC,
        "client": "192.0.2.1",
    }
    return Session(digest=digest, **(fields | changes))


def token(digest: str = "t1", **changes) -> ApiToken:
    fields = {"handle": "ann@x.example", "name": "dash\udcff", "scopes": frozenset({Scope.READ, Scope.AUDIT})}
    times = {"created_at": LIFT, "expires_at": LIFT + timedelta(days=90)}
    return ApiToken(digest=digest, **(fields | times | changes))


@pytest.fixture
def accounts(store, run):
    run(store.accounts.commit([AddAccount(account=each) for each in (BOB, ANN, ADA)]))
    return store.accounts


def test_an_account_comes_back_as_it_was(accounts, run):
    assert run(accounts.account("ann@x.example")) == ANN
    assert run(accounts.account("bob@x.example")) == BOB
    assert run(accounts.account("nobody@x.example")) is None


def test_accounts_are_listed_by_handle(accounts, run):
    assert run(accounts.accounts()) == (ADA, ANN, BOB)


def test_one_handle_is_one_account(accounts, run):
    with pytest.raises(Stale):
        run(accounts.commit([AddAccount(account=replace(ANN, name="other"))]))

    assert run(accounts.account("ann@x.example")) == ANN


def test_a_changed_account_is_saved_with_the_next_revision(accounts, run):
    changed = replace(
        ANN,
        name="A",
        roles=frozenset(),
        password=None,
        totp_secret=None,
        totp_step=9,
        is_disabled=True,
        signed_in_at=None,
    )

    run(accounts.commit([SaveAccount(account=changed)]))

    assert run(accounts.account("ann@x.example")) == replace(changed, revision=1)


def test_when_an_account_was_made_never_changes(accounts, run):
    run(accounts.commit([SaveAccount(account=replace(ANN, created_at=LIFT + MINUTE))]))

    assert run(accounts.account("ann@x.example")).created_at == LIFT


def test_of_two_who_change_an_account_the_second_is_told(accounts, run):
    async def both():
        one = accounts.commit([SaveAccount(account=replace(ANN, name="one"))])
        two = accounts.commit([SaveAccount(account=replace(ANN, name="two"))])
        return await asyncio.gather(one, two, return_exceptions=True)

    answers = run(both())

    assert sorted(type(each).__name__ for each in answers) == ["NoneType", "Stale"]


def test_an_account_that_is_not_there_cannot_be_changed(accounts, run):
    with pytest.raises(NotFound):
        run(accounts.commit([SaveAccount(account=replace(ANN, handle="nobody@x.example"))]))


@pytest.mark.parametrize("changes", [{"roles": frozenset({Role.AUDITOR})}, {"is_disabled": True}], ids=["roles", "off"])
def test_the_last_administrator_stays(accounts, run, changes):
    with pytest.raises(Refused):
        run(accounts.commit([SaveAccount(account=replace(ADA, **changes))], [EVENT]))

    assert run(accounts.account("ada@x.example")) == ADA


def test_a_disabled_administrator_does_not_count_as_one(accounts, run):
    off = replace(ADA, handle="off@x.example", is_disabled=True)
    run(accounts.commit([AddAccount(account=off)]))

    with pytest.raises(Refused):
        run(accounts.commit([SaveAccount(account=replace(ADA, roles=frozenset()))]))


def test_two_administrators_cannot_remove_each_other_at_once(accounts, run):
    eve = replace(ADA, handle="eve@x.example")
    run(accounts.commit([AddAccount(account=eve)]))

    async def both():
        removals = [accounts.commit([SaveAccount(account=replace(each, roles=frozenset()))]) for each in (ADA, eve)]
        return await asyncio.gather(*removals, return_exceptions=True)

    assert sorted(type(each).__name__ for each in run(both())) == ["NoneType", "Refused"]


def test_events_are_in_the_audit_of_the_store(store, accounts, run):
    run(accounts.commit([SaveAccount(account=ANN)], [EVENT]))

    [entry] = run(store.audit())

    assert (entry.kind, entry.actor, entry.at) == ("AccountChanged", "ada@x.example", LIFT)
    assert entry.body["roles"] == ["reviewer"]


def test_a_change_that_is_refused_leaves_nothing_of_the_others_and_no_event(store, accounts, run):
    changes = [StartSession(session=session()), AddToken(token=token()), TakeLink(digest="none")]

    with pytest.raises(Stale):
        run(accounts.commit(changes, [EVENT]))

    assert run(accounts.session("d1")) is None
    assert run(accounts.token("t1")) is None
    assert run(store.audit()) == ()


def test_sessions_come_back_as_they_were_oldest_first(accounts, run):
    older, newer = session("d2", created_at=LIFT - MINUTE), session("d1")
    run(accounts.commit([StartSession(session=newer), StartSession(session=older)]))

    assert run(accounts.session("d1")) == newer
    assert run(accounts.sessions_of("ann@x.example")) == (older, newer)
    assert run(accounts.sessions_of("bob@x.example")) == ()
    assert run(accounts.session("nothing")) is None


def test_a_session_is_seen_later_and_never_earlier(accounts, run):
    run(accounts.commit([StartSession(session=session())]))

    run(accounts.commit([TouchSession(digest="d1", seen_at=LIFT + MINUTE)]))
    run(accounts.commit([TouchSession(digest="d1", seen_at=LIFT), TouchSession(digest="gone", seen_at=LIFT)]))

    assert run(accounts.session("d1")) == session(seen_at=LIFT + MINUTE)
    assert run(accounts.session("gone")) is None


def test_a_session_ends_once(accounts, run):
    run(accounts.commit([StartSession(session=session())]))

    run(accounts.commit([EndSession(digest="d1", must_be_there=True)]))

    assert run(accounts.session("d1")) is None
    run(accounts.commit([EndSession(digest="d1")]))
    with pytest.raises(Stale):
        run(accounts.commit([EndSession(digest="d1", must_be_there=True)]))


def test_all_sessions_of_one_account_end_and_no_others(accounts, run):
    other = session("d3", handle="bob@x.example")
    run(accounts.commit([StartSession(session=each) for each in (session("d1"), session("d2"), other)]))

    run(accounts.commit([EndSessions(handle="ann@x.example")]))

    assert run(accounts.sessions_of("ann@x.example")) == ()
    assert run(accounts.session("d3")) == other


def test_old_sessions_are_swept_to_the_instant(accounts, run):
    run(
        accounts.commit(
            [StartSession(session=session("d1")), StartSession(session=session("d2", created_at=LIFT + MICROSECOND))]
        )
    )

    run(accounts.commit([SweepSessions(created_until=LIFT)]))

    assert [each.digest for each in run(accounts.sessions_of("ann@x.example"))] == ["d2"]


def test_tokens_come_back_as_they_were_and_go(accounts, run):
    later, other = token("t2", created_at=LIFT + MINUTE, scopes=frozenset()), token("t3", handle="bob@x.example")
    run(accounts.commit([AddToken(token=each) for each in (later, token(), other)]))

    assert run(accounts.token("t1")) == token()
    assert run(accounts.tokens_of("ann@x.example")) == (token(), later)

    run(accounts.commit([DropToken(digest="t1")]))
    assert run(accounts.tokens_of("ann@x.example")) == (later,)

    run(accounts.commit([DropTokens(handle="ann@x.example")]))
    assert run(accounts.token("t2")) is None
    assert run(accounts.token("t3")) == other


def test_a_link_is_taken_once(accounts, run):
    link = Link(digest="l1", handle="ann@x.example", expires_at=LIFT)
    run(accounts.commit([AddLink(link=link)]))
    assert run(accounts.link("l1")) == link

    async def both():
        takes = [accounts.commit([TakeLink(digest="l1")]) for _ in range(2)]
        return await asyncio.gather(*takes, return_exceptions=True)

    assert sorted(type(each).__name__ for each in run(both())) == ["NoneType", "Stale"]
    assert run(accounts.link("l1")) is None


def test_a_new_link_makes_the_last_one_of_its_account_void(accounts, run):
    links = [
        Link(digest=name, handle=f"{who}@x.example", expires_at=LIFT) for name, who in [("l1", "ann"), ("l2", "bob")]
    ]
    run(accounts.commit([AddLink(link=each) for each in links]))

    run(accounts.commit([AddLink(link=replace(links[0], digest="l3"))]))

    assert run(accounts.link("l1")) is None
    assert run(accounts.link("l3")).handle == "ann@x.example"
    assert run(accounts.link("l2")) == links[1]

    run(accounts.commit([DropLink(handle="ann@x.example")]))
    assert run(accounts.link("l3")) is None


def test_a_closed_store_answers_nothing_about_accounts(store, accounts, run):
    run(store.close())

    for question in (
        accounts.account("ann@x.example"),
        accounts.session("d1"),
        accounts.commit([DropToken(digest="t")]),
    ):
        with pytest.raises(StoreUnavailable):
            run(question)


def test_accounts_are_there_after_opening_the_file_again(tmp_path, run):
    first = run(SqliteStore.open(tmp_path / "leakguard.db"))
    run(first.accounts.commit([AddAccount(account=ANN), StartSession(session=session()), AddToken(token=token())]))
    run(first.close())

    second = run(SqliteStore.open(tmp_path / "leakguard.db"))

    assert run(second.accounts.account("ann@x.example")) == ANN
    assert run(second.accounts.session("d1")) == session()
    assert run(second.accounts.token("t1")) == token()
    run(second.close())


def test_secrets_are_in_no_text_of_a_record():
    shown = repr(
        (ANN, session("digest1"), token("digest2"), Link(digest="digest3", handle="a@x.example", expires_at=LIFT))
    )
    shown += repr(
        (TouchSession(digest="digest4", seen_at=LIFT), EndSession(digest="digest5"), TakeLink(digest="digest6"))
    )

    assert "argon2id" not in shown
    assert "secret" not in shown.replace("totp_secret", "")
    assert "digest" not in shown

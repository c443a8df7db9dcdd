"""What a store promises about people's tokens: one for each person, changed by one at a time, gone when dropped."""

from __future__ import annotations

from dataclasses import replace

import pytest

from leakguard.model.consent import Consent, ConsentEnded, ConsentGiven
from leakguard.model.errors import Stale, StoreUnavailable
from leakguard.store.sqlite import SqliteStore
from tests.contract.store_samples import LIFT, MICROSECOND, MINUTE

SEALED = b"\x00sealed \xff words"


@pytest.fixture
def vault(store):
    return store.vault


def consent(person: str = "U1", **changes) -> Consent:
    usual = {"team": "T1", "person": person, "sealed": SEALED, "agreed_at": LIFT, "expires_at": LIFT + MINUTE}
    return Consent(**(usual | changes))


def test_a_consent_comes_back_as_it_was_kept(vault, run):
    kept = run(vault.keep(consent(renewing_until=LIFT)))

    assert replace(kept, revision=1) == consent(renewing_until=LIFT)
    assert run(vault.consent("T1", "U1")) == kept
    assert run(vault.consent("T2", "U1")) is None
    assert run(vault.consent("T1", "U2")) is None


def test_whoever_agrees_again_has_one_token_the_newer(vault, run):
    first = run(vault.keep(consent()))
    second = run(vault.keep(consent(sealed=b"newer", expires_at=None)))

    assert run(vault.consent("T1", "U1")) == second
    assert (second.sealed, second.expires_at) == (b"newer", None)
    assert second.revision != first.revision


def test_of_two_who_change_it_at_once_the_second_is_told(vault, run):
    read = run(vault.keep(consent()))
    saved = run(vault.save(replace(read, sealed=b"first")))

    with pytest.raises(Stale):
        run(vault.save(replace(read, sealed=b"second")))
    assert run(vault.consent("T1", "U1")) == saved
    assert run(vault.save(replace(saved, sealed=b"third"))).sealed == b"third"


def test_nobody_saves_over_a_consent_that_ended_or_was_given_again_since(vault, run):
    read = run(vault.keep(consent()))
    run(vault.drop("T1", "U1"))
    with pytest.raises(Stale):
        run(vault.save(read))
    again = run(vault.keep(consent(sealed=b"again")))

    with pytest.raises(Stale):
        run(vault.save(read))
    assert run(vault.consent("T1", "U1")) == again


def test_what_is_dropped_is_gone_and_told_once(vault, store, run):
    given = ConsentGiven(at=LIFT, actor="slack:T1/U1", person="slack:T1/U1")
    ended = ConsentEnded(at=LIFT, person="slack:T1/U1", why="revoked")
    run(vault.keep(consent(), [given]))

    assert run(vault.drop("T1", "U1", [ended]))
    assert not run(vault.drop("T1", "U1", [ended]))
    assert run(vault.consent("T1", "U1")) is None
    assert [each.kind for each in run(store.audit())] == ["ConsentGiven", "ConsentEnded"]


def test_how_many_agreed_in_a_workspace(vault, run):
    for each in (consent("U1"), consent("U2"), consent("U2"), consent("U3", team="T2")):
        run(vault.keep(each))

    assert [run(vault.agreed(team)) for team in ("T1", "T2", "T3", "")] == [2, 1, 0, 3]


def test_a_digest_is_spent_once_up_to_its_end(vault, run):
    until = LIFT + MINUTE

    assert run(vault.spend("d1", until, LIFT))
    assert not run(vault.spend("d1", until, LIFT))
    assert run(vault.spend("d2", until, LIFT))
    assert not run(vault.spend("d1", until, until))
    assert run(vault.spend("d1", until, until + MICROSECOND)), "it is for its owner to refuse what is over"


def test_a_store_that_is_closed_takes_nothing(vault, store, run):
    run(store.close())

    with pytest.raises(StoreUnavailable):
        run(vault.keep(consent()))


def test_a_consent_is_there_after_closing_and_opening_again(tmp_path, run):
    path = tmp_path / "leakguard.db"
    first = run(SqliteStore.open(path))
    kept = run(first.vault.keep(consent()))
    run(first.close())
    second = run(SqliteStore.open(path))

    assert run(second.vault.consent("T1", "U1")) == kept
    run(second.close())

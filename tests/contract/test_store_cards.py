"""What a store promises whoever shows cards: each is the last that was put, and so is the line they tell up to."""

from __future__ import annotations

import pytest

from leakguard.model.card import Card, CardFor
from leakguard.model.errors import StoreUnavailable
from leakguard.model.ids import HeldId

REF = HeldId("held-1")


def card(whose: CardFor = CardFor.AUTHOR, **changes: str) -> Card:
    return Card(**({"held": REF, "whose": whose, "channel": "D1", "ts": "1.000002", "digest": "d"} | changes))


def test_a_card_comes_back_and_each_of_the_two_is_its_own(store, run):
    assert run(store.cards.card(REF, CardFor.AUTHOR)) is None

    run(store.cards.put_card(card()))
    run(store.cards.put_card(card(CardFor.COMPLIANCE, channel="C1")))

    assert run(store.cards.card(REF, CardFor.AUTHOR)) == card()
    assert run(store.cards.card(REF, CardFor.COMPLIANCE)) == card(CardFor.COMPLIANCE, channel="C1")
    assert run(store.cards.card(HeldId("held-2"), CardFor.AUTHOR)) is None


def test_a_card_takes_the_place_of_the_one_before(store, run):
    run(store.cards.put_card(card()))
    run(store.cards.put_card(card(digest="e")))

    assert run(store.cards.card(REF, CardFor.AUTHOR)) == card(digest="e")


def test_the_line_up_to_which_cards_tell_is_remembered(store, run):
    assert run(store.cards.told_until()) is None

    run(store.cards.put_told_until(0))
    run(store.cards.put_told_until(7))

    assert run(store.cards.told_until()) == 7


def test_a_store_that_does_not_answer_says_so(store, run):
    run(store.close())
    with pytest.raises(StoreUnavailable):
        run(store.cards.put_card(card()))

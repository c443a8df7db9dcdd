"""Distribution lists count as their members; a list that cannot be expanded may have nothing."""

from __future__ import annotations

import pytest

from leakguard.model.embargo import Basis
from leakguard.policy import lacks_access
from tests.builders import AMY, CLEARED, INSIDE, OPENS, PRODUCER, TICK, book, finding, grant, outcome, release

ALL, DEEP, TEAM = "all@dwp.example", "deep@dwp.example", "team@dwp.example"
NOT_EXPANDED, MEMBER = "list_not_expanded", "list_member_without_access"


@pytest.mark.parametrize(
    ("lists", "lacks"),
    [
        pytest.param({ALL: (CLEARED, PRODUCER)}, None, id="every member has access"),
        pytest.param({ALL: (CLEARED, AMY)}, MEMBER, id="one member has not"),
        pytest.param({ALL: (AMY, CLEARED)}, MEMBER, id="the first has not"),
        pytest.param({ALL: ()}, NOT_EXPANDED, id="no known members"),
        pytest.param({}, "recipient_not_listed", id="no list at all"),
        pytest.param({ALL: (DEEP, PRODUCER), DEEP: (CLEARED,)}, None, id="nested, all have access"),
        pytest.param({ALL: (DEEP, PRODUCER), DEEP: (CLEARED, AMY)}, MEMBER, id="nested, one has not"),
        pytest.param({ALL: (DEEP, PRODUCER), DEEP: ()}, NOT_EXPANDED, id="nested, one without known members"),
        pytest.param({ALL: (PRODUCER, DEEP), DEEP: ()}, NOT_EXPANDED, id="nested last, without known members"),
        pytest.param({ALL: (DEEP, CLEARED), DEEP: (ALL, PRODUCER)}, None, id="cyclic, all have access"),
        pytest.param({ALL: (DEEP, CLEARED), DEEP: (ALL, AMY)}, MEMBER, id="cyclic, one has not"),
        pytest.param({ALL: (DEEP,), DEEP: (ALL,)}, NOT_EXPANDED, id="cyclic without anybody"),
        pytest.param({ALL: (ALL,)}, NOT_EXPANDED, id="a list of itself"),
        pytest.param({ALL: ("unknown@list.example",)}, MEMBER, id="a member nobody knows"),
    ],
)
def test_a_list_may_have_what_every_member_may(lists: dict[str, tuple[str, ...]], lacks: str | None) -> None:
    assert lacks_access(ALL, release(), book(lists=lists), INSIDE) == lacks
    assert lacks_access(ALL.upper(), release(), book(lists=lists), INSIDE) == lacks


def test_a_member_whose_access_is_not_open_yet_keeps_the_list_out() -> None:
    of = book(lists={ALL: (CLEARED, PRODUCER)})

    assert lacks_access(ALL, release(), of, OPENS - TICK) == MEMBER
    assert lacks_access(ALL, release(), of, OPENS) is None


def test_a_mailbox_with_a_grant_of_its_own_counts_as_itself_whoever_reads_it() -> None:
    of = book((), (grant(PRODUCER), grant(TEAM)), {TEAM: (AMY,)})

    assert lacks_access(TEAM, release(), of, INSIDE) is None
    assert lacks_access(ALL, release(), book((), (grant(TEAM),), {ALL: (TEAM,), TEAM: (AMY,)}), INSIDE) is None


def test_a_mailbox_that_lost_its_own_grant_is_not_let_in_by_its_members() -> None:
    of = book((), (grant(PRODUCER), grant(TEAM, suspended=True)), {TEAM: (PRODUCER,)})

    assert lacks_access(TEAM, release(), of, INSIDE) == "recipient_suspended"


def test_a_list_with_a_grant_for_another_release_counts_as_its_members_for_this_one() -> None:
    """A press office that is a list, and has a grant for something else, must not send the decision in circles."""
    grants = (grant(PRODUCER), grant(CLEARED, Basis.PRE_RELEASE), grant(TEAM, of="CPI-03"))
    releases = (release(), release("CPI-03", series="prices"))

    good = book(releases, grants, {TEAM: (PRODUCER, CLEARED)})
    bad = book(releases, grants, {TEAM: (ALL, PRODUCER), ALL: (TEAM, AMY)})

    assert lacks_access(TEAM, release(), good, INSIDE) is None
    assert lacks_access(TEAM, release(), bad, INSIDE) == MEMBER
    assert lacks_access(ALL, release(), bad, INSIDE) == MEMBER
    assert outcome(finding(), INSIDE, sender=PRODUCER, to=(TEAM,), of=bad).action == "hold"


@pytest.mark.parametrize(
    ("members", "action"),
    [
        pytest.param((PRODUCER, CLEARED), "forward", id="all have access"),
        pytest.param((PRODUCER, AMY), "hold", id="one has not"),
    ],
)
def test_a_list_as_author_counts_as_its_members_too(members: tuple[str, ...], action: str) -> None:
    of = book(lists={ALL: members})

    assert outcome(finding(), INSIDE, sender=ALL, to=(CLEARED,), of=of).action == action

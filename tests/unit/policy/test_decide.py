"""Who may have what when: phases and grants as tables, with the instant before, the instant and the instant after."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime

import pytest

from leakguard.model.address import canonical
from leakguard.model.content import Verdict
from leakguard.model.decision import Action, ReasonCode
from leakguard.model.embargo import Basis, Book, Grant, LiftMode, Phase, Release, ReleaseStatus
from leakguard.model.message import Facts
from leakguard.model.overlay import lay_over
from leakguard.policy import decide, lacks_access
from leakguard.rulebook import load
from tests.builders import (
    AFTER,
    AMY,
    BEFORE,
    CLEARED,
    INSIDE,
    JOE,
    LIFT,
    OPENS,
    POLICY,
    PRODUCER,
    TICK,
    actions,
    book,
    codes,
    decided,
    finding,
    grant,
    outcome,
    release,
    utc,
    verdict,
)

F, H = Action.FORWARD, Action.HOLD
PUBLIC, ALL = "release_public", "all_have_access"
NOT_LISTED, SENDER = "recipient_not_listed", "sender_without_access"
NOT_OPEN, ENDED = "recipient_access_not_open", "recipient_access_ended"
UNSIGNED, SUSPENDED = "recipient_declaration_missing", "recipient_suspended"


@pytest.mark.parametrize(
    ("sender", "to", "now", "action", "expected"),
    [
        pytest.param(PRODUCER, CLEARED, INSIDE, F, [ALL], id="both have access"),
        pytest.param(PRODUCER, AMY, INSIDE, H, [NOT_LISTED], id="sender only"),
        pytest.param(JOE, CLEARED, INSIDE, H, [SENDER], id="recipient only"),
        pytest.param(JOE, AMY, INSIDE, H, [SENDER, NOT_LISTED], id="neither"),
        pytest.param(JOE, AMY, LIFT - TICK, H, [SENDER, NOT_LISTED], id="the instant before the lift"),
        pytest.param(JOE, AMY, LIFT, F, [PUBLIC], id="the lift"),
        pytest.param(JOE, AMY, LIFT + TICK, F, [PUBLIC], id="the instant after the lift"),
        pytest.param(PRODUCER, CLEARED, OPENS - TICK, H, [NOT_OPEN], id="the instant before the window opens"),
        pytest.param(PRODUCER, CLEARED, OPENS, F, [ALL], id="the window opens"),
        pytest.param(PRODUCER, CLEARED, OPENS + TICK, F, [ALL], id="the instant after it opened"),
        pytest.param(PRODUCER, PRODUCER, BEFORE, F, [ALL], id="production has access from the beginning"),
        pytest.param(CLEARED, PRODUCER, BEFORE, H, [SENDER], id="a cleared sender before the window"),
        pytest.param(" PRODUCER@ons.example"[1:].replace("PRODUCER", "LM"), CLEARED, INSIDE, F, [ALL], id="other case"),
        pytest.param("lm+x@ons.example", CLEARED, INSIDE, H, [SENDER], id="a subaddress is somebody else"),
    ],
)
def test_the_phase_and_both_sides_decide(
    sender: str, to: str, now: datetime, action: Action, expected: list[str]
) -> None:
    found = outcome(finding(), now, sender=sender, to=(to,))

    assert (found.action, codes(found)) == (action, expected)


NOON = utc("03-17T12:00")


@pytest.mark.parametrize(
    ("given", "at", "lacks"),
    [
        pytest.param(grant(AMY), BEFORE, None, id="production: at once"),
        pytest.param(grant(AMY, Basis.QA), BEFORE, None, id="qa: at once"),
        pytest.param(grant(AMY, from_at=NOON), NOON - TICK, NOT_OPEN, id="production: before its own from"),
        pytest.param(grant(AMY, from_at=NOON), NOON, None, id="production: its own from"),
        pytest.param(grant(AMY, Basis.PRE_RELEASE), OPENS - TICK, NOT_OPEN, id="pre-release: before the window"),
        pytest.param(grant(AMY, Basis.PRE_RELEASE), OPENS, None, id="pre-release: with the window"),
        pytest.param(
            grant(AMY, Basis.PRE_RELEASE, from_at=NOON), NOON - TICK, NOT_OPEN, id="pre-release: before its own from"
        ),
        pytest.param(grant(AMY, Basis.PRE_RELEASE, from_at=NOON), NOON, None, id="pre-release: its own from"),
        pytest.param(
            grant(AMY, Basis.PRE_RELEASE, from_at=BEFORE), BEFORE, None, id="pre-release: a special early from"
        ),
        pytest.param(grant(AMY, Basis.SPECIAL), LIFT - TICK, NOT_OPEN, id="special: without from it never opens"),
        pytest.param(grant(AMY, Basis.SPECIAL, from_at=NOON), NOON - TICK, NOT_OPEN, id="special: before its from"),
        pytest.param(grant(AMY, Basis.SPECIAL, from_at=NOON), NOON, None, id="special: its from"),
        pytest.param(grant(AMY, until_at=NOON), NOON - TICK, None, id="until: the instant before"),
        pytest.param(grant(AMY, until_at=NOON), NOON, ENDED, id="until: is exclusive"),
        pytest.param(grant(AMY, until_at=NOON), NOON + TICK, ENDED, id="until: over"),
        pytest.param(grant(AMY, suspended=True), INSIDE, SUSPENDED, id="suspended"),
        pytest.param(grant(AMY, suspended=True, until_at=NOON), NOON, SUSPENDED, id="suspended is told before ended"),
        pytest.param(grant(AMY, Basis.PRE_RELEASE, of="OTHER"), INSIDE, NOT_LISTED, id="of another release"),
        pytest.param(grant(JOE), INSIDE, NOT_LISTED, id="of somebody else"),
    ],
)
def test_a_grant_counts_from_its_opening_to_its_end(given: Grant, at: datetime, lacks: str | None) -> None:
    assert lacks_access(AMY, release(), book((), (given,)), at) == lacks


def test_pre_release_access_without_a_window_never_opens() -> None:
    no_window = release(pre_release_from=None)

    assert lacks_access(AMY, no_window, book((no_window,), (grant(AMY, Basis.PRE_RELEASE),)), INSIDE) == NOT_OPEN


@pytest.mark.parametrize(
    ("basis", "signed", "lacks"),
    [
        pytest.param(Basis.PRE_RELEASE, None, UNSIGNED, id="never signed"),
        pytest.param(Basis.PRE_RELEASE, INSIDE + TICK, UNSIGNED, id="signed an instant later"),
        pytest.param(Basis.PRE_RELEASE, INSIDE, None, id="signed now"),
        pytest.param(Basis.PRE_RELEASE, INSIDE - TICK, None, id="signed before"),
        pytest.param(Basis.PRODUCTION, None, None, id="production needs none"),
        pytest.param(Basis.QA, None, None, id="qa needs none"),
    ],
)
def test_a_required_declaration_must_be_signed(basis: Basis, signed: datetime | None, lacks: str | None) -> None:
    strict = release(declaration_required=True)
    of = book((strict,), (grant(AMY, basis, declaration_signed_at=signed),))

    assert lacks_access(AMY, strict, of, INSIDE) == lacks
    if basis is Basis.PRE_RELEASE:
        assert lacks_access(AMY, release(), of, INSIDE) is None, "and only where it is required"


@pytest.mark.parametrize(
    ("grants", "lacks"),
    [
        pytest.param((grant(AMY, suspended=True), grant(AMY)), None, id="one that counts is enough"),
        pytest.param((grant(AMY), grant(AMY, suspended=True)), None, id="in either order"),
        pytest.param((grant(AMY, until_at=BEFORE), grant(AMY, from_at=AFTER)), NOT_OPEN, id="not open before ended"),
        pytest.param((grant(AMY, from_at=AFTER), grant(AMY, until_at=BEFORE)), NOT_OPEN, id="in either order again"),
        pytest.param((grant(AMY, from_at=AFTER), grant(AMY, suspended=True)), SUSPENDED, id="suspended before all"),
        pytest.param(
            (grant(AMY, from_at=AFTER), grant(AMY, Basis.PRE_RELEASE)), UNSIGNED, id="unsigned before not open"
        ),
    ],
)
def test_of_several_grants_the_nearest_to_access_is_told(grants: tuple[Grant, ...], lacks: str | None) -> None:
    strict = release(declaration_required=True)

    assert lacks_access(AMY, strict, book((strict,), grants), INSIDE) == lacks


@pytest.mark.parametrize(
    ("mail_from", "authors", "action"),
    [
        pytest.param(PRODUCER, (PRODUCER,), F, id="the author is the sender"),
        pytest.param(PRODUCER, (CLEARED,), F, id="another with access wrote it"),
        pytest.param(PRODUCER, (JOE,), H, id="somebody without access wrote it"),
        pytest.param(PRODUCER, (PRODUCER, JOE), H, id="every author must have access"),
        pytest.param(PRODUCER, (JOE, PRODUCER), H, id="the first one too"),
        pytest.param(JOE, (PRODUCER,), H, id="the envelope sender must have it too"),
        pytest.param("", (PRODUCER,), F, id="null sender, author with access"),
        pytest.param("", (PRODUCER, JOE), H, id="null sender, an author without"),
        pytest.param("", (), H, id="null sender and nobody claims it"),
        pytest.param("", ("",), H, id="an empty author is nobody"),
    ],
)
def test_every_identity_that_the_sender_claims_must_have_access(
    mail_from: str, authors: tuple[str, ...], action: Action
) -> None:
    found = outcome(verdict(finding(), authors=authors), INSIDE, sender=mail_from, to=(CLEARED,))

    assert found.action is action
    assert codes(found) == ([ALL] if action is F else [SENDER])


EARLY, LATE = LIFT - TICK, LIFT + TICK
POSTPONED, CANCELLED = ReleaseStatus.POSTPONED, ReleaseStatus.CANCELLED
WAITS = LiftMode.ON_CONFIRMATION


@pytest.mark.parametrize(
    ("changes", "now", "phase", "told"),
    [
        pytest.param({}, OPENS - TICK, Phase.PRODUCTION, None, id="production until the window"),
        pytest.param({}, OPENS, Phase.PRE_RELEASE, None, id="pre-release with the window"),
        pytest.param({"pre_release_from": None}, EARLY, Phase.PRODUCTION, None, id="production without a window"),
        pytest.param({}, LIFT, Phase.PUBLISHED, None, id="published at the lift"),
        pytest.param({"status": POSTPONED}, EARLY, Phase.POSTPONED, "release_postponed", id="postponed, before"),
        pytest.param({"status": POSTPONED}, LATE, Phase.POSTPONED, "release_postponed", id="postponed, after"),
        pytest.param({"status": CANCELLED}, LATE, Phase.CANCELLED, "release_cancelled", id="cancelled"),
        pytest.param(
            {"status": ReleaseStatus.PROVISIONAL}, LATE, Phase.PRE_RELEASE, "lift_not_confirmed", id="provisional"
        ),
        pytest.param({"lift": WAITS}, EARLY, Phase.PRE_RELEASE, None, id="on confirmation, not due yet"),
        pytest.param({"lift": WAITS}, LIFT, Phase.PRE_RELEASE, "lift_not_confirmed", id="on confirmation, due"),
        pytest.param({"lift": WAITS, "confirmed_at": BEFORE}, EARLY, Phase.PRE_RELEASE, None, id="confirmed early"),
        pytest.param({"lift": WAITS, "confirmed_at": BEFORE}, LIFT, Phase.PUBLISHED, None, id="confirmed early, due"),
        pytest.param(
            {"lift": WAITS, "confirmed_at": AFTER}, AFTER - TICK, Phase.PRE_RELEASE, "lift_not_confirmed", id="late"
        ),
        pytest.param({"lift": WAITS, "confirmed_at": AFTER}, AFTER, Phase.PUBLISHED, None, id="late, confirmed now"),
        pytest.param({"status": CANCELLED, "confirmed_at": AFTER}, AFTER, Phase.PUBLISHED, None, id="after all"),
    ],
)
def test_what_waits_for_a_person_is_not_public(
    changes: dict[str, object], now: datetime, phase: Phase, told: str | None
) -> None:
    one = release(**changes)
    found = outcome(finding(), now, of=book((one,)), to=(CLEARED,), sender=JOE)

    assert one.phase(now) is phase
    assert codes(found) == ([PUBLIC] if phase is Phase.PUBLISHED else [SENDER, *_access_told(one, now), *_told(told)])


def _access_told(one: Release, now: datetime) -> list[str]:
    opened = one.pre_release_from is not None and one.pre_release_from <= now
    return [] if opened else [NOT_OPEN]


def _told(code: str | None) -> list[str]:
    return [] if code is None else [code]


def test_recipients_are_answered_one_by_one_in_envelope_order() -> None:
    found = decided(finding(), INSIDE, sender=PRODUCER, to=(AMY, CLEARED, "amy@dwp.example.", PRODUCER))

    assert [each.recipient for each in found.outcomes] == [AMY, CLEARED, "amy@dwp.example.", PRODUCER]
    assert actions(found) == {AMY: H, CLEARED: F, "amy@dwp.example.": H, PRODUCER: F}
    assert (found.summary, found.decided_at, found.rulebook) == ("split", INSIDE, "book")


def test_nothing_found_is_nothing_to_hold() -> None:
    found = outcome(Verdict(), INSIDE)

    assert (found.action, codes(found), found.decide_again_at) == (F, ["nothing_found"], None)


def test_a_finding_about_nothing_in_the_calendar_holds_nobody() -> None:
    found = outcome(finding(), INSIDE, of=book((release(series="other"),)))

    assert codes(found) == ["nothing_found"]


def test_a_reason_names_its_release_and_its_rule() -> None:
    found = outcome(finding(), INSIDE, sender=PRODUCER)

    assert [(each.code, each.release, each.rule) for each in found.reasons] == [
        (ReasonCode.RECIPIENT_NOT_LISTED, "LMS-03", "lm")
    ]
    assert found.releases() == ("LMS-03",)


def _clocks(day: str, zone: str = "Europe/London") -> Book:
    text = f"""
schema: leakguard/releases/v1
zone: {zone}
releases:
  - {{id: A, title: A, series: labour-market, release_at: "{day}T09:30"}}
"""
    return load({"releases.yaml": text.encode()}).book


@pytest.mark.parametrize(
    ("day", "lift"),
    [
        pytest.param("2026-03-28", "2026-03-28T09:30", id="Saturday before the clocks go forward"),
        pytest.param("2026-03-29", "2026-03-29T08:30", id="Sunday they go forward"),
        pytest.param("2026-03-30", "2026-03-30T08:30", id="Monday after"),
        pytest.param("2026-10-24", "2026-10-24T08:30", id="Saturday before they go back"),
        pytest.param("2026-10-25", "2026-10-25T09:30", id="Sunday they go back"),
        pytest.param("2026-10-26", "2026-10-26T09:30", id="Monday after them"),
    ],
)
def test_half_past_nine_is_the_time_on_the_wall_whatever_the_clocks_do(day: str, lift: str) -> None:
    of, at = _clocks(day), utc(lift)

    held, sent = outcome(finding(), at - TICK, of=of), outcome(finding(), at, of=of)

    assert (held.action, held.decide_again_at) == (H, at)
    assert sent.action is F


def test_an_address_is_who_it_is_however_it_is_written() -> None:
    spelled = ('"lm"@ONS.example', "LM@ons.EXAMPLE.", "lm@ons.example")

    found = [outcome(finding(), INSIDE, sender=each, to=(CLEARED,)).action for each in spelled]

    assert {canonical(each) for each in spelled} == {PRODUCER}
    assert found == [F, F, F]


def test_an_act_of_suspending_holds_what_the_person_sends_and_gets() -> None:
    from leakguard.model.events import AccessSuspended

    act = AccessSuspended(at=INSIDE, reason="left", handle=CLEARED, release=release().id)
    of = lay_over(book(), [act])

    assert codes(outcome(finding(), INSIDE, sender=PRODUCER, to=(CLEARED,), of=of)) == [SUSPENDED]
    assert codes(outcome(finding(), INSIDE, sender=CLEARED, to=(PRODUCER,), of=of)) == [SENDER]


def test_the_decision_needs_nothing_but_its_arguments() -> None:
    facts = Facts(mail_from=JOE, recipients=(AMY,))

    once = decide(facts, verdict(finding()), book(), POLICY, INSIDE)
    again = decide(replace(facts), verdict(finding()), book(), POLICY, INSIDE)

    assert once == again

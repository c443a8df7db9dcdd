"""What findings and gaps weigh: confidence, whose mail they decide, restatements, exceptions, unread parts."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime

import pytest

from leakguard.model.content import Confidence, CountsFor, Finding, Gap, GapKind, Verdict
from leakguard.model.decision import Action
from leakguard.model.embargo import Book, Release, ReleaseStatus
from leakguard.model.ids import ReleaseId
from leakguard.model.period import Period
from leakguard.policy import Policy, releases_in_play
from tests.builders import (
    AFTER,
    AMY,
    BEFORE,
    CLEARED,
    INSIDE,
    JOE,
    LIFT,
    OPENS,
    PRODUCER,
    TICK,
    about,
    book,
    codes,
    decided,
    finding,
    gap,
    grant,
    outcome,
    release,
    utc,
    verdict,
)

FORWARD, FLAG, HOLD, REJECT = Action.FORWARD, Action.FLAG, Action.HOLD, Action.REJECT
HIGH, MEDIUM, LOW = Confidence.HIGH, Confidence.MEDIUM, Confidence.LOW
STRICT = Policy(actions={HIGH: REJECT, MEDIUM: HOLD, LOW: FLAG})


@pytest.mark.parametrize(
    ("confidence", "policy", "action"),
    [
        pytest.param(HIGH, Policy(), HOLD, id="high"),
        pytest.param(MEDIUM, Policy(), HOLD, id="medium"),
        pytest.param(LOW, Policy(), FLAG, id="low"),
        pytest.param(HIGH, STRICT, REJECT, id="remapped"),
        pytest.param(MEDIUM, STRICT, HOLD, id="the rest stays"),
    ],
)
def test_confidence_decides_what_is_done(confidence: Confidence, policy: Policy, action: Action) -> None:
    found = outcome(finding(confidence=confidence), INSIDE, policy=policy)

    assert found.action is action
    assert (found.decide_again_at == LIFT) is (action is HOLD), "only what is held waits for the clock"


@pytest.mark.parametrize(
    ("policy", "to", "sender", "confidence", "summary"),
    [
        pytest.param(Policy(), (CLEARED, PRODUCER), PRODUCER, HIGH, "forward", id="forward"),
        pytest.param(Policy(), (CLEARED, AMY), PRODUCER, LOW, "flag", id="flag beside forward"),
        pytest.param(Policy(), (AMY, CLEARED), JOE, HIGH, "hold", id="hold"),
        pytest.param(Policy(), (AMY, CLEARED), PRODUCER, HIGH, "split", id="split"),
        pytest.param(STRICT, (AMY, CLEARED), JOE, HIGH, "reject", id="reject"),
        pytest.param(STRICT, (AMY, CLEARED), PRODUCER, HIGH, "split", id="reject beside forward"),
    ],
)
def test_the_summary_says_what_happens_to_all(
    policy: Policy, to: tuple[str, ...], sender: str, confidence: Confidence, summary: str
) -> None:
    assert decided(finding(confidence=confidence), INSIDE, to=to, sender=sender, policy=policy).summary == summary


EXPIRY = utc("03-18T09:00")


@pytest.mark.parametrize(
    ("confidence", "to", "now", "action"),
    [
        pytest.param(HIGH, LOW, EXPIRY - TICK, FLAG, id="lowered until it expires"),
        pytest.param(HIGH, LOW, EXPIRY, HOLD, id="expired"),
        pytest.param(HIGH, LOW, EXPIRY + TICK, HOLD, id="long expired"),
        pytest.param(HIGH, MEDIUM, EXPIRY - TICK, HOLD, id="lowered to what is still held"),
        pytest.param(LOW, MEDIUM, EXPIRY - TICK, FLAG, id="an exception never raises"),
        pytest.param(LOW, HIGH, EXPIRY - TICK, FLAG, id="not to high either"),
    ],
)
def test_an_exception_lowers_until_it_expires(
    confidence: Confidence, to: Confidence, now: datetime, action: Action
) -> None:
    lowered = finding(confidence=confidence, lowered_to=to, lowered_until=EXPIRY)

    assert outcome(lowered, now).action is action


def test_an_exception_without_an_end_counts_for_nothing() -> None:
    assert outcome(finding(lowered_to=LOW), INSIDE).action is HOLD
    assert outcome(finding(lowered_until=AFTER), INSIDE).action is HOLD


@pytest.mark.parametrize(
    ("named", "action"),
    [
        pytest.param((Period(month=1, edition=True),), FLAG, id="another edition"),
        pytest.param((Period(day=18, month=2, published=True),), FLAG, id="published on another day"),
        pytest.param((Period(day=18, month=3),), HOLD, id="published on its own day"),
        pytest.param((Period(month=1, edition=True), Period(month=3)), HOLD, id="this one too"),
        pytest.param((Period(month=3), Period(day=18, month=2, published=True)), FLAG, id="its date settles it"),
        pytest.param((), FLAG, id="says that it is another, and not which"),
    ],
)
def test_words_about_another_time_count_less_for_this_release(named: tuple[Period, ...], action: Action) -> None:
    assert outcome(finding(about=named, elsewhere=LOW), INSIDE).action is action
    assert outcome(finding(about=named), INSIDE).action is HOLD


WITH, WITHOUT = CountsFor.SENDERS_WITH_ACCESS, CountsFor.SENDERS_WITHOUT_ACCESS
SUSPENDED, LEFT = "gone@ons.example", "left@ons.example"
FORMER = (grant(PRODUCER), grant(SUSPENDED, suspended=True), grant(LEFT, until_at=BEFORE))


@pytest.mark.parametrize(
    ("counts_for", "sender", "action"),
    [
        pytest.param(WITH, PRODUCER, HOLD, id="with access: counts for one"),
        pytest.param(WITH, JOE, FORWARD, id="with access: not for others"),
        pytest.param(WITHOUT, PRODUCER, FORWARD, id="without access: not for one who has it"),
        pytest.param(WITHOUT, JOE, HOLD, id="without access: counts for others"),
        pytest.param(WITH, SUSPENDED, HOLD, id="with access: who is suspended has not forgotten"),
        pytest.param(WITH, LEFT, HOLD, id="with access: nor has who left"),
        pytest.param(WITHOUT, SUSPENDED, HOLD, id="without access: suspended"),
    ],
)
def test_a_finding_counts_for_the_senders_it_is_meant_for(counts_for: CountsFor, sender: str, action: Action) -> None:
    of = book((), FORMER)

    assert outcome(finding(counts_for=counts_for), INSIDE, sender=sender, of=of).action is action


@pytest.mark.parametrize(
    ("now", "expected"),
    [pytest.param(INSIDE, "shadow_rule", id="embargoed"), pytest.param(AFTER, "release_public", id="public")],
)
def test_a_shadow_rule_records_and_never_acts(now: datetime, expected: str) -> None:
    found = outcome(finding(shadow=True), now)

    assert (found.action, codes(found), found.reasons[0].rule) == (FORWARD, [expected], "lm")


def test_a_shadow_rule_does_not_weaken_one_in_force() -> None:
    found = outcome(verdict(finding(shadow=True), finding()), INSIDE)

    assert found.action is HOLD
    assert "shadow_rule" not in codes(found)


FEBRUARY = release("LMS-02", release_at=utc("02-18T09:30"), pre_release_from=utc("02-17T09:30"))
MARCH = release()
APRIL = release("LMS-04", release_at=utc("04-15T08:30"), pre_release_from=utc("04-14T08:30"))
RESTATES = "restates_outside_window"


@pytest.mark.parametrize(
    ("sender", "now", "releases", "action", "expected"),
    [
        pytest.param(JOE, OPENS - TICK, (MARCH,), FORWARD, [RESTATES], id="outside, sender without access"),
        pytest.param(JOE, OPENS, (MARCH,), HOLD, None, id="the window opens"),
        pytest.param(JOE, LIFT - TICK, (MARCH,), HOLD, None, id="inside, sender without access"),
        pytest.param(PRODUCER, OPENS - TICK, (MARCH,), HOLD, None, id="outside, access, no earlier edition"),
        pytest.param(PRODUCER, OPENS - TICK, (FEBRUARY, MARCH), FLAG, [RESTATES], id="outside, access, one is public"),
        pytest.param(PRODUCER, OPENS, (FEBRUARY, MARCH), HOLD, None, id="inside, one is public"),
        pytest.param(SUSPENDED, OPENS - TICK, (MARCH,), HOLD, None, id="outside, who is suspended knows it"),
        pytest.param(LEFT, OPENS - TICK, (FEBRUARY, MARCH), FLAG, [RESTATES], id="outside, who left knows it"),
    ],
)
def test_a_restatement_counts_inside_the_window(
    sender: str, now: datetime, releases: tuple[Release, ...], action: Action, expected: list[str] | None
) -> None:
    found = outcome(finding(may_restate=True), now, sender=sender, of=book(releases, FORMER))

    assert found.action is action
    assert expected is None or codes(found) == expected


def test_a_public_edition_of_another_series_is_nothing_to_restate() -> None:
    other = replace(FEBRUARY, series="prices")
    alone = replace(MARCH, series=None)
    also_alone = replace(FEBRUARY, series=None)
    restating = finding(may_restate=True)

    assert outcome(restating, BEFORE, sender=PRODUCER, of=book((other, MARCH))).action is HOLD
    assert (
        outcome(about("LMS-03", may_restate=True), BEFORE, sender=PRODUCER, of=book((also_alone, alone))).action is HOLD
    )


def test_what_no_edition_can_have_said_counts_outside_the_window_too() -> None:
    assert outcome(finding(), BEFORE, of=book((FEBRUARY, MARCH))).action is HOLD


def test_without_any_window_it_is_always_the_window() -> None:
    assert outcome(finding(may_restate=True), BEFORE, of=book((release(pre_release_from=None),))).action is HOLD


@pytest.mark.parametrize(
    ("sensitive", "now", "action"),
    [
        pytest.param(BEFORE, BEFORE - TICK, FORWARD, id="before it is sensitive"),
        pytest.param(BEFORE, BEFORE, HOLD, id="sensitive before the window opens"),
        pytest.param(INSIDE, OPENS, HOLD, id="never later than the window"),
    ],
)
def test_wording_counts_from_when_it_is_sensitive(sensitive: datetime, now: datetime, action: Action) -> None:
    assert outcome(finding(may_restate=True), now, of=book((release(sensitive_from=sensitive),))).action is action


def _names(now: datetime, *releases: Release, scope: Finding | None = None) -> list[str]:
    return [each.id for each in releases_in_play(book(releases), (scope or finding()).scope, now)]


@pytest.mark.parametrize(
    ("now", "releases", "names"),
    [
        pytest.param(BEFORE, (FEBRUARY, MARCH, APRIL), ["LMS-03"], id="the next one due"),
        pytest.param(LIFT - TICK, (FEBRUARY, MARCH, APRIL), ["LMS-03"], id="until its lift"),
        pytest.param(LIFT, (FEBRUARY, MARCH, APRIL), ["LMS-04"], id="then the one after it"),
        pytest.param(BEFORE, (APRIL, MARCH), ["LMS-03"], id="whatever their order"),
        pytest.param(
            BEFORE, (MARCH, replace(APRIL, sensitive_from=BEFORE)), ["LMS-03", "LMS-04"], id="each one in its window"
        ),
        pytest.param(
            BEFORE, (replace(FEBRUARY, status=ReleaseStatus.CANCELLED), MARCH), ["LMS-02", "LMS-03"], id="cancelled"
        ),
        pytest.param(
            BEFORE, (MARCH, replace(APRIL, status=ReleaseStatus.POSTPONED)), ["LMS-03", "LMS-04"], id="postponed later"
        ),
        pytest.param(
            BEFORE, (replace(FEBRUARY, status=ReleaseStatus.PROVISIONAL), MARCH), ["LMS-02"], id="one never confirmed"
        ),
        pytest.param(AFTER, (FEBRUARY, MARCH), [], id="all public"),
        pytest.param(BEFORE, (), [], id="an empty calendar has none"),
    ],
)
def test_the_editions_that_words_about_a_series_can_give_away(
    now: datetime, releases: tuple[Release, ...], names: list[str]
) -> None:
    found = releases_in_play(Book(releases={each.id: each for each in releases}), finding().scope, now)

    assert [each.id for each in found] == names


def test_todays_publication_is_not_held_for_next_months_sake() -> None:
    found = outcome(finding(may_restate=True), LIFT, of=book((FEBRUARY, MARCH, APRIL)))

    assert (found.action, found.releases()) == (FORWARD, ("LMS-04",))


def test_a_cancelled_edition_stays_embargoed_while_the_next_is_guarded_too() -> None:
    cancelled = replace(FEBRUARY, status=ReleaseStatus.CANCELLED)
    found = outcome(finding(), INSIDE, of=book((cancelled, MARCH)))

    assert (found.action, found.releases()) == (HOLD, ("LMS-02", "LMS-03"))
    assert outcome(finding(), AFTER, of=book((cancelled, MARCH))).releases() == ("LMS-02",)


def test_the_last_edition_is_named_when_all_are_public() -> None:
    assert outcome(finding(), AFTER, of=book((MARCH, FEBRUARY))).releases() == ("LMS-03",)


PRICES = release("CPI-03", series="prices", release_at=utc("03-18T12:00"))
TWO = book((MARCH, PRICES), (grant(PRODUCER), grant(PRODUCER, of="CPI-03"), grant(AMY)))


def test_two_releases_at_once_the_strictest_wins_and_both_are_told() -> None:
    both = verdict(finding(), about("CPI-03"))

    assert outcome(both, INSIDE, sender=PRODUCER, of=TWO).action is HOLD
    assert outcome(both, INSIDE, sender=PRODUCER, of=TWO).releases() == ("CPI-03",), "what is allowed does not weigh"
    assert outcome(both, INSIDE, sender=JOE, of=TWO, to=(JOE,)).releases() == ("LMS-03", "CPI-03")
    assert outcome(verdict(finding(confidence=LOW), about("CPI-03")), INSIDE, of=TWO).action is HOLD
    assert outcome(verdict(finding(), about("CPI-03", confidence=LOW)), INSIDE, of=TWO).action is HOLD


def test_the_same_reason_is_told_once() -> None:
    found = outcome(verdict(finding(), finding(part="2"), finding(rule="other")), INSIDE, sender=PRODUCER)

    assert [(each.code, each.rule) for each in found.reasons] == [
        ("recipient_not_listed", "lm"),
        ("recipient_not_listed", "other"),
    ]


APPROVED = {AMY: frozenset({ReleaseId("LMS-03")})}


def test_an_approval_lets_its_recipient_have_its_release_and_no_other() -> None:
    one, both = finding(), verdict(finding(), about("CPI-03"))

    assert codes(outcome(one, INSIDE, approved=APPROVED)) == ["approved"]
    assert outcome(one, INSIDE, approved=APPROVED).action is FORWARD
    assert outcome(one, INSIDE, approved=APPROVED, to=(JOE,)).action is HOLD
    assert outcome(both, INSIDE, approved=APPROVED, of=TWO).releases() == ("CPI-03",)
    assert outcome(both, INSIDE, approved=APPROVED, of=TWO).action is HOLD, "the second embargo still holds"


READ_BY_ALL, UNREAD = "part_not_read_all_have_access", "part_not_read"
ENCRYPTED, CRASHED, SLOW = gap(), gap(GapKind.CRASHED), gap(GapKind.TIMED_OUT)
LOGO = gap(GapKind.INLINE_PICTURE)


@pytest.mark.parametrize(
    ("what", "sender", "to", "now", "action", "told"),
    [
        pytest.param(ENCRYPTED, PRODUCER, CLEARED, INSIDE, FORWARD, [UNREAD, READ_BY_ALL], id="between cleared people"),
        pytest.param(ENCRYPTED, PRODUCER, AMY, INSIDE, HOLD, [UNREAD, "recipient_not_listed"], id="producer, outsider"),
        pytest.param(ENCRYPTED, PRODUCER, AMY, OPENS, HOLD, None, id="from the opening of the window"),
        pytest.param(ENCRYPTED, PRODUCER, AMY, OPENS - TICK, FLAG, [UNREAD], id="outside the window"),
        pytest.param(ENCRYPTED, PRODUCER, AMY, LIFT, FORWARD, [UNREAD], id="public"),
        pytest.param(ENCRYPTED, JOE, AMY, INSIDE, FLAG, [UNREAD], id="between outsiders"),
        pytest.param(ENCRYPTED, JOE, AMY, OPENS - TICK, FORWARD, [UNREAD], id="between outsiders on any day"),
        pytest.param(ENCRYPTED, SUSPENDED, AMY, INSIDE, HOLD, None, id="who is suspended has not forgotten"),
        pytest.param(ENCRYPTED, LEFT, AMY, OPENS - TICK, FLAG, [UNREAD], id="who left, outside the window"),
        pytest.param(CRASHED, JOE, AMY, INSIDE, HOLD, None, id="a crash holds everybody in the window"),
        pytest.param(CRASHED, JOE, AMY, OPENS - TICK, FORWARD, [UNREAD], id="a crash on any day"),
        pytest.param(CRASHED, PRODUCER, CLEARED, INSIDE, FORWARD, [UNREAD, READ_BY_ALL], id="a crash among cleared"),
        pytest.param(CRASHED, PRODUCER, AMY, OPENS - TICK, FLAG, [UNREAD], id="a crash, producer, outside"),
        pytest.param(SLOW, JOE, AMY, INSIDE, HOLD, None, id="out of time is like a crash"),
        pytest.param(SLOW, JOE, CLEARED, INSIDE, HOLD, [UNREAD, "sender_without_access"], id="the sender has none"),
        pytest.param(LOGO, PRODUCER, AMY, INSIDE, FLAG, [UNREAD], id="a picture in the text"),
        pytest.param(gap(GapKind.DAMAGED), PRODUCER, AMY, INSIDE, HOLD, None, id="damaged"),
        pytest.param(gap(GapKind.AMBIGUOUS), PRODUCER, AMY, INSIDE, HOLD, None, id="programs disagree on it"),
    ],
)
def test_what_could_not_be_read_is_evidence_too(
    what: Gap, sender: str, to: str, now: datetime, action: Action, told: list[str] | None
) -> None:
    of = book((), (*FORMER, grant(CLEARED)))
    found = outcome(what, now, sender=sender, to=(to,), of=of)

    assert found.action is action
    assert told is None or codes(found) == told
    assert (found.decide_again_at == LIFT) is (action is HOLD)


def test_one_part_that_matters_is_enough() -> None:
    assert outcome(verdict(LOGO, ENCRYPTED), INSIDE, sender=PRODUCER).action is HOLD
    assert outcome(verdict(LOGO, CRASHED), INSIDE).action is HOLD
    assert outcome(verdict(CRASHED, LOGO), INSIDE).action is HOLD


def test_an_author_without_access_makes_a_producers_unread_part_no_milder() -> None:
    """Adding a name to From must not turn a hold into a flag."""
    both = verdict(ENCRYPTED, authors=(PRODUCER, JOE))

    assert outcome(both, INSIDE, sender=JOE).action is HOLD
    assert "sender_without_access" in codes(outcome(both, INSIDE, sender=JOE))


@pytest.mark.parametrize(
    ("changes", "told"),
    [
        pytest.param({"status": ReleaseStatus.POSTPONED}, "release_postponed", id="postponed"),
        pytest.param({"status": ReleaseStatus.CANCELLED}, "release_cancelled", id="cancelled"),
        pytest.param({"status": ReleaseStatus.PROVISIONAL}, "lift_not_confirmed", id="not confirmed"),
    ],
)
def test_an_unread_part_says_what_it_waits_for(changes: dict[str, object], told: str) -> None:
    assert told in codes(outcome(ENCRYPTED, AFTER, sender=PRODUCER, of=book((release(**changes),))))


def test_without_anything_embargoed_an_unread_part_goes() -> None:
    assert codes(outcome(CRASHED, INSIDE, of=Book(), sender=PRODUCER)) == [UNREAD]
    assert outcome(Verdict(gaps=(CRASHED,)), AFTER).action is FORWARD


def test_any_embargoed_release_weighs_in_an_unread_part() -> None:
    of = book((replace(FEBRUARY, id=ReleaseId("OLD")), MARCH, PRICES), (grant(PRODUCER, of="CPI-03"),))

    assert outcome(ENCRYPTED, INSIDE, sender=PRODUCER, of=of).releases() == ("CPI-03",)


def test_an_approved_unread_part_goes() -> None:
    found = outcome(ENCRYPTED, INSIDE, sender=PRODUCER, approved=APPROVED)

    assert (found.action, codes(found)) == (FORWARD, [UNREAD, "approved"])
    assert outcome(ENCRYPTED, INSIDE, sender=PRODUCER, approved=APPROVED, to=(JOE,)).action is HOLD

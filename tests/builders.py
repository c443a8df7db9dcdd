"""Small makers of the core's records, so that a test names only what it is about. Everything made is frozen."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

from leakguard.model.content import Confidence, Finding, Gap, GapKind, Role, Scope, Span, Verdict
from leakguard.model.decision import Action, Decision, Outcome
from leakguard.model.embargo import Basis, Book, Grant, Person, Release
from leakguard.model.ids import PersonId, ReleaseId, RuleId
from leakguard.model.message import Facts
from leakguard.model.rule import Condition, FindingSpec, Pattern, Rule, RuleStatus
from leakguard.policy import Policy, decide

TICK = timedelta(microseconds=1)
SERIES = "labour-market"
PRODUCER, CLEARED, JOE, AMY = "lm@ons.example", "minister@dwp.example", "joe@dwp.example", "amy@dwp.example"


def utc(text: str) -> datetime:
    """`utc("03-18T09:30")` is in 2031; a year may be given."""
    return datetime.fromisoformat(f"{text if text[4] == '-' else f'2031-{text}'}+00:00")


OPENS, LIFT = utc("03-17T09:30"), utc("03-18T09:30")
BEFORE, INSIDE, AFTER = utc("03-16T12:00"), utc("03-18T09:22"), utc("03-18T10:00")
POLICY = Policy()


def release(name: str = "LMS-03", **changes: Any) -> Release:
    """An edition of the labour market series with a window of a day, unless changed."""
    made = Release(
        id=ReleaseId(name), title=name, series=SERIES, release_at=LIFT, zone="Europe/London", pre_release_from=OPENS
    )
    return replace(made, **changes)


def grant(who: str, basis: Basis = Basis.PRODUCTION, of: str = "LMS-03", **changes: Any) -> Grant:
    return Grant(person=PersonId(who), release=ReleaseId(of), basis=basis, **changes)


def book(
    releases: Iterable[Release] = (), grants: Iterable[Grant] = (), lists: Mapping[str, tuple[str, ...]] | None = None
) -> Book:
    """A book in which every person is one address. Without arguments: one release, its producer and one cleared."""
    known = tuple(releases) or (release(),)
    given = tuple(grants) or (grant(PRODUCER), grant(CLEARED, Basis.PRE_RELEASE))
    people = {each.person: Person(id=each.person, handles=(each.person,)) for each in given}
    keys = dict.fromkeys((each.person, each.release) for each in given)
    return Book(
        releases={each.id: each for each in known},
        people=people,
        grants={key: tuple(each for each in given if (each.person, each.release) == key) for key in keys},
        handles={str(person): person for person in people},
        lists=dict(lists or {}),
        digest="book",
    )


def finding(**changes: Any) -> Finding:
    """A sure sign of the series, unless changed."""
    made = Finding(
        rule=RuleId("lm"),
        id="direction",
        title="Direction",
        scope=Scope(series=SERIES),
        confidence=Confidence.HIGH,
        part="1",
        place="body",
        text="employment rose",
    )
    return replace(made, **changes)


def about(name: str, **changes: Any) -> Finding:
    """A finding about one release."""
    return finding(scope=Scope(release=ReleaseId(name)), **changes)


def gap(kind: GapKind = GapKind.ENCRYPTED) -> Gap:
    return Gap(part="2", kind=kind)


def verdict(*evidence: Finding | Gap, authors: tuple[str, ...] = ()) -> Verdict:
    return Verdict(
        findings=tuple(each for each in evidence if isinstance(each, Finding)),
        gaps=tuple(each for each in evidence if isinstance(each, Gap)),
        authors=authors,
    )


def decided(
    evidence: Verdict | Finding | Gap,
    now: datetime,
    *,
    sender: str = JOE,
    to: tuple[str, ...] = (AMY,),
    of: Book | None = None,
    approved: Mapping[str, frozenset[ReleaseId]] | None = None,
    policy: Policy = POLICY,
) -> Decision:
    weighed = evidence if isinstance(evidence, Verdict) else verdict(evidence)
    facts = Facts(mail_from=sender, recipients=to, approved=approved or {})
    return decide(facts, weighed, of if of is not None else book(), policy, now)


def outcome(evidence: Verdict | Finding | Gap, now: datetime, **given: Any) -> Outcome:
    """The outcome for the first recipient."""
    return decided(evidence, now, **given).outcomes[0]


def actions(decision: Decision) -> dict[str, Action]:
    return {each.recipient: each.action for each in decision.outcomes}


def codes(one: Outcome) -> list[str]:
    return [reason.code.value for reason in one.reasons]


def rule(patterns: Mapping[str, Pattern], *findings: FindingSpec | Condition, **changes: Any) -> Rule:
    """A rule in force; a bare condition becomes a high finding f0, f1, ..."""
    made = Rule(
        id=RuleId("r"),
        version=1,
        title="r",
        owner="o",
        status=RuleStatus.ENFORCE,
        scope=Scope(series=SERIES),
        patterns=patterns,
        findings=tuple(
            each if isinstance(each, FindingSpec) else spec(each, f"f{number}") for number, each in enumerate(findings)
        ),
    )
    return replace(made, **changes)


def spec(when: Condition, name: str = "f0", **changes: Any) -> FindingSpec:
    return replace(FindingSpec(id=name, title=name, when=when, confidence=Confidence.HIGH), **changes)


def body(text: str, **changes: Any) -> Span:
    return replace(Span(text=text, part="1", role=Role.BODY), **changes)

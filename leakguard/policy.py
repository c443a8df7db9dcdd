"""(facts, verdict, book, policy, now) -> decision. Pure: no clock, no I/O, no logging.

ref: CoP T3.3 (early access for production), CoP T3.4 (eligible recipients, "no indication"), CoP T3.6 (09:30 release)
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime

from leakguard.model.address import canonical
from leakguard.model.content import Confidence, CountsFor, Finding, Gap, GapKind, Scope, Verdict, lower
from leakguard.model.decision import Action, Decision, Outcome, Reason, ReasonCode
from leakguard.model.embargo import Basis, Book, Grant, Release, ReleaseStatus
from leakguard.model.ids import ReleaseId, RuleId
from leakguard.model.message import Facts
from leakguard.model.period import telling

_FAILED = frozenset({GapKind.CRASHED, GapKind.TIMED_OUT})


@dataclass(frozen=True, slots=True, kw_only=True)
class Policy:
    """What is done about each confidence; the same for everybody, so that no answer tells a direction or a number."""

    actions: Mapping[Confidence, Action] = field(
        default_factory=lambda: {
            Confidence.HIGH: Action.HOLD,
            Confidence.MEDIUM: Action.HOLD,
            Confidence.LOW: Action.FLAG,
        }
    )


@dataclass(frozen=True, slots=True)
class Weighed:
    """What one release makes of one recipient's copy."""

    action: Action
    reasons: tuple[Reason, ...]
    release: Release | None = None


def decide(facts: Facts, verdict: Verdict, book: Book, policy: Policy, now: datetime) -> Decision:
    """One outcome per recipient, in envelope order: the strictest of what each release in play demands."""
    case = _Case(facts=facts, verdict=verdict, book=book, policy=policy, now=now)
    outcomes = tuple(case.outcome(recipient) for recipient in facts.recipients)
    return Decision(outcomes=outcomes, decided_at=now, rulebook=book.digest)


def releases_in_play(book: Book, scope: Scope, now: datetime) -> tuple[Release, ...]:
    """The embargoed releases that a finding of this scope can give away.

    Of a series: every edition in its sensitive window, every postponed or cancelled one, and the next one due.
    Later editions do not exist yet for a reader, so that today's publication is not held for next month's sake.
    """
    embargoed = [each for each in book.in_scope(scope) if not each.is_public(now)]
    due = [each for each in embargoed if each.status not in (ReleaseStatus.POSTPONED, ReleaseStatus.CANCELLED)]
    return tuple(each for each in embargoed if each.in_window(now) or each not in due or each is due[0])


def lacks_access(address: str, release: Release, book: Book, now: datetime) -> ReasonCode | None:
    """Why this address may not have the release now, or None when it may. A list may when every member may."""
    grants = book.grants_of(address, release.id)
    if not grants and canonical(address) in book.lists:
        return _list_lacks_access(canonical(address), release, book, now)
    codes = [grant_lacks(grant, release, now) for grant in grants]
    if None in codes:
        return None
    return min(
        (code for code in codes if code is not None), key=_TELLING.index, default=ReasonCode.RECIPIENT_NOT_LISTED
    )


_TELLING = (
    ReasonCode.RECIPIENT_SUSPENDED,
    ReasonCode.RECIPIENT_DECLARATION_MISSING,
    ReasonCode.RECIPIENT_ACCESS_NOT_OPEN,
    ReasonCode.RECIPIENT_ACCESS_ENDED,
)  # of several grants, the reason nearest to access is told


def grant_lacks(grant: Grant, release: Release, now: datetime) -> ReasonCode | None:
    """Why this grant does not count now, or None when it does."""
    if grant.suspended:
        return ReasonCode.RECIPIENT_SUSPENDED
    if grant.until_at is not None and grant.until_at <= now:
        return ReasonCode.RECIPIENT_ACCESS_ENDED
    if not _is_open(grant, release, now):
        return ReasonCode.RECIPIENT_ACCESS_NOT_OPEN
    if release.declaration_required and grant.basis is Basis.PRE_RELEASE:
        signed_at = grant.declaration_signed_at
        if signed_at is None or signed_at > now:
            return ReasonCode.RECIPIENT_DECLARATION_MISSING
    return None


def _is_open(grant: Grant, release: Release, now: datetime) -> bool:
    opens_at = opening(grant, release)
    if opens_at is None:
        return grant.basis in (Basis.PRODUCTION, Basis.QA)
    return opens_at <= now


def opening(grant: Grant, release: Release) -> datetime | None:
    """When a grant begins to count: its own `from`, or the release's window for pre-release access."""
    if grant.from_at is not None or grant.basis is not Basis.PRE_RELEASE:
        return grant.from_at
    return release.pre_release_from


def _list_lacks_access(address: str, release: Release, book: Book, now: datetime) -> ReasonCode | None:
    members = expand_list(address, release, book)
    if members is None:
        return ReasonCode.LIST_NOT_EXPANDED
    if any(lacks_access(member, release, book, now) is not None for member in members):
        return ReasonCode.LIST_MEMBER_WITHOUT_ACCESS
    return None


def expand_list(address: str, release: Release, book: Book) -> frozenset[str] | None:
    """The people behind a list, nested ones included; None when any list among them has no known members.

    A list with a grant of its own for this release counts as itself.
    """
    people: set[str] = set()
    seen: set[str] = set()
    waiting = [address]
    while waiting:
        each = waiting.pop()
        if each in seen:
            continue
        seen.add(each)
        if each not in book.lists or book.grants_of(each, release.id):
            people.add(each)
        elif not book.lists[each]:
            return None
        else:
            waiting += book.lists[each]
    return frozenset(people) or None


@dataclass(slots=True, kw_only=True)
class _Case:
    """One message at one instant; remembers what it has worked out about each address and release."""

    facts: Facts
    verdict: Verdict
    book: Book
    policy: Policy
    now: datetime
    _access: dict[tuple[str, ReleaseId], ReasonCode | None] = field(default_factory=dict)
    _informed: dict[ReleaseId, bool] = field(default_factory=dict)

    def outcome(self, recipient: str) -> Outcome:
        weighed = [*self._findings(recipient), *self._gaps(recipient)]
        if not weighed:
            return Outcome(recipient=recipient, action=Action.FORWARD, reasons=(Reason(code=ReasonCode.NOTHING_FOUND),))
        action = max((each.action for each in weighed), key=lambda each: each.severity)
        deciding = [each for each in weighed if each.action is action]
        reasons = tuple(dict.fromkeys(reason for each in deciding for reason in each.reasons))
        again = self._decide_again_at(recipient, deciding) if action is Action.HOLD else None
        return Outcome(recipient=recipient, action=action, reasons=reasons, decide_again_at=again)

    def _findings(self, recipient: str) -> Iterator[Weighed]:
        for finding in self.verdict.findings:
            releases = releases_in_play(self.book, finding.scope, self.now)
            for release in releases:
                weighed = self._weigh(finding, release, recipient)
                if weighed is not None:
                    yield weighed
            public = [] if releases else self.book.in_scope(finding.scope)
            for release in public[-1:]:
                yield _passes(ReasonCode.RELEASE_PUBLIC, release, finding.rule)

    def _weigh(self, finding: Finding, release: Release, recipient: str) -> Weighed | None:
        sender_has, sender_knows = self._sender_has(release), self._sender_knows(release)
        if finding.counts_for is CountsFor.SENDERS_WITH_ACCESS and not sender_knows:
            return None
        if finding.counts_for is CountsFor.SENDERS_WITHOUT_ACCESS and sender_has:
            return None
        if finding.shadow:
            return _passes(ReasonCode.SHADOW_RULE, release, finding.rule)
        if self._is_approved(recipient, release):
            return _passes(ReasonCode.APPROVED, release, finding.rule)
        lacks = self._lacks(recipient, release)
        if sender_has and lacks is None:
            return _passes(ReasonCode.ALL_HAVE_ACCESS, release, finding.rule)
        if finding.may_restate and self._only_restates(release, sender_knows):
            action = Action.FLAG if sender_knows else Action.FORWARD
            return Weighed(action, (_reason(ReasonCode.RESTATES_OUTSIDE_WINDOW, release, finding.rule),), release)
        codes = [] if sender_has else [ReasonCode.SENDER_WITHOUT_ACCESS]
        codes += [lacks] if lacks is not None else []
        codes += _waiting(release, self.now)
        reasons = tuple(_reason(code, release, finding.rule) for code in codes)
        return Weighed(self.policy.actions[confidence_for(finding, release, self.now)], reasons, release)

    def _only_restates(self, release: Release, sender_knows: bool) -> bool:
        """Outside the window, words about the direction repeat the last edition: surely so from people who never had
        access, and from the others where an earlier edition is public to be repeated.
        """
        if release.in_window(self.now):
            return False
        return not sender_knows or any(
            each.is_public(self.now) for each in self.book.releases.values() if _same_series(each, release)
        )

    def _gaps(self, recipient: str) -> Iterator[Weighed]:
        if not self.verdict.gaps:
            return
        yield Weighed(Action.FORWARD, (Reason(code=ReasonCode.PART_NOT_READ),))
        failed = any(gap.kind in _FAILED for gap in self.verdict.gaps)
        for release in self.book.releases.values():
            if release.is_public(self.now):
                continue
            weighed = self._weigh_gaps(release, recipient, failed)
            if weighed is not None:
                yield weighed

    def _weigh_gaps(self, release: Release, recipient: str, failed: bool) -> Weighed | None:
        sender_has, sender_knows = self._sender_has(release), self._sender_knows(release)
        in_window = release.in_window(self.now)
        if not sender_knows and not in_window:
            return None
        if self._is_approved(recipient, release):
            return _passes(ReasonCode.APPROVED, release, None)
        lacks = self._lacks(recipient, release)
        if sender_has and lacks is None:
            return _passes(ReasonCode.PART_NOT_READ_ALL_HAVE_ACCESS, release, None)
        reasons = [_reason(ReasonCode.PART_NOT_READ, release, None)]
        if not in_window or not (failed or (sender_knows and self._must_be_read())):
            return Weighed(Action.FLAG, tuple(reasons), release)
        if not sender_has:
            reasons.append(_reason(ReasonCode.SENDER_WITHOUT_ACCESS, release, None))
        if lacks is not None:
            reasons.append(_reason(lacks, release, None))
        reasons += [_reason(code, release, None) for code in _waiting(release, self.now)]
        return Weighed(Action.HOLD, tuple(reasons), release)

    def _must_be_read(self) -> bool:
        return any(_matters(gap) for gap in self.verdict.gaps)

    def _is_approved(self, recipient: str, release: Release) -> bool:
        return release.id in self.facts.approved.get(recipient, frozenset())

    def _lacks(self, address: str, release: Release) -> ReasonCode | None:
        key = (address, release.id)
        if key not in self._access:
            self._access[key] = lacks_access(address, release, self.book, self.now)
        return self._access[key]

    def _sender_has(self, release: Release) -> bool:
        """Every identity the sender claims must have access; a message that claims none has none."""
        identities = self._identities()
        return bool(identities) and all(self._lacks(each, release) is None for each in identities)

    def _sender_knows(self, release: Release) -> bool:
        """One identity that knows the release is enough: losing access, or adding a name, makes nothing milder."""
        if release.id not in self._informed:
            known = any(_knows(each, release, self.book, self.now) for each in self._identities())
            self._informed[release.id] = known
        return self._informed[release.id]

    def _identities(self) -> tuple[str, ...]:
        return tuple(each for each in (self.facts.mail_from, *self.verdict.authors) if each)

    def _decide_again_at(self, recipient: str, deciding: Iterable[Weighed]) -> datetime | None:
        people = (recipient, *self._identities())
        releases = {each.release.id: each.release for each in deciding if each.release is not None}
        times = [time for release in releases.values() for time in next_changes(people, release, self.book)]
        for release in releases.values():
            if not release.in_window(self.now):  # an edition that lifts before it can be restated from then on
                editions = (each for each in self.book.releases.values() if _same_series(each, release))
                times += (lift_at for lift_at in (each.lift_at() for each in editions) if lift_at is not None)
        return min((time for time in times if time > self.now), default=None)


def next_changes(people: Iterable[str], release: Release, book: Book) -> Iterator[datetime]:
    """Instants at which the clock alone may free a message about this release: its lift, and openings of access."""
    lift_at = release.lift_at()
    if lift_at is not None:
        yield lift_at
    for address in people:
        for grant in _grants_behind(address, release, book):
            opens_at = opening(grant, release)
            if opens_at is not None:
                yield opens_at
            if grant.declaration_signed_at is not None:
                yield grant.declaration_signed_at


def _grants_behind(address: str, release: Release, book: Book) -> Iterator[Grant]:
    """The grants of an address, or of everybody on the list that it is."""
    for member in expand_list(canonical(address), release, book) or ():
        yield from book.grants_of(member, release.id)


def _knows(address: str, release: Release, book: Book, now: datetime) -> bool:
    """Whether this address has, or once had, access: who is suspended, or no longer listed, has not forgotten."""
    kept = (replace(each, suspended=False, until_at=None) for each in _grants_behind(address, release, book))
    return any(grant_lacks(grant, release, now) is None for grant in kept)


def confidence_for(finding: Finding, release: Release, now: datetime) -> Confidence:
    """How sure it is that this gives this release away: words about another time, by their own account, less so."""
    confidence = finding.confidence_at(now)
    named = telling(finding.about)
    if finding.elsewhere is None or any(map(release.could_be_meant_by, named)):
        return confidence
    return lower(confidence, finding.elsewhere)


def _matters(gap: Gap) -> bool:
    return gap.kind is not GapKind.INLINE_PICTURE


def _same_series(one: Release, other: Release) -> bool:
    return one.series is not None and one.series == other.series


def _waiting(release: Release, now: datetime) -> list[ReasonCode]:
    """What keeps a release back beside the clock, told so that people know whom to ask."""
    if release.status is ReleaseStatus.POSTPONED:
        return [ReasonCode.RELEASE_POSTPONED]
    if release.status is ReleaseStatus.CANCELLED:
        return [ReasonCode.RELEASE_CANCELLED]
    return [ReasonCode.LIFT_NOT_CONFIRMED] if release.release_at <= now else []


def _passes(code: ReasonCode, release: Release, rule: RuleId | None) -> Weighed:
    return Weighed(Action.FORWARD, (_reason(code, release, rule),), release)


def _reason(code: ReasonCode, release: Release, rule: RuleId | None) -> Reason:
    return Reason(code=code, release=release.id, rule=rule)

"""Rulebooks as people write them, in every notation, and what they come to."""

from __future__ import annotations

import json
from typing import Any

import jsonschema
import pytest

from leakguard.model.content import Confidence, CountsFor, Role, Scope
from leakguard.model.embargo import Basis, LiftMode, ReleaseStatus
from leakguard.model.ids import ReleaseId
from leakguard.model.rule import AllOf, AnyOf, Context, Count, Figure, Has, Near, Not, Phrase, Reach, Regex
from leakguard.notation.diagnostics import Report
from leakguard.notation.strict_yaml import read_yaml
from leakguard.rulebook import examine, load
from leakguard.rulebook.schema import json_schema
from tests.builders import utc

CODED = Context(
    id="coded",
    title="it gives a code",
    when=Has("code"),
    to=Confidence.LOW,
    reach=Reach.AROUND,
    unless=Has("registered"),
)
RELEASES = """\
schema: leakguard/releases/v1
zone: Europe/London
releases:
  - id: LMS-2031-03
    title: Labour Market
    producer: Office
    series: labour-market
    release_at: "2031-03-18T09:30"
    pre_release_from: "2031-03-17T09:30"
    declaration_required: true
  - {id: NY-1, title: Elsewhere, release_at: "2031-04-01T08:30", zone: America/New_York, lift: on_confirmation}
  - {id: UTC-1, title: With offset, release_at: "2031-04-01T08:30:15+02:00", status: provisional}
"""
ACCESS = """\
schema: leakguard/access/v1
people:
  - {id: pat, name: Pat, role: Head, organisation: Office, handles: [PAT@ons.example, U012AB]}
grants:
  - {who: pat, releases: [LMS-2031-03, NY-1], basis: production, justification: makes it, granted_by: hop@x.example}
  - {who: pat@ons.example., series: labour-market, basis: special, from: "2031-03-16T09:30", until: "2031-03-17T09:30"}
  - {who: Kim@dwp.example, release: LMS-2031-03, basis: pre_release, declaration_signed: "2031-03-01T10:00", why: brief}
  - {who: ned@dwp.example, release: NY-1, basis: qa, suspended: true, zone: UTC, until: "2031-03-20T10:00"}
lists:
  - {address: ALL@dwp.example, members: [Kim@dwp.example]}
  - {address: empty@dwp.example, members: []}
"""
LEXICON = """\
schema: leakguard/lexicon/v1
lexicons:
  en.up: {any: [rose, "increas*"], except: [rose garden]}
  en.down: {any: [fell]}
"""
RULE = r"""schema: leakguard/rule/v1
id: ons.labour-market
version: 3
title: Labour Market
status: shadow
owner: lm@ons.example
description: monthly
refs: [CoP T3.4]
tags: [monthly]
applies_to: {series: labour-market, directions: [outbound, internal], channels: [email]}
patterns:
  subject: {kind: phrase, any: [employment, claimant count], except: [employment law], in: [subject, body]}
  movement: {use: [en.up, en.down]}
  registered: {kind: figure, from: release, tolerance: rounding}
  figure: {kind: figure}
  code: {kind: regex, pattern: 'LMS-\d{4}-\d\d', prefilter: [LMS-]}
contexts:
  coded: {title: it gives a code, when: code, to: low, reach: around, unless: registered}
findings:
  - {id: registered, title: A registered figure, when: {near: {a: registered, b: subject, words: 9}},
     confidence: high, counts_for: senders_with_access}
  - {id: any-figure, title: Any figure, when: {near: {a: figure, b: {any: [subject, code]}, words: 9}},
     confidence: high, counts_for: senders_without_access, may_restate: true,
     lowered_by: [coded]}
  - {id: direction, title: Direction, when: {near: {a: subject, b: movement, words: 8}}, confidence: high}
  - {id: many, title: Many, when: {all: [{count: {of: subject, at_least: 2}}, {not: {phrase: training paper}}]},
     confidence: medium}
  - {id: mention, title: Mention, when: code, confidence: low}
exceptions:
  - {id: training, reason: quotes, owner: hop@x.example, expires: "2031-12-31", when: {phrase: training paper},
     lower_to: low}
tests:
  must_match: [employment rose, claimant count increasing, employment and employment, "claimant count of 4.2%",
               "employment rose, a training paper"]
  must_mention: [LMS-2031-03]
  must_not_match: [employment law rose, the rose garden, employment training paper]
  given:
    release: {release_at: "2026-03-29T09:30", pre_release_from: "2026-03-28T09:30", zone: Europe/London}
    grants: [{who: lm@ons.example, basis: production}, {who: minister@dwp.example, basis: pre_release}]
    figures: ["4.1%"]
  cases:
    - {name: eight minutes early, at: "2026-03-29T09:22", from: joe@dwp.example, to: [all@dwp.example],
       subject: Labour market day, body: employment rose, expect: {found: direction, hold: [all@dwp.example]}}
    - {name: the lift, at: "2026-03-29T09:30", from: joe@dwp.example, to: [all@dwp.example], body: employment rose,
       expect: {forward: [all@dwp.example]}}
    - {name: split before the window, at: "2026-03-28T09:29:59", from: lm@ons.example,
       to: [lm@ons.example, minister@dwp.example], body: employment was 4.13%,
       expect: {found: registered, hold: [minister@dwp.example], forward: [lm@ons.example]}}
    - {name: true figure, at: "2026-03-29T09:00", from: joe@x.example, to: [amy@x.example], body: "employment 4.1%?",
       expect: {found: any-figure, hold: [amy@x.example]}}
    - {name: wrong figure, at: "2026-03-29T09:00", from: joe@x.example, to: [amy@x.example], body: "employment 4.3%?",
       expect: {found: any-figure, hold: [amy@x.example]}}
    - {name: hint, at: "2026-03-28T10:00", from: joe@x.example, to: [amy@x.example], body: see LMS-2026-03,
       direction: internal, expect: {flag: [amy@x.example]}}
"""
ONE_FILE = r"""schema: leakguard/rule/v1
id: acme.q3-results
version: 1
title: A results paper
status: enforce
owner: press@acme.example
applies_to:
  release:
    id: ACME-2026-Q3
    release_at: "2026-10-25T07:00"
    zone: Europe/London
    sensitive_from: "2026-10-12T00:00"
    grants:
      - {who: pr@acme.example, basis: production, from: "2026-10-12T00:00", granted_by: cfo@acme.example, why: drafts}
      - {who: chair@acme.example, basis: special, from: "2026-10-24T07:00", justification: board approval}
patterns:
  title: {any: [Q3 results, ACME-2026-Q3]}
  money: {kind: regex, pattern: '(?i)(?:£|gbp\s?)\d[\d,.]*\s?(?:m|bn)\b', prefilter: ["£", gbp]}
  outlook: {any: [ahead of, below, beat]}
findings:
  - {id: result, title: A result, when: {near: {a: title, b: {any: [money, outlook]}, words: 20}}, confidence: high}
tests:
  must_match: ["Q3 results: revenue of £412m", Q3 results beat guidance, ACME-2026-Q3 GBP 3 bn]
  must_not_match: [Our Q3 results will be published on 25 October at 07:00., The bridge is below the road.]
  cases:
    - {name: held until local time, at: "2026-10-25T06:59:59", from: pr@acme.example, to: [j@news.example],
       body: Q3 results beat guidance, expect: {found: result, hold: [j@news.example]}}
    - {name: lifted, at: "2026-10-25T07:00", from: pr@acme.example, to: [j@news.example],
       body: Q3 results beat guidance, expect: {forward: [j@news.example]}}
"""
GOOD = {"releases": RELEASES, "access": ACCESS, "lexicon": LEXICON, "rule": RULE, "one-file": ONE_FILE}
FILES = {f"{name}.yaml": text.encode() for name, text in GOOD.items()}


def test_a_whole_rulebook_loads_and_its_examples_run() -> None:
    rulebook = load(FILES)

    assert [each.code for each in rulebook.warnings] == ["no-figures"]
    assert rulebook.examples_run == (5 + 1 + 3 + 6) + (3 + 2 + 2)
    assert [each.id for each in rulebook.rules] == ["acme.q3-results", "ons.labour-market"]
    assert load(FILES, with_examples=False).examples_run == 0


def test_releases_are_read_with_their_zones() -> None:
    known = load(FILES).book.releases

    march, york, offset = known["LMS-2031-03"], known["NY-1"], known["UTC-1"]
    assert (march.release_at, march.pre_release_from) == (utc("2031-03-18T09:30"), utc("2031-03-17T09:30"))
    assert (march.title, march.producer, march.series) == ("Labour Market", "Office", "labour-market")
    assert (march.declaration_required, march.zone, march.status) == (True, "Europe/London", ReleaseStatus.SCHEDULED)
    assert (york.release_at, york.zone, york.lift) == (
        utc("2031-04-01T12:30"),
        "America/New_York",
        LiftMode.ON_CONFIRMATION,
    )
    assert (offset.release_at, offset.status) == (utc("2031-04-01T06:30:15"), ReleaseStatus.PROVISIONAL)


def test_grants_name_people_by_id_or_address_and_lists_their_members() -> None:
    book = load(FILES).book

    made, special = book.grants_of("pat@ONS.example", "LMS-2031-03")
    assert (made.basis, made.justification, made.granted_by) == (Basis.PRODUCTION, "makes it", "hop@x.example")
    assert (special.basis, special.from_at, special.until_at) == (
        Basis.SPECIAL,
        utc("03-16T09:30"),
        utc("03-17T09:30"),
    )
    assert book.grants_of("u012ab", "NY-1")[0].basis is Basis.PRODUCTION
    (kim,) = book.grants_of("kim@dwp.example", "LMS-2031-03")
    assert (kim.justification, kim.declaration_signed_at) == ("brief", utc("03-01T10:00"))
    (ned,) = book.grants_of("ned@dwp.example", "NY-1")
    assert (ned.suspended, ned.until_at) == (True, utc("03-20T10:00"))
    assert book.lists == {"all@dwp.example": ("kim@dwp.example",), "empty@dwp.example": ()}


def test_a_rule_is_read_as_it_is_written() -> None:
    rule = next(each for each in load(FILES).rules if each.id == "ons.labour-market")

    assert (rule.version, rule.status, rule.scope) == (3, "shadow", Scope(series="labour-market"))
    assert (rule.directions, rule.channels) == ({"outbound", "internal"}, {"email"})
    assert rule.patterns["subject"] == Phrase(
        any_of=("employment", "claimant count"), harmless=("employment law",), roles=(Role.SUBJECT, Role.BODY)
    )
    assert rule.patterns["movement"] == Phrase(
        any_of=("rose", "increas*", "fell"), harmless=("rose garden",), common=True
    )
    assert rule.patterns["registered"] == Figure(registered=True)
    assert rule.patterns["figure"] == Figure()
    assert rule.patterns["code"] == Regex(pattern=r"LMS-\d{4}-\d\d", prefilter=("LMS-",))
    registered, figure, _, many, mention = rule.findings
    assert registered.counts_for is CountsFor.SENDERS_WITH_ACCESS
    assert figure.when == Near(Has("figure"), AnyOf((Has("subject"), Has("code"))), 9)
    assert (figure.may_restate, figure.lowered_by) == (True, (CODED,))
    assert many.when == AllOf((Count(Has("subject"), 2), Not(Has("phrase: training paper"))))
    assert (mention.when, mention.confidence) == (Has("code"), Confidence.LOW)
    assert (rule.exceptions[0].expires_at, rule.exceptions[0].lower_to) == (utc("12-31T00:00"), Confidence.LOW)


def test_a_one_off_embargo_travels_with_its_rule() -> None:
    book = load({"one.yaml": FILES["one-file.yaml"]}).book

    release = book.releases["ACME-2026-Q3"]
    assert (release.release_at, release.sensitive_from) == (utc("2026-10-25T07:00"), utc("2026-10-11T23:00"))
    (drafts,) = book.grants_of("pr@acme.example", release.id)
    assert (drafts.justification, drafts.granted_by, drafts.from_at) == (
        "drafts",
        "cfo@acme.example",
        utc("2026-10-11T23:00"),
    )
    assert book.grants_of("chair@acme.example", release.id)[0].justification == "board approval"


RELEASES_CSV = (
    "\ufeffID, Title ,series,release_at,zone,pre_release_from,declaration_required\r\n"
    'LMS,"Labour Market, ""March""",lm,2031-03-18T09:30,Europe/London,2031-03-17T09:30,Yes\r\n'
    "\r\n"
    "CPI,Prices,cpi,2031-03-30T09:30,Europe/London,,\r\n"
)
GRANTS_CSV = """\
who,name,handles,release,releases,basis,from,zone,justification,suspended
kim@dwp.example,,,LMS,,pre_release,,,briefs,no
pat,Pat,pat@ons.example; pat.two@ons.example,,LMS;CPI,production,2031-03-01T09:30,UTC,"makes it,
all of it",
pat,Pat,pat@ons.example,CPI,,qa,,,,1
"""


def test_an_office_may_keep_releases_and_grants_in_spreadsheets() -> None:
    files = {"releases.csv": RELEASES_CSV.encode(), "grants.csv": GRANTS_CSV.encode()}

    book = load(files).book

    lms, cpi = book.releases["LMS"], book.releases["CPI"]
    assert (lms.title, lms.declaration_required, lms.release_at) == (
        'Labour Market, "March"',
        True,
        utc("03-18T09:30"),
    )
    assert (cpi.release_at, cpi.pre_release_from, cpi.declaration_required) == (utc("03-30T08:30"), None, False)
    assert book.grants_of("KIM@dwp.example", "LMS")[0].basis is Basis.PRE_RELEASE
    made = book.grants_of("pat.two@ons.example", "LMS")[0]
    assert (made.from_at, made.justification) == (utc("03-01T09:30"), "makes it,\nall of it")
    assert [each.suspended for each in book.grants_of("pat@ons.example", "CPI")] == [False, True]


def test_yaml_and_csv_say_the_same() -> None:
    as_yaml = """schema: leakguard/releases/v1
releases:
  - {id: A, title: A, series: s, release_at: "2031-03-18T09:30", zone: Europe/London}
"""
    as_csv = "id,title,series,release_at,zone\nA,A,s,2031-03-18T09:30,Europe/London\n"

    assert load({"a.yaml": as_yaml.encode()}).book.releases == load({"a.csv": as_csv.encode()}).book.releases


def test_the_digest_is_of_names_and_bytes() -> None:
    assert load(FILES).digest == load(dict(reversed(FILES.items()))).digest == load(FILES).book.digest
    assert load(FILES).digest != load({**FILES, "more.yaml": b"# nothing\n"}).digest


def documents(text: str) -> list[Any]:
    return [each.value for each in read_yaml("x", text, Report())]


@pytest.mark.parametrize("name", GOOD)
def test_the_published_schema_accepts_what_the_loader_accepts(name: str) -> None:
    for document in documents(GOOD[name]):
        jsonschema.Draft202012Validator(json_schema()).validate(document)


def test_the_published_schema_is_a_schema() -> None:
    jsonschema.Draft202012Validator.check_schema(json.loads(json.dumps(json_schema())))


@pytest.mark.parametrize(
    ("name", "old", "new"),
    [
        pytest.param("releases", "title: Labour Market", "titel: Labour Market", id="unknown key"),
        pytest.param("releases", "status: provisional", "status: maybe", id="unknown status"),
        pytest.param("releases", "declaration_required: true", 'declaration_required: "true"', id="text for a truth"),
        pytest.param("access", "basis: qa", "basis: friend", id="unknown basis"),
        pytest.param("access", "handles: [PAT@ons.example, U012AB]", "handles: []", id="nobody"),
        pytest.param("lexicon", "any: [fell]", "any: []", id="no words"),
        pytest.param("rule", "version: 3", "version: 0", id="version"),
        pytest.param("rule", "kind: regex", "kind: document", id="unsupported kind"),
        pytest.param("rule", "words: 8", "words: 999", id="too far"),
        pytest.param("rule", "id: mention, title: Mention", "id: mention", id="missing key"),
        pytest.param("rule", "{count: {of: subject, at_least: 2}}", "{}", id="an empty condition"),
        pytest.param("one-file", "why: drafts", "reason: drafts", id="not a word for it"),
    ],
)
def test_the_published_schema_and_the_loader_refuse_alike(name: str, old: str, new: str) -> None:
    assert old in GOOD[name]
    changed = GOOD[name].replace(old, new, 1)

    rulebook, _ = examine({**FILES, f"{name}.yaml": changed.encode()}, with_examples=False)

    assert rulebook is None
    assert not all(jsonschema.Draft202012Validator(json_schema()).is_valid(each) for each in documents(changed))


def _editions(second: str = "") -> dict[str, bytes]:
    text = f"""
schema: leakguard/releases/v1
zone: Europe/London
releases:
  - {{id: A, title: A, series: s, release_at: "2031-03-18T09:30"}}
  - {{id: B, title: B, series: s, release_at: "2031-04-15T09:30"{second}}}
"""
    return {"releases.yaml": text.encode()}


def test_an_edition_without_a_window_after_another_has_that_of_its_last_day() -> None:
    releases = load(_editions()).book.releases

    assert releases[ReleaseId("A")].sensitive_from is None, "before the first edition nothing is public"
    assert releases[ReleaseId("B")].sensitive_from == utc("2031-04-14T08:30")


def test_an_edition_with_a_window_keeps_it() -> None:
    releases = load(_editions(', sensitive_from: "2031-04-01T00:00"')).book.releases

    assert releases[ReleaseId("B")].sensitive_from == utc("2031-03-31T23:00")

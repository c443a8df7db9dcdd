"""Words hidden from a search and not from a reader: read again, shown where they stand, and said to be disguised."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from leakguard.detect import compile_rules, detect
from leakguard.detect.normalise import normalise
from leakguard.detect.pieces import MOST_CHANGES
from leakguard.detect.views import Reading, other_readings
from leakguard.model.content import Finding, GapKind, Role, Span
from leakguard.model.message import Channel, Direction
from leakguard.model.rule import AllOf, Count, Has, Near, Pattern, Phrase
from tests.builders import body, rule
from tests.cost import assert_linear, seconds

WORDS: dict[str, Pattern] = {"a": Phrase(any_of=("unemployment", "retail sales")), "b": Phrase(any_of=("low",))}
COMMON = (
    "years",
    "twenty",
    "one",
    "two",
    "day",
    "is",
    "us",
    "am",
    "day",
    "state",
    "plan",
    "cost",
    "there",
    "table",
    "won",
)
NEAR = Near(Has("a"), Has("b"), 8)
ODD = st.text("aAeE1304@$!|*.-_ \n\t\r#\u202e\u202c\u00ad\u200bé·ﬁß🇷🇪", max_size=60)


VOCABULARY = compile_rules(
    [rule(WORDS | {"c": Phrase(any_of=COMMON)}, AllOf((Has("a"), Has("b"), Has("c"))))]
).vocabulary


def readings(text: str) -> list[Reading]:
    return other_readings(text, normalise(text), VOCABULARY)


def found(text: str, when: object = NEAR) -> tuple[Finding, ...]:
    return detect(compile_rules([rule(WORDS, when)]), [body(text)], Direction.OUTBOUND, Channel.EMAIL)[0]  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("text", "shown", "disguise"),
    [
        pytest.param("u n e m p l o y m e n t is low", "u n e m p l o y m e n t is low", "spaced-out", id="blanks"),
        pytest.param("U.n.e.m.p.l.o.y.m.e.n.t: low", "U.n.e.m.p.l.o.y.m.e.n.t: low", "spaced-out", id="dots"),
        pytest.param("low r_e_t_a_i_l s_a_l_e_s.", "low r_e_t_a_i_l s_a_l_e_s", "spaced-out", id="underscores"),
        pytest.param("r e t a i l   s a l e s low", "r e t a i l   s a l e s low", "spaced-out", id="two words"),
        pytest.param("un-em-pl-oy-me-nt low", "un-em-pl-oy-me-nt low", "spaced-out", id="pairs"),
        pytest.param("low un3mpl0ym3nt!", "low un3mpl0ym3nt", "digits", id="leet"),
        pytest.param("low retail sa1es!", "low retail sa1es", "digits", id="a 1 for an l"),
        pytest.param("low unemp|oyment", "low unemp|oyment", "digits", id="a bar"),
        pytest.param("low un*employment", "low un*employment", "signs within", id="a star"),
        pytest.param("low unemploy-\n> ment", "low unemploy-\n> ment", "across lines", id="a quoted wrap"),
        pytest.param("low \u202etnemyolpmenu\u202c", "low \u202etnemyolpmenu", "backwards", id="an override"),
        pytest.param("low unemplyoment", "low unemplyoment", "misspelt", id="two letters swapped"),
        pytest.param("low retial sales", "low retial sales", "misspelt", id="a short word, beside its fellow"),
        pytest.param("low un#mployment", "low un#mployment", "left out", id="a vowel masked"),
        pytest.param("low unemp loyment", "low unemp loyment", "signs within", id="a blank within"),
        pytest.param("low tnemyolpmenu", "low tnemyolpmenu", "backwards", id="from its end"),
        pytest.param("lowunemployment", "lowunemployment", "joined", id="no blank"),
        pytest.param("low uuunemploymenttt", "low uuunemploymenttt", "repeated", id="letters drawn out"),
        pytest.param("l*o*w *r*e*t*a*i*l* *s*a*l*e*s*", "l*o*w *r*e*t*a*i*l* *s*a*l*e*s", "spaced", id="two of stars"),
        pytest.param("#LowRetailSales", "LowRetailSales", "hashtag", id="a hashtag"),
    ],
)
def test_a_disguised_word_is_found_where_it_stands(text: str, shown: str, disguise: str) -> None:
    (finding,) = found(text)

    assert finding.text.replace("\u202e", "") == shown.replace("\u202e", "")
    assert disguise in finding.because


@pytest.mark.parametrize("text", ["low retial trade", "low r.s. retail", "low un employ", "low sale's retails"])
def test_what_only_resembles_a_word_is_none(text: str) -> None:
    assert not found(text)


def test_a_phrase_that_begins_in_the_subject_goes_on_in_the_body() -> None:
    subject = Span(text="Low retail", part="0", role=Role.SUBJECT)
    findings, _ = detect(
        compile_rules([rule(WORDS, NEAR)]), [subject, body("sales")], Direction.OUTBOUND, Channel.EMAIL
    )

    assert [each.text for each in findings] == ["Low retail … sales"]


def test_what_is_plain_is_found_once_and_not_called_a_disguise() -> None:
    (finding,) = found("Unemployment is low. T h i s is not.")

    assert "disguise" not in finding.because


def test_what_is_read_twice_is_counted_once() -> None:
    when = Count(of=Has("b"), at_least=3)

    assert not found("low and low, w r i t t e n", when)
    assert found("low and low, low w r i t t e n", when)


def test_a_subject_and_a_disguised_body_are_neighbours_still() -> None:
    subject = Span(text="unemployment", part="0", role=Role.SUBJECT)
    spans = [subject, body("It is l*o*w")]
    findings, _ = detect(compile_rules([rule(WORDS, NEAR)]), spans, Direction.OUTBOUND, Channel.EMAIL)

    assert findings
    assert all("spaced-out letters" in each.because for each in findings)


def test_disguised_and_plain_places_hold_together() -> None:
    assert found("low at home.\n\nun*employment", AllOf((Has("a"), Has("b"))))


@pytest.mark.parametrize(
    "text",
    [
        "A. B. Smith, J. R. R. Tolkien, Dr. A. Jones",
        "the U.K. and the U.S., e.g. at 9 a.m., i.e. now, R&D, Q&A",
        "1. one\n2. two\n3. three\na) b) c)",
        "B2B, H1N1, W3C, 4G, MP3, COVID19, i18n, k8s, x86, GB29NWBK, SW1P 4DF, 1st 2nd 3rd 14th, 10am, 3months",
        "see report3a.pdf, data_v1final.csv and photo1of3.jpeg",
        "https://x1y.example/a1bc3def?q=ab1cd and joe.bl0ggs@dept.example",
        "A\tB\tC\tD\tE\nY\tN\tN\tY\tN\n1\t2\t3\t4\t5",
        "a state-of-the-art, long-term, day-to-day plan; twenty-one; co-op",
        "- milk\n- eggs -\n- bread\n\nmid -\nlate",
        "It cost £3m, US$5bn, 4.1% and $200; call 020 7946 0000",
        "#team #census2031 and C++ and 5 * 3 = 15, *bold* and _under_",
        "Wow! Great! There is | a | table |",
        "🇬🇧 and 🇫🇷 won",
    ],
)
def test_ordinary_writing_is_read_once(text: str) -> None:
    assert [change for each in readings(text) for change in each.changes] == []


@given(ODD | st.text(max_size=40))
def test_every_place_of_a_reading_is_in_the_original(text: str) -> None:
    for reading in readings(text):
        for start in range(len(reading.view.text)):
            origin, end = reading.view.original_span(start, start + 1)
            assert 0 <= origin < end <= len(text) + 1


@pytest.mark.parametrize(
    "unit", ["a b ", "a1b3c0 ", "a.b.c.d ", "\u202eab ", "ab-\n", "#Ab", "a*", "🇷", "1a|", "  ", "a", "1", "low"]
)
def test_the_cost_is_linear(unit: str) -> None:
    assert_linear(lambda times: readings(f"# {unit * times}|"), 2_000)


def test_many_short_words_misspelt_in_many_ways_cost_no_minutes() -> None:
    words = [
        first + middle + last
        for first in "bcdfghklmnprstvw"
        for middle in "aeiou"
        for last in ("tter", "lder", "nket", "rvin")
    ]
    vocabulary = compile_rules(
        [rule({"a": Phrase(any_of=tuple(f"{each} sales" for each in words))}, Has("a"))]
    ).vocabulary
    misspelt = list(vocabulary.short_forms)
    assert len(misspelt) > 5000

    text = " ".join(misspelt)
    view = normalise(text)

    plain = min(seconds(normalise, text) for _ in range(5))
    reading = min(seconds(other_readings, text, view, vocabulary) for _ in range(3))

    assert reading < 9_000 * plain  # 2,900 times; 50,000 while each word was compared with each


def test_more_disguise_than_is_looked_at_is_a_gap() -> None:
    detector = compile_rules([rule(WORDS, NEAR)])
    few, many = (Span(text="unempl0yment " * count, part="2", role=Role.BODY) for count in (50, MOST_CHANGES + 1))

    assert detect(detector, [few], Direction.OUTBOUND, Channel.EMAIL)[1] == ()
    assert [gap.kind for gap in detect(detector, [many], Direction.OUTBOUND, Channel.EMAIL)[1]] == [GapKind.TOO_MANY]


def test_words_that_are_joined_are_read_however_many() -> None:
    findings = found("unemploymentis" * 30 + "low")

    assert findings
    assert all("words joined to one" in each.because for each in findings)

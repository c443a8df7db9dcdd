"""Standing text that quotes forbidden words does not hold a mail, and hides nothing that is written into it."""

from __future__ import annotations

import re
from itertools import product

import pytest
import yaml

from leakguard.detect import compile_rules, detect
from leakguard.detect.normalise import fold_phrase, normalise
from leakguard.detect.sections import divide
from leakguard.detect.standing_words import CAVEAT_WORDS, DISCLAIMER_WORDS, EXAMPLES
from leakguard.extract import Limits, extract
from leakguard.model.content import Confidence, Finding, Role, Section, Span
from leakguard.model.message import Channel, Direction
from leakguard.model.rule import Figure, Has, Near, Phrase
from tests.builders import body, rule, spec
from tests.house.tree import ROOT

TOPIC = ("employment", "unemployment", "statistics", "content", "contents", "figures", "prices", "data", "release")
MOVED = (
    "rose", "fell", "risen", "fallen", "rise", "fall", "rising", "falling", "up", "down",
    "higher", "lower", "unchanged",
    "favourable", "unfavourable", "favorable", "good", "bad", "positive", "negative", "better", "worse", "increase",
    "decrease", "increased", "decreased", "encouraging", "disappointing", "strong", "weak", "sharply", "rocketed",
)  # fmt: skip
RULE = rule(
    {"topic": Phrase(any_of=TOPIC), "moved": Phrase(any_of=MOVED), "figure": Figure()},
    spec(Near(Has("topic"), Has("moved"), 15), "direction"),
    spec(Near(Has("topic"), Has("figure"), 15), "figure"),
)
CAVEATS = (
    "Wrongful release includes indications of the content, including descriptions such as"
    " 'favourable' or 'unfavourable'.",
    "Wrongful release includes indications of the contents, including descriptions such as"
    " “favourable” or “unfavourable”",
    "Wrongful release includes indications of the content, including descriptions such as favourable.",
    "Wrongful release includes indications of the content, including descriptions such as 'unfavourable'.",
    "You must not disclose the statistics, or any indication of their size or direction (such"
    " as up or down), before 9.30am"
    " on 17 March 2031.",
    "You must not give any indication of the content, for example whether unemployment has"
    " risen or fallen, to anyone who"
    " is not on the list.",
    "Do not hint at the content: saying that the figures are good or bad, higher or lower, is a breach of the Code of"
    " Practice.",
    "This includes any indication of the size or direction of the trend, e.g. that prices are"
    " rising, falling or unchanged.",
    "Pre-release access is granted for the sole purpose of preparing a response; you must not share the figures, or say"
    " whether they are better or worse than expected.",
    "Recipients must not reveal whether the data are positive or negative.",
    "Descriptions such as 'encouraging' or 'disappointing' are an indication of the content and are treated as wrongful"
    " release.",
    "No indication of the statistics may be given, whether favourable, unfavourable or otherwise.",
    "Disclosing that figures have gone up, gone down or stayed the same is an unauthorised disclosure.",
    "The statistics must not be characterised in any way (up/down, better/worse) before publication.",
    "Recipients should not tell others whether unemployment has increased, decreased or stayed the same.",
    "Do not refer to the figures as positive, negative or neutral in emails, diaries or meeting titles.",
    "Even an indication that the figures are 'up' or 'down', or 'better' or 'worse' than before, is a breach.",
    "Nothing that hints at the direction of the statistics - whether rising or falling - may be said before 9:30am.",
    "Any indication of content, including an increase or a decrease, counts as accidental or wrongful release.",
)  # fmt: skip
FOOTER = (
    "This email and any files transmitted with it are confidential and intended solely for the use of the individual or"
    " entity to whom they are addressed. If you have received this email in error please notify the system manager."
)


def found(*spans: Span | str) -> tuple[Finding, ...]:
    given = [body(each) if isinstance(each, str) else each for each in spans]
    return detect(compile_rules([RULE]), given, Direction.OUTBOUND, Channel.EMAIL)[0]


def surest(*spans: Span | str) -> Confidence | None:
    order = (Confidence.HIGH, Confidence.MEDIUM, Confidence.LOW)
    return min((each.confidence for each in found(*spans)), key=order.index, default=None)


@pytest.mark.parametrize("caveat", CAVEATS)
def test_a_caveat_is_found_and_counts_low(caveat: str) -> None:
    findings = found(f"Dear all\n\nThe papers are attached.\n\n{caveat}\n\nKind regards\nJo")

    assert {(each.confidence, each.section) for each in findings} == {(Confidence.LOW, Section.CAVEAT)}
    assert all("standing caveat" in each.place and "at most low" in each.because for each in findings)


@pytest.mark.parametrize(
    "shape", ["> {}", "On 3 May 2031 Jo wrote:\n\n{}", "Fine.\n\n-----Original Message-----\n{}", "-- \n{}"], ids=str
)
def test_a_caveat_counts_low_in_a_thread_too(shape: str) -> None:
    assert surest(shape.format(CAVEATS[0])) is Confidence.LOW


@pytest.mark.parametrize("role", [Role.ATTACHMENT, Role.HIDDEN, Role.BODY])
def test_a_caveat_counts_low_in_any_text(role: Role) -> None:
    assert surest(body(CAVEATS[0], role=role)) is Confidence.LOW


LEAK = "Unemployment {}."
WRAPPED = "You must not disclose any indication of the content{}"


@pytest.mark.parametrize("word", ["rose", "fell", "up", "down", "unchanged", "favourable", "unfavourable"])
@pytest.mark.parametrize(
    ("text", "place"),
    [
        pytest.param("{}", "body", id="new"),
        pytest.param("Look.\n\n> {}\n> Jo", "body, quoted text", id="quoted lines"),
        pytest.param("Look.\n\n-----Original Message-----\n{}", "body, quoted text", id="quoted mail"),
        pytest.param("Begin forwarded message:\n\n{}", "body, forwarded message", id="forwarded"),
        pytest.param("Look.\n-- \n{}", "body, signature", id="signature"),
        pytest.param(f"{FOOTER} {{}}", "body", id="behind a footer"),
        pytest.param(f"{FOOTER}\n{{}}\n{FOOTER}", "body", id="between footers"),
        pytest.param(f"{CAVEATS[0]} {{}}", "body", id="behind a caveat"),
        pytest.param(f"{CAVEATS[0]} {{}} {CAVEATS[4]}", "body", id="between caveats"),
    ],
)
def test_the_same_words_count_in_full_wherever_they_are_put(text: str, place: str, word: str) -> None:
    leaks = [each for each in found(text.format(LEAK.format(word))) if each.confidence is Confidence.HIGH]

    assert place in {each.place.split("; ")[0] for each in leaks}


@pytest.mark.parametrize(
    "text",
    [
        "This email is confidential and unemployment rose.",
        "This email is confidential, intended solely for the addressee; employment fell and you must not disclose it.",
        "Wrongful release includes indications of the content: unemployment rose",
        "Wrongful release includes indications of the content, such as 'rose', of unemployment.",
        "Wrongful release includes indications of the content, including descriptions such as 'favourable' or"
        " 'unfavourable', and employment rose.",
        "Wrongful release includes indications of the content, including descriptions such as 'favourable', wink.",
        "Wrongful release includes indications of the content, which are favourable.",
        "Wrongful release includes indications of the content, so favourable figures must not be disclosed.",
        "Wrongful release includes indications of the content, including descriptions such as 'good'.",
        "Wrongful release includes indications of the content (up, up and up).",
        "Wrongful release includes descriptions such as favourable or unfavourable: employment rocketed",
        "You must not disclose employment (up or down), any indication of the content, which rocketed.",
        "You must not disclose that employment is up.",
        "You must not disclose that employment is up or down: it is up.",
        "Pre-release access: the figures are better than expected.",
        "Wrongful release includes indications of the content such as favourable or unfavourable: prices 4.1%",
        "Any indication of the content, such as unemployment of 4.1%, is wrongful release.",
        "This email is confidential. The data: 4.1%.",
        "Descriptions of the content such as favourable",
        "Wrongful release includes the figures\nup",
        "W r o n g f u l release includes indications of the contents such as favourable or unfavourable: prices r0se",
    ],
)
def test_a_leak_that_dresses_up_as_standing_text_counts_in_full(text: str) -> None:
    assert surest(text) is Confidence.HIGH


@pytest.mark.parametrize(("one", "other"), [("rose", "fell"), ("favourable", "unfavourable"), ("up", "down")])
@pytest.mark.parametrize("text", [*CAVEATS, "Wrongful release includes that the figures {}, or any indication"])
def test_both_directions_are_answered_alike(text: str, one: str, other: str) -> None:
    swap = {one: other, other: one}
    swapped = re.sub(rf"\b(?:{one}|{other})\b", lambda match: swap[match[0]], text)

    assert surest(text.format(one)) is surest(swapped.format(other))


def test_a_match_across_two_sections_counts_in_full() -> None:
    text = f"{CAVEATS[2].rstrip('.')}. Employment."

    findings = [each for each in found(text) if each.section is Section.NEW]

    assert findings
    assert all(each.confidence is Confidence.HIGH for each in findings)


def test_a_long_sentence_is_no_standing_text() -> None:
    assert surest(CAVEATS[0].rstrip(".") + " or any indication of the content" * 50) is Confidence.HIGH


def test_a_marking_in_a_caveat_counts_in_full() -> None:
    words = {"a": Phrase(any_of=("embargoed until",)), "b": Phrase(any_of=("statistics",))}
    marked = rule(words, spec(Near(Has("a"), Has("b"), 20)))
    text = "You must not disclose these statistics or any indication of the content; they are embargoed until 9.30am."

    findings, _ = detect(compile_rules([marked]), [body(text)], Direction.OUTBOUND, Channel.EMAIL)

    assert [each.confidence for each in findings] == [Confidence.HIGH]


@pytest.mark.parametrize(
    "text",
    [
        FOOTER,
        "Emails may be monitored, recorded and scanned for viruses.",
        "Please consider the environment before printing this email.",
        "Any views or opinions expressed in this message are solely those of the author and do not"
        " necessarily represent"
        " those of the organisation.",
        "Communications via this service may be automatically logged, monitored and recorded for"
        " legal purposes, and this"
        " email may be subject to the Freedom of Information Act.",
    ],
)
def test_footers_are_known(text: str) -> None:
    division = divide(body(text), normalise(text))

    assert Section.DISCLAIMER in division.labels


DIRECTIONS = ("up", "down", "flat", "extreme", "streak", "revised", "versus", "evaluation", "comparison", "size")
LEXICONS = {
    name: lexicon
    for path in sorted((ROOT / "rules/lexicons").glob("*.yaml"))
    for name, lexicon in yaml.load(path.read_text("utf-8"), yaml.BaseLoader)["lexicons"].items()
}


@pytest.mark.parametrize(("words", "direction"), list(product((CAVEAT_WORDS, DISCLAIMER_WORDS), DIRECTIONS)))
def test_standing_words_never_tell_a_direction(words: frozenset[str], direction: str) -> None:
    """Else a leak could be put together from them; idioms of everyday words are found when a rule is asked again."""
    phrases = LEXICONS[f"en.{direction}"]["any"]

    told = [phrase for phrase in phrases if all(_is_known(word, words) for word in fold_phrase(phrase).split())]

    assert told == []


def _is_known(word: str, words: frozenset[str]) -> bool:
    return any(known.startswith(word[:-1]) for known in words) if word.endswith("*") else word in words


def test_footers_name_no_statistics() -> None:
    """So that no match of a subject and an idiom lies in a footer as a whole."""
    assert DISCLAIMER_WORDS.isdisjoint(
        {*TOPIC, "economy", "jobs", "inflation", "gdp", "sales", "crime", "migration"} - {"contents", "content"}
    )


def test_examples_are_no_standing_words() -> None:
    assert CAVEAT_WORDS.isdisjoint(EXAMPLES)
    assert DISCLAIMER_WORDS.isdisjoint(EXAMPLES)
    assert [word for word in EXAMPLES if fold_phrase(word) != word] == []


GMAIL = (
    "<div>{new}</div><br><div class=gmail_quote><div>On Tue, 3 May 2031 at 10:00, Jo &lt;jo@x.example&gt;"
    " wrote:<br></div><blockquote class=gmail_quote><div>{old}</div></blockquote></div>"
)
OUTLOOK = (
    "<p>{new}</p><div style='border-top:solid'><p><b>From:</b> Jo &lt;jo@x.example&gt;<br><b>Sent:</b> 03 May"
    " 2031 10:00<br><b>To:</b> Al<br><b>Subject:</b> Figures</p></div><p>{old}</p>"
)
APPLE = "{new}<br><div><blockquote type=cite><div>On 3 May 2031, at 10:00, Jo wrote:</div><br>{old}</blockquote></div>"


@pytest.mark.parametrize("shape", [GMAIL, OUTLOOK, APPLE], ids=["Gmail", "Outlook", "Apple"])
@pytest.mark.parametrize(
    ("new", "old", "expected"),
    [
        pytest.param("Fine.", "Unemployment rose.", {("body, quoted text", "high")}, id="quoted"),
        pytest.param("Unemployment rose.", "Fine.", {("body", "high")}, id="new"),
        pytest.param("Fine.", CAVEATS[0], {("body, standing caveat", "low")}, id="caveat"),
    ],
)
def test_a_page_is_divided_as_its_reader_sees_it(
    shape: str, new: str, old: str, expected: set[tuple[str, str]]
) -> None:
    mail = b"Subject: Hello\r\nContent-Type: text/html; charset=utf-8\r\n\r\n" + shape.format(new=new, old=old).encode()

    findings = found(*extract(mail, Limits()).spans)

    assert {(each.place, each.confidence.value) for each in findings} == expected

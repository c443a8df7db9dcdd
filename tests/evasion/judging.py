"""Every technique on every sentence, through the check that the relay makes, and whether the highlight is right."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass
from email.message import EmailMessage
from email.policy import SMTP
from enum import Enum
from html import escape, unescape
from string import punctuation

from leakguard.check import Case, Checked, check
from leakguard.extract import Limits
from leakguard.model.compose import compose
from leakguard.model.decision import Action
from leakguard.policy import Policy
from tests.corpus.judging import EIGHT_MINUTES_EARLY, STRANGER, rulebook
from tests.evasion.mails import AFTER, BEFORE
from tests.evasion.technique import Disguise
from tests.evasion.techniques import Given, Technique

# Subject and what is said about it.
SENTENCES = (
    ("unemployment", "rose"),
    ("unemployment", "has fallen"),
    ("employment", "reached a record"),
    ("inflation", "fell"),
    ("inflation", "is unchanged"),
    ("retail sales", "are unchanged"),
    ("waiting list", "is at its highest"),
    ("house prices", "dropped"),
    ("net migration", "is down"),
    ("vacancies", "fell again"),
    ("burglary", "has increased"),
    ("school attendance", "improved"),
    ("shoplifting", "hit a record"),
    ("public sector borrowing", "is down"),
    ("wages", "have flatlined"),
    ("claimant count", "went up"),
)
FIGURES = (("unemployment", "4.7%"), ("inflation", "3.5%"), ("pay growth", "5.1%"), ("unemployment rate", "4.1%"))


MARKUP = re.compile(r"</?[a-z][^<>]*>|<!--.*?-->|\[/?(?:b|color)(?:=[a-z]+)?\]", re.I)


class Result(Enum):
    CAUGHT = "caught"
    WRONG = "caught, wrong highlight"
    MISSED = "missed"


@dataclass(frozen=True, slots=True, kw_only=True)
class Try:
    """One disguised message. `whole`: all the words are disguised, not only the subject.

    seen, seen_subject: the words as a highlight may show them, in any of these ways.
    """

    technique: Technique
    clear: str
    subject: str
    whole: bool
    content: bytes
    seen: tuple[str, ...]
    seen_subject: tuple[str, ...]


def tries(technique: Technique) -> Iterator[Try]:
    """Those in which the technique changes anything."""
    makers = {Given.HTML: _page_try, Given.MAIL: _mail_try, Given.FIGURE: _figure_try}
    make = makers.get(technique.given, _text_try)
    for subject, rest in FIGURES if technique.given is Given.FIGURE else SENTENCES:
        for whole in (True,) if technique.given in (Given.FIGURE, Given.MAIL) else (False, True):
            made = make(technique, subject, rest, whole)
            if made is not None:
                yield made


def judge(one: Try) -> Result:
    checked = checked_for(one)
    if checked.decision.outcomes[0].action.severity < Action.FLAG.severity or not checked.verdict.findings:
        return Result.MISSED
    return Result.CAUGHT if highlight_is_right(one, [each.text for each in checked.verdict.findings]) else Result.WRONG


def checked_for(one: Try) -> Checked:
    case = Case(
        id="evasion",
        at=EIGHT_MINUTES_EARLY,
        mail_from=STRANGER,
        recipients=("amy@news.example",),
        content=one.content,
    )
    return check(case, rulebook(), Limits(), Policy())


def highlight_is_right(one: Try, found: list[str]) -> bool:
    """Every finding lies in the disguised words, give or take signs around them, and one has the whole subject.

    Either as it was written, or in clear where the guard shows what it has decoded.
    """
    reduce = letters_only if one.technique.shown else squeezed
    texts = [(core(reduce(text)), letters_only(text)) for text in found]
    written = [reduce(seen) for seen in one.seen]
    clear = letters_only(one.clear)
    inside = all(any(text in seen for seen in written) or letters in clear for text, letters in texts)
    subjects = [core(reduce(seen)) for seen in one.seen_subject]
    subject = letters_only(one.subject)
    return inside and any(any(each in text for each in subjects) or subject in letters for text, letters in texts)


def squeezed(text: str) -> str:
    """Without what does not show, and without markup that was left as text."""
    text = MARKUP.sub("", text)
    return "".join(
        letter
        for letter in text.casefold()
        if not letter.isspace() and unicodedata.category(letter) not in ("Cf", "Cc")
    )


def letters_only(text: str) -> str:
    return "".join(letter for letter in text.casefold() if letter.isalnum())


def core(text: str) -> str:
    """Without the signs at both ends."""
    kept = [place for place, letter in enumerate(text) if letter not in punctuation and _shows(letter)]
    return text[kept[0] : kept[-1] + 1] if kept else ""


def _shows(letter: str) -> bool:
    return unicodedata.category(letter)[0] not in "PZCM"


def framed(words: str) -> str:
    return f"{BEFORE}{words}{AFTER}"


def page(words: str) -> bytes:
    message = EmailMessage(policy=SMTP)
    message["Subject"] = "Hello"
    message.set_content(f"<html><body><p>{BEFORE}{words}{AFTER}</p></body></html>", subtype="html", charset="utf-8")
    return message.as_bytes()


def _text_try(technique: Technique, subject: str, rest: str, whole: bool) -> Try | None:
    change = _each_word(technique.apply) if technique.given is Given.WORD else technique.apply
    one_piece = whole and technique.given is Given.TEXT
    hidden_subject = change(subject)
    made = change(f"{subject} {rest}") if one_piece else f"{hidden_subject} {change(rest) if whole else rest}"
    clear = f"{subject} {rest}"
    if made == clear:
        return None
    subjects = (change(subject), "".join(hidden_subject.split())) if not one_piece else _least(subject, made)
    return Try(
        technique=technique,
        clear=clear,
        subject=subject,
        whole=whole,
        content=compose("Hello", framed(made)),
        seen=(made, clear) if technique.shown else (made,),
        seen_subject=(*subjects, subject) if technique.shown else subjects,
    )


def _page_try(technique: Technique, subject: str, rest: str, whole: bool) -> Try | None:
    clear = f"{subject} {rest}"
    made = technique.apply(clear) if whole else f"{technique.apply(subject)} {escape(rest)}"
    if made == clear:
        return None
    seen = clear if technique.shown else unescape(made)
    stored = unescape(MARKUP.sub("", technique.apply(subject)))
    seen_subject = subject if technique.shown else unescape(technique.apply(subject))
    return Try(
        technique=technique,
        clear=clear,
        subject=subject,
        whole=whole,
        content=page(made),
        seen=(seen, unescape(MARKUP.sub("", made))),
        seen_subject=(seen_subject, stored),
    )


def _mail_try(technique: Technique, subject: str, rest: str, whole: bool) -> Try:
    clear = f"{subject} {rest}"
    show = technique.shown or str
    content = technique.apply(clear).encode("latin-1")
    return Try(
        technique=technique,
        clear=clear,
        subject=subject,
        whole=whole,
        content=content,
        seen=(show(clear),),
        seen_subject=(show(subject),),
    )


def _figure_try(technique: Technique, subject: str, rest: str, whole: bool) -> Try | None:
    clear, made = f"{subject} is {rest}", f"{subject} is {technique.apply(rest)}"
    if made == clear:
        return None
    return Try(
        technique=technique,
        clear=clear,
        subject=clear,
        whole=whole,
        content=compose("Hello", framed(made)),
        seen=(made,),
        seen_subject=(made,),
    )


def _each_word(change: Disguise) -> Disguise:
    return lambda text: " ".join(change(word) for word in text.split())


def _least(subject: str, made: str) -> tuple[str, ...]:
    """Of words disguised in one piece nobody can say where the subject is: an end of them, as long as it is."""
    held = squeezed(made)
    size = min(len(squeezed(subject)), len(held))
    return tuple({held[:size], held[-size:]})

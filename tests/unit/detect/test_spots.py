"""Every finding says exactly where its evidence stands, and nobody has to look for it again."""

from __future__ import annotations

from email.message import EmailMessage
from functools import cache
from io import BytesIO

import pytest
import xlsxwriter

from leakguard.detect.page import excerpt
from leakguard.extract import Limits, extract
from leakguard.inspection import inspect
from leakguard.model.compose import compose
from leakguard.model.content import Finding, Scope, Spot, Verdict
from leakguard.model.ids import RuleId
from leakguard.model.message import Channel, Direction
from leakguard.notation.codec import dumps, loads
from tests.builders import finding
from tests.corpus.judging import messages, rulebook


def inspected(content: bytes) -> Verdict:
    book = rulebook()
    return inspect(
        content,
        detector=book.detector,
        digest=book.digest,
        limits=Limits(),
        direction=Direction.OUTBOUND,
        channel=Channel.EMAIL,
    )


@cache
def samples() -> dict[str, bytes]:

    written = {each["id"]: compose(each["subject"], each["text"]) for each in messages("leaks")[:60]}
    return written | {"workbook": with_workbook()}


def with_workbook() -> bytes:
    file = BytesIO()
    book = xlsxwriter.Workbook(file)
    sheet = book.add_worksheet("Table 1")
    sheet.write("A1", "Labour market, March 2031")
    sheet.write("C7", "The unemployment rate rose to 5.1%, the highest since 2021")
    book.close()
    mail = EmailMessage()
    mail["Subject"] = "Tables"
    mail.set_content("Please see the attached tables.")
    mail.add_attachment(file.getvalue(), maintype="application", subtype="octet-stream", filename="tables.xlsx")
    return mail.as_bytes()


@pytest.mark.parametrize("name", sorted(samples()))
def test_what_stands_at_the_spots_is_the_evidence(name: str) -> None:
    content = samples()[name]
    spans = extract(content, Limits()).spans

    for each in inspected(content).findings:
        assert each.spots
        assert excerpt(spans[spot.span].text[spot.start : spot.end] for spot in each.spots) == each.text


def test_nearly_all_samples_have_findings_to_look_at() -> None:
    assert sum(bool(inspected(each).findings) for each in samples().values()) > 50


def test_disguised_words_have_their_spots_where_they_are_written() -> None:

    content = compose("FYI", "The unem\u200bployment r\u0430te r\u200bose to 5.1%, the h\u200bighest since 2021.")
    (first, *_) = (each for each in inspected(content).findings if "\u200b" in each.text)
    spans = extract(content, Limits()).spans

    assert {spans[spot.span].role.value for spot in first.spots} == {"body"}


def test_a_verdict_from_before_there_were_spots_is_still_read() -> None:
    old = (
        '{"findings":[{"rule":"lm","id":"direction","title":"Direction","scope":{"series":"labour-market",'
        '"release":null},"confidence":"high","counts_for":"everybody","may_restate":false,"lowered_to":null,'
        '"lowered_until":null,"about":[],"elsewhere":null,"shadow":false,"part":"1","place":"body",'
        '"section":"new","text":"employment rose","because":""}],"gaps":[],"authors":[],"rulebook":"abc"}'
    )

    read = loads(Verdict, old)

    assert read.findings == (finding(scope=Scope(series="labour-market"), rule=RuleId("lm")),)
    assert (read.findings[0].spots, read.likeness) == ((), "")


def test_spots_and_likeness_are_written_and_read_again() -> None:
    verdict = Verdict(findings=(finding(spots=(Spot(2, 5, 9),), disguises=("letters as symbols",)),), likeness="ab")

    assert loads(Verdict, dumps(verdict)) == verdict


def test_neither_likeness_nor_evidence_is_printed() -> None:
    assert "secret" not in repr(Verdict(findings=(finding(text="secret"),), likeness="secret"))
    assert isinstance(finding(), Finding)

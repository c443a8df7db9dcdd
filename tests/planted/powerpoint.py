"""Places in presentations."""

from __future__ import annotations

from io import BytesIO

from pptx import Presentation
from pptx.chart.data import CategoryChartData
from pptx.enum.chart import XL_CHART_TYPE
from pptx.presentation import Presentation as Deck
from pptx.slide import Slide
from pptx.util import Inches

from tests.planted.index import plant
from tests.planted.word import with_part


def _new() -> tuple[Deck, Slide]:
    deck = Presentation()
    slide = deck.slides.add_slide(deck.slide_layouts[5])
    slide.shapes.title.text = "As agreed"
    return deck, slide


def _saved(deck: Deck) -> bytes:
    out = BytesIO()
    deck.save(out)
    return out.getvalue()


@plant("PowerPoint", "title", says="slide 2")
def title(phrase: str) -> bytes:
    deck, _ = _new()
    deck.slides.add_slide(deck.slide_layouts[0]).shapes.title.text = phrase
    return _saved(deck)


@plant("PowerPoint", "runs cut inside a word", says="slide 1")
def runs(phrase: str) -> bytes:
    deck, slide = _new()
    paragraph = slide.shapes.add_textbox(0, 0, Inches(3), Inches(1)).text_frame.paragraphs[0]
    for letter in phrase:
        paragraph.add_run().text = letter
    return _saved(deck)


@plant("PowerPoint", "cells of a table", says="slide 1")
def table(phrase: str) -> bytes:
    deck, slide = _new()
    words = phrase.split()
    cells = slide.shapes.add_table(1, len(words), 0, 0, Inches(5), Inches(1)).table
    for column, word in enumerate(words):
        cells.cell(0, column).text = word
    return _saved(deck)


@plant("PowerPoint", "speaker notes", says="notes")
def notes(phrase: str) -> bytes:
    deck, slide = _new()
    slide.notes_slide.notes_text_frame.text = phrase
    return _saved(deck)


@plant("PowerPoint", "hidden slide", says="slide 1")
def hidden(phrase: str) -> bytes:
    deck, slide = _new()
    slide.shapes.title.text = phrase
    slide._element.set("show", "0")
    return _saved(deck)


@plant("PowerPoint", "group of shapes", says="slide 1")
def group(phrase: str) -> bytes:
    deck, slide = _new()
    slide.shapes.add_group_shape().shapes.add_textbox(0, 0, 99, 99).text_frame.text = phrase
    return _saved(deck)


@plant("PowerPoint", "alternative text")
def alternative(phrase: str) -> bytes:
    deck, slide = _new()
    slide.shapes.title._element.nvSpPr.cNvPr.set("descr", phrase)
    return _saved(deck)


def _chart(categories: list[str], series: str, chart_title: str) -> bytes:
    deck, slide = _new()
    data = CategoryChartData()
    data.categories = categories
    data.add_series(series, (1.0, 2.0))
    frame = slide.shapes.add_chart(XL_CHART_TYPE.COLUMN_CLUSTERED, 0, 0, Inches(4), Inches(3), data)
    frame.chart.has_title = True
    frame.chart.chart_title.text_frame.text = chart_title
    return _saved(deck)


@plant("PowerPoint", "title of a chart", says="chart")
def chart_title(phrase: str) -> bytes:
    return _chart(["a", "b"], "rate", phrase)


@plant("PowerPoint", "series of a chart")
def chart_series(phrase: str) -> bytes:
    return _chart(["a", "b"], phrase, "rates")


@plant("PowerPoint", "category of a chart")
def chart_category(phrase: str) -> bytes:
    return _chart([phrase, "b"], "rate", "rates")


@plant("PowerPoint", "comment", says="comment")
def comment(phrase: str) -> bytes:
    p = "http://schemas.openxmlformats.org/presentationml/2006/main"
    one = f'<p:cm authorId="0" idx="1"><p:pos x="1" y="1"/><p:text>{phrase}</p:text></p:cm>'
    xml = f'<p:cmLst xmlns:p="{p}">{one}</p:cmLst>'
    return with_part(_saved(_new()[0]), "ppt/comments/comment1.xml", xml.encode())


@plant("PowerPoint", "comment of today's kind", says="comment")
def modern_comment(phrase: str) -> bytes:
    p188 = "http://schemas.microsoft.com/office/powerpoint/2018/8/main"
    a = "http://schemas.openxmlformats.org/drawingml/2006/main"
    body = f"<p188:txBody><a:p><a:r><a:t>{phrase}</a:t></a:r></a:p></p188:txBody>"
    xml = f'<p188:cmLst xmlns:p188="{p188}" xmlns:a="{a}"><p188:cm id="1">{body}</p188:cm></p188:cmLst>'
    return with_part(_saved(_new()[0]), "ppt/comments/modernComment_1.xml", xml.encode())


@plant("PowerPoint", "master")
def master(phrase: str) -> bytes:
    deck, _ = _new()
    deck.slide_master.shapes[0].text_frame.text = phrase
    return _saved(deck)


@plant("PowerPoint", "keywords property", says="property")
def keywords(phrase: str) -> bytes:
    deck, _ = _new()
    deck.core_properties.keywords = phrase
    return _saved(deck)

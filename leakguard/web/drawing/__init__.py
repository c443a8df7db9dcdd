"""Pictures as shapes, and the same numbers as a table. Pure: no page, no style but what prints in black and white.

Rule of this room: whatever is drawn as a mark stands as a figure in the table beneath, and nothing is said by colour.
"""

from leakguard.web.drawing.dots import dots
from leakguard.web.drawing.over_time import Mark, Panel, over_time
from leakguard.web.drawing.ranked import Row, Series, ranked
from leakguard.web.drawing.shapes import Bar, Dot, Drawing, Fill, Line, Picture, Table, Text

__all__ = [
    "Bar",
    "Dot",
    "Drawing",
    "Fill",
    "Line",
    "Mark",
    "Panel",
    "Picture",
    "Row",
    "Series",
    "Table",
    "Text",
    "dots",
    "over_time",
    "ranked",
]

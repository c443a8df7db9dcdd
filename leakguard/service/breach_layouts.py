"""The regulator's two forms as data: their sections in order, who has to write each, and what evidence can fill it.

ref: CoP T3.4, CoP 3.0 3.3 (a breach is reported to the regulator)
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from leakguard.model.incident import Layout


class Evidence(StrEnum):
    """What the record can say by itself. NONE: only people know."""

    NONE = "none"
    TITLE = "title"
    PRODUCER = "producer"
    PRACTICE = "practice"
    DATE = "date"
    ACCOUNT = "account"
    EARLIER = "earlier"
    DONE = "done"
    REACTIONS_INSIDE = "reactions_inside"
    REPORT_DATE = "report_date"
    REFERENCES = "references"
    IMPACT = "impact"


@dataclass(frozen=True, slots=True, kw_only=True)
class Field:
    """One section. part: the numbered heading it stands under. owner: who writes it where evidence cannot.

    has_recipients: the table of who had it, by class, belongs here.
    """

    key: str
    part: str
    heading: str
    owner: str
    evidence: Evidence = Evidence.NONE
    has_recipients: bool = False


_HOP = "the Head of Profession"
_LEAD = "the lead statistician"
_BACKGROUND, _CIRCUMSTANCES = "Background information", "Circumstances of the breach"

_FORM_2016 = (
    Field(key="output", part=_BACKGROUND, heading="Name of statistical output", owner=_LEAD, evidence=Evidence.TITLE),
    Field(
        key="producer",
        part=_BACKGROUND,
        heading="Name of producer organisation",
        owner=_LEAD,
        evidence=Evidence.PRODUCER,
    ),
    Field(key="hop", part=_BACKGROUND, heading="Head of Profession, contact and date of report", owner=_HOP),
    Field(
        key="practice",
        part=_CIRCUMSTANCES,
        heading="Relevant principle or protocol, and practice",
        owner=_HOP,
        evidence=Evidence.PRACTICE,
    ),
    Field(
        key="date", part=_CIRCUMSTANCES, heading="Date of occurrence of the breach", owner=_LEAD, evidence=Evidence.DATE
    ),
    Field(
        key="nature",
        part=_CIRCUMSTANCES,
        heading="Nature of the breach",
        owner=_LEAD,
        evidence=Evidence.ACCOUNT,
        has_recipients=True,
    ),
    Field(
        key="earlier", part=_CIRCUMSTANCES, heading="Links with earlier breaches", owner=_HOP, evidence=Evidence.EARLIER
    ),
    Field(key="reasons", part=_CIRCUMSTANCES, heading="Reasons for the breach", owner=_LEAD),
    Field(
        key="reactions_inside",
        part="Reactions",
        heading="Reactions inside the organisation",
        owner=_HOP,
        evidence=Evidence.REACTIONS_INSIDE,
    ),
    Field(key="reactions_outside", part="Reactions", heading="Reactions outside the organisation", owner=_HOP),
    Field(key="action_short", part="Actions taken", heading="Short-term action", owner=_LEAD, evidence=Evidence.DONE),
    Field(key="action_long", part="Actions taken", heading="Longer-term changes", owner=_HOP),
    Field(
        key="statements",
        part="Published statements",
        heading="Links to published statements about this breach",
        owner=_HOP,
    ),
    Field(
        key="other",
        part="Other information",
        heading="Any other relevant information",
        owner=_LEAD,
        evidence=Evidence.REFERENCES,
    ),
)

_FORM_2018 = (
    Field(
        key="output",
        part=_BACKGROUND,
        heading="Name of statistical output, with link",
        owner=_LEAD,
        evidence=Evidence.TITLE,
    ),
    Field(
        key="producer",
        part=_BACKGROUND,
        heading="Name of producer organisation",
        owner=_LEAD,
        evidence=Evidence.PRODUCER,
    ),
    Field(key="person", part=_BACKGROUND, heading="Person dealing with this report", owner=_LEAD),
    Field(key="hop", part=_BACKGROUND, heading="Name and contact details of the Head of Profession", owner=_HOP),
    Field(key="statements", part=_BACKGROUND, heading="Link to published statement about this breach", owner=_HOP),
    Field(key="report_date", part=_BACKGROUND, heading="Date of report", owner=_HOP, evidence=Evidence.REPORT_DATE),
    Field(
        key="practice",
        part=_CIRCUMSTANCES,
        heading="Relevant principle(s) and practice(s)",
        owner=_HOP,
        evidence=Evidence.PRACTICE,
    ),
    Field(key="date", part=_CIRCUMSTANCES, heading="Date of the breach", owner=_LEAD, evidence=Evidence.DATE),
    Field(
        key="account",
        part=_CIRCUMSTANCES,
        heading="Account of what happened, with roles and times",
        owner=_LEAD,
        evidence=Evidence.ACCOUNT,
        has_recipients=True,
    ),
    Field(
        key="impact_inside",
        part="Impact of the breach",
        heading="Impact inside the producer organisation",
        owner=_LEAD,
        evidence=Evidence.IMPACT,
    ),
    Field(
        key="impact_outside",
        part="Impact of the breach",
        heading="Impact outside the producer organisation",
        owner=_HOP,
    ),
    Field(
        key="action_short", part="Corrective actions", heading="Short-term action", owner=_LEAD, evidence=Evidence.DONE
    ),
    Field(key="action_long", part="Corrective actions", heading="Longer-term changes", owner=_HOP),
)

FIELDS: dict[Layout, tuple[Field, ...]] = {Layout.FORM_2016: _FORM_2016, Layout.FORM_2018: _FORM_2018}

NAMES = {
    Layout.FORM_2016: "Breach report (form of 2016)",
    Layout.FORM_2018: "Breach report (form of 2018 to 2021)",
}

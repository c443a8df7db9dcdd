"""Names that must not be mixed up."""

from typing import NewType

ReleaseId = NewType("ReleaseId", str)
RuleId = NewType("RuleId", str)
PersonId = NewType("PersonId", str)
HeldId = NewType("HeldId", str)
IncidentId = NewType("IncidentId", str)

"""The shape of rulebook files: checked once at the edge, published as JSON Schema for editors."""

from __future__ import annotations

from typing import Annotated, Any, Literal

from pydantic import AliasChoices, BaseModel, ConfigDict, Discriminator, Field, Tag

Confidence = Literal["high", "medium", "low"]
Words = Annotated[str, Field(min_length=1)]
Slug = Annotated[str, Field(pattern=r"^[a-z0-9][a-z0-9_-]*(\.[a-z0-9_-]+)*$")]
Id = Annotated[str, Field(pattern=r"^[A-Za-z0-9][A-Za-z0-9._:/-]*$")]
Role = Literal["subject", "body", "attachment", "name", "hidden"]


class Entry(BaseModel):
    model_config = ConfigDict(extra="forbid", strict=True, frozen=True)


def _also_why(schema: dict[str, Any]) -> None:
    """`why` is another word for `justification`; an alias that the schema does not show by itself."""
    schema["properties"]["why"] = schema["properties"]["justification"] | {"title": "Why"}


class GrantEntry(Entry):
    model_config = ConfigDict(json_schema_extra=_also_why)

    who: Words = Field(description="a person's id, or an address")
    release: Id | None = None
    releases: list[Id] = []
    series: str | None = None
    basis: Literal["production", "qa", "pre_release", "special"]
    from_: str | None = Field(default=None, alias="from")
    until: str | None = None
    declaration_signed: str | None = None
    justification: str = Field(default="", validation_alias=AliasChoices("justification", "why"))
    granted_by: str = ""
    suspended: bool = False
    zone: str | None = None


class ReleaseEntry(Entry):
    id: Id
    title: Words
    producer: str = ""
    series: str | None = None
    release_at: str
    zone: str | None = None
    pre_release_from: str | None = None
    sensitive_from: str | None = None
    status: Literal["scheduled", "provisional", "postponed", "cancelled"] = "scheduled"
    lift: Literal["at_time", "on_confirmation"] = "at_time"
    confirmed_at: str | None = None
    declaration_required: bool = False
    passwords: list[Words] = Field(default=[], repr=False, description="of files that are sent about it; never shown")


class InlineRelease(ReleaseEntry):
    title: str = ""
    grants: list[GrantEntry] = []


class ReleasesDocument(Entry):
    schema_: Literal["leakguard/releases/v1"] = Field(alias="schema")
    zone: str | None = None
    releases: list[ReleaseEntry]


class PersonEntry(Entry):
    id: Id
    name: str = ""
    role: str = ""
    organisation: str = ""
    handles: Annotated[list[Words], Field(min_length=1)]


class ListEntry(Entry):
    address: Words
    members: list[Words]


class AccessDocument(Entry):
    schema_: Literal["leakguard/access/v1"] = Field(alias="schema")
    zone: str | None = None
    people: list[PersonEntry] = []
    grants: list[GrantEntry] = []
    lists: list[ListEntry] = []


class WordsEntry(Entry):
    any: Annotated[list[Words], Field(min_length=1)]
    except_: list[Words] = Field(default=[], alias="except")


class LexiconDocument(Entry):
    schema_: Literal["leakguard/lexicon/v1"] = Field(alias="schema")
    description: str = ""
    lexicons: dict[str, WordsEntry]


class Neighbours(Entry):
    """Words, own ones and those of lexicons."""

    any: list[Words] = []
    use: list[str] = []


class PhrasePattern(Entry):
    kind: Literal["phrase"] = "phrase"
    any: list[Words] = []
    use: list[str] = []
    except_: list[Words] = Field(default=[], alias="except")
    not_before: Neighbours = Neighbours()
    not_behind: Neighbours = Neighbours()
    in_: list[Role] = Field(default=[], alias="in")


class RegexPattern(Entry):
    kind: Literal["regex"]
    pattern: Annotated[str, Field(min_length=1, max_length=1000)]
    prefilter: list[Words] = []
    in_: list[Role] = Field(default=[], alias="in")


class PeriodPattern(Entry):
    kind: Literal["period"]
    in_: list[Role] = Field(default=[], alias="in")


class ReleaseTimePattern(Entry):
    kind: Literal["release_time"]
    in_: list[Role] = Field(default=[], alias="in")


class FigurePattern(Entry):
    kind: Literal["figure"]
    from_: Literal["any", "release"] = Field(default="any", alias="from")
    tolerance: Literal["rounding"] = "rounding"
    in_: list[Role] = Field(default=[], alias="in")


def _pattern_kind(value: Any) -> str:
    kind = value.get("kind", "phrase") if isinstance(value, dict) else getattr(value, "kind", "phrase")
    return str(kind)


PatternEntry = Annotated[
    Annotated[PhrasePattern, Tag("phrase")]
    | Annotated[RegexPattern, Tag("regex")]
    | Annotated[FigurePattern, Tag("figure")]
    | Annotated[PeriodPattern, Tag("period")]
    | Annotated[ReleaseTimePattern, Tag("release_time")],
    Discriminator(_pattern_kind),
]


def _condition_kind(value: Any) -> str:
    return "name" if isinstance(value, str) else "condition"


class NearEntry(Entry):
    a: ConditionEntry
    b: ConditionEntry
    words: Annotated[int, Field(ge=0, le=200)]
    same: Literal["sentence", "thought"] | None = None


class CountEntry(Entry):
    of: ConditionEntry
    at_least: Annotated[int, Field(ge=1)]


class ConditionObject(Entry):
    """Exactly one of the keys."""

    model_config = ConfigDict(json_schema_extra={"minProperties": 1, "maxProperties": 1})

    near: NearEntry | None = None
    all: Annotated[list[ConditionEntry], Field(min_length=1)] | None = None
    any: Annotated[list[ConditionEntry], Field(min_length=1)] | None = None
    not_: ConditionEntry | None = Field(default=None, alias="not")
    count: CountEntry | None = None
    phrase: Words | None = None


ConditionEntry = Annotated[
    Annotated[str, Tag("name")] | Annotated[ConditionObject, Tag("condition")], Discriminator(_condition_kind)
]


class ContextEntry(Entry):
    title: Words = Field(description="goes on from 'counts less where'")
    when: ConditionEntry
    to: Confidence = "low"
    reach: Literal["sentence", "around", "nearby", "far"] = "sentence"
    unless: ConditionEntry | None = None
    another_time: bool = False


class FindingEntry(Entry):
    id: Slug
    title: Words
    when: ConditionEntry
    confidence: Confidence
    counts_for: Literal["everybody", "senders_with_access", "senders_without_access"] = "everybody"
    may_restate: bool = False
    lowered_by: list[str] | None = Field(default=None, description="every context of the rule, if left out")


class ExceptionEntry(Entry):
    id: Slug
    reason: Words
    owner: Words
    expires: Words
    when: ConditionEntry
    lower_to: Confidence


class Expectation(Entry):
    found: str | None = None
    forward: list[str] = []
    flag: list[str] = []
    hold: list[str] = []
    reject: list[str] = []


class CaseEntry(Entry):
    name: Words
    at: str
    from_: Words = Field(alias="from")
    to: Annotated[list[Words], Field(min_length=1)]
    direction: Literal["outbound", "internal", "inbound"] | None = None
    subject: str = ""
    body: str = ""
    expect: Expectation


class GivenRelease(Entry):
    id: Id = "given"
    title: str = "given"
    release_at: str
    zone: str | None = None
    pre_release_from: str | None = None
    sensitive_from: str | None = None
    status: Literal["scheduled", "provisional", "postponed", "cancelled"] = "scheduled"
    lift: Literal["at_time", "on_confirmation"] = "at_time"
    declaration_required: bool = False


class GivenEntry(Entry):
    release: GivenRelease | None = None
    grants: list[GrantEntry] = []
    figures: list[str] = []


class RuleTests(Entry):
    must_match: Annotated[list[Words], Field(min_length=1)]
    must_mention: list[Words] = []
    must_not_match: Annotated[list[Words], Field(min_length=1)]
    given: GivenEntry = GivenEntry()
    cases: list[CaseEntry] = []


ReleaseScope = Annotated[
    Annotated[Id, Tag("name")] | Annotated[InlineRelease, Tag("condition")], Discriminator(_condition_kind)
]


class AppliesTo(Entry):
    series: str | None = None
    release: ReleaseScope | None = None
    directions: Annotated[list[Literal["outbound", "internal", "inbound"]], Field(min_length=1)] = [
        "outbound",
        "internal",
        "inbound",
    ]
    channels: Annotated[list[Literal["email", "slack"]], Field(min_length=1)] = ["email", "slack"]


class GrammarDocument(Entry):
    """What many rules have in common. expects: patterns that a rule gives; one that it does not give never matches."""

    schema_: Literal["leakguard/grammar/v1"] = Field(alias="schema")
    id: Slug
    description: str = ""
    expects: list[Slug] = []
    patterns: dict[Slug, PatternEntry] = {}
    contexts: dict[Slug, ContextEntry] = {}
    findings: list[FindingEntry] = []


class RuleDocument(Entry):
    schema_: Literal["leakguard/rule/v1"] = Field(alias="schema")
    id: Slug
    version: Annotated[int, Field(ge=1)]
    title: Words
    description: str = ""
    status: Literal["draft", "shadow", "enforce", "retired"]
    owner: Words
    refs: list[str] = []
    tags: list[str] = []
    applies_to: AppliesTo
    grammar: Slug | None = None
    patterns: Annotated[dict[Slug, PatternEntry], Field(min_length=1)]
    except_: list[Words] = Field(default=[], alias="except")
    contexts: dict[Slug, ContextEntry] = {}
    findings: list[FindingEntry] = []
    exceptions: list[ExceptionEntry] = []
    tests: RuleTests


for _model in (
    NearEntry,
    CountEntry,
    ConditionObject,
    ContextEntry,
    FindingEntry,
    ExceptionEntry,
    GrammarDocument,
    RuleDocument,
):
    _model.model_rebuild()

DOCUMENTS: dict[str, type[Entry]] = {
    "leakguard/rule/v1": RuleDocument,
    "leakguard/releases/v1": ReleasesDocument,
    "leakguard/access/v1": AccessDocument,
    "leakguard/lexicon/v1": LexiconDocument,
    "leakguard/grammar/v1": GrammarDocument,
}


def json_schema() -> dict[str, Any]:
    """One JSON Schema for every kind of rulebook file, told apart by `schema`."""
    from pydantic import TypeAdapter

    union = Annotated[
        RuleDocument | ReleasesDocument | AccessDocument | LexiconDocument | GrammarDocument,
        Field(discriminator="schema_"),
    ]
    return {"$schema": "https://json-schema.org/draft/2020-12/schema", **TypeAdapter(union).json_schema(by_alias=True)}

"""Plain values -> checked entries: what a schema finds wrong, told with its place in words an author can act on."""

from __future__ import annotations

from typing import Any, TypeVar

from pydantic import BaseModel, ValidationError

from leakguard.notation.diagnostics import Path, Source

Entry = TypeVar("Entry", bound=BaseModel)


def validated(kind: type[Entry], value: Any, source: Source) -> Entry | None:
    """The entry, or None when the value has another shape, which the report then says."""
    try:
        return kind.model_validate(value)
    except ValidationError as problem:
        for each in problem.errors(include_url=False):
            _report(each, value, source)
        return None


_CODES = {
    "extra_forbidden": "unknown-key",
    "missing": "missing-key",
    "union_tag_invalid": "unsupported-kind",
    "literal_error": "bad-value",
    "string_pattern_mismatch": "bad-value",
    "value_error": "bad-value",
    "string_too_long": "bad-value",
    "greater_than_equal": "bad-value",
    "less_than_equal": "bad-value",
    "string_too_short": "empty",
    "too_short": "empty",
}


def _report(problem: Any, value: Any, source: Source) -> None:
    code = _CODES.get(problem["type"], "wrong-type")
    path = _path(problem["loc"], value)
    last = next((step for step in reversed(problem["loc"]) if isinstance(step, str)), "value")
    match code:
        case "missing-key":
            sentence = f"`{last}` is missing"
        case "unknown-key":
            sentence = f"there is no key `{last}` here"
        case "empty":
            sentence = f"`{last}` must not be empty"
        case "unsupported-kind":
            sentence = "`kind` must be phrase, regex, figure, period or release_time"
            path = (*path, "kind")
        case _:
            sentence = f"`{last}`: {_words(problem)}"
    source.error(code, path, sentence)


def _words(problem: Any) -> str:
    if problem["type"] == "value_error":
        return str(problem["ctx"]["error"])
    return f"{problem['msg'][:1].lower()}{problem['msg'][1:]}"


def _path(location: tuple[str | int, ...], value: Any) -> Path:
    """The path of a problem in the document; names that the schema adds by itself are passed over."""
    path: list[str | int] = []
    for step in location:
        if _leads_on(value, step):
            value = value[step]
            path.append(step)
    return tuple(path)


def _leads_on(value: Any, step: str | int) -> bool:
    if isinstance(value, list):
        return isinstance(step, int) and step < len(value)
    return isinstance(value, dict) and step in value

"""The parts of docs/ that come from the code: made here, written by scripts/make-docs, kept current by a test.

python -m tests.house.generated_docs        writes what is out of date
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path

from leakguard.model.held import TRANSITIONS, State
from leakguard.notation.codes import codes
from leakguard.rulebook.schema import json_schema
from leakguard.web.api.application import description
from tests.house.tree import ROOT, name_of

FLOW = ROOT / "docs/flow.md"
CODES = ROOT / "docs/codes"
SCHEMA = ROOT / "docs/schema/rulebook.schema.json"
OPENAPI = ROOT / "docs/schema/openapi.json"
BEGIN = "<!-- begin: held states, made by scripts/make-docs -->"
END = "<!-- end: held states -->"


def held_states() -> str:
    """The moves of leakguard.model.held.TRANSITIONS as a table, and what ends where."""
    rows = [f"| `{before}` | `{verb}` | `{after}` |" for (before, verb), after in TRANSITIONS.items()]
    still = ", ".join(f"`{each}`" for each in State if each.is_open)
    over = ", ".join(f"`{each}`" for each in State if not each.is_open)
    table = "\n".join(("| State | Move | Next state |", "|---|---|---|", *rows))
    return f"{table}\n\nStill in our hands: {still}. Over: {over}."


def flow() -> str:
    """docs/flow.md with its table made anew."""
    text = FLOW.read_text(encoding="utf-8")
    before, begin, rest = text.partition(BEGIN)
    _, end, after = rest.partition(END)
    assert begin and end, f"{name_of(FLOW)} has no markers {BEGIN} and {END}"
    return f"{before}{BEGIN}\n\n{held_states()}\n\n{END}{after}"


def schema() -> str:
    """What `leakguard rules schema` prints."""
    return json.dumps(json_schema(), indent=2, sort_keys=True) + "\n"


def openapi() -> str:
    """What the API serves at /api/v1/openapi.json."""
    return json.dumps(description(), indent=2, sort_keys=True) + "\n"


def codes_index() -> str:
    rows = [f"| [`{each.name}`]({each.name}.md) | {each.severity} | {each.mend.strip()} |" for each in codes().values()]
    return "\n".join(
        (
            "# Codes",
            "",
            "Each complaint about a rulebook or the settings is `file:line:column: severity[code]: sentence`. A code",
            "never changes its meaning. `leakguard rules codes CODE` prints the same page. Made by `scripts/make-docs`",
            "from `leakguard/notation/codes.yaml`.",
            "",
            "| Code | Is | What to do |",
            "|---|---|---|",
            *rows,
            "",
        )
    )


def generated() -> Iterator[tuple[Path, str]]:
    yield FLOW, flow()
    yield SCHEMA, schema()
    yield OPENAPI, openapi()
    yield CODES / "README.md", codes_index()
    for each in codes().values():
        yield CODES / f"{each.name}.md", each.page


def main() -> None:
    for path, text in generated():
        if not path.exists() or path.read_text(encoding="utf-8") != text:
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(text, encoding="utf-8")
            print(f"make-docs: {name_of(path)}")


if __name__ == "__main__":
    main()

"""What the codes of complaints mean: a table for people, in codes.yaml beside this file, and the page of each."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from importlib.resources import files

import yaml


@dataclass(frozen=True, slots=True, kw_only=True)
class Code:
    """severity: as in a diagnostic. means, mend: Markdown. example: a bad input that gives the code."""

    name: str
    severity: str
    means: str
    mend: str
    example: str

    @property
    def page(self) -> str:
        """The page about it, in Markdown: docs/codes/, `leakguard rules codes` and SARIF have the same words."""
        effect = "An error: the rulebook is refused." if self.severity == "error" else "A warning: nothing is refused."
        return (
            f"# {self.name}\n\n{effect}\n\n{self.means.strip()}\n\n"
            f"## Example\n\n```yaml\n{self.example.rstrip()}\n```\n\n## How to mend it\n\n{self.mend.strip()}\n"
        )


@cache
def codes() -> dict[str, Code]:
    """Every code by its name, in order."""
    text = files("leakguard.notation").joinpath("codes.yaml").read_text(encoding="utf-8")
    return {name: Code(name=name, **entry) for name, entry in sorted(yaml.safe_load(text).items())}

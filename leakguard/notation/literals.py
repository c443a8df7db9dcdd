"""One scalar of a YAML text -> how it is written on one line, with the same value and as its author wrote it."""

from __future__ import annotations

import re

import yaml

from leakguard.notation.strict_yaml import misread

_ESCAPES = {'"': '\\"', "\\": "\\\\", "\n": "\\n", "\t": "\\t"}
_BETWEEN_WORDS = re.compile(r"(?<! ) (?! )")


def literal(node: yaml.Node, text: str) -> str:
    """As it stands in the text, if that is one line and YAML does not take it for something else."""
    raw = text[node.start_mark.index : node.end_mark.index]
    if misread(node) is not None:
        return quoted(node.value)
    if len(raw.splitlines()) <= 1:
        return raw
    if getattr(node, "style", None) is None and "\n" not in node.value:
        return str(node.value)
    return quoted(node.value)


def quoted(value: str) -> str:
    """In double quotes; in single quotes where that saves escapes and is possible."""
    printable = all(each.isprintable() for each in value)
    if printable and ("\\" in value or '"' in value):
        return "'" + value.replace("'", "''") + "'"
    return '"' + "".join(_ESCAPES.get(each) or _escaped(each) for each in value) + '"'


def _escaped(character: str) -> str:
    if character.isprintable():
        return character
    code = ord(character)
    return f"\\x{code:02x}" if code < 0x100 else f"\\u{code:04x}" if code < 0x10000 else f"\\U{code:08x}"


def wrapped(written: str, first: int, rest: int, width: int) -> list[str]:
    """A long literal on several lines, which YAML folds into one again. first, rest: room taken at their beginning."""
    lines, room = [""], width - first
    for word in _BETWEEN_WORDS.split(written):
        if lines[-1] and len(lines[-1]) + 1 + len(word) > room:
            lines.append(word)
            room = width - rest
        else:
            lines[-1] = f"{lines[-1]} {word}" if lines[-1] else word
    return lines

"""A folder of rules, releases, access lists and lexicons -> its files, by name."""

from __future__ import annotations

from pathlib import Path

SUFFIXES = frozenset({".yaml", ".yml", ".csv"})


def read_folder(folder: Path) -> dict[str, bytes]:
    """Every rulebook file below the folder (or the one file), named as it is shown in errors. Raises OSError.

    Files and folders whose name begins with a dot or an underscore are left out.
    """
    if folder.is_file():
        return {folder.name: folder.read_bytes()}
    if not folder.is_dir():
        raise FileNotFoundError(f"there is no folder {folder}")
    found: dict[str, bytes] = {}
    for path in sorted(folder.rglob("*")):
        name = path.relative_to(folder)
        hidden = any(part.startswith((".", "_")) for part in name.parts)
        if path.suffix in SUFFIXES and not hidden and path.is_file():
            found[name.as_posix()] = path.read_bytes()
    return found

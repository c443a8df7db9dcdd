"""Files as another office program writes them: what LibreOffice keeps of a planted phrase is found again."""

from __future__ import annotations

import re
import shutil
import subprocess
from pathlib import Path

import pytest

from leakguard.extract import Limits, extract
from tests.planted import excel, powerpoint, word  # noqa: F401 - they fill the index
from tests.planted.index import PLACES
from tests.planted.test_planted import attached, folded

_SUFFIX = {"Word": "docx", "Excel": "xlsx", "PowerPoint": "pptx"}
_FLAT = {"Word": "fodt", "Excel": "fods", "PowerPoint": "fodp"}
_TARGETS = {
    "Word": ("docx", "doc", "odt", "rtf", "fodt", "pdf", "html"),
    "Excel": ("xlsx", "xls", "ods", "fods", "pdf", "html"),
    "PowerPoint": ("pptx", "ppt", "odp", "fodp", "pdf"),
}
_PRINTED = ("pdf", "html")  # what is hidden is not in them
_TAGS = re.compile(rb"<[^<>]*>")
_PROGRAM = shutil.which("soffice")

pytestmark = [
    pytest.mark.soak,
    pytest.mark.skipif(_PROGRAM is None, reason="NOT RUN: LibreOffice (soffice) is not installed"),
]


def _convert(sources: list[Path], target: str, folder: Path) -> None:
    """Write each source as folder/target/NAME.target; those that cannot be converted are left out."""
    command = [str(_PROGRAM), f"-env:UserInstallation=file://{folder}/profile", "--headless", "--convert-to", target]
    subprocess.run(
        [*command, "--outdir", str(folder / target), *map(str, sources)], check=True, capture_output=True, timeout=900
    )


def _keeps(flat: Path, wanted: str) -> bool:
    """Whether LibreOffice itself took the text over: its flat file has it, however it is cut into elements."""
    if not flat.exists():
        return False
    content = flat.read_bytes()
    squeezed = (
        "".join(text.decode("utf-8", "replace").casefold().split()) for text in (_TAGS.sub(b"", content), content)
    )
    return any("".join(wanted.split()) in text for text in squeezed)


@pytest.mark.parametrize("family", list(_TARGETS))
def test_what_another_program_keeps_is_found_again(family: str, tmp_path: Path) -> None:
    places = [each for each in PLACES if each.family == family and each.gap is None and "flat" not in each.name]
    sources = []
    for number, place in enumerate(places):
        source = tmp_path / f"{number}.{_SUFFIX[family]}"
        source.write_bytes(place.build(place.phrase))
        sources.append(source)
    for target in dict.fromkeys((_FLAT[family], *_TARGETS[family])):
        _convert(sources, target, tmp_path)
    flat = _FLAT[family]
    kept = {
        number: folded(place.shows(place.phrase))
        for number, place in enumerate(places)
        if _keeps(tmp_path / flat / f"{number}.{flat}", folded(place.shows(place.phrase)))
    }
    shares = {}
    for target in _TARGETS[family]:
        written = {
            number: wanted for number, wanted in kept.items() if (tmp_path / target / f"{number}.{target}").exists()
        }
        lost = [
            places[number].name for number, wanted in written.items() if not _finds(tmp_path, target, number, wanted)
        ]
        shares[target] = 1 - len(lost) / len(kept)
        print(f"{family} as {target}: {len(written) - len(lost)} of {len(written)}; not found: {', '.join(lost)}")
    assert all(share >= 0.8 for target, share in shares.items() if target not in _PRINTED), shares


def _finds(folder: Path, target: str, number: int, wanted: str) -> bool:
    content = (folder / target / f"{number}.{target}").read_bytes()
    return any(wanted in folded(span.text) for span in extract(attached(content), Limits()).spans)

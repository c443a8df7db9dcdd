"""Rules, releases and grants as people write them -> one checked, immutable rulebook."""

from leakguard.rulebook.folder import read_folder
from leakguard.rulebook.load import Rulebook, examine, load

__all__ = ["Rulebook", "examine", "load", "read_folder"]

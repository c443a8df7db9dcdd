"""Text -> findings. Compiled once per rulebook; pure; reads no clock and knows no people."""

from leakguard.detect.compile import Detector, compile_rules
from leakguard.detect.scan import detect

__all__ = ["Detector", "compile_rules", "detect"]

"""The main job on one machine with nothing else needed: held at 09:22, delivered at 09:30:00, in about a minute."""

from leakguard.demo.show import run

__all__ = ["run"]

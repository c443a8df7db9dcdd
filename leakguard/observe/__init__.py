"""What operators see of the running relay: logs, metrics, and whether it is ready. Never anything of a message.

The door to them (`door.py`) is imported where it is opened: commands that serve nothing do not load a server.
"""

from leakguard.observe.health import Health, Loop
from leakguard.observe.logs import KEYS, only_known_keys, set_up
from leakguard.observe.metrics import Metrics

__all__ = ["KEYS", "Health", "Loop", "Metrics", "only_known_keys", "set_up"]

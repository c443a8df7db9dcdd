"""What operators see of the running relay: logs, metrics, and whether it is ready. Never anything of a message."""

from leakguard.observe.door import ObserveDoor, observe_site
from leakguard.observe.health import Health, Loop
from leakguard.observe.logs import KEYS, only_known_keys, set_up
from leakguard.observe.metrics import Metrics

__all__ = ["KEYS", "Health", "Loop", "Metrics", "ObserveDoor", "observe_site", "only_known_keys", "set_up"]

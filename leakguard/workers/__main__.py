"""A warden: `python -m leakguard.workers`, with the main process's socket as standard input."""

from __future__ import annotations

from leakguard.workers.warden import main

if __name__ == "__main__":
    main()

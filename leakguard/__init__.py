"""LeakGuard: embargoed results stay with the people who may have them, until the moment they may not stay."""

__version__ = "0.1.0"

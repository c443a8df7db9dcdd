"""An SQLite connection that keeps its promises: WAL, a full fsync per commit, the newest schema."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from time import sleep

import apsw

from leakguard.model.errors import StoreUnavailable
from leakguard.store.queries import MIGRATIONS

OLDEST_LIBRARY = (3, 51, 3)  # the first without the WAL-reset race, which can corrupt a file that two processes use
SYNCHRONOUS = "FULL"  # not negotiable: with NORMAL a power cut takes messages that were acknowledged
BUSY_MS = 5000  # other processes (the CLI) write to the same file
OPEN_TRIES, OPEN_PAUSE_SECONDS = 100, 0.05


def connect(path: Path) -> apsw.Connection:
    """Open the file, made with mode 0600 when it is not there. Raises StoreUnavailable."""
    refuse_old_library(apsw.sqlite_lib_version())
    try:
        path.touch(mode=0o600)
        connection = apsw.Connection(str(path))
    except (OSError, apsw.Error) as error:
        failure = why(error)
    else:
        try:
            _patiently(lambda: prepare(connection))
            return connection
        except (apsw.Error, StoreUnavailable) as error:
            failure = why(error)
            with suppress(apsw.Error):
                connection.close()
    raise failure


def refuse_old_library(version: str) -> None:
    if tuple(int(each) for each in version.split(".")) < OLDEST_LIBRARY:
        oldest = ".".join(str(each) for each in OLDEST_LIBRARY)
        raise StoreUnavailable(f"SQLite {version} is not safe with several processes; {oldest} or newer is needed")


def _patiently(work: Callable[[], None]) -> None:
    """Several processes may open a new file at once, and SQLite does not wait its turn while it changes to WAL."""
    for _ in range(OPEN_TRIES):
        with suppress(apsw.BusyError):
            return work()
        sleep(OPEN_PAUSE_SECONDS)
    return work()


def prepare(connection: apsw.Connection) -> None:
    connection.set_busy_timeout(BUSY_MS)
    if connection.pragma("journal_mode", "wal") != "wal":
        raise StoreUnavailable("the file system cannot hold a database in WAL mode")
    connection.execute(f"PRAGMA synchronous={SYNCHRONOUS}")
    connection.execute("PRAGMA foreign_keys=ON")
    connection.execute("PRAGMA temp_store=MEMORY")
    migrate(connection)
    checkpoint(connection)


def migrate(connection: apsw.Connection) -> None:
    """Bring the schema up to date in one transaction. Raises StoreUnavailable when it is newer than this program."""
    newest = MIGRATIONS[-1][0]
    if _schema_version(connection) == newest:
        return
    connection.execute("BEGIN IMMEDIATE")
    found = _schema_version(connection)
    if found > newest:
        connection.execute("ROLLBACK")
        raise StoreUnavailable(f"the store has schema {found}; this version of LeakGuard knows {newest}")
    for number, statements in MIGRATIONS:
        if number > found:
            connection.execute(statements)
            connection.execute("INSERT INTO schema_version (version) VALUES (?)", (number,))
    connection.execute("COMMIT")


def _schema_version(connection: apsw.Connection) -> int:
    # Not connection.table_exists: that one does not notice tables that another process made a moment ago.
    if not connection.execute("SELECT COUNT(*) FROM sqlite_schema WHERE name = 'schema_version'").get:
        return 0
    return int(connection.execute("SELECT MAX(version) FROM schema_version").get or 0)


def checkpoint(connection: apsw.Connection) -> None:
    """Copy the WAL into the database as far as nobody is in the way.

    Done at every start too: what a failed fsync left in the page cache only is written anew before we build on it.
    """
    try:
        connection.wal_checkpoint(mode=apsw.SQLITE_CHECKPOINT_PASSIVE)
    except (apsw.BusyError, apsw.LockedError, apsw.FullError):
        return  # the next one will do


def why(error: Exception) -> StoreUnavailable:
    """The same for the operator: kind and number of the error, none of its text."""
    if isinstance(error, StoreUnavailable):
        return error
    number = getattr(error, "extendedresult", None) or getattr(error, "errno", None)
    return StoreUnavailable(f"the store did not answer: {type(error).__name__} {number or ''}".rstrip())


def is_sick(error: Exception) -> bool:
    """Whether nothing may be trusted any more: a failed write or fsync is never tried again, the process must go."""
    if not isinstance(error, apsw.Error):
        return True  # nobody foresaw it
    if getattr(error, "extendedresult", 0) == apsw.SQLITE_IOERR_SHMSIZE:
        return False  # no space for the index of the WAL: a full disk, not a broken one
    return isinstance(error, apsw.IOError | apsw.CorruptError | apsw.NotADBError)

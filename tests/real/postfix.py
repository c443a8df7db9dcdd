"""Debian's Postfix for tests: private instances on loopback ports, each in a temporary directory of its own.

    with SmtpSink() as sink, Postfix(relayhost=sink.port) as mta:
        ...                     # SMTP to 127.0.0.1:mta.smtp_port
        [dump] = sink.wait_for(1)

Nothing of the machine's own mail system is read, changed or started. Needs root: Postfix's master does.
Programs: scripts/postfix installs them.
"""

from __future__ import annotations

import os
import shutil
import signal
import smtplib
import socket
import subprocess
import tempfile
import textwrap
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from types import TracebackType
from typing import Self

LOOPBACK = "127.0.0.1"
QUEUES = ("maildrop", "incoming", "active", "deferred", "hold")
_PATH = os.pathsep.join((os.environ.get("PATH", ""), "/usr/sbin", "/sbin"))


def why_not() -> str | None:
    """Why real Postfix cannot be had here, in one line; None when it can."""
    for name in ("postfix", "postconf", "smtp-sink", "smtp-source"):
        if shutil.which(name, path=_PATH) is None:
            return f"no {name} here: run scripts/postfix"
    if os.geteuid() != 0:
        return "Postfix's master process runs as root only, and this is not root"
    return None


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind((LOOPBACK, 0))
        return int(probe.getsockname()[1])


def wait_until(what: str, is_so: Callable[[], bool], *, seconds: float = 20.0, detail: Callable[[], str] = str) -> None:
    """Real processes have their own time; this is the one place where the tests wait for it."""
    deadline = time.monotonic() + seconds
    while not is_so():
        if time.monotonic() > deadline:
            raise TimeoutError(f"waited {seconds} s: {what}\n{detail()}")
        time.sleep(0.02)


def _program(name: str) -> str:
    found = shutil.which(name, path=_PATH)
    if found is None:
        raise FileNotFoundError(name)
    return found


def _run(name: str, *arguments: str) -> subprocess.CompletedProcess[bytes]:
    done = subprocess.run(
        (_program(name), *arguments), env={"PATH": _PATH}, capture_output=True, timeout=60, check=False
    )
    if done.returncode != 0:
        raise RuntimeError(f"{name} exited {done.returncode}: {done.stderr.decode(errors='replace')}")
    return done


def _greets(port: int) -> bool:
    try:
        with socket.create_connection((LOOPBACK, port), timeout=5) as peer:
            return peer.recv(3) == b"220"
    except OSError:
        return False


def _stop(process: subprocess.Popen[bytes] | None) -> None:
    """process: leader of its own group, so that nothing of it is left."""
    if process is None or process.poll() is not None:
        return
    process.terminate()
    try:
        process.wait(10)
    except subprocess.TimeoutExpired:
        os.killpg(process.pid, signal.SIGKILL)
        process.wait(10)


def _public_directory() -> Path:
    """A temporary directory that Postfix's unprivileged processes may enter."""
    directory = Path(tempfile.mkdtemp(prefix="leakguard-postfix-"))
    directory.chmod(0o755)
    return directory


def smtp_source(
    port: int,
    *,
    messages: int = 1,
    sessions: int = 1,
    size: int = 1024,
    sender: str = "load@example.org",
    recipient: str = "load@example.net",
    options: tuple[str, ...] = (),
    seconds: float = 300.0,
) -> None:
    """Send with Postfix's load generator. size: octets of body each. Fails when any message is refused."""
    load = ("-m", str(messages), "-s", str(sessions), "-l", str(size))
    who = ("-f", sender, "-t", recipient)
    command = (_program("smtp-source"), "-4", *load, *who, *options, f"{LOOPBACK}:{port}")
    done = subprocess.run(command, capture_output=True, timeout=seconds, check=False)
    if done.returncode != 0:
        raise RuntimeError(f"smtp-source exited {done.returncode}: {done.stderr.decode(errors='replace')}")


@dataclass(frozen=True, slots=True, kw_only=True)
class Dump:
    """One message as smtp-sink got it. content: its octets, line ends as LF (smtp-sink writes them so)."""

    mail_args: str
    rcpt_args: tuple[str, ...]
    content: bytes

    @classmethod
    def read(cls, path: Path) -> Self:
        """The sink writes `X-...-Args` lines and a Received header of its own, then the message."""
        lines = path.read_bytes().split(b"\n")
        mail_args, rcpt_args, at = "", [], 0
        for at, line in enumerate(lines):  # noqa: B007 - used after the loop
            name, _, value = line.partition(b": ")
            if name == b"X-Mail-Args":
                mail_args = value.decode()
            elif name == b"X-Rcpt-Args":
                rcpt_args.append(value.decode())
            elif name == b"Received":
                break
        at += 1
        while at < len(lines) and lines[at].startswith(b"\t"):
            at += 1
        content = b"\n".join(lines[at:])
        return cls(mail_args=mail_args, rcpt_args=tuple(rcpt_args), content=content.removesuffix(b"\n"))


class SmtpSink:
    """smtp-sink as the final destination; one dump file for each message it said 250 to.

    options: smtp-sink's own, e.g. ("-f", "data") to refuse. May be stopped and started again on the same port.
    """

    def __init__(self, *, options: tuple[str, ...] = (), port: int | None = None) -> None:
        self.options = options
        self.port = port or free_port()
        self.directory = _public_directory()
        shutil.chown(self.directory, "postfix")
        self._process: subprocess.Popen[bytes] | None = None

    def __enter__(self) -> Self:
        self.start()
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        self.stop()
        shutil.rmtree(self.directory, ignore_errors=True)

    def start(self) -> None:
        dumps = ("-d", "%Y%m%d%H%M%S.")  # smtp-sink adds a random number to each
        command = (
            _program("smtp-sink"),
            "-4",
            "-u",
            "postfix",
            *dumps,
            *self.options,
            f"{LOOPBACK}:{self.port}",
            "512",
        )
        self._process = subprocess.Popen(command, cwd=self.directory, start_new_session=True)
        wait_until(f"smtp-sink greets on {self.port}", lambda: _greets(self.port))

    def stop(self) -> None:
        _stop(self._process)
        self._process = None

    def dumps(self) -> list[Dump]:
        """The messages complete so far, oldest first."""
        there = list(self.directory.iterdir())  # first: one that comes after the next line would look complete
        busy = self._being_written()
        files = [path for path in there if path.name not in busy]
        return [Dump.read(path) for path in sorted(files, key=lambda path: path.stat().st_mtime_ns)]

    def wait_for(self, count: int, *, seconds: float = 20.0) -> list[Dump]:
        """Exactly this many messages; more than that is an error too."""
        wait_until(
            f"{count} messages at the sink",
            lambda: len(list(self.directory.iterdir())) >= count and not self._being_written(),
            seconds=seconds,
            detail=lambda: f"there are {len(self.dumps())}",
        )
        dumps = self.dumps()
        assert len(dumps) == count, f"{len(dumps)} messages at the sink, not {count}"
        return dumps

    def _being_written(self) -> set[str]:
        """A dump is complete when smtp-sink has closed it; it removes those it did not finish."""
        if self._process is None or self._process.poll() is not None:
            return set()
        names = set()
        for handle in Path(f"/proc/{self._process.pid}/fd").iterdir():
            try:
                target = handle.readlink()
            except FileNotFoundError:
                continue
            if target.parent == self.directory:
                names.add(target.name)
        return names


MASTER_CF = """
{smtp_port} inet n - n - - smtpd {smtpd_options}
{reinjection}
pickup unix n - n 60 1 pickup
cleanup unix n - n - 0 cleanup
qmgr unix n - n 300 1 qmgr
rewrite unix - - n - - trivial-rewrite
bounce unix - - n - 0 bounce
defer unix - - n - 0 bounce
trace unix - - n - 0 bounce
verify unix - - n - 1 verify
flush unix n - n 1000? 0 flush
proxymap unix - - n - - proxymap
proxywrite unix - - n - 1 proxymap
smtp unix - - n - - smtp
relay unix - - n - - smtp
showq unix n - n - - showq
error unix - - n - - error
retry unix - - n - - error
discard unix - - n - - discard
anvil unix - - n - 1 anvil
scache unix - - n - 1 scache
tlsmgr unix - - n 1000? 1 tlsmgr
postlog unix-dgram n - n - 1 postlogd
"""


class Postfix:
    """One private Postfix.

    relayhost: port on loopback that takes everything it delivers. Without one, mail stays in its queue.
    smtpd_proxy_filter: port of the before-queue filter that `smtp_port` speaks to.
    reinjection: a second listener, `reinjection_port`, without the filter: where the filter gives mail back.
    settings: further main.cf parameters; they win.
    """

    def __init__(
        self,
        *,
        relayhost: int | None = None,
        smtpd_proxy_filter: int | None = None,
        reinjection: bool = False,
        settings: Mapping[str, str] | None = None,
    ) -> None:
        self.smtp_port = free_port()
        self.reinjection_port = free_port() if reinjection else None
        self._relayhost = relayhost
        self._filter = smtpd_proxy_filter
        self._settings = dict(settings or {})
        self._process: subprocess.Popen[bytes] | None = None
        self.directory = _public_directory()
        self.config = self.directory / "config"
        self.queue = self.directory / "queue"
        self._log = self.directory / "mail.log"

    def __enter__(self) -> Self:
        try:
            self._write()
            self.start()
        except BaseException:
            self.__exit__(None, None, None)
            raise
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        self.stop()
        shutil.rmtree(self.directory, ignore_errors=True)

    def start(self) -> None:
        """Returns when every listener greets."""
        # Not `postfix start-fg`: it puts a shell between us and the master, and the master into a session of its own.
        command = (str(self._daemons() / "master"), "-c", str(self.config), "-d")
        self._process = subprocess.Popen(
            command,
            env={"PATH": _PATH},
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            start_new_session=True,
        )
        # A listener with a filter greets only when the filter does, which may not be there yet.
        ports = [port for port in (self.reinjection_port, None if self._filter else self.smtp_port) if port]
        wait_until("Postfix starts", lambda: "daemon started" in self.log() or self._has_ended(), detail=self.log)
        if self._has_ended():
            raise RuntimeError(f"Postfix did not start\n{self.log()}")
        for port in ports:
            wait_until(f"Postfix greets on {port}", lambda port=port: _greets(port), detail=self.log)  # type: ignore[misc]

    def stop(self) -> None:
        _stop(self._process)
        self._process = None

    def send(self, sender: str, recipients: list[str], message: bytes) -> None:
        """One mail in at `smtp_port`; raises what smtplib raises when it is refused."""
        with smtplib.SMTP(LOOPBACK, self.smtp_port, timeout=30) as client:
            client.sendmail(sender, recipients, message)

    def flush(self) -> None:
        """Try everything in the queue now."""
        _run("postqueue", "-c", str(self.config), "-f")

    def queue_count(self) -> int:
        """Messages in any of its queues, deferred and held ones too."""
        return sum(1 for name in QUEUES for path in (self.queue / name).rglob("*") if path.is_file())

    def wait_until_empty(self, *, seconds: float = 20.0) -> None:
        wait_until("Postfix's queue is empty", lambda: self.queue_count() == 0, seconds=seconds, detail=self.log)

    def log(self) -> str:
        return self._log.read_text(errors="replace") if self._log.exists() else ""

    def _daemons(self) -> Path:
        found = _run("postconf", "-d", "-h", "daemon_directory")
        return Path(found.stdout.decode().strip())

    def _has_ended(self) -> bool:
        return self._process is not None and self._process.poll() is not None

    def _write(self) -> None:
        for directory in (self.config, self.queue, self.directory / "data"):
            directory.mkdir()
        shutil.chown(self.directory / "data", "postfix")
        main = self._parameters() | self._settings
        (self.config / "main.cf").write_text("".join(f"{name} = {value}\n" for name, value in main.items()))
        (self.config / "master.cf").write_text(self._services())
        _run("postfix", "-c", str(self.config), "check")  # makes the queue's directories, with their owners

    def _parameters(self) -> dict[str, str]:
        return {
            "compatibility_level": "3.6",
            "queue_directory": str(self.queue),
            "data_directory": str(self.directory / "data"),
            "maillog_file": str(self._log),
            "maillog_file_prefixes": str(self.directory),
            "inet_interfaces": "loopback-only",
            "inet_protocols": "ipv4",
            "myhostname": "postfix.test",
            "mydestination": "",
            "local_transport": "error:no local delivery here",
            "local_recipient_maps": "",
            "alias_maps": "",
            "alias_database": "",
            "notify_classes": "",  # no mail of its own to a postmaster
            "mynetworks": "127.0.0.0/8",
            "relayhost": f"[{LOOPBACK}]:{self._relayhost}" if self._relayhost else "",
            "defer_transports": "" if self._relayhost else "smtp",
            "smtp_dns_support_level": "disabled",
            "disable_dns_lookups": "yes",
            "smtp_tls_security_level": "none",
            "smtpd_peername_lookup": "no",
            "smtpd_relay_restrictions": "permit_mynetworks, reject",
            "smtputf8_enable": "yes",
            "minimal_backoff_time": "2s",
            "maximal_backoff_time": "4s",
            "queue_run_delay": "2s",
            "transport_retry_time": "2s",
        }

    def _services(self) -> str:
        options = f"-o smtpd_proxy_filter={LOOPBACK}:{self._filter}" if self._filter else ""
        reinjection = ""
        if self.reinjection_port is not None:
            # What the filter gives back was checked and counted at the front door already.
            reinjection = textwrap.dedent(f"""\
                {LOOPBACK}:{self.reinjection_port} inet n - n - - smtpd
                  -o smtpd_authorized_xforward_hosts=127.0.0.0/8
                  -o smtpd_client_connection_count_limit=0
                  -o syslog_name=postfix/reinjection""")
        return MASTER_CF.format(
            smtp_port=f"{LOOPBACK}:{self.smtp_port}", smtpd_options=options, reinjection=reinjection
        ).lstrip()

"""A reader is taken over: what it tries inside the fence fails, and what readers need still works.

ref: landlock(7), seccomp(2)
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
import zipfile
from io import BytesIO
from pathlib import Path
from typing import Any

import docx
import pytest
import xlsxwriter
from PIL import Image

from leakguard.workers import seccomp
from leakguard.workers.fence import report
from tests.unit.extract.make import pdf, shown

ROOT = Path(__file__).resolve().parents[2]
WHOLE = report().is_whole

# Puts the fence around a child, which runs what it is given and says what came of it.
STAGE = """
import json, os, sys
from leakguard.extract.prepare import prepare
from leakguard.workers import fence
from leakguard.extract import Limits, extract_blob
import base64, ctypes, signal, socket, subprocess, threading, time
prepare()
built = fence.build(512)
ours, theirs = os.pipe()
parent = os.getpid()
ground = json.load(sys.stdin)
pid = os.fork()
if pid == 0:
    libc = ctypes.CDLL(None, use_errno=True)
    def must(result):
        if result < 0: raise OSError(ctypes.get_errno(), os.strerror(ctypes.get_errno()))
        return result
    built.enter(20)
    said = {}
    for name, source in ground["tries"].items():
        try:
            space = {**globals(), **ground["names"]}
            exec(source, space)
            said[name] = space.get("said", "done")
        except BaseException as problem:
            refused = isinstance(problem, OSError) or "start new thread" in str(problem)
            said[name] = f"{'refused' if refused else 'BROKEN'}: {problem!r}"
    os.write(theirs, json.dumps(said).encode())
    os._exit(0)
os.close(theirs)
octets = b""
while piece := os.read(ours, 65536):
    octets += piece
os.waitpid(pid, 0)
print(octets.decode())
"""

TRIES = {
    "read a file": "open('/etc/passwd').read()",
    "read the settings": "open(config).read()",
    "read the store": "os.open(store, os.O_RDONLY)",
    "list a folder": "os.listdir(folder)",
    "write a file": "open(folder + '/x', 'w').write('x')",
    "write beside the code": "open(package + '/x.py', 'w')",
    "change a file": "os.open(store, os.O_WRONLY)",
    "remove a file": "os.unlink(store)",
    "rename a file": "os.rename(store, store + 'x')",
    "make a folder": "os.mkdir(folder + '/y')",
    "change rights": "os.chmod(store, 0o777)",
    "follow a link": "os.symlink(store, folder + '/z')",
    "inet socket": "socket.socket(socket.AF_INET)",
    "udp socket": "socket.socket(socket.AF_INET, socket.SOCK_DGRAM)",
    "unix socket": "socket.socket(socket.AF_UNIX)",
    "socket pair": "socket.socketpair()",
    "look up a name": "socket.getaddrinfo('localhost', 25)",
    "run a program": "subprocess.run(['/bin/true'])",
    "exec": "os.execv('/bin/true', ['true'])",
    "fork": "os.fork() or os._exit(0)",
    "fork by number": "must(libc.syscall(57 if os.uname().machine == 'x86_64' else 220, 17, 0, 0, 0, 0))",
    "clone3": "must(libc.syscall(435, b'\\0' * 88, 88))",
    "thread": "threading.Thread(target=print).start()",
    "trace the parent": "must(libc.ptrace(16, parent, 0, 0))",
    "read the parent": "must(libc.process_vm_readv(parent, b'\\0' * 16, 1, b'\\0' * 16, 1, 0))",
    "the parent's memory": "open(f'/proc/{parent}/mem', 'rb')",
    "the parent's environment": "open(f'/proc/{parent}/environ', 'rb').read()",
    "its own memory": "open('/proc/self/mem', 'rb')",
    "kill the parent": "os.kill(parent, signal.SIGKILL)",
    "ask for the parent": "os.kill(parent, 0)",
    "signal by descriptor": "import fcntl; fcntl.fcntl(0, fcntl.F_SETOWN, parent)",
    "change a descriptor's owner": "import fcntl; fcntl.ioctl(0, 0x8901, b'\\0' * 4)",
    "raise a limit": "import struct; must(libc.prlimit(0, 1, struct.pack('QQ', 1, 1), None))",
    "mount": "must(libc.mount(b'none', b'/tmp', b'tmpfs', 0, 0))",
    "new namespace": "must(libc.unshare(0x10000000))",
    "keys": "must(libc.syscall(250 if os.uname().machine == 'x86_64' else 219, 0, -3, 0))",
    "bpf": "must(libc.syscall(321 if os.uname().machine == 'x86_64' else 280, 0, 0, 0))",
    "io_uring": "must(libc.syscall(425, 1, b'\\0' * 120))",
    "perf": "must(libc.syscall(298 if os.uname().machine == 'x86_64' else 241, 0, 0, -1, -1, 0))",
    "userfaultfd": "must(libc.syscall(323 if os.uname().machine == 'x86_64' else 282, 0))",
    "memory file": "os.memfd_create('x')",
    "x32 numbers": "must(libc.syscall(0x40000000 + 41, 2, 1, 0))",
}
NEEDS = {
    "memory": "said = len(bytearray(50_000_000))",
    "import": "import wave, colorsys; said = wave.__name__",
    "codec": "said = b'\\x82\\xa0'.decode('euc_jis_2004', 'replace') != ''",
    "time": "said = time.monotonic() > 0",
    "zone": "import zoneinfo; said = zoneinfo.ZoneInfo('Europe/London').key",
}


def word() -> bytes:
    document, octets = docx.Document(), BytesIO()
    document.add_paragraph("quokka")
    document.save(octets)
    return octets.getvalue()


def excel() -> bytes:
    octets = BytesIO()
    with xlsxwriter.Workbook(octets, {"in_memory": True}) as workbook:
        workbook.add_worksheet().write(0, 0, "quokka")
    return octets.getvalue()


def packed() -> bytes:
    octets = BytesIO()
    with zipfile.ZipFile(octets, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("a.docx", word())
    return octets.getvalue()


def png() -> bytes:
    octets = BytesIO()
    Image.new("RGB", (200, 200), "white").save(octets, "PNG")
    return octets.getvalue()


def inside(tries: dict[str, str], **names: str) -> dict[str, Any]:
    done = subprocess.run(
        (sys.executable, "-c", STAGE),
        input=json.dumps({"tries": tries, "names": names}),
        capture_output=True,
        text=True,
        cwd=ROOT,
        timeout=60,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    found: dict[str, Any] = json.loads(done.stdout)
    return found


@pytest.mark.skipif(not WHOLE, reason="this kernel has no Landlock or no seccomp")
def test_whatever_a_taken_reader_tries_is_refused(tmp_path: Path) -> None:
    store, config = tmp_path / "store.db", tmp_path / "config.yaml"
    store.write_text("held"), config.write_text("secret")

    said = inside(
        TRIES, folder=str(tmp_path), store=str(store), config=str(config), package=str(ROOT / "leakguard" / "extract")
    )

    assert {name: how for name, how in said.items() if not str(how).startswith("refused")} == {}
    assert said.keys() == TRIES.keys()
    assert sorted(each.name for each in tmp_path.iterdir()) == ["config.yaml", "store.db"]
    assert not (ROOT / "leakguard" / "extract" / "x.py").exists()


def test_what_readers_need_still_works() -> None:
    said = inside(NEEDS)

    assert said == {"memory": 50_000_000, "import": "wave", "codec": True, "time": True, "zone": "Europe/London"}


@pytest.mark.parametrize(
    "make", [word, excel, packed, lambda: pdf(shown("quokka"))], ids=["docx", "xlsx", "zip", "pdf"]
)
def test_files_are_read_inside(make: Any) -> None:
    said = inside({"read": READ.format(list(make()))})

    assert "quokka" in said["read"]


def test_a_picture_is_looked_at_inside() -> None:
    said = inside({"read": READ.format(list(png()))})

    assert not said["read"].startswith("refused")


READ = """
found = extract_blob(bytes({}), part="2", name="", limits=Limits())
said = " ".join(span.text for span in found.spans) + " / " + " ".join(gap.kind + gap.detail for gap in found.gaps)
"""


@pytest.mark.parametrize("machine", ["x86_64", "aarch64"])
def test_a_filter_is_made_for_every_machine_we_know(machine: str) -> None:
    filter_ = seccomp.program(machine)

    assert filter_ is not None
    assert len(filter_) % 8 == 0
    assert len(filter_) // 8 < 4096, "the kernel's limit"


def test_without_a_list_of_its_calls_a_machine_has_no_filter() -> None:
    assert seccomp.program("riscv64") is None


def test_this_machine_is_one_of_those() -> None:
    if os.environ.get("CI") == "true":
        assert WHOLE, "the fence is not whole where it is tested"

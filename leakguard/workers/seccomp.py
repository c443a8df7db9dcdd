"""A list of the system calls that reading needs; every other call fails. By classic BPF, without a package.

Allowed are: memory, time, files that are opened for reading (which Landlock narrows), and answering on what is open.
Not allowed are sockets, processes and threads, signals to anybody, programs, and everything that is not thought of.
ref: seccomp(2)
"""

from __future__ import annotations

import ctypes
import errno
import struct

# name: (x86_64, aarch64); None where the machine does not have it.
_ALLOWED: dict[str, tuple[int, int | None]] = {
    "read": (0, 63), "write": (1, 64), "readv": (19, 65), "writev": (20, 66), "pread64": (17, 67), "lseek": (8, 62),
    "close": (3, 57), "open": (2, None), "openat": (257, 56), "dup": (32, 23),
    "fstat": (5, 80), "newfstatat": (262, 79), "stat": (4, None), "lstat": (6, None), "statx": (332, 291),
    "access": (21, None), "faccessat": (269, 48), "faccessat2": (439, 439), "readlink": (89, None),
    "readlinkat": (267, 78), "getcwd": (79, 17), "getdents64": (217, 61),
    "mmap": (9, 222), "munmap": (11, 215), "mprotect": (10, 226), "mremap": (25, 216), "madvise": (28, 233),
    "brk": (12, 214), "futex": (202, 98), "membarrier": (324, 283), "rseq": (334, 293), "set_robust_list": (273, 99),
    "rt_sigaction": (13, 134), "rt_sigprocmask": (14, 135), "rt_sigreturn": (15, 139), "sigaltstack": (131, 132),
    "restart_syscall": (219, 128), "setitimer": (38, 103), "getitimer": (36, 102),
    "getpid": (39, 172), "gettid": (186, 178), "getuid": (102, 174), "geteuid": (107, 175), "getgid": (104, 176),
    "getegid": (108, 177), "uname": (63, 160), "sysinfo": (99, 179), "getrusage": (98, 165), "times": (100, 153),
    "clock_gettime": (228, 113), "clock_getres": (229, 114), "clock_nanosleep": (230, 115), "nanosleep": (35, 101),
    "gettimeofday": (96, 169), "time": (201, None), "sched_yield": (24, 124), "sched_getaffinity": (204, 123),
    "getcpu": (309, 168), "getrandom": (318, 278),
    "poll": (7, None), "ppoll": (271, 73), "select": (23, None), "pselect6": (270, 72),
    "exit": (60, 93), "exit_group": (231, 94),
}  # fmt: skip
_IOCTL, _FCNTL = (16, 29), (72, 25)
_FCNTL_HARMLESS = (0, 1, 2, 3, 1030)  # duplicate, flags; not who is signalled and with what (F_SETOWN, F_SETSIG)
_NEWER = 424  # numbers from here on are calls that C libraries try and do without; clone3 and io_uring are among them
_MACHINES = {"x86_64": (0xC000003E, 0), "aarch64": (0xC00000B7, 1)}

_LOAD, _EQUAL, _AT_LEAST, _RETURN = 0x20, 0x15, 0x35, 0x06
_NUMBER_AT, _MACHINE_AT, _SECOND_ARGUMENT_AT = 0, 4, 24
_ALLOW, _KILL, _FAIL = 0x7FFF0000, 0x80000000, 0x00050000
_PR_SET_SECCOMP, _MODE_FILTER = 22, 2


class _Program(ctypes.Structure):
    _fields_ = (("length", ctypes.c_ushort), ("filter", ctypes.c_void_p))


def program(machine: str) -> bytes | None:
    """The filter for this machine (`os.uname().machine`), or None where there is none.

    A call under another machine's numbering ends the process; the x32 numbers of x86_64 are none of those allowed.
    """
    if machine not in _MACHINES:
        return None
    audit, column = _MACHINES[machine]
    lines = [_op(_LOAD, _MACHINE_AT), _op(_EQUAL, audit, 1, 0), _op(_RETURN, _KILL), _op(_LOAD, _NUMBER_AT)]
    for numbers in _ALLOWED.values():
        number = numbers[column]
        if number is not None:
            lines += [_op(_EQUAL, number, 0, 1), _op(_RETURN, _ALLOW)]
    lines += [_op(_EQUAL, _IOCTL[column], 0, 1), _op(_RETURN, _FAIL | errno.ENOTTY)]
    lines += _fcntl(_FCNTL[column])
    lines += [_op(_AT_LEAST, _NEWER, 0, 1), _op(_RETURN, _FAIL | errno.ENOSYS), _op(_RETURN, _FAIL | errno.EPERM)]
    return b"".join(lines)


def install(filter_: bytes, libc: ctypes.CDLL) -> bool:
    """Put it in force for this process, for ever. PR_SET_NO_NEW_PRIVS must be set. False where the kernel has none."""
    held = ctypes.create_string_buffer(filter_, len(filter_))
    whole = _Program(len(filter_) // 8, ctypes.addressof(held))
    return bool(libc.prctl(_PR_SET_SECCOMP, _MODE_FILTER, ctypes.byref(whole), 0, 0) == 0)


def _fcntl(number: int) -> list[bytes]:
    inner = [_op(_LOAD, _SECOND_ARGUMENT_AT)]
    for command in _FCNTL_HARMLESS:
        inner += [_op(_EQUAL, command, 0, 1), _op(_RETURN, _ALLOW)]
    inner.append(_op(_RETURN, _FAIL | errno.EPERM))
    return [_op(_EQUAL, number, 0, len(inner)), *inner]


def _op(code: int, value: int, if_true: int = 0, if_false: int = 0) -> bytes:
    return struct.pack("=HBBI", code, if_true, if_false, value)

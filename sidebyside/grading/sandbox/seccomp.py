"""The system calls that a sandbox refuses: a filter in the kernel's classic BPF, made by hand.

The filter names what no submission needs and what has been a way out of sandboxes; all else is
allowed. Refused calls give EPERM, so libraries see an ordinary error; those that libraries try
first, with another way behind it, give ENOSYS.

Formats: include/uapi/linux/seccomp.h, linux/filter.h;
https://docs.kernel.org/userspace-api/seccomp_filter.html.
"""

from __future__ import annotations

import ctypes
import errno
import functools
import struct

from sidebyside.grading.sandbox import linux

REFUSED = (
    # other processes, and the kernel's doors to them
    *("ptrace", "process_vm_readv", "process_vm_writev", "pidfd_getfd", "kcmp"),
    *("process_madvise", "process_mrelease", "move_pages", "migrate_pages"),
    # mounts and namespaces
    *("mount", "umount2", "pivot_root", "chroot", "unshare", "setns"),
    *("open_tree", "move_mount", "mount_setattr", "fsopen", "fsconfig", "fsmount", "fspick"),
    # files by another way than their path
    *("open_by_handle_at", "name_to_handle_at", "fanotify_init"),
    # the kernel itself
    *("init_module", "finit_module", "delete_module", "create_module", "query_module"),
    *("get_kernel_syms", "kexec_load", "kexec_file_load", "reboot", "bpf", "perf_event_open"),
    *("userfaultfd", "lookup_dcookie", "nfsservctl", "uselib", "ustat", "sysfs", "_sysctl"),
    *("iopl", "ioperm", "modify_ldt", "syslog", "acct", "quotactl", "quotactl_fd"),
    *("swapon", "swapoff", "vhangup", "sethostname", "setdomainname"),
    *("settimeofday", "clock_settime", "clock_adjtime", "adjtimex"),
    # keys, which are shared with the user's other processes
    *("keyctl", "add_key", "request_key"),
    # memory that no limit counts: it outlives the process's own mappings
    *("shmget", "msgget", "semget", "mq_open"),
)
ABSENT = (
    "clone3",  # its flags lie in memory, where a filter can't look; callers fall back to clone
    *("io_uring_setup", "io_uring_enter", "io_uring_register"),
    *(
        "memfd_create",
        "memfd_secret",
    ),  # memory that neither the size limit nor the address space bounds
)
NEW_NAMESPACES = (
    linux.CLONE_NEWNS
    | linux.CLONE_NEWCGROUP
    | linux.CLONE_NEWUTS
    | linux.CLONE_NEWIPC
    | linux.CLONE_NEWUSER
    | linux.CLONE_NEWPID
    | linux.CLONE_NEWNET
)
AF_UNIX = 1
TIOCSTI, TIOCLINUX = 0x5412, 0x541C  # put input into a terminal; drive the console

_ARCHITECTURE = {"x86_64": 0xC000003E, "aarch64": 0xC00000B7}  # linux/audit.h
_X32 = 0x40000000  # the bit of the x32 calls, a second table of x86_64

_LOAD, _RETURN = 0x20, 0x06  # BPF_LD|W|ABS, BPF_RET|K
_IF_EQUAL, _IF_AT_LEAST, _IF_ANY = 0x15, 0x35, 0x45  # BPF_JMP|K with JEQ, JGE, JSET
_NUMBER_AT, _ARCHITECTURE_AT, _ARGUMENTS_AT = 0, 4, 16  # struct seccomp_data
_ALLOW, _KILL, _ERROR = 0x7FFF0000, 0x80000000, 0x00050000

_SET_MODE_FILTER = 1


def _instruction(code: int, value: int, if_true: int = 0, if_false: int = 0) -> bytes:
    return struct.pack("=HBBI", code, if_true, if_false, value)


@functools.cache
def program(machine: str | None = None) -> bytes:
    """The filter for a machine (this one's kind by default), as the kernel's instructions.

    Each rule is "unless …, skip; return …", so that no jump is longer than its rule.

    Raises:
        OSError: there is no filter for this kind of machine.
    """
    machine = machine or linux.MACHINE
    if machine not in _ARCHITECTURE:
        raise OSError(errno.ENOSYS, f"there is no system call filter for {machine}")
    column = 0 if machine == "x86_64" else 1
    refuse = _instruction(_RETURN, _ERROR | errno.EPERM)
    absent = _instruction(_RETURN, _ERROR | errno.ENOSYS)
    lines = [
        _instruction(_LOAD, _ARCHITECTURE_AT),
        _instruction(_IF_EQUAL, _ARCHITECTURE[machine], 1, 0),
        _instruction(_RETURN, _KILL),  # another machine's calls, such as the 32-bit ones
        _instruction(_LOAD, _NUMBER_AT),
    ]
    if machine == "x86_64":
        lines += [_instruction(_IF_AT_LEAST, _X32, 0, 1), absent]
    for names, result in ((REFUSED, refuse), (ABSENT, absent)):
        for name in names:
            number = linux.NUMBERS[name][column]
            if number is not None:
                lines += [_instruction(_IF_EQUAL, number, 0, 1), result]

    def argument(name: str, index: int, test: list[bytes]) -> list[bytes]:
        """A rule on the lower half of one argument: ``test`` returns or falls through."""
        number = linux.NUMBERS[name][column]
        body = [_instruction(_LOAD, _ARGUMENTS_AT + 8 * index), *test]
        body.append(_instruction(_RETURN, _ALLOW))
        return [_instruction(_IF_EQUAL, number or 0, 0, len(body)), *body]

    lines += argument("clone", 0, [_instruction(_IF_ANY, NEW_NAMESPACES, 0, 1), refuse])
    for name in ("socket", "socketpair"):
        lines += argument(name, 0, [_instruction(_IF_EQUAL, AF_UNIX, 1, 0), refuse])
    terminal = [_instruction(_IF_EQUAL, TIOCSTI, 1, 0), _instruction(_IF_EQUAL, TIOCLINUX, 0, 1)]
    lines += argument("ioctl", 1, [*terminal, refuse])
    lines.append(_instruction(_RETURN, _ALLOW))
    return b"".join(lines)


class _Program(ctypes.Structure):
    _fields_ = (("length", ctypes.c_ushort), ("filter", ctypes.c_void_p))


def install() -> None:
    """Refuse the calls from now on, in this process and all that come from it.

    Needs ``no_new_privs``. Raises OSError where the kernel has no filters.
    """
    code = program()
    buffer = ctypes.create_string_buffer(code, len(code))
    description = _Program(len(code) // 8, ctypes.addressof(buffer))
    raw = (ctypes.c_char * ctypes.sizeof(description)).from_buffer(description)
    linux.system_call("seccomp", _SET_MODE_FILTER, 0, raw)

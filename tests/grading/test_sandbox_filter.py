"""The filter of system calls, read by an interpreter of the kernel's BPF: for both machines."""

from __future__ import annotations

import errno
import re
import struct
from pathlib import Path

import pytest

from sidebyside.grading.sandbox import linux, seccomp

MACHINES = {"x86_64": (0, 0xC000003E), "aarch64": (1, 0xC00000B7)}
ALLOW, KILL = 0x7FFF0000, 0x80000000
REFUSE, ABSENT = 0x00050000 | errno.EPERM, 0x00050000 | errno.ENOSYS
HEADERS = {
    "x86_64": ("/usr/include/x86_64-linux-gnu/asm/unistd_64.h", r"#define __NR_(\w+)\s+(\d+)"),
    "aarch64": ("/usr/include/asm-generic/unistd.h", r"#define __NR(?:3264)?_(\w+)\s+(\d+)"),
}


def decide(machine: str, number: int, arguments: tuple[int, ...] = (), audit: int = 0) -> int:
    """What the filter answers. The instructions it may use are those that the kernel allows."""
    padded = (*arguments, 0, 0, 0, 0, 0, 0)[:6]
    data = struct.pack("<iIQ6Q", number, audit or MACHINES[machine][1], 0, *padded)
    code = seccomp.program(machine)
    lines = [struct.unpack_from("<HBBI", code, at) for at in range(0, len(code), 8)]
    accumulator, at = 0, 0
    while True:
        operation, if_true, if_false, value = lines[at]
        at += 1
        match operation:
            case 0x20:  # load a word
                accumulator = struct.unpack_from("<I", data, value)[0]
            case 0x15:
                at += if_true if accumulator == value else if_false
            case 0x35:
                at += if_true if accumulator >= value else if_false
            case 0x45:
                at += if_true if accumulator & value else if_false
            case 0x06:
                return value
            case _:
                raise AssertionError(f"unknown instruction {operation:#x}")


def number_of(machine: str, name: str) -> int:
    number = linux.NUMBERS[name][MACHINES[machine][0]]
    assert number is not None
    return number


def on_each_machine(names: tuple[str, ...]) -> list[tuple[str, str]]:
    """Machine and name, of the calls that the machine has."""
    return [
        (machine, name)
        for machine, (column, _) in MACHINES.items()
        for name in names
        if linux.NUMBERS[name][column] is not None
    ]


@pytest.mark.parametrize(("machine", "name"), on_each_machine(seccomp.REFUSED))
def test_refused(machine: str, name: str) -> None:
    assert decide(machine, number_of(machine, name)) == REFUSE


@pytest.mark.parametrize(("machine", "name"), on_each_machine(seccomp.ABSENT))
def test_absent(machine: str, name: str) -> None:
    assert decide(machine, number_of(machine, name)) == ABSENT


@pytest.mark.parametrize("machine", MACHINES)
def test_every_other_call_is_allowed(machine: str) -> None:
    column = MACHINES[machine][0]
    judged = {
        linux.NUMBERS[name][column]
        for name in (*seccomp.REFUSED, *seccomp.ABSENT, "clone", "ioctl", "socket", "socketpair")
    }
    for number in set(range(600)) - judged:
        assert decide(machine, number) == ALLOW, number


@pytest.mark.parametrize("machine", MACHINES)
def test_clone_makes_processes_and_threads_but_no_namespaces(machine: str) -> None:
    clone = number_of(machine, "clone")
    assert decide(machine, clone, (17,)) == ALLOW  # fork
    assert decide(machine, clone, (0x3D0F00,)) == ALLOW  # pthread_create
    for bit in range(32):
        expected = REFUSE if seccomp.NEW_NAMESPACES >> bit & 1 else ALLOW
        assert decide(machine, clone, (1 << bit,)) == expected


@pytest.mark.parametrize("machine", MACHINES)
@pytest.mark.parametrize("name", ["socket", "socketpair"])
def test_sockets_are_unix_sockets(machine: str, name: str) -> None:
    for family in range(50):
        expected = ALLOW if family == 1 else REFUSE
        assert decide(machine, number_of(machine, name), (family, 1)) == expected
    # the kernel looks at the lower half only, and so must the filter
    assert decide(machine, number_of(machine, name), (1 << 32 | 2, 1)) == REFUSE


@pytest.mark.parametrize("machine", MACHINES)
def test_terminals_take_no_input(machine: str) -> None:
    ioctl = number_of(machine, "ioctl")
    assert decide(machine, ioctl, (0, 0x5412)) == REFUSE
    assert decide(machine, ioctl, (0, 0x541C)) == REFUSE
    assert decide(machine, ioctl, (0, 0x7F << 32 | 0x5412)) == REFUSE
    assert decide(machine, ioctl, (0x5412, 0x5413)) == ALLOW  # the size of the window


@pytest.mark.parametrize("machine", MACHINES)
def test_calls_of_another_machine_kill(machine: str) -> None:
    assert decide(machine, 0, audit=0x40000003) == KILL  # i386
    if machine == "x86_64":
        assert decide(machine, 0x40000000 | 39) == ABSENT  # x32


@pytest.mark.parametrize("machine", HEADERS)
def test_numbers_are_those_of_the_headers(machine: str) -> None:
    path, pattern = HEADERS[machine]
    if not Path(path).exists():
        pytest.skip(f"there is no {path}")
    known = {name: int(number) for name, number in re.findall(pattern, Path(path).read_text())}
    for name, numbers in linux.NUMBERS.items():
        number = numbers[MACHINES[machine][0]]
        if name in known:  # headers may be older than the call
            assert number == known[name], name
        elif number is not None:
            assert number > max(known.values()) or name == "nfsservctl", name

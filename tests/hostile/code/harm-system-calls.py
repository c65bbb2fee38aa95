# tries: system calls of another age and kind: keys, performance counters, bpf, io_uring, userfaultfd
# must: get nowhere: they are refused
import ctypes

libc = ctypes.CDLL(None, use_errno=True)
won = []
for name, number in {
    "bpf": 321,
    "perf_event_open": 298,
    "userfaultfd": 323,
    "io_uring_setup": 425,
    "keyctl": 250,
    "add_key": 248,
    "kexec_load": 246,
    "init_module": 175,
    "reboot": 169,
    "settimeofday": 164,
    "swapon": 167,
    "pidfd_getfd": 438,
    "process_vm_readv": 310,
    "open_by_handle_at": 304,
}.items():
    # no argument is valid: all that is asked is whether the kernel looks at them
    result = libc.syscall(number, -1, -1, -1, -1, -1)
    error = ctypes.get_errno()
    if result >= 0:
        won.append(name)
    print("syscall", name, result, error)
print("ESCAPES:", won)


def scale(x):
    return x

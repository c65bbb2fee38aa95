# tries: get out of the sandbox: new namespaces, chroot, mounts, set-user-id, device files
# must: stay where it is
import os


def plant(path, text="HOSTILE-CANARY\n"):
    try:
        os.makedirs(os.path.dirname(path), exist_ok=True)
        with open(path, "a") as file:
            file.write(text)
    except OSError:
        pass


import ctypes

libc = ctypes.CDLL(None, use_errno=True)
won = []
for flag in (0x10000000, 0x00020000, 0x20000000, 0x40000000):
    if libc.unshare(flag) == 0:
        won.append(("unshare", hex(flag)))
os.makedirs("here", exist_ok=True)
if libc.mount(b"none", b"here", b"tmpfs", 0, None) == 0:
    won.append("mount")
if libc.mount(b"proc", b"here", b"proc", 0, None) == 0:
    won.append("mount proc")
if libc.umount2(b"/proc", 2) == 0:
    won.append("umount")
for name, attempt in (
    ("chroot", lambda: os.chroot("here")),
    ("setuid", lambda: os.setuid(0)),
    ("setgid", lambda: os.setgid(0)),
    ("mknod", lambda: os.mknod("device", 0o60666, os.makedev(8, 0))),
    ("sethostname", lambda: __import__("socket").sethostname("hostile")),
    ("nice", lambda: os.nice(-5)),
):
    try:
        attempt()
        won.append(name)
    except OSError:
        pass
print("ESCAPES:", [name for name in won if name not in ("setuid", "setgid")])
for path in ("/proc/sys/kernel/core_pattern", "/proc/1/oom_score_adj", "/sys/kernel/mm/ksm/run"):
    plant(path)


def scale(x):
    return x

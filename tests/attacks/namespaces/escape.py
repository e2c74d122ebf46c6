"""Makes namespaces, mounts, devices, and changes the root, to get capabilities or another view."""

import ctypes
import os
import stat

libc = ctypes.CDLL(None, use_errno=True)
won = []
for flag in (0x10000000, 0x20000, 0x20000000, 0x40000000, 0x08000000, 0x04000000, 0x02000000, 0x80):
    if flag != 0x80 and libc.unshare(flag) == 0:
        won.append(f"unshare {flag:#x}")
for source, target, kind in ((b"proc", b"/tmp", b"proc"), (b"none", b"/tmp", b"tmpfs"), (b"none", b"/tmp", b"overlay")):
    if libc.mount(source, target, kind, 0, None) == 0:
        won.append(f"mount {kind}")
if libc.umount2(b"/work", 2) == 0:
    won.append("umount")
for call in (lambda: os.chroot("/tmp"), lambda: os.mknod("/tmp/disk", stat.S_IFBLK | 0o600, os.makedev(8, 0)),
             lambda: os.setuid(0), lambda: os.setgid(0), lambda: os.setgroups([0]), lambda: os.nice(-5)):
    try:
        call()
        won.append("a privileged call")
    except OSError:
        pass
try:
    handle = os.open("/proc/1/ns/mnt", os.O_RDONLY)
    won.append("the namespace of process 1" if libc.setns(handle, 0) == 0 else "its handle")
except OSError:
    pass
assert not won, won
print(100)
